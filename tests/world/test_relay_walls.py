"""Relays in their jail do all that relays do: TLS both ways, names looked up, large contents, files that change."""

import os
import signal
import smtplib
import ssl
from pathlib import Path

import pytest

from conftest import XINGER
from isolation_tools import descendants
from relay.test_starttls import pair, trusting
from scene import STAFF, OutboxThread, Scene, mail, under_one_received

TO = "xinger@streamers.example"
CLEAN = mail("请说明当晚情况。")
LARGE = mail("请说明当晚情况。" * 1000 + "\n" + ("x" * 900 + "\n") * 6000)


def shown(scene: Scene) -> bytes:
    """The certificate that a new client sees; empty where none is shown."""
    try:
        with smtplib.SMTP(*scene.smtp, timeout=30) as client:
            client.starttls(context=trusting())
            assert isinstance(client.sock, ssl.SSLSocket)
            return client.sock.getpeercert(binary_form=True) or b""
    except (OSError, smtplib.SMTPException):  # a relay that is told to drain just now says 421 instead
        return b""


def common_name(scene: Scene) -> str:
    """Whose certificate that is; empty where none is shown."""
    seen = shown(scene)
    return next((name for name in ("one", "two", "three", "four") if f"{name}.gate.example".encode() in seen), "")


@pytest.fixture
def own(scene: Scene, tmp_path: Path) -> Scene:
    """Upstream by name and over STARTTLS; our certificate in a folder of its own."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair(tmp_path / "upstream.pem", "localhost")
    context.load_cert_chain(tmp_path / "upstream.pem")
    scene.outbox.close()
    scene.outbox = OutboxThread(starttls=context)
    for folder in ("tls", "other"):
        (tmp_path / folder).mkdir()
    pair(tmp_path / "tls" / "gate.pem", "one.gate.example")
    configure(scene, tmp_path / "tls" / "gate.pem")
    scene.import_reports(XINGER)
    return scene.start()


def configure(scene: Scene, certificate: Path, more: str = "") -> None:
    scene.write_config(more)
    path = scene.config / "gateway.toml"
    tls = f'tls = "starttls"\ncertificate = "{certificate}"\nprivate_key = "{certificate}"\n'
    text = path.read_text().replace("[smtp]\n", f"[smtp]\nspool_memory = 1000000\nprocesses = 2\n{tls}")
    text = text.replace('host = "127.0.0.1"\nport', 'host = "localhost"\ntls = "starttls"\nverify = false\nport')
    path.write_text(text)


def send(scene: Scene, content: bytes, to: str = TO) -> int:
    with smtplib.SMTP(*scene.smtp, timeout=120) as client:
        client.starttls(context=trusting())
        client.ehlo("staff.platform.example")
        client.mail(STAFF)
        client.rcpt(to)
        return client.data(content)[0]


def test_mail_goes_through_with_tls_on_both_sides_and_certificates_change(own: Scene, tmp_path: Path) -> None:
    assert send(own, CLEAN) == 250
    assert send(own, LARGE) == 250
    assert under_one_received(own.got[0].content, CLEAN)
    assert under_one_received(own.got[1].content, LARGE)
    relays = own.pids("relay")

    # Renewed as every tool does: another file under the same name. No relay is started anew for it.
    pair(tmp_path / "new.pem", "two.gate.example")
    os.replace(tmp_path / "new.pem", tmp_path / "tls" / "gate.pem")
    own.until(lambda: common_name(own) == "two")
    assert own.pids("relay") == relays

    # From another folder, which no relay may see that runs now.
    pair(tmp_path / "other" / "gate.pem", "three.gate.example")
    configure(own, tmp_path / "other" / "gate.pem")
    assert own.process is not None
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: common_name(own) == "three" and len(own.pids("relay")) == 2)
    own.until(lambda: not set(own.pids("relay")) & set(relays))
    assert send(own, CLEAN) == 250

    # Beside the master key, where only the file itself is granted: it is replaced, and so are the relays.
    pair(tmp_path / "var" / "gate.pem", "one.gate.example")
    configure(own, tmp_path / "var" / "gate.pem")
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: common_name(own) == "one")
    relays = own.pids("relay")
    pair(tmp_path / "new.pem", "four.gate.example")
    os.replace(tmp_path / "new.pem", tmp_path / "var" / "gate.pem")
    own.until(lambda: common_name(own) == "four")
    own.until(lambda: not set(own.pids("relay")) & set(relays))  # until then one may say 421 to whoever comes
    assert send(own, CLEAN) == 250
    assert "Unexpected" not in own.stderr()


def test_grants_that_change_again_while_old_relays_drain_leave_as_many_relays_as_there_were(
    own: Scene, tmp_path: Path
) -> None:
    assert own.process is not None
    context = trusting()
    clients = [smtplib.SMTP(*own.smtp, timeout=60) for _ in range(6)]
    for client in clients:  # each in the middle of its mail: whoever serves it drains until that is over
        client.starttls(context=context)
        client.ehlo("staff.platform.example")
        assert client.mail(STAFF)[0] == client.rcpt(TO)[0] == 250
        assert client.docmd("data")[0] == 354
    old = set(own.pids("relay"))
    for name in ("two", "three", "four"):
        (tmp_path / name).mkdir()
        pair(tmp_path / name / "gate.pem", f"{name}.gate.example")
        configure(own, tmp_path / name / "gate.pem")
        before = set(own.pids("relay"))
        own.process.send_signal(signal.SIGHUP)
        own.until(lambda: len(set(own.pids("relay")) - before) == 2)  # noqa: B023 - asked at once
        own.until(lambda: len(set(own.pids("relay")) - old) == 2)
    for client in clients:
        client.send(CLEAN + b".\r\n")
        assert client.getreply()[0] == 250
        client.close()
    own.until(lambda: not set(own.pids("relay")) & old)
    assert len(own.pids("relay")) == 2
    assert common_name(own) == "four"


def test_running_relays_say_in_what_jail_they_are_and_start_nothing(own: Scene) -> None:
    assert own.stderr().count('"event":"RelayJailed"') + own.stderr().count('"event": "RelayJailed"') == 2
    for pid in own.pids("relay"):
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        assert status["NoNewPrivs"].strip() == "1"
        assert status["Seccomp"].strip() == "2"
        assert not descendants(pid)
