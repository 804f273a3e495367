"""Text that stands in a text in another writing: every escape undone that a person or a program would undo.

RFC 8259 (`\\u5f20`), RFC 3986 (`%E5%BC%A0`), RFC 2045 (`=E5=BC=A0`), RFC 4648 (base64, base32, hexadecimal), HTML's
character references, code points as numbers, bytes as `\\xe5` and `\\345`, letters taken back by a backspace, text
turned around by U+202E. Base64 is read whatever its lines, blanks, quotation marks and padding look like; UTF-16 too.

What comes out is looked through again, three times in all: base64 of percent of base64 is one more line of work for
whoever hides something, and none for whoever looks.

In: a `Mapped` text. Out: `Mapped` texts that hold only the lines in which something changed, each character of which
leads back. Nothing is raised. Linear in the text, but for a constant number of looks.
"""

import html
import re
from base64 import a85decode, b32decode
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from gateway.text.charsets import decodings
from gateway.text.embedded_base64 import ROWS, UNUSUAL, from_letters, in_rows, readable_text
from gateway.text.lenient_base64 import lenient
from gateway.text.offset_map import Builder, Mapped

Undo = Callable[[re.Match[str]], str]
_TIMES = 3
_ROOM = 4
"""Undone texts may be so many times as long as the text, and a page more: no text is worth more looks."""

_UNICODE = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,6}\}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2})+")
_ONE_UNICODE = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
_BYTE = r"\\x[0-9a-fA-F]{2}|\\'[0-9a-fA-F]{2}|\\[0-3][0-7]{2}"
_BYTES = re.compile(rf"(?:{_BYTE})[ -~]?(?:{_BYTE})(?:{_BYTE}|[0-9A-Za-z])*")
_ONE_BYTE = re.compile(r"\\x([0-9a-fA-F]{2})|\\'([0-9a-fA-F]{2})|\\([0-3][0-7]{2})|(.)")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2}|[0-9A-Za-z_.~@-])*")
_PERCENT_U = re.compile(r"(?:%u[0-9a-fA-F]{4})+")
_QUOTED = re.compile(r"(?:=[0-9A-Fa-f]{2}|=\r?\n)+")
_REFERENCE = re.compile(r"&(?:#0*[0-9]{1,7}|#[xX]0*[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_UTF7 = re.compile(r"&([A-Za-z0-9+,]{3,})-")  # as IMAP writes names of folders (RFC 3501 section 5.1.3)
_POINTS = re.compile(r"U\+[0-9a-fA-F]{4,6}(?:[ ,;]{0,2}U\+[0-9a-fA-F]{4,6})*")
_HAN_NUMBER = re.compile(r"(?<![0-9])[1-4][0-9]{4}(?![0-9])")
_NUMBERS = re.compile(r"(?<![0-9])[0-9]{2,6}(?:[ \t,;]{1,3}[0-9]{2,6}){2,}(?![0-9])")
_APART = r"(?<![A-Za-z0-9+/_=-])"
_BASE64 = re.compile(_APART + r"(?:[A-Za-z0-9+/_-]{40,}\r?\n)*[A-Za-z0-9+/_-]{8,}={0,2}(?![A-Za-z0-9+/_=-])")
_BEHIND_EQUALS = re.compile(r"(?<==)[A-Za-z0-9+/_-]{8,}={0,2}(?![A-Za-z0-9+/_=-])")
_PADDED = re.compile(_APART + r"(?:[A-Za-z0-9+/_-]{2,}={1,2}){2,}[A-Za-z0-9+/_-]*(?![A-Za-z0-9+/_=-])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:0x)?[0-9A-Fa-f]{2}[ :,;\r\n]{0,3}){5,}(?:0x)?[0-9A-Fa-f]{2}(?![0-9A-Za-z])")
_NO_HEX = re.compile(r"0x|[^0-9A-Fa-f]")
_BASE32 = re.compile(r"(?<![A-Z2-7])[A-Z2-7]{16,}={0,6}(?![A-Z2-7=])")
_ASCII85 = re.compile(r"<~([!-uz\s]{5,})~>")
_BACKSPACE = re.compile(r"[^\x08\n]\x08")
_TURNED = re.compile("\u202e([^\u202c\u2069\n]{1,2000})[\u202c\u2069]?")

_WORDLIKE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|(?:19|20)[0-9]{2}([-/])[01]?[0-9]\1[0-3]?[0-9]")
"""Words, numbers and dates: a column of days is full of Han characters, if it is taken for base64."""


def undone(base: Mapped) -> Iterator[Mapped]:
    """Every view of the text in which one kind of escape, or one inside another, is undone."""
    room = _ROOM * len(base.text) + 65536
    seen = {base.text}
    layer = [base]
    for _ in range(_TIMES):
        following: list[Mapped] = []
        for text in layer:
            for view in _once(text):
                room -= len(view.text)
                if room < 0:
                    return
                if view.text not in seen:
                    seen.add(view.text)
                    following.append(view)
                    yield view
        layer = following


def lines_changed(of: Mapped, pattern: re.Pattern[str], by: Undo) -> Mapped | None:
    """Only the lines in which an escape stands, undone: a link in a long text is no reason to read it all twice."""
    builder = Builder(of)
    text = of.text
    at = -1  # end of what was taken over; -1 before the first line
    for match in pattern.finditer(text):
        new = by(match)
        if new == match[0]:
            continue
        line = text.rfind("\n", 0, match.start()) + 1
        if line > at:
            if at >= 0:
                builder.copy(text[at : _line_end(text, at)], at)
                builder.add("\n")
            at = line
        builder.copy(text[at : match.start()], at)
        builder.put(new, match.start(), len(match[0]))
        at = match.end()
    if at < 0:
        return None
    builder.copy(text[at : _line_end(text, at)], at)
    return builder.done()


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _once(text: Mapped) -> Iterator[Mapped]:
    for signs, pattern, by in _ESCAPES:
        if any(sign in text.text for sign in signs) and (view := lines_changed(text, pattern, by)) is not None:
            yield view
    if _HAN_NUMBER.search(text.text) and (view := lines_changed(text, _NUMBERS, _numbers)) is not None:
        yield view


def _readable(data: bytes, otherwise: str) -> str:
    found = decodings(data)
    return found[0].text if found and found[0].exact and found[0].text.isprintable() else otherwise


def _unicode(match: re.Match[str]) -> str:
    units = bytearray()
    for one in _ONE_UNICODE.finditer(match[0]):
        code = int(next(group for group in one.groups() if group), 16)
        if code > 0x10FFFF:
            return match[0]
        units += chr(code).encode("utf-16-le", "surrogatepass")
    text = bytes(units).decode("utf-16-le", "replace")
    return text if text.isprintable() else match[0]


def _bytes(match: re.Match[str]) -> str:
    out = bytearray()
    for one in _ONE_BYTE.finditer(match[0]):
        if one[4]:
            out += one[4].encode()
        else:
            out.append(int(one[3], 8) if one[3] else int(one[1] or one[2], 16))
    return _readable(bytes(out), match[0])


def _percent(match: re.Match[str]) -> str:
    return _readable(unquote_to_bytes(match[0]), match[0])


def _percent_u(match: re.Match[str]) -> str:
    units = b"".join(int(code, 16).to_bytes(2, "little") for code in match[0].split("%u")[1:])
    text = units.decode("utf-16-le", "replace")
    return text if text.isprintable() else match[0]


def _quoted(match: re.Match[str]) -> str:
    hexes = re.sub(r"=\r?\n|=", "", match[0])
    return _readable(bytes.fromhex(hexes), match[0]) if len(hexes) > 2 else match[0]


def _utf7(match: re.Match[str]) -> str:
    data = lenient(match[1].replace(",", "/").encode())
    text = data[: len(data) // 2 * 2].decode("utf-16-be", "replace")
    return text if text.isprintable() and not UNUSUAL.search(text) else match[0]


def _points(match: re.Match[str]) -> str:
    codes = [int(code, 16) for code in re.findall(r"U\+([0-9a-fA-F]+)", match[0])]
    return _characters(codes, match[0])


def _numbers(match: re.Match[str]) -> str:
    codes = [int(number) for number in re.findall(r"[0-9]+", match[0])]
    if sum(0x3400 <= code <= 0x9FFF for code in codes) < 2:
        return match[0]
    return _characters(codes, match[0])


def _characters(codes: list[int], otherwise: str) -> str:
    if any(code > 0x10FFFF or 0xD800 <= code < 0xE000 for code in codes):
        return otherwise
    text = "".join(map(chr, codes))
    return text if text.isprintable() else otherwise


def _base64(match: re.Match[str]) -> str:
    """Only what gives text that a person can read: most long words are no base64, and few of them look like it."""
    run = "".join(match[0].split())
    return match[0] if _WORDLIKE.fullmatch(run) else from_letters(run, match[0])


def _hexadecimal(match: re.Match[str]) -> str:
    digits = _NO_HEX.sub("", match[0])
    return (readable_text(bytes.fromhex(digits)) if not len(digits) % 2 else "") or match[0]


def _base32(match: re.Match[str]) -> str:
    bare = match[0].rstrip("=")
    if len(bare) % 8 in (1, 3, 6):
        return match[0]
    return readable_text(b32decode(bare + "=" * (-len(bare) % 8))) or match[0]


def _ascii85(match: re.Match[str]) -> str:
    try:
        return readable_text(a85decode(match[1])) or match[0]
    except ValueError:
        return match[0]


def _reference(match: re.Match[str]) -> str:
    return html.unescape(match[0])


_ESCAPES: tuple[tuple[tuple[str, ...], re.Pattern[str], Undo], ...] = (
    (("\\",), _UNICODE, _unicode),
    (("\\",), _BYTES, _bytes),
    (("%",), _PERCENT, _percent),
    (("%u",), _PERCENT_U, _percent_u),
    (("=",), _QUOTED, _quoted),
    (("&",), _REFERENCE, _reference),
    (("U+",), _POINTS, _points),
    (("&",), _UTF7, _utf7),
    (("",), _BASE64, _base64),
    (("=",), _BEHIND_EQUALS, _base64),
    (("=",), _PADDED, _base64),
    (("",), ROWS, in_rows),
    (("",), _HEX, _hexadecimal),
    (("",), _BASE32, _base32),
    (("<~",), _ASCII85, _ascii85),
    (("\x08",), _BACKSPACE, lambda match: ""),
    (("\u202e",), _TURNED, lambda match: match[1][::-1]),
)
"""(one of these must stand in the text, what to look for, what it says)"""
