"""What senders and reviewers are told, through the service as it runs: real SMTP, real files, a real upstream."""

import re
import sqlite3
from contextlib import closing
from email import message_from_bytes
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from conftest import XINGER
from gateway.smtp.sink import Delivered
from scene import STAFF, Scene, mail, unreadable

PARTY = "xinger@streamers.example"
NOTICES = """
[notices]
address = "hushgate@platform.example"
"""
LEAK = "是张小鸣送的火箭吗？"
SECRETS = (
    "张小鸣",
    "小鸣",
    "鸣鸣不飞",
    "xiaoming",
    "13800138000",
    "138 0013 8000",
    "xm_feifei90",
    "R-2020-0918",
    "举报",
)


@pytest.fixture
def own(scene: Scene) -> Scene:
    """A started installation of this test's own that tells its senders."""
    scene.write_config(NOTICES)
    scene.import_reports(XINGER)
    return scene.start()


def notices(scene: Scene, to: str = STAFF) -> list[Delivered]:
    return [one for one in scene.got if one.recipients == (to,) and one.sender == ""]


def parsed(one: Delivered) -> EmailMessage:
    found = message_from_bytes(one.content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def words(one: Delivered) -> str:
    body = parsed(one).get_body()
    assert body is not None
    return str(body.get_content())


def held(scene: Scene, content: bytes, *to: str) -> str:
    answer = scene.send(content, *(to or (PARTY,)))[1]
    assert answer.startswith("2.7.1"), answer
    return answer.rpartition("id ")[2].strip()


def wait(scene: Scene, count: int = 1, to: str = STAFF) -> list[Delivered]:
    scene.until(lambda: len(notices(scene, to)) >= count, 60)
    return notices(scene, to)


def anonymous(one: Delivered) -> list[str]:
    """All that a reader sees but the id, and which fields there are."""
    said = words(one), str(parsed(one)["Subject"])
    return [*parsed(one), *(re.sub(r"[QW]-[A-Z2-7]{10}", "ID", text) for text in said)]


def test_a_sender_hears_of_a_hold_within_a_minute_and_the_words_are_the_same_whoever_is_named(own: Scene) -> None:
    first = held(own, mail(LEAK, subject="关于张小鸣"))
    one = wait(own)[0]
    said, fields = words(one), parsed(one)
    assert fields["Auto-Submitted"] == "auto-replied"
    assert fields["X-Auto-Response-Suppress"] == "All"
    assert fields["In-Reply-To"] is None
    assert fields["To"] == STAFF
    assert first in said or first in fields["Subject"]
    assert "已暂缓发出" in said
    assert "x***@s***.example" in said
    whole = one.content.decode() + said + str(fields["Subject"])
    assert not [secret for secret in SECRETS if secret in whole]
    # Nobody is named in this one, and it cannot be read: the same words, and as long.
    held(own, unreadable(b"2"))
    held(own, unreadable(b"3"))
    two = wait(own, 3)[1:]
    assert [anonymous(other) for other in two] == [anonymous(one)] * 2
    assert {len(other.content) for other in two} == {len(one.content)}


def test_each_decision_is_told_once_and_a_return_gives_the_original_back(own: Scene) -> None:
    returned, discarded, released = (held(own, mail(LEAK + mark)) for mark in ("一", "二", "三"))
    wait(own, 3)
    done = own.cli("quarantine", "return", returned, "--reason", "不该提张小鸣", "--note", "请只写处理结果")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{returned} returned\n"
    assert own.cli("quarantine", "discard", discarded, "--reason", "x").returncode == 0
    assert own.cli("quarantine", "release", released, "--reason", "x").returncode == 0
    wait(own, 5)
    by_subject = {str(parsed(one)["Subject"]): one for one in notices(own)}
    assert {one["id"]: one["status"] for one in own.held()} == {
        returned: "returned",
        discarded: "discarded",
        released: "released",
    }
    back = by_subject[f"邮件已退回，未发出（{returned}）"]
    assert "请只写处理结果" in words(back)
    assert "不该提" not in words(back)
    (attached,) = parsed(back).iter_attachments()
    assert attached.get_content_type() == "message/rfc822"
    assert (LEAK + "一").encode() in back.content  # byte for byte
    assert f"邮件不再发出（{discarded}）" in by_subject
    assert not [subject for subject in by_subject if released in subject and "已发出" in subject]  # it is off
    again = own.cli("quarantine", "return", returned, "--reason", "twice")
    assert again.returncode == 2
    assert "cannot be returned: it is returned" in again.stderr
    assert own.cli("audit", "verify").returncode == 0


def test_a_note_that_names_the_reporter_does_not_leave_and_the_message_stays_held(own: Scene) -> None:
    one = held(own, mail(LEAK))
    done = own.cli("quarantine", "return", one, "--reason", "x", "--note", "张小鸣（13800138000）举报了对方")
    assert done.returncode == 2
    assert "the note says what the recipients" in done.stderr
    assert own.held()[0]["status"] == "held"


def test_a_rewriting_is_told_in_the_language_of_the_mail_and_does_not_show_what_was_left_out(own: Scene) -> None:
    text = (
        "Dear streamer, please explain the evening of the report. 张小鸣 complained about it, and we want to hear you."
    )
    assert own.send(mail(text), PARTY)[1].startswith("2.0.0")
    one = wait(own)[0]
    said = words(one)
    assert "a program left a part of it out" in said
    assert not list(parsed(one).iter_attachments())
    assert not [secret for secret in SECRETS if secret in one.content.decode() + said]


def test_nobody_is_told_who_may_not_have_written_or_is_a_machine(own: Scene) -> None:
    assert own.send(mail(LEAK), PARTY, sender="")[1].startswith("2.7.1")
    assert own.send(mail(LEAK + "1"), PARTY, sender="somebody@elsewhere.example")[1].startswith("2.7.1")
    for header in ("Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <news.platform.example>"):
        assert own.send(mail(LEAK + header, headers=[header]), PARTY)[1].startswith("2.7.1")
    held(own, mail(LEAK + "last"))
    wait(own)
    assert [one.recipients for one in own.got] == [(STAFF,)]
    done = own.cli("quarantine", "return", own.held()[-1]["id"], "--reason", "x")
    assert done.returncode == 0
    assert "no notice goes to its sender" in done.stderr


def reply(to: str, text: str, **fields: str) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = STAFF, to, str(Header("Re: 邮件暂缓发出", "utf-8"))
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


def test_an_answer_to_a_notice_is_kept_for_the_reviewer_and_goes_nowhere(own: Scene) -> None:
    one = held(own, mail(LEAK))
    notice = wait(own)[0]
    to = str(parsed(notice)["Reply-To"])
    before = len(own.got)
    said = "张小鸣是我们的合同方，与此无关。\n\n—— 回复请写在此行以上 ——\n> 您好：\n"
    # A server may change the letter case of an address.
    code, text = own.send(reply(to, said), to.lower())
    assert (code, text) == (250, f"2.7.1 Message held for review, id {one}")
    assert own.send(reply(to, said), to) == (code, text)  # once more, the same
    assert len(own.got) == before
    assert own.held()[0]["status"] == "held"
    kept = own.database.read_bytes() + b"".join(path.read_bytes() for path in own.database.parent.glob("*-wal"))
    assert "合同方".encode() not in kept
    # Made up, or with others: nothing is kept, and others are told of in another transaction.
    wrong = to.replace(to[-30], "A" if to[-30] != "A" else "B", 1)
    for address in (f"hushgate+{'A' * 39}@platform.example", "hushgate+@platform.example", wrong):
        assert own.send(reply(address, "x"), address)[0] == 550, address
    assert own.send(reply(to, "second"), PARTY, to)[0] == 250
    assert own.got[-1].recipients == (PARTY,)
    # Whoever was sent the notice on is not its sender, and a server that writes its own address is nobody else.
    another = reply(to, "let it go").replace(STAFF.encode(), b"li@platform.example", 1)
    assert own.send(another, to, sender="li@platform.example")[0] == 550
    assert own.send(reply(to, said), to, sender="prvs=1234=list@platform.example") == (code, text)
    # A machine's answer is taken, and dropped.
    assert own.send(reply(to, "I am away", Auto_Submitted="auto-replied"), to)[0] == 250
    with closing(sqlite3.connect(own.database)) as connection:
        assert connection.execute("SELECT count(*) FROM justifications").fetchone() == (1,)
    assert own.stderr().count('"event": "Justified", ') == 7


def test_over_the_limit_a_sender_is_told_by_number_alone(scene: Scene) -> None:
    scene.write_config(NOTICES + "per_hour = 2\n")
    scene.import_reports(XINGER)
    scene.start()
    for number in range(5):
        held(scene, unreadable(str(number).encode()))
    wait(scene, 2)

    def states() -> list[tuple[str, str]]:
        connection = sqlite3.connect(scene.database)
        try:
            return sorted(connection.execute("SELECT kind, state FROM outbox").fetchall())
        finally:
            connection.close()

    wanted = [("gathered", "sent")] * 3 + [("notice", "sent")] * 2 + [("summary", "waiting")]
    scene.until(lambda: states() == wanted, 60)  # nothing is left that could still be sent now
    assert len(notices(scene)) == 2


def test_reviewers_get_a_count_and_a_link(scene: Scene) -> None:
    scene.write_config(NOTICES + 'reviewers = ["review@platform.example"]\n')
    scene.import_reports(XINGER)
    scene.start()
    held(scene, mail(LEAK))
    one = wait(scene, 1, "review@platform.example")[0]
    text = words(one)
    assert "有 1 封邮件等待审核" in text
    assert "http://127.0.0.1" in text
    assert parsed(one)["Auto-Submitted"] == "auto-generated"
    whole = one.content.decode() + text
    assert not [word for word in (*SECRETS, PARTY, STAFF, "Q-") if word in whole]


def test_without_an_address_nobody_is_told(scene: Scene) -> None:
    scene.import_reports(XINGER)
    scene.start()
    held(scene, mail(LEAK))

    def waiting() -> int:
        with closing(sqlite3.connect(scene.database)) as connection:
            return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])

    assert waiting() == 1
    scene.until(lambda: waiting() == 0, 60)  # it was looked at, and dropped
    assert not scene.got
