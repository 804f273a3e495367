"""A clock that jumps moves a lease, never a message: nothing is sent twice, and nothing waits for ever."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.quarantine.release import Sent, release, sweep
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from quarantine.conftest import Upstream, new_hold

LEASE = timedelta(minutes=15)


class Clock:
    """Shows what it is set to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{tmp_path}/hushgate.db", Vault(b"k" * 32), clock=clock)
    yield store
    store.shut()


def status(store: SqlStore) -> str:
    return store.quarantine.summaries()[0].status


def jumped(store: SqlStore, clock: Clock, by: timedelta) -> Callable[[], None]:
    def jump() -> None:
        clock.now += by
        sweep(store.quarantine, clock.now, LEASE, "sweeper")

    return jump


@pytest.mark.parametrize("by", [timedelta(days=400), timedelta(days=-400)])
def test_a_jump_before_the_dot_sends_nothing_and_the_message_is_held_again(
    store: SqlStore, clock: Clock, by: timedelta
) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    upstream = Upstream(Sent())
    upstream.before = jumped(store, clock, by)
    asyncio.run(_quietly(store, held, upstream))
    assert (upstream.got, upstream.marks, status(store)) == (0, [False], "held")
    upstream.before = lambda: None
    asyncio.run(release(store.quarantine, held, "console:alice", "again", upstream))
    assert (upstream.got, status(store)) == (1, "released")


@pytest.mark.parametrize("by", [timedelta(days=400), timedelta(days=-400)])
def test_a_jump_after_the_dot_leaves_the_doubt_to_a_person(store: SqlStore, clock: Clock, by: timedelta) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    upstream = Upstream(Sent())
    upstream.between = jumped(store, clock, by)
    asyncio.run(_quietly(store, held, upstream))
    assert (upstream.got, status(store)) == (1, "uncertain")


@pytest.mark.parametrize("by", [timedelta(minutes=14), timedelta(minutes=-14)])
def test_a_small_step_of_the_clock_disturbs_no_release(store: SqlStore, clock: Clock, by: timedelta) -> None:
    held = store.quarantine.hold(new_hold(), "relay")
    upstream = Upstream(Sent())
    upstream.before = jumped(store, clock, by)
    assert asyncio.run(release(store.quarantine, held, "console:alice", "fine", upstream)).state == "released"
    assert upstream.got == 1


async def _quietly(store: SqlStore, held: str, upstream: Upstream) -> None:
    """The one who released it may hear that it did not go as it should; what counts is what the world got."""
    with contextlib.suppress(Problem):
        await release(store.quarantine, held, "console:alice", "fine", upstream)
