"""Goes through a tar: names, links, owners, records and members, with what of the tar each text is.

In: the archive. Out: pieces with their slots. Raises ArchiveTooLarge over a limit, Damaged and TarError for what cannot
be read whole.
"""

import tarfile
from collections.abc import Iterator
from io import BytesIO

from gateway.containers.zips import MOST_BYTES, MOST_MEMBERS, ArchiveTooLarge, Damaged
from gateway.formats import Child, Source
from gateway.formats.archive.slots import Slot, Traced, inside, named, note, readings_of
from gateway.formats.archive.tar_blocks import hides_bytes
from gateway.model import Ambiguity, Unreadable, steps

BLOCK = 512


def opened(data: bytes) -> tarfile.TarFile:
    """`surrogateescape` keeps the bytes of a name, which say nothing of their character set."""
    return tarfile.open(fileobj=BytesIO(data), mode="r:", encoding="utf-8", errors="surrogateescape")


def is_file(member: tarfile.TarInfo) -> bool:
    """Whether it has content: what is of no known type is taken for a file, as POSIX says."""
    return member.isreg() or member.type not in tarfile.SUPPORTED_TYPES


def end_of(member: tarfile.TarInfo) -> int:
    """Where its last block ends."""
    stored = member.offset_data + (member.size if is_file(member) else 0)
    return -(-stored // BLOCK) * BLOCK


def walk_tar(source: Source) -> Iterator[Traced]:
    """A member's path is its number."""
    where, left = source.where, MOST_BYTES
    end = 0
    editable = source.editable
    if hides_bytes(source.data):
        editable = False
        yield Ambiguity(where, "trailing_bytes"), None
    with opened(source.data) as archive:
        for number, member in enumerate(archive):
            if number == MOST_MEMBERS:
                raise ArchiveTooLarge
            names = readings_of(member.name)
            place = inside(where, names[0])
            yield from named(where, names, number, editable)
            seen: set[str] = set()
            for slot, text in _notes(member, number):
                if text not in seen:
                    seen.add(text)
                    yield from note(place, text.encode("utf-8", "surrogateescape"), slot if editable else None)
            end = max(end, end_of(member))
            if member.issparse():
                yield Unreadable(place, "unknown_archive"), None
                continue
            left -= member.size
            if left < 0:
                raise ArchiveTooLarge
            if is_file(member) and (file := archive.extractfile(member)) is not None:
                data = file.read()
                yield Child(place, data, names[0], path=(number,) if editable else None), None
                if len(data) != member.size:
                    raise Damaged
        for text in archive.pax_headers.values():  # of the archive as a whole
            yield from note(where, text.encode("utf-8", "surrogateescape"))
    if rest := source.data[end:].strip(b"\0"):
        yield Ambiguity(where, "trailing_bytes"), None
        yield Child(where.inside(steps.behind("archive")), rest), None


def _notes(member: tarfile.TarInfo, number: int) -> Iterator[tuple[Slot, str]]:
    yield Slot("link", number, ()), member.linkname
    for owner in (member.uname, member.gname):
        yield Slot("owner", number, (), key=owner), owner
    for key, value in member.pax_headers.items():
        slot = Slot("record", number, (), key=key)
        yield slot, key
        yield slot, value
