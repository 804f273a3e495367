"""Drills: what one needs while it runs, and how the last one ended. Nothing is left of a drill that is over but a
log entry and its outcome; of one that was abandoned, an entry that says so."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import Connection, delete, func, insert, or_, select

from gateway.errors import StoreUnavailable
from gateway.model.drill import DrillAnswer, DrillCase, DrillResult
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import seal, unseal

MOST = 8
"""Drills at once; each has a store and a place with a reader."""
LONGEST = timedelta(hours=1)
_LAST, _LAST_CONTEXT = "last_drill", "meta/last-drill"
_SUBJECT = "relay"


class DrillStore:
    """`protocols.Drills` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def begin(self, token: str, case: DrillCase, lasts: timedelta) -> bool:
        """See `protocols.Drills`."""
        table, digest = tables.drills, self._digest(token)
        until = self._ground.clock() + min(lasts, LONGEST)
        with self._ground.transactions.write() as connection:
            running = select(func.count()).select_from(table).where(table.c.until > self._ground.now())
            if (connection.execute(running).scalar() or 0) >= MOST:
                return False
            sealed = seal(self._ground.vault, case, _context(digest))
            connection.execute(insert(table).values(digest=digest, until=stamp(until), sealed=sealed))
        return True

    def case(self, token: str) -> DrillCase | None:
        """See `protocols.Drills`."""
        table, digest, now = tables.drills, self._digest(token), self._ground.clock()
        query = select(table.c.sealed).where(
            table.c.digest == digest, table.c.until > stamp(now), table.c.until <= stamp(now + LONGEST)
        )
        with self._ground.transactions.read() as connection:
            sealed = connection.execute(query).scalar()
        return None if sealed is None else unseal(self._ground.vault, sealed, _context(digest), DrillCase)

    def answered(self, token: str, answer: DrillAnswer) -> None:
        """See `protocols.Drills`."""
        table, digest = tables.drill_answers, self._digest(token)
        with self._ground.transactions.write() as connection:
            known = select(tables.drills.c.digest).where(tables.drills.c.digest == digest)
            if connection.execute(known).scalar() is None:
                raise StoreUnavailable("the drill is over")
            connection.execute(delete(table).where(table.c.digest == digest, table.c.name == answer.name))
            values = {"name": answer.name, "action": answer.action, "rule": answer.rule, "would": answer.would}
            connection.execute(insert(table).values(digest=digest, **values))

    def answers(self, token: str) -> dict[str, DrillAnswer]:
        """See `protocols.Drills`."""
        table = tables.drill_answers
        query = select(table.c.name, table.c.action, table.c.rule, table.c.would).where(
            table.c.digest == self._digest(token)
        )
        with self._ground.transactions.read() as connection:
            return {row.name: DrillAnswer(*row) for row in connection.execute(query)}

    def finish(self, token: str, result: DrillResult, actor: str) -> None:
        """See `protocols.Drills`."""
        with self._ground.transactions.write() as connection:
            self._drop(connection, [self._digest(token)])
            self._note(connection, result)
            cases = (*result.leaks, *((result.clean,) if result.clean else ()))
            detail: dict[str, str | int] = {case.name: case.outcome for case in cases}
            detail["outcome"] = "held" if result.good else "failed"
            record(connection, self._ground, actor, "drilled" if result.good else "drill_failed", _SUBJECT, detail)
        self._ground.transactions.tidy()

    def drop(self, token: str) -> None:
        """See `protocols.Drills`."""
        with self._ground.transactions.write() as connection:
            self._drop(connection, [self._digest(token)])
        self._ground.transactions.tidy()

    def forget_old(self, actor: str) -> int:
        """See `protocols.Drills`. What lies further ahead than a drill lasts was written before the clock was set
        back."""
        table, now = tables.drills, self._ground.clock()
        old = or_(table.c.until <= stamp(now), table.c.until > stamp(now + LONGEST))
        query = select(table.c.digest).where(old)
        with self._ground.transactions.read() as connection:
            if connection.execute(query.limit(1)).scalar() is None:
                return 0
        with self._ground.transactions.write() as connection:
            # Other replicas look too: only whoever removed it says so.
            digests = list(connection.execute(delete(table).where(old).returning(table.c.digest)).scalars())
            self._drop(connection, digests)
            for _ in digests:
                record(connection, self._ground, actor, "drill_abandoned", _SUBJECT, {})
            if digests:
                self._note(connection, DrillResult(now))
        self._ground.transactions.tidy()
        return len(digests)

    def last(self) -> DrillResult | None:
        """See `protocols.Drills`."""
        with self._ground.transactions.read() as connection:
            sealed = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == _LAST)).scalar()
        if sealed is None:
            return None
        with suppress(StoreUnavailable):  # another version's: it keeps nobody from the list of held messages
            return unseal(self._ground.vault, sealed, _LAST_CONTEXT, DrillResult)
        return None

    def _note(self, connection: Connection, result: DrillResult) -> None:
        table = tables.meta
        connection.execute(delete(table).where(table.c.key == _LAST))
        sealed = seal(self._ground.vault, result, _LAST_CONTEXT)
        connection.execute(insert(table).values(key=_LAST, value=sealed))

    def _drop(self, connection: Connection, digests: Sequence[bytes]) -> None:
        for table in (tables.drills, tables.drill_answers):
            connection.execute(delete(table).where(table.c.digest.in_(digests)))

    def _digest(self, token: str) -> bytes:
        return self._ground.vault.digest("drill", token.encode())


def _context(digest: bytes) -> str:
    return f"drill/{digest.hex()}"
