"""StarView metafile: what LibreOffice draws, one action after the other, as it keeps the preview of a table in an .odp.

There is no standard; the layout is that of LibreOffice's own reader (`vcl/source/filter/svm`). An action is a number, a
version, a length and that many octets. Of a string both forms are read (octets, or UTF-16 with a longer length): which
one it is the character set of the font says. Shapes go on the canvas as in Windows' metafiles.

In: the file. Out: what it draws. Raises struct.error or IndexError for a broken one, canvas.DrawingTooLarge over a
limit.
"""

import struct
from collections.abc import Iterator

from gateway.formats.metafile.canvas import Canvas, Colour, Point, ellipse, rectangle
from gateway.formats.metafile.sniff import MAGIC

_MOST_ACTIONS = 200_000
_PIXEL, _POINT, _LINE, _RECTANGLE, _ROUND, _ELLIPSE = 100, 101, 102, 103, 104, 105
_ARCS = frozenset((106, 107, 108))
_POLYLINE, _POLYGON, _POLYPOLYGON = 109, 110, 111
_TEXT, _TEXT_ARRAY, _TEXT_STRETCHED, _TEXT_BOX = 112, 113, 114, 115
_TEXTS = frozenset((_TEXT, _TEXT_ARRAY, _TEXT_STRETCHED, _TEXT_BOX))
_UNICODE = 2
"""From this version on the text stands once more, in UTF-16."""
_BITMAPS = {116: 8, 117: 16, 118: 32, 119: 8, 120: 16, 121: 32}
"""How many octets behind the bitmap say where it stands."""
_GRADIENT = 125
_AREAS = frozenset((_POLYPOLYGON, 126, 142, 148))
"""Several outlines filled together: plain, with a hatch, shining through, with a gradient."""
_LINE_COLOUR, _AREA_COLOUR = 132, 133
_MAP_MODE = 137
_COMMENT = 512
_PUSH, _POP, _LINES_TOO, _AREAS_TOO = 139, 140, 1, 2
"""Of what is put by and taken up again, the colours of lines and of areas."""
_DULL = frozenset((0, 128, 129, 130, 131, 134, 135, 136, 138, 141, 144, 145, 146, 149, 150, 151))
"""Clips, colours and places of text, fonts, lines under words."""
_DRAWN = frozenset((*range(100, 128), 142, 148))
_STROKE, _PATH_AT, _STROKE_SAYS = b"XPATHSTROKE_SEQ_BEGIN", 12, 200
"""A line said once more for other programs: where its corners begin, and how much stands behind them (its width, ends,
dashes)."""
_ALPHA = struct.pack("<2L", 0x25091962, 0xACB20201)
_MASKED = 2


def drawing(data: bytes, canvas: Canvas) -> None:
    """Draws the file."""
    _, length = struct.unpack_from("<HL", data, len(MAGIC))
    at = len(MAGIC) + 6 + length
    count = struct.unpack_from("<L", data[:at][-4:])[0] if length >= 4 else 0
    canvas.beside(data[len(MAGIC) : at])
    if count > _MOST_ACTIONS:
        raise IndexError("more actions than a drawing has")
    player = _SvmPlayer(canvas)
    for _ in range(count):
        kind, version, length = struct.unpack_from("<2HL", data, at)
        at += 8
        if at + length > len(data):
            raise IndexError("an action behind the end")
        player.play(kind, version, data[at : at + length])
        at += length
    if at < len(data):
        canvas.beside(data[at:])
        canvas.unknown = True
    # In the other form of its strings nothing says where a letter stands.
    canvas.beside("".join(player.otherwise), *player.otherwise)


class _SvmPlayer:
    """The state that actions change: colours of lines and areas, and whether anything was drawn."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas, self.otherwise = canvas, list[str]()
        self._line: Colour | None = (0, 0, 0)
        self._area: Colour | None = (255, 255, 255)
        self._drew = False
        self._saved: list[tuple[int, Colour | None, Colour | None]] = []

    def play(self, kind: int, version: int, body: bytes) -> None:
        self._drew = self._drew or kind in _DRAWN
        if kind in _TEXTS:
            self._text(kind, version, body)
        elif kind in _BITMAPS:
            self._bitmap(kind, body)
        elif kind in (_LINE_COLOUR, _AREA_COLOUR):
            value, is_set = struct.unpack_from("<LB", body)
            self.canvas.beside(body[5:])
            colour = (value >> 16 & 255, value >> 8 & 255, value & 255) if is_set else None
            if kind == _LINE_COLOUR:
                self._line = colour
            else:
                self._area = colour
        elif kind == _MAP_MODE:
            self.canvas.beside(body)
            self.canvas.unknown = self.canvas.unknown or self._drew  # what stands beside what nobody here reckons
        elif kind == _PUSH:
            self._saved.append((struct.unpack_from("<H", body)[0], self._line, self._area))
            del self._saved[:-100]
            self.canvas.beside(body[2:])
        elif kind == _POP:
            flags, line, area = self._saved.pop() if self._saved else (0, None, None)
            self._line = line if flags & _LINES_TOO else self._line
            self._area = area if flags & _AREAS_TOO else self._area
            self.canvas.beside(body)
        elif kind == _COMMENT:
            self._comment(body)
        elif (tail := self._shape(kind, version, body)) is not None:
            self.canvas.beside(tail)
        else:
            self.canvas.beside(body)
            self.canvas.unknown = self.canvas.unknown or kind not in _DULL

    def _shape(self, kind: int, version: int, body: bytes) -> bytes | None:
        """What stands behind its numbers; None where it is no shape."""
        if kind in (_PIXEL, _POINT):
            x, y = struct.unpack_from("<2l", body)
            self.canvas.shape(((x, y), (x + 1, y)), self._line or (0, 0, 0), None)
            return body[8:]
        if kind == _LINE:
            x0, y0, x1, y1 = struct.unpack_from("<4l", body)
            self.canvas.shape(((x0, y0), (x1, y1)), self._line, None)
            return body[16:]
        if kind in (_RECTANGLE, _ROUND, _ELLIPSE, _GRADIENT) or kind in _ARCS:
            left, top, right, bottom = struct.unpack_from("<4l", body)
            make = rectangle if kind in (_RECTANGLE, _ROUND, _GRADIENT) else ellipse
            area = self._area if kind != _GRADIENT else (128, 128, 128)
            self.canvas.shape(make((left, top), (right, bottom)), self._line, area)
            return body[16:]
        if kind in (_POLYLINE, _POLYGON):
            points, at = _points(body, 0)
            closed = kind == _POLYGON
            self.canvas.shape([*points, *points[:1]] if closed else points, self._line, self._area if closed else None)
            self._curves(version >= (2 if closed else 3), body[-1:] if not closed else body[at : at + 1])
            return body[at:]
        if kind in _AREAS:
            at, outlines = 2, list[list[Point]]()
            for _ in range(struct.unpack_from("<H", body)[0]):
                points, at = _points(body, at)
                outlines.append([*points, *points[:1]])
            self.canvas.shapes(outlines, self._line, self._area or (128, 128, 128))
            self._curves(kind == _POLYPOLYGON and version >= 2, body[at : at + 2])
            return body[at:]
        return None

    def _curves(self, may_have: bool, flag: bytes) -> None:
        """Curves are said once more behind the corners; they are not drawn here."""
        if may_have and flag.strip(b"\0"):
            self.canvas.unknown = True

    def _text(self, kind: int, version: int, body: bytes) -> None:
        x, y = struct.unpack_from("<2l", body)
        found = list[tuple[str, str, int]]()
        for string, at in _strings(body, 16 if kind == _TEXT_BOX else 8):
            try:
                found.append(_drawn(kind, version, body, at, string))
            except (struct.error, IndexError):
                continue  # the other form
        if not found:
            raise IndexError("a text behind the end")
        likeliest = min(found, key=lambda one: len(body) - one[2])
        self.canvas.beside(body[likeliest[2] :])
        for drawn, whole, end in found:
            if end == likeliest[2]:
                self.canvas.text((x, y), drawn)
            else:
                self.otherwise.append(drawn)
            if drawn != whole:
                self.canvas.beside(whole)
            if version < _UNICODE and not whole.isascii():
                self.canvas.unknown = True  # in the character set of a font

    def _bitmap(self, kind: int, body: bytes) -> None:
        size = struct.unpack_from("<2xL", body)[0] if body.startswith(b"BM") else 0
        place = _BITMAPS[kind]
        left, top = struct.unpack_from("<2l", body, len(body) - place)
        width, height = struct.unpack_from("<2l", body, len(body) - place + 8) if place > 8 else (100, 100)
        file, behind = body[:size], body[size : len(body) - place]
        if not 54 <= size <= len(body) - place:
            self.canvas.beside(body)
            self.canvas.unknown = True  # packed, as LibreOffice may keep it
            return
        self.canvas.bitmap(file, (left, top), (left + width, top + height))
        if behind.startswith(_ALPHA) and len(behind) > 9 and behind[8] == _MASKED and behind[9:11] == b"BM":
            self.canvas.bitmap(behind[9:], (left, top), (left + width, top + height))
        elif behind and not (behind.startswith(_ALPHA) and len(behind) <= 13):
            self.canvas.beside(behind)
            self.canvas.unknown = True

    def _comment(self, body: bytes) -> None:
        """What programs note for themselves: a name, a number, and data, which may be a drawing in another form."""
        size = struct.unpack_from("<H", body)[0]
        name, data = body[2 : 2 + size], body[2 + size + 8 :]
        self.canvas.beside(name)
        if not data:
            return
        if name == _STROKE and len(data) > _PATH_AT + 2:
            points, at = _points(data, _PATH_AT)
            self.canvas.shape(points, self._line, None)
            self._curves(True, data[at : at + 1])
            self.canvas.beside(data[at:])
            if len(data) - at <= _STROKE_SAYS:
                return
        else:
            self.canvas.beside(data)
        self.canvas.unknown = True


def _points(body: bytes, at: int) -> tuple[list[Point], int]:
    """The corners of an outline, and where they end."""
    count = struct.unpack_from("<H", body, at)[0]
    numbers = struct.unpack_from(f"<{2 * count}l", body, at + 2)
    return list(zip(numbers[::2], numbers[1::2], strict=True)), at + 2 + 8 * count


def _strings(body: bytes, at: int) -> Iterator[tuple[str, int]]:
    """A string in either form, and where it ends."""
    if at + 4 <= len(body):
        end = at + 4 + 2 * struct.unpack_from("<L", body, at)[0]
        if end <= len(body):
            yield body[at + 4 : end].decode("utf-16-le", "replace"), end
    end = at + 2 + struct.unpack_from("<H", body, at)[0]
    if end <= len(body):
        yield body[at + 2 : end].decode("gb18030", "replace"), end


def _drawn(kind: int, version: int, body: bytes, at: int, text: str) -> tuple[str, str, int]:
    """What is drawn of a string, all of it, and where what is said of it ends."""
    if kind == _TEXT_BOX:
        first, count, at = 0, len(text), at + 2
    else:
        at += 4 if kind == _TEXT_STRETCHED else 0
        first, count = struct.unpack_from("<2H", body, at)
        at += 4
        if kind == _TEXT_ARRAY:
            at += 4 + 4 * struct.unpack_from("<L", body, at)[0]
    if version >= _UNICODE:
        size = struct.unpack_from("<H", body, at)[0]
        if at + 2 + 2 * size > len(body):
            raise IndexError("a text behind the end")
        text = body[at + 2 : at + 2 + 2 * size].decode("utf-16-le", "replace")
        at += 2 + 2 * size
    elif at > len(body):
        raise IndexError("a text behind the end")
    # LibreOffice draws all of it where the place is none within it.
    return (text[first : first + count] if first + count <= len(text) else text), text, at
