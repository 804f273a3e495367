"""Edits to bytes: the message with words replaced, boxes covered and files taken out, everything else as it was.

An edit names a file by the way that leads to it, and a fragment by its number in that file's reading. Reading is
deterministic, so the same way over the same bytes leads to the same file. Only files on the way to an edit are read
again. Changes are made from the inside out: a picture, the document that shows it, the archive around, the message.

In: the bytes that were read, and edits. Out: the new bytes; the same ones where there is no edit.
Raises `CannotRewrite` where an edit has no place, or where its place may not be changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.errors import CannotRewrite
from gateway.formats import Change, Child, FileEdits, Format, Paint, Removed, Rewritten, Source
from gateway.formats.registry import all_formats, chosen
from gateway.images.extract import skimming
from gateway.model import Box, Edit, Location, TextFragment

EVERYTHING = Box(0, 0, (1 << 31) - 1, (1 << 31) - 1)
"""A box around any picture."""


@dataclass(slots=True)
class _Edited:
    """What is asked of one file, and of those inside it by their numbers."""

    own: list[Edit] = field(default_factory=list)
    inside: "dict[int, _Edited]" = field(default_factory=dict)


def apply(content: bytes, edits: Sequence[Edit]) -> bytes:
    """The message with every edit made."""
    if not edits:
        return content
    root = _Edited()
    for edit in edits:
        asked = root
        for number in edit.file:
            asked = asked.inside.setdefault(number, _Edited())
        asked.own.append(edit)
    try:
        with skimming():  # what a picture says is no place of an edit: its boxes are
            return _rewritten(all_formats()["mime"], Source(content, Location(""), editable=True), root).data
    except CannotRewrite:
        raise
    except UnicodeError:
        raise  # a kind of ValueError, and a fault of ours: no change asks for what cannot be written
    except ValueError as error:
        raise CannotRewrite("an edit has no place in these bytes") from error


def _rewritten(format_: Format, source: Source, asked: _Edited) -> Rewritten:
    """The new content of a file of which something is asked."""
    if format_.rewrite is None:
        raise CannotRewrite("this kind of file cannot be changed")
    changes, paints = _own(format_, source, asked.own)
    children = tuple(_children(format_, source, asked.inside)) if asked.inside else ()
    return format_.rewrite(source, FileEdits(changes, paints, children))


def _own(format_: Format, source: Source, edits: Sequence[Edit]) -> tuple[tuple[Change, ...], tuple[Paint, ...]]:
    changes, paints = [], []
    by_fragment: dict[int, list[Edit]] = {}
    for edit in edits:
        match edit.kind:
            case "text" | "field":
                by_fragment.setdefault(edit.ordinal, []).append(edit)
            case "paint":
                if edit.where.part != source.where.part or not format_.paints:
                    raise CannotRewrite("boxes in a file that shows none")
                paints.append(Paint(edit.where, edit.boxes))
            case "remove":
                raise CannotRewrite("a file that cannot be taken out")
    if not by_fragment:
        return (), tuple(paints)
    for ordinal, fragment in enumerate(_editable(format_, source)):
        for edit in by_fragment.pop(ordinal, ()):
            start, end = edit.span
            if edit.where != fragment.where or not 0 <= start <= end <= len(fragment.text):
                raise CannotRewrite("an edit does not fit the fragment that it names")
            changes.append(Change(ordinal, edit.span, edit.replacement, edit.kind == "field"))
        if not by_fragment:
            break
    if by_fragment:
        raise CannotRewrite("an edit names a fragment that the file does not have")
    return tuple(changes), tuple(paints)


def _editable(format_: Format, source: Source) -> Iterator[TextFragment]:
    try:
        for piece in format_.read(source):
            if isinstance(piece, TextFragment) and piece.editable:
                yield piece
    except Exception:  # as in reading: what came before a failure counts, the part itself is held by policy
        return


def _children(
    format_: Format, source: Source, asked: "dict[int, _Edited]"
) -> Iterator[tuple[Child, Rewritten | Removed]]:
    """Those of which something is asked, and what becomes of them."""
    left = dict(asked)
    number = 0
    for piece in format_.read(source):
        if not isinstance(piece, Child):
            continue
        one = left.pop(number, None)
        number += 1
        if one is not None:
            yield piece, _new_child(piece, one)
            if not left:
                return
    raise CannotRewrite("an edit names a file that the message does not have")


def _new_child(child: Child, asked: _Edited) -> Rewritten | Removed:
    formats = chosen(child.data, child.hint)
    source = Source(child.data, child.where, child.name, child.charset, editable=True)
    gone = next((edit for edit in asked.own if edit.kind == "remove"), None)
    if child.path is None or (gone is not None and gone.where != child.where):
        raise CannotRewrite("a file that cannot be written back")
    if gone is None:
        if not formats:
            raise CannotRewrite("this kind of file cannot be changed")
        return _rewritten(formats[0], source, asked)
    if child.embedded and formats and formats[0].rewrite is not None and formats[0].covers(child.data):
        return formats[0].rewrite(source, FileEdits(paints=(Paint(child.where, (EVERYTHING,)),)))
    return Removed(gone.replacement)
