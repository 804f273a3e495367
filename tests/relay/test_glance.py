"""A plain mail is looked up without a reader; whatever could be read in a second way is left to one."""

import base64
import re
import struct
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.matching.by_content import gist_of
from gateway.model import Gist
from gateway.reading.walk import read_mail
from gateway.relay.glance import _has_hex_pairs, _is_strange, _long_runs, glance
from gateway.text.identifiers import candidates, digests, message_digests
from gateway.text.prints import text_prints
from scene import mail

QUOTE = "该主播于晚间直播时，诱导观众添加私人账号并在站外收取款项，事后拒绝退还。"
PHONE = "请打 138 0013 8000。"


def values(packed: bytes) -> set[int]:
    return set(struct.unpack(f"<{len(packed) // 8}Q", packed))


def composed(text: str, html: str = "", cte: str = "8bit", charset: str = "utf-8", subject: str = "请说明") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "kefu07@platform.example", "fan@x.example", subject
    message["In-Reply-To"] = "<abc-123@mail.example>"
    message.set_content(text, cte=cte, charset=charset)
    if html:
        message.add_alternative(html, subtype="html", cte=cte)
    return message.as_bytes()


@pytest.mark.parametrize(
    "content",
    [
        mail(QUOTE + PHONE),
        mail("\n".join("> " + line for line in (QUOTE[:20], QUOTE[20:])) + PHONE),
        composed("您好", subject=QUOTE + PHONE),
        composed(QUOTE + PHONE, cte="base64"),
        composed(QUOTE + PHONE, cte="quoted-printable"),
        composed(QUOTE + PHONE, charset="gb18030", cte="base64"),
        composed("见网页", f"<p>{QUOTE[:9]}<b>{QUOTE[9:]}</b><p>{PHONE}"),
        composed("见网页", f"<p>{QUOTE}</p><td>138</td><td>0013</td> <img alt='13800138000'>"),
        composed("见网页", "<p>" + "".join(f"&#{ord(c)};" for c in QUOTE) + PHONE),
        composed("见网页", f"<p>{QUOTE[:12]}<!-- x -->{QUOTE[12:]}<style>p {{}}</style>{PHONE}", cte="base64"),
    ],
)
def test_what_a_reader_would_find_in_a_plain_mail_is_found_without_one(content: bytes) -> None:
    found = glance(content)
    assert found is not None
    read = gist_of(read_mail(content))
    for seen in (found, read):
        assert values(seen.text) & set(text_prints(QUOTE).tolist())
        assert values(digests(["#13800138000"])) <= values(seen.identifiers)
    assert values(read.mails) <= values(found.mails)


ODD = {
    "an attachment": b"--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n",
    "a named part": b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n",
    "a part of parts": b'--b\r\nContent-Type: multipart/mixed; boundary="c"\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n',
}


def many(part: bytes) -> bytes:
    return b'Subject: x\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + part + b"--b--\r\n"


def test_parts_that_are_all_text_are_plain() -> None:
    found = glance(
        many(b"--b\r\nContent-Type: text/plain\r\n\r\n13800138000\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n")
    )
    assert found is not None
    assert values(digests(["#13800138000"])) <= values(found.identifiers)


@pytest.mark.parametrize(
    "content",
    [
        mail("").replace(b"text/plain", b"text/calendar"),
        mail("").replace(b"charset=utf-8", b"charset=utf-7"),
        mail("").replace(b"charset=utf-8", b"charset=utf-8; format=flowed"),
        mail("").replace(b"charset=utf-8", b"charset=us-ascii").replace(b"\r\n\r\n", "\r\n\r\n张".encode(), 1),
        mail("").replace(b"8bit", b"x-uuencode"),
        mail("", headers=["Content-Type: text/html"]),
        mail("", headers=["No colon here"]),
        mail("", headers=["Blank : before the colon"]),
        mail("").partition(b"\r\n\r\n")[0] + b"\r\n",
        mail("").replace(b"Subject:", b"Sub\rject:", 1),
        mail("").replace(b"Date:", b"Content-Disposition: attachment\r\nDate:", 1),
        mail("\0"),
        mail(base64.b64encode(QUOTE.encode()).decode()),
        mail(base64.b64encode(b"13800138000").decode()),
        mail("3133383030313338303030 31333833"),
        mail("31 33 38 30 30 31 33 38 6f"),
        mail("%E5%BC%A0%E5%B0%8F%E9%B8%A3"),
        mail("\\u5f20\\u5c0f\\u9e23"),
        mail("&#24352;&#23567;"),
        mail("=E5=BC=A0"),
        mail("begin 644 a.txt\n#86)C\n`\nend"),
        mail("-----BEGIN PGP MESSAGE-----"),
        mail("BEGIN:VCARD\nTEL:138\n 00138000"),
        mail("".join(chr(0xE0000 + ord(c)) for c in "13800138000")),
        mail("<html><body>张</body></html>"),
        composed("x", '<img src="data:image/png;base64,AAAA">'),
        composed("x", "<svg><text>张</text></svg>"),
        composed("x", "&lt;b>张"),
        composed("x").replace(b"8bit", b"base64"),
        *(many(part) for part in ODD.values()),
    ],
)
def test_what_could_hide_something_is_left_to_a_reader(content: bytes) -> None:
    assert glance(content) is None


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_or_left(content: bytes) -> None:
    for whole in (
        content,
        b"Subject: x\r\n\r\n" + content,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + content,
    ):
        assert glance(whole) is None or isinstance(glance(whole), Gist)


def test_message_ids_of_the_thread_are_asked_for() -> None:
    found = glance(composed("x"))
    assert found is not None
    assert values(message_digests(["abc-123@mail.example"])) <= values(found.mails)
    assert candidates("abc-123@mail.example") == {"@abc-123@mail.example", "=abc123", "=mailexample"}


@given(st.text(alphabet="0aFg1 :中", min_size=12, max_size=40))
def test_hexadecimal_pairs_are_those_with_no_letter_before_them(text: str) -> None:
    slow = re.search(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[ :]){5}", text)
    assert _has_hex_pairs(text.encode("ascii", "replace")) == (slow is not None)


@given(
    st.text(
        st.sampled_from("a\t\r\n\0\x08\x0b\x1f\x7f\x80中\U000e001f\U000e0020\U000e007e\U000e007f\U000e0100\ud800"),
        max_size=5,
    )
)
def test_strange_characters_are_controls_and_tags(text: str) -> None:
    slow = re.search("[\U000e0020-\U000e007e\0-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    assert _is_strange(text, text.encode("ascii", "replace")) == (slow is not None)


@given(st.text(alphabet="aZ09+/_- .中", max_size=80))
def test_long_runs_are_twelve_octets_and_more_without_a_break(text: str) -> None:
    plain = text.encode("ascii", "replace")
    assert _long_runs(plain) == set(re.findall(rb"[0-9A-Za-z+/_-]{12,}", plain))
