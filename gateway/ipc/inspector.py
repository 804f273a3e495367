"""The one question that the relay asks, and the one answer.

The content goes over as a file descriptor: what faces the network never needs to hold it whole, and whoever answers
reads it only where somebody who is reported gets it. The answer may come from the same process or from another one.
"""

from typing import Protocol, runtime_checkable

from gateway.ipc.content_handle import ContentHandle
from gateway.model import Envelope, TryLater, Verdict
from gateway.model.drill import DrillRoute


class Spooled(Protocol):
    """One content as it was read. `id` is ours and random; `size` counts octets with doubled dots undone."""

    @property
    def id(self) -> str: ...

    @property
    def size(self) -> int: ...

    def handle(self) -> ContentHandle:
        """What another process is given."""
        ...

    def read(self) -> bytes:
        """The content with doubled dots undone, whole."""
        ...


class Inspector(Protocol):
    """Decides what shall become of a message."""

    async def inspect(self, envelope: Envelope, spooled: Spooled) -> Verdict:
        """Never raises for a message's sake: what cannot be decided now is `TryLater`.

        After `Held` or `Rejected` the message is durably recorded; before, nothing is. Cancelled, for the client is
        gone, it leaves no work behind that nobody waits for.
        """
        ...


@runtime_checkable
class KnowsDrills(Protocol):
    """An inspector that can say which drills run."""

    async def drill(self, token: str) -> DrillRoute | TryLater | None:
        """Where what passes of it goes; None where no such drill runs, `TryLater` where nobody can say so now. Never
        raises for the token's sake."""
        ...
