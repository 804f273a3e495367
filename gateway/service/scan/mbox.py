"""Where the mails of an mbox file begin and end, and a mail without the quoting of such a file.

An mbox has four kinds, and no file says which it is. In mboxo and mboxrd a line that begins with `From ` begins a mail,
and what a mail has of such lines is quoted with `>`. In mboxcl and mboxcl2 a field says how long the mail is; mboxcl2
quotes nothing. So a length counts where the next mail, or the end of the file, is where it says. Elsewhere the next
line counts that looks as programs write it: with an address or a time, and a header field behind it.

In: a file of any size, read a piece at a time. Out: (start, end) of each content. Linear; OSError as reading raises it.
"""

import re
from collections.abc import Callable, Iterator

ReadAt = Callable[[int, int], bytes]
"""So many octets from a place on; fewer only at the end of the file."""

_CHUNK = 1024 * 1024
_HEAD = 256 * 1024
_LINE = 1024
_SEPARATOR = b"\nFrom "
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_FIELD = re.compile(rb"[!-9;-~]{1,100}[ \t]*:")
_TIME = re.compile(rb"[0-9]{1,2}:[0-9]{2}")
_YEAR = re.compile(rb"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_ASCTIME = re.compile(
    rb"(?:mon|tue|wed|thu|fri|sat|sun),? +(?:[0-9]{1,2} +)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
_WHO = re.compile(rb"From (?:\S{0,320}@\S{0,255}|-|MAILER-DAEMON|\?\?\?)(?:\s|$)")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_BARE = re.compile(rb"^From ", re.MULTILINE)


def is_mbox(beginning: bytes) -> bool:
    """Whether a file that begins so is an mbox; a first line alone is enough, its next one is the mail's."""
    return beginning.lstrip(b"\r\n").startswith(b"From ")


def split(read: ReadAt, size: int) -> Iterator[tuple[int, int]]:
    """The contents in order, without the lines that separate them."""
    blanks = 0
    for octet in read(0, _LINE):
        if octet not in b"\r\n":
            break
        blanks += 1
    at: int | None = blanks
    while at is not None and at < size:
        start = _behind_line(read, at, size)
        end, at = _by_length(read, start, size) or _by_separator(read, start, size)
        yield start, max(start, _without_blank(read, start, end))


def unquoted(content: bytes) -> bytes:
    """One mail of an mbox, as it was before it was put there. One that has a line as a separator is has none quoted."""
    if _BARE.search(content):
        return content
    return _QUOTED.sub(rb"\1", content)


def _behind_line(read: ReadAt, at: int, size: int) -> int:
    while at < size:
        piece = read(at, 4 * _LINE)
        if not piece:
            return size
        found = piece.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(piece)
    return size


def _by_length(read: ReadAt, start: int, size: int) -> tuple[int, int | None] | None:
    """End of the mail, and where the next line of separation begins; None where the field is not there or not true."""
    head = read(start, _HEAD)
    end_of_head = _END_OF_HEAD.search(head)
    if end_of_head is None:
        return None
    stated = _LENGTH.search(head, 0, end_of_head.start() + 1)
    if stated is None:
        return None
    end = start + end_of_head.end() + int(stated[1])
    if end > size:
        return None
    behind = read(end, 16)
    skipped = len(behind) - len(behind.lstrip(b"\r\n"))
    if end + skipped >= size:
        return end, None
    if behind[skipped : skipped + 5] != b"From " or (not skipped and read(end - 1, 1) != b"\n"):
        return None
    return end, end + skipped


def _by_separator(read: ReadAt, start: int, size: int) -> tuple[int, int | None]:
    """The same by the next line that separates."""
    at = max(0, start - 1)
    while at < size:
        data = read(at, _CHUNK + 2 * _LINE)
        if not data:
            break
        last = at + len(data) >= size
        found = data.find(_SEPARATOR)
        while 0 <= found < (len(data) if last else _CHUNK):
            if _separates(data, found):
                return at + found + 1, at + found + 1
            found = data.find(_SEPARATOR, found + 1)
        if last:
            break
        at += _CHUNK - 4  # the line end before a separator stands in this piece, and what says that a blank line does
    return size, None


def _separates(data: bytes, at: int) -> bool:
    """Whether a mail begins behind the line end at `at`."""
    end = data.find(b"\n", at + 1, at + _LINE)
    if end < 0:
        return False
    following = data[end + 1 : end + 200]
    if not (_FIELD.match(following) or following.startswith(b">From ")):
        return False
    line = data[at + 1 : end]
    dated = _TIME.search(line) is not None and _YEAR.search(line) is not None
    if data[max(0, at - 1) : at] == b"\n" or data[max(0, at - 2) : at] == b"\n\r" or at == 0:
        return dated or _WHO.match(line) is not None
    return dated and _ASCTIME.search(line) is not None


def _without_blank(read: ReadAt, start: int, end: int) -> int:
    """Without the blank line before the next mail, which is no mail's."""
    tail = read(max(start, end - 4), min(4, end - start))
    if tail.endswith(b"\r\n\r\n"):
        return end - 2
    return end - 1 if tail.endswith(b"\n\n") else end
