"""A held message leaves once, by a person's decision, or not at all."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.errors import Problem, StoreUnavailable
from gateway.quarantine.release import (
    AnswerLost,
    NotReached,
    ReleaseOutcome,
    ReleaseRefused,
    Sent,
    discard,
    release,
    sweep,
)
from gateway.storage.store import SqlStore
from quarantine.conftest import CONTENT, Upstream, new_hold


def run(store: SqlStore, held: str, upstream: Upstream, reason: str = "checked") -> ReleaseOutcome:
    return asyncio.run(release(store.quarantine, held, "console:alice", reason, upstream))


def state(store: SqlStore) -> str:
    return store.quarantine.summaries()[0].status


def events(store: SqlStore) -> list[str]:
    return [entry.event for entry in store.audit.entries()]


def test_a_released_message_goes_out_as_it_came_in(store: SqlStore, held: str) -> None:
    upstream = Upstream(Sent(250))
    assert run(store, held, upstream) == ReleaseOutcome("released", "sent", 250)
    assert upstream.seen == [(new_hold().envelope, CONTENT)]
    assert upstream.got == 1
    assert events(store) == ["held", "release_claimed", "opened", "release_sending", "released"]


def test_a_second_release_sends_nothing(store: SqlStore, held: str) -> None:
    run(store, held, Upstream(Sent()))
    again = Upstream(Sent())
    with pytest.raises(Problem, match="cannot be released: it is released"):
        run(store, held, again)
    assert again.seen == []


def test_a_release_during_a_release_sends_nothing(store: SqlStore, held: str) -> None:
    second = Upstream(Sent())

    async def both() -> None:
        started, go_on = asyncio.Event(), asyncio.Event()

        async def slow(envelope: object, content: bytes, before_dot: Callable[[], bool]) -> Sent:
            started.set()
            await go_on.wait()
            assert before_dot()
            return Sent()

        first = asyncio.create_task(release(store.quarantine, held, "console:alice", "checked", slow))
        await started.wait()
        with pytest.raises(Problem, match="it is releasing; wait"):
            await release(store.quarantine, held, "console:bob", "checked", second)
        with pytest.raises(Problem, match="cannot be discarded: it is releasing"):
            await asyncio.to_thread(discard, store.quarantine, held, "console:bob", "no")
        go_on.set()
        assert (await first).state == "released"

    asyncio.run(both())
    assert second.seen == []


@pytest.mark.parametrize(
    ("upstream", "outcome"),
    [
        (Upstream(ReleaseRefused(550, "5.1.1 xinger@streamers.example"), dot=False), ("held", "refused", 550)),
        (Upstream(ReleaseRefused(554)), ("held", "refused", 554)),
        (Upstream(NotReached(), dot=False), ("held", "not_reached", 0)),
        (Upstream(AnswerLost()), ("uncertain", "cut", 0)),
        (Upstream(NotReached()), ("uncertain", "cut", 0)),
    ],
    ids=["recipient refused", "content refused", "no connection", "no answer to the dot", "unsure after the dot"],
)
def test_what_upstream_did_not_take_stays_here(
    store: SqlStore, held: str, upstream: Upstream, outcome: tuple[str, str, int]
) -> None:
    found = run(store, held, upstream)
    assert (found.state, found.result, found.code) == outcome
    assert state(store) == outcome[0]
    assert run(store, held, Upstream(Sent())).state == "released"
    assert "xinger" not in repr(found)


@pytest.mark.parametrize(
    ("upstream", "expected"),
    [(Upstream(OSError("reset"), dot=False), "held"), (Upstream(OSError("reset")), "uncertain")],
)
def test_a_sender_that_fails_is_settled_by_whether_the_dot_was_out(
    store: SqlStore, held: str, upstream: Upstream, expected: str
) -> None:
    with pytest.raises(OSError, match="reset"):
        run(store, held, upstream)
    assert state(store) == expected


@pytest.mark.parametrize("dot", [False, True])
def test_a_release_that_is_cancelled_is_settled(store: SqlStore, held: str, dot: bool) -> None:
    async def cancelled() -> None:
        started = asyncio.Event()

        async def slow(envelope: object, content: bytes, before_dot: Callable[[], bool]) -> Sent:
            assert not dot or before_dot()
            started.set()
            await asyncio.Event().wait()
            return Sent()

        task = asyncio.create_task(release(store.quarantine, held, "console:alice", "checked", slow))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancelled())
    assert state(store) == ("uncertain" if dot else "held")


def test_a_release_that_lost_its_claim_does_not_send_the_dot(store: SqlStore, held: str) -> None:
    upstream = Upstream(Sent())
    upstream.before = lambda: _swept(store)
    with pytest.raises(Problem, match="took too long and was given back"):
        run(store, held, upstream)
    assert (upstream.marks, upstream.got) == ([False], 0)
    assert state(store) == "held"


def test_a_release_that_lost_its_claim_to_another_does_not_disturb_it(store: SqlStore, held: str) -> None:
    upstream = Upstream(Sent())

    def another_takes_over() -> None:
        _swept(store)
        store.quarantine.move(held, "claim", "console:bob", "r", lease="other")
        store.quarantine.sending(held, "console:bob", "other")

    upstream.before = another_takes_over
    with pytest.raises(Problem):
        run(store, held, upstream)
    assert upstream.got == 0
    assert store.quarantine.move(held, "upstream_took", "console:bob", "r", lease="other") == "released"


def test_nothing_is_sent_where_the_mark_cannot_be_written(store: SqlStore, held: str, tmp_path: Path) -> None:
    upstream = Upstream(Sent())
    database, aside = tmp_path / "hushgate.db", tmp_path / "aside.db"
    upstream.before = lambda: database.rename(aside)
    with pytest.raises(StoreUnavailable):
        run(store, held, upstream)
    assert upstream.got == 0
    aside.rename(database)
    assert state(store) == "releasing"
    assert _swept(store) == 1
    assert state(store) == "held"


def test_a_discarded_message_never_leaves(store: SqlStore, held: str) -> None:
    discard(store.quarantine, held, "console:alice", "a leak")
    with pytest.raises(Problem, match="cannot be released: it is discarded"):
        run(store, held, Upstream(Sent()))
    with pytest.raises(Problem, match="cannot be discarded: it is discarded"):
        discard(store.quarantine, held, "console:alice", "a leak")


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_without_a_reason_nothing_happens(store: SqlStore, held: str, reason: str) -> None:
    upstream = Upstream(Sent())
    with pytest.raises(Problem, match="no reason given"):
        run(store, held, upstream, reason)
    with pytest.raises(Problem, match="no reason given"):
        discard(store.quarantine, held, "console:alice", reason)
    assert (state(store), upstream.seen, events(store)) == ("held", [], ["held"])


def test_what_is_not_there_is_a_problem(store: SqlStore) -> None:
    with pytest.raises(Problem, match="Q-NONE: no such held message"):
        run(store, "Q-NONE", Upstream(Sent()))
    with pytest.raises(Problem, match="Q-NONE: no such held message"):
        discard(store.quarantine, "Q-NONE", "console:alice", "a leak")


def test_a_person_may_risk_a_duplicate(store: SqlStore, held: str) -> None:
    assert run(store, held, Upstream(AnswerLost())).state == "uncertain"
    assert run(store, held, Upstream(Sent())).state == "released"


def _swept(store: SqlStore) -> int:
    return sweep(store.quarantine, datetime.now(UTC) + timedelta(hours=1), timedelta(minutes=15), "sweeper")
