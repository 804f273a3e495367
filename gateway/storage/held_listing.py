"""What is kept of a held message for its line in the list: sealed with the row, made once when it is held.

In: a new hold and what is known of its addresses. Out: the line, its campaign, the terms it is found by.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.fingerprints.thread_ties import thread_of
from gateway.model import HeldReason, NewHold, Opened, Reading
from gateway.storage.protocols import Relation
from gateway.text.addresses import address_key, fold_address
from gateway.text.campaign import campaign_of
from gateway.text.covered_line import cover_of, covered_author, covered_subject
from gateway.text.covering import covered, found_words
from gateway.text.held_reason import reason_of
from gateway.text.search_terms import term_of_id, terms_of_address, terms_of_ids, terms_of_text

RelationsOf = Callable[[Sequence[str]], Sequence[tuple[str, str, Relation]]]
"""(report, address as given, how it stands to it)."""


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """What the list shows beyond the plain columns. See `model.HeldSummary`."""

    sender: str
    recipients: tuple[str, ...]
    reports: tuple[str, ...]
    kinds: tuple[str, ...]
    shown: tuple[str, ...] = ()
    """Sender and recipients with what was found covered; none in lines of before there was this."""
    opened: Opened = ""
    subject: str = ""
    author: str = field(default="", repr=False)
    authors: tuple[str, ...] = field(default=(), repr=False)
    reason: HeldReason | None = None
    rules: tuple[str, ...] = ()
    thread: tuple[str, ...] = ()
    """Digests that other mail of its thread has too (`fingerprints.thread_ties.thread_of`)."""


@dataclass(frozen=True, slots=True)
class HeldListing:
    """The line of a message; 32 bytes that messages which say the same have in common, not keyed yet; its terms."""

    listed: ListedMessage
    campaign: bytes = field(repr=False)
    terms: tuple[str, ...] = field(repr=False)


def kinds_of(new: NewHold) -> tuple[str, ...]:
    """Of what was found, in order."""
    return tuple(sorted({finding.kind for finding in new.findings}))


def listed_message(new: NewHold) -> ListedMessage:
    """What a list shows of one message."""
    return _listed(new, found_words(new.reading or Reading(), new.findings))


def _listed(new: NewHold, words: re.Pattern[str] | None) -> ListedMessage:
    sender, recipients = new.envelope.sender, tuple(one.address for one in new.envelope.recipients)
    cover = cover_of(new.reading, new.findings)
    author, authors = covered_author(new.reading, cover)
    return ListedMessage(
        sender=sender,
        recipients=recipients,
        reports=new.reports,
        kinds=kinds_of(new),
        shown=tuple(covered(address, words) for address in (sender, *recipients)),
        opened=new.opened,
        subject=covered_subject(new.reading, new.findings, cover),
        author=author,
        authors=authors,
        reason=reason_of(new.reading, new.findings, new.rules, new.rule),
        rules=tuple(dict.fromkeys((new.rule, *new.rules))),
        thread=thread_of(new.reading or Reading()),
    )


def listing_of(held: str, new: NewHold, relations_of: RelationsOf) -> HeldListing:
    """Everything of one message. Blocks on the store."""
    words = found_words(new.reading or Reading(), new.findings)
    listed = _listed(new, words)
    campaign = campaign_of(new.envelope, listed.subject, new.reading, new.findings)
    message_ids = [one.message_id for one in (new.reading or Reading()).mails if not one.where.part]
    shown_ids = [one for one in message_ids if one and covered(one, words) == one]
    return HeldListing(listed, campaign, tuple(_terms(held, listed, shown_ids, relations_of)))


def _terms(held: str, listed: ListedMessage, message_ids: Sequence[str], relations_of: RelationsOf) -> list[str]:
    """Nothing that was found is a term, and of a reporter no address is. The part before the `@` is one only where it
    is no secret from a reviewer: of colleagues and of who was reported."""
    terms = dict.fromkeys([term_of_id(held), *terms_of_ids(listed.reports), *terms_of_ids(message_ids)])
    terms |= dict.fromkeys(terms_of_text(listed.subject))
    addresses = (listed.sender, *listed.recipients)
    stands: dict[str, set[str]] = {}
    for _, address, relation in relations_of(tuple(dict.fromkeys(one for one in (*addresses, *listed.authors) if one))):
        stands.setdefault(address, set()).add(relation)
    own = fold_address(listed.sender).partition("@")[2]
    reporters = {address_key(address) for address, relations in stands.items() if "reporter" in relations}
    if reporters.isdisjoint(map(address_key, (listed.sender, *listed.authors))):
        terms |= dict.fromkeys(terms_of_text(listed.author))
    for address, shown in zip(addresses, listed.shown, strict=True):
        if address and shown == address and address_key(address) not in reporters:
            known = address == listed.sender or bool(stands.get(address))
            colleague = bool(own) and fold_address(address).partition("@")[2] == own
            terms |= dict.fromkeys(terms_of_address(address, local=known or colleague))
    return [term for term in terms if term]


def covered_senders(listed: ListedMessage) -> Iterator[str]:
    """The folded sender, where something was found in its address."""
    if listed.shown[:1] not in ((), (listed.sender,)):
        yield address_key(listed.sender)
