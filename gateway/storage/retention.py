"""Which reports still protect: by their state, and by how long they have been over."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, bindparam, or_

from gateway.storage import tables
from gateway.storage.context import Ground, stamp

FOR_EVER = -1


def protects(ground: Ground) -> ColumnElement[bool]:
    """Open reports; those that are over, for as long as `protection_days` says; of an erased one what was kept.

    A statement with it is run with the parameters of `since`.
    """
    table = tables.reports
    if ground.protection_days == FOR_EVER:
        return table.c.status.in_(("open", "closed", "withdrawn", "erased"))
    over = and_(table.c.status.in_(("closed", "withdrawn")), table.c.ended_at > bindparam("since"))
    return or_(table.c.status.in_(("open", "erased")), over)


def since(ground: Ground) -> dict[str, str]:
    """Whoever ended after this still protects."""
    if ground.protection_days == FOR_EVER:
        return {}
    return {"since": stamp(ground.clock() - timedelta(days=ground.protection_days))}
