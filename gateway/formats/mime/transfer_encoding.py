"""Transfer encodings, decoded every way a mail program could, and written again.

RFC 2045 section 6. One clean encoding gives one body. Where the label is unknown or the data is not what the label
says (padding in the middle, characters of no alphabet, `=` without digits), all readings are given and it is reported.

In: the value of Content-Transfer-Encoding and raw bytes. Out: `Encoding`, then `Bodies`. Nothing is raised.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Literal

from gateway.text.lenient_base64 import lenient, lenient_pieces

Kind = Literal["identity", "base64", "quoted-printable", "uuencode", "unknown"]
_KINDS: dict[str, Kind] = {
    "": "identity",
    "7bit": "identity",
    "8bit": "identity",
    "binary": "identity",
    "base64": "base64",
    "quoted-printable": "quoted-printable",
    # No encoding of MIME, and written by mail programs of its first years: some undo it, some show it as it stands.
    **dict.fromkeys(("uuencode", "x-uuencode", "uue", "x-uue"), "uuencode"),
}
_BLANKS = b" \t\r\n"
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_UNPADDED = re.compile(rb"\s*+(?:(?:[A-Za-z0-9+/]{4})++[ \t]*+\r?\n)*+[A-Za-z0-9+/]*+={0,2}\s*+")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")
_SOFT = re.compile(rb"=[ \t]*(?:\r?\n|\Z)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_LINE_BLANKS = re.compile(rb"[ \t]+(?=\r?\n|\Z)")
_BARE_EQUALS = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z))")
_DOUBTFUL_EQUALS = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*(?:\r?\n|\Z)|[!-/:-<>-@G-Z\[-`g-~])")
_UU = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} [^\r\n]*\r?\n(.*?)^(?:end|====)\s*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bodies:
    """`readings` best first, never empty; `clean` where there is one and no program would see another."""

    readings: tuple[bytes, ...] = field(repr=False)
    defects: tuple[str, ...] = ()


def kind_of(word: str) -> Kind:
    """The encoding that a label names."""
    return _KINDS.get(word, "unknown")


def decoded(raw: bytes, kind: Kind) -> Bodies:
    """All readings of an encoded body."""
    if kind == "identity":
        return Bodies((raw,))
    if kind == "base64":
        return _base64(raw)
    if kind == "quoted-printable":
        return _quoted_printable(raw)
    uu = _uu(raw)
    if kind == "uuencode":
        return Bodies((raw,) if uu is None else (uu, raw))
    tried = [raw, *_base64(raw).readings, *_quoted_printable(raw).readings]
    if uu is not None:
        tried.append(uu)
    return Bodies(_distinct(tried))


def encoded(data: bytes, kind: Kind, newline: bytes) -> bytes:
    """The body as it stands in the message; lines as long as RFC 2045 allows."""
    if kind == "base64":
        text = base64.b64encode(data)
        return newline.join(text[at : at + 76] for at in range(0, len(text), 76))
    if kind == "quoted-printable":
        lines = binascii.b2a_qp(data.replace(b"\r\n", b"\n"), istext=True)
        return lines.replace(b"\n", newline)
    return data


def _distinct(tried: list[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(tried))


def _base64(raw: bytes) -> Bodies:
    text = raw.translate(None, _BLANKS)
    if _BASE64.fullmatch(text):
        return Bodies((base64.b64decode(text),))
    if _UNPADDED.fullmatch(raw):  # padded too little or too much: who drops the last letters shows less, never more
        return Bodies((lenient(text.rstrip(b"=")),))
    clean = _NOT_BASE64.sub(b"", text)
    tried = [lenient_pieces(text), lenient(clean.split(b"=", 1)[0]), lenient(clean.replace(b"=", b""))]
    if b"-" in text or b"_" in text:
        tried.append(lenient_pieces(text, of_urls=True))
    first = _NOT_BASE64.split(text, maxsplit=1)[0]
    tried += [lenient(first.split(b"=", 1)[0]), raw]
    if (uu := _uu(raw)) is not None:
        tried.append(uu)
    return Bodies(_distinct(tried), ("damaged_base64",))


def _quoted_printable(raw: bytes) -> Bodies:
    text = _SOFT.sub(b"", _LINE_BLANKS.sub(b"", raw))
    data = _HEX.sub(_byte, text)
    if _BARE_EQUALS.search(raw) is None:
        return Bodies((data,))
    if _DOUBTFUL_EQUALS.search(raw):
        return Bodies(_distinct([data, raw]), ("damaged_quoted_printable",))
    # `class="x"` and `charset=utf-8` as they were typed. Programs keep it (RFC 2045 section 6.7 asks for that), drop
    # the sign, or drop with it one or both of the characters that they took for digits: all of that is read.
    return Bodies(_distinct([data, *(_dropped(text, behind) for behind in range(3)), raw]))


def _byte(match: re.Match[bytes]) -> bytes:
    return bytes((int(match[1], 16),)) if match[1] else b""


def _dropped(text: bytes, behind: int) -> bytes:
    """Without the signs that begin no escape, and without so many bytes behind each."""
    return re.sub(rb"(?s)=(?:([0-9A-Fa-f]{2})|.{0,%d})" % behind, _byte, text)


def _uu(raw: bytes) -> bytes | None:
    found = _UU.search(raw)
    if found is None:
        return None
    if found[0].startswith(b"begin-base64"):
        return lenient_pieces(found[1])
    out = []
    for line in found[1].splitlines():
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # A known slip of encoders: too many characters in the line. The first one says how many bytes count.
            size = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out.append(binascii.a2b_uu(line[:size]))
            except binascii.Error:
                continue
    return b"".join(out)
