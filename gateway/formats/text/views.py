"""The ways in which one plain text can be read: as it stands, its soft lines joined, its escapes undone.

RFC 3676 (format=flowed: a line that ends in a blank goes on in the next; with DelSp the blank goes too), RFC 8259
(`\\u5f20` in JSON), RFC 2045 (quoted-printable in contact cards), RFC 5545 and 6350 (a line that begins with a blank
goes on), RFC 3986 (`%E5%BC%A0` in links), RFC 4648 (base64 and hexadecimal of a text), HTML's character references
pasted as text.

In: a text. Out: `Mapped` texts, each character of which leads back; the first is the text itself.
"""

import html
import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from gateway.text.charsets import decodings
from gateway.text.mapped import Builder, Mapped, replaced, whole

_SOFT = re.compile(r" \r?\n>* ?(?!\s)")
_FOLDED = re.compile(r"\r?\n[ \t]")
_CARD = re.compile(r"\s*BEGIN:(?:VCALENDAR|VCARD)", re.IGNORECASE)
_UNICODE = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\u\{[0-9a-fA-F]{1,6}\}|\\U[0-9a-fA-F]{8}|\\x[0-9a-fA-F]{2})+")
_ONE_UNICODE = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\x([0-9a-fA-F]{2})")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_QUOTED = re.compile(r"(?:=[0-9A-Fa-f]{2}|=\r?\n)+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?")


_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_=-])(?:[A-Za-z0-9+/_-]{40,}\r?\n)*[A-Za-z0-9+/_-]{8,}={0,2}(?![A-Za-z0-9+/_=-])"
)
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{2}[ :]?){5,}[0-9A-Fa-f]{2}(?![0-9A-Za-z])")
_BLANKS = dict.fromkeys(map(ord, "\r\n\t"), " ")
_WORDLIKE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def views(text: str) -> Iterator[Mapped]:
    """All readings of one text, itself first."""
    base = whole(text)
    yield base
    if _CARD.match(text) and (unfolded := replaced(base, _FOLDED, lambda _: "")) is not None:
        yield unfolded
        base = unfolded
    elif (joined := replaced(base, _SOFT, lambda _: "")) is not None:
        yield joined
    for pattern, by in _ESCAPES:
        if (undone := _lines_changed(base, pattern, by)) is not None:
            yield undone


def _lines_changed(of: Mapped, pattern: re.Pattern[str], by: Callable[[re.Match[str]], str]) -> Mapped | None:
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


def _percent(match: re.Match[str]) -> str:
    return _readable(unquote_to_bytes(match[0]), match[0])


def _quoted(match: re.Match[str]) -> str:
    hexes = re.sub(r"=\r?\n|=", "", match[0])
    return _readable(bytes.fromhex(hexes), match[0]) if len(hexes) > 2 else match[0]


def _base64(match: re.Match[str]) -> str:
    """Only what gives text that a person can read: most long words are no base64, and few of them look like it."""
    run = "".join(match[0].split())
    if _WORDLIKE.fullmatch(run):
        return match[0]
    bare = run.rstrip("=").replace("-", "+").replace("_", "/")
    if len(bare) % 4 == 1:
        return match[0]
    return _shown(b64decode(bare + "=" * (-len(bare) % 4)), match[0])


def _hexadecimal(match: re.Match[str]) -> str:
    return _shown(bytes.fromhex(match[0].replace(":", " ")), match[0])


def _shown(data: bytes, otherwise: str) -> str:
    for reading in decodings(data):
        if reading.exact and reading.text.translate(_BLANKS).isprintable():
            return reading.text
    return otherwise


def _reference(match: re.Match[str]) -> str:
    return html.unescape(match[0])


_ESCAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_UNICODE, _unicode),
    (_PERCENT, _percent),
    (_QUOTED, _quoted),
    (_BASE64, _base64),
    (_HEX, _hexadecimal),
    (_REFERENCE, _reference),
)
