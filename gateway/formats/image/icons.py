"""Icons and cursors: a list of pictures, each a PNG or a bitmap without its file's header and with a mask behind.

In: the file. Out: each picture as a file of its own; `Unreadable` for one that breaks off. And the other way round: the
file with other pictures in their places. Raises ValueError for a place that it does not have.
"""

import struct
from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image

from gateway.formats import Child, Piece, Removed, Rewritten, Source
from gateway.model import Ambiguity, Unreadable, steps

_PNG = b"\x89PNG"
_MOST = 100


def icons(source: Source) -> Iterator[Piece]:
    data, where = source.data, source.where
    count = struct.unpack_from("<H", data, 4)[0]
    end = 6 + 16 * count
    if count > _MOST:
        yield Unreadable(where, "too_many_pictures")
        return
    for number in range(count):
        try:
            size, begin = struct.unpack_from("<2L", data, 6 + 16 * number + 8)
            picture = data[begin : begin + size]
            if len(picture) != size or not size:
                raise ValueError("a picture behind the end")
            child = picture if picture.startswith(_PNG) else _bitmap(picture)
        except (struct.error, ValueError):
            yield Unreadable(where, "broken_image")
            continue
        end = max(end, begin + size)
        yield Child(where.inside(steps.picture(number + 1)), child, path=(number,), embedded=True)
    if rest := data[end:].strip(b"\0"):
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("picture")), rest)


def with_new_pictures(data: bytes, children: Sequence[tuple[Child, Rewritten | Removed]]) -> bytes:
    """The list with these in their places, each as a PNG without a mask; what stood behind the last is left out."""
    new: dict[int, bytes] = {}
    for child, become in children:
        if child.path is None or isinstance(become, Removed):
            raise ValueError("an icon whose picture is taken out")
        new[child.path[0]] = become.data if become.data.startswith(_PNG) else _png(become.data)
    if not new:
        return data
    count = struct.unpack_from("<H", data, 4)[0]
    if max(new) >= count or count > _MOST:
        raise ValueError("a picture that the icon does not have")
    rows, pictures = [], []
    at = 6 + 16 * count
    for number in range(count):
        row = data[6 + 16 * number : 22 + 16 * number]
        size, begin = struct.unpack_from("<2L", row, 8)
        picture = new.get(number, data[begin : begin + size])
        rows.append(row[:8] + struct.pack("<2L", len(picture), at))
        pictures.append(picture)
        at += len(picture)
    return b"".join((data[:6], *rows, *pictures))


def _png(bitmap: bytes) -> bytes:
    out = BytesIO()
    with Image.open(BytesIO(bitmap), formats=("BMP",)) as picture:
        picture.convert("RGB").save(out, "PNG")
    return out.getvalue()


def _bitmap(picture: bytes) -> bytes:
    """The header says twice the height, for the mask; the colours alone are what is shown."""
    header, width, height, planes, depth = struct.unpack_from("<LllHH", picture)
    if header != 40 or height < 2:
        raise ValueError("no bitmap of an icon")
    colours = (struct.unpack_from("<L", picture, 32)[0] or (1 << depth)) * 4 if depth <= 8 else 0
    rows = (width * depth + 31) // 32 * 4 * (height // 2)
    body = picture[: 40 + colours + rows]
    fixed = struct.pack("<LllHH", header, width, height // 2, planes, depth) + body[16:20]
    fixed += struct.pack("<L", rows) + body[24:]
    return struct.pack("<2sL4xL", b"BM", 14 + len(fixed), 14 + 40 + colours) + fixed
