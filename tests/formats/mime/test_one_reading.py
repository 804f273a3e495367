"""Mail that breaks a rule and is read alike by every program: nothing about it is doubtful, and all of it is read.

Beside each kind stands its neighbour that two programs show differently: that one is still said to be doubtful.
"""
# ruff: noqa: E501 - mails are written here as they stand

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.mime.duplicates import differ
from gateway.formats.mime.fields import block_of
from gateway.formats.mime.parameters import parsed
from gateway.model import Edit, Reading
from gateway.reading.walk import read_mail
from gateway.reading.walker import ReadingLimits
from gateway.rewriting.apply import apply
from gateway.rewriting.plan import ordinals_of

LIGHT = ReadingLimits(pictures=False)
SECRET = "张小鸣"
TOP = "From: a@x.example\r\nTo: b@y.example\r\nSubject: hi\r\nMIME-Version: 1.0\r\n"
TEXT = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{SECRET}\r\n"
PART = f"--b\r\n{TEXT}"


def words(reading: Reading) -> set[str]:
    return {piece.reason for piece in reading.unreadable} | {piece.reason for piece in reading.ambiguities}


def wide(charset: str, label: str, kind: str = "plain") -> bytes:
    data = base64.encodebytes(f"{SECRET}您好".encode(charset)).replace(b"\n", b"\r\n")
    head = f"{TOP}Content-Type: text/{kind}; charset={label}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + data


def mixed(value: str, body: str) -> str:
    return f"{TOP}Content-Type: {value}\r\n\r\n{body}"


ALIKE: dict[str, str | bytes] = {
    "a type twice": f"{TOP}Content-Type: text/plain; charset=utf-8\r\n{TEXT}",
    "a type twice, folded": f"{TOP}Content-Type:  text/plain;\r\n\tcharset=utf-8\r\n{TEXT}",
    "a type twice, in other quotes and case": f'{TOP}Content-Type: TEXT/plain;charset="UTF-8"\r\n{TEXT}',
    "a multipart's type twice": f'{TOP}Content-Type: multipart/mixed; boundary="b"\r\nContent-Type: multipart/mixed;\r\n boundary=b\r\n\r\n{PART}--b--\r\n',
    "two encodings that do nothing": f"{TOP}Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: 7bit\r\n{TEXT}",
    "an encoding twice": f"{TOP}Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding: 8BIT\r\n{TEXT}",
    "a version twice": f"{TOP}MIME-Version: 1.0\r\n{TEXT}",
    "a version twice, once with a comment": f"{TOP}MIME-Version: 1.0 (Mac OS X Mail 16.0 \\(3696\\))\r\n{TEXT}",
    "a disposition twice": f"{TOP}Content-Disposition: inline\r\nContent-Disposition: inline\r\n{TEXT}",
    "a subject twice": f"{TOP}Subject: hi \r\n{TEXT}",
    "a sender twice": f"{TOP}From:  a@x.example\r\n{TEXT}",
    "a field of a part twice": mixed("multipart/mixed; boundary=b", f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n{TEXT}--b--\r\n"),
    "UTF-16 with a mark": wide("utf-16", "utf-16"),
    "UTF-16 with a mark, high octet first": wide("utf-16-be", "utf-16").replace(base64.b64encode(f"{SECRET}您好".encode("utf-16-be")), base64.b64encode(b"\xfe\xff" + f"{SECRET}您好".encode("utf-16-be"))),
    "UTF-16 with a mark and without a label": wide("utf-16", "us-ascii"),
    "UTF-16 with a mark as HTML": wide("utf-16", "utf-16", "html"),
    "UTF-16 with a mark as CSV": wide("utf-16", '"UTF-16"', "csv"),
    "UTF-32 with a mark": wide("utf-32", "utf-32"),
    "UTF-8 with a mark": wide("utf-8-sig", "utf-8"),
    "a comment behind the charset": f"{TOP}Content-Type: text/plain; charset=utf-8 (Unicode)\r\n\r\n{SECRET}\r\n",
    "a comment behind a quoted charset": f'{TOP}Content-Type: text/plain; charset="utf-8" (Unicode)\r\n\r\n{SECRET}\r\n',
    "a comment behind the type": f"{TOP}Content-Type: text/plain (plain text); charset=utf-8\r\n\r\n{SECRET}\r\n",
    "a comment before a parameter": f"{TOP}Content-Type: text/plain; (set) charset=utf-8\r\n\r\n{SECRET}\r\n",
    "a comment behind multipart": mixed("multipart/mixed (parts); boundary=b", f"{PART}--b--\r\n"),
    "a comment behind a boundary": mixed('multipart/mixed; boundary="b" (of parts)', f"{PART}--b--\r\n"),
    "a comment behind a mail's type": f"{TOP}Content-Type: message/rfc822 (forwarded)\r\n\r\n{TOP}{TEXT}",
    "a boundary in pieces": mixed('multipart/mixed; boundary*0="b"; boundary*1="cd"', f"--bcd\r\n{TEXT}--bcd--\r\n"),
    "an extended boundary": mixed("multipart/mixed; boundary*=us-ascii'en'bcd", f"--bcd\r\n{TEXT}--bcd--\r\n"),
    "an extended boundary in pieces": mixed("multipart/mixed; boundary*0*=us-ascii''b%63; boundary*1=d", f"--bcd\r\n{TEXT}--bcd--\r\n"),
    "a boundary plain and in pieces alike": mixed("multipart/mixed; boundary=bcd; boundary*0=b; boundary*1=cd", f"--bcd\r\n{TEXT}--bcd--\r\n"),
    "no last boundary": mixed("multipart/mixed; boundary=b", PART),
    "no last boundary behind an attachment": mixed("multipart/mixed; boundary=b", f"{PART}--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n"),
    "no last boundary of an inner multipart": mixed("multipart/mixed; boundary=b", f"--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\n{TEXT}--b\r\n\r\nx\r\n--b--\r\n"),
    "a semicolon between addresses": f"{TOP}Cc: c@x.example; d@x.example\r\n{TEXT}",
    "a semicolon between named addresses": f"{TOP}Cc: C <c@x.example>; =?utf-8?b?5byg?= <d@x.example>;\r\n{TEXT}",
    "a smiley in a name": f"{TOP}Cc: Bob :) <c@x.example>\r\n{TEXT}",
    "smileys in names": f"{TOP}Cc: =?utf-8?b?5byg?= :-) <c@x.example>, Bob ;-( <d@x.example>\r\n{TEXT}",
    "an entry without an at sign": f"{TOP}Cc: c@x.example, 李经理\r\n{TEXT}",
    "an entry without an at sign in angles": f"{TOP}Cc: Bob <bob>, c@x.example, undisclosed-recipients:;\r\n{TEXT}",
    "a bracket never closed": f"{TOP}Cc: Bob (HR <c@x.example>\r\n{TEXT}",
    "a link for an address": f"{TOP}Cc: <mailto:c@x.example>, mailto:d@x.example\r\n{TEXT}",
    "a name with a comma": f"{TOP}Cc: J. R. Smith, Jr. <c@x.example>\r\n{TEXT}",
    "an empty line before the header": f"\r\n{TOP}{TEXT}",
    "a list given in two fields": f"{TOP}Cc: c@x.example\r\nCc: d@x.example\r\n{TEXT}",
    "an at sign in a quoted name": f'{TOP}Cc: "postmaster@" <c x.example c@x.example>\r\n{TEXT}',
    "base64 without its padding": f"{TOP}Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{base64.b64encode((SECRET + 'x').encode()).decode().rstrip('=')}\r\n",
    "base64 with padding too much": f"{TOP}Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{base64.b64encode(SECRET.encode()).decode()}==\r\n",
    "a charset in single quotes": f"{TOP}Content-Type: text/plain; charset='utf-8'\r\n\r\n{SECRET}\r\n",
    "a word among the parameters": f"{TOP}Content-Type: text/plain; UTF-8; charset=utf-8\r\n\r\n{SECRET}\r\n",
    "uuencode": f"{TOP}Content-Transfer-Encoding: x-uuencode\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nbegin 644 a.txt\r\n{binascii.b2a_uu(SECRET.encode()).decode().strip()}\r\n`\r\nend\r\n",
    "a header alone": f"{TOP}Comments: {SECRET}\r\n",
    "a header alone that promises parts": f"{TOP}Comments: {SECRET}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
    "empty lines before the header and an empty line in it": f"\r\n\r\n{TOP}Content-Transfer-Encoding: base64\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{base64.b64encode(SECRET.encode()).decode()}\r\n",
    "a mailbox's line with an ISO date and half of a day": f"From a@x.example 2020-09-18 10:00:00 am +0000\r\n{TOP}{TEXT}",
    "a mailbox's line with an ISO date": f"From a@x.example 2020-09-18 10:00:00\r\n{TOP}{TEXT}",
    "a mailbox's line with an ISO date and zone": f"From a@x.example 2020-09-18T10:00:00.123+08:00\r\n{TOP}{TEXT}",
    "a mailbox's line with a mail's date": f"From a@x.example Fri, 18 Sep 2020 10:00:00 +0800\r\n{TOP}{TEXT}",
    "a mailbox's line with the day first": f"From a@x.example 18 Sep 2020 10:00:00\r\n{TOP}{TEXT}",
    "a mailbox's line with seconds": f"From a@x.example 1600394400\r\n{TOP}{TEXT}",
}  # fmt: skip

APART: dict[str, tuple[str | bytes, str]] = {
    "two types": (f"{TOP}Content-Type: text/html; charset=utf-8\r\n{TEXT}", "duplicate_field"),
    "two charsets in two types": (f"{TOP}Content-Type: text/plain; charset=gbk\r\n{TEXT}", "duplicate_field"),
    "two boundaries in two types": (mixed("multipart/mixed; boundary=c\r\nContent-Type: multipart/mixed; boundary=b", f"{PART}--b--\r\n"), "duplicate_field"),
    "a boundary in one of two types": (mixed("multipart/mixed\r\nContent-Type: multipart/mixed; boundary=b", f"{PART}--b--\r\n"), "duplicate_field"),
    "boundaries that differ in case alone": (mixed("multipart/mixed; boundary=b\r\nContent-Type: multipart/mixed; boundary=B", f"{PART}--b--\r\n"), "duplicate_field"),
    "a parameter twice in both types": (f"{TOP}Content-Type: text/plain; charset=utf-8; charset=gbk\r\nContent-Type: text/plain; charset=gbk; charset=utf-8\r\n\r\nx\r\n", "duplicate_field"),
    "two encodings": (f"{TOP}Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 8bit\r\n{TEXT}", "duplicate_field"),
    "an unknown encoding and none": (f"{TOP}Content-Transfer-Encoding: x\r\nContent-Transfer-Encoding: 8bit\r\n{TEXT}", "duplicate_field"),
    "two subjects": (f"{TOP}Subject: ho\r\n{TEXT}", "duplicate_field"),
    "two file names in two dispositions": (f"{TOP}Content-Disposition: attachment; filename=a.txt\r\nContent-Disposition: attachment; filename=b.txt\r\n{TEXT}", "duplicate_field"),
    "a mark of UTF-16 under another label": (wide("utf-16", "gb18030"), "charset_mismatch"),
    "a mark of the other order": (wide("utf-16", "utf-16be"), "charset_mismatch"),
    "a comment with a boundary": (mixed("multipart/mixed (boundary=c); boundary=b", f"{PART}--b--\r\n"), "comment_in_value"),
    "a comment with a type": (f"{TOP}Content-Type: text/plain (multipart/mixed); charset=utf-8\r\n\r\nx\r\n", "comment_in_value"),
    "a comment before the type": (mixed("(c)multipart/mixed; boundary=b", f"{PART}--b--\r\n"), "comment_in_value"),
    "a comment inside the type": (mixed("multipart(c)/mixed; boundary=b", f"{PART}--b--\r\n"), "comment_in_value"),
    "a comment in comments": (mixed("multipart/mixed (a (b)); boundary=b", f"{PART}--b--\r\n"), "comment_in_value"),
    "a comment in front of a boundary": (mixed("multipart/mixed; boundary=(x)b", f"{PART}--b--\r\n"), "broken_parameter"),
    "a comment beside the encoding": (f"{TOP}Content-Transfer-Encoding: base64 (x)\r\n\r\neA==\r\n", "comment_in_value"),
    "pieces of a boundary the wrong way round": (mixed("multipart/mixed; boundary*1=cd; boundary*0=b", f"--bcd\r\n{TEXT}--bcd--\r\n"), "duplicate_boundary"),
    "a piece of a boundary twice": (mixed("multipart/mixed; boundary*0=b; boundary*0=c; boundary*1=d", f"--bd\r\n{TEXT}--bd--\r\n"), "duplicate_boundary"),
    "a piece of a boundary missing": (mixed("multipart/mixed; boundary*0=b; boundary*2=d", f"--bd\r\n{TEXT}--bd--\r\n"), "duplicate_boundary"),
    "a boundary plain and in other pieces": (mixed("multipart/mixed; boundary=b; boundary*0=c; boundary*1=d", f"{PART}--b--\r\n"), "duplicate_boundary"),
    "no last boundary, and a part whose header never ends": (mixed("multipart/mixed; boundary=b", f"{PART}--b\r\nContent-Type: text/html"), "unterminated_header"),
    "two addresses in one": (f"{TOP}Cc: c@x.example (<d@y.example>\r\n{TEXT}", "ambiguous_address"),
    "two addresses in angles": (f"{TOP}Cc: Bob <c@x.example> <d@y.example>\r\n{TEXT}", "ambiguous_address"),
    "an address behind a bracket never closed": (f"{TOP}Cc: c@x.example (hello, d@y.example\r\n{TEXT}", "ambiguous_address"),
    "an address behind a quote never closed": (f'{TOP}Cc: "Bob <c@x.example>, d@y.example\r\n{TEXT}', "ambiguous_address"),
    "an address in quotes and two more": (f'{TOP}Cc: "c@x.example" <d@y.example> e@z.example\r\n{TEXT}', "ambiguous_address"),
    "base64 with a letter of no alphabet": (f"{TOP}Content-Transfer-Encoding: base64\r\n\r\nZm9vY!\r\n", "damaged_base64"),
    "base64 in lines of which each could be one": (f"{TOP}Content-Transfer-Encoding: base64\r\n\r\nZm9vYg\r\nYXI\r\n", "damaged_base64"),
    "base64 with padding in the middle": (f"{TOP}Content-Transfer-Encoding: base64\r\n\r\nZm8=b\r\n", "damaged_base64"),
    "a word among a multipart's parameters": (mixed("multipart/mixed; b; boundary=b", f"{PART}--b--\r\n"), "broken_parameter"),
    "two words among the parameters": (f"{TOP}Content-Type: text/plain; boundary b\r\n\r\nx\r\n", "broken_parameter"),
    "a charset with one quote": (f'{TOP}Content-Type: text/plain; charset="utf-8\r\n\r\nx\r\n', "broken_parameter"),
    "a charset in escaped quotes": (f'{TOP}Content-Type: text/plain; charset=\\"utf-8\\"; x=y\r\n\r\nx\r\n', "broken_parameter"),
    "a boundary in escaped quotes": (mixed('multipart/mixed; boundary=\\"b\\"', f"{PART}--b--\r\n"), "broken_parameter"),
    "a part's header alone": (mixed("multipart/mixed; boundary=b", f"--b\r\nContent-Type: text/html\r\n{PART}--b--\r\n"), "unterminated_header"),
    "a multipart of no parts, and text": (mixed("multipart/mixed; boundary=c", f"{PART}--b--\r\n"), "no_parts"),
    "two at signs": (f"{TOP}Cc: c@x.example@y.example\r\n{TEXT}", "ambiguous_address"),
    "two at signs, one of them encoded": (f"{TOP}Cc: =?utf-8?q?c=40x.example?= d@y.example\r\n{TEXT}", "ambiguous_address"),
    "an address before a colon": (f"{TOP}Cc: c@x.example: d@y.example\r\n{TEXT}", "ambiguous_address"),
    "a mailbox's line that is a field": (f"From a: 2020-09-18\r\n{TOP}{TEXT}", "broken_header"),
    "a mailbox's line with more behind the date": (f"From a@x.example 2020-09-18 10:00:00 {SECRET} wrote to you\r\n{TOP}{TEXT}", "broken_header"),
    "a mailbox's line further down": (f"{TOP}From a@x.example 2020-09-18 10:00:00\r\n{TEXT}", "broken_header"),
}  # fmt: skip


def read(raw: str | bytes) -> Reading:
    reading = read_mail(raw.encode() if isinstance(raw, str) else raw, LIGHT)
    assert reading.faults == ()
    return reading


@pytest.mark.parametrize("raw", ALIKE.values(), ids=ALIKE)
def test_what_all_programs_read_alike_is_read_and_no_riddle(raw: str | bytes) -> None:
    reading = read(raw)
    assert words(reading) == set()
    assert any(SECRET in text.text for text in reading.texts)


@pytest.mark.parametrize(("raw", "word"), APART.values(), ids=APART)
def test_its_neighbour_that_programs_read_differently_is_a_riddle(raw: str | bytes, word: str) -> None:
    assert word in words(read(raw))


@pytest.mark.parametrize("blanks", [1, 2, 5])
def test_a_mail_behind_empty_lines_is_read_as_the_text_and_as_the_mail_that_it_is(blanks: int) -> None:
    page = base64.b64encode("<p>张<b>小</b>鸣</p>".encode()).decode()
    raw = "\r\n" * blanks + TOP + f"Content-Transfer-Encoding: base64\r\nContent-Type: text/html\r\n\r\n{page}\r\n"
    shown = {(text.medium, text.text.strip()) for text in read(raw).texts}
    assert ("html", SECRET) in shown
    assert any(medium == "text" and page in text for medium, text in shown)


@pytest.mark.parametrize("name", [name for name in ALIKE if "Cc: " in str(ALIKE[name])])
def test_the_addresses_of_a_list_that_breaks_the_grammar_are_known(name: str) -> None:
    raw = str(ALIKE[name])
    found = {one.address for mail in read(raw).mails for one in mail.addresses}
    assert {address for address in ("c@x.example", "d@x.example") if address in raw} <= found


@pytest.mark.parametrize(
    "name",
    [
        "a comment behind multipart",
        "a comment behind a boundary",
        "a boundary in pieces",
        "a comment behind a mail's type",
    ],
)
def test_what_some_programs_take_for_one_text_is_read_as_one_text_too(name: str) -> None:
    texts = [text.text for text in read(ALIKE[name]).texts if text.medium == "text"]
    assert any("Content-Type: text/plain" in text and SECRET in text for text in texts)


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in ALIKE
        if not any(
            w in n for w in ("pieces", "multipart", "boundary", "mail's type", "empty line", "extended", "uuencode")
        )
    ],
)
def test_it_is_rewritten_whole_and_read_without_a_riddle_afterwards(name: str) -> None:
    raw = ALIKE[name]
    content = raw.encode() if isinstance(raw, str) else raw
    reading = read(content)
    edits = []
    for index, ordinal in ordinals_of(reading.texts).items():
        text = reading.texts[index]
        at = text.text.find(SECRET)
        if at >= 0:
            edits.append(Edit(ordinal, text.where, (at, at + len(SECRET)), "[姓名略]", file=text.file))
    assert edits
    after = read(apply(content, edits))
    assert words(after) == set()
    assert not any(SECRET in text.text for text in after.texts)
    assert any("[姓名略]" in text.text for text in after.texts)


@given(st.lists(st.sampled_from(["a", "b ", "\r\n b", " ", ";", '"', "(", ")", "=", "charset", "boundary=", "张", "*0*", "*1", "'", "%41", "\\"]), max_size=12).map("".join))  # fmt: skip
def test_any_value_is_taken_apart_and_says_the_same_as_itself(value: str) -> None:
    parsed(value.encode()).all_values("boundary")
    for name in ("Content-Type", "Content-Transfer-Encoding", "Subject", "MIME-Version"):
        block = block_of(f"{name}:{value}\r\n{name}: {value}\r\n\r\n".encode(), 0, 1 << 16)
        assert not differ([field for field in block.fields if field.name == name.lower()])


@pytest.mark.parametrize("piece", [b"(", b'"', b"(a) ", b" (", b"; ", b"=(", b"*0"])
def test_a_long_value_is_taken_apart_in_linear_time(piece: bytes) -> None:
    parsed(b"text/plain; charset=x" + piece * (65536 // len(piece))).all_values("boundary")
