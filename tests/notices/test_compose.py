"""A notice says the same whatever is in the message, and nothing that anybody wrote gets into its head."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import LANGUAGES, Finding, Language, Location, Reading, TextFragment
from gateway.model.notice import NOTICE_KINDS, Addressed, NoticeKind, SenderNotice
from gateway.notices import compose
from gateway.notices.addressed import addressed_of
from gateway.notices.compose import Writer, about, without_extras
from gateway.notices.masked import masked_address, masked_recipients
from gateway.notices.templates import packaged, words_of, words_problems
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
from quarantine.conftest import new_hold

AT = datetime(2026, 11, 30, 7, 32, tzinfo=UTC)
WRITER = Writer("hushgate@platform.example", packaged(), lambda moment: moment)


def told(event: NoticeKind = "hold", language: Language = "zh", **more: object) -> SenderNotice:
    given_: dict[str, object] = {
        "event": event,
        "message": "Q-ABCDEFGHIJ",
        "sender": "kefu07@platform.example",
        "recipients": ("xinger@streamers.example",),
        "at": AT,
        "addressed": Addressed(language),
        **more,
    }
    return SenderNotice(**given_)  # type: ignore[arg-type]


def mail_of(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("event", NOTICE_KINDS)
def test_every_notice_helps_and_never_speaks_of_reports(event: NoticeKind, language: Language) -> None:
    notice = about(told(event, language), WRITER, AT, "<1@gate.example>")
    got = mail_of(notice.content)
    said = got.get_content() + str(got["Subject"])
    assert "Q-ABCDEFGHIJ" in said
    assert "x***@s***.example" in said
    assert ("11月30日 07:32" if language == "zh" else "2026-11-30 07:32") in said
    assert "{" not in said
    assert not [word for word in ("举报", "投诉", "report", "complain", "xinger", "streamers") if word in said.lower()]
    assert notice.envelope.sender == ""
    assert got["Auto-Submitted"] == "auto-replied"
    assert max(len(line) for line in notice.content.split(b"\r\n")) <= 78


def test_who_may_answer_is_told_so_and_nobody_else() -> None:
    with_answer = mail_of(about(told(), WRITER, AT, "<1@x>", "hushgate+x@platform.example").content)
    assert with_answer["Reply-To"] == "hushgate+x@platform.example"
    assert with_answer.get_content().startswith("—— 回复请写在此行以上 ——")
    assert "请直接回复本通知" in with_answer.get_content()
    without = mail_of(about(told(), WRITER, AT, "<1@x>").content)
    assert without["Reply-To"] is None
    assert "回复" not in without.get_content()


def test_what_is_told_of_two_holds_differs_in_the_id_alone(tmp_path: Path) -> None:
    """However different what was found in them: the store is given it, and the notice is not."""
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32), clock=lambda: AT)
    plain = new_hold(b"Subject: a\r\n\r\nx\r\n")
    finding = Finding("name", "R-1", Location("1"), "text", "name", 0.9, span=(0, 3))
    found = replace(
        plain,
        content="Subject: 张小鸣\r\nMessage-ID: <zhangxiaoming@x>\r\n\r\n张小鸣\r\n".encode() * 50,
        digest=b"2" * 32,
        findings=(finding,),
        rules=("identity-in-text",),
        rule="identity-in-text",
        reading=Reading(texts=(TextFragment(Location("1"), "text", "张小鸣"),)),
    )
    ids = [store.quarantine.hold(one, "relay") for one in (plain, found)]
    outside = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    outside.execute("UPDATE outbox SET due_at = '2000'")
    outside.close()
    entries = [store.outbox.claim(timedelta(minutes=5)) for _ in ids]
    said = []
    for entry, id_ in zip(entries, ids, strict=True):
        assert entry is not None
        assert isinstance(entry.content, SenderNotice)
        assert entry.subject == id_
        said.append(about(entry.content, WRITER, AT, "<1@x>").content.replace(id_.encode(), b"ID"))
    bodies = [mail_of(one).get_content().replace(ids[i], "ID") for i, one in enumerate(said)]
    assert bodies[0] == bodies[1]
    assert len(said[0]) == len(said[1])
    store.shut()


def test_what_hangs_on_a_notice_is_byte_for_byte_as_it_was() -> None:
    edge = compose._edge(b"", "<1@gate.example>")
    original = f"Subject: x\r\n\r\n--{edge}--\r\n正文\r\n.\r\n".encode()
    notice = about(told("return"), WRITER, AT, "<1@gate.example>", original=original)
    assert original in notice.content
    assert original not in notice.plain
    got = mail_of(notice.content)
    text, attached = got.iter_parts()
    assert "您的原件见附件" in text.get_content()
    assert attached.get_content_type() == "message/rfc822"
    assert notice.envelope.parameters == ("BODY=8BITMIME",)
    assert "您的原件见附件" not in mail_of(about(told("return"), WRITER, AT, "<1@x>").content).get_content()


@given(st.text(max_size=60), st.text(max_size=40), st.lists(st.text(max_size=30), max_size=5))
def test_nothing_that_somebody_wrote_makes_a_field_or_ends_the_head(note: str, id_: str, to: list[str]) -> None:
    one = told("return", note=note, message=id_, recipients=tuple(to))
    content = about(one, WRITER, AT, "<1@gate.example>").content
    head, _, body = content.partition(b"\r\n\r\n")
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert names == [
        b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"X-Auto-Response-Suppress",
        b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version", b"Content-Language",
    ]  # fmt: skip
    assert content.isascii()
    assert not [line for line in body.split(b"\r\n") if len(line) > 78]


def test_a_note_is_filled_in_once_and_bare_it_is_gone() -> None:
    one = told("return", note="见 {id} 与 {note}", rewritten=b"x")
    assert "审核员留言：见 {id} 与 {note}" in mail_of(about(one, WRITER, AT, "<1@x>").plain).get_body().get_content()  # type: ignore[union-attr]
    bare = without_extras(one)
    assert (bare.note, bare.rewritten) == ("", b"")
    assert "留言" not in mail_of(about(bare, WRITER, AT, "<1@x>").content).get_content()


@given(st.text(min_size=1, max_size=30), st.text(min_size=2, max_size=30))
def test_of_an_address_one_letter_is_left(local: str, domain: str) -> None:
    shown = masked_address(f"{local}@{domain}.example")
    first, _, last = shown.partition("***@")
    assert len(first) <= 1
    assert last == "***" or (last[1:] if last[:1] != "*" else last).startswith("***.")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("xiaoming@qq.com", "x***@qq.com"),
        ("张小鸣@vip.163.com", "张***@vip.163.com"),
        ("pr@zhangxiaoming.example", "p***@z***.example"),
        ("a@13800138000.cn", "a***@1***.cn"),
        ("x@张小鸣.中国", "x***@***"),
        ("no-address", "***@***"),
    ],
)
def test_domains_of_many_are_shown_and_ones_own_are_not(address: str, shown: str) -> None:
    assert masked_address(address) == shown


def test_many_recipients_are_counted() -> None:
    many = [f"{letter}x@qq.com" for letter in "abcde"]
    assert masked_recipients(many, "zh") == "a***@qq.com、b***@qq.com、c***@qq.com 等 5 位收件人"
    assert masked_recipients(many, "en") == "a***@qq.com, b***@qq.com, c***@qq.com and others (5 recipients)"


def reading(*texts: str) -> Reading:
    return Reading(texts=tuple(TextFragment(Location("1"), "text", text) for text in texts))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("您好，请说明情况。", "zh"),
        ("Dear streamer, please explain.", "en"),
        ("Dear 星儿, please explain the evening.", "en"),
        ("请看 OBS 的 log", "zh"),
        ("", "zh"),
    ],
)
def test_the_language_is_that_of_the_text(text: str, language: str) -> None:
    assert addressed_of(b"", reading(text)).language == language


@pytest.mark.parametrize(
    ("head", "answerable"),
    [
        (b"Subject: x", True),
        (b"Auto-Submitted: no", True),
        (b"Auto-Submitted: auto-generated", False),
        (b"auto-submitted:\r\n auto-replied; x=y", False),
        (b"Precedence: bulk", False),
        (b"Precedence: first-class", True),
        (b"List-Id: <a.b>", False),
        (b"X-Auto-Response-Suppress: All", False),
        (b"Content-Type: multipart/report; report-type=delivery-status", False),
        (b"X: Auto-Submitted: auto-generated", True),
    ],
)
def test_machines_and_lists_are_not_answered(head: bytes, answerable: bool) -> None:
    assert addressed_of(head + b"\r\n\r\nAuto-Submitted: auto-generated\r\n", None).answerable is answerable


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('[hold]\nsubject = "举报邮件"\n', "zh.toml:2: speaks of reports"),
        ('[hold]\nsubject = "舉 報郵件"\n', "zh.toml:2: speaks of reports"),
        ('[discard]\ntext = "有人揭发，不再发出"\n', "zh.toml:2: speaks of reports"),
        ('[discard]\ntext = "An informant said so."\n', "zh.toml:2: speaks of reports"),
        ('[hold]\ntext = "{subject}"\n', "zh.toml:2: {subject} is not filled in here"),
        ('[hold]\ntext = "{id.__class__}"\n', "zh.toml:2: {id.__class__} is not filled in here"),
        ('[hold]\ntext = "{id!r}"\n', "is not filled in here"),
        ('[hold]\ntext = "{"\n', "stands alone"),
        ('[hold]\nsubjekt = "x"\n', "unknown key of [hold] 'subjekt'"),
        ('[holds]\nsubject = "x"\n', "unknown table 'holds'"),
        ('hold = "x"\n', "hold is not a table"),
        ("[hold]\nsubject = 3\n", "is not a string"),
        ('[return]\ntext = "x"\n', "has no {note}"),
        ('[hold]\nsubject = "a\\nb"\n', "has line breaks"),
        ("[hold", "not TOML"),
    ],
)
def test_words_that_cannot_stand_are_refused_with_their_line(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "zh.toml").write_text(text, encoding="utf-8")
    (problem,) = words_problems(tmp_path)
    assert wrong in str(problem)


def test_ones_own_words_stand_and_the_rest_is_as_packaged(tmp_path: Path) -> None:
    assert words_of(tmp_path) == packaged()
    (tmp_path / "notices").mkdir()
    (tmp_path / "notices" / "en.toml").write_text('[hold]\nsubject = "Wait: {id}"\n')
    own = words_of(tmp_path)
    assert own.of("en", "hold", "subject", id="7", time="", recipients="") == "Wait: 7"
    assert own.of("zh", "hold", "subject", id="7") == "邮件暂缓发出（7）"
    for language in LANGUAGES:
        (tmp_path / "notices" / f"{language}.toml").write_bytes(
            (Path(__file__).parents[2] / "config" / "notices" / f"{language}.toml").read_bytes()
        )
    assert words_problems(tmp_path) == []
    assert words_of(tmp_path) == packaged()  # what `init` writes is what is packaged
