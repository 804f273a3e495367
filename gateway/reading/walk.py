"""A message or a file read whole, pictures and all: what readers do in their jail.

In: bytes. Out: `Reading`. Nothing is raised but what ends the process.
"""

from gateway.formats import Child, Source
from gateway.formats.registry import all_formats
from gateway.model import Location, Reading
from gateway.pictures import memory, skimming
from gateway.pictures.seams import over_seams
from gateway.reading.walker import Limits, Walk

DEFAULT = Limits()
SKIM = Limits(ocr=False)


def read_mail(content: bytes, limits: Limits = DEFAULT) -> Reading:
    """A message as it goes over the wire."""
    walk = Walk(limits)
    with skimming(not limits.ocr), memory.message(limits.picture_seconds):
        walk.visit(all_formats()["mime"], Source(content, Location(""), editable=True), 0)
        walk.unlock()
        if limits.pictures and limits.ocr:
            walk.texts += over_seams(walk.pictures, walk.texts)
    return walk.reading()


def skim_mail(content: bytes) -> Reading:
    """A message without what its pictures say."""
    return read_mail(content, SKIM)


def read_file(content: bytes, name: str = "", limits: Limits = DEFAULT) -> Reading:
    """A file on its own, as a report's material is; a `.eml` is read as the mail that it is."""
    walk = Walk(limits)
    where = Location("", (name,)) if name else Location("")
    hint = "mime" if name.lower().endswith(".eml") else ""
    with memory.message(limits.picture_seconds):
        walk.enter(Child(where, content, name, hint), 0, editable=False)
        walk.unlock()
    return walk.reading()
