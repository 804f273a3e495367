"""What stands in a picture file beside the picture: bytes behind its end, blocks that decoders pass over.

Behind the end may be an older, uncropped picture (CVE-2023-21036), or a file of its own. PNG ends with its IEND chunk
(ISO/IEC 15948 section 11.2.5), JPEG with EOI (ITU-T T.81 section B.2.1); a JPEG may hold further pictures behind it
(CIPA DC-007), which the decoder takes as frames. GIF89a sections 15 to 27, RIFF as in RFC 9649, BITMAPFILEHEADER, TIFF
6.0 section 2 (and BigTIFF), AVIF's boxes, PNG's texts by ISO/IEC 15948 section 11.3.4. Only where the format itself
says where it ends is anything called behind it; padding is none.

In: a file that decoded, its kind. Out: `TrailingData`. Nothing is raised.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.containers.carving import carved
from gateway.text.strings import narrow_runs

_PADDING = b"\0\r\n\t \xff"
_GIF_LOOPS, _GIF_LOOP_SIZE, _GIF_PROFILE = (b"NETSCAPE2.0", b"ANIMEXTS1.0"), 19, b"ICCRGBG1012"
_GIF_XMP, _XMP_TRAILER = b"XMP DataXMP", b"\x01\xff\xfe\xfd"
_WEBP_KNOWN = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"EXIF", b"XMP "))
_BOXES_KNOWN = frozenset((b"ftyp", b"meta", b"mdat", b"moov"))
_OWN, _LONGEST_OWN = {b"sefd": b"", b"free": b"cdif"}, 64 * 1024
"""What Samsung's telephones keep of how a photograph was taken, and how it begins: searched for words and files."""
_TIFF_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_TIFF_DIRECTORIES = (330, 34665, 34853, 40965)
_TIFF_DATA = ((273, 279), (324, 325), (513, 514), (288, 289))
_PNG_LONGEST = 1024 * 1024  # Pillow's own limit, over which the picture is broken
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))
_MOST_DIRECTORIES = 2000
_MOST_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class TrailingData:
    """`behind`: bytes after the end. `beside`: the bytes of blocks inside that say something besides the picture."""

    behind: bytes = field(default=b"", repr=False)
    beside: tuple[bytes, ...] = field(default=(), repr=False)


def trailing_data(data: bytes, kind: str) -> TrailingData:
    """What stands behind a file's end, by its own tables, and in blocks that decoders pass over; nothing of JPEG."""
    beside: list[bytes] = []
    try:
        match kind:
            case "GIF":
                end = _gif(data, beside)
            case "WEBP":
                end = _webp(data, beside)
            case "BMP":
                end = _bmp(data, beside)
            case "TIFF":
                end = _tiff(data, beside)
            case "AVIF":
                end = _boxes(data, beside)
            case "PNG":
                end = _png(data, beside)
            case _:
                end = len(data)
    except (struct.error, zlib.error, IndexError):  # a table that is broken, though the pixels were whole
        end = len(data)
    rest = data[end:]
    told = tuple(block for block in beside if block.strip(_PADDING))
    return TrailingData(rest if rest.strip(_PADDING) else b"", told)


def _png(data: bytes, beside: list[bytes]) -> int:
    """The decoder keeps one text a keyword, the last."""
    at, last = 8, dict[bytes, bytes]()
    while at + 12 <= len(data):
        size, name = struct.unpack_from(">L4s", data, at)
        body = data[at + 8 : at + 8 + size]
        at += 12 + size
        if name not in (b"tEXt", b"zTXt", b"iTXt"):
            continue
        keyword, _, rest = body.partition(b"\0")
        if keyword in last:
            beside.append(last[keyword])
        last[keyword] = _png_text(name, rest)
    return len(data)


def _png_text(name: bytes, rest: bytes) -> bytes:
    if name == b"zTXt":
        return zlib.decompressobj().decompress(rest[1:], _PNG_LONGEST)
    if name == b"iTXt" and rest[:1] == b"\1":
        language, _, rest = rest[2:].partition(b"\0")
        title, _, packed = rest.partition(b"\0")
        return language + b" " + title + b" " + zlib.decompressobj().decompress(packed, _PNG_LONGEST)
    return rest.lstrip(b"\0")


def _boxes(data: bytes, beside: list[bytes]) -> int:
    """ISO/IEC 14496-12: the file is boxes, one after the other."""
    at = 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">L4s", data, at)
        if size == 1:
            size = struct.unpack_from(">Q", data, at + 8)[0]
        elif size == 0:
            size = len(data) - at
        if size < 8 or at + size > len(data):
            break
        if name in _OWN and _is_own(data[at + 8 : at + size], _OWN[name]):
            beside.append("\n".join(narrow_runs(data[at + 8 : at + size])).encode())
        elif name not in _BOXES_KNOWN:
            beside.append(data[at + 8 : at + size])
        at += size
    return at


def _is_own(body: bytes, start: bytes) -> bool:
    return body.startswith(start) and len(body) <= _LONGEST_OWN and next(carved(body), None) is None


def _gif(data: bytes, beside: list[bytes]) -> int:
    at = 13 + _colours(data[10])
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            at += 10 + _colours(data[at + 9])
            at = _blocks(data, at + 1)[0]
        elif data[at] == 0x21:
            label, start = data[at + 1], at + 3
            at, body = _blocks(data, at + 2)
            if body.startswith(_GIF_XMP):  # not in blocks: its trailer makes any way through it end at the same place
                beside.append(data[start:at].partition(_XMP_TRAILER)[0])
            elif label == 0xF9:
                beside.append(body[4:])
            elif body.startswith(_GIF_LOOPS):
                beside.append(body[_GIF_LOOP_SIZE:])
            elif not body.startswith(_GIF_PROFILE):
                beside.append(body)
        else:
            return at
    return at + 1


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> tuple[int, bytes]:
    parts = []
    while data[at]:
        parts.append(data[at + 1 : at + 1 + data[at]])
        at += 1 + data[at]
    return at + 1, b"".join(parts)


def _webp(data: bytes, beside: list[bytes]) -> int:
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    at = 12
    while at + 8 <= end:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] not in _WEBP_KNOWN:
            beside.append(data[at : at + 8 + size])
        at += 8 + size + size % 2
    return end + end % 2 if data[end : end + 1] == b"\0" else end


def _bmp(data: bytes, beside: list[bytes]) -> int:
    offset, header = struct.unpack_from("<LL", data, 10)
    if header == 12:
        width, height, _, depth = struct.unpack_from("<4H", data, 18)
        packing, stored, used, palette_entry = 0, 0, 0, 3
    else:
        width, height, _, depth, packing, stored, _, _, used = struct.unpack_from("<2l2H2L2lL", data, 18)
        palette_entry = 4
    masks = {3: 12, 6: 16}.get(packing, 0) if header == 40 else 0
    palette = (min(used, 256) or (1 << depth)) * palette_entry if depth <= 8 else used * palette_entry
    beside.append(data[14 + header + masks + palette : offset])
    end = int(offset + (stored if packing in (1, 2) else (width * depth + 31) // 32 * 4 * abs(height)))
    if header == 124:
        profile, size = struct.unpack_from("<2L", data, 14 + 112)
        end = max(end, 14 + profile + size if size else 0)
    return end


def _tiff(data: bytes, beside: list[bytes]) -> int:
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    claimed = [(0, 16 if big else 8)]
    waiting: list[int] = [struct.unpack_from(order + ("Q" if big else "L"), data, 8 if big else 4)[0]]
    seen = {0}
    while waiting and len(seen) < _MOST_DIRECTORIES:
        at = waiting.pop()
        if at not in seen and at < len(data):
            seen.add(at)
            waiting += _directory(data, at, order, big, claimed)
    end = 0
    for begin, stop in sorted(claimed):
        if begin > end:
            beside.append(data[end:begin])
        end = max(end, stop)
    return end


def _directory(data: bytes, at: int, order: str, big: bool, claimed: list[tuple[int, int]]) -> Iterator[int]:
    """What one directory lays claim to; gives where other ones are."""
    count_as, row_as, offset_as, inline = ("Q", "2HQ", "Q", 8) if big else ("H", "2HL", "L", 4)
    begin = at
    count = struct.unpack_from(order + count_as, data, at)[0]
    at += struct.calcsize(order + count_as)
    places: dict[int, tuple[int, ...]] = {}
    for _ in range(min(count, _MOST_VALUES)):
        tag, kind, number = struct.unpack_from(order + row_as, data, at)
        value_at = at + struct.calcsize(order + row_as)
        size = _TIFF_SIZES.get(kind, 1) * number
        if size > inline:
            value_at = struct.unpack_from(order + offset_as, data, value_at)[0]
            claimed.append((value_at, value_at + size))
        letter = {3: "H", 4: "L", 13: "L", 16: "Q", 18: "Q"}.get(kind)
        if letter and number <= _MOST_VALUES and (tag in _TIFF_DIRECTORIES or any(tag in pair for pair in _TIFF_DATA)):
            places[tag] = struct.unpack_from(f"{order}{number}{letter}", data, value_at)
        at = value_at + inline if size <= inline else at + struct.calcsize(order + row_as) + inline
    following = struct.unpack_from(order + offset_as, data, at)[0]
    claimed.append((begin, at + inline))
    for starts, sizes in _TIFF_DATA:
        claimed += [(s, s + n) for s, n in zip(places.get(starts, ()), places.get(sizes, ()), strict=False)]
    yield from (place for tag in _TIFF_DIRECTORIES for place in places.get(tag, ()))
    if following:
        yield following


def after_end(data: bytes, kind: str) -> bytes:
    """The bytes behind the end of a PNG or JPEG, empty where there are none but padding."""
    end = len(data)
    if kind == "PNG":
        end = png_end(data)
    elif kind == "JPEG":
        end = 0
        while data[end : end + 3] == b"\xff\xd8\xff":
            end = jpeg_end(data, end)
            while data[end : end + 1] == b"\0":
                end += 1
    rest = data[end:]
    return rest if rest.strip(_PADDING) else b""


def png_end(data: bytes) -> int:
    """Where the PNG at the beginning ends."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        at += 12 + size
        if data[at - 8 - size : at - 4 - size] == b"IEND":
            return at
    return len(data)


def jpeg_end(data: bytes, start: int) -> int:
    """Where the JPEG that begins at `start` ends."""
    at = start + 2
    while 0 <= at < len(data) - 1:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            break
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0xFF) or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return len(data)
