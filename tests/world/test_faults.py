"""What fails around us costs the client a 451 and nothing else: no message is lost, none leaks."""

import os
import signal
import smtplib
import sqlite3
import threading
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from conftest import XINGER
from gateway.demo import drawing
from gateway.demo.trace import traces
from gateway.smtp.sink import Stage
from scene import Scene, mail, under_one_received, unreadable

LEAK = mail("张小鸣举报了您，请说明当晚情况。")
TO = "xinger@streamers.example"


@pytest.fixture
def own(scene: Scene) -> Scene:
    """A started installation of this test's own, with the report against 星儿."""
    scene.import_reports(XINGER)
    return scene.start()


def test_a_locked_database_is_451_and_nothing_is_lost(own: Scene) -> None:
    lock = sqlite3.connect(own.database, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    try:
        code, text = own.send(unreadable(), TO)
        assert (code, text[:5]) == (451, "4.7.1")
    finally:
        lock.execute("ROLLBACK")
        lock.close()
    assert own.got == []
    assert own.held() == []
    assert own.send(unreadable(), TO)[1].startswith("2.7.1")
    assert len(own.held()) == 1


@pytest.mark.parametrize("content", [LEAK, unreadable(), mail("请说明当晚情况。")])
def test_a_database_that_is_gone_is_451_even_for_clean_mail_and_never_an_empty_one(own: Scene, content: bytes) -> None:
    own.database.rename(own.folder / "away.db")
    assert own.send(content, TO)[0] == 451
    assert own.send(content, "yuanshan@streamers.example")[0] == 451
    assert own.got == []
    assert not own.database.exists()
    assert own.get("/readyz")[0] == 503


def test_a_store_that_is_missing_at_the_start_is_never_made_anew(own: Scene) -> None:
    assert own.stop() == 0
    for path in (own.folder / "var").glob("hushgate.db*"):
        path.unlink()
    done = own.cli("reports", "list")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not own.database.exists()


def test_a_reader_killed_in_mid_inspection_is_451_and_the_retry_goes_through(own: Scene) -> None:
    stop = threading.Event()
    at_rest = _readers_at_rest(own)

    def kill_reader() -> None:
        while not stop.is_set():
            for reader, before in at_rest.items():
                if _ticks(reader) > before + 40:  # 0.4 s of CPU: it reads the picture
                    os.kill(reader, signal.SIGKILL)
                    return
            time.sleep(0.05)

    shot = drawing.png(drawing.mail("举报", ("发件人：张小鸣",), ("我是张小鸣，我要举报。",) * 20))
    content = _with_picture(shot)
    killer = threading.Thread(target=kill_reader)
    killer.start()
    try:
        code, text = own.send(content, TO)
        assert (code, text[:5]) == (451, "4.7.1")
        assert own.got == []
        assert own.held() == []
    finally:
        stop.set()
        killer.join()
    code, text = own.send(content, TO)
    assert (code, text[:5]) == (250, "2.7.1")
    assert own.got == []
    assert own.cli("audit", "verify").returncode == 0
    assert '"event": "ReaderLost"' in own.stderr()
    assert 'hushgate_reader_lost_total{how="died"} 0.0' not in own.get("/metrics")[1]


def _readers_at_rest(scene: Scene) -> dict[int, int]:
    """The readers, once all have started, and what processor time each has used."""
    found: list[dict[int, int]] = [{}]

    def resting() -> bool:
        before, found[0] = found[0], {reader: _ticks(reader) for reader in scene.readers()}
        time.sleep(0.5)
        return bool(before) and before == found[0]

    scene.until(resting, 60)
    return found[0]


def _ticks(pid: int) -> int:
    """Hundredths of a second of its own code."""
    try:
        return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[11])
    except OSError:
        return 0


def _with_picture(png: bytes) -> bytes:
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = "kefu07@platform.example", TO, "图"
    made.set_content("请看图。\n")
    made.add_attachment(png, "image", "png", filename="a.png")
    return made.as_bytes()


def test_kill_9_right_after_a_hold_loses_nothing(own: Scene) -> None:
    held = own.send(unreadable(), TO)[1].split("id ")[1].strip()
    own.stop(signal.SIGKILL)
    own.start()
    assert [entry["id"] for entry in own.held()] == [held]
    assert own.send(unreadable(), TO)[1].endswith(held)
    assert own.cli("quarantine", "release", held, "--reason", "checked").returncode == 0
    assert under_one_received(own.got[0].content, unreadable())


def test_kill_9_while_it_inspects_leaves_nothing_and_the_retry_is_whole(own: Scene) -> None:
    for delay in (0.0, 0.01, 0.03, 0.1):
        failure: list[BaseException] = []

        def submit(failure: list[BaseException] = failure) -> None:
            try:
                own.send(LEAK, TO)
            except OSError as error:  # smtplib's errors are OSErrors
                failure.append(error)

        client = threading.Thread(target=submit)
        client.start()
        time.sleep(delay)
        own.stop(signal.SIGKILL)
        client.join(30)
        own.start()
    assert own.send(LEAK, TO)[0] == 250
    assert all(traces(message.content, ("张小鸣",), frozenset()) == [] for message in own.got)
    assert own.cli("audit", "verify").returncode == 0


def test_sigterm_finishes_what_was_accepted(own: Scene) -> None:
    own.outbox.box.delays["dot"] = 1.0
    answers: list[tuple[int, str]] = []

    def submit() -> None:
        client = smtplib.SMTP(*own.smtp, timeout=120)
        client.ehlo("staff.platform.example")
        client.mail("kefu07@platform.example")
        client.rcpt(TO)
        code, text = client.data(mail("请说明。"))
        answers.append((code, text.decode()))
        client.close()  # without QUIT, which may be answered 421 by now

    client = threading.Thread(target=submit)
    client.start()
    while not own.outbox.box.commands or own.outbox.box.commands[-1] != "DATA":
        time.sleep(0.01)
    assert own.stop() == 0
    client.join(10)
    assert answers[0][0] == 250
    assert len(own.got) == 1


@pytest.mark.parametrize("stage", ["connect", "mail", "rcpt", "data", "dot"])
def test_an_upstream_that_fails_is_an_error_that_the_client_hears(own: Scene, stage: Stage) -> None:
    own.outbox.box.cut.add(stage)
    with smtplib.SMTP(*own.smtp, timeout=30) as client:
        client.ehlo()
        codes = [client.mail("kefu07@platform.example")[0], client.rcpt(TO)[0]]
        if codes == [250, 250]:
            codes.append(client.data(mail("请说明。"))[0])
    assert codes[-1] // 100 in (4, 5)
    assert own.got == []


def test_an_upstream_that_refuses_is_heard_by_the_client(own: Scene) -> None:
    own.outbox.box.replies["dot"] = "552-5.3.4 Too\r\n552 5.3.4 big"
    assert own.send(mail("请说明。"), TO) == (552, "5.3.4 Too\n5.3.4 big")
