"""Making what an older store lacks, row by row, while others write to it."""

from collections.abc import Callable

from sqlalchemy import Connection, insert, select, update

from gateway.storage import tables
from gateway.storage.context import Ground

_ALL = b"all"


def complete_in_steps(ground: Ground, what: str, some: Callable[[Connection, int], int | None]) -> None:
    """Do all that is not done yet, each step in a transaction of its own, whichever process comes first. `some` does
    those behind a number: the number of the last one, None where there are no more. How far it came stands in `meta`
    under `what`."""
    table, mine = tables.meta, tables.meta.c.key == what
    known = select(table.c.value).where(mine)
    with ground.transactions.read() as connection:
        state = connection.execute(known).scalar()
    while state != _ALL:
        with ground.transactions.write() as connection:
            before = connection.execute(known).scalar()
            if before == _ALL:
                return
            last = some(connection, int(before or 0))
            state = _ALL if last is None else str(last).encode()
            if before is None:
                connection.execute(insert(table).values(key=what, value=state))
            else:
                connection.execute(update(table).where(mine).values(value=state))
