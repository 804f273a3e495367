"""Answers to notices: kept for the reviewer of the message that is meant, never relayed, and nothing is released.

The relay takes what is addressed to `hushgate+…` and asks about it as about any mail; here it ends. Its bytes are a
stranger's, so a reader reads them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from gateway.inspection.tools import InspectionDeps
from gateway.model import Envelope, Held, Message, Reading, Rejected, Verdict
from gateway.model.deadline import Deadline
from gateway.notices.addressed import addressed_of
from gateway.notices.replies import MOST_ANSWERS, MOST_SIZE, ReplyAddress, answer_in
from gateway.service.wiring import Application
from gateway.telemetry.events import Justified
from gateway.text.addresses import address_key
from gateway.vault.digests import keyed

ACTOR = "relay"
NOT_TAKEN = "answer-not-taken"
"""Instead of an id: made up, not its sender's, too late, decided on, too many, too long or empty. Which of these is
not said."""


class Answers:
    """Of one inspector. `house` may be read anew; it is asked once a message."""

    def __init__(
        self,
        house: Application,
        emit: Callable[[object], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._house, self._emit, self._clock = house, emit, clock

    def takes(self, envelope: Envelope) -> bool:
        """Whether it is one, right or wrong."""
        address = self._address()
        return bool(address.local) and any(address.takes(one.address) for one in envelope.recipients)

    def take(self, envelope: Envelope, message: Message, tools: InspectionDeps, deadline: Deadline) -> Verdict:
        """`Held` with the id of the message that it was kept for, or `Rejected`. Blocks. Raises: Unavailable, and
        ReaderTimedOut."""
        held = self._meant(envelope)
        if held is None or message.size > MOST_SIZE:
            return self._not_taken()
        if not envelope.sender or not addressed_of(message.content, None).answerable:
            return Held(held)  # a machine's: nobody wants it, and nobody is told that it did not come
        reading = tools.reader.read_mail(message.content, deadline)
        if not self._is_its_sender(held, envelope, reading):  # a notice is easily passed on, with the address in it
            return self._not_taken()
        text = answer_in(reading)
        if not text or not self._house.store.justifications.add(held, text, ACTOR, MOST_ANSWERS):
            return self._not_taken()
        self._emit(Justified(True))
        return Held(held)

    def _is_its_sender(self, held: str, envelope: Envelope, reading: Reading) -> bool:
        """Whether whoever sent the message speaks, by the envelope or by what the answer says of its author: some
        servers write addresses of their own into the envelope."""
        message = self._house.store.quarantine.summary(held)
        authors = [
            one.address
            for mail in reading.mails
            if not mail.where.part and not mail.where.steps
            for one in mail.addresses
            if one.role == "from"
        ]
        speaks = {address_key(one) for one in (envelope.sender, *authors)}
        return message is not None and address_key(message.sender) in speaks

    def _meant(self, envelope: Envelope) -> str | None:
        if len(envelope.recipients) != 1 or not self._house.settings.notices.justification_days:
            return None
        key = keyed(self._house.notice_key)
        return self._address().message_of(envelope.recipients[0].address, self._clock(), key)

    def _not_taken(self) -> Verdict:
        self._emit(Justified(False))
        return Rejected(NOT_TAKEN)

    def _address(self) -> ReplyAddress:
        return ReplyAddress.of(self._house.settings.notices.address)
