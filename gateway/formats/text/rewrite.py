"""Replaces words in plain text, in whichever of its readings they were found.

In: the same source that was read, changes by ordinal of its editable fragments. Out: the new bytes, in the same
charset where it can say them, else in UTF-8. Raises ValueError for a change that has no place in the bytes.
"""

from gateway.formats import FileEdits, Rewritten, Source
from gateway.formats.text.read import all_views
from gateway.text.charsets import decodings
from gateway.text.edits import splice
from gateway.text.offset_map import Span


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The new bytes and the codec they are in."""
    if edits.paints or edits.children:
        raise ValueError("a text has neither boxes nor files that can be written back")
    found = decodings(source.data, source.charset)
    views = [(number, view) for editable, number, view in all_views(source, found) if editable]
    cuts: list[tuple[int, list[Span], str]] = []
    for change in edits.changes:
        if change.whole_field or not 0 <= change.ordinal < len(views):
            raise ValueError("no such fragment in this text")
        number, view = views[change.ordinal]
        spans = view.resolve(*change.span)
        if not spans:
            raise ValueError("nothing of the text stands there")
        cuts.append((number, spans, change.replacement))
    return Rewritten(*splice(source.data, found, cuts))
