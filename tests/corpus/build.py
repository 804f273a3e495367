"""What the tables of cases are written with: small builders of raw mail, CRLF, nothing hidden behind an email library.

A case is a function from the words to carry to the bytes of a mail, so that the same oddness can be sent with the
report in it (it must not get out) and without (how often is it held for its oddness alone?).
"""

import base64
import quopri
from collections.abc import Callable
from dataclasses import dataclass, field

COVER = "星儿您好，请您说明当晚的直播情况，谢谢。"
Build = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """`source` names the row of the published tables that it comes from: E…, M…, T…, C…, H… or W…."""

    id: str
    source: str
    technique: str
    build: Build = field(repr=False)


class Table:
    """Cases of one kind. `case` is a decorator for those that need more than a line; `add` is for those that do not."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.cases: list[Case] = []

    def add(self, name: str, source: str, technique: str, build: Build) -> None:
        self.cases.append(Case(f"{self.kind}-{name}", source, technique, build))

    def case(self, name: str, source: str, technique: str) -> Callable[[Build], Build]:
        def note(build: Build) -> Build:
            self.add(name, source, technique, build)
            return build

        return note


def raw(text: str | bytes) -> bytes:
    """UTF-8, line ends as CRLF."""
    data = text.encode() if isinstance(text, str) else text
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def top(*fields: str | bytes, subject: str = "=?utf-8?B?6K+36K+05piO5oOF5Ya1?=") -> bytes:
    """The header of a mail without its end."""
    lines: list[str | bytes] = [
        "From: kefu <kefu07@platform.example>",
        "To: xinger@streamers.example",
        *([f"Subject: {subject}"] if subject else []),
        "Date: Fri, 18 Sep 2020 15:02:00 +0800",
        "Message-ID: <1@platform.example>",
        *fields,
    ]
    return b"".join((line.encode() if isinstance(line, str) else line) + b"\r\n" for line in lines)


def plain(body: bytes, *fields: str | bytes, subject: str = "=?utf-8?B?6K+36K+05piO5oOF5Ya1?=") -> bytes:
    """A mail of one part; MIME fields are the caller's."""
    return top("MIME-Version: 1.0", *fields, subject=subject) + b"\r\n" + body


def part(body: bytes, *fields: str | bytes) -> bytes:
    """One part with its fields, ready to stand between delimiters."""
    return b"".join((f.encode() if isinstance(f, str) else f) + b"\r\n" for f in fields) + b"\r\n" + body


def b64(data: str | bytes, width: int = 76, end: bytes = b"\r\n") -> bytes:
    """Base64 in lines."""
    text = base64.b64encode(data.encode() if isinstance(data, str) else data)
    return b"".join(text[i : i + width] + end for i in range(0, len(text), width))


def qp(data: str | bytes) -> bytes:
    """Quoted-printable in lines."""
    return raw(quopri.encodestring(data.encode() if isinstance(data, str) else data)) + b"\r\n"


TEXT = "Content-Type: text/plain; charset=utf-8"
BASE64 = "Content-Transfer-Encoding: base64"
QP = "Content-Transfer-Encoding: quoted-printable"
EIGHT = "Content-Transfer-Encoding: 8bit"


def cover() -> bytes:
    """A part that says nothing."""
    return part(raw(COVER + "\n"), TEXT, EIGHT)


def coded(words: str) -> bytes:
    """A part that says them in base64."""
    return part(b64(words), TEXT, BASE64)


def joined(parts: tuple[bytes, ...] | list[bytes], boundary: str | bytes = "foo", close: bool = True) -> bytes:
    """Parts between delimiters."""
    mark = b"--" + (boundary.encode() if isinstance(boundary, str) else boundary)
    body = b"".join(mark + b"\r\n" + one + (b"" if one.endswith(b"\r\n") else b"\r\n") for one in parts)
    return body + (mark + b"--\r\n" if close else b"")


def mixed(*parts: bytes, boundary: str = "foo", kind: str = "multipart/mixed", declared: str = "") -> bytes:
    """A multipart mail; `declared` is the Content-Type where it is not the plain one."""
    return plain(joined(parts, boundary), f"Content-Type: {declared or f'{kind}; boundary={boundary}'}")


def html(body: str | bytes, *fields: str) -> bytes:
    """A mail of one HTML part, 8-bit UTF-8."""
    data = raw(body)
    return plain(data, "Content-Type: text/html; charset=utf-8", EIGHT, *fields)
