"""One campaign is the same said to many; a message that hides something else in it is none of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.model import (
    Client,
    Envelope,
    FilePart,
    Finding,
    Location,
    MailAddress,
    MailFacts,
    Reading,
    Recipient,
    TextFragment,
    Unreadable,
)
from gateway.text.campaign import campaign_of

TOP, BODY = Location(""), Location("1")
WORDS = "观众张小鸣的投诉已处理。\n请知悉。"
FOUND: tuple[Finding, ...] = (Finding("name", "R-1", BODY, "text", "names", 0.9, "exact", 1, (2, 5)),)


def mail(to: str = "a@fans.example", name: str = "李雷", body: str = "", subject: str = "通知") -> bytes:
    body = body or f"尊敬的{name}：\n{WORDS}"
    return campaign_of(envelope(to), subject, reading(to, name, body), FOUND)


def envelope(to: str, sender: str = "kefu@platform.example") -> Envelope:
    return Envelope(sender, (Recipient(to),), Client("192.0.2.1", "desk"), datetime(2026, 1, 1, tzinfo=UTC))


def reading(to: str, name: str, body: str) -> Reading:
    facts = MailFacts(TOP, (MailAddress("to", name, to),), f"<{to}>")
    return Reading(
        texts=(
            TextFragment(TOP, "header", to, "to"),
            TextFragment(BODY, "text", body),
            TextFragment(Location("2"), "file_name", "说明.docx"),
        ),
        files=(FilePart(BODY, "", "text", 9, to.encode()), FilePart(Location("2"), "说明.docx", "ooxml", 9, b"same")),
        mails=(facts,),
    )


def test_recipient_date_ids_and_greeting_make_no_difference() -> None:
    assert mail() == mail("b@others.example", "韩梅梅")
    assert mail(body=f"Dear Li Lei,\n{WORDS}") == mail("b@x.example", "Han", f"Dear Ms Han,\n{WORDS}")
    assert mail(body=f"您好！\n{WORDS} a@fans.example") == mail("b@x.example", body=f"您好！\n{WORDS} b@x.example")


def test_other_words_subject_sender_or_file_are_another_campaign() -> None:
    base = mail()
    assert mail(body=f"尊敬的李雷：\n{WORDS}。") != base
    assert mail(subject="通知二") != base
    read = reading("a@fans.example", "李雷", f"尊敬的李雷：\n{WORDS}")
    file = replace(read.files[1], sha256=b"other")
    assert campaign_of(envelope("a@fans.example"), "通知", replace(read, files=(read.files[0], file)), FOUND) != base
    other = envelope("a@fans.example", "boss@platform.example")
    assert campaign_of(other, "通知", read, FOUND) != base


def test_a_file_without_a_name_counts_like_one_that_has_one() -> None:
    read = reading("a@fans.example", "李雷", f"尊敬的李雷：\n{WORDS}")
    locked = Unreadable(Location("3"), "encrypted_zip")
    files = (replace(read.files[1], where=Location("3"), name="", sha256=digest) for digest in (b"one", b"other"))
    one, other = (replace(read, files=(*read.files, file), unreadable=(locked,)) for file in files)
    sender = envelope("a@fans.example")
    assert campaign_of(sender, "通知", one, FOUND) == campaign_of(sender, "通知", one, FOUND)
    assert campaign_of(sender, "通知", one, FOUND) != campaign_of(sender, "通知", other, FOUND)


def test_a_greeting_that_is_followed_by_blanks_without_end_is_looked_at_in_linear_time() -> None:
    blanks = " " * 300_000
    assert mail(body=f"hi{blanks}x") != mail(body=f"hi{blanks}y")


HIDDEN = TextFragment(BODY, "markup", "张小鸣", "comment")


@pytest.mark.parametrize("place", ["comment", "finding", "unreadable", "greeting"])
def test_what_hides_something_is_no_part_of_it(place: str) -> None:
    read, found = reading("a@fans.example", "李雷", f"尊敬的李雷：\n{WORDS}"), FOUND
    base = campaign_of(envelope("a@fans.example"), "通知", read, found)
    if place == "comment":
        read = replace(read, texts=(*read.texts, HIDDEN))
    elif place == "finding":
        found = (*FOUND, Finding("phone", "R-1", Location("2"), "document", "phones", 0.9))
    elif place == "unreadable":
        read = replace(read, unreadable=(Unreadable(Location("2"), "encrypted_zip"),))
    else:  # more than a greeting stands in the first line
        said = f"尊敬的李雷，举报您的人的电话是13800138000，住在上海，他叫张小鸣，请不要说出去：\n{WORDS}"
        read = reading("a@fans.example", "李雷", said)
    assert campaign_of(envelope("a@fans.example"), "通知", read, found) != base


def test_of_what_could_not_be_read_nothing_is_known() -> None:
    assert campaign_of(envelope("a@fans.example"), "", None, ()) == b""
    assert campaign_of(envelope("a@fans.example"), "", Reading(), ()) == b""
