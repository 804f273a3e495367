"""Writes a mailbox again: mails that changed, the lines in front of them, and nothing else.

The line in front of a mail names who sent it in ASCII, so there is no word of ours in it: where something is found in
it, it names nobody, by the word that programs have for that. A mail that is taken out leaves one of the same date that
says that something was left out.

In: the source that was read, edits. Out: the new bytes. Raises ValueError for an edit without a place, and for a mail
that is changed in one of its two readings alone.
"""

import re
from collections.abc import Sequence

from gateway.formats import Change, FileEdits, Removed, Rewritten, Source
from gateway.formats.mbox.mails import StoredMail, mails_of, without_marks
from gateway.formats.mbox.read import AS_SENT, AS_STORED, readings_of_lines
from gateway.formats.mbox.sniff import OUTLOOK
from gateway.text.charsets import Decoding

_DATED = re.compile(rb"From .*?[ \t](?=(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)", re.DOTALL)
_HEAD = (b"MIME-Version: 1.0", b"Content-Type: text/plain; charset=utf-8", b"Content-Transfer-Encoding: 8bit", b"")


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The mailbox with the edits made."""
    data = source.data
    if edits.paints or data.startswith(OUTLOOK):
        raise ValueError("a mailbox that has no such place")
    stored = mails_of(data)
    lines = [data[one.start : one.body] for one in stored]
    if edits.changes:
        lines = _changed_lines(lines, readings_of_lines(data), edits.changes)
    mails = _changed_mails(data, stored, edits)
    out = bytearray()
    at = 0
    for number, one in enumerate(stored):
        mail = mails.get(number, data[one.body : one.end])
        line = lines[number]
        if isinstance(mail, Removed):
            line, mail = _of_nobody(line), _notice(line, mail.notice)
        out += data[at : one.start] + line + mail
        at = one.end
    out += data[at:]
    if len(mails_of(bytes(out))) != len(stored):
        raise ValueError("a mail that would become two")
    return Rewritten(bytes(out))


def _changed_lines(lines: list[bytes], readings: Sequence[Decoding], changes: Sequence[Change]) -> list[bytes]:
    """The lines in front of the mails, of which those that a change touches name nobody."""
    exact = [reading for reading in readings if reading.exact]
    touched: set[int] = set()
    for change in changes:
        start, end = change.span
        if change.whole_field or not 0 <= change.ordinal < len(exact):
            raise ValueError("no such line in this mailbox")
        text = exact[change.ordinal].text
        if not 0 <= start < end <= len(text):
            raise ValueError("no such place in a line of this mailbox")
        touched.update(range(text.count("\n", 0, start), text.count("\n", 0, end - 1) + 1))
    return [_of_nobody(line) if number in touched else line for number, line in enumerate(lines)]


def _changed_mails(data: bytes, stored: list[StoredMail], edits: FileEdits) -> dict[int, bytes | Removed]:
    new: dict[tuple[int, ...], bytes | Removed] = {}
    for child, content in edits.children:
        if child.path is None or len(child.path) != 2 or child.path in new or not 0 <= child.path[0] < len(stored):
            raise ValueError("a mail that cannot be written, or one that is written twice")
        new[child.path] = content if isinstance(content, Removed) else content.data
    mails: dict[int, bytes | Removed] = {}
    for number in dict.fromkeys(path[0] for path in new):
        one = stored[number]
        mail = data[one.body : one.end]
        plain = without_marks(mail)
        as_stored = new.get((number, AS_STORED), mail)
        as_sent = new.get((number, AS_SENT), plain)
        if isinstance(as_stored, Removed) or isinstance(as_sent, Removed):
            mails[number] = as_stored if isinstance(as_stored, Removed) else as_sent
        elif without_marks(as_stored) != as_sent and plain != mail:
            raise ValueError("a mail that is changed in one of its readings alone")
        else:
            mails[number] = _ended(as_stored, mail)
    return mails


def _ended(new: bytes, old: bytes) -> bytes:
    """With the empty line that parts it from the next mail, which is not the mail's own."""
    for newline in (b"\r\n", b"\n"):
        if old.endswith(newline * 2):
            return new if new.endswith(newline * 2) else new.removesuffix(newline) + newline * 2
    return new


def _notice(line: bytes, notice: str) -> bytes:
    newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    return newline.join((*_HEAD, notice.encode(), b"", b""))


def _of_nobody(line: bytes) -> bytes:
    dated = _DATED.match(line)
    if dated is None:
        raise ValueError("a line without a date")
    return b"From MAILER-DAEMON " + line[dated.end() :]
