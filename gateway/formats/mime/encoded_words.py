"""Encoded words in header text, read and written (RFC 2047).

Read as mail programs read them, not as the grammar would have it: inside quotes, without blanks around, with one
character cut in two by the end of a word (the bytes of neighbours in one charset are joined first). What only a lenient
eye reads (a word that never ends, an encoding of no known letter, words inside words, the second charset that the bytes
could be in) is given by `otherwise`, apart from what is shown.

In: a header value as text. Out: `Mapped` text, or bytes ready to stand in a field. Nothing is raised.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from functools import lru_cache

from gateway.text.charsets import decodings
from gateway.text.lenient_base64 import lenient_pieces
from gateway.text.offset_map import Builder, Mapped

WORD = re.compile(r"=\?([^?\s]{0,60})\?([bBqQ])\?([^?]*)\?=")
_LOOSE = re.compile(r"=\?([^?=\s]{0,60})\?\s*([A-Za-z])\s*\?([^?]*)(?:\?=?|\Z)")
_MOST_LOOKS = 3
_BETWEEN = re.compile(r"[ \t\r\n]*")
_LONGEST = 75


def decoded(value: str) -> Mapped:
    """The text that is shown, each character leading back to the raw value."""
    builder = Builder()
    at = 0
    for start, end, text in _groups(value):
        builder.copy(value[at:start], at)
        builder.put(text, start, end - start)
        at = end
    builder.copy(value[at:], at)
    return builder.done()


def decoded_words(value: str) -> str:
    """The text alone."""
    return decoded(value).text if "=?" in value else value


def otherwise(value: str) -> tuple[str, ...]:
    """Every other text that a program could make of the value; empty for a value without words."""
    if "=?" not in value:
        return ()
    found: dict[str, None] = {}
    shown = decoded(value).text
    for number in range(1, _MOST_LOOKS):
        found[_pieced(value, number)] = None
    text = shown
    for _ in range(_MOST_LOOKS):
        if "=?" not in text:
            break
        text = _LOOSE.sub(_loosely, text)
        found[text] = None
    found.pop(shown, None)
    return tuple(found)


def _pieced(value: str, number: int) -> str:
    """The value with each run of words in its `number`-th reading, in its last where there are fewer."""
    out: list[str] = []
    at = 0
    for start, end, text in _groups(value, number):
        out += (value[at:start], text)
        at = end
    out.append(value[at:])
    return "".join(out)


def _loosely(match: re.Match[str]) -> str:
    """A word of a letter that says nothing is taken for either."""
    text = "".join(match[3].split()) if match[2] not in "qQ" else match[3]
    kinds = match[2] if match[2] in "bBqQ" else "BQ"
    return " ".join(_shown(_payload(kind, text), match[1].split("*")[0].lower(), 0) for kind in kinds)


def _groups(value: str, number: int = 0) -> Iterator[tuple[int, int, str]]:
    """Runs of encoded words with nothing but blanks between them: (start, end, text)."""
    run: list[re.Match[str]] = []
    for match in WORD.finditer(value):
        if run and _BETWEEN.fullmatch(value, run[-1].end(), match.start()) is None:
            yield run[0].start(), run[-1].end(), _text(run, number)
            run = []
        run.append(match)
    if run:
        yield run[0].start(), run[-1].end(), _text(run, number)


def _text(run: list[re.Match[str]], number: int) -> str:
    out: list[str] = []
    charset = ""
    data = b""
    for match in run:
        label = match[1].split("*")[0].lower()  # RFC 2231 section 5: a language may follow
        if label != charset and data:
            out.append(_shown(data, charset, number))
            data = b""
        charset = label
        data += _payload(match[2], match[3])
    out.append(_shown(data, charset, number))
    return "".join(out)


def _shown(data: bytes, charset: str, number: int) -> str:
    found = decodings(data, charset, guess=False)
    return found[min(number, len(found) - 1)].text if found else data.decode("latin-1")


def _payload(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return lenient_pieces(raw, of_urls=True)


def encoded(text: str, room: int = _LONGEST) -> list[str]:
    """Words of at most 75 characters that together say `text`; whole characters in each. ASCII stays as it is."""
    if text.isascii() and "=?" not in text and text.isprintable():
        return [text] if text else []
    out = []
    start = 0
    room = min(max(room, 30), _LONGEST)
    while start < len(text):
        size = 0
        end = start
        while end < len(text):
            size += _utf8_length(text[end])
            if end > start and len("=?utf-8?b??=") + (size + 2) // 3 * 4 > room:
                break
            end += 1
        data = text[start:end].encode("utf-8", "replace")
        out.append(f"=?utf-8?b?{base64.b64encode(data).decode('ascii')}?=")
        start, room = end, _LONGEST
    return out


@lru_cache(maxsize=4096)
def _utf8_length(character: str) -> int:
    return len(character.encode("utf-8", "replace"))
