"""What is encrypted, through the service as it runs: a password in another mail, from a reviewer, and by command."""

import re
import subprocess
import urllib.request
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from urllib.parse import urlencode

import pyzipper

from conftest import XINGER
from scene import HUSHGATE, Scene, under_one_received
from world.test_guessing import reviewer

PARTY = "xinger@streamers.example"
CLEAN, SECRET = "本月结算单", "举报人是张小鸣"


def written(text: str, password: str = "", content: str = "", subject: str = "材料") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "kefu07@platform.example", PARTY, subject
    message.set_content(text)
    if password:
        made = BytesIO()
        with pyzipper.AESZipFile(made, "w", encryption=pyzipper.WZ_AES) as file:
            file.setpassword(password.encode())
            file.writestr("信.txt", content)
        message.add_attachment(made.getvalue(), maintype="application", subtype="zip", filename="材料.zip")
    return message.as_bytes()


def shown(scene: Scene, held: str) -> dict[str, object]:
    return dict(scene.ask("quarantine", "show", held, "--json"))


def test_the_file_and_the_password_in_two_mails(scene: Scene) -> None:
    scene.import_reports(XINGER)
    scene.start()
    first = written("请查收", "Ab#12x-secret", SECRET)
    assert scene.send(first, PARTY)[1].startswith("2.7.1")
    held = scene.held()[0]["id"]
    letter = written("刚才附件的密码：Ab#12x-secret")
    assert scene.send(letter, PARTY)[0] == 250
    assert under_one_received(scene.got[-1].content, letter)
    scene.until(lambda: shown(scene, held)["opened"] == "later")
    assert {finding["kind"] for finding in shown(scene, held)["findings"]} == {"name"}  # type: ignore[attr-defined]
    assert scene.held()[0]["status"] == "held"
    clean = written("这份可以直接看", "Ab#12x-secret", CLEAN)
    assert scene.send(clean, PARTY)[0] == 250
    assert under_one_received(scene.got[-1].content, clean)
    assert len(scene.held()) == 1
    assert "secret" not in scene.stderr() + scene.get("/metrics")[1]
    assert message_from_bytes(scene.got[-1].content)["Subject"]


def test_a_reviewer_gives_it_on_the_page_and_by_command(scene: Scene) -> None:
    scene.import_reports(XINGER)
    scene.start()
    browser = reviewer(scene)
    scene.send(written("请查收", "Ab#12x-secret", SECRET, "一"), PARTY)
    scene.send(written("请查收", "Ab#12x-secret", CLEAN, "二"), PARTY)
    clean, leak = (one["id"] for one in scene.held())
    page = browser.open(f"{scene.console}/held/{leak}", timeout=60).read().decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    form = urlencode({"token": token[1], "password": "Ab#12x-secret"}).encode()
    asked = urllib.request.Request(
        f"{scene.console}/held/{leak}/unlock", form, {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}
    )
    page = browser.open(asked, timeout=120).read().decode()
    assert "Opened and inspected again" in page
    assert "Ab#12x" not in page
    assert {finding["kind"] for finding in shown(scene, leak)["findings"]} == {"name"}  # type: ignore[attr-defined]

    def command(password: str) -> "subprocess.CompletedProcess[str]":
        words = [*HUSHGATE, "--config", str(scene.config), "quarantine", "unlock", clean, "--json"]
        return subprocess.run(words, input=password, capture_output=True, text=True, timeout=180, check=False)

    wrong = command("not-it-secret\n")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    right = command("Ab#12x-secret\n")
    assert (right.returncode, right.stderr) == (0, "")
    assert '"findings": []' in right.stdout
    assert scene.got == []
    assert "secret" not in scene.stderr()
