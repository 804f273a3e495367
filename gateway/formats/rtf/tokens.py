"""The words of RTF (Rich Text Format Specification 1.9.1): groups, controls, bytes, text.

In: the file. Out: `RtfToken`s in order. Nothing is raised: whatever follows a backslash is something.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,40})(-?[0-9]{1,10})? ?"  # a word, its number, the blank that ends it
    rb"|\\'([0-9A-Fa-f]{2})"
    rb"|\\(.)"
    rb"|([{}])"
    rb"|([^\\{}\r\n]+)"
    rb"|[\r\n\\]",
    re.DOTALL,
)
Kind = Literal["word", "byte", "symbol", "open", "close", "text", "binary"]


class RtfToken(NamedTuple):
    kind: Kind
    value: bytes
    number: int | None = None


def tokens(data: bytes) -> Iterator[tuple[RtfToken, int, int]]:
    """Each with where it begins and ends."""
    at = 0
    while match := _TOKEN.match(data, at):
        start, at = at, match.end()
        word, number, byte, symbol, brace, text = match.groups()
        if word is not None:
            value = None if number is None else int(number)
            if word == b"bin" and value is not None and value > 0:
                at += value
                yield RtfToken("binary", data[at - value : at]), start, at
            else:
                yield RtfToken("word", word, value), start, at
        elif byte is not None:
            yield RtfToken("byte", bytes((int(byte, 16),))), start, at
        elif symbol is not None:
            yield RtfToken("symbol", symbol), start, at
        elif brace is not None:
            yield RtfToken("open" if brace == b"{" else "close", brace), start, at
        elif text is not None:
            yield RtfToken("text", text), start, at
