"""A mailbox cut into its mails (RFC 4155), every byte accounted for.

In: the file. Out: `StoredMail`s in order. Pure; linear.
"""

import re
from dataclasses import dataclass

MOST = 400
_NEXT = re.compile(rb"(?:\A|\r?\n\r?\n)(?=From [^\r\n]{1,300}\r?\n)")
_LINE = re.compile(rb"From [^\r\n]*\r?\n")
_STUFFED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class StoredMail:
    """Places in the file: the line `From …` in front, then the mail."""

    start: int
    body: int
    end: int


def mails_of(data: bytes) -> list[StoredMail]:
    """Every line that begins with `From ` behind an empty one ends a mail: programs differ in which of them do."""
    starts = [match.end() for match in _NEXT.finditer(data)]
    found = []
    for begin, end in zip(starts, [*starts[1:], len(data)], strict=True):
        match = _LINE.match(data, begin)
        if match is not None:
            found.append(StoredMail(begin, match.end(), end))
    return found


def without_marks(mail: bytes) -> bytes:
    """The mail as it was before `>` was put in front of its lines that begin like a mail."""
    return _STUFFED.sub(rb"\1", mail)
