"""Reads a mailbox file (RFC 4155): every mail in it is a mail, with and without the `>` that its lines were given.

Programs differ in which lines that begin with `From ` end a mail, so every such line behind an empty one does, and the
whole is searched as text besides. Outlook's own mailboxes (PST, OST) and databases are known by their bytes, and held.

In: the file. Out: mails as children; `Unreadable` for Outlook's.
"""

import re
from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.mbox.sniff import OUTLOOK
from gateway.model import TextFragment, Unreadable, steps
from gateway.text.charsets import decodings

_NEXT = re.compile(rb"(?:\A|\r?\n\r?\n)(?=From [^\r\n]{1,300}\r?\n)")
_LINE = re.compile(rb"From [^\r\n]*\r?\n")
_STUFFED = re.compile(rb"^>(>*From )", re.MULTILINE)
_MOST = 400


def read(source: Source) -> Iterator[Piece]:
    where, data = source.where, source.data
    if data.startswith(OUTLOOK):
        yield Unreadable(where, "unsupported_format")
        return
    starts = [match.end() for match in _NEXT.finditer(data)]
    if len(starts) > _MOST:
        yield Unreadable(where, "too_many_parts")
    envelopes = []
    for number, (begin, end) in enumerate(zip(starts, [*starts[1:], len(data)], strict=True), 1):
        if number > _MOST:
            break
        match = _LINE.match(data, begin)
        if match is None:
            continue
        envelopes.append(match[0])
        mail = data[match.end() : end]
        place = where.inside(steps.mail(number))
        yield Child(place, mail, "", "mime")
        plain = _STUFFED.sub(rb"\1", mail)
        if plain != mail:
            yield Child(place, plain, "", "mime")
    for reading in decodings(b"".join(envelopes))[:2]:
        yield TextFragment(where, "metadata", reading.text)
