"""Guessing is slow, whoever guesses and however many at once; and nobody shuts somebody else out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.console.rate_limit import BY_CLIENT, BY_CLIENT_AND_NAME, BY_NAME, Attempts, Pace, client_key

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ZERO = timedelta(0)
ONE = Pace(1)


def test_many_attempts_at_once_are_no_more_than_one_after_the_other() -> None:
    attempts = Attempts()
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: attempts.begin(NOW, {"mei": Pace(5)}), range(200)))
    assert waits.count(ZERO) == 5


def test_each_wait_is_twice_the_one_before_up_to_a_limit_that_a_person_bears() -> None:
    attempts, now, waits = Attempts(), NOW, []
    for _ in range(14):
        while wait := attempts.begin(now, {"mei": BY_CLIENT_AND_NAME}):
            now += wait
            waits.append(wait.total_seconds())
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_what_is_refused_does_not_make_the_wait_longer() -> None:
    attempts = Attempts()
    attempts.begin(NOW, {"mei": ONE})
    for second in range(60):
        if not attempts.begin(NOW + timedelta(seconds=second), {"mei": ONE}):
            break
    assert second == 1


def test_strangers_elsewhere_and_other_names_wait_for_nobody() -> None:
    attempts = Attempts()
    for _ in range(500):
        attempts.begin(NOW, {"client:a mei": BY_CLIENT_AND_NAME, "client:a": BY_CLIENT})
        attempts.slower(NOW, "name:mei", BY_NAME)
    assert attempts.begin(NOW, {"client:b mei": BY_CLIENT_AND_NAME, "client:b": BY_CLIENT}) == ZERO
    assert attempts.slower(NOW, "name:mei", BY_NAME) == BY_NAME.longest == timedelta(seconds=1)


def test_success_and_time_forget() -> None:
    attempts = Attempts()
    attempts.begin(NOW, {"mei": ONE})
    attempts.succeeded("mei")
    assert attempts.begin(NOW, {"mei": ONE}) == ZERO
    assert attempts.begin(NOW, {"mei": ONE}) > ZERO
    assert attempts.begin(NOW + ONE.forgets, {"mei": ONE}) == ZERO


def test_an_attempt_that_one_key_may_not_make_counts_for_none() -> None:
    attempts = Attempts()
    attempts.begin(NOW, {"mei": ONE})
    assert attempts.begin(NOW, {"mei": ONE, "client": ONE}) > ZERO
    assert attempts.begin(NOW, {"client": ONE}) == ZERO


def test_a_flood_of_names_takes_bounded_memory() -> None:
    attempts = Attempts(size=10)
    for number in range(100):
        attempts.begin(NOW, {f"{number}" + "x" * 10_000: ONE})
        attempts.slower(NOW, f"n{number}" + "x" * 10_000, ONE)
    assert len(attempts._made) == 10
    assert max(map(len, attempts._made)) <= 120


class Door(RuleBasedStateMachine):
    """Whatever a stranger does and the clock says, the owner is let in from elsewhere at once, and from the same
    address within the longest wait after the stranger stops."""

    def __init__(self) -> None:
        super().__init__()
        self.attempts, self.now, self.tried = Attempts(), NOW, list[datetime]()

    @rule(times=st.integers(1, 40))
    def the_stranger_guesses(self, times: int) -> None:
        for _ in range(times):
            if not self.attempts.begin(self.now, {"a mei": BY_CLIENT_AND_NAME, "a": BY_CLIENT}):
                self.tried.append(self.now)

    @rule(seconds=st.integers(-100_000, 2_000))
    def the_clock_goes_on_or_back(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        if seconds < 0:
            self.tried.clear()

    @invariant()
    def the_owner_gets_in(self) -> None:
        assert self.attempts.begin(self.now, {"b mei": BY_CLIENT_AND_NAME, "b": BY_CLIENT}) == ZERO
        self.attempts.succeeded("b mei", "b")
        wait = self.attempts.begin(self.now, {"a mei": BY_CLIENT_AND_NAME})
        assert wait <= BY_CLIENT_AND_NAME.longest
        if not wait:
            self.tried.append(self.now)

    @invariant()
    def a_minute_is_few_guesses(self) -> None:
        assert sum(self.now - when < timedelta(minutes=1) for when in self.tried) <= 11


TestDoor = Door.TestCase
TestDoor.settings = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("testclient", "other", False),
    ],
)
def test_a_client_is_whom_one_provider_line_belongs_to(one: str, other: str, same: bool) -> None:
    assert (client_key(one) == client_key(other)) is same
