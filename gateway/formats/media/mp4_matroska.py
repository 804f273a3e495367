"""Tags in boxes: MP4 and QuickTime (ISO/IEC 14496-12, iTunes' list), Matroska and WebM (RFC 8794, RFC 9559).

In: the file. Out: what they say. Raises IndexError or ValueError for what breaks off.
"""

from collections.abc import Iterator

from gateway.formats.media.tags import File, TagText, Told, decoded_value
from gateway.text.strings import runs

_INSIDE = frozenset((b"moov", b"udta", b"trak", b"mdia", b"minf", b"ilst", b"edts", b"dinf", b"moof", b"traf", b"meta",
                     b"----", b"mfra", b"tref"))  # fmt: skip
_PLAIN = frozenset((b"mdat", b"stco", b"co64", b"stsz", b"stts", b"stsc", b"ctts", b"stss", b"sidx", b"trun", b"stbl",
                    b"sbgp", b"sgpd", b"sdtp", b"mvhd", b"tkhd", b"mdhd", b"vmhd", b"smhd", b"elst"))  # fmt: skip
_EMPTY = frozenset((b"free", b"skip", b"wide"))
_PICTURES = (13, 14, 27, 0)
_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"BM", b"GIF8")
_DEEPEST, _MOST = 24, 50_000

_SEGMENT, _CLUSTER, _ATTACHED, _ATTACHED_DATA, _ATTACHED_NAME = 0x18538067, 0x1F43B675, 0x61A7, 0x465C, 0x466E
_MASTERS = frozenset(
    (_SEGMENT, _ATTACHED, 0x1A45DFA3, 0x1549A966, 0x1654AE6B, 0x1254C367, 0x1043A770, 0x1941A469, 0xAE, 0x7373, 0x67C8,
     0x63C0, 0x45B9, 0xB6, 0x80, 0x8F, 0xE0, 0xE1)
)  # fmt: skip
_SKIPPED = frozenset((_CLUSTER, 0x1C53BB6B, 0x114D9B74, 0xEC))


def mp4(data: bytes) -> Iterator[Told]:
    yield from _boxes(data, 0, len(data), 0, b"", [_MOST])


def _boxes(data: bytes, at: int, end: int, depth: int, parent: bytes, left: list[int]) -> Iterator[Told]:
    while at + 8 <= end:
        left[0] -= 1
        if depth > _DEEPEST or left[0] < 0:
            raise ValueError("more boxes than a film has")
        size, name, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = end - at
        if size < head or at + size > end:
            yield from _words(data[at:end])
            return
        begin, stop = at + head, at + size
        if name in _INSIDE or parent == b"ilst":
            if name == b"meta" and data[begin : begin + 4] == b"\0\0\0\0":
                begin += 4
            yield from _boxes(data, begin, stop, depth + 1, name, left)
        elif name == b"data":
            yield from _item(data[begin:stop])
        elif name in _EMPTY:
            yield from _words(data[begin:stop].strip(b"\0"))
        elif name not in _PLAIN:
            yield from _words(data[begin:stop])
        at += size
    if at < end:
        yield from _words(data[at:end])


def _item(body: bytes) -> Iterator[Told]:
    kind, value = int.from_bytes(body[1:4], "big"), body[8:]
    if kind in _PICTURES and value.startswith(_STARTS):
        yield File(value)
    else:
        yield from decoded_value(value)


def _words(body: bytes) -> Iterator[Told]:
    for run in runs(body):
        yield TagText(run)


def matroska(data: bytes) -> Iterator[Told]:
    yield from _elements(data, 0, len(data), 0, [_MOST])


def _elements(data: bytes, at: int, end: int, depth: int, left: list[int]) -> Iterator[Told]:
    name = ""
    while at < end:
        left[0] -= 1
        if depth > _DEEPEST or left[0] < 0:
            raise ValueError("more elements than a film has")
        kind, at = _vint(data, at, keep=True)
        size, at = _vint(data, at, keep=False)
        stop = end if size < 0 else at + size
        if stop > end:
            raise IndexError("an element behind the end")
        if kind in _MASTERS:
            yield from _elements(data, at, stop, depth + 1, left)
        elif kind == _ATTACHED_NAME:
            name = data[at:stop].decode("utf-8", "replace")
            yield TagText(name)
        elif kind == _ATTACHED_DATA:
            yield File(data[at:stop], name)
        elif kind not in _SKIPPED and stop - at > 1:
            yield from decoded_value(data[at:stop])
        elif size < 0:
            return  # a live recording: nothing but clusters of unknown size follows
        at = stop


def _vint(data: bytes, at: int, keep: bool) -> tuple[int, int]:
    """A number of one to eight bytes; -1 for an unknown size."""
    first = data[at]
    length = 9 - first.bit_length()
    if length > 8:
        raise ValueError("no number")
    value = int.from_bytes(data[at : at + length], "big")
    if not keep:
        value &= (1 << 7 * length) - 1
        if value == (1 << 7 * length) - 1:
            value = -1
    return value, at + length
