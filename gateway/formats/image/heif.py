"""HEIF with HEVC inside (ISO/IEC 23008-12), as telephones take photographs: HEIC.

A file may hold more pictures than a program shows: a preview, one whose place in the list is hidden, a depth map. Each
is named in a table of items. The item that is shown is named by its number alone, so a copy of the file that names
another shows that one.

In: the file. Out: copies of the file, one for each picture that is not shown by itself; Raises struct.error, IndexError
or ValueError for a broken table and for more pictures than a photograph has.
"""

import struct
from collections.abc import Iterator

MOST_OTHERS = 8
_CODED = frozenset((b"hvc1", b"grid", b"iden", b"iovl"))
_NO_PICTURE = frozenset((b"Exif", b"mime", b"uri ", b"tmap"))
"""Metadata; and how to brighten a picture by another that is an item itself."""
_BELONGS = frozenset((b"auxl", b"thmb"))
"""How a depth map and a preview say whose they are."""
_HIDDEN = 1
_MOST_ITEMS = 4000


def others(data: bytes) -> Iterator[bytes]:
    """Copies that show what this file does not, in the order of the table of items."""
    meta = next(((at, end) for kind, at, end in _boxes(data, 0, len(data)) if kind == b"meta"), None)
    if meta is None or any(kind == b"moov" for kind, _, _ in _boxes(data, 0, len(data))):
        raise ValueError("no pictures, or moving ones")
    inside = {kind: (at, end) for kind, at, end in _boxes(data, meta[0] + 4, meta[1])}
    places = {number: (kind, place) for number, kind, place in _items(data, *inside[b"iinf"])}
    items = {number: kind for number, (kind, _) in places.items()}
    if not set(items.values()) <= _CODED | _NO_PICTURE:
        raise ValueError("a picture of a kind that nothing here reads")
    parts = set(_parts(data, *inside[b"iref"])) if b"iref" in inside else set()
    at = inside[b"pitm"][0]
    size = "H" if data[at] == 0 else "L"
    shown = struct.unpack_from(f">{size}", data, at + 4)[0]
    found = [number for number, kind in items.items() if kind in _CODED and number not in parts and number != shown]
    if len(found) > MOST_OTHERS:
        raise ValueError("more pictures than a photograph has")
    free = bytearray(data)  # of what is said to belong to another, the decoder shows nothing
    for kind, inner, _ in _boxes(data, inside[b"iref"][0] + 4, inside[b"iref"][1]) if b"iref" in inside else ():
        if kind in _BELONGS:
            free[inner - 4 : inner] = b"skip"
    for number in found:
        free[places[number][1] + 3] &= ~_HIDDEN & 0xFF
        name = struct.pack(f">{size}", number)
        free[at + 4 : at + 4 + len(name)] = name
        yield bytes(free)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, and where the content begins and ends."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">L4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            raise IndexError("a box behind the end")
        yield kind, at + head, at + size
        at += size


def _items(data: bytes, at: int, end: int) -> Iterator[tuple[int, bytes, int]]:
    """Number, kind and place of each."""
    begin = at + (6 if data[at] == 0 else 8)
    for count, (_, inner, _) in enumerate(_boxes(data, begin, end)):
        if count > _MOST_ITEMS:
            raise ValueError("more items than a photograph has")
        version = data[inner]
        if version not in (2, 3):
            raise ValueError("an item of an older kind")
        number, kind = struct.unpack_from(">H2x4s" if version == 2 else ">L2x4s", data, inner + 4)
        yield number, kind, inner


def _parts(data: bytes, at: int, end: int) -> Iterator[int]:
    """Items that others are put together from: tiles of a grid."""
    letter = "H" if data[at] == 0 else "L"
    size = 2 if letter == "H" else 4
    for kind, inner, _ in _boxes(data, at + 4, end):
        count = struct.unpack_from(">H", data, inner + size)[0]
        if kind == b"dimg":
            yield from struct.unpack_from(f">{count}{letter}", data, inner + size + 2)
