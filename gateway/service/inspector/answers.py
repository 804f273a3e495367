"""Answers to notices: kept for the reviewer of the message that is meant, never relayed, and nothing is released.

The relay takes what is addressed to `hushgate+…` and asks about it as about any mail; here it ends. Its bytes are a
stranger's, so a reader reads them.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from gateway.inspection.tools import InspectionDeps
from gateway.model import Envelope, Held, Message, Rejected, Verdict
from gateway.model.deadline import Deadline
from gateway.notices.addressed import addressed_of
from gateway.notices.replies import MOST_ANSWERS, MOST_SIZE, ReplyAddress, answer_in
from gateway.service.wiring import Application
from gateway.telemetry.events import Justified
from gateway.vault.digests import keyed

ACTOR = "relay"
NOT_TAKEN = "answer-not-taken"
"""Instead of an id: made up, too late, decided on, too many, too long or empty. Which of these is not said."""


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
        text = answer_in(tools.reader.read_mail(message.content, deadline))
        if not text or not self._house.store.justifications.add(held, text, ACTOR, MOST_ANSWERS):
            return self._not_taken()
        self._emit(Justified(True))
        return Held(held)

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
