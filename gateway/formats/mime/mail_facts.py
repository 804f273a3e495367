"""Who a mail is from and to, and the ids that tie it to a thread, with mail-parser's address recovery.

In: the header block of a message. Out: `MailFacts`, and whether two programs would see two addresses (RFC 5322
section 3.4; CVE-2023-27043 and CVE-2019-16056 were such). An entry that breaks the grammar and has one address, or
none, is read alike by all: `;` in the place of a comma, a smiley in a name, a name alone. Nothing is raised.
"""

import logging
import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from email.errors import MessageError

from mailparser.utils import get_addresses

from gateway.formats.mime.addresses import FIELDS
from gateway.formats.mime.encoded_words import decoded_words
from gateway.formats.mime.fields import Block
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
_ONE_AT_MOST = frozenset(
    ("unmatched-group", "unclosed-group", "unmatched-delimiter", "unclosed-delimiter", "ambiguous-angle-address",
     "invalid-angle-address", "invalid-or-ambiguous-address", "nested-angle", "unmatched-angle")
)  # fmt: skip
"""Broken grammar around one address hides none; around two, programs take one or the other."""
_NONE = frozenset(("invalid-group-name", "invalid-group-boundary"))
"""Before a colon: a word (`Bob :)`) is nothing, an address may be a route, a group or the address itself."""
_QUOTED = re.compile(r'"[^"\\]*"(?=\s*<)')
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]{1,64}@[^\s<>()\[\],;:\"\\@]{1,253}")
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
        except MessageError:  # a word that is no base64
            doubtful = True
            continue
        broken = [_BrokenAddress.of(defect) for defect in defects]
        found += [("", one) for entry in broken for one in entry.lost]
        addresses += (MailAddress(field.name, name, address) for name, address in found if address)
        if field.name in _SHOWN_TO and "@" in value:
            doubtful |= any(entry.is_doubtful for entry in broken) or _WORD_IN_ADDRESS.search(value) is not None
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


@dataclass(frozen=True, slots=True)
class _BrokenAddress:
    """One entry of a list of addresses that breaks the grammar, with mail-parser's words for how."""

    reasons: frozenset[str]
    text: str = dataclass_field(repr=False)
    is_recovered: bool = False

    @classmethod
    def of(cls, defect: dict[str, object]) -> "_BrokenAddress":
        reasons = frozenset(str(defect.get("reason", "")).split(","))
        return cls(reasons, decoded_words(str(defect.get("raw", ""))), bool(defect.get("recovered")))

    @property
    def is_doubtful(self) -> bool:
        """Whether two programs could see two addresses in it."""
        signs = _QUOTED.sub("", self.text).count("@")  # what stands in quotes is a name
        harmless = _ONE_WAY | (_ONE_AT_MOST if signs < 2 else frozenset()) | (_NONE if not signs else frozenset())
        return not self.reasons <= harmless

    @property
    def lost(self) -> tuple[str, ...]:
        """The one address in it, where mail-parser gave none."""
        return () if self.is_recovered or self.is_doubtful else tuple(_ADDRESS.findall(self.text)[:1])


def text_of(value: bytes) -> str:
    """A raw value in its best reading, undecoded words and all."""
    found = decodings(value, guess=False)
    return found[0].text if found else value.decode("latin-1")
