"""Reads SVG (W3C, SVG 1.1 and 2): its texts as they are shown, everything else that is written, pictures inside.

Nothing here draws it. So a drawing with more lines than a simple sign needs is held, for its lines may be letters; so
is one that brings letters of its own (a font), whose characters show whatever they like.

In: the file. Out: texts, children; `Unreadable` for what would have to be drawn, and for what is no XML.
"""

from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.svg.drawing import MOST_LINES, drawing_of
from gateway.model import TextFragment, Unreadable, steps


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    try:
        drawing = drawing_of(source.data)
    except ValueError:
        yield Unreadable(where, "broken_svg")
        return
    for number, (_, data) in enumerate(drawing.pictures, 1):
        yield Child(where.inside(steps.picture(number)), data, path=(number - 1,), embedded=True)
    if drawing.too_large:
        yield Unreadable(where, "document_too_large")
    editable = source.editable and not drawing.too_large
    for view in drawing.views():
        yield TextFragment(where, "document", view.text, editable=editable)
    if said := "\n".join(drawing.words()):
        yield TextFragment(where, "metadata", said, editable=editable)
    if drawing.drawn > MOST_LINES:
        yield Unreadable(where, "drawn_picture")
