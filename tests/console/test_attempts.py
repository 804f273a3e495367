"""Guessing is slow, whoever guesses and however many at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gateway.console.attempts import Attempts, client_key

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_many_attempts_at_once_are_no_more_than_one_after_the_other() -> None:
    attempts = Attempts(5)
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: attempts.begin(NOW, "mei"), range(200))) == 5


def test_the_door_opens_again_and_another_name_was_never_shut_out() -> None:
    attempts = Attempts(1, timedelta(minutes=5))
    assert attempts.begin(NOW, "mei")
    assert not attempts.begin(NOW + timedelta(minutes=4), "mei")
    assert attempts.begin(NOW, "li")
    assert attempts.begin(NOW + timedelta(minutes=5), "mei")


def test_success_forgets() -> None:
    attempts = Attempts(1)
    assert attempts.begin(NOW, "mei")
    attempts.succeeded("mei")
    assert attempts.begin(NOW, "mei")


def test_an_attempt_that_one_key_may_not_make_counts_for_none() -> None:
    attempts = Attempts(1)
    attempts.begin(NOW, "mei")
    assert not attempts.begin(NOW, "mei", "client")
    assert attempts.begin(NOW, "client")


def test_a_flood_of_names_takes_bounded_memory() -> None:
    attempts = Attempts(5, size=10)
    for number in range(100):
        attempts.begin(NOW, f"{number}" + "x" * 10_000)
    assert len(attempts._made) == 10
    assert max(map(len, attempts._made)) <= 80


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
