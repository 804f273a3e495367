"""A message or a file read whole, pictures and all: what readers do in their jail.

A message is read in steps, each of which takes far longer than the one before: `sifted` is all but what has to be
looked at, `skimmed` has pictures as they look, `whole` has what they say. Whoever knows enough after one stops there.

In: bytes. Out: `Reading`. Nothing is raised but what ends the process.
"""

from collections.abc import Generator
from dataclasses import replace

from gateway.formats import Child, Source
from gateway.formats.registry import all_formats
from gateway.images.extract import analysis_cache, skimming
from gateway.images.extract.seams import over_seams
from gateway.model import Location, Reading, Step, steps
from gateway.reading.walker import ReadingLimits, Walk

DEFAULT = ReadingLimits()
SKIM = ReadingLimits(ocr=False)


def read_mail(content: bytes, limits: ReadingLimits = DEFAULT, earlier: tuple[str, ...] = ()) -> Reading:
    """A message as it goes over the wire. `earlier`: passwords that may open what is in it."""
    return _looked(_sifted(content, limits, earlier), limits.ocr)


def skim_mail(content: bytes, earlier: tuple[str, ...] = ()) -> Reading:
    """A message without what its pictures say."""
    return read_mail(content, SKIM, earlier)


def read_mail_by_steps(
    content: bytes, limits: ReadingLimits = DEFAULT, earlier: tuple[str, ...] = ()
) -> Generator[tuple[Step, Reading], Step, None]:
    """The reading of each step that is asked for, the sifted one first; it ends with the whole one, which is what
    `read_mail` gives, whichever came before."""
    walk = _sifted(content, limits, earlier)
    step: Step = "whole" if walk.is_whole() else "sifted"
    reading = walk.reading()
    while step != "whole":
        step = yield step, reading
        reading = _looked(walk, step == "whole")
    yield step, reading


def read_file(content: bytes, name: str = "", limits: ReadingLimits = DEFAULT) -> Reading:
    """A file on its own, as a report's material is; a `.eml` is read as the mail that it is."""
    walk = Walk(limits)
    where = Location("").inside(steps.file(name)) if name else Location("")
    hint = "mime" if name.lower().endswith(".eml") else ""
    walk.enter(Child(where, content, name, hint), 0, editable=False)
    walk.unlock()
    return _looked(walk, ocr=True)


def _sifted(content: bytes, limits: ReadingLimits, earlier: tuple[str, ...] = ()) -> Walk:
    walk = Walk(limits, earlier=earlier)
    walk.visit(all_formats()["mime"], Source(content, Location(""), editable=True), 0)
    walk.unlock()
    return walk


def _looked(walk: Walk, ocr: bool) -> Reading:
    with skimming(not ocr), analysis_cache.message(walk.limits.picture_seconds):
        walk.look()
    reading = walk.reading()
    if not ocr or not walk.limits.pictures:
        return reading
    return replace(reading, texts=(*reading.texts, *over_seams(reading.pictures, reading.texts)))
