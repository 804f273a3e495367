"""Property sets (MS-OLEPS): who wrote a document, who saved it last, its title, company and keywords, and what somebody
defined; SummaryInformation and DocumentSummaryInformation of doc, xls, ppt and msg.

A value of 8 bits is in the code page that the set names. Programs name a wrong one, so it is read in the sets of double
bytes of Chinese programs too: an author of two letters is four bytes, which no search for words finds.

In: the stream. Out: `Property`s. Raises ValueError, struct.error or IndexError for a stream that is no property set.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.text.charsets import decodings

_ORDER = 0xFFFE
_DICTIONARY, _CODE_PAGE = 0, 1
_SHORT, _BSTR, _LPSTR, _LPWSTR, _CLIPBOARD, _VARIANT, _VECTOR = 0x02, 0x08, 0x1E, 0x1F, 0x47, 0x0C, 0x1000
_STRINGS = frozenset((_BSTR, _LPSTR, _LPWSTR))
_FIXED = {0x00: 0, 0x01: 0, 0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x10: 1, 0x11: 1}
_FIXED |= {0x12: 2, 0x13: 4, 0x14: 8, 0x15: 8, 0x16: 4, 0x17: 4, 0x40: 8, 0x48: 16}
_WIDE_PAGE, _UTF8_PAGE = 1200, 65001
_MOST_SETS, _MOST_PROPERTIES, _MOST_VALUES = 10, 4000, 20_000
_SUMMARY = bytes.fromhex("e0859ff2f94f6810ab9108002b27b3d9")
_DOCUMENT = bytes.fromhex("02d5cdd59c2e1b10939708002b2cf9ae")
_NAMES: dict[bytes, dict[int, str]] = {
    _SUMMARY: {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "comments", 7: "template", 8: "last author"}
    | {9: "revision", 17: "thumbnail", 18: "program"},
    _DOCUMENT: {2: "category", 3: "format", 13: "parts", 14: "manager", 15: "company", 26: "type", 27: "status"},
}
_PEOPLE = frozenset(("author", "last author", "manager"))
_LONGEST_NAME = 32
_LOOSE, _LONGEST_LOOSE = re.compile(rb"(?=([\x08\x1e\x1f]\0\0\0.{2}\0\0))", re.DOTALL), 4096


@dataclass(frozen=True, slots=True)
class Property:
    """`name`: as the standard or the document calls it. `texts`: each reading of each value. `names_people`: what it
    holds is a person's name, or may be: a short value that somebody defined. `preview`: of the format in the clipboard
    that `format` numbers, None for one that is not of Windows."""

    name: str = field(repr=False)
    texts: tuple[str, ...] = field(default=(), repr=False)
    names_people: bool = False
    format: int | None = None
    preview: bytes = field(default=b"", repr=False)


def properties(stream: bytes) -> Iterator[Property]:
    """Every property of every set of the stream."""
    order, _, _, _, count = struct.unpack_from("<2HL16sL", stream)
    if order != _ORDER or count > _MOST_SETS:
        raise ValueError("no property set")
    for number in range(count):
        format_id, at = struct.unpack_from("<16sL", stream, 28 + 20 * number)
        yield from _of_set(format_id, stream[at:])  # programs misstate the size of a set


def loose_texts(stream: bytes) -> Iterator[str]:
    """Strings by the number of their type and their length, of a stream that no table leads through."""
    for match in _LOOSE.finditer(stream):
        kind, length = struct.unpack("<2L", match[1])
        size = length * 2 if kind == _LPWSTR else length
        raw = stream[match.end(1) : match.end(1) + size]
        if 0 < size <= _LONGEST_LOOSE and len(raw) == size:
            yield from (text for text in _readings(raw, _WIDE_PAGE if kind == _LPWSTR else 0) if text)


def _of_set(format_id: bytes, data: bytes) -> Iterator[Property]:
    count = struct.unpack_from("<L", data, 4)[0]
    if count > _MOST_PROPERTIES:
        raise ValueError("more properties than a document has")
    places = dict(struct.unpack_from("<2L", data, 8 + 8 * number) for number in range(count))
    page = 0
    if _CODE_PAGE in places and struct.unpack_from("<L", data, places[_CODE_PAGE])[0] == _SHORT:
        page = struct.unpack_from("<H", data, places[_CODE_PAGE] + 4)[0]
    names = dict(_NAMES.get(format_id, {}))
    defined = dict(_dictionary(data, places[_DICTIONARY], page)) if _DICTIONARY in places else {}
    budget = [_MOST_VALUES]
    for readings in defined.values():
        yield Property("name", readings)
    for number, at in places.items():
        if number in (_DICTIONARY, _CODE_PAGE):
            continue
        name = names.get(number) or next(iter(defined.get(number, ())), "") or f"property {number}"
        kind = struct.unpack_from("<L", data, at)[0]
        if kind == _CLIPBOARD:
            yield _clipboard(name, data, at + 4)
            continue
        texts = tuple(dict.fromkeys(text for text in _texts(kind, data, at + 4, page, budget) if text))
        is_short = number in defined and all(len(text) <= _LONGEST_NAME for text in texts)
        if texts:
            yield Property(name, texts, name in _PEOPLE or is_short)


def _dictionary(data: bytes, at: int, page: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """What properties are called that somebody defined (2.17)."""
    count = struct.unpack_from("<L", data, at)[0]
    at += 4
    for _ in range(min(count, _MOST_PROPERTIES)):
        number, length = struct.unpack_from("<2L", data, at)
        size = length * 2 if page == _WIDE_PAGE else length
        raw = _piece(data, at + 8, size)
        yield number, _readings(raw, page)
        at += 8 + size + (-size % 4 if page == _WIDE_PAGE else 0)


def _texts(kind: int, data: bytes, at: int, page: int, budget: list[int]) -> list[str]:
    """Of a vector, each string ends where the next begins, or at a multiple of four: Office does the one, the standard
    says the other. A vector lists the parts of a document; one that is broken says what a search for words finds."""
    if not kind & _VECTOR:
        return _value(kind, data, at, page, 4)[0]
    for unit in (1, 4):
        try:
            return _vector(kind & ~_VECTOR, data, at, page, unit, budget)
        except (IndexError, struct.error):
            continue
    return []


def _vector(kind: int, data: bytes, at: int, page: int, unit: int, budget: list[int]) -> list[str]:
    count = struct.unpack_from("<L", data, at)[0]
    at += 4
    texts: list[str] = []
    for _ in range(count):
        budget[0] -= 1
        if budget[0] < 0:
            raise IndexError("more values than a document has")
        inner = kind
        if kind == _VARIANT:
            inner, at = struct.unpack_from("<L", data, at)[0], at + 4
            if inner not in _FIXED and inner not in _STRINGS:
                raise IndexError("a value of no such type")
        found, at = _value(inner, data, at, page, 4 if inner == _LPWSTR else unit)
        texts += found
    return texts


def _value(kind: int, data: bytes, at: int, page: int, unit: int) -> tuple[list[str], int]:
    """Texts of one typed value, and where it ends."""
    if kind in _STRINGS:
        length = struct.unpack_from("<L", data, at)[0]
        size = length * 2 if kind == _LPWSTR else length
        raw = _piece(data, at + 4, size)
        return list(_readings(raw, _WIDE_PAGE if kind == _LPWSTR else page)), at + 4 + size + -size % unit
    return [], at + _FIXED.get(kind, 0) + -_FIXED.get(kind, 0) % 4


def _readings(raw: bytes, page: int) -> tuple[str, ...]:
    if page == _WIDE_PAGE:
        return (raw[: len(raw) // 2 * 2].decode("utf-16-le", "replace").partition("\0")[0],)
    raw = raw.partition(b"\0")[0]
    if raw.isascii():
        return (raw.decode("ascii"),)
    label = "utf-8" if page == _UTF8_PAGE else f"cp{page}" if page else ""
    texts = [reading.text for reading in decodings(raw, label)[:3]]
    for charset in ("utf-8", "gb18030", "big5hkscs"):
        try:
            texts.append(raw.decode(charset))
        except UnicodeDecodeError:
            continue
    return tuple(dict.fromkeys(texts))


def _clipboard(name: str, data: bytes, at: int) -> Property:
    """A picture as the clipboard holds it (2.11)."""
    size, marker = struct.unpack_from("<Ll", data, at)
    body = _piece(data, at + 8, max(0, size - 4))
    if marker != -1 or len(body) < 4:
        return Property(name, format=0, preview=body)
    return Property(name, format=struct.unpack_from("<L", body)[0], preview=body[4:])


def _piece(data: bytes, at: int, size: int) -> bytes:
    piece = data[at : at + size]
    if len(piece) != size:
        raise IndexError("a value behind the end")
    return piece
