"""What a header says to whoever looks twice: escapes, words folded in two, names of fields, other readings of words.

Nothing of this is shown by a program as it stands, so nothing of it can be edited: what is found here is held.

In: the fields of a block and the texts that were read from them. Out: text fragments. Nothing is raised.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from gateway.formats.mime.encoded_words import otherwise
from gateway.formats.mime.fields import LONGEST_FIELD, HeaderField
from gateway.model import Location, Medium, TextFragment
from gateway.text.charsets import decodings
from gateway.text.escapes import undone
from gateway.text.offset_map import whole

_APART = "\n\n"  # an empty line: what stands in two fields is not one block of base64
_USUAL_NAMES = """
received return-path message-id date from to cc bcc subject sender reply-to mime-version content-type content-id
content-transfer-encoding content-disposition content-description content-language references in-reply-to x-mailer
user-agent thread-topic thread-index dkim-signature domainkey-signature received-spf list-id list-unsubscribe
delivered-to return-receipt-to x-priority importance precedence organization authentication-results
"""
_USUAL = frozenset(_USUAL_NAMES.split())

_NO_FILE_NAME = re.compile(r"""[\x00-\x1f\x7f;=",'<>:|?*/\\]+""")
"""What ends a name to some readers of parameters, and what file systems refuse: saving programs leave it out."""


def hidden_in_header(fields: Sequence[HeaderField], said: Iterable[str], where: Location) -> Iterator[TextFragment]:
    """All that is not in `said` and could be read in these fields."""
    for field in fields:
        if b"=?" in field.raw and len(field.raw) <= LONGEST_FIELD:
            for reading in field.readings:
                for text in otherwise(reading.text):
                    yield TextFragment(where, "header", text, field.name)
    names = "\n".join(dict.fromkeys(field.name for field in fields if field.name not in _USUAL))
    if names.strip():
        yield TextFragment(where, "header", names)
    joints = b"\n".join(field.joints for field in fields if b"\n" in field.raw.rstrip(b"\r\n"))
    for reading in decodings(joints, guess=False) if joints.strip() else ():
        yield TextFragment(where, "header", reading.text)
    yield from undone_in("header", said, where)


def hidden_in_names(said: Iterable[str], where: Location) -> Iterator[TextFragment]:
    """What the file names `said` come to once saved, or with their escapes undone."""
    names = list(said)
    for name in names:
        saved = _NO_FILE_NAME.sub("", name)
        if saved and saved != name:
            yield TextFragment(where, "file_name", saved)
    yield from undone_in("file_name", names, where)


def undone_in(medium: Medium, texts: Iterable[str], where: Location) -> Iterator[TextFragment]:
    """The texts with their escapes undone, all in one look."""
    joined = _APART.join(text for text in texts if len(text) <= LONGEST_FIELD)
    if joined:
        for view in undone(whole(joined)):
            yield TextFragment(where, medium, view.text)
