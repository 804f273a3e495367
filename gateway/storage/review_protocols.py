"""What the store promises to those who review held messages together, as small Protocols. See `protocols`."""

from typing import Protocol

from gateway.model import Proposal, ProposedAction


class Proposals(Protocol):
    """What one person proposed, for a second one to decide."""

    def propose(self, held: str, action: ProposedAction, person: str, reason: str) -> bool:
        """False where the message waits for no decision, or something is proposed already. Audited."""
        ...

    def of(self, held: str) -> Proposal | None: ...

    def among(self, held: tuple[str, ...]) -> dict[str, Proposal]:
        """By message, of these."""
        ...

    def turn_down(self, proposal: Proposal, person: str, reason: str) -> bool:
        """It is over; the message stays held. By whoever proposed it, it is withdrawn. False where it stands no more.
        Audited."""
        ...
