"""Elements of DER (ITU-T X.690): a tag, a length, a content that is elements again or is bytes.

In: bytes. Out: the leaves. Raises ValueError where the bytes are not one element from their first to their last.
"""

from collections.abc import Iterator
from typing import NamedTuple

CONSTRUCTED = 0x20
SEQUENCE = 0x30
_LONG_TAG = 0x1F
_DEEPEST = 40
_MOST_ELEMENTS = 20_000


class Leaf(NamedTuple):
    """An element that holds no others. `tag`: its first byte. `is_opaque`: it should hold others, and does not."""

    tag: int
    content: bytes
    is_opaque: bool = False


def whole(data: bytes) -> bytes:
    """The content of the one element that these bytes are; zeros may follow it."""
    tag, begin, end = _head(data, 0, len(data))
    if tag != SEQUENCE or data[end:].strip(b"\0"):
        raise ValueError("not one sequence")
    return data[begin:end]


def leaves(content: bytes) -> Iterator[Leaf]:
    """Of the content of an element, in their order. Content that does not parse is one opaque leaf."""
    left = [_MOST_ELEMENTS]
    yield from _leaves(content, 0, left)


def parses(content: bytes) -> bool:
    """Whether the bytes are elements one after the other, at this level."""
    try:
        return bool(_elements(content, [_MOST_ELEMENTS]))
    except ValueError:
        return False


def _leaves(content: bytes, depth: int, left: list[int]) -> Iterator[Leaf]:
    if depth > _DEEPEST:
        raise ValueError("deeper than a signature is")
    try:
        elements = _elements(content, left)
    except ValueError:
        yield Leaf(SEQUENCE, content, is_opaque=True)
        return
    for tag, inner in elements:
        if tag & CONSTRUCTED:
            yield from _leaves(inner, depth + 1, left)
        else:
            yield Leaf(tag, inner)


def _elements(content: bytes, left: list[int]) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(content):
        tag, begin, end = _head(content, at, len(content))
        left[0] -= 1
        if left[0] < 0:
            raise ValueError("more elements than a signature has")
        found.append((tag, content[begin:end]))
        at = end
    return found


def _head(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, where the content begins, where it ends."""
    if at + 2 > end:
        raise ValueError("no element")
    tag, length, begin = data[at], data[at + 1], at + 2
    if tag & _LONG_TAG == _LONG_TAG or not tag:
        raise ValueError("a tag that no signature has")
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or begin + count > end:
            raise ValueError("a length that DER does not have")
        length = int.from_bytes(data[begin : begin + count], "big")
        begin += count
    if begin + length > end:
        raise ValueError("an element behind the end")
    return tag, begin, begin + length
