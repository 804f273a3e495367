"""What a process that holds keys has loaded, and what it says to the network: nothing that downloads, and nothing."""

import json
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

import pytest

from conftest import XINGER
from scene import STAFF, Scene, mail

pytestmark = pytest.mark.slow

DOWNLOADERS = (
    "aiohttp", "authlib", "boto3", "botocore", "certifi", "cloudpathlib", "ftplib", "httpx", "httpx2",
    "huggingface_hub", "pip", "pooch", "requests", "smart_open", "spacy", "spacy_legacy", "spacy_loggers", "stanza",
    "thinc", "tldextract", "torch", "transformers", "urllib3", "weasel", "xmlrpc",
)  # fmt: skip
"""Libraries that fetch, or that bring such along."""
TELL = """
import json, sys

heard = []

def hook(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg") and arguments[0].family == 1:
        pass  # between processes of one machine
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"):
        heard.append(event)
    elif event.startswith(("urllib.", "http.", "ftplib.", "smtplib.")):
        heard.append(event)
    elif event == "socket.__new__" and arguments[1] not in (-1, 1):
        heard.append(f"a socket of family {arguments[1]}")

sys.addaudithook(hook)

def tell(code):
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    print(json.dumps({"code": code, "loaded": loaded, "heard": heard}), file=sys.stderr)
"""


class Said(TypedDict):
    """What an interpreter tells of itself."""

    code: int
    loaded: list[str]
    heard: list[str]


def told(program: str, *words: str) -> tuple[str, Said]:
    """What a fresh interpreter prints, and what it tells of itself at its end."""
    command = [sys.executable, "-c", f"{TELL}\n{program}", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    said: Said = json.loads(done.stderr.splitlines()[-1])
    return done.stdout, said


@pytest.mark.parametrize(
    "process", ["inspector.process", "console_process", "relay_process", "supervisor", "single_process"]
)
def test_no_process_loads_a_library_that_downloads(process: str) -> None:
    _, said = told(f"import gateway.service.{process}\ntell(0)")
    assert not set(said["loaded"]) & set(DOWNLOADERS)
    assert said["heard"] == []
    # The console stays below 200 MB: what compares pictures is loaded where a picture is compared.
    assert process != "console_process" or "cv2" not in said["loaded"]


def test_an_inspection_with_every_detector_on_opens_no_socket_and_loads_no_downloader(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    try:
        rules = (Path(__file__).parents[2] / "config" / "policy.toml").read_text(encoding="utf-8")
        assert 'personal_data = "off"' in rules
        (scene.config / "policy.toml").write_text(rules.replace('personal_data = "off"', 'personal_data = "on"'))
        scene.import_reports(XINGER)
        content = mail("举报人张小鸣，另有王大锤，手机13912345678，卡号6222 0200 0000 0000 000。\n弓长小口鸟")
        (tmp_path / "mail.eml").write_bytes(content)
        words = ["inspect", str(tmp_path / "mail.eml"), "--sender", STAFF, "--recipient", "xinger@streamers.example"]
        program = "from gateway.cli.main import main\ntell(main(sys.argv[1:]))"
        printed, said = told(program, *words, "--json", "--config", str(scene.config))
    finally:
        scene.close()
    kinds = {finding["kind"] for finding in json.loads(printed)["findings"]}
    assert {"name", "personal_data"} <= kinds
    assert said["code"] in (10, 20)
    assert "presidio_analyzer" in said["loaded"]
    assert not set(said["loaded"]) & set(DOWNLOADERS)
    assert said["heard"] == []
