"""Replaces words in HTML: the characters that say them go, the tags between stay.

What the charset cannot say is written as a reference, so the bytes stay in their charset and every label of it true.

In: the source that was read, changes by ordinal of its editable fragments. Out: the new bytes.
Raises ValueError for a change that has no place in the source.
"""

import html
import re

from gateway.formats import FileEdits, Rewritten, Source
from gateway.formats.html.page import page_of
from gateway.formats.html.read import all_views, readings
from gateway.formats.html.visible_text import Context
from gateway.text.edits import splice
from gateway.text.indexes import decoded, encoded
from gateway.text.offset_map import Span

_NOT_IN_CODE = re.compile(r"[^\w\[\] ]")  # in a style, script or comment a quote or a dash could end something


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The new bytes and the codec they are in."""
    if edits.paints or edits.children:
        raise ValueError("a page has neither boxes nor files that can be written back")
    found = readings(source)
    views = [
        (number, view)
        for editable, number, view in all_views(source, found, [page_of(reading.text) for reading in found])
        if editable and (view.text.text.strip() or not view.label)
    ]
    cuts: list[tuple[int, list[Span], str]] = []
    for change in edits.changes:
        if change.whole_field or not 0 <= change.ordinal < len(views):
            raise ValueError("no such fragment in this HTML")
        number, view = views[change.ordinal]
        spans = view.text.resolve(*change.span)
        if not spans:
            raise ValueError("nothing of the source stands there")
        cuts.append((number, spans, _escaped(change.replacement, view.context, found[0].charset)))
    return Rewritten(*splice(source.data, found, cuts))


def _escaped(text: str, context: Context, charset: str) -> str:
    if context == "code":
        text = _NOT_IN_CODE.sub("", text)
    else:
        text = html.escape(text, quote=context == "attribute")
    return "".join(c if _sayable(c, charset) else _reference(c, context) for c in text)


def _sayable(character: str, charset: str) -> bool:
    if character.isascii():
        return True
    try:
        return decoded(encoded(character, charset), charset) == character
    except (UnicodeError, LookupError):
        return False


def _reference(character: str, context: Context) -> str:
    return "?" if context == "code" else f"&#{ord(character)};"
