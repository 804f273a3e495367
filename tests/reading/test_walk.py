"""A mail is read to its leaves, by what its bytes are, within limits; and what fails stays where it failed."""
# ruff: noqa: E501 - mails are written here as they stand

import base64
import hashlib
import io
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats import Format, Piece, Rank, Source, registry
from gateway.model import Fault, Reading, Unreadable
from gateway.reading.walk import read_file, read_mail
from gateway.reading.walker import ReadingLimits

NAME = "张小鸣"
LIGHT = ReadingLimits(pictures=False)


def wire(message: EmailMessage) -> bytes:
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def mail(subject: str = "你好") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.example", "b@y.example", subject
    message["Message-ID"] = "<1@x.example>"
    return message


def with_part(data: bytes, kind: str = "application/octet-stream", name: str = "x.bin", charset: str = "") -> bytes:
    message = mail()
    message.set_content("正文")
    main, sub = kind.split("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    raw = wire(message)
    return (
        raw.replace(f"Content-Type: {kind}".encode(), f'Content-Type: {kind}; charset="{charset}"'.encode())
        if charset
        else raw
    )


def reasons(reading: Reading) -> set[str]:
    return {piece.reason for piece in reading.unreadable} | {piece.reason for piece in reading.ambiguities}


def kinds(reading: Reading) -> dict[str, str]:
    return {file.where.part: file.kind for file in reversed(reading.files)}  # the outermost of each part


def test_a_nested_mail_is_read_as_a_mail_with_its_own_part_numbers() -> None:
    inner = mail(f"关于{NAME}")
    inner.set_content(f"我是{NAME}")
    inner.add_attachment("甲\n", filename="甲.txt")
    outer = mail()
    outer.set_content("请看附件")
    outer.add_attachment(inner)
    reading = read_mail(wire(outer))
    places = [(t.where.part, t.medium, t.label, t.editable) for t in reading.texts if NAME in t.text]
    assert places == [("2", "header", "subject", True), ("2.1", "text", "", True)]
    assert [(m.where.part, m.subject) for m in reading.mails] == [("", "你好"), ("2", f"关于{NAME}")]
    assert [f.where.part for f in reading.files] == ["1", "2", "2.1", "2.2"]
    assert reasons(reading) == set()


def test_every_leaf_is_there_by_its_digest() -> None:
    reading = read_mail(with_part("甲乙丙".encode(), "text/plain", "甲.txt", "utf-8"))
    file = reading.files[1]
    assert (file.name, file.kind, file.size) == ("甲.txt", "text", 9)
    assert file.sha256 == hashlib.sha256("甲乙丙".encode()).digest()


def test_a_zip_that_calls_itself_text_is_read_as_a_zip() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", f"关于{NAME}")
    reading = read_mail(with_part(out.getvalue(), "text/plain", "a.txt", "utf-8"))
    assert kinds(reading)["2"] == "archive"
    assert any(NAME in text.text for text in reading.texts)


def test_a_picture_under_any_name_is_a_picture() -> None:
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    assert kinds(read_mail(with_part(png, "application/pdf", "a.pdf"), LIGHT))["2"] == "image"


def test_html_that_calls_itself_text_is_read_as_both() -> None:
    reading = read_mail(with_part("<html><p>张<b>小</b>鸣</p></html>".encode(), "text/plain", "a.txt", "utf-8"))
    found = [(t.medium, t.editable) for t in reading.texts if t.where.part == "2" and t.medium in ("text", "html")]
    # As it stands, with its tags left out, and as HTML.
    assert found == [("text", True), ("text", True), ("html", False)]


def test_a_mail_sent_as_an_unknown_file_is_read_as_a_mail() -> None:
    inner = mail(f"关于{NAME}")
    inner.set_content(base64.b64encode(NAME.encode()).decode())
    reading = read_mail(with_part(wire(inner)))
    assert [t.where.part for t in reading.texts if t.text == f"关于{NAME}"] == ["2"]


@pytest.mark.parametrize("data", [b"\x7fELF\x02\x01\x01\0" + bytes(100), bytes(range(256)) * 4])
def test_a_file_of_no_known_kind_is_unreadable(data: bytes) -> None:
    assert "unknown_binary" in reasons(read_mail(with_part(data)))


def test_an_empty_file_holds_nothing_and_is_no_riddle() -> None:
    assert reasons(read_mail(with_part(b""))) == set()


def test_the_same_bytes_give_the_same_reading() -> None:
    raw = with_part("<p>你</p>".encode(), "text/html", "a.html", "utf-8")
    assert read_mail(raw) == read_mail(raw)


def test_a_mail_with_more_files_than_allowed_is_said_to_be_so() -> None:
    assert "too_many_parts" in reasons(read_mail(with_part(b"x"), ReadingLimits(files=1)))


def test_a_mail_larger_than_allowed_is_said_to_be_so() -> None:
    assert "over_size" in reasons(read_mail(with_part(b"x" * 1000), ReadingLimits(total_bytes=500)))


def test_mails_nested_deeper_than_allowed_are_said_to_be_so() -> None:
    message = mail()
    message.set_content("x")
    for _ in range(5):
        outer = mail()
        outer.set_content("y")
        outer.add_attachment(message)
        message = outer
    assert "too_deep" not in reasons(read_mail(wire(message)))
    assert "too_deep" in reasons(read_mail(wire(message), ReadingLimits(depth=3)))


def test_thousands_of_levels_end_in_a_word_not_in_a_crash() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"Subject: x\r\n\r\nx"
    assert "too_deep" in reasons(read_mail(raw))


def test_a_format_that_fails_makes_its_part_unreadable_and_keeps_what_it_had_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = registry.all_formats()["text"]

    def failing(source: Source) -> Iterator[Piece]:
        yield from whole.read(source)
        raise KeyError("a bug, or bytes that nobody thought of")

    with_bug = {**registry.all_formats(), "text": Format("text", whole.sniff, failing)}
    monkeypatch.setattr(registry, "all_formats", lambda: with_bug)
    reading = read_mail(with_part(NAME.encode(), "text/plain", "a.txt", "utf-8"))
    assert any(text.text == NAME for text in reading.texts)
    assert reasons(reading) == {"reader_failed"}, "our fault is not the sender's damage"
    assert Unreadable(reading.files[1].where, "reader_failed") in reading.unreadable


def test_a_fault_of_ours_is_told_as_one_by_class_and_place_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(source: Source) -> Iterator[Piece]:
        yield Unreadable(source.where, "nul_byte")
        "\ud800".encode()

    def unsure(data: bytes) -> Rank:
        raise IndexError(data)

    known = registry.all_formats()
    with_bugs = {
        **known,
        "text": Format("text", known["text"].sniff, failing),
        "svg": Format("svg", unsure, known["text"].read),
    }
    monkeypatch.setattr(registry, "all_formats", lambda: with_bugs)
    reading = read_mail(with_part(NAME.encode(), "text/plain", "a.txt", "utf-8"))
    assert {fault.exception for fault in reading.faults} == {"UnicodeEncodeError", "IndexError"}
    assert {fault.module for fault in reading.faults} == {"gateway.reading.walker", "gateway.formats.registry"}
    assert NAME not in repr(reading.faults)


def test_an_exception_of_a_library_is_told_by_the_class_of_python_that_it_is_a_kind_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(source: Source) -> Iterator[Piece]:
        yield Unreadable(source.where, "nul_byte")
        raise zipfile.BadZipFile(NAME)

    known = registry.all_formats()
    with_bug = {**known, "text": Format("text", known["text"].sniff, failing)}
    monkeypatch.setattr(registry, "all_formats", lambda: with_bug)
    (fault,) = read_mail(with_part(b"x", "text/plain", "a.txt")).faults
    assert fault == Fault("Exception", "gateway.reading.walker", fault.line)


def test_a_part_that_takes_all_memory_is_too_large_and_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(source: Source) -> Iterator[Piece]:
        yield Unreadable(source.where, "nul_byte")
        raise MemoryError

    known = registry.all_formats()
    with_bomb = {**known, "text": Format("text", known["text"].sniff, failing)}
    monkeypatch.setattr(registry, "all_formats", lambda: with_bomb)
    reading = read_mail(with_part(b"x", "text/plain", "a.txt"))
    assert (reasons(reading), reading.faults) == ({"nul_byte", "over_size"}, ())


def test_a_file_is_read_on_its_own() -> None:
    message = mail(f"关于{NAME}")
    message.set_content("x")
    reading = read_file(wire(message).replace(b"\r\n", b"\n"), "举报.eml")
    assert [str(m.where) for m in reading.mails] == ["message › 举报.eml"]
    assert [str(f.where) for f in reading.files] == ["message › 举报.eml", "message › 举报.eml › part 1"]
    assert not any(text.editable for text in reading.texts)
    assert reasons(reading) == set()


def test_without_pictures_only_mail_and_text_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", NAME)
    reading = read_mail(with_part(out.getvalue()), LIGHT)
    assert not any(NAME in text.text for text in reading.texts)
    assert len(reading.files) == 2


@given(st.binary(max_size=200), st.sampled_from(["base64", "quoted-printable", "7bit", "x", ""]), st.sampled_from(
    ["multipart/mixed; boundary=b", "text/plain; charset=gbk", "text/html", "message/rfc822", "application/pdf", "image/png", ""]
))  # fmt: skip
def test_no_bytes_make_reading_fail(body: bytes, encoding: str, kind: str) -> None:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n--b\r\n".encode()
    readings = (read_mail(head + body, LIGHT), read_mail(body, LIGHT), read_file(body, "x", LIGHT))
    assert not any(reading.faults for reading in readings)


HEADS = st.lists(
    st.sampled_from(["From: ", "To: ", "Subject", ":", "Content-Type: multipart/mixed; boundary=b", "Content-Type: text/html", "\r\n", "\n", " ",
                     "--b", "--b--", "=?utf-8?b?5byg?=", "(", '"', "<", ">", ";", "filename*0*=utf-8''", "\0", "\r", "张"]),
    max_size=25,
).map("".join)  # fmt: skip


@given(HEADS)
def test_no_header_makes_reading_fail(text: str) -> None:
    assert read_mail(text.encode(), LIGHT).faults == ()
