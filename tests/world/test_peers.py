"""Real mail software on both sides of us: Postfix, swaks, msmtp, Python's smtplib."""

import os
import shutil
import smtplib
import socket
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from conftest import XINGER
from formats.mime.test_ordinary_mail import SAMPLES
from scene import STAFF, Scene, mail, under_one_received, unreadable

TO, OTHER = "xinger@streamers.example", "yuanshan@streamers.example"
CLEAN = mail("请说明当晚情况。", to=OTHER)
LEAK = mail("张小鸣举报了您，请说明当晚情况。")


@pytest.fixture
def own(scene: Scene) -> Scene:
    scene.import_reports(XINGER)
    return scene.start()


def run(*words: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, input=text, capture_output=True, timeout=60, check=False)


def test_smtplib_sends_and_hears(own: Scene) -> None:
    with smtplib.SMTP(*own.smtp) as client:
        assert client.sendmail(STAFF, [OTHER], CLEAN) == {}
        own.outbox.box.replies["rcpt"] = "550 5.1.1 No such user"
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            client.sendmail(STAFF, [OTHER], CLEAN)
    assert under_one_received(own.got[0].content, CLEAN)


# A picture that is whole, where the sample has but the beginning of one.
PIXEL = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize("program", ["thunderbird", "outlook", "foxmail", "gmail", "apple", "qq", "raw utf-8"])
def test_mail_as_the_usual_programs_write_it_goes_out_as_it_came(own: Scene, program: str) -> None:
    content = SAMPLES[program].replace(b"iVBORw0KGgo=", PIXEL)
    content += b"" if content.endswith(b"\r\n") else b"\r\n"
    for to in (TO, OTHER):
        assert own.send(content, to)[0] == 250
    assert own.held() == []
    assert len(own.got) == 2
    assert all(under_one_received(got.content, content) for got in own.got)


def test_swaks_sends_and_hears(own: Scene, tmp_path: Path) -> None:
    host, port = own.smtp
    for name, content, to, answer in (
        ("clean", CLEAN, OTHER, b"250 2.0.0"),
        ("leak", LEAK, TO, b"250 2.0.0"),
        ("dark", unreadable(), TO, b"250 2.7.1"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        words = ("--server", host, "--port", str(port), "--from", STAFF, "--to", to, "--data", f"@{file}")
        done = run("swaks", *words)
        assert done.returncode == 0, done.stdout
        assert b"<-  " + answer in done.stdout
    assert len(own.got) == 2
    # swaks ends a message with an empty line of its own
    assert under_one_received(own.got[0].content.removesuffix(b"\r\n"), CLEAN) or under_one_received(
        own.got[0].content, CLEAN
    )
    assert "张小鸣".encode() not in own.got[1].content


def test_msmtp_sends_and_hears(own: Scene) -> None:
    host, port = own.smtp
    words = (
        "msmtp",
        f"--host={host}",
        f"--port={port}",
        "--auth=off",
        "--tls=off",
        f"--from={STAFF}",
        "--file=/dev/null",
    )
    assert run(*words, OTHER, text=CLEAN.replace(b"\r\n", b"\n")).returncode == 0
    assert under_one_received(own.got[0].content, CLEAN)
    own.outbox.box.replies["rcpt"] = "550 5.1.1 No such user"
    done = run(*words, OTHER, text=CLEAN.replace(b"\r\n", b"\n"))
    assert done.returncode == 65  # EX_DATAERR: for good, it is not to be tried again
    assert b"5.1.1 No such user" in done.stderr


def test_smtp_source_sends_many(own: Scene) -> None:
    host, port = own.smtp
    done = run(
        "/usr/sbin/smtp-source", "-s", "10", "-m", "200", "-l", "4096", "-f", STAFF, "-t", OTHER, f"{host}:{port}"
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(own.got) == 200


class Postfix:
    """An instance of its own under one folder: `before` hands every mail to us as its before-queue proxy, `after` is
    where we give it back, and from there it goes to the outbox."""

    def __init__(self, folder: Path, outbox: int) -> None:
        self.folder = folder
        self.before, self.after = free_port(), free_port()
        for name in ("queue", "data", "etc"):
            (folder / name).mkdir(parents=True)
        folder.chmod(0o755)
        shutil.chown(folder / "data", "postfix", "postfix")
        self.settings = [
            "compatibility_level = 3.6",
            f"queue_directory = {folder}/queue",
            f"data_directory = {folder}/data",
            "inet_interfaces = 127.0.0.1",
            "inet_protocols = ipv4",
            "myhostname = postfix.platform.example",
            "mydestination =",
            "alias_maps =",
            "mynetworks = 127.0.0.0/8",
            f"relayhost = [127.0.0.1]:{outbox}",
            f"maillog_file = {folder}/log",
            f"maillog_file_prefixes = {folder}",
            "smtputf8_enable = yes",
            "smtp_tls_security_level = none",
        ]

    def start(self, hushgate: int) -> None:
        services = [
            f"127.0.0.1:{self.before} inet n - n - 20 smtpd -o smtpd_proxy_filter=127.0.0.1:{hushgate}"
            " -o smtpd_client_connection_count_limit=10",
            f"127.0.0.1:{self.after} inet n - n - - smtpd -o smtpd_authorized_xforward_hosts=127.0.0.0/8"
            " -o smtpd_relay_restrictions=permit_mynetworks,reject",
            "pickup unix n - n 60 1 pickup",
            "cleanup unix n - n - 0 cleanup",
            "qmgr unix n - n 300 1 qmgr",
            "rewrite unix - - n - - trivial-rewrite",
            "bounce unix - - n - 0 bounce",
            "defer unix - - n - 0 bounce",
            "trace unix - - n - 0 bounce",
            "smtp unix - - n - - smtp",
            "relay unix - - n - - smtp",
            "error unix - - n - - error",
            "retry unix - - n - - error",
            "anvil unix - - n - 1 anvil",
            "scache unix - - n - 1 scache",
            "proxymap unix - - n - - proxymap",
            "postlog unix-dgram n - n - 1 postlogd",
        ]
        (self.folder / "etc" / "main.cf").write_text("\n".join(self.settings) + "\n")
        (self.folder / "etc" / "master.cf").write_text("\n".join(services) + "\n")
        self._command("start")

    def stop(self) -> None:
        self._command("stop")

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _command(self, word: str) -> None:
        done = run("/usr/sbin/postfix", "-c", str(self.folder / "etc"), word)
        assert done.returncode == 0, (done.stdout + done.stderr).decode() + self.log()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def postfix(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postfix]:
    # Postfix's own user must reach its folders, and its sockets' paths must be short.
    folder = Path("/tmp") / f"postfix-{os.getpid()}-{time.monotonic_ns() % 10**6}"
    made = Postfix(folder, scene.outbox.box.port)
    scene.write_config(upstream=made.after)
    scene.import_reports(XINGER)
    scene.start()
    made.start(scene.smtp[1])
    yield made
    made.stop()
    shutil.rmtree(folder)


def test_as_the_proxy_filter_of_postfix_and_with_postfix_as_upstream(scene: Scene, postfix: Postfix) -> None:
    def send(content: bytes, to: str) -> tuple[int, str]:
        with smtplib.SMTP("127.0.0.1", postfix.before, timeout=60) as client:
            client.ehlo("desk.platform.example")
            client.mail(STAFF)
            client.rcpt(to)
            code, text = client.data(content)
        return code, text.decode()

    code, text = send(CLEAN, OTHER)
    assert (code, text[:5]) == (250, "2.0.0"), postfix.log()
    assert "queued as" in text  # Postfix's own words, through us and back to its client
    scene.until(lambda: len(scene.got) == 1)
    assert scene.got[0].content.endswith(CLEAN)
    hops = message_from_bytes(scene.got[0].content).get_all("Received") or []
    # Our client is Postfix: it says EHLO to us, and its two instances add one field each.
    assert sum("gate.platform.example" in hop.partition("by ")[2] for hop in hops) == 1

    assert send(LEAK, TO)[0] == 250
    scene.until(lambda: len(scene.got) == 2)
    assert "张小鸣".encode() not in scene.got[1].content
    code, text = send(unreadable(), TO)
    assert (code, text[:5]) == (250, "2.7.1")
    assert [row["id"] for row in scene.held()] == [text.split("id ")[1].strip()]
    assert len(scene.got) == 2


def test_postfix_hears_our_451_and_keeps_the_mail_with_its_client(scene: Scene, postfix: Postfix) -> None:
    scene.stop()
    with smtplib.SMTP("127.0.0.1", postfix.before, timeout=60) as client:
        client.ehlo("desk.platform.example")
        assert client.mail(STAFF)[0] == 250
        assert client.rcpt(OTHER)[0] in (250, 451)
        code = client.data(CLEAN)[0] if client.rcpt(OTHER)[0] == 250 else 451
    assert code == 451, postfix.log()
    assert scene.got == []


def test_postfix_takes_many_from_smtp_source_through_us(scene: Scene, postfix: Postfix) -> None:
    words = ("-s", "8", "-m", "60", "-l", "3000", "-f", STAFF, "-t", OTHER, f"127.0.0.1:{postfix.before}")
    done = run("/usr/sbin/smtp-source", *words)
    assert (done.returncode, done.stderr) == (0, b""), postfix.log()
    scene.until(lambda: len(scene.got) == 60, 60)
