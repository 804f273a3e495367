"""Goes through one compressed stream: what its headers say, and the one file in it.

In: the stream. Out: pieces with their slots. Raises what `compressed_stream` raises.
"""

from collections.abc import Iterator

from gateway.formats import Child, Source
from gateway.formats.archive.compressed_stream import unpacked
from gateway.formats.archive.slots import WHOLE, Slot, Traced, inside, named, note, readings_of
from gateway.model import Ambiguity, steps

_ENDINGS = {
    ".gz": "",
    ".tgz": ".tar",
    ".bz2": "",
    ".tbz2": ".tar",
    ".xz": "",
    ".txz": ".tar",
    ".zst": "",
    ".tzst": ".tar",
}


def walk_stream(source: Source) -> Iterator[Traced]:
    """The path of the file is empty: there is one."""
    where = source.where
    stream = unpacked(source.data)
    editable = source.editable and not stream.rest
    for text in stream.notes:
        yield from note(where, text, Slot("note", WHOLE, ()) if editable else None)
    names = readings_of(stream.notes[0].decode("utf-8", "surrogateescape")) if stream.notes else ()
    name = names[0] if names else _without_ending(source.name)
    yield from named(where, names or (name,), WHOLE, editable)
    yield Child(inside(where, name or "unpacked"), stream.data, name, path=() if editable else None), None
    if stream.rest:
        yield Ambiguity(where, "trailing_bytes"), None
        yield Child(where.inside(steps.behind("archive")), stream.rest), None


def _without_ending(name: str) -> str:
    for ending, instead in _ENDINGS.items():
        if name.lower().endswith(ending):
            return name[: -len(ending)] + instead
    return ""
