"""Writes a tar again: headers of members that change are made anew (as ustar, with pax records or as GNU tar writes
them, whichever the member had), all others stay block for block.

In: the source that was read, edits. Out: the new bytes. Raises ValueError for an edit without a place, and what
`tar_walk` raises.
"""

import contextlib
import copy
import tarfile

from gateway.formats import FileEdits, Removed, Rewritten, Source
from gateway.formats.archive.slots import apart, changed, changed_name, changes_by_text, notice_name
from gateway.formats.archive.tar_blocks import hides_bytes
from gateway.formats.archive.tar_walk import BLOCK, end_of, is_file, opened, walk_tar

_GNU = b"ustar  \0"
_RECORD = 20 * BLOCK
"""What a tape took at once: tar fills its last one up with zeros."""
_OF_FIELDS = frozenset(("path", "linkpath", "size", "uname", "gname"))
"""Records that say what a header's field is too short for: made anew with the header."""


def rewritten_tar(source: Source, edits: FileEdits) -> bytes:
    """The tar with names, contents, links and records changed."""
    data = source.data
    if hides_bytes(data):
        raise ValueError("a tar that programs read differently")
    with opened(data) as archive:
        members = archive.getmembers()
        common = dict(archive.pax_headers)
    if data[max(map(end_of, members), default=0) :].strip(b"\0"):
        raise ValueError("bytes behind the end of a tar")
    if any(member.issparse() for member in members):
        raise ValueError("a tar with holes in its files")
    new = {number: copy.copy(member) for number, member in enumerate(members)}
    touched = _with_texts(new, source, edits, common)
    contents: dict[int, bytes] = {}
    for child, content in edits.children:
        if child.path is None or len(child.path) != 1 or child.path[0] in contents:
            raise ValueError("a member that cannot be written, or one that is written twice")
        number = child.path[0]
        contents[number] = _content(new[number], content)
    _name_apart(new, members, touched | contents.keys())
    touched |= contents.keys() | _follow(new, members)
    out = bytearray()
    at = 0
    for number, member in enumerate(members):
        end = end_of(member)
        out += data[at : member.offset]
        if number in touched:
            out += _header(data, member, new[number], contents.get(number), common)
            content_bytes = contents.get(number, data[member.offset_data : end])
            out += content_bytes + b"\0" * (-len(content_bytes) % BLOCK)
        else:
            out += data[member.offset : end]
        at = end
    rest = data[at:]
    if len(data) % _RECORD == 0 and not rest.strip(b"\0"):
        out += b"\0" * 2 * BLOCK
        return bytes(out) + b"\0" * (-len(out) % _RECORD)
    return bytes(out + rest)


def _with_texts(new: dict[int, tarfile.TarInfo], source: Source, edits: FileEdits, common: dict[str, str]) -> set[int]:
    """Changes names, links, owners and records. Out: the members that were changed."""
    touched: set[int] = set()
    found = changes_by_text(walk_tar(source), edits.changes)
    renamed = {slot[1] for slot in found if slot[0] == "name"}
    for (kind, number, key), changes in found.items():
        member = new[number]
        touched.add(number)
        if kind == "name":
            member.name = changed_name(changes).rstrip("/")
        elif kind == "link":
            member.linkname = changed(changes)
        elif kind == "owner":
            member.uname, member.gname = ("" if owner == key else owner for owner in (member.uname, member.gname))
        elif key in common:
            raise ValueError("a record of the archive as a whole")
        elif key == "path" and number not in renamed:
            raise ValueError("a record that names the member otherwise")
        else:
            member.pax_headers = {other: value for other, value in member.pax_headers.items() if other != key}
    return touched


def _content(member: tarfile.TarInfo, content: Rewritten | Removed) -> bytes:
    if isinstance(content, Rewritten):
        return content.data
    member.name, member.linkname, member.type = notice_name(content.notice), "", tarfile.REGTYPE
    member.pax_headers = {}
    return f"{content.notice}\r\n".encode()


def _name_apart(new: dict[int, tarfile.TarInfo], members: list[tarfile.TarInfo], changed_: set[int]) -> None:
    taken = {member.name for number, member in enumerate(members) if new[number].name == member.name}
    for number in sorted(changed_):
        if new[number].name != members[number].name:
            new[number].name = apart(new[number].name, taken)
            taken.add(new[number].name)


def _follow(new: dict[int, tarfile.TarInfo], members: list[tarfile.TarInfo]) -> set[int]:
    """Hard links lead to a member under its new name."""
    names = {member.name: new[number].name for number, member in enumerate(members)}
    followed = set()
    for number, member in enumerate(members):
        if member.islnk() and names.get(member.linkname, member.linkname) != member.linkname:
            new[number].linkname = names[member.linkname]
            followed.add(number)
    return followed


def _header(
    data: bytes, old: tarfile.TarInfo, new: tarfile.TarInfo, content: bytes | None, common: dict[str, str]
) -> bytes:
    """Raises ValueError for a member whose content would not be found."""
    if content is not None:
        if not is_file(old):
            raise ValueError("a member that holds nothing")
        new.size = len(content)
    own = {key: value for key, value in new.pax_headers.items() if key not in common and key not in _OF_FIELDS}
    if common.keys() & _OF_FIELDS:
        raise ValueError("one name for all members")
    new.pax_headers = own
    last = old.offset_data - BLOCK
    if data[last + 257 : last + 265] == _GNU:
        return new.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")
    if last == old.offset and not own:
        with contextlib.suppress(ValueError):  # where a name is too long for the header alone
            return new.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape")
    return new.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
