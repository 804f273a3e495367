"""Who a mail went from and to, by its own fields: the envelope it was sent in is gone.

The sender is that of Return-Path, else of From. Recipients are all that a field names: a copy that a mailbox got says
it in Delivered-To or X-Original-To, a sent copy in To, Cc and Bcc. An address that two programs would read differently
counts in both ways, since who is reported must not be missed.

In: the head of a mail. Out: `WrittenEnvelope`. Nothing is raised.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

from mailparser.utils import get_addresses

from gateway.formats.mime.encoded_words import decoded_words
from gateway.formats.mime.fields import Block, block_of
from gateway.formats.mime.mail_facts import text_of

HEAD = 256 * 1024
MOST_RECIPIENTS = 5000
_TO = (
    "to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc", "delivered-to", "x-original-to", "envelope-to",
    "x-envelope-to", "apparently-to",
)  # fmt: skip
_FROM = ("return-path", "from", "sender", "resent-from")
_OF_A_MAIL = frozenset(
    (*_TO, *_FROM, "subject", "date", "message-id", "received", "mime-version", "content-type", "reply-to")
)
_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]{1,64}@[^\s<>()\[\],;:\"\\@]{1,253}")


@dataclass(frozen=True, slots=True)
class WrittenEnvelope:
    """What the fields say. `date` is RFC 3339; empty where there is none. `is_mail`: there is a field of a mail."""

    sender: str = field(default="", repr=False)
    recipients: tuple[str, ...] = field(default=(), repr=False)
    date: str = ""
    is_mail: bool = False


def written_in(content: bytes) -> WrittenEnvelope:
    """Of one mail, of which the first `HEAD` octets are enough."""
    block = block_of(content[:HEAD], 0, min(len(content), HEAD))
    sender = next((_plain(one) for name in _FROM for one in _addresses(block, (name,))), "")
    recipients = dict.fromkeys(map(_plain, _addresses(block, _TO)))
    is_mail = any(one.name in _OF_A_MAIL for one in block.fields)
    return WrittenEnvelope(sender, tuple(recipients)[:MOST_RECIPIENTS], _date(block), is_mail)


def _addresses(block: Block, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for one in block.all(name):
            value = text_of(one.value)
            defects: list[dict[str, object]] = []
            try:
                found = [one for _, one in get_addresses(value, defects=defects, decode_names=True) if "@" in one]
            except Exception:  # a library's fault on a stranger's field: the plain look stays
                found = []
            yield from found
            if defects or not found:
                for text in dict.fromkeys((value, decoded_words(value))):
                    yield from _ADDRESS.findall(text)


def _plain(address: str) -> str:
    """Without halves of characters, which no address has and no program can write."""
    return address.encode("utf-8", "replace").decode("utf-8")


def _date(block: Block) -> str:
    try:
        found = parsedate_to_datetime(text_of(block.value("date")[:200]))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""
