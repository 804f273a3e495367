"""The text of PowerPoint slides of 1997 to 2003 (MS-PPT): every text atom of every slide, note, master and comment,
shown, hidden or left over from an earlier save.

In: the stream `PowerPoint Document`. Out: texts; embedded objects; whether there is sound. Raises struct.error for a
broken stream.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

_CONTAINER = 0xF
_WIDE, _NARROW, _STRING = 0x0FA0, 0x0FA8, 0x0FBA
_OBJECT, _SOUND = 0x1011, 0x07E7
_PACKED = 1
_DEEPEST = 64
_MOST_OBJECT = 64 * 1024 * 1024


@dataclass(slots=True)
class Slides:
    texts: list[str] = field(default_factory=list)
    objects: list[bytes] = field(default_factory=list)
    has_sound: bool = False
    has_gaps: bool = False


def slides(stream: bytes) -> Slides:
    found = Slides()
    for kind, instance, body in _atoms(stream, 0, len(stream), 0, found):
        if kind in (_WIDE, _STRING):
            found.texts.append(body.decode("utf-16-le", "replace").replace("\r", "\n").replace("\x0b", "\n"))
        elif kind == _NARROW:
            found.texts.append(body.decode("latin-1").replace("\r", "\n").replace("\x0b", "\n"))
        elif kind == _OBJECT:
            found.objects.append(_unpacked(body[4:]) if instance == _PACKED else body)
        elif kind == _SOUND:
            found.has_sound = True
    return found


def _atoms(stream: bytes, at: int, end: int, depth: int, found: Slides) -> Iterator[tuple[int, int, bytes]]:
    while at + 8 <= end:
        version, kind, size = struct.unpack_from("<2HL", stream, at)
        begin, at = at + 8, at + 8 + size
        if at > end:
            found.has_gaps = True
            return
        if version & 0xF == _CONTAINER and depth < _DEEPEST:
            yield from _atoms(stream, begin, at, depth + 1, found)
        elif version & 0xF == _CONTAINER:
            found.has_gaps = True
        else:
            yield kind, version >> 4, stream[begin:at]


def _unpacked(body: bytes) -> bytes:
    """Raises zlib.error; the walker holds the file then."""
    machine = zlib.decompressobj()
    data = machine.decompress(body, _MOST_OBJECT)
    if machine.unconsumed_tail:
        raise zlib.error("larger than an object is")
    return data
