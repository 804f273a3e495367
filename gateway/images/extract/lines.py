"""All lines of text of a picture of any size, in reading order.

A tall screenshot is cut in tiles that overlap, for an engine that would shrink it reads nothing any more; a small one
is read a second time at double size, for strokes of one pixel are lost on it; one where nothing was found is halved,
where blurred letters have edges again. Photographs are brought to a size at which text that a person can read is still
readable.

In: a raster, an engine. Out: lines with boxes in the raster's pixels, and whether they can be relied upon. Raises:
memory.Spent where the message has no time left for pictures.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.images.calibration import (
    COLUMN_APART_WIDTHS,
    COLUMN_LINE_RATIO,
    COLUMN_OVER_WIDTHS,
    OCR_DOUBLED_SCORE,
    OCR_LOW_LINE_PIXELS,
    OCR_NOISE_SCORE,
    OCR_SAME_PLACE_SHARE,
    OCR_UNREAD_AREA_SHARE,
    OCR_UNREAD_LEAST_LINES,
    OCR_UNREAD_SCORE,
)
from gateway.images.extract import analysis_cache
from gateway.images.extract.ocr import Ocr, OcrLine
from gateway.images.extract.raster import Raster, is_drawn, scaled
from gateway.model import Box

SMALLEST = 16
_TILE_PIXELS = 2_200_000
_TILE_HEIGHT = (480, 2000)
_OVERLAP = 160
_LAST_TILE = 1.25  # times as high as the others: what is left over makes no tile of its own
_WIDEST_DRAWN = 4000
_PHOTO_SIDE = 2000
_DOUBLED = 1_000_000  # pixels up to which a second look at double size is paid for
_DOUBLED_EMPTY = 350_000
_HALVED = 400  # pixels of the shorter side down to which a picture without text is halved and looked at again
_EDGE = 3


@dataclass(frozen=True, slots=True)
class OcrText:
    """`unsure` says that the picture is mostly text, and that the text was not read."""

    lines: tuple[OcrLine, ...]
    unsure: bool = False


def text_of(raster: Raster, ocr: Ocr) -> OcrText:
    """What can be read."""
    height, width = raster.shape[:2]
    if min(height, width) < SMALLEST:
        return OcrText(())
    limit = _WIDEST_DRAWN / width if is_drawn(raster) else _PHOTO_SIDE / max(height, width)
    factor = min(1.0, limit)
    seen = raster if factor == 1.0 else scaled(raster, factor)
    lines = _tiled(seen, ocr)
    smaller = 1.0
    while not lines and min(seen.shape[:2]) * smaller >= _HALVED:
        smaller /= 2
        lines = [_moved(line, 1 / smaller, 0) for line in _tiled(scaled(seen, smaller), ocr)]
    if (not lines or smaller == 1.0) and factor == 1.0 and _worth_doubling(lines, width * height):
        doubled = [_moved(line, 0.5, 0) for line in _tiled(scaled(raster, 2.0), ocr)]
        lines = _without_doubles([*doubled, *lines])
    if factor != 1.0:
        lines = [_moved(line, 1 / factor, 0) for line in lines]
    lines = [_inside(line, width, height) for line in lines]
    unsure = _is_unread_text(lines, width, height)
    return OcrText(tuple(_in_order(line for line in lines if line.confidence >= OCR_NOISE_SCORE)), unsure)


def _tiled(raster: Raster, ocr: Ocr) -> list[OcrLine]:
    found: list[tuple[bool, OcrLine]] = []
    height = raster.shape[0]
    for top, bottom in _tiles(raster.shape[1], height):
        analysis_cache.check()
        for line in ocr.lines(raster[top:bottom]):
            end = line.box.y + line.box.height
            cut = (top > 0 and line.box.y <= _EDGE) or (bottom < height and end >= bottom - top - _EDGE)
            found.append((cut, _moved(line, 1.0, top)))
    # A line that a tile's edge cut through is read whole in the neighbour, unless it is higher than the overlap.
    whole = sorted(found, key=lambda entry: (entry[0], -entry[1].confidence))
    return _without_doubles(line for _, line in whole)


def _tiles(width: int, height: int) -> Iterator[tuple[int, int]]:
    size = min(max(_TILE_PIXELS // width, _TILE_HEIGHT[0]), _TILE_HEIGHT[1])
    top = 0
    while True:
        if height - top <= size * _LAST_TILE:
            yield top, height
            return
        yield top, top + size
        top += size - _OVERLAP


def _worth_doubling(lines: list[OcrLine], size: int) -> bool:
    if not lines:
        return size <= _DOUBLED_EMPTY
    if size > _DOUBLED:
        return False
    return any(line.box.height < OCR_LOW_LINE_PIXELS or line.confidence < OCR_DOUBLED_SCORE for line in lines)


def _without_doubles(lines: Iterable[OcrLine]) -> list[OcrLine]:
    """The first of all that stand in one place."""
    kept: list[OcrLine] = []
    for line in lines:
        if not any(_shared(line.box, other.box) > OCR_SAME_PLACE_SHARE for other in kept):
            kept.append(line)
    return kept


def _shared(one: Box, other: Box) -> float:
    """How much of the smaller one lies in the other."""
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    smaller = min(one.width * one.height, other.width * other.height)
    return width * height / smaller if width > 0 and height > 0 and smaller else 0.0


def _moved(line: OcrLine, factor: float, down: int) -> OcrLine:
    box = line.box
    moved = Box(int(box.x * factor), int(box.y * factor) + down, round(box.width * factor), round(box.height * factor))
    return OcrLine(line.text, moved, line.confidence)


def _inside(line: OcrLine, width: int, height: int) -> OcrLine:
    box = line.box
    x, y = min(box.x, width), min(box.y, height)
    return OcrLine(line.text, Box(x, y, min(box.width, width - x), min(box.height, height - y)), line.confidence)


def _in_order(lines: Iterable[OcrLine]) -> list[OcrLine]:
    """Rows from the top, each from the left: lines whose middles stand at one height are one row. Columns beside each
    other are read from the right, as vertical Chinese is; the last of them may be a single character."""
    every = sorted(lines, key=lambda line: line.box.y + line.box.height / 2)
    blocks = _columns(every)
    beside = {id(line) for block in blocks for line in block}
    rows: list[list[OcrLine]] = []
    for line in every:
        middle = line.box.y + line.box.height / 2
        if id(line) in beside:
            continue
        if rows and abs(middle - (rows[-1][0].box.y + rows[-1][0].box.height / 2)) < rows[-1][0].box.height / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    flat = [(row[0].box.y + row[0].box.height / 2, sorted(row, key=lambda line: line.box.x)) for row in rows]
    upright = [(float(min(line.box.y for line in block)), block) for block in blocks]
    return [line for _, row in sorted((*flat, *upright), key=lambda entry: entry[0]) for line in row]


def _columns(lines: Sequence[OcrLine]) -> list[list[OcrLine]]:
    """Two columns and more that begin at one height, one beside the other, each block from the right."""
    standing = [line for line in lines if line.box.height >= COLUMN_LINE_RATIO * line.box.width and len(line.text) > 1]
    single = [line for line in lines if len(line.text) == 1] if standing else []
    blocks: list[list[OcrLine]] = []
    for line in sorted((*standing, *single), key=lambda line: -line.box.x):
        for block in blocks:
            last = block[-1].box
            gap = last.x - line.box.x - line.box.width
            if (
                abs(last.y - line.box.y) <= last.width
                and -COLUMN_OVER_WIDTHS * last.width <= gap <= COLUMN_APART_WIDTHS * last.width
            ):
                block.append(line)
                break
        else:
            if len(line.text) > 1:
                blocks.append([line])
    return [block for block in blocks if len(block) > 1]


def _is_unread_text(lines: list[OcrLine], width: int, height: int) -> bool:
    """Many lines with the shape of lines, most of them guessed. Photographs give few such, logos one or two."""
    long = [line for line in lines if line.box.width >= 3 * line.box.height]
    if len(long) < OCR_UNREAD_LEAST_LINES:
        return False
    area = sum(line.box.width * line.box.height for line in long)
    mean = sum(line.confidence * line.box.width * line.box.height for line in long) / max(1, area)
    return area >= OCR_UNREAD_AREA_SHARE * width * height and mean < OCR_UNREAD_SCORE
