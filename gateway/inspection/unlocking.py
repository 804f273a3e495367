"""Passwords that stand in another mail: what ties two mails together, and what of one is remembered for the other.

The file first and its password in a second mail, or the other way round: what a sender gave to a recipient, or anybody
in a thread, is tried on what comes to the same recipient or in the same thread. Ties are strings here and keyed digests
in the store. What does not stand in the mail is asked for only where something in it is locked.

Raises: StoreUnavailable.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.inspection.tools import InspectionDeps, Knowing, Opens
from gateway.model import Envelope, Location, MailFacts, Reading
from gateway.model.uninspectable_reasons import LOCKED
from gateway.reading.passwords import passwords_for_others
from gateway.text.addresses import address_key
from gateway.text.thread_ids import topic

_MOST_RECIPIENTS = 40
_MOST_IDS, _MOST_IN_THREAD = 30, 4


def locks(reading: Reading | None) -> int:
    """How many files of it want a password."""
    return 0 if reading is None else sum(one.reason in LOCKED for one in reading.unreadable)


def without_locks(reading: Reading) -> Reading:
    """The same where nothing was locked."""
    return replace(reading, unreadable=tuple(one for one in reading.unreadable if one.reason not in LOCKED))


def ties_of(envelope: Envelope, reading: Reading, tools: InspectionDeps) -> tuple[str, ...]:
    """By which another mail may belong to this one: who wrote to whom, the thread, the subject with either of them."""
    return tuple(dict.fromkeys(_ties(envelope, reading, tools)))


def _ties(envelope: Envelope, reading: Reading, tools: InspectionDeps) -> Iterator[str]:
    sender = address_key(envelope.sender)
    outside = [
        folded
        for recipient in envelope.recipients[: 10 * _MOST_RECIPIENTS]
        if tools.circle.stands(folded := address_key(recipient.address)) != "internal"
    ][:_MOST_RECIPIENTS]
    for recipient in outside:
        yield f"pair {sender} {recipient}"
    facts = next((mail for mail in reading.mails if mail.where == Location("")), MailFacts(Location("")))
    for one in (facts.message_id, *facts.references[-_MOST_IDS:]):
        if one := one.strip("<> \t"):
            # With a sender or recipient of the thread: whoever only knows an id of it gets nothing by it.
            yield f"id {one} from {sender}"
            for recipient in outside[:_MOST_IN_THREAD]:
                yield f"id {one} to {recipient}"
    if about := topic(facts.subject):
        yield f"from {sender} {about}"
        for recipient in outside:
            yield f"to {recipient} {about}"


def reader_with(tools: InspectionDeps, passwords: tuple[str, ...]) -> InspectionDeps:
    """The same tools with a reader that has these, before those that it had."""
    reader = tools.reader
    if isinstance(reader, Knowing):
        known = dict.fromkeys((*passwords, *reader.passwords))
        return replace(tools, reader=Knowing(reader.reader, tuple(known)))
    return replace(tools, reader=Knowing(reader, passwords)) if isinstance(reader, Opens) else tools


def earlier(envelope: Envelope, reading: Reading, tools: InspectionDeps) -> tuple[str, ...]:
    """What other mail gave for what is locked in this one."""
    opens = isinstance(tools.reader, Opens | Knowing)
    if tools.passwords is None or not opens or not locks(reading):
        return ()
    return tools.passwords.given(ties_of(envelope, reading, tools))


@dataclass(frozen=True, slots=True)
class Remembrance:
    """What of one mail is to be remembered: words that it gives, and the held message that it is, where that is locked;
    and by what another mail may belong to it."""

    sender: str = field(repr=False)
    ties: tuple[str, ...] = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    held: str
    wants: bool


def memory_of(envelope: Envelope, reading: Reading | None, held: str, tools: InspectionDeps) -> Remembrance | None:
    """What is to be remembered of a mail, which may be `held`; None where there is nothing."""
    if tools.passwords is None or reading is None:
        return None
    words = passwords_for_others(reading.texts, [file.name for file in reading.files])
    wants = bool(held) and locks(reading) > 0
    if not (words or wants):
        return None
    return Remembrance(envelope.sender, ties_of(envelope, reading, tools), tuple(words), held, wants)


def remember(memory: Remembrance, tools: InspectionDeps) -> tuple[str, ...]:
    """Keep it; which held messages may be opened now. The same twice is kept once."""
    if tools.passwords is None:
        return ()
    found = tools.passwords.give(memory.sender, memory.ties, memory.words)
    if memory.wants:
        tools.passwords.wait(memory.sender, memory.ties, memory.held)
    return tuple(one for one in found if one != memory.held)
