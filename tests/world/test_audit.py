"""The log of a service that runs: what people did to it is in there, and an export of it can be checked by anybody."""

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from conftest import XINGER
from scene import Scene, unreadable

TO = "xinger@streamers.example"
POLICY = Path(__file__).parents[2] / "config" / "policy.toml"


@pytest.fixture
def own(scene: Scene) -> Scene:
    scene.import_reports(XINGER)
    return scene.start()


def test_changed_rules_decisions_and_looks_are_in_the_log_and_it_can_be_exported_meanwhile(own: Scene) -> None:
    assert own.process is not None

    def events() -> list[str]:
        return [entry["event"] for entry in own.ask("audit", "list")]

    own.until(lambda: "rules_changed" in events())
    before = events().count("rules_changed")
    rules = POLICY.read_text(encoding="utf-8")
    (own.config / "policy.toml").write_text(rules.replace("list_from = 20", "list_from = 7"), encoding="utf-8")
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: events().count("rules_changed") == before + 1)
    assert own.send(unreadable(os.urandom(4)), TO)[1].startswith("2.7.1")
    (held,) = own.ask("quarantine", "list")
    assert own.cli("quarantine", "show", held["id"]).returncode == 0
    assert own.cli("quarantine", "discard", held["id"], "--reason", "张小鸣的材料").returncode == 0
    found = events()
    assert {"report_added", "held", "opened", "discarded", "list_viewed", "setup_issued"} <= set(found)
    (changed,) = own.ask("audit", "list", "--event", "rules", "--limit", "1")
    assert changed["subject"] == "policy.toml"
    assert changed["detail"]["before"] != changed["detail"]["after"]
    (discarded,) = own.ask("audit", "list", "--event", "discarded")
    assert discarded["detail"]["reason"] is None
    to = own.folder / "log.zip"
    assert own.cli("audit", "export", "--format", "jsonl", str(to)).returncode == 0
    zipfile.ZipFile(to).extractall(own.folder / "court")
    key = own.cli("audit", "key").stdout.strip()
    command = [sys.executable, "-I", "-S", "verify.py", "audit.jsonl", "--key", key]
    assert subprocess.run(command, cwd=own.folder / "court", check=False).returncode == 0
    assert own.cli("audit", "verify").returncode == 0
