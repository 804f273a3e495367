"""A held message given back to its sender: the same function for the console and for `hushgate quarantine`."""

from datetime import UTC, datetime

from gateway.errors import Problem
from gateway.model.notice import SenderNotice
from gateway.notices.compose import Writer, about
from gateway.quarantine.four_eyes import may_decide
from gateway.quarantine.release import give_back, reason_given
from gateway.service.budget import budget_of
from gateway.service.notices import is_told, may_leave
from gateway.service.sending import decider_of
from gateway.service.wiring import Application

MOST_NOTE = 2000


def return_held(house: Application, held: str, actor: str, reason: str, note: str = "") -> bool:
    """Whether its sender is told. Blocks: a note is inspected before anything happens, which takes a reader.

    Raises Problem where it is not there to be returned, or where the note would say too much; it stays held then."""
    reason, note = reason_given(held, reason), note.strip()
    if len(note) > MOST_NOTE:
        raise Problem(held, f"the note has more than {MOST_NOTE} characters", "write a shorter one")
    message = house.store.quarantine.open(held, actor, "return")
    if message is None:
        raise Problem(held, "no such held message", "see: hushgate quarantine list")
    may_decide(message.summary, decider_of(house, actor))
    envelope = message.envelope
    told = SenderNotice(
        "return",
        held,
        envelope.sender,
        tuple(one.address for one in envelope.recipients),
        envelope.received_at,
        message.addressed,
        note,
    )
    goes = bool(envelope.sender) and is_told(told, house.settings)
    if note and goes:
        house.reader(most=1)
        writer = Writer(house.settings.notices.address, house.words)
        notice = about(told, writer, datetime.now(UTC), "<note@hushgate.invalid>")
        if not may_leave(notice, told.recipients, house.tools(), budget_of(house.settings), held):
            wrong = "the note says what the recipients of the message must not read"
            raise Problem(held, wrong, "leave names and details out of it; the message is held as before")
    give_back(house.store.quarantine, held, actor, reason, note)
    return goes
