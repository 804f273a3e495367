"""A rewritten mail says what was asked, and no other byte of it has moved."""
# ruff: noqa: E501 - mails are written here as they stand

import email
import email.policy
import re
from base64 import b64encode

import pytest

from gateway.formats import Change, Child, FileEdits, Removed, Rewritten, Source
from gateway.formats.mime import FORMAT
from gateway.formats.mime.rewrite import rewrite_with
from gateway.model import Ambiguity, Location, TextFragment

HEAD = b"From: =?utf-8?B?5a6i5pyN?= <kefu@platform.example>\r\nTo: q@s.example\r\n"
NAME = "张小鸣"


def source(raw: bytes) -> Source:
    return Source(raw, Location(""), editable=True)


def editable(raw: bytes) -> list[TextFragment]:
    return [p for p in FORMAT.read(source(raw)) if isinstance(p, TextFragment) and p.editable]


def replacing(raw: bytes, old: str = NAME, new: str = "[举报人]") -> bytes:
    changes = []
    for ordinal, fragment in enumerate(editable(raw)):
        start = fragment.text.find(old)
        if start >= 0:
            changes.append(Change(ordinal, (start, start + len(old)), new))
    assert FORMAT.rewrite is not None
    return FORMAT.rewrite(source(raw), FileEdits(tuple(changes))).data


def dropping(raw: bytes, label: str) -> bytes:
    ordinal = next(n for n, f in enumerate(editable(raw)) if f.label == label)
    assert FORMAT.rewrite is not None
    return FORMAT.rewrite(source(raw), FileEdits((Change(ordinal, (0, 0), "", whole_field=True),))).data


def extended_name(raw: bytes) -> str | None:
    """What a program shows that knows RFC 2231; the standard library takes the fallback first, so that goes."""
    return email.message_from_bytes(re.sub(rb'filename="[^"]*";', b"", raw)).get_filename()


def test_only_the_changed_field_is_written_anew() -> None:
    raw = HEAD + b"Subject: =?gb2312?B?udjT2tXF0KHD+Q==?=\r\nX-Odd:   kept \t as it is \r\n\r\nbody\r\n"
    out = replacing(raw)
    assert out == raw.replace(b"=?gb2312?B?udjT2tXF0KHD+Q==?=", b"=?utf-8?b?5YWz5LqOW+S4vuaKpeS6ul0=?=")


def test_a_long_subject_is_folded_and_says_the_same() -> None:
    subject = "关于您的直播间的几个问题 " * 6 + NAME
    raw = HEAD + b"Subject: " + subject.encode() + b"\r\n\r\nbody"
    out = replacing(raw)
    assert max(len(line) for line in out.split(b"\r\n")) <= 78
    message = email.message_from_bytes(out, policy=email.policy.default)
    assert message["Subject"] == subject.replace(NAME, "[举报人]")


def test_a_field_can_be_dropped_whole_with_its_folded_lines() -> None:
    raw = HEAD + b"References: <a@x.example>\r\n <b@x.example>\r\nSubject: x\r\n\r\nbody"
    assert dropping(raw, "references") == HEAD + b"Subject: x\r\n\r\nbody"


def test_signatures_over_the_old_message_go() -> None:
    raw = b"DKIM-Signature: v=1;\r\n b=abc\r\nARC-Seal: i=1\r\n" + HEAD + b"Subject: " + NAME.encode() + b"\r\n\r\nbody"
    out = replacing(raw)
    assert b"DKIM" not in out
    assert b"ARC" not in out
    assert b"b=abc" not in out


def test_signatures_stay_where_nothing_changes() -> None:
    raw = b"DKIM-Signature: v=1\r\n" + HEAD + b"\r\nbody"
    assert rewrite_with(source(raw), (), {}) == raw


@pytest.mark.parametrize(
    "parameters",
    [
        'filename="张小鸣.pdf"',
        "filename*=UTF-8''%E5%BC%A0%E5%B0%8F%E9%B8%A3.pdf",
        "filename*0*=UTF-8''%E5%BC%A0%E5%B0;\r\n filename*1*=%8F%E9%B8%A3.pdf",
        'filename="=?utf-8?B?5byg5bCP6bijLnBkZg==?="',
        "filename=\"=?utf-8?B?5byg5bCP6bijLnBkZg==?=\"; filename*=UTF-8''%E5%BC%A0%E5%B0%8F%E9%B8%A3.pdf",
    ],
)
def test_a_file_name_is_rebuilt_for_new_and_old_programs(parameters: str) -> None:
    head = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; "
    raw = head + parameters.encode() + b"; size=3\r\n\r\nx"
    out = replacing(raw)
    assert extended_name(out) == "[举报人].pdf"
    assert b"size=3" in out
    assert b'filename="[_].pdf"' in out
    assert all(NAME not in fragment.text for fragment in editable(out))


def test_a_long_file_name_is_cut_in_pieces_between_characters() -> None:
    name = "关于清凌凌直播间的举报材料" * 4 + NAME + ".pdf"
    raw = f"Content-Disposition: attachment; filename*=utf-8''{name}\r\n\r\nx".encode()
    out = replacing(raw)
    assert max(len(line) for line in out.split(b"\r\n")) <= 100
    assert extended_name(out) == name.replace(NAME, "[举报人]")


def test_name_and_body_of_one_part_change_together() -> None:
    raw = "Content-Type: text/plain; name=张小鸣.txt\r\n\r\nold".encode()
    ordinal = next(n for n, f in enumerate(editable(raw)) if f.medium == "file_name")
    out = rewrite_with(source(raw), (Change(ordinal, (0, 3), "x"),), {(1,): Rewritten("新".encode(), "utf-8")})
    message = email.message_from_bytes(out)
    assert (message.get_filename(), message.get_content_charset()) == ("x.txt", "utf-8")
    assert message["Content-Transfer-Encoding"] == "base64"
    assert message["MIME-Version"] == "1.0"
    assert message.get_payload(decode=True) == "新".encode()


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "8bit"])
def test_a_body_keeps_its_transfer_encoding(encoding: str) -> None:
    part = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    raw = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n' + part.encode() + b"5L2g\r\n--b--\r\n"
    out = rewrite_with(source(raw), (), {(1,): Rewritten("你好=\r\n".encode(), "utf-8")})
    message = email.message_from_bytes(out)
    _, leaf = message.walk()
    assert leaf["Content-Transfer-Encoding"] == encoding
    body = leaf.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert body.rstrip() == "你好=".encode()
    assert out.startswith(raw[: raw.index(part.encode()) + len(part)])
    assert out.endswith(b"\r\n--b--\r\n")


@pytest.mark.parametrize(
    ("raw", "old"),
    [
        (HEAD + b"\r\nx", "kefu"),
        (b"Message-ID: <xm@x.example>\r\n\r\nx", "xm"),
        (b"Content-Type: multipart/mixed; boundary=xm\r\n\r\n--xm\r\n\r\nx\r\n--xm--", "xm"),
    ],
)
def test_what_holds_the_mail_together_is_not_changed(raw: bytes, old: str) -> None:
    with pytest.raises(ValueError, match="only"):
        replacing(raw, old)


def test_a_signed_part_is_not_changed() -> None:
    raw = (
        HEAD
        + b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\nSubject: \xe5\xbc\xa0\xe5\xb0\x8f\xe9\xb8\xa3\r\n\r\nx\r\n--b--\r\n"
    )
    with pytest.raises(ValueError, match="signed"):
        replacing(raw)
    with pytest.raises(ValueError, match="changed"):
        rewrite_with(source(raw), (), {(1,): Rewritten(b"y")})


def test_control_characters_of_a_replacement_do_not_get_into_a_field() -> None:
    raw = HEAD + b"X-Note: words\r\n\r\nx"
    assert b"X-Note: [x]\r\n" in replacing(raw, "words", "[\x07x\x1b]")


def test_a_replacement_cannot_start_a_new_field() -> None:
    raw = HEAD + b"Subject: " + NAME.encode() + b"\r\n\r\nx"
    with pytest.raises(ValueError, match="line end"):
        replacing(raw, new="x\r\nBcc: a@b.example")
    named = "Content-Disposition: attachment; filename=张小鸣\r\n\r\nx".encode()
    assert b"\nBcc" not in replacing(named, new="x\r\nBcc: a@b.example")


PARTS = (
    HEAD + b"MIME-Version: 1.0\r\nContent-Type: multipart/%s; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
    b'--b\r\nContent-Type: text/html\r\n\r\n<p>page<img src="cid:one%%40x"></p>\r\n'
    b"--b\r\nContent-Type: text/calendar; name=a.ics\r\nContent-ID: <one@x>\r\n\r\nBEGIN:VCALENDAR\r\n\r\n--b--\r\n"
)


def without_part(raw: bytes, *numbers: tuple[int, ...]) -> bytes:
    children = [p for p in FORMAT.read(source(raw)) if isinstance(p, Child) and p.path in numbers]
    assert FORMAT.rewrite is not None
    return FORMAT.rewrite(
        source(raw), FileEdits(children=tuple((child, Removed("[附件略]")) for child in children))
    ).data


def leaves(raw: bytes) -> list[tuple[str, str]]:
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert not any(part.defects for part in parsed.walk())
    return [
        (part.get_content_type(), str(part.get_content()).strip()) for part in parsed.walk() if not part.is_multipart()
    ]


@pytest.mark.parametrize("kind", [b"mixed", b"related"])
def test_a_part_that_is_taken_out_leaves_a_text_that_says_no_more(kind: bytes) -> None:
    out = without_part(PARTS % kind, (3,))
    assert [one[0] for one in leaves(out)] == ["text/plain", "text/html", "text/plain"]
    assert leaves(out)[2][1] == "[附件略]"
    assert b"a.ics" not in out
    assert b"one@x" not in out


def test_an_alternative_that_is_taken_out_leaves_nothing_where_another_is_left() -> None:
    assert [one[0] for one in leaves(without_part(PARTS % b"alternative", (3,)))] == ["text/plain", "text/html"]
    assert [one[0] for one in leaves(without_part(PARTS % b"alternative", (1,)))] == ["text/html", "text/calendar"]
    assert [one[0] for one in leaves(without_part(PARTS % b"alternative", (2,), (3,)))] == ["text/plain"]


def test_of_alternatives_that_all_go_the_words_stay() -> None:
    out = without_part(PARTS % b"alternative", (1,), (2,), (3,))
    assert leaves(out) == [("text/plain", "[附件略]")] * 3


def test_a_message_that_is_one_file_becomes_a_text() -> None:
    raw = (
        HEAD
        + b"MIME-Version: 1.0\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n"
    )
    out = without_part(raw, (1,))
    assert leaves(out) == [("text/plain", "[附件略]")]
    assert out.startswith(HEAD)


def test_a_part_of_a_signed_message_is_not_taken_out() -> None:
    raw = PARTS % b"signed; protocol=x"
    assert not [p for p in FORMAT.read(source(raw)) if isinstance(p, Child) and p.path is not None]
    with pytest.raises(ValueError, match="cannot be changed"):
        rewrite_with(source(raw), (), {(3,): Removed("x")})


def test_what_a_page_shows_in_its_place_is_told_from_what_is_attached() -> None:
    def embedded(raw: bytes) -> list[bool]:
        return [p.embedded for p in FORMAT.read(source(raw)) if isinstance(p, Child)]

    assert embedded(PARTS % b"related") == [False, False, True]
    assert embedded((PARTS % b"related").replace(b"cid:", b"src:")) == [False] * 3


def test_a_mail_in_an_encoding_that_mails_may_not_have_cannot_be_written_back() -> None:
    inner = b"Subject: x\r\nFrom: a@b.example\r\n\r\nbody\r\n"
    for encoding, body in ((b"base64", b64encode(inner)), (b"quoted-printable", inner)):
        head = b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: " + encoding
        raw = HEAD + b"MIME-Version: 1.0\r\n" + head + b"\r\n\r\n" + body
        pieces = list(FORMAT.read(source(raw)))
        assert [p.path for p in pieces if isinstance(p, Child)] == [None]
        assert [p.reason for p in pieces if isinstance(p, Ambiguity)] == ["encoded_message"]


def test_a_file_that_is_no_text_by_its_type_gets_no_charset() -> None:
    raw = (
        HEAD + b"MIME-Version: 1.0\r\nContent-Type: %s; name=a.txt\r\nContent-Transfer-Encoding: base64\r\n\r\neA==\r\n"
    )
    for kind, wanted in ((b"application/octet-stream", False), (b"text/plain", True)):
        child = next(p for p in FORMAT.read(source(raw % kind)) if isinstance(p, Child))
        assert FORMAT.rewrite is not None
        out = FORMAT.rewrite(source(raw % kind), FileEdits(children=((child, Rewritten("略".encode(), "utf-8")),))).data
        assert (b"charset" in out) is wanted
