"""Reads a metafile: its texts as texts, its bitmaps as pictures, and its lines drawn and looked at as one picture.

In: the file. Out: texts, children, a picture; `Unreadable` where something is drawn that is not understood.
"""

import struct
from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.metafile import emf, svm, wmf
from gateway.formats.metafile.canvas import Canvas, DrawingTooLarge
from gateway.formats.metafile.sniff import kind_of
from gateway.images.extract import look_at
from gateway.model import TextFragment, Unreadable, steps


def read(source: Source) -> Iterator[Piece]:
    where, canvas = source.where, Canvas()
    enhanced = b""
    try:
        match kind_of(source.data):
            case "emf":
                emf.drawing(source.data, canvas)
            case "wmf":
                enhanced = wmf.drawing(source.data, canvas)
            case "svm":
                svm.drawing(source.data, canvas)
            case _:
                yield Unreadable(where, "broken_metafile")
    except DrawingTooLarge:
        yield Unreadable(where, "document_too_large")
    except (struct.error, IndexError):
        yield Unreadable(where, "broken_metafile")
    for text in canvas.lines():
        if text.strip():
            yield TextFragment(where, "document", text)
    if text := "\n".join(canvas.other_words()):
        yield TextFragment(where, "metadata", text)
    for number, file in enumerate(canvas.bitmaps, 1):
        yield Child(where.inside(steps.bitmap(number)), file)
    if enhanced:
        yield Child(where.inside(steps.ENHANCED_METAFILE), enhanced)
    for picture in canvas.pictures() if canvas.needs_a_look else ():
        yield from look_at(picture, where)
    if canvas.unknown:
        yield Unreadable(where, "metafile_picture")
