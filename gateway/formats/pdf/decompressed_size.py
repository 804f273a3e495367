"""How much the streams of a PDF unpack to, counted before any library unpacks them at once.

QPDF and PDFium unpack a stream whole, with no limit; half a gigabyte of `q Q` makes them take three times that. Only
Flate (RFC 1950) grows so much, once or over itself; what is packed in another way first costs a reader its time limit.

In: the file. Out: whether it is too heavy to be opened. Nothing is raised.
"""

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_DICTIONARY = 2000
_PICTURE = re.compile(rb"/Subtype\s*/Image")
_MOST_PICTURE, _MOST_PICTURES = 110 * 1024 * 1024, 600 * 1024 * 1024
_MOST_OTHER, _MOST_OTHERS = 32 * 1024 * 1024, 96 * 1024 * 1024
_FEED, _CHUNK = 64 * 1024, 1024 * 1024
_LAYERS = 4
_MOST_OBJECTS = 200_000


def is_too_heavy(data: bytes) -> bool:
    if data.count(b" obj") > 2 * _MOST_OBJECTS:  # twice, for versions repeat them
        return True
    pictures = others = 0
    for match in _STREAM.finditer(data):
        begin = match.end()
        head = data[max(0, begin - _DICTIONARY) : begin]
        is_picture = _PICTURE.search(head, max(0, head.rfind(b"endobj"))) is not None
        limit = _MOST_PICTURE if is_picture else _MOST_OTHER
        size = _size(data, begin, limit)
        if is_picture:
            pictures += size
        else:
            others += size
        if size > limit or pictures > _MOST_PICTURES or others > _MOST_OTHERS:
            return True
    return False


def _size(data: bytes, begin: int, limit: int) -> int:
    """Of the stream that begins here, unpacked as often as it was packed; counting ends above the limit."""
    if not _is_packed(data[begin : begin + 2]):
        return 0
    pipe: Iterator[bytes] = (data[at : at + _FEED] for at in range(begin, len(data), _FEED))
    for _ in range(_LAYERS):
        pipe = _inflated(pipe)
    size = 0
    for part in pipe:
        size += len(part)
        if size > limit:
            break
    return size


def _inflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    """What is not packed comes out as it is."""
    machine = None
    for number, part in enumerate(parts):
        if number == 0 and _is_packed(part):
            machine = zlib.decompressobj()
        if machine is None:
            yield part
            continue
        feed = part
        while feed and not machine.eof:
            try:
                piece = machine.decompress(feed, _CHUNK)
            except zlib.error:
                return
            if piece:
                yield piece
            feed = machine.unconsumed_tail
        if machine.eof:
            return


def _is_packed(head: bytes) -> bool:
    return len(head) > 1 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
