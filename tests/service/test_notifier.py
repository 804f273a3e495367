"""The worker that tells senders: a real store and a real SMTP server, killed with -9 at each point."""

import asyncio
import email
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path

import pytest

from chats import Chats
from gateway.model import Envelope, NewHold
from gateway.model.notice import Addressed, OutboxEntry
from gateway.policy import Rule
from gateway.service.notifier import Notifier
from gateway.service.wiring import Application, open_house
from gateway.smtp.sink import Delivered
from gateway.telemetry.events import NoticeNotSent, NoticeSent
from quarantine.conftest import new_hold
from scene import OutboxThread
from tls_files import pair

ROOT = Path(__file__).parents[2]


@pytest.fixture
def outbox() -> Iterator[OutboxThread]:
    found = OutboxThread()
    yield found
    found.close()


class Desk:
    """One opened installation, its worker, and a clock that can be moved."""

    def __init__(self, config: Path, house: Application) -> None:
        self.config, self.house, self.events = config, house, list[object]()
        self.ahead = timedelta()
        tools = house.tools()
        self.notifier = Notifier(house, lambda: tools, self.events.append, self.now)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def hold(self, number: int = 0, sender: str = "staff@platform.example", language: str = "zh") -> str:
        new: NewHold = new_hold(f"Subject: {number}\r\n\r\nx\r\n".encode())
        envelope: Envelope = replace(new.envelope, sender=sender)
        return self.house.store.quarantine.hold(
            replace(new, envelope=envelope, addressed=Addressed(language)),  # type: ignore[arg-type]
            "relay",
        )

    def sql(self, words: str) -> list[tuple[object, ...]]:
        """One statement, from outside."""
        with closing(sqlite3.connect(self.config.parent / "var" / "hushgate.db")) as connection, connection:
            return connection.execute(words).fetchall()

    def due(self) -> None:
        """All that waits, and every lease, is over."""
        self.sql("UPDATE outbox SET due_at = '2000' WHERE due_at <> '9999'")

    def work(self) -> None:
        self.due()
        asyncio.run(self.notifier._work())

    def rows(self) -> list[tuple[object, ...]]:
        return self.sql("SELECT kind, state FROM outbox ORDER BY number")


@pytest.fixture
def config(tmp_path: Path, outbox: OutboxThread) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "gateway.toml").write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\nhostname = "gate.platform.example"\n[reader]\nprocesses = 1\n'
        f'[upstream]\nhost = "127.0.0.1"\nport = {outbox.box.port}\nreply_seconds = 2\ndata_seconds = 2\n'
        '[organization]\ndomains = ["platform.example"]\n[notices]\naddress = "hushgate@platform.example"\n'
        'per_hour = 3\nreviewers = ["review@platform.example"]\n[console]\nurl = "https://review.example"\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def desk(config: Path) -> Iterator[Desk]:
    with open_house(config, {}) as house:
        yield Desk(config, house)


def got(outbox: OutboxThread) -> list[Delivered]:
    return outbox.box.messages


def test_each_event_is_told_once_however_often_it_is_asked(desk: Desk, outbox: OutboxThread) -> None:
    one = desk.hold()
    assert desk.hold() == one
    for _ in range(3):
        desk.work()
    assert [(each.sender, each.recipients) for each in got(outbox)] == [("", ("staff@platform.example",))]
    assert desk.events == [NoticeSent("notice", 1)]
    entries = [entry for entry in desk.house.store.audit.entries() if entry.event == "notice_sent"]
    assert [(entry.actor, entry.subject) for entry in entries] == [("notifier", one)]
    assert desk.sql("SELECT length(sealed) FROM outbox") == [(0,)]  # nothing of it is kept


def test_what_upstream_cannot_take_now_is_tried_again_and_given_up_after_a_day(
    desk: Desk, outbox: OutboxThread
) -> None:
    desk.hold()
    outbox.box.replies["rcpt"] = "451 4.3.0 later"
    desk.work()
    desk.work()
    assert desk.rows() == [("notice", "waiting")]
    outbox.box.replies.clear()
    outbox.box.replies["dot"] = "451 4.3.0 later"
    for _ in range(4):
        desk.work()
    assert desk.rows() == [("notice", "waiting")]
    outbox.box.replies.clear()
    desk.work()
    assert len(got(outbox)) == 1
    desk.hold(1)
    outbox.box.cut.add("connect")
    desk.work()
    desk.ahead = timedelta(hours=25)
    outbox.box.cut.clear()
    desk.work()
    assert len(got(outbox)) == 1
    assert desk.rows()[1:] == [("notice", "failed")]
    assert NoticeNotSent("notice", "too_late") in desk.events


def test_a_refusal_for_good_is_an_event_and_no_loop(desk: Desk, outbox: OutboxThread) -> None:
    desk.hold()
    outbox.box.replies["rcpt"] = "550 5.1.1 nobody"
    desk.work()
    desk.work()
    assert desk.rows() == [("notice", "failed")]
    assert NoticeNotSent("notice", "refused") in desk.events


def test_a_return_whose_original_is_too_large_is_told_without_it(desk: Desk, outbox: OutboxThread) -> None:
    one = desk.hold()
    desk.work()
    desk.house.store.quarantine.move(one, "return", "t", "why", note="改")
    sizes: list[int] = []

    def too_large(line: str) -> str | None:
        if line == "DATA" and not sizes:
            sizes.append(1)
            return "552 5.3.4 too big"
        return None

    outbox.box.also = too_large
    desk.work()
    assert len(got(outbox)) == 2
    assert b"message/rfc822" not in got(outbox)[1].content
    assert NoticeNotSent("notice", "extras_left_out") in desk.events
    assert desk.rows()[-1] == ("notice", "sent")


def test_an_answer_that_is_lost_is_sent_twice_and_not_a_third_time(desk: Desk, outbox: OutboxThread) -> None:
    desk.hold()
    outbox.box.cut.add("taken")
    for _ in range(4):
        desk.work()
    assert len(got(outbox)) == 2
    assert len({each.content.partition(b"Message-ID: ")[2][:40] for each in got(outbox)}) == 1
    assert desk.rows() == [("notice", "sent")]


def test_over_the_limit_a_number_is_told_and_a_return_always(desk: Desk, outbox: OutboxThread) -> None:
    ids = [desk.hold(number) for number in range(5)]
    desk.hold(9, sender="other@platform.example")
    desk.due()
    asyncio.run(desk.notifier._work())
    assert len(got(outbox)) == 3 + 1
    desk.house.store.quarantine.move(ids[0], "return", "t", "why")
    desk.due()
    desk.sql("UPDATE outbox SET due_at = '2999' WHERE kind = 'summary'")
    asyncio.run(desk.notifier._work())
    assert len(got(outbox)) == 5
    desk.work()  # the hour is over
    assert len(got(outbox)) == 6
    last = email.message_from_bytes(got(outbox)[-1].content, policy=default)
    assert last["Subject"] == "您有多封邮件暂缓发出或作了改动"
    text = last.get_content()
    assert "另有 2 封邮件" in text
    assert "Q-" not in text


def test_a_summary_is_written_once_an_hour_by_its_number(desk: Desk, outbox: OutboxThread) -> None:
    for number in range(3):
        desk.hold(number)
    desk.work()
    entries = []
    for number in range(3, 6):
        desk.hold(number)
        desk.due()
        entry = desk.house.store.outbox.claim(timedelta(minutes=4))
        assert isinstance(entry, OutboxEntry)
        entries.append(entry)
        asyncio.run(desk.notifier.handle(entry))
    assert [kind for kind, _ in desk.rows()].count("summary") == 1


def test_reviewers_are_reminded_once_an_interval_while_something_waits(desk: Desk, outbox: OutboxThread) -> None:
    asyncio.run(desk.notifier._remind())
    assert desk.rows() == []
    desk.hold(sender="x@elsewhere.example")
    for _ in range(3):
        asyncio.run(desk.notifier._remind())
    desk.work()
    assert [each.recipients for each in got(outbox)] == [("review@platform.example",)]
    desk.ahead = timedelta(hours=1)
    asyncio.run(desk.notifier._remind())
    assert [kind for kind, state in desk.rows() if state == "waiting"] == ["digest"]


@pytest.mark.parametrize("port", [8443, 0])
def test_the_link_leads_to_the_console_over_its_own_tls(config: Path, outbox: OutboxThread, port: int) -> None:
    certificate, key = pair(config)
    own = f'listen = "127.0.0.1:{port}"\ncertificate = "{certificate}"\nkey = "{key}"'
    file = config / "gateway.toml"
    file.write_text(file.read_text("utf-8").replace('url = "https://review.example"', own), "utf-8")
    with open_house(config, {}) as house:
        house.store.people.note_console_address("https://127.0.0.1:54321")  # as the console does where it took any port
        desk = Desk(config, house)
        desk.hold(sender="x@elsewhere.example")
        asyncio.run(desk.notifier._remind())
        desk.work()
    text = str(email.message_from_bytes(got(outbox)[0].content, policy=default).get_body().get_content())  # type: ignore[union-attr]  # it has a text
    assert f"https://127.0.0.1:{port or 54321}" in text
    assert "http://" not in text


def ruled(desk: Desk, **more: object) -> None:
    """From now on the rule by which messages are held says this."""
    tools = desk.house.tools()
    rule = replace(Rule("held", "quarantine"), **more)  # type: ignore[arg-type]
    tools = replace(tools, policy=replace(tools.policy, rules=(rule,)))
    desk.notifier._tools = lambda: tools


def test_a_sentence_of_the_rule_is_in_the_notice_in_its_senders_language(desk: Desk, outbox: OutboxThread) -> None:
    ruled(desk, say=(("zh", "附件请不要加密。"), ("en", "Please send plain files.")))
    desk.hold(1)
    desk.hold(2, language="en")
    desk.work()
    said = [str(email.message_from_bytes(one.content, policy=default).get_body().get_content()) for one in got(outbox)]  # type: ignore[union-attr]
    assert sorted("附件请不要加密。" in one for one in said) == [False, True]
    assert sorted("Please send plain files." in one for one in said) == [False, True]


def test_a_rule_may_leave_its_sender_and_reviewers_alone(desk: Desk, outbox: OutboxThread) -> None:
    ruled(desk, notify=frozenset(("reviewers",)))
    desk.hold(1)
    desk.work()
    assert got(outbox) == []
    ruled(desk, notify=frozenset(("sender",)))
    asyncio.run(desk.notifier._remind())
    desk.hold(2)
    desk.work()
    assert [each.recipients for each in got(outbox)] == [("staff@platform.example",)]
    ruled(desk)
    asyncio.run(desk.notifier._remind())
    desk.work()
    assert got(outbox)[-1].recipients == ("review@platform.example",)


def test_what_a_person_decides_is_told_whatever_the_rule_says(desk: Desk, outbox: OutboxThread) -> None:
    ruled(desk, notify=frozenset[str]())
    held = desk.hold(1)
    desk.house.store.quarantine.move(held, "return", "console:li", "x")
    desk.work()
    assert len(got(outbox)) == 1


def test_a_chat_is_told_a_count_and_is_tried_again_and_its_address_is_nowhere(
    config: Path, outbox: OutboxThread
) -> None:
    chats = Chats()
    hook = f"dingtalk {chats.url()} SECsecret"
    try:
        with open_house(config, {"HUSHGATE_NOTICES__WEBHOOKS": json.dumps([hook])}) as house:
            desk = Desk(config, house)
            assert "SECRETKEY" not in repr(house.settings)
            desk.hold(sender="x@elsewhere.example")
            asyncio.run(desk.notifier._remind())
            chats.status = 500
            for _ in range(4):
                desk.work()
            assert ("webhook", "waiting") in desk.rows()
            chats.status = 200
            desk.work()
            assert ("webhook", "sent") in desk.rows()
            said = {body["text"]["content"] for _, _, body in chats.got}
            (text,) = said  # the oldest is of 2020
            assert text.startswith("有 1 封邮件等待审核，最早的一封已等待 ")
            assert text.endswith(" h。https://review.example")
            assert not [word for word in ("Q-", "xinger", "elsewhere", "staff") if word in text]
            entries = [str(entry) for entry in house.store.audit.entries()]
            assert "SECRETKEY" not in str(desk.events) + str(entries)
            assert "SECsecret" not in str(desk.events) + str(entries)
        database = (config.parent / "var" / "hushgate.db").read_bytes()
        assert b"SECRETKEY" not in database
    finally:
        chats.close()


PROGRAM = """
import asyncio, os, signal, sys
from pathlib import Path
from gateway.service import notifier
from gateway.service.wiring import open_house
from gateway.storage.outbox import OutboxStore

config, point = Path(sys.argv[1]), sys.argv[2]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

real = OutboxStore.dot
def dot(self, entry):
    if point == "before the mark":
        die()
    marked = real(self, entry)
    if point == "marked":
        die()
    return marked

OutboxStore.dot = dot
if point == "sent, not settled":
    OutboxStore.settle = die
with open_house(config, {}) as house:
    tools = house.tools()
    worker = notifier.Notifier(house, lambda: tools, lambda event: None)
    if point == "claimed":
        worker.handle = die
    asyncio.run(worker._work())
"""


@pytest.mark.parametrize(
    ("points", "count"),
    [
        (["claimed"], 1),
        (["before the mark"], 1),
        (["marked"], 1),
        (["sent, not settled"], 2),
        (["sent, not settled", "sent, not settled", "claimed"], 2),
        (["marked", "sent, not settled"], 1),
    ],
)
def test_killed_at_any_point_a_notice_comes_and_twice_at_most(
    config: Path, outbox: OutboxThread, points: list[str], count: int
) -> None:
    with open_house(config, {}) as house:
        Desk(config, house).hold()
    for number, point in enumerate(points):
        with open_house(config, {}) as house:
            Desk(config, house).due()
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(config), point],
            env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/tests"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == -9 or number == 2, done.stderr
        with open_house(config, {}) as house:  # it is written down
            assert Desk(config, house).sql("SELECT attempts FROM outbox") == [(number + 1,)]
    with open_house(config, {}) as house:
        desk = Desk(config, house)
        desk.work()
        desk.work()
        assert desk.rows() == [("notice", "sent")]
    assert len(got(outbox)) == count
    assert count >= 1
