"""Reads RTF: what it shows, what it keeps aside (properties, comments, deleted and hidden text, fields), what is in it.

Text stands in bytes of a code page that the font names, or in Unicode with a substitute behind for old programs. Runs
of bytes are joined before they are decoded, for a character of two bytes may be written as two escapes in two runs.

In: the file. Out: texts, pictures and objects as children; `Unreadable` for old metafiles and what is broken.
"""

from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.rtf.story import RtfTooLong, Story
from gateway.model import Ambiguity, Location, TextFragment, Unreadable, steps

_PEOPLE = frozenset(("author", "operator", "manager", "atnauthor", "atnid", "revtbl", "staticval"))
"""Who wrote, changed and commented it; and the values of properties that somebody gave a name, as in other formats."""
_LONGEST_NAME = 64
_STEPS = {
    "picture": steps.picture,
    "bitmap": steps.bitmap,
    "metafile": steps.metafile,
    "old metafile": steps.old_metafile,
    "object": steps.embedded_object,
    "data": steps.data,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(source: Source) -> Iterator[Piece]:
    where, story = source.where, Story()
    try:
        story.run(source.data)
    except RtfTooLong:
        yield Unreadable(where, "document_too_large")
    for text in dict.fromkeys((story.text("shown"), story.text("all"))):
        if text.strip():
            yield TextFragment(where, "document", text)
    for target in story.asides():
        if (text := story.text(target)).strip():
            aside = where.inside(steps.destination(target))
            yield TextFragment(aside, "metadata", text)
            if target in _PEOPLE:
                names = [name for line in text.split("\n") for name in line.split(";")]
                if people := "\n".join(name for name in names if 0 < len(name.strip()) <= _LONGEST_NAME):
                    yield TextFragment(aside.inside(steps.PEOPLE), "metadata", people, names_people=True)
    if html := story.html():
        yield Child(where.inside(steps.html()), html, "", "html", "utf-8")
    for number, (kind, data) in enumerate(story.files, 1):
        place = where.inside(_STEPS[kind](number))
        if kind == "old metafile":
            yield Unreadable(place, "metafile_picture")
        elif kind == "metafile":
            yield Child(place, data, "", kind)
        elif kind == "object":
            yield from _object(data, place)
        else:
            yield Child(place, data)
    if rest := story.behind.strip(b"\0\r\n\t }\x1a"):
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("document")), rest)


def _object(data: bytes, where: Location) -> Iterator[Piece]:
    """An embedded object: a header of OLE 1.0 (MS-OLEDS 2.2.4), then a compound file or a program's own bytes."""
    at = data.find(_OLE)
    if at >= 0:
        yield Child(where, data[at:])
    elif data.strip(b"\0"):
        yield Child(where, data)
