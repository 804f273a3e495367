"""What a metafile draws: texts with their places, lines and areas, bitmaps. Drawn, but for the texts, on one picture.

What a record holds beside them, a tail, a name of a font, a note of a program, is put by: words may stand in it, or a
file.

Nobody can tell a line of a chart from a line of a letter, so the lines are drawn and looked at like any picture; so are
bitmaps, which programs cut into strips. Texts are given as texts, those of one height as one line.

In: calls in the order of the records. Out: texts, bitmaps, the picture, other words. Nothing is raised.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
from PIL import Image, ImageDraw

from gateway.containers.carving import carved
from gateway.images.extract.raster import Raster
from gateway.text.charsets import decodings
from gateway.text.strings import runs

Point = tuple[float, float]
Colour = tuple[int, int, int]

MOST_POINTS = 200_000
MOST_TEXTS = 50_000
MOST_BITMAPS = 60
_FEW_POINTS = 40
"""Corners of lines and areas of which no word can be made: a frame, a rule, an arrow."""
_LONGEST, _MARGIN = 1200, 24
_MOST_BITMAP = 20_000_000
_WHITE = (255, 255, 255)
_BETWEEN = bytes(4)
"""No word goes over it, in octets or in pairs of them."""


class DrawingTooLarge(Exception):
    """More than a drawing has."""


@dataclass(frozen=True, slots=True)
class _DrawnShape:
    points: tuple[Point, ...]
    line: Colour | None
    area: Colour | None


@dataclass(slots=True)
class Canvas:
    """`unknown`: something is drawn that nothing here draws."""

    texts: list[tuple[float, float, str | bytes]] = field(default_factory=list)
    bitmaps: list[bytes] = field(default_factory=list)
    unknown: bool = False
    _shapes: list[_DrawnShape | tuple[bytes, Point, Point]] = field(default_factory=list)
    _points: int = 0
    _words: list[str] = field(default_factory=list)
    _rest: bytearray = field(default_factory=bytearray)

    def text(self, at: Point, text: str | bytes) -> None:
        """Bytes are in a character set that nobody names: one letter says too little of it, all together more."""
        if text.strip():
            self.texts.append((*at, text))
        if len(self.texts) > MOST_TEXTS:
            raise DrawingTooLarge

    def shape(self, points: Sequence[Point], line: Colour | None, area: Colour | None) -> None:
        self._points += len(points)
        if self._points > MOST_POINTS:
            raise DrawingTooLarge
        if len(points) > 1 and all(abs(value) < 1e7 for point in points for value in point):
            self._shapes.append(_DrawnShape(tuple(points), line, area))

    def bitmap(self, file: bytes, begin: Point, end: Point) -> None:
        if file not in self.bitmaps:
            self.bitmaps.append(file)
        self._shapes.append((file, begin, end))
        if len(self.bitmaps) > MOST_BITMAPS:
            raise DrawingTooLarge

    def beside(self, *rest: bytes | str) -> None:
        """What stands in a record and is not drawn: bytes of no known structure, or a text."""
        for one in rest:
            if isinstance(one, str):
                self._words.append(one)
            elif one:
                self._rest += one + _BETWEEN

    def other_words(self) -> list[str]:
        """Those of what is not drawn, each once. A file in it is unknown."""
        rest = bytes(self._rest)
        self.unknown = self.unknown or next(carved(rest), None) is not None
        return list(dict.fromkeys((*self._words, *runs(rest))))

    def lines(self) -> list[str]:
        """Texts in the order of their records, then line by line as they stand, letters of one word together."""
        found: dict[str, None] = {}
        for kind in (str, bytes):
            texts = [one for one in self.texts if isinstance(one[2], kind)]
            rows: dict[float, list[tuple[float, float, str | bytes]]] = {}
            for one in texts:
                rows.setdefault(round(one[1], 2), []).append(one)
            shown = [sorted(row, key=lambda one: one[0]) for _, row in sorted(rows.items())]
            for lines in ([[one] for one in texts], shown):
                found.update(dict.fromkeys(_joined([[text for _, _, text in line] for line in lines])))
        return [text for text in found if text.strip()]

    @property
    def needs_a_look(self) -> bool:
        """Whether lines and bitmaps together may be words."""
        return self._points > _FEW_POINTS or len(self.bitmaps) > 1

    def picture(self) -> Raster | None:
        """Lines, areas and bitmaps drawn over each other; None where they have no extent."""
        corners = [p for shape in self._shapes for p in (shape.points if isinstance(shape, _DrawnShape) else shape[1:])]
        if not corners:
            return None
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - top
        if not width or not height:
            return None
        scale = _LONGEST / max(width, height)
        size = round(width * scale) + 2 * _MARGIN, round(height * scale) + 2 * _MARGIN
        drawn = Image.new("RGB", size, _WHITE)
        draw = ImageDraw.Draw(drawn)

        def placed(point: Point) -> Point:
            return (point[0] - left) * scale + _MARGIN, (point[1] - top) * scale + _MARGIN

        for shape in self._shapes:
            if not isinstance(shape, _DrawnShape):
                _paste(drawn, shape[0], placed(shape[1]), placed(shape[2]))
                continue
            points = [placed(point) for point in shape.points]
            if shape.area is not None and len(points) > 2:
                draw.polygon(points, fill=shape.area)
            if shape.line is not None:
                draw.line(points, fill=shape.line, width=2)
        return np.asarray(drawn, np.uint8)


def _joined(lines: list[list[str | bytes]]) -> list[str]:
    if any(isinstance(text, str) for line in lines for text in line):
        return ["\n".join("".join(text for text in line if isinstance(text, str)) for line in lines)]
    raw = b"\n".join(b"".join(text for text in line if isinstance(text, bytes)) for line in lines)
    return [reading.text for reading in decodings(raw)[:3]]


def _paste(drawn: Image.Image, file: bytes, begin: Point, end: Point) -> None:
    box = sorted((begin[0], end[0])) + sorted((begin[1], end[1]))
    size = (round(box[1] - box[0]), round(box[3] - box[2]))
    if min(size) < 1 or max(size) > 2 * _LONGEST:
        return
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(file), formats=("BMP", "DIB", "PNG", "JPEG")) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height <= _MOST_BITMAP:
                drawn.paste(picture.convert("RGB").resize(size), (round(box[0]), round(box[2])))
    except MemoryError:
        raise
    except Exception:  # noqa: S110 - it is read as a file of its own, and found to be broken
        pass


def flattened(points: Sequence[Point]) -> list[Point]:
    """A chain of cubic Béziers as straight pieces: a start, then three points for each curve."""
    line = list(points[:1])
    for at in range(1, len(points) - 2, 3):
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = line[-1], *points[at : at + 3]
        for step in (0.25, 0.5, 0.75, 1.0):
            a, b, c, d = (1 - step) ** 3, 3 * step * (1 - step) ** 2, 3 * step * step * (1 - step), step**3
            line.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return line


def ellipse(begin: Point, end: Point) -> list[Point]:
    """Twelve corners of a round shape in a rectangle."""
    middle = (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2
    half = (end[0] - begin[0]) / 2, (end[1] - begin[1]) / 2
    turns = np.linspace(0, 2 * np.pi, 13)
    return [(middle[0] + half[0] * float(np.cos(t)), middle[1] + half[1] * float(np.sin(t))) for t in turns]


def rectangle(begin: Point, end: Point) -> list[Point]:
    return [begin, (end[0], begin[1]), end, (begin[0], end[1]), begin]
