"""Goes through a zip: names, comments and members, with what of the zip each text is.

In: the archive. Out: pieces with their slots. Raises what `containers.zips` raises.
"""

from collections.abc import Iterator

from gateway.containers.zips import Zip
from gateway.formats import Child, Source
from gateway.formats.archive.slots import WHOLE, Slot, Traced, inside, named, note
from gateway.model import Ambiguity


def walk_zip(source: Source) -> Iterator[Traced]:
    """A member's path is its number in the directory."""
    where = source.where
    archive = Zip(source.data, source.passwords)
    strange = archive.disagreements()
    editable = source.editable and not strange
    if strange:
        yield Ambiguity(where, "strange_zip"), None
    for number, names in enumerate(archive.all_names()):
        yield from named(where, names, number, editable)
    yield from note(where, archive.comment, Slot("note", WHOLE, ()) if editable else None)
    for number, member in enumerate(archive.members()):
        place = inside(where, member.names[0])
        yield from note(place, member.comment, Slot("note", number, ()) if editable else None)
        if not member.is_folder or member.data:
            in_place = editable and not member.is_folder
            yield Child(place, member.data, member.names[0], path=(number,) if in_place else None), None
