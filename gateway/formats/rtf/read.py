"""Reads RTF: what it shows, what it keeps aside (properties, comments, deleted and hidden text, fields), what is in it.

Text stands in bytes of a code page that the font names, or in Unicode with a substitute behind for old programs. Runs
of bytes are joined before they are decoded, for a character of two bytes may be written as two escapes in two runs.

In: the file. Out: texts, pictures and objects as children; `Unreadable` for old metafiles and what is broken.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gateway.formats import Child, Piece, Source
from gateway.formats.rtf.story import RtfTooLong, Story
from gateway.model import Ambiguity, Location, Medium, TextFragment, Unreadable, steps
from gateway.text.offset_map import Builder, Mapped

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
_NAME = re.compile(r"[^\n;]+")
_OTHER_READINGS = "other readings"
_LONGEST_TRACED = 8 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


class StoryView(NamedTuple):
    """One text of a story. `mapped`: as it leads back to bytes, where it does."""

    fragment: TextFragment
    mapped: Mapped | None


def read(source: Source) -> Iterator[Piece]:
    where, story = source.where, Story(traces=is_traced(source))
    try:
        story.run(source.data)
    except RtfTooLong:
        story.traces = False
        yield Unreadable(where, "document_too_large")
    for view in views(story, where):
        yield view.fragment
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


def is_traced(source: Source) -> bool:
    """Whether it is short enough to know where each character stands."""
    return source.editable and len(source.data) <= _LONGEST_TRACED


def views(story: Story, where: Location) -> Iterator[StoryView]:
    """All texts of a story, in the order of reading."""
    # What the document was made from is read from the same bytes: there a word is not changed, the file goes.
    maps = story.traces and not story.html()
    for target in ("shown", "all"):
        text = story.text(target)
        if text.strip() and (target == "shown" or text != story.text("shown")):
            yield _view(story, target, where, "document", maps)
    for target in story.asides():
        if not story.text(target).strip():
            continue
        aside = where.inside(steps.destination(target))
        view = _view(story, target, aside, "metadata", maps and target != _OTHER_READINGS)
        yield view
        if target in _PEOPLE and (people := _people(view.fragment.text, view.mapped)).text:
            place = aside.inside(steps.PEOPLE)
            editable = view.mapped is not None
            fragment = TextFragment(place, "metadata", people.text, editable=editable, names_people=True)
            yield StoryView(fragment, people if editable else None)


def _view(story: Story, target: str, where: Location, medium: Medium, maps: bool) -> StoryView:
    mapped = story.mapped(target) if maps else None
    return StoryView(TextFragment(where, medium, story.text(target), editable=mapped is not None), mapped)


def _people(text: str, mapped: Mapped | None) -> Mapped:
    """The names in it, a line each."""
    builder = Builder(mapped)
    for name in _NAME.finditer(text):
        if 0 < len(name[0].strip()) <= _LONGEST_NAME:
            builder.add("\n" if builder.length else "")
            builder.copy(name[0], name.start())
    return builder.done()


def _object(data: bytes, where: Location) -> Iterator[Piece]:
    """An embedded object: a header of OLE 1.0 (MS-OLEDS 2.2.4), then a compound file or a program's own bytes."""
    at = data.find(_OLE)
    if at >= 0:
        yield Child(where, data[at:])
    elif data.strip(b"\0"):
        yield Child(where, data)
