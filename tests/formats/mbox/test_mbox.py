"""Mailboxes in one file."""

from hypothesis import given, settings

from file_tools import SECRET, damaged, read, reasons, words

MAIL = "From: a@b.example\nSubject: {0}\n\n{1}\n\n"
BOX = (
    "From xiaoming@mail.example Fri Sep 18 10:00:00 2020\n"
    + MAIL.format("one", SECRET)
    + "From b@c.example Fri Sep 18 10:00:00 2020\n"
    + MAIL.format("two", ">From 鸣鸣不飞\nxm_feifei90")
).encode()


def test_every_mail_of_a_mailbox_is_read() -> None:
    reading = read(BOX, "a.mbox")
    for secret in (SECRET, "鸣鸣不飞", "xm_feifei90", "xiaoming@mail.example"):
        assert secret in words(reading), secret
    assert {facts.subject for facts in reading.mails} == {"one", "two"}
    assert reading.files[0].kind == "mbox"
    assert reasons(reading) == []


def test_a_letter_that_begins_with_from_is_none() -> None:
    assert read(b"From the year 2020\non we have rules.\n").files[0].kind == "text"


def test_too_many_mails_are_held() -> None:
    assert "too_many_parts" in reasons(read(BOX * 300))


def test_outlooks_own_mailbox_is_held() -> None:
    assert reasons(read(b"!BDN" + bytes(600))) == ["unsupported_format"]


@settings(max_examples=30)
@given(damaged(BOX))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
