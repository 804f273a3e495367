"""Keeping messages as long as `[retention]` says and no longer; beside mail, a few at a time.

In the order of worth: what nobody decided in time is discarded (audited, and its sender hears of it as of any discard);
what was decided long enough ago is removed, and originals of rewritten mail; above the size, the oldest of both. What
is under a legal hold stays, and so does what waits. Each message is a transaction of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from gateway.errors import Problem
from gateway.quarantine.release import reason_given
from gateway.service.sending import discard_held
from gateway.service.wiring import Application
from gateway.settings.settings import Retention
from gateway.storage.keeping_protocols import Keeping
from gateway.storage.tallies import RETENTION_ACTOR

AT_ONCE = 20
"""Messages in one round of the housekeeping."""
_STEP = 64 * 1024 * 1024
_ROUNDS = 1000
_GB, _MB = 10**9, 10**6
_PASSED_AT_ONCE = 500
_EVERY = 1_000_000


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did, or would do. `complete`: nothing of what was removed is left in any file of the store."""

    discarded: int = 0
    removed: int = 0
    expired_rewritings: int = 0
    octets: int = 0
    passed: int = 0
    complete: bool = True
    records: int = 0
    """Of decisions."""

    def plus(self, other: "Purged") -> "Purged":
        """Both together, as it stands after the other."""
        return Purged(
            self.discarded + other.discarded,
            self.removed + other.removed,
            self.expired_rewritings + other.expired_rewritings,
            self.octets + other.octets,
            self.passed + other.passed,
            other.complete,
            self.records + other.records,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """How many messages are due now, by age."""

    discarded: int
    removed: int
    expired_rewritings: int
    over: int
    """Octets that the store has above its limit, before anything is removed."""
    records: int
    """Of decisions."""


def due(house: Application, now: datetime | None = None) -> Due:
    """What a purge would begin with. Nothing is changed."""
    now = now or datetime.now(UTC)
    wanted, keeping = house.settings.retention, house.store.keeping
    return Due(
        len(_overdue(keeping, wanted, now, _EVERY)),
        len(_decided(keeping, wanted, now, _EVERY)),
        len(keeping.rewritten(now - timedelta(days=house.policy.keep_days), _EVERY)),
        max(0, keeping.room().used - wanted.max_gb * _GB) if wanted.max_gb else 0,
        0 if (records := _records_until(wanted, now)) is None else house.store.decisions.due(records),
    )


def purge_some(
    house: Application, now: datetime | None = None, most: int = AT_ONCE, limit: int | None = None
) -> Purged:
    """A round: at most so many of each sort. `limit`: octets, in place of the settings' `max_gb`."""
    now = now or datetime.now(UTC)
    wanted, keeping = house.settings.retention, house.store.keeping
    discarded = sum(_discard(house, one, wanted.held_days) for one in _overdue(keeping, wanted, now, most))
    removed = [keeping.remove(one, RETENTION_ACTOR, "age") for one in _decided(keeping, wanted, now, most)]
    before = now - timedelta(days=house.policy.keep_days)
    rewritten = [keeping.remove(one, RETENTION_ACTOR, "age") for one in keeping.rewritten(before, most)]
    bound = limit if limit is not None else wanted.max_gb * _GB
    if bound and not any(removed) and not any(rewritten):
        for one in _oldest(keeping, bound, most):
            (rewritten if one.startswith("W-") else removed).append(keeping.remove(one, RETENTION_ACTOR, "size"))
    house.store.watched.forget(before, most)
    house.store.tallies.forget_old()
    passed = house.store.passed.forget(wanted.passed_days, _PASSED_AT_ONCE, wanted.passed_mb * _MB)
    until = _records_until(wanted, now)
    records = 0 if until is None else house.store.decisions.forget(until)
    octets = sum(removed) + sum(rewritten)
    gone = sum(map(bool, removed)), sum(map(bool, rewritten))
    clean = keeping.clean(_STEP, dirty=bool(records))
    return Purged(discarded, *gone, octets, passed, clean, records)


def purge(house: Application, now: datetime | None = None, limit: int | None = None) -> Purged:
    """Everything that is due, round after round, and what is left of it in the files."""
    done = Purged()
    while not house.store.tallies.complete():
        pass  # a store of before there were counts: what is removed can be counted no more
    while True:
        once = purge_some(house, now, limit=limit)
        done = done.plus(once)
        if not (once.discarded or once.removed or once.expired_rewritings or once.passed or once.records):
            break
    for _ in range(_ROUNDS):
        if house.store.keeping.clean(_STEP):
            return replace(done, complete=True)
    return replace(done, complete=False)


def set_legal_hold(house: Application, message: str, on: bool, actor: str, reason: str) -> None:
    """Retention never removes it, or may again. Raises Problem where there is no reason, no such message, or nothing to
    change."""
    reason = reason_given(message, reason)
    changed = house.store.keeping.keep(message, on, actor, reason)
    if changed is None:
        raise Problem(message, "no such message", "see `hushgate quarantine list` and `hushgate quarantine rewritten`")
    if not changed:
        raise Problem(message, "is under a legal hold already" if on else "is under no legal hold", "nothing to do")


def _overdue(keeping: Keeping, wanted: Retention, now: datetime, most: int) -> tuple[str, ...]:
    if wanted.held_days < 0:
        return ()
    return keeping.overdue(now - timedelta(days=wanted.held_days), most)


def _decided(keeping: Keeping, wanted: Retention, now: datetime, most: int) -> tuple[str, ...]:
    if wanted.decided_days < 0:
        return ()
    return keeping.decided(now - timedelta(days=wanted.decided_days), most)


def _records_until(wanted: Retention, now: datetime) -> datetime | None:
    """Records of decisions that are older are due; None where they are kept for ever."""
    return None if wanted.record_days < 0 else now - timedelta(days=wanted.record_days)


def _discard(house: Application, held: str, days: int) -> bool:
    try:
        discard_held(house, held, RETENTION_ACTOR, f"nobody decided in {days} days (retention.held_days)")
    except Problem:
        return False  # somebody was quicker
    return True


def _oldest(keeping: Keeping, bound: int, most: int) -> Iterator[str]:
    """One after the other, as long as there is too much."""
    for found in (keeping.decided(None, most), keeping.rewritten(None, most)):
        for one in found:
            if keeping.room().used <= bound:
                return
            yield one
