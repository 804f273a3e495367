"""What ties one mail to another besides a Message-ID that is written out: pure functions of header values.

`Thread-Index` ([MS-OXOMSG] section 2.2.1.3): base64 of 22 octets that name the conversation, then 5 for each answer.
`Thread-Topic`: the subject without its `Re:` and `Fwd:`; kept as a digest, for it is words of the reporter's mail.
A Message-ID's right side is the domain of the writer's address (Foxmail, Thunderbird, Apple Mail) unless a provider
made it; NetEase's Coremail writes the account into the left side: `….Coremail.name@163…`.

What programs of many people share says nothing of one: the domains of mail providers do not count.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from gateway.text.addresses import fold_address, fold_domain
from gateway.text.normalize import letters
from gateway.text.providers import is_provider

THREAD_FIELDS = (
    "in-reply-to", "references", "thread-", "x-thread", "original-message-id", "x-original-message-id",
    "x-ms-exchange-crosstenant-originalattributed", "x-ms-exchange-parent-message-id", "x-forwarded-message-id",
    "x-qq-orgid", "x-reply-", "supersedes", "resent-message-id",
)  # fmt: skip
"""How the names of fields begin that say which mail another one belongs to."""
_ID = re.compile(r"<([^<>\s]{3,998})>|(?:^|(?<=[\s,]))([^<>\s,]+@[^<>\s,]+)")
_COREMAIL = re.compile(r"\.coremail\.([^@\s]+)@([^@\s]+)$", re.IGNORECASE)
_CONVERSATION = 22
_ANSWERS = re.compile(
    r"^\s*(?:(?:re|fwd?|fw|aw|回复|答复|转发|回覆|轉寄|转寄|自动回复)\s*(?:\[\d+\])?\s*[:：]\s*|\[[^\]]{1,20}\]\s*)+",
    re.IGNORECASE,
)
_SHORTEST_TOPIC = 8  # letters: 关于举报的核实 is anybody's subject


def ids_in(value: str) -> Iterator[tuple[int, int]]:
    """Spans of the Message-IDs in a field, without their brackets."""
    for match in _ID.finditer(value):
        yield match.span(1 if match[1] is not None else 2)


def made_from(message_id: str) -> frozenset[str]:
    """Folded addresses of which a Message-ID was made: itself, and the account that Coremail writes into it."""
    found = {fold_address(message_id)}
    account = _COREMAIL.search(message_id)
    if account is not None:
        found.add(fold_address(f"{account[1]}@{account[2]}"))
    return frozenset(found - {""})


def domain_is(message_id: str, domains: frozenset[str]) -> bool:
    """Whether a Message-ID was made in one of the domains or on a host of one."""
    return any(domain in domains for domain in domains_of(message_id))


def domains_of(message_id: str) -> Iterator[str]:
    """The domain in which a Message-ID was made, and those above it but for the last label, folded."""
    labels = fold_domain(message_id.rpartition("@")[2]).split(".")
    return (".".join(labels[at:]) for at in range(len(labels) - 1))


def own_domain(address: str) -> str:
    """The domain of an address where it is not a provider's, folded; else empty."""
    domain = fold_address(address).rpartition("@")[2]
    return "" if "." not in domain or is_provider(domain) else domain


def conversation(thread_index: str) -> str:
    """`thread-index:…` of the conversation; empty where the field is none of Outlook's."""
    try:
        data = base64.b64decode("".join(thread_index.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    # After the reserved octet, times since 1998 all begin alike; a field of zeros is nobody's.
    if len(data) < _CONVERSATION or not any(data[6:_CONVERSATION]):
        return ""
    return f"thread-index:{data[:_CONVERSATION].hex()}"


def topic(subject: str) -> str:
    """`thread-topic:…`, a digest of the subject apart from signs, case and marks of answers; empty where too short."""
    plain = letters(_ANSWERS.sub("", subject)).text
    if len(plain) < _SHORTEST_TOPIC:
        return ""
    return f"thread-topic:{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()[:32]}"
