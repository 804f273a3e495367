"""The one question that the relay asks, and the one answer.

The content goes over as a file descriptor: what faces the network never needs to hold it whole, and whoever answers
reads it only where somebody who is reported gets it. The answer may come from the same process or from another one.
"""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.model import Envelope, Verdict


@dataclass(frozen=True, slots=True)
class Handle:
    """A content in its wire form: `length` octets of `fd` from offset 0, dots still doubled where `stuffed` says so.

    With a `key` they are sealed as `relay.spool` seals them. The descriptor belongs to the `Spooled` that gave it.
    """

    fd: int
    length: int
    stuffed: bool
    key: bytes | None = field(default=None, repr=False)


class Spooled(Protocol):
    """One content as it was read. `id` is ours and random; `size` counts octets with doubled dots undone."""

    @property
    def id(self) -> str: ...

    @property
    def size(self) -> int: ...

    def handle(self) -> Handle:
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
