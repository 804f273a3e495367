"""The first of two people: a proposal stands until a second person decides, or the message is decided otherwise.

`confirmed` is asked inside the transaction that claims the message, so that a claim on the word of two people and what
they said are one: no proposal, another one, or one's own is no second word, and nothing is claimed.
"""

from datetime import datetime
from typing import cast

from sqlalchemy import Connection, delete, insert, select

from gateway.model import Proposal, ProposedAction
from gateway.model.quarantine import WAITING
from gateway.storage import tables
from gateway.storage.audit import private, record
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import seal, unseal


class ProposalStore:
    """`protocols.Proposals` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def propose(self, held: str, action: ProposedAction, person: str, reason: str) -> bool:
        """See `protocols.Proposals`."""
        sealed = seal(self._ground.vault, reason, _context(held))
        table = tables.proposals
        with self._ground.transactions.write() as connection:
            known = connection.execute(select(table.c.held).where(table.c.held == held)).scalar()
            if not _waits(connection, held) or known is not None:
                return False
            row = {"held": held, "action": action, "person": person, "at": self._ground.now(), "sealed": sealed}
            connection.execute(insert(table).values(**row))
            facts: dict[str, str | int] = {"action": action, "reason": private(self._ground, reason)}
            record(connection, self._ground, person, "release_proposed", held, facts)
        return True

    def of(self, held: str) -> Proposal | None:
        """See `protocols.Proposals`."""
        return self.among((held,)).get(held)

    def among(self, held: tuple[str, ...]) -> dict[str, Proposal]:
        """See `protocols.Proposals`."""
        table = tables.proposals
        with self._ground.transactions.read() as connection:
            rows = connection.execute(select(table).where(table.c.held.in_(list(held)))).all()
        return {
            row.held: Proposal(
                row.held,
                cast(ProposedAction, row.action),
                row.person,
                datetime.fromisoformat(row.at),
                unseal(self._ground.vault, row.sealed, _context(row.held), str),
            )
            for row in rows
        }

    def turn_down(self, proposal: Proposal, person: str, reason: str) -> bool:
        """See `protocols.Proposals`."""
        with self._ground.transactions.write() as connection:
            if not _same(connection, proposal) or not _waits(connection, proposal.held):
                return False  # it may be being released on its word just now
            drop_proposal(connection, proposal.held)
            facts: dict[str, str | int] = {"action": proposal.action, "reason": private(self._ground, reason)}
            event = "proposal_withdrawn" if person == proposal.person else "proposal_turned_down"
            record(connection, self._ground, person, event, proposal.held, facts)
        return True


def confirmed(connection: Connection, proposal: Proposal, person: str) -> bool:
    """Whether this very proposal stands, and is another person's."""
    return person != proposal.person and _same(connection, proposal)


def drop_proposal(connection: Connection, held: str) -> None:
    """Whatever was proposed of it is over."""
    connection.execute(delete(tables.proposals).where(tables.proposals.c.held == held))


def _waits(connection: Connection, held: str) -> bool:
    table = tables.held
    return connection.execute(select(table.c.state).where(table.c.id == held)).scalar() in WAITING


def _same(connection: Connection, proposal: Proposal) -> bool:
    table = tables.proposals
    row = connection.execute(select(table).where(table.c.held == proposal.held)).one_or_none()
    return (
        row is not None
        and row.action == proposal.action
        and row.person == proposal.person
        and datetime.fromisoformat(row.at) == proposal.at
    )


def _context(held: str) -> str:
    return f"proposal/{held}"
