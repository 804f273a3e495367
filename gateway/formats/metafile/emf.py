"""Enhanced metafile (MS-EMF): records of 32-bit numbers, with records of GDI+ (MS-EMFPLUS) in comments.

Office writes both for one drawing, and shows the one that its system plays; both are read.

In: the file. Out: what it draws. Raises struct.error or IndexError for a broken one, canvas.DrawingTooLarge over a
limit.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import accumulate

from gateway.containers.bitmaps import apart
from gateway.containers.carving import carved
from gateway.formats.metafile.canvas import Canvas, Colour, Point, ellipse, flattened, rectangle

_HEADER, _END, _COMMENT = 1, 14, 70
_WINDOW_EXTENT, _WINDOW_ORIGIN, _VIEW_EXTENT, _VIEW_ORIGIN = 9, 10, 11, 12
_WORLD, _CHANGE_WORLD = 35, 36
_SAVE, _RESTORE = 33, 34
_MOVE, _LINE = 27, 54
_WIDE = {2: "curve", 3: "polygon", 4: "line", 5: "curve to", 6: "line to"}
_NARROW = {85: "curve", 86: "polygon", 87: "line", 88: "curve to", 89: "line to"}
_MANY = {7: ("<2l", False), 8: ("<2l", True), 90: ("<2h", False), 91: ("<2h", True)}
_MIXED = frozenset((56, 92))
_RECTANGLE, _ROUND, _ELLIPSE = 43, 44, 42
_ARCS = frozenset((45, 46, 47, 55))
_TEXT_NARROW, _TEXT_WIDE, _TEXT_SMALL = 83, 84, 108
_MANY_TEXTS = frozenset((96, 97))
_BITMAPS = {76: 84, 77: 84, 78: 84, 79: 96, 80: 48, 81: 48, 114: 84, 116: 84, 93: 16, 94: 16}
"""Where a record says in which bytes its bitmap stands."""
_PEN, _BRUSH, _EXTENDED_PEN, _SELECT, _DELETE = 38, 39, 95, 37, 40
_STOCK = 0x80000000
_STOCK_COLOURS: dict[int, tuple[str, Colour | None]] = {
    0: ("brush", (255, 255, 255)), 1: ("brush", (192, 192, 192)), 2: ("brush", (128, 128, 128)),
    3: ("brush", (64, 64, 64)), 4: ("brush", (0, 0, 0)), 5: ("brush", None), 6: ("pen", (255, 255, 255)),
    7: ("pen", (0, 0, 0)), 8: ("pen", None),
}  # fmt: skip
_GLYPHS, _SMALL_NARROW, _NO_RECTANGLE = 0x0010, 0x0200, 0x0100
_NULL_PEN, _NULL_BRUSH = 5, 1
_PIXEL = 15
_BEGIN_PATH, _PATH_ENDS = 59, frozenset((60, 68))
_MAP_MODE, _SCALED, _UPWARDS = 17, frozenset((7, 8)), frozenset(range(2, 7))
"""Modes in which a window is scaled to a view, and those whose y grows upwards (MS-EMF 2.1.21)."""
_DULL = frozenset(
    (*range(13, 36), *range(48, 54), *range(57, 70), 75, 82, *range(98, 103), *range(110, 114), 115, *range(117, 123))
)
"""Modes, clips, paths, whose lines are records of their own, fonts, palettes."""
_SIGNATURE = slice(40, 44)
_MOST_RECORDS = 400_000
_PLUS, _EMF_IN_COMMENT = b"EMF+", b"GDIC"
_PLUS_OBJECT, _PLUS_STRING, _PLUS_GLYPHS = 0x4008, 0x401C, 0x4036
_PLUS_PATH, _PLUS_IMAGE = 3, 5
_PLUS_SHAPES = frozenset((0x400C, 0x400D, 0x4017, 0x4018, 0x4019, 0x4016))
"""Polygons, lines, curves with their points in the record."""
_PLUS_RECTANGLES = {0x400A: 4, 0x400B: 0}
"""Where a record says how many they are."""
_PLUS_ROUND = frozenset(range(0x400E, 0x4013))
"""Ellipses, pies and arcs, one each."""
_PLUS_REGION = 4
_FEW_PLUS_POINTS = 60

Matrix = tuple[float, float, float, float, float, float]


def drawing(data: bytes, canvas: Canvas) -> None:
    """Draws the file."""
    player = _EmfPlayer(data, canvas)
    end = len(data)
    for number, (kind, at, size) in enumerate(_records(data)):
        if number > _MOST_RECORDS:
            raise IndexError("more records than a drawing has")
        player.play(kind, data[at : at + size])
        end = at + size
    if player.plus_points > _FEW_PLUS_POINTS:
        canvas.unknown = True
    canvas.beside(data[end:])


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    at = 0
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<2L", data, at)
        if size < 8 or at + size > len(data):
            raise IndexError("a record behind the end")
        yield kind, at, size
        at += size
        if kind == _END:
            return


class _EmfPlayer:
    """The state that records change: transformations, the place of the pen, objects."""

    def __init__(self, data: bytes, canvas: Canvas) -> None:
        self.canvas, self.plus_points = canvas, 0
        self._window = [1.0, 1.0, 0.0, 0.0]  # extent, origin
        self._view = [1.0, 1.0, 0.0, 0.0]
        self._world: Matrix = (1, 0, 0, 1, 0, 0)
        self._mode = 1
        self._saved: list[tuple[list[float], list[float], Matrix, int, Colour | None, Colour | None]] = []
        self._pen: Colour | None = (0, 0, 0)
        self._brush: Colour | None = None
        self._in_path = False
        self._at: Point = (0, 0)
        self._objects: dict[int, tuple[str, Colour | None]] = {}

    def play(self, kind: int, record: bytes) -> None:
        if kind == _COMMENT:
            self._comment(record)
        elif kind == _HEADER:
            self.canvas.beside(record[8 : _SIGNATURE.start], record[_SIGNATURE.stop :])
        elif kind in (_WINDOW_EXTENT, _WINDOW_ORIGIN, _VIEW_EXTENT, _VIEW_ORIGIN):
            x, y = struct.unpack_from("<2l", record, 8)
            self.canvas.beside(record[16:])
            which = self._window if kind in (_WINDOW_EXTENT, _WINDOW_ORIGIN) else self._view
            at = 0 if kind in (_WINDOW_EXTENT, _VIEW_EXTENT) else 2
            which[at : at + 2] = [x or 1, y or 1] if at == 0 else [x, y]
        elif kind in (_WORLD, _CHANGE_WORLD):
            self._change_world(kind, record)
            self.canvas.beside(record[36 if kind == _CHANGE_WORLD else 32 :])
        elif kind == _SAVE:
            self._saved.append((list(self._window), list(self._view), self._world, self._mode, self._pen, self._brush))
            del self._saved[:-100]
            self.canvas.beside(record[8:])
        elif kind == _RESTORE:
            if self._saved:
                self._window, self._view, self._world, self._mode, self._pen, self._brush = self._saved.pop()
            self.canvas.beside(record[8:])
        elif kind in (_TEXT_NARROW, _TEXT_WIDE, _TEXT_SMALL):
            self._text(kind, record)
        elif kind in _MANY_TEXTS:
            self.canvas.beside(record)
            self.canvas.unknown = True
        elif kind in _BITMAPS:
            self._bitmap(kind, record)
        elif kind in (_PEN, _BRUSH, _EXTENDED_PEN, _SELECT, _DELETE):
            self._object(kind, record)
            self.canvas.beside(record[12:])
        elif kind == _MAP_MODE:
            self._mode = struct.unpack_from("<L", record, 8)[0]
            self.canvas.beside(record[12:])
        elif kind == _BEGIN_PATH or kind in _PATH_ENDS:
            self._in_path = kind == _BEGIN_PATH
            self.canvas.beside(record[8:])
        elif (tail := self._shape(kind, record)) is not None:
            self.canvas.beside(tail)
        else:
            self.canvas.beside(record[8:])
            self.canvas.unknown = self.canvas.unknown or (kind < 256 and kind not in _DULL)

    def _place(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self._world
        x, y = a * x + c * y + e, b * x + d * y + f
        wide, high, left, top = self._window
        view = self._view
        across, down = (view[0] / wide, view[1] / high) if self._mode in _SCALED else (1, 1)
        return (x - left) * across + view[2], (y - top) * (-down if self._mode in _UPWARDS else down) + view[3]

    def _change_world(self, kind: int, record: bytes) -> None:
        matrix: Matrix = struct.unpack_from("<6f", record, 8)
        mode = struct.unpack_from("<L", record, 32)[0] if kind == _CHANGE_WORLD else 4
        if mode == 1:
            self._world = (1, 0, 0, 1, 0, 0)
        elif mode == 4:
            self._world = matrix
        else:
            self._world = _product(matrix, self._world) if mode == 2 else _product(self._world, matrix)

    def _shape(self, kind: int, record: bytes) -> bytes | None:
        """What stands behind its numbers; None where it is no shape."""
        if kind in (_MOVE, _LINE):
            x, y = struct.unpack_from("<2l", record, 8)
            begin, self._at = self._at, self._place(x, y)
            if kind == _LINE:
                self._draw((begin, self._at), closed=False)
            return record[16:]
        if kind in _WIDE or kind in _NARROW:
            count = struct.unpack_from("<L", record, 24)[0]
            self._line(_WIDE.get(kind) or _NARROW[kind], self._points(record, 28, count, kind in _NARROW))
            return record[28 + count * (4 if kind in _NARROW else 8) :]
        if kind in _MANY:
            return self._polygons(record, *_MANY[kind])
        if kind in _MIXED:
            count = struct.unpack_from("<L", record, 24)[0]
            self._line("line", self._points(record, 28, count, kind == 92))
            return record[28 + count * (4 if kind == 92 else 8) :]
        if kind in (_RECTANGLE, _ROUND, _ELLIPSE) or kind in _ARCS:
            left, top, right, bottom = struct.unpack_from("<4l", record, 8)
            make = rectangle if kind in (_RECTANGLE, _ROUND) else ellipse
            self._draw(make(self._place(left, top), self._place(right, bottom)), closed=True)
            return record[24 + (8 if kind == _ROUND else 16 if kind in _ARCS else 0) :]
        if kind == _PIXEL:
            x, y = struct.unpack_from("<2l", record, 8)
            self.canvas.shape((self._place(x, y), self._place(x + 1, y)), _colour(record, 16), None)
            return record[20:]
        return None

    def _draw(self, points: Sequence[Point], closed: bool) -> None:
        """Of a path it is not known yet how it will be drawn, or what will be cut by it: its lines are."""
        line = self._pen or ((0, 0, 0) if self._in_path else None)
        self.canvas.shape(points, line, self._brush if closed and not self._in_path else None)

    def _draw_together(self, outlines: Sequence[Sequence[Point]]) -> None:
        """Areas with their holes."""
        line = self._pen or ((0, 0, 0) if self._in_path else None)
        self.canvas.shapes(outlines, line, self._brush if not self._in_path else None)

    def _line(self, how: str, points: list[Point]) -> None:
        if not points:
            return
        if how.endswith("to"):
            points = [self._at, *points]
            self._at = points[-1]
        if how.startswith("curve"):
            points = flattened(points)
        closed = how == "polygon"
        self._draw([*points, points[0]] if closed else points, closed)

    def _polygons(self, record: bytes, layout: str, closed: bool) -> bytes:
        """What stands behind their numbers."""
        groups, total = struct.unpack_from("<2L", record, 24)
        sizes = struct.unpack_from(f"<{groups}L", record, 32)
        points = self._points(record, 32 + 4 * groups, total, layout == "<2h")
        parts = [points[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
        if closed:
            self._draw_together([[*part, part[0]] for part in parts if part])
        else:
            for part in parts:
                self._line("line", part)
        return record[32 + 4 * groups + total * struct.calcsize(layout) :]

    def _points(self, record: bytes, at: int, count: int, narrow: bool) -> list[Point]:
        numbers = struct.unpack_from(f"<{2 * count}{'h' if narrow else 'l'}", record, at)
        return [self._place(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]

    def _text(self, kind: int, record: bytes) -> None:
        if kind == _TEXT_SMALL:
            x, y, count, options = struct.unpack_from("<2l2L", record, 8)
            at = 36 if options & _NO_RECTANGLE else 52
            narrow = bool(options & _SMALL_NARROW)
        else:
            x, y, count, at, options = struct.unpack_from("<2l3L", record, 36)
            narrow = kind == _TEXT_NARROW
        raw = record[at : at + count * (1 if narrow else 2)]
        if len(raw) != count * (1 if narrow else 2):
            raise IndexError("a text behind the end")
        if options & _GLYPHS and raw:
            self.canvas.unknown = True  # numbers of shapes in a font that is not here
        self.canvas.beside(record[8:at], record[at + len(raw) :])
        self.canvas.text(self._place(x, y), raw if narrow else raw.decode("utf-16-le", "replace"))

    def _bitmap(self, kind: int, record: bytes) -> None:
        head_at, head, pixels_at, pixels = struct.unpack_from("<4L", record, _BITMAPS[kind])
        if not pixels:
            self.canvas.beside(record[8:])
            if kind not in (93, 94):
                left, top, width, height = struct.unpack_from("<4l", record, 24)
                corners = self._place(left, top), self._place(left + width, top + height)
                self.canvas.shape(rectangle(*corners), None, self._brush)
            return  # a fill by no bitmap
        file = apart(record[head_at : head_at + head], record[pixels_at : pixels_at + pixels])
        first, second = sorted(((head_at, head_at + head), (pixels_at, pixels_at + pixels)))
        self.canvas.beside(record[8 : first[0]], record[first[1] : second[0]], record[second[1] :])
        if kind in (93, 94):
            self.canvas.bitmap(file, (0, 0), (0, 0))
            return
        left, top = struct.unpack_from("<2l", record, 24)
        width, height = struct.unpack_from("<2l", record, 72 if kind == 81 else 40 if kind == 80 else 32)
        self.canvas.bitmap(file, self._place(left, top), self._place(left + width, top + height))

    def _object(self, kind: int, record: bytes) -> None:
        number = struct.unpack_from("<L", record, 8)[0]
        if kind == _DELETE:
            self._objects.pop(number, None)
        elif kind == _SELECT:
            what, colour = (
                _STOCK_COLOURS.get(number & 0xFF, ("other", None))
                if number & _STOCK
                else self._objects.get(number, ("other", None))
            )
            if what == "pen":
                self._pen = colour
            elif what == "brush":
                self._brush = colour
        elif kind == _PEN:
            style = struct.unpack_from("<L", record, 12)[0]
            self._objects[number] = ("pen", None if style & 0xF == _NULL_PEN else _colour(record, 24))
        elif kind == _EXTENDED_PEN:
            style = struct.unpack_from("<L", record, 28)[0]
            self._objects[number] = ("pen", None if style & 0xF == _NULL_PEN else _colour(record, 40))
        else:
            style = struct.unpack_from("<L", record, 12)[0]
            self._objects[number] = ("brush", None if style == _NULL_BRUSH else _colour(record, 16))

    def _comment(self, record: bytes) -> None:
        size = struct.unpack_from("<L", record, 8)[0]
        data = record[12 : 12 + size]
        self.canvas.beside(record[12 + size :])
        if data.startswith(_PLUS):
            self._plus(data[4:])
            return
        self.canvas.beside(data)
        if data.startswith(_EMF_IN_COMMENT) and len(data) > 200:
            self.canvas.unknown = True

    def _plus(self, data: bytes) -> None:
        """Records of GDI+: strings, pictures; what else they draw is counted."""
        at = 0
        while at + 12 <= len(data):
            kind, flags, size, _ = struct.unpack_from("<2H2L", data, at)
            if size < 12 or at + size > len(data):
                self.canvas.unknown = True  # goes on in the next comment, or is broken
                return
            body = data[at + 12 : at + size]
            at += size
            if kind == _PLUS_STRING:
                length = struct.unpack_from("<L", body, 8)[0]
                x, y = struct.unpack_from("<2f", body, 12)
                self.canvas.text((x, y), body[28 : 28 + 2 * length].decode("utf-16-le", "replace"))
                self.canvas.beside(body[28 + 2 * length :])
            elif kind == _PLUS_GLYPHS:
                options, _, count = struct.unpack_from("<3L", body, 4)
                self.canvas.unknown = self.canvas.unknown or not options & 1
                self.canvas.text((0, 0), body[16 : 16 + 2 * count].decode("utf-16-le", "replace"))
                self.canvas.beside(body[16 + 2 * count :])
            elif kind == _PLUS_OBJECT:
                self._plus_object(flags >> 8 & 0x7F, body)
            else:
                self.canvas.beside(body)
                if kind in _PLUS_SHAPES:
                    self.plus_points += len(body) // 4
                elif kind in _PLUS_RECTANGLES:
                    self.plus_points += struct.unpack_from("<L", body, _PLUS_RECTANGLES[kind])[0]
                elif kind in _PLUS_ROUND:
                    self.plus_points += 1
        self.canvas.beside(data[at:])

    def _plus_object(self, kind: int, body: bytes) -> None:
        """Outlines, pictures, brushes, which may have a picture in them, fonts."""
        begin = next(carved(body), None) if kind != _PLUS_PATH else None
        self.canvas.beside(body[:begin])
        if kind == _PLUS_PATH:
            self.plus_points += struct.unpack_from("<L", body, 4)[0]
        elif begin is not None:
            self.canvas.bitmap(body[begin:], (0, 0), (0, 0))
        elif kind == _PLUS_REGION:
            self.plus_points += len(body) // 8
        elif kind == _PLUS_IMAGE:
            self.canvas.unknown = True


def _product(one: Matrix, two: Matrix) -> Matrix:
    """First `one`, then `two`."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _colour(record: bytes, at: int) -> Colour:
    return record[at], record[at + 1], record[at + 2]
