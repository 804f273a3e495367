"""Reads a mailbox file (RFC 4155): every mail in it is a mail, with and without the `>` that its lines were given.

Programs differ in which lines that begin with `From ` end a mail, so every such line behind an empty one does, and the
whole is searched as text besides. Outlook's own mailboxes (PST, OST) and databases are known by their bytes, and held.

In: the file. Out: mails as children; `Unreadable` for Outlook's.
"""

from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.mbox.mails import MOST, mails_of, without_marks
from gateway.formats.mbox.sniff import OUTLOOK
from gateway.model import TextFragment, Unreadable, steps
from gateway.text.charsets import Decoding, decodings

AS_STORED, AS_SENT = 0, 1
"""The second number of a child's path: with the `>` of the mailbox, and without."""


def read(source: Source) -> Iterator[Piece]:
    where, data = source.where, source.data
    if data.startswith(OUTLOOK):
        yield Unreadable(where, "unsupported_format")
        return
    stored = mails_of(data)
    if len(stored) > MOST:
        yield Unreadable(where, "too_many_parts")
    for number, one in enumerate(stored[:MOST]):
        mail = data[one.body : one.end]
        place = where.inside(steps.mail(number + 1))
        yield Child(place, mail, "", "mime", path=(number, AS_STORED))
        plain = without_marks(mail)
        if plain != mail:
            yield Child(place, plain, "", "mime", path=(number, AS_SENT))
    for reading in readings_of_lines(data):
        yield TextFragment(where, "metadata", reading.text, editable=source.editable and reading.exact)


def readings_of_lines(data: bytes) -> tuple[Decoding, ...]:
    """Of the lines in front of all mails, joined."""
    return decodings(b"".join(data[one.start : one.body] for one in mails_of(data)[:MOST]))[:2]
