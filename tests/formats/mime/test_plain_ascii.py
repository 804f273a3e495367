"""What is plain ASCII to every program is nothing else to us: no word, id, boundary or base64 is text to guess at."""

import base64
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.formats import Source
from gateway.formats.mime import FORMAT
from gateway.formats.mime.addresses import FIELDS
from gateway.model import Ambiguity, Location, MailFacts, TextFragment, Unreadable
from gateway.reading.walk import read_mail
from gateway.reading.walker import ReadingLimits
from gateway.text.charsets import decodings

LIGHT = ReadingLimits(pictures=False)
CHARSETS = ("utf-8", "gb2312", "gbk", "gb18030", "big5", "utf-7", "hz", "iso-2022-jp", "utf-16", "utf-16le")
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=18)
ATOM = st.text(string.ascii_letters + string.digits + "+-_/=~{}!", min_size=4, max_size=60)
BOUNDARY = st.text(string.ascii_letters + string.digits + "'()+_,-./:=?", min_size=1, max_size=70)


def word(text: str, charset: str, letter: str) -> str:
    """RFC 2047. A character that the charset does not have is left out."""
    data = text.encode(charset, "ignore") or b"x"
    quoted = "".join(chr(byte) if chr(byte).isalnum() and byte < 128 else f"={byte:02X}" for byte in data)
    return f"=?{charset}?{letter}?{base64.b64encode(data).decode() if letter in 'bB' else quoted}?="


def odd(raw: str) -> set[str]:
    pieces = FORMAT.read(Source(raw.encode(), Location("")))
    return {piece.reason for piece in pieces if isinstance(piece, Ambiguity | Unreadable)}


@pytest.mark.parametrize("field", [*sorted(FIELDS), "subject"])
@given(HAN, st.sampled_from(CHARSETS), st.sampled_from("bBqQ"))
@example("主播运营 曹睿知行", "utf-8", "b")
def test_an_encoded_word_is_read_as_its_label_says_and_is_no_riddle(
    field: str, text: str, charset: str, letter: str
) -> None:
    said = word(text, charset, letter)
    value = said if field == "subject" else f'{said} <a+b@b.example>, "{said}" <c@d.example>'
    raw = f"{field}: {value}\r\n\r\nx\r\n"
    assert odd(raw) == set()
    reading = read_mail(raw.encode(), LIGHT)
    assert reading.faults == ()
    shown = text.encode(charset, "ignore").decode(charset) or "x"
    assert any(shown in piece.text for piece in reading.texts if piece.label == field)
    addresses = [one.address for mail in reading.mails for one in mail.addresses]
    assert field == "subject" or addresses == ["a+b@b.example", "c@d.example"]


@given(ATOM, ATOM)
@example("CAF+5Yqo-", "x")
def test_an_id_is_read_as_it_stands_and_ties_the_thread(first: str, second: str) -> None:
    raw = f"Message-ID: <{first}@x.example>\r\nReferences: <{first}@x.example> <{second}@y.example>\r\n\r\nx\r\n"
    pieces = list(FORMAT.read(Source(raw.encode(), Location(""))))
    assert odd(raw) == set()
    (facts,) = [piece for piece in pieces if isinstance(piece, MailFacts)]
    assert facts.message_id == f"{first}@x.example"
    texts = [p.text for p in pieces if isinstance(p, TextFragment) and p.label == "message-id"]
    assert texts == [f"<{first}@x.example>"]


@given(BOUNDARY, st.binary(min_size=1, max_size=200))
def test_a_boundary_and_a_body_in_base64_are_never_text_to_guess_at(boundary: str, content: bytes) -> None:
    body = base64.encodebytes(content).decode().replace("\n", "\r\n")
    raw = (
        f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n--{boundary}\r\nContent-Type: text/plain\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n--{boundary}--\r\n"
    )
    pieces = list(FORMAT.read(Source(raw.encode(), Location(""))))
    assert odd(raw) == set()
    assert read_mail(raw.encode(), LIGHT).faults == ()
    labels = [piece.text for piece in pieces if isinstance(piece, TextFragment) and piece.label == "content-type"]
    assert len(labels) == 2


@pytest.mark.parametrize("local", ["user+5Yqo-", "a~{UE~}", "+TipnDw-"])
@pytest.mark.parametrize("field", ["from", "to", "reply-to"])
def test_an_address_is_read_as_it_stands(field: str, local: str) -> None:
    raw = f"{field}: {local}@x.example\r\n\r\nx\r\n"
    assert odd(raw) == set()
    pieces = list(FORMAT.read(Source(raw.encode(), Location(""))))
    assert [p.text for p in pieces if isinstance(p, TextFragment) and p.label] == [f"{local}@x.example"]


def test_a_name_of_a_file_is_read_as_it_stands() -> None:
    raw = 'Content-Disposition: attachment; filename="a+TipnDw-.docx"\r\n\r\nx\r\n'
    pieces = list(FORMAT.read(Source(raw.encode(), Location(""))))
    assert [p.text for p in pieces if isinstance(p, TextFragment) and p.label == "filename"] == ["a+TipnDw-.docx"]


@pytest.mark.parametrize("charset", ["hz", "utf-7"])
@pytest.mark.parametrize("label", ["", "us-ascii", "utf-8"])
def test_writing_in_seven_bits_that_no_label_names_is_read_after_what_every_program_shows(
    charset: str, label: str
) -> None:
    data = "张小鸣说你好".encode(charset)
    assert [reading.text for reading in decodings(data, label)] == [data.decode("ascii"), "张小鸣说你好"]
    assert [reading.text for reading in decodings(data, label, guess=False)] == [data.decode("ascii")]
    assert decodings(data, charset, guess=False)[0].text == "张小鸣说你好"
    subject = read_mail(b"Subject: " + data + b"\r\n\r\nx\r\n", LIGHT).texts
    assert [text.text for text in subject[:2]] == [data.decode("ascii"), "张小鸣说你好"]


@given(
    st.binary(max_size=60),
    st.sampled_from(("utf-7", "utf-16", "utf-32", "cesu-8", "hz", "utf-8", "cp037", "mac-greek", "johab", "")),
)
def test_every_reading_can_be_written(data: bytes, label: str) -> None:
    for reading in decodings(data, label):
        reading.text.encode("utf-8")
