"""Mail that programs read differently: each case with the word that it must be reported by."""
# ruff: noqa: E501 - mails are written here as they stand

import base64

import pytest

from gateway.formats import Child, Piece, Source
from gateway.formats.mime import FORMAT
from gateway.model import Ambiguity, Location, TextFragment, Unreadable

SECRET = "张小鸣"
TOP = "From: a@x.example\r\nTo: b@y.example\r\nMIME-Version: 1.0\r\n"


def pieces(raw: str | bytes) -> list[Piece]:
    return list(FORMAT.read(Source(raw.encode() if isinstance(raw, str) else raw, Location(""))))


def words(raw: str | bytes) -> set[str]:
    return {piece.reason for piece in pieces(raw) if isinstance(piece, Ambiguity | Unreadable)}


def mixed(content_type: str, body: str) -> str:
    return f"{TOP}Content-Type: {content_type}\r\n\r\n{body}"


PART = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{SECRET}\r\n"
GOOD = f"--b\r\n{PART}--b--\r\n"

CASES = {
    "two content types": (f"{TOP}Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx\r\n", "duplicate_field"),
    "two encodings": (
        f"{TOP}Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n\r\nZm9v\r\n",
        "duplicate_field",
    ),
    "two subjects": (f"{TOP}Subject: a\r\nSubject: b\r\n\r\nx\r\n", "duplicate_field"),
    "two from": (f"{TOP}From: c@x.example\r\n\r\nx\r\n", "duplicate_field"),
    "no boundary": (mixed("multipart/mixed", GOOD), "missing_boundary"),
    "empty boundary": (mixed('multipart/mixed; boundary=""', GOOD), "missing_boundary"),
    "two boundaries": (mixed("multipart/mixed; boundary=b; boundary=c", GOOD), "duplicate_boundary"),
    "plain and extended boundary": (mixed("multipart/mixed; boundary=b; boundary*=us-ascii''c", GOOD), "duplicate_boundary"),
    "boundary in brackets": (mixed('multipart/mixed; boundary="<b>"', GOOD.replace("--b", "--<b>")), "odd_boundary"),
    "boundary with a blank at its end": (mixed('multipart/mixed; boundary="b "', GOOD), "odd_boundary"),
    "comment in the boundary": (mixed("multipart/mixed; boundary=(boundary=foo)b", GOOD), "broken_parameter"),
    "no parts": (mixed("multipart/mixed; boundary=zz", "nothing here\r\n"), "no_parts"),
    "a line that begins like the boundary": (
        mixed("multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n--bb\r\n\r\ny\r\n--b--\r\n"),
        "boundary_prefix",
    ),
    "text behind the end": (mixed("multipart/mixed; boundary=b", f"--b\r\n{PART}--b--x\r\n"), "odd_delimiter"),
    "parts behind the end": (mixed("multipart/mixed; boundary=b", GOOD + f"--b\r\n{PART}--b--\r\n"), "parts_after_end"),
    "part in the preamble": (mixed("multipart/mixed; boundary=b", PART + GOOD), "hidden_part"),
    "part in the epilogue": (mixed("multipart/mixed; boundary=b", GOOD + PART), "hidden_part"),
    "inner boundary extends the outer": (
        mixed(
            "multipart/mixed; boundary=b",
            f"--b\r\nContent-Type: multipart/mixed; boundary=bc\r\n\r\n--bc\r\n{PART}--bc--\r\n{PART}--b--\r\n",
        ),
        "nested_boundary",
    ),
    "encoded multipart": (
        mixed("multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64", base64.b64encode(GOOD.encode()).decode()),
        "encoded_multipart",
    ),
    "boundary on a leaf": (mixed("text/plain; boundary=b", GOOD), "stray_boundary"),
    "misspelled multipart": (mixed("x multipart/mixed", GOOD), "odd_content_type"),
    "list of encodings": (f"{TOP}Content-Transfer-Encoding: base64, quoted-printable\r\n\r\nZm9v\r\n", "unknown_transfer_encoding"),
    "unknown encoding": (f"{TOP}Content-Transfer-Encoding: x-base64\r\n\r\nZm9v\r\n", "unknown_transfer_encoding"),
    "comment in the encoding": (f"{TOP}Content-Transfer-Encoding: base64 (x)\r\n\r\nZm9v\r\n", "comment_in_value"),
    "padding in the middle": (f"{TOP}Content-Transfer-Encoding: base64\r\n\r\nZm9vYg==\r\nYXI=\r\n", "damaged_base64"),
    "junk in base64": (f"{TOP}Content-Transfer-Encoding: base64\r\n\r\nZm.9v\r\n", "damaged_base64"),
    "bad quoted-printable": (f"{TOP}Content-Transfer-Encoding: quoted-printable\r\n\r\n=4\r\n", "damaged_quoted_printable"),
    "message/partial": (f"{TOP}Content-Type: message/partial; id=a; number=1\r\n\r\nx\r\n", "partial_message"),
    "message/external-body": (f"{TOP}Content-Type: message/external-body; access-type=x\r\n\r\nx\r\n", "external_body"),
    "blank before the colon": (f"{TOP}Content-Type : text/html\r\n\r\nx\r\n", "odd_field_name"),
    "double colon": (f"{TOP}Content-Type:: text/html\r\n\r\nx\r\n", "odd_field_name"),
    "line without a colon": (f"{TOP}hello\r\n\r\nx\r\n", "broken_header"),
    "no end of header, and text in it": (f"{TOP}Subject: x\r\nhello\r\n", "unterminated_header"),
    "NUL in the header": (f"{TOP}Subject: a\0b\r\n\r\nx\r\n", "nul_byte"),
    "bare CR in the header": (f"{TOP}Subject: a\rContent-Type: text/html\r\n\r\nx\r\n", "mixed_line_ends"),
    "bare LF in the header": (f"{TOP}Subject: a\nContent-Type: text/html\r\n\r\nx\r\n", "mixed_line_ends"),
    "quote never closed": (f'{TOP}Content-Type: text/plain; name="a.txt\r\n\r\nx\r\n', "broken_parameter"),
    "very long field": (f"{TOP}Subject: {'a' * 70000}\r\n\r\nx\r\n", "oversized_field"),
    "two charsets": (f"{TOP}Content-Type: text/plain; charset=utf-8; charset=gbk\r\n\r\nx\r\n", "duplicate_parameter"),
    "encoded nested message": (
        f"{TOP}Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA0KDQp4\r\n",
        "encoded_message",
    ),
    "a boundary in the place of the type": (
        "Content-Type: boundary=b\r\n\r\n--b X\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsD\r\n--b--\r\n",
        "odd_content_type",
    ),
    "two addresses in one": ("To: a@x.example(<b@y.example>\r\n\r\nx\r\n", "ambiguous_address"),
    "an encoded word as an address": ("To: =?utf-8?q?b?=@y.example\r\n\r\nx\r\n", "ambiguous_address"),
    "an encoded word that is no base64": ("To: =?utf-8?b?a?= <b@y.example>\r\n\r\nx\r\n", "ambiguous_address"),
    "two at signs": ("To: a@bad.example@good.example\r\n\r\nx\r\n", "ambiguous_address"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "word"), CASES.values(), ids=CASES)
def test_it_is_reported(raw: str, word: str) -> None:
    assert word in words(raw)


@pytest.mark.parametrize("name", [n for n, (raw, _) in CASES.items() if SECRET in raw or n == "encoded multipart"])
def test_what_is_hidden_in_it_is_read_all_the_same(name: str) -> None:
    read = pieces(CASES[name][0])
    texts = [piece.text for piece in read if isinstance(piece, TextFragment)]
    texts += [piece.data.decode("utf-8", "replace") for piece in read if isinstance(piece, Child)]
    assert any(SECRET in text for text in texts)


def test_boundaries_that_begin_alike_are_no_riddle_where_every_reading_gives_the_same_parts() -> None:
    inner = f"Content-Type: multipart/related; boundary=b.REL\r\n\r\n--b.REL\r\n{PART}--b.REL\r\n{PART}--b.REL--\r\n"
    raw = mixed("multipart/mixed; boundary=b", f"--b\r\n{inner}--b\r\n{PART}--b--\r\n")
    assert words(raw) == set()
    assert len([p for p in pieces(raw) if isinstance(p, Child)]) == 3


def test_the_line_before_a_mail_in_a_mailbox_file_is_no_riddle_and_another_such_line_is() -> None:
    line = "From a@x.example Fri Sep 18 10:00:00 2020\r\n"
    assert words(f"{line}{TOP}\r\nx\r\n") == set()
    assert words(f"From a@x.example\r\n{TOP}\r\nx\r\n") == set()
    assert "broken_header" in words(f"{TOP}{line}\r\nx\r\n")
    assert "broken_header" in words(f"From here: on\r\n{TOP}\r\nx\r\n")


def test_a_part_without_content_is_no_riddle_where_its_header_ends_for_all() -> None:
    """The empty line's end belongs to the delimiter (RFC 2046 section 5.1.1): `body-part := MIME-part-headers [...]`."""
    empty = "--b\r\nContent-Type: text/plain\r\n\r\n"
    assert words(mixed("multipart/mixed; boundary=b", empty + GOOD)) == set()
    assert "unterminated_header" in words(
        mixed("multipart/mixed; boundary=b", empty.replace("\r\n\r\n", "\r\n") + GOOD)
    )


def test_a_boundary_on_a_leaf_is_no_riddle_where_nobody_could_see_parts() -> None:
    page = 'Content-Type: text/html; boundary="--Mit Gr&uuml;&szlig;en"'
    assert words(f"{TOP}{page}\r\n\r\n<p>-- \r\n---- x ----</p>\r\n") == set()
    packed = base64.b64encode(GOOD.encode()).decode()
    seen = [
        f"{TOP}Content-Type: text/plain; boundary=c\r\n\r\n{GOOD}",
        f"{TOP}Content-Type: text/plain; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n",
        f"{TOP}Content-Type: text/plain; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n{packed}\r\n",
    ]
    assert all("stray_boundary" in words(raw) for raw in seen)


def test_a_bare_equals_sign_before_what_is_no_digit_is_read_in_every_way_and_no_riddle() -> None:
    """Pages that somebody wrote by hand: `<p class="x">`, `charset=utf-8`. Programs keep it, or drop it with what stands behind it."""
    raw = f'{TOP}Content-Transfer-Encoding: quoted-printable\r\n\r\n<p a="ab">=E5=BC=A0</p>\r\n'
    bodies = {p.data.decode() for p in pieces(raw) if isinstance(p, Child)}
    assert words(raw) == set()
    assert {f"<p a{kept}>张</p>\r\n" for kept in ('="ab"', '"ab"', 'ab"', 'b"')} <= bodies
    for bad in ("=A", "==41", "=4", "=4X", "= x"):
        damaged = f'{TOP}Content-Transfer-Encoding: quoted-printable\r\n\r\n<p a="x">{bad}</p>\r\n'
        assert "damaged_quoted_printable" in words(damaged)


def test_an_address_is_no_riddle_for_the_length_of_the_name_beside_it() -> None:
    """RFC 2047 section 2 allows 75 characters for a word; programs that write Chinese names do not count them."""
    name = base64.b64encode("某某直播平台社区治理与用户权益保护中心".encode()).decode()
    assert len(name) > 75
    assert words(f"To: =?UTF-8?B?{name}?= <a@x.example>\r\n\r\nx\r\n") == set()


def test_base64_with_padding_in_the_middle_is_read_to_the_end_and_to_the_padding() -> None:
    children = [p for p in pieces(CASES["padding in the middle"][0]) if isinstance(p, Child)]
    assert {b"foobar", b"foob"} <= {child.data for child in children}
    assert {child.path for child in children} == {None}


def test_a_list_of_encodings_is_tried_one_by_one() -> None:
    children = [p.data for p in pieces(CASES["list of encodings"][0]) if isinstance(p, Child)]
    assert b"foo" in children
    assert b"Zm9v\r\n" in children


def test_nesting_without_end_is_cut_off_and_said() -> None:
    raw = TOP + "Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for depth in range(60):
        raw += f"--b{depth}x\r\nContent-Type: multipart/mixed; boundary=b{depth + 1}x\r\n\r\n"
    assert "too_deep" in words(raw.replace("boundary=b0\r", "boundary=b0x\r"))


def test_more_parts_than_anybody_sends_are_said() -> None:
    assert "too_many_parts" in words(mixed("multipart/mixed; boundary=b", "--b\r\n\r\nx\r\n" * 600 + "--b--\r\n"))


def test_text_before_and_after_the_parts_is_read() -> None:
    read = pieces(mixed("multipart/mixed; boundary=b", f"{SECRET}一\r\n{GOOD}{SECRET}二\r\n"))
    asides = {p.label: p.text.strip() for p in read if isinstance(p, TextFragment) and p.medium == "text"}
    assert asides == {"preamble": f"{SECRET}一", "epilogue": f"{SECRET}二"}


def test_header_fields_of_eight_bit_gbk_are_read() -> None:
    read = pieces(b"Subject: " + f"关于{SECRET}的举报".encode("gbk") + b"\r\n\r\nx\r\n")
    assert any(SECRET in p.text for p in read if isinstance(p, TextFragment) and p.label == "subject")


@pytest.mark.parametrize(
    "parameter",
    [
        'filename="张小鸣.pdf"',
        "filename=张小鸣.pdf",
        'filename="=?utf-8?B?5byg5bCP6bijLnBkZg==?="',
        "filename*=UTF-8''%E5%BC%A0%E5%B0%8F%E9%B8%A3.pdf",
        "filename*=gb2312''%D5%C5%D0%A1%C3%F9.pdf",
        "filename*0*=UTF-8''%E5%BC%A0%E5%B0; filename*1*=%8F%E9%B8%A3.pdf",
        "filename*1*=%8F%E9%B8%A3.pdf; filename*0*=UTF-8''%E5%BC%A0%E5%B0",
        "filename=a.pdf; filename*=UTF-8''%E5%BC%A0%E5%B0%8F%E9%B8%A3.pdf",
    ],
)
def test_a_file_name_is_read_in_every_form(parameter: str) -> None:
    read = pieces(f"Content-Type: application/pdf\r\nContent-Disposition: attachment; {parameter}\r\n\r\nx")
    names = [p.text for p in read if isinstance(p, TextFragment) and p.medium == "file_name"]
    assert "张小鸣.pdf" in names


def test_a_character_cut_in_two_between_encoded_words_is_whole_again() -> None:
    data = SECRET.encode()
    subject = " ".join(f"=?utf-8?B?{base64.b64encode(part).decode()}?=" for part in (data[:4], data[4:]))
    read = pieces(f"Subject: {subject}\r\n\r\nx")
    assert SECRET in [p.text for p in read if isinstance(p, TextFragment)]
