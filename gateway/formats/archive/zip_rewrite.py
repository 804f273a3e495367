"""Which members of a zip become what, for `containers.zip_writer` to write.

In: the source that was read, edits. Out: the new bytes. Raises ValueError for an edit without a place, and what
`containers.zips` raises.
"""

from gateway.containers.zip_writer import MemberChange, rewritten_zip
from gateway.containers.zips import Zip
from gateway.formats import FileEdits, Removed, Source
from gateway.formats.archive.slots import WHOLE, apart, changed_name, changes_by_text, notice_name
from gateway.formats.archive.zip_walk import walk_zip


def rewritten_members(source: Source, edits: FileEdits) -> bytes:
    """The zip with names, contents and comments changed."""
    names: dict[int, str] = {}
    without_comment: set[int] = set()
    for changes in changes_by_text(walk_zip(source), edits.changes).values():
        slot = changes[0][0]
        if slot.kind == "name":
            names[slot.number] = changed_name(changes)
        else:
            without_comment.add(slot.number)
    contents: dict[int, bytes] = {}
    for child, new in edits.children:
        if child.path is None or len(child.path) != 1 or child.path[0] in contents:
            raise ValueError("a member that cannot be written, or one that is written twice")
        number = child.path[0]
        if isinstance(new, Removed):
            contents[number], names[number] = f"{new.notice}\r\n".encode(), notice_name(new.notice)
        else:
            contents[number] = new.data
    taken = {name for number, name in enumerate(Zip(source.data).names()) if number not in names}
    changes_by_number: dict[int, MemberChange] = {}
    for number in sorted({*names, *contents, *(without_comment - {WHOLE})}):
        name = names.get(number)
        if name is not None:
            name = apart(name, taken)
            taken.add(name)
        changes_by_number[number] = MemberChange(contents.get(number), name, number not in without_comment)
    return rewritten_zip(source.data, changes_by_number, WHOLE not in without_comment)
