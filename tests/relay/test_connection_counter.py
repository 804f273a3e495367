"""Connections are counted over several processes, exactly."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.relay.connection_counter import CAPACITY, ROWS, ConnectionCounter


@pytest.fixture
def table() -> Iterator[int]:
    descriptor = ConnectionCounter.create()
    yield descriptor
    os.close(descriptor)


def test_two_processes_see_each_other_and_keep_the_limits(table: int) -> None:
    first, second = ConnectionCounter(table, 0), ConnectionCounter(table, 1)
    slot = first.enter("192.0.2.1", 3, 2)
    assert slot is not None
    assert second.enter("192.0.2.1", 3, 2) is not None
    assert first.enter("192.0.2.1", 3, 2) is None
    assert second.enter("192.0.2.1", 3, 2) is None
    assert first.enter("192.0.2.2", 3, 2) is not None
    assert second.enter("192.0.2.3", 3, 2) is None  # three in all
    first.leave(slot)
    assert second.enter("192.0.2.1", 3, 2) is not None


def test_what_a_dead_process_had_is_given_back(table: int) -> None:
    dead, other = ConnectionCounter(table, ROWS - 1), ConnectionCounter(table, 0)
    for _ in range(5):
        dead.enter("192.0.2.1", 5, 5)
    assert other.enter("192.0.2.1", 5, 5) is None
    ConnectionCounter.clear(table, ROWS - 1)
    assert other.enter("192.0.2.1", 5, 5) is not None
    assert ConnectionCounter(table, ROWS - 1).enter("192.0.2.1", 5, 5) is not None


def test_no_address_stands_in_the_table(table: int) -> None:
    ConnectionCounter(table, 0).enter("192.0.2.77", 5, 5)
    assert b"192.0.2.77" not in os.pread(table, 1 << 20, 0)
    other = ConnectionCounter.create()
    assert ConnectionCounter(other, 0).digest("192.0.2.77") != ConnectionCounter(table, 0).digest("192.0.2.77")
    os.close(other)


def test_a_row_that_is_full_lets_nobody_in_and_does_not_break(table: int) -> None:
    tally = ConnectionCounter(table, 0)
    tally._next = CAPACITY
    assert tally.enter("a", CAPACITY * 2, CAPACITY * 2) == CAPACITY
    assert tally.enter("a", CAPACITY * 2, CAPACITY * 2) is None


@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abc"), st.booleans()), max_size=60))
def test_it_counts_as_a_counter_does(steps: list[tuple[int, str, bool]]) -> None:
    table = ConnectionCounter.create()
    rows = [ConnectionCounter(table, 0), ConnectionCounter(table, 1)]
    os.close(table)
    inside: list[tuple[int, str, int]] = []
    for row, client, comes in steps:
        if comes:
            counted = Counter(name for _, name, _ in inside)
            slot = rows[row].enter(client, 6, 3)
            assert (slot is not None) == (len(inside) < 6 and counted[client] < 3)
            if slot is not None:
                inside.append((row, client, slot))
        elif inside:
            row, _, slot = inside.pop(len(inside) // 2)
            rows[row].leave(slot)


def test_processes_that_come_and_go_at_once_never_pass_the_limit(table: int) -> None:
    fork = multiprocessing.get_context("fork")
    answers = fork.SimpleQueue()

    def busy(row: int) -> None:
        tally = ConnectionCounter(table, row)
        worst = 0
        for _ in range(2000):
            slot = tally.enter("192.0.2.1", 100, 2)
            if slot is not None:
                digest = tally.digest("192.0.2.1")
                worst = max(worst, sum(one[1 : one[0] + 1].count(digest) for one in tally._rows[:4] if one[0]))
                tally.leave(slot)
        answers.put(worst)

    workers = [fork.Process(target=busy, args=(row,)) for row in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert all(worker.exitcode == 0 for worker in workers)
    assert ConnectionCounter(table, 5).enter("192.0.2.1", 1, 1) is not None  # all of them left
