"""Who a mail is from and to, and the ids that tie it to a thread, with mail-parser's address recovery.

In: the header block of a message. Out: `MailFacts`, and whether two programs would see two addresses (RFC 5322
section 3.4; CVE-2023-27043 and CVE-2019-16056 were such). Nothing is raised.
"""

import logging
import re
from email.errors import MessageError

from mailparser.utils import get_addresses

from gateway.formats.mime.addresses import FIELDS
from gateway.formats.mime.fields import Block
from gateway.formats.mime.words import decoded_words
from gateway.model import Location, MailAddress, MailFacts
from gateway.text.charsets import decodings

# mail-parser logs headers of the mails it reads.
logging.getLogger("mailparser").addHandler(logging.NullHandler())
logging.getLogger("mailparser").propagate = False

_ID = re.compile(r"<([^<>\s]+)>")
_SHOWN_TO = frozenset(("from", "to", "cc", "sender", "reply-to"))
_ONE_WAY = frozenset(
    ("invalid-display-name", "structural-recovery", "invalid-utf8", "overlong-encoded-word")
)  # the address itself is plain; Chinese programs write a name of 19 characters as one word
_WORD_IN_ADDRESS = re.compile(r"=\?[^?\s]*\?[bBqQ]\?[^?\s]*\?=[^\s<>,\"]*@")  # some programs decode it, some do not
_LONGEST = 65536


def facts_of(block: Block, where: Location) -> tuple[MailFacts, bool]:
    """The facts, and True where an address field names an address that programs take differently."""
    addresses: list[MailAddress] = []
    doubtful = False
    for field in block.fields:
        if field.name not in FIELDS or len(field.raw) > _LONGEST:
            continue
        value = text_of(field.value)
        defects: list[dict[str, object]] = []
        try:
            found = get_addresses(value, defects=defects, decode_names=True)
        except (ValueError, RecursionError, LookupError, MessageError):
            doubtful = True
            continue
        addresses += (MailAddress(field.name, name, address) for name, address in found if address)
        if field.name in _SHOWN_TO and "@" in value:
            reasons = {word for defect in defects for word in str(defect.get("reason", "")).split(",")}
            doubtful |= bool(reasons - _ONE_WAY) or _WORD_IN_ADDRESS.search(value) is not None
    ids = _ID.findall(text_of(block.value("message-id")))
    references = [
        one for name in ("references", "in-reply-to") for f in block.all(name) for one in _ID.findall(text_of(f.value))
    ]
    facts = MailFacts(
        where,
        tuple(addresses),
        ids[0] if ids else "",
        tuple(dict.fromkeys(references)),
        decoded_words(text_of(block.value("subject"))),
    )
    return facts, doubtful


def text_of(value: bytes) -> str:
    """A raw value in its best reading, undecoded words and all."""
    found = decodings(value, guess=False)
    return found[0].text if found else value.decode("latin-1")
