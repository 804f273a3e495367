"""What in a message may tie it to another mail: Message-IDs wherever they stand, Outlook's names of a conversation.

The same things by which `detection.detectors.thread` knows the mail of a known reporter.

In: a `Reading`. Out: `Ties`. Pure.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.model import Reading, TextFragment
from gateway.text.thread_ids import THREAD_FIELDS, conversation, domains_of, ids_in, made_from, topic

_DELIMITERS = re.compile(r"[\s<>(),;\"'\[\]]+")
_LONGEST_ID = 998
_MOST_REFERENCES = 30
_AROUND = ".:!?。，；：、”“"


@dataclass(frozen=True, slots=True)
class Ties:
    """`ids` are what may be a Message-ID or the name of a conversation; `addresses` those of which an id was made."""

    ids: frozenset[str] = field(repr=False)
    addresses: frozenset[str] = field(repr=False)


def ties(reading: Reading) -> Ties:
    """Everything that may tie a message to another one."""
    ids = {written for mail in reading.mails for written in (mail.message_id, *mail.references)}
    addresses: set[str] = set()
    for fragment in reading.texts:
        text = fragment.text
        if "@" in text:
            ids.update(_ids(text))
        if fragment.medium == "header" and fragment.label.startswith(THREAD_FIELDS):
            ids.update(word for word in _DELIMITERS.split(text) if len(word) <= _LONGEST_ID)
            ids.update(_named(fragment))
            for start, end in ids_in(text):
                addresses.update(made_from(text[start:end]))
    return Ties(frozenset(ids - {""}), frozenset(addresses))


def thread_of(reading: Reading) -> tuple[str, ...]:
    """Digests of what says which thread a mail is in: its own id, those that it answers, its subject without `Re:`."""
    facts = next((mail for mail in reading.mails if not mail.where.part and not mail.where.steps), None)
    if facts is None:
        return ()
    words = (facts.message_id, *facts.references[-_MOST_REFERENCES:])
    ids = (hashlib.sha256(word.strip("<> \t").encode("utf-8", "replace")).hexdigest()[:24] for word in words if word)
    return tuple(dict.fromkeys((*ids, *((about,) if (about := topic(facts.subject)) else ()))))


def id_domains(reading: Reading) -> frozenset[str]:
    """The domains in which Message-IDs of thread fields were made, and those above them."""
    return frozenset(
        domain
        for fragment in reading.texts
        if fragment.medium == "header" and fragment.label.startswith(THREAD_FIELDS)
        for start, end in ids_in(fragment.text)
        for domain in domains_of(fragment.text[start:end])
    )


def _ids(text: str) -> Iterator[str]:
    for word in _DELIMITERS.split(text):
        if "@" in word and len(word) <= _LONGEST_ID:
            yield word
            yield word.strip(_AROUND)


def _named(fragment: TextFragment) -> Iterator[str]:
    if fragment.label == "thread-index":
        yield conversation(fragment.text)
    if fragment.label == "thread-topic":
        yield topic(fragment.text)
