"""Maps from the codes of a font to characters (ToUnicode CMaps, ISO 32000-2 section 9.10.3), read and written anew.

In: a stream, or pairs. Out: pairs of a code and characters, or bytes. Raises ValueError for a map of more characters
than a font has.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

_MOST_PAIRS = 70_000
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)
_TOKEN = re.compile(rb"<([0-9A-Fa-f\s]*)>|(\[)|(\])")


def characters_of(stream: Any) -> Iterator[tuple[int, str]]:
    """(code, hexadecimal of its characters) of a map to Unicode (section 9.10.3)."""
    count = 0
    for block in _BLOCK.finditer(bytes(stream.read_bytes())):
        for first, last, target in _entries(block[1], block[2]):
            for code in range(first, last + 1):
                count += 1
                if count > _MOST_PAIRS:
                    raise ValueError("more characters than a font has")
                if isinstance(target, list):
                    if code - first < len(target):
                        yield code, target[code - first]
                elif target:
                    yield code, _later(target, code - first)


def characters_by_code(stream: Any, size: int = 2) -> dict[bytes, str]:
    """Of a map to Unicode with codes of so many bytes."""
    found = {}
    for code, target in characters_of(stream):
        if code < 1 << 8 * size and len(target) % 4 == 0:
            found[code.to_bytes(size, "big")] = bytes.fromhex(target).decode("utf-16-be", "replace")
    return found


def _entries(kind: bytes, block: bytes) -> Iterator[tuple[int, int, str | list[str]]]:
    tokens: list[str | list[str]] = []
    inside: list[str] | None = None
    for token in _TOKEN.finditer(block):
        if token[2]:
            inside = []
        elif token[3]:
            if inside is not None:
                tokens.append(inside)
            inside = None
        else:
            value = re.sub(rb"\s", b"", token[1]).decode("ascii")
            if inside is None:
                tokens.append(value)
            else:
                inside.append(value)
    step = 2 if kind == b"bfchar" else 3
    for at in range(0, len(tokens) - step + 1, step):
        first, last = tokens[at], tokens[at + step - 2]
        if isinstance(first, str) and isinstance(last, str) and first and last:
            yield int(first, 16), int(last, 16), tokens[at + step - 1]


def _later(target: str, by: int) -> str:
    return f"{int(target, 16) + by:0{len(target)}x}"


def map_of(pairs: Iterable[tuple[int, str]], size: int) -> bytes:
    """A map from codes of so many bytes to characters, which are given in hexadecimal."""
    return _table([f"<{code:0{2 * size}x}> <{target}>" for code, target in pairs], size, "bfchar")


def map_of_numbers(numbers: Mapping[int, int]) -> bytes:
    """A map from codes of two bytes to numbers of glyphs."""
    return _table([f"<{code:04x}> {number}" for code, number in numbers.items()], 2, "cidchar")


def _table(entries: Sequence[str], size: int, kind: str) -> bytes:
    low, high = "00" * size, "ff" * size
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        f"1 begincodespacerange <{low}> <{high}> endcodespacerange",
    ]
    for at in range(0, len(entries), 100):
        block = entries[at : at + 100]
        lines += [f"{len(block)} begin{kind}", *block, f"end{kind}"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
