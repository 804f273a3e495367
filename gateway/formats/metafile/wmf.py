"""Windows Metafile (MS-WMF): records of 16-bit numbers.

In: the file. Out: what it draws. Raises struct.error or IndexError for a broken one, canvas.DrawingTooLarge over a
limit.
"""

import struct
from collections.abc import Iterator
from heapq import heappop, heappush

from gateway.containers.bitmaps import bitmap_file
from gateway.formats.metafile.canvas import Canvas, Colour, Point, ellipse, rectangle

_PLACEABLE, _HEADER = 22, 18
_END = 0x0000
_SAVE, _RESTORE = 0x001E, 0x0127
_ORIGIN, _EXTENT, _OFFSET_ORIGIN = 0x020B, 0x020C, 0x020F
_MOVE, _LINE = 0x0214, 0x0213
_POLYGON, _POLYLINE, _POLYPOLYGON = 0x0324, 0x0325, 0x0538
_RECTANGLE, _ROUND, _ELLIPSE = 0x041B, 0x061C, 0x0418
_ARCS = frozenset((0x0817, 0x081A, 0x0830))
_TEXT, _TEXT_BOX = 0x0521, 0x0A32
_PEN, _BRUSH, _FONT = 0x02FA, 0x02FC, 0x02FB
_OTHER_OBJECTS = frozenset((0x00F7, 0x0142, 0x01F9, 0x06FF, 0x02FD, 0x06FE))
_SELECT, _DELETE = 0x012D, 0x01F0
_BITMAPS = {0x0F43: (22, 14), 0x0B41: (20, 12), 0x0940: (16, 8), 0x0D33: (18, 10)}
"""Where the bitmap begins, and where the height, width, top and left of its place stand."""
_PATTERN = 0x0142
_OLD_BITMAPS = frozenset((0x0922, 0x0B23))
_ESCAPE = 0x0626
_ENHANCED = b"WMFC\x01\x00\x00\x00"
_ENHANCED_HEAD = 34
_GLYPHS, _RECTANGLES = 0x0010, 0x0006
_NULL_PEN, _NULL_BRUSH = 5, 1
_MOST_RECORDS = 200_000
_FILL, _PIXEL = 0x061D, 0x041F
_MAP_MODE, _SCALED, _UPWARDS = 0x0103, frozenset((0, 7, 8)), frozenset(range(2, 7))
"""Modes in which a window is scaled, as it is where none is set, and those whose y grows upwards (MS-WMF 2.1.1.16)."""
_DULL = frozenset(
    (
        *(0x0035, 0x0037, 0x0102, 0x0103, 0x0104, 0x0105, 0x0106, 0x0107, 0x0108, 0x012C, 0x012E, 0x0139, 0x0149),
        *(0x0201, 0x0209, 0x020A, 0x020D, 0x020E, 0x0211, 0x0220, 0x0231, 0x0234, 0x0410, 0x0412, 0x0415, 0x0416),
        *(0x0419, 0x0436, 0x0548),
    )
)
"""Modes, clips, palettes, fills of what has one colour: what shows no sign by itself."""

Object = tuple[str, Colour | None]


def drawing(data: bytes, canvas: Canvas) -> bytes:
    """An enhanced metafile that stands inside in pieces; draws the rest of the file."""
    player = _WmfPlayer(canvas)
    end = at = _HEADER + (_PLACEABLE if data.startswith(b"\xd7\xcd\xc6\x9a") else 0)
    canvas.beside(data[4:at])
    for number, (kind, body, behind) in enumerate(_records(data, at)):
        if number > _MOST_RECORDS:
            raise IndexError("more records than a drawing has")
        player.play(kind, body)
        end = behind
    canvas.beside(data[end:])
    return bytes(player.enhanced)


def _records(data: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    while at + 6 <= len(data):
        size, kind = struct.unpack_from("<LH", data, at)
        if kind == _END and size <= 3:
            return
        if size < 3 or at + 2 * size > len(data):
            raise IndexError("a record behind the end")
        body = data[at + 6 : at + 2 * size]
        at += 2 * size
        yield kind, body, at


class _WmfPlayer:
    """The state that records change: the window, the place of the pen, objects."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.enhanced = canvas, bytearray()
        self._origin, self._extent = (0, 0), (1, 1)
        self._mode = 0
        self._saved: list[tuple[tuple[int, int], tuple[int, int], int, Colour | None, Colour | None]] = []
        self._pen: Colour | None = (0, 0, 0)
        self._brush: Colour | None = None
        self._at: Point = (0, 0)
        self._objects: dict[int, Object] = {}
        self._free: list[int] = []

    def play(self, kind: int, body: bytes) -> None:
        if kind in (_ORIGIN, _EXTENT, _OFFSET_ORIGIN):
            y, x = struct.unpack_from("<2h", body)
            self.canvas.beside(body[4:])
            if kind == _EXTENT:
                self._extent = (x or 1, y or 1)
            else:
                old = self._origin if kind == _OFFSET_ORIGIN else (0, 0)
                self._origin = (old[0] + x, old[1] + y)
        elif kind == _SAVE:
            self._saved.append((self._origin, self._extent, self._mode, self._pen, self._brush))
            del self._saved[:-100]
            self.canvas.beside(body)
        elif kind == _RESTORE:
            if self._saved:
                self._origin, self._extent, self._mode, self._pen, self._brush = self._saved.pop()
            self.canvas.beside(body[2:])
        elif kind == _MAP_MODE:
            self._mode = struct.unpack_from("<H", body)[0]
            self.canvas.beside(body[2:])
        elif kind in (_TEXT, _TEXT_BOX):
            self._text(kind, body)
        elif kind in _BITMAPS:
            self._bitmap(kind, body)
        elif kind in (_PEN, _BRUSH, _FONT) or kind in _OTHER_OBJECTS:
            self._create(kind, body)
        elif kind in (_SELECT, _DELETE):
            self._use(kind, struct.unpack_from("<H", body)[0])
            self.canvas.beside(body[2:])
        elif kind == _ESCAPE:
            self._escape(body)
        elif kind in _OLD_BITMAPS:
            self.canvas.beside(body)
            self.canvas.unknown = self.canvas.unknown or len(body) > 20
        elif (tail := self._shape(kind, body)) is not None:
            self.canvas.beside(tail)
        else:
            self.canvas.beside(body)
            self.canvas.unknown = self.canvas.unknown or kind not in _DULL

    def _place(self, x: int, y: int) -> Point:
        across, down = self._extent
        if self._mode not in _SCALED:
            across, down = abs(across), -abs(down) if self._mode in _UPWARDS else abs(down)
        return (x - self._origin[0]) / across, (y - self._origin[1]) / down

    def _shape(self, kind: int, body: bytes) -> bytes | None:
        """What stands beside its numbers; None where it is no shape."""
        if kind in (_MOVE, _LINE):
            y, x = struct.unpack_from("<2h", body)
            begin, self._at = self._at, self._place(x, y)
            if kind == _LINE:
                self.canvas.shape((begin, self._at), self._pen, None)
            return body[4:]
        if kind in (_POLYGON, _POLYLINE):
            count = struct.unpack_from("<H", body)[0]
            points = self._points(body, 2, count)
            closed = kind == _POLYGON
            self.canvas.shape([*points, points[0]] if closed else points, self._pen, self._brush if closed else None)
            return body[2 + 4 * count :]
        if kind == _POLYPOLYGON:
            count = struct.unpack_from("<H", body)[0]
            at, outlines = 2 + 2 * count, list[list[Point]]()
            for size in struct.unpack_from(f"<{count}H", body, 2):
                points = self._points(body, at, size)
                outlines.append([*points, *points[:1]])
                at += 4 * size
            self.canvas.shapes(outlines, self._pen, self._brush)
            return body[at:]
        if kind in (_RECTANGLE, _ROUND, _ELLIPSE) or kind in _ARCS:
            bottom, right, top, left = struct.unpack_from("<4h", body, len(body) - 8)
            make = rectangle if kind in (_RECTANGLE, _ROUND) else ellipse
            self.canvas.shape(make(self._place(left, top), self._place(right, bottom)), self._pen, self._brush)
            return body[: -8 - (4 if kind == _ROUND else 8 if kind in _ARCS else 0)]
        if kind == _FILL:
            height, width, top, left = struct.unpack_from("<4h", body, 4)
            corners = self._place(left, top), self._place(left + width, top + height)
            self.canvas.shape(rectangle(*corners), None, self._brush)
            return body[12:]
        if kind == _PIXEL:
            y, x = struct.unpack_from("<2h", body, 4)
            self.canvas.shape((self._place(x, y), self._place(x + 1, y)), (body[0], body[1], body[2]), None)
            return body[8:]
        return None

    def _points(self, body: bytes, at: int, count: int) -> list[Point]:
        numbers = struct.unpack_from(f"<{2 * count}h", body, at)
        if not numbers:
            raise IndexError("a shape without points")
        return [self._place(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    def _text(self, kind: int, body: bytes) -> None:
        if kind == _TEXT:
            count = struct.unpack_from("<h", body)[0]
            at, raw = 2, body[2 : 2 + count]
            y, x = struct.unpack_from("<2h", body, 2 + count + count % 2)
        else:
            y, x, count, options = struct.unpack_from("<3hH", body)
            at = 16 if options & _RECTANGLES else 8
            raw = body[at : at + count]
            if options & _GLYPHS:
                self.canvas.unknown = True  # numbers of shapes in a font that is not here
        if len(raw) != count:
            raise IndexError("a text behind the end")
        self.canvas.beside(body[:at], body[at + count :])
        self.canvas.text(self._place(x, y), raw)

    def _bitmap(self, kind: int, body: bytes) -> None:
        start, place = _BITMAPS[kind]
        if len(body) <= start + 16:
            self.canvas.beside(body)
            height, width, top, left = struct.unpack_from("<4h", body, len(body) - 8)
            self.canvas.shape(
                rectangle(self._place(left, top), self._place(left + width, top + height)), None, self._brush
            )
            return  # a fill by no bitmap
        height, width, top, left = struct.unpack_from("<4h", body, place)
        begin, end = self._place(left, top), self._place(left + width, top + height)
        self.canvas.bitmap(bitmap_file(body[start:]), begin, end)

    def _create(self, kind: int, body: bytes) -> None:
        style = struct.unpack_from("<H", body)[0]
        made: Object = ("other", None)
        if kind == _PEN:
            made = ("pen", None if style & 0xF == _NULL_PEN else (body[6], body[7], body[8]))
        elif kind == _BRUSH:
            made = ("brush", None if style == _NULL_BRUSH else (body[2], body[3], body[4]))
        elif kind == _PATTERN and len(body) > 20:
            self.canvas.bitmap(bitmap_file(body[4:]), (0, 0), (0, 0))
        if kind != _PATTERN or len(body) <= 20:
            self.canvas.beside(body)
        number = heappop(self._free) if self._free else len(self._objects)
        self._objects[number] = made

    def _use(self, kind: int, number: int) -> None:
        if kind == _DELETE:
            if self._objects.pop(number, None) is not None:
                heappush(self._free, number)
            return
        what, colour = self._objects.get(number, ("other", None))
        if what == "pen":
            self._pen = colour
        elif what == "brush":
            self._brush = colour

    def _escape(self, body: bytes) -> None:
        """Words for a printer or a program; or a piece of an enhanced metafile that shows the same (2.3.6.1)."""
        data = body[4:]
        if data.startswith(_ENHANCED):
            self.enhanced += data[_ENHANCED_HEAD:]
            return
        self.canvas.beside(data)
