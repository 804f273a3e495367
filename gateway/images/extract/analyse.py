"""Everything that one picture shows, as fragments.

In: a raster and where it stands. Out: its `PictureFragment` with the places that could be avatars, its text (one
fragment, a box for each character in the picture's own pixels), its codes; `Unreadable` where it is plainly text that
could not be read, or where the message's processor time for pictures is used up. While `skimming`, what a picture
says is not read, nor are faces looked for: it takes most of a second, and to know a picture again its look is enough.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from gateway.images.extract import analysis_cache
from gateway.images.extract.analysis_cache import Seen
from gateway.images.extract.barcodes import codes
from gateway.images.extract.characters import text_boxes
from gateway.images.extract.lines import SMALLEST
from gateway.images.extract.ocr import Ocr
from gateway.images.extract.ocr_cascade import engine
from gateway.images.extract.phash import phash
from gateway.images.extract.raster import Raster, pixels
from gateway.images.extract.sight import Here, PictureHashes, elsewhere
from gateway.model import Location, PictureFragment, TextFragment, Unreadable

_skims: ContextVar[bool] = ContextVar("skims", default=False)


@contextmanager
def skimming(so: bool = True) -> Iterator[None]:
    """Whether pictures are looked at without reading them, while the block lasts."""
    token = _skims.set(so)
    try:
        yield
    finally:
        _skims.reset(token)


def is_skimming() -> bool:
    """What is found now says nothing of what a picture says: whoever keeps findings must not keep these."""
    return _skims.get()


def look_at(
    raster: Raster, where: Location, ocr: Ocr | None = None
) -> Iterator[PictureFragment | TextFragment | Unreadable]:
    """The picture first, so that it is known even where reading it fails."""
    height, width = raster.shape[:2]
    small = min(width, height) < SMALLEST
    mark = None if small or ocr is not None else hashlib.sha256(repr(raster.shape).encode() + raster.tobytes()).digest()
    seen = analysis_cache.recalled(mark) if mark is not None else None
    if seen is not None:
        yield from _told(seen, raster, where)
        return
    if analysis_cache.late() and not small:
        yield PictureFragment(where, width, height, pixels(raster), phash(raster))
        yield Unreadable(where, "picture_time")
        return
    skims = is_skimming()
    who = Here(ocr) if ocr is not None else elsewhere() or Here(engine())
    skimmed = analysis_cache.skimmed(mark) if mark is not None else None
    shape = who.shape(raster) if skimmed is None else PictureHashes(skimmed.phash, skimmed.points)
    cut_outs = () if skims or small else who.patches(raster)
    yield PictureFragment(where, width, height, pixels(raster), shape.phash, cut_outs, shape.points)
    if small:
        return
    if skimmed is None:
        said = tuple(TextFragment(where, "code", code.text, boxes=code.boxes) for code in codes(raster))
        skimmed = Seen(shape.phash, (), said, False, shape.points)
        if mark is not None:
            analysis_cache.keep_skimmed(mark, skimmed)
    texts = [replace(text, where=where) for text in skimmed.texts]
    yield from texts
    if skims:
        return
    try:
        text = who.text(raster)
    except analysis_cache.PictureTimeSpent:
        yield Unreadable(where, "picture_time")
        return
    if text.lines:
        said_by_sight = "\n".join(line.text for line in text.lines)
        texts.append(TextFragment(where, "picture", said_by_sight, boxes=text_boxes(text.lines, raster)))
        yield texts[-1]
    if text.unsure:
        yield Unreadable(where, "picture_text_unsure")
    if mark is not None:
        analysis_cache.keep(mark, Seen(shape.phash, cut_outs, tuple(texts), text.unsure, shape.points))


def _told(seen: Seen, raster: Raster, where: Location) -> Iterator[PictureFragment | TextFragment | Unreadable]:
    """What was seen before, at another place."""
    height, width = raster.shape[:2]
    yield PictureFragment(where, width, height, pixels(raster), seen.phash, seen.patches, seen.points)
    for text in seen.texts:
        yield TextFragment(where, text.medium, text.text, boxes=text.boxes)
    if seen.unsure:
        yield Unreadable(where, "picture_text_unsure")
