"""Writes an archive again: members with new content or under another name, all others as they were packed.

A member that is taken out leaves a text in its place that says that something was left out, under a name that says no
more (`slots.notice_name`), whatever it was and whoever it concerns. A comment, an owner or a record of a tar in which
something is found goes whole.

In: the source that was read, changes of its names and notes, what becomes of its members. Out: the new bytes.
Raises ValueError for what has no place, and for archives that are read and not written (7z, rar, cab, iso …).
"""

import tarfile

from gateway.containers.zips import ArchiveTooLarge, Damaged, EncryptedMember
from gateway.formats import FileEdits, Rewritten, Source
from gateway.formats.archive.kinds import kind_of
from gateway.formats.archive.stream_rewrite import rewritten_stream
from gateway.formats.archive.tar_rewrite import rewritten_tar
from gateway.formats.archive.zip_rewrite import rewritten_members


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The archive with the edits made."""
    if edits.paints:
        raise ValueError("an archive has no boxes")
    if not edits.changes and not edits.children:
        return Rewritten(source.data)
    try:
        match kind_of(source.data):
            case "zip":
                return Rewritten(rewritten_members(source, edits))
            case "tar":
                return Rewritten(rewritten_tar(source, edits))
            case "gzip" | "bzip2" | "xz" | "zstd" as kind:
                return Rewritten(rewritten_stream(source, edits, kind))
            case _:
                raise ValueError("an archive that is read and not written")
    except (ArchiveTooLarge, EncryptedMember, Damaged, tarfile.TarError) as error:
        raise ValueError("an archive that cannot be read whole") from error
