"""Edits to bytes: the message with the words replaced, everything else as it was.

An edit names the n-th editable fragment of the message's reading. Reading is deterministic, so the same walk over the
mail, text and HTML in it, which alone can be edited, finds the same fragments in the same order. Changes are then made
from the inside out: a text, the part that carries it, the nested message around, the message.

In: the bytes that were read, and edits. Out: the new bytes; the same ones where there is no edit.
Raises `CannotRewrite` where an edit has no place, or where its place may not be changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.errors import CannotRewrite
from gateway.formats import Change, Child, Format, Source
from gateway.formats.mime.rewrite import Body, rewrite_with
from gateway.formats.registry import all_formats, chosen
from gateway.model import Edit, Location, TextFragment


@dataclass(slots=True)
class _Node:
    """One editable source: its own editable fragments, and the editable children inside it."""

    format: Format
    source: Source
    path: tuple[int, ...] = ()
    changes: list[Change] = field(default_factory=list)
    fragments: int = 0
    children: "list[_Node]" = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.changes) or any(child.changed for child in self.children)


def apply(content: bytes, edits: Sequence[Edit]) -> bytes:
    """The message with every edit made."""
    if not edits:
        return content
    root = _Node(all_formats()["mime"], Source(content, Location(""), editable=True))
    wanted: dict[int, list[Edit]] = {}
    for edit in edits:
        wanted.setdefault(edit.ordinal, []).append(edit)
    for ordinal, (node, own, fragment) in enumerate(_fragments(root)):
        for edit in wanted.pop(ordinal, ()):
            start, end = edit.span
            if edit.where != fragment.where or not 0 <= start <= end <= len(fragment.text):
                raise CannotRewrite("an edit does not fit the fragment that it names")
            node.changes.append(Change(own, edit.span, edit.replacement, edit.whole_field))
    if wanted:
        raise CannotRewrite("an edit names a fragment that the message does not have")
    try:
        return _written(root)[0]
    except CannotRewrite:
        raise
    except UnicodeError:
        raise  # a kind of ValueError, and a fault of ours: no change asks for what cannot be written
    except ValueError as error:
        raise CannotRewrite("an edit has no place in these bytes") from error


def _fragments(node: _Node) -> Iterator[tuple[_Node, int, TextFragment]]:
    """Every editable fragment, in the order of the reading: (source, its number there, fragment)."""
    try:
        for piece in node.format.read(node.source):
            if isinstance(piece, TextFragment) and piece.editable:
                yield node, node.fragments, piece
                node.fragments += 1
            elif isinstance(piece, Child) and piece.path is not None:
                formats = chosen(piece.data, piece.hint)
                if formats and formats[0].rewrite is not None:
                    source = Source(piece.data, piece.where, piece.name, piece.charset, editable=True)
                    child = _Node(formats[0], source, piece.path)
                    node.children.append(child)
                    yield from _fragments(child)
    except CannotRewrite:
        raise
    except Exception:  # as in reading: what came before a failure counts, the part itself is held by policy
        return


def _written(node: _Node) -> tuple[bytes, str]:
    """The new bytes of a source, and the codec of a text."""
    if node.format.name == "mime":
        bodies = {child.path: Body(*_written(child)) for child in node.children if child.changed}
        return rewrite_with(node.source, node.changes, bodies), ""
    changes = tuple(node.changes)
    if node.format.rewrite_text is not None:
        return node.format.rewrite_text(node.source, changes)
    if node.format.rewrite is None:
        raise CannotRewrite("this kind of file cannot be changed")
    return node.format.rewrite(node.source, changes), ""
