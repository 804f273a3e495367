"""What the inspector does now and then, beside its work."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from gateway.errors import StoreUnavailable
from gateway.inspection.limits import over_limit
from gateway.model.held_query import HeldQuery
from gateway.quarantine.release import sweep as give_back
from gateway.service.audit_anchor import note_anchor
from gateway.service.retention import purge_some
from gateway.service.wiring import Application
from gateway.telemetry.events import DrillEnded, LeasesSwept, StoreFailed, unexpected
from gateway.telemetry.metrics import Metrics

SWEEP_SECONDS = 30
_MOST_HELD = 1 << 40  # an index counts them, all of them
LEASE = timedelta(minutes=15)
"""Longer than any release takes: the answer to the final dot may take ten minutes (RFC 5321 section 4.5.3.2.6)."""


async def sweep(house: Application, metrics: Metrics, emit: Callable[[object], None]) -> None:
    """Give back the leases of releases whose process died, and keep the gauges true."""
    told: datetime | None = None
    while True:
        try:
            count = await asyncio.to_thread(_sweep_once, house, metrics)
            if count:
                emit(LeasesSwept(count))
            told = await asyncio.to_thread(_tell_of_drills, house, metrics, emit, told)
        except StoreUnavailable:
            emit(StoreFailed("sweep"))
        except Exception as error:
            emit(unexpected(error))  # the next round may do better; the relay goes on
        await asyncio.sleep(SWEEP_SECONDS)


def _tell_of_drills(
    house: Application, metrics: Metrics, emit: Callable[[object], None], told: datetime | None
) -> datetime | None:
    """When the last drill ended, once it is told of; those that nobody ended are removed."""
    house.store.drills.forget_old("sweeper")
    last = house.store.drills.last()
    if last is None:
        return None
    cases = {case.name: case.stopped for case in last.leaks} | {"clean": last.passed}
    metrics.set_drill(last.at.timestamp(), cases)
    if last.at != told:
        emit(DrillEnded(last.held, last.passed))
    return last.at


def _sweep_once(house: Application, metrics: Metrics) -> int:
    house.store.passwords.forget_old()
    count = give_back(house.store.quarantine, datetime.now(UTC), LEASE, "sweeper")
    if house.store.tallies.complete():
        purge_some(house)
    metrics.set_held(house.store.quarantine.count(HeldQuery(("held",)), _MOST_HELD).number)
    metrics.set_audit_entries(house.store.audit.head()[0])
    note_anchor(house)
    metrics.set_over_limit(over_limit(house.store.senders.after(0), house.policy.limits, datetime.now(UTC)))
    return count
