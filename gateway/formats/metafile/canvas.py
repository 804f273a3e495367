"""What a metafile draws: texts with their places, lines and areas, bitmaps. Drawn, but for the texts, on one picture.

What a record holds beside them, a tail, a name of a font, a note of a program, is put by: words may stand in it, or a
file.

Nobody can tell a line of a chart from a line of a letter, so the lines are drawn and looked at like any picture; so are
bitmaps, which programs cut into strips. Texts are given as texts, those of one height as one line.

In: calls in the order of the records. Out: texts, bitmaps, the picture, other words. Nothing is raised.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
_MOST_PLACED, _MOST_DECODED = 500, 60_000_000
"""How often bitmaps may stand in a drawing, and how many pixels of them are decoded to draw it."""
_FAR_OUTSIDE = 16_000
_PALE = 200
"""Above, all three of a colour are too light to be seen on white."""
_STRAYS, _LARGER = 0.03, 3.0
"""Share of the corners on each side that may be strays; how much larger the others must be drawn then to be looked at
by themselves."""
_BETWEEN = bytes(4)
"""No word goes over it, in octets or in pairs of them."""


class DrawingTooLarge(Exception):
    """More than a drawing has."""


@dataclass(frozen=True, slots=True)
class _DrawnShape:
    """Outlines that are filled together: what lies in two of them is a hole."""

    outlines: tuple[tuple[Point, ...], ...]
    line: Colour | None
    area: Colour | None

    @property
    def shows(self) -> bool:
        """Whether it is seen on white, where nothing stands below it."""
        return any(colour is not None and min(colour) < _PALE for colour in (self.line, self.area))


@dataclass(slots=True)
class Canvas:
    """`unknown`: something is drawn that nothing here draws."""

    texts: list[tuple[float, float, str | bytes]] = field(default_factory=list)
    bitmaps: list[bytes] = field(default_factory=list)
    unknown: bool = False
    _shapes: list[_DrawnShape] = field(default_factory=list)
    _placed: list[tuple[int, bytes, Point, Point]] = field(default_factory=list)
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
        self.shapes([points], line, area)

    def shapes(self, outlines: Sequence[Sequence[Point]], line: Colour | None, area: Colour | None) -> None:
        self._points += sum(map(len, outlines))
        if self._points > MOST_POINTS:
            raise DrawingTooLarge
        if not all(_is_near(point) for outline in outlines for point in outline):
            self.unknown = True
        elif drawn := tuple(tuple(outline) for outline in outlines if len(outline) > 1):
            self._shapes.append(_DrawnShape(drawn, line, area))

    def bitmap(self, file: bytes, begin: Point, end: Point) -> None:
        if file not in self.bitmaps:
            self.bitmaps.append(file)
        if _is_near(begin) and _is_near(end):
            self._placed.append((len(self._shapes), file, begin, end))
        else:
            self.unknown = True
        if len(self.bitmaps) > MOST_BITMAPS or len(self._placed) > _MOST_PLACED:
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

    def pictures(self) -> Iterator[Raster]:
        """Lines, areas and bitmaps drawn over each other. Once more, in black, the lines of what no colour shows: where
        it is seen nobody here reckons. Once more larger what stands close together in a far larger drawing."""
        points = [point for shape in self._shapes for outline in shape.outlines for point in outline]
        corners = [*points, *(point for _, _, *both in self._placed for point in both)]
        if not corners:
            return
        whole = _Frame.around(np.array(corners, float))
        if whole is None:
            return
        yield self._drawn(whole, self._shapes, with_bitmaps=True)
        pale = [_DrawnShape(shape.outlines, (0, 0, 0), None) for shape in self._shapes if not shape.shows]
        if sum(len(outline) for shape in pale for outline in shape.outlines) > _FEW_POINTS:
            yield self._drawn(whole, pale)
        if len(points) > _FEW_POINTS:
            close = _Frame.around(_without_strays(np.array(points, float)))
            if close is not None and close.scale > _LARGER * whole.scale:
                yield self._drawn(close, [_DrawnShape(one.outlines, (0, 0, 0), None) for one in self._shapes])

    def _drawn(self, frame: "_Frame", shapes: Sequence[_DrawnShape], with_bitmaps: bool = False) -> Raster:
        drawn = np.full((frame.height, frame.width, 3), 255, np.uint8)
        placed = iter(self._placed if with_bitmaps else ())
        bitmaps = _Bitmaps(frame)
        waiting = next(placed, None)
        for number, shape in enumerate(shapes):
            while waiting is not None and waiting[0] <= number:
                bitmaps.paste(drawn, *waiting[1:])
                waiting = next(placed, None)
            outlines = [frame.placed(outline) for outline in shape.outlines]
            areas = [outline for outline in outlines if len(outline) > 2]
            if shape.area is not None and areas:
                cv2.fillPoly(drawn, areas, shape.area)
            if shape.line is not None:
                cv2.polylines(drawn, outlines, isClosed=False, color=shape.line, thickness=2)
        while waiting is not None:
            bitmaps.paste(drawn, *waiting[1:])
            waiting = next(placed, None)
        self.unknown = self.unknown or bitmaps.spent > _MOST_DECODED
        return drawn


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the coordinates of a drawing to the pixels of its picture."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    @classmethod
    def around(cls, corners: NDArray[np.float64]) -> "_Frame | None":
        """Of all these corners; None where they have no extent."""
        if not len(corners):
            return None
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        if right <= left or bottom <= top:
            return None
        scale = _LONGEST / max(right - left, bottom - top)
        size = round((right - left) * scale) + 2 * _MARGIN, round((bottom - top) * scale) + 2 * _MARGIN
        return cls(float(left), float(top), float(scale), *size)

    def placed(self, points: Sequence[Point]) -> NDArray[np.int32]:
        """In pixels; what is far outside stays outside."""
        moved = (np.array(points, float) - (self.left, self.top)) * self.scale + _MARGIN
        return np.clip(np.rint(moved), -_FAR_OUTSIDE, _FAR_OUTSIDE).astype(np.int32)


class _Bitmaps:
    """Draws bitmaps, decoding each once where it stands several times one after the other, and no more than a limit."""

    def __init__(self, frame: _Frame) -> None:
        self._frame, self.spent = frame, 0
        self._last: tuple[bytes, Image.Image | None] = b"", None

    def paste(self, drawn: Raster, file: bytes, begin: Point, end: Point) -> None:
        """Draws it where it stands."""
        (x0, y0), (x1, y1) = self._frame.placed((begin, end)).tolist()
        left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        if min(right - left, bottom - top) < 1 or max(right - left, bottom - top) > 2 * _LONGEST:
            return
        if self._last[0] != file:
            self._last = file, self._decoded(file)
        picture = self._last[1]
        if picture is not None:
            pixels = np.asarray(picture.resize((right - left, bottom - top)), np.uint8)
            seen = pixels[max(0, -top) : drawn.shape[0] - top, max(0, -left) : drawn.shape[1] - left]
            drawn[max(0, top) : max(0, top) + seen.shape[0], max(0, left) : max(0, left) + seen.shape[1]] = seen

    def _decoded(self, file: bytes) -> Image.Image | None:
        if self.spent > _MOST_DECODED:
            return None
        try:
            with warnings.catch_warnings(), Image.open(BytesIO(file), formats=("BMP", "DIB", "PNG", "JPEG")) as picture:
                warnings.simplefilter("ignore")
                self.spent += picture.width * picture.height
                return picture.convert("RGB") if picture.width * picture.height <= _MOST_BITMAP else None
        except MemoryError:
            raise
        except Exception:
            return None  # it is read as a file of its own, and found to be broken


def _is_near(point: Point) -> bool:
    """Whether it is a number, and none that no drawing has."""
    return all(abs(value) < 1e7 for value in point)


def _without_strays(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Most of them: without the outermost of each side."""
    low, high = np.quantile(points, (_STRAYS, 1 - _STRAYS), axis=0)
    near: NDArray[np.float64] = points[((points >= low) & (points <= high)).all(axis=1)]
    return near


def _joined(lines: list[list[str | bytes]]) -> list[str]:
    if any(isinstance(text, str) for line in lines for text in line):
        return ["\n".join("".join(text for text in line if isinstance(text, str)) for line in lines)]
    raw = b"\n".join(b"".join(text for text in line if isinstance(text, bytes)) for line in lines)
    return [reading.text for reading in decodings(raw)[:3]]


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
