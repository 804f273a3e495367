"""The one question that the relay asks, and the one answer.

Today the answer comes from the same process (`service.wiring`); behind this Protocol it can come from another one.
"""

from typing import Protocol

from gateway.model import Envelope, Message, Verdict


class Inspector(Protocol):
    """Decides what shall become of a message."""

    async def inspect(self, envelope: Envelope, message: Message) -> Verdict:
        """Never raises for a message's sake: what cannot be decided now is `TryLater`.

        After `Held` or `Rejected` the message is durably recorded; before, nothing is.
        """
        ...
