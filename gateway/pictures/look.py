"""Everything that one picture shows, as fragments.

In: a raster and where it stands. Out: its `PictureFragment`, its text (one fragment, a line each, with boxes in its
own pixels), its codes; `Unreadable` where it is plainly text that could not be read.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Iterator

from gateway.model import Location, PictureFragment, TextBox, TextFragment, Unreadable
from gateway.pictures.codes import codes
from gateway.pictures.fingerprint import phash
from gateway.pictures.lines import SMALLEST, Text, text_of
from gateway.pictures.ocr import Line, Ocr, engine
from gateway.pictures.patches import patches
from gateway.pictures.raster import Raster, pixels

_REMEMBERED = 32
_memory: OrderedDict[bytes, Text] = OrderedDict()
"""What was read lately, by digest: a rewritten message is inspected a second time, its pictures unchanged."""


def look_at(
    raster: Raster, where: Location, ocr: Ocr | None = None
) -> Iterator[PictureFragment | TextFragment | Unreadable]:
    """The picture first, so that it is known even where reading it fails."""
    height, width = raster.shape[:2]
    yield PictureFragment(where, width, height, pixels(raster), phash(raster), patches(raster))
    if min(width, height) < SMALLEST:
        return
    for code in codes(raster):
        box = TextBox(0, len(code.text), code.box, 1.0)
        yield TextFragment(where, "code", code.text, boxes=(box,))
    text = text_of(raster, ocr) if ocr is not None else _remembered(raster)
    if text.lines:
        yield _fragment(text.lines, where)
    if text.unsure:
        yield Unreadable(where, "picture_text_unsure")


def _remembered(raster: Raster) -> Text:
    mark = hashlib.sha256(repr(raster.shape).encode() + raster.tobytes()).digest()
    text = _memory.pop(mark, None)
    if text is None:
        text = text_of(raster, engine())
    _memory[mark] = text
    if len(_memory) > _REMEMBERED:
        _memory.popitem(last=False)
    return text


def _fragment(lines: tuple[Line, ...], where: Location) -> TextFragment:
    boxes, at = [], 0
    for line in lines:
        boxes.append(TextBox(at, at + len(line.text), line.box, line.confidence))
        at += len(line.text) + 1
    return TextFragment(where, "picture", "\n".join(line.text for line in lines), boxes=tuple(boxes))
