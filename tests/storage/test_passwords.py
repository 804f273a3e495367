"""What is remembered of passwords: sealed, found by ties, bounded in number and in time."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.storage.engine import open_store
from gateway.storage.passwords import MOST_GIVEN, OF_A_SENDER, OF_A_TIE
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

NOW = [datetime(2026, 1, 2, tzinfo=UTC)]


@pytest.fixture
def remembering(tmp_path: Path) -> Iterator[SqlStore]:
    NOW[0] = datetime(2026, 1, 2, tzinfo=UTC)
    store = open_store(f"sqlite:///{tmp_path}/p.db", Vault(b"k" * 32), clock=lambda: NOW[0], password_hours=48)
    yield store
    store.shut()


def count(store: SqlStore, tmp_path: Path) -> int:
    with store._ground.transactions.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM passwords").scalar() or 0)


def test_what_was_given_is_found_by_any_tie_the_newest_first(remembering: SqlStore) -> None:
    passwords = remembering.passwords
    passwords.give("a@x.example", ["one", "two"], ["first"])
    passwords.give("a@x.example", ["two"], ["second"])
    assert passwords.given(["one"]) == ("first",)
    assert passwords.given(["two", "three"]) == ("second", "first")
    assert passwords.given(["three"]) == passwords.given([]) == ()
    passwords.give("a@x.example", ["two"], ["first"])  # said again
    assert passwords.given(["two"]) == ("first", "second")


def test_another_process_and_a_restart_know_it(tmp_path: Path) -> None:
    url, vault = f"sqlite:///{tmp_path}/p.db", Vault(b"k" * 32)
    one, other = open_store(url, vault), open_store(url, vault)
    one.passwords.give("a@x.example", ["tie"], ["word"])
    assert other.passwords.given(["tie"]) == ("word",)
    one.shut()
    other.shut()
    again = open_store(url, vault)
    assert again.passwords.given(["tie"]) == ("word",)
    again.shut()


def test_a_password_tells_which_held_messages_wait(remembering: SqlStore) -> None:
    passwords = remembering.passwords
    passwords.wait("a@x.example", ["tie"], "Q-1")
    passwords.wait("a@x.example", ["tie", "other"], "Q-2")
    assert passwords.give("b@x.example", ["tie"], ["word"]) == ("Q-2", "Q-1")
    assert passwords.give("b@x.example", ["other"], ["word"]) == ("Q-2",)
    assert passwords.given(["tie"]) == ("word",)  # ids are no passwords


def test_it_ends(remembering: SqlStore, tmp_path: Path) -> None:
    passwords = remembering.passwords
    passwords.give("a@x.example", ["tie"], ["word"])
    NOW[0] += timedelta(hours=47)
    assert passwords.given(["tie"]) == ("word",)
    assert passwords.forget_old() == 0
    NOW[0] += timedelta(hours=2)
    assert passwords.given(["tie"]) == ()
    assert passwords.forget_old() == 1
    assert count(remembering, tmp_path) == 0


def test_a_clock_that_was_set_back_keeps_nothing_for_ever(remembering: SqlStore) -> None:
    remembering.passwords.give("a@x.example", ["tie"], ["word"])
    NOW[0] -= timedelta(days=900)
    assert remembering.passwords.given(["tie"]) == ()
    assert remembering.passwords.forget_old() == 1


def test_it_is_bounded(remembering: SqlStore, tmp_path: Path) -> None:
    passwords = remembering.passwords
    for number in range(3 * OF_A_TIE):
        passwords.give("a@x.example", ["tie"], [f"{number}-{n}" for n in range(3)])
    assert len(passwords.given(["tie"])) == MOST_GIVEN
    assert passwords.given(["tie"])[0] == f"{3 * OF_A_TIE - 1}-0"
    assert count(remembering, tmp_path) == OF_A_TIE
    for number in range(OF_A_SENDER // 100 + 2):
        passwords.give("A@x.example", [f"{number} {n}" for n in range(100)], ["word"])
    assert count(remembering, tmp_path) == OF_A_SENDER
    passwords.give("another@x.example", ["its own"], ["word"])
    assert passwords.given(["its own"]) == ("word",)


def test_a_sender_who_gives_without_end_takes_nobody_s_place(
    remembering: SqlStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit counts what is kept, not what was ever written."""
    monkeypatch.setattr("gateway.storage.passwords.IN_ALL", OF_A_SENDER + 50)
    passwords = remembering.passwords
    passwords.give("another@x.example", ["its own"], ["word"])
    for number in range(2 * OF_A_SENDER // 100):
        passwords.give("a@x.example", [f"{number} {n}" for n in range(100)], ["junk"])
    assert passwords.given(["its own"]) == ("word",)


def test_a_mail_full_of_words_hides_no_other_s(remembering: SqlStore) -> None:
    remembering.passwords.give("a@x.example", ["tie"], ["right"])
    for mail in range(3):
        remembering.passwords.give("a@x.example", ["tie"], [f"{mail} {n}" for n in range(MOST_GIVEN)])
    assert "right" in remembering.passwords.given(["tie"])


def test_with_no_hours_nothing_is_remembered(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/p.db", Vault(b"k" * 32), password_hours=0)
    store.passwords.wait("a@x.example", ["tie"], "Q-1")
    assert store.passwords.give("a@x.example", ["tie"], ["word"]) == ()
    assert store.passwords.given(["tie"]) == ()
    assert count(store, tmp_path) == 0
    store.shut()


def test_nothing_of_it_is_in_the_files(remembering: SqlStore, tmp_path: Path) -> None:
    remembering.passwords.give("kefu@x.example", ["pair kefu@x.example b@y.example"], ["Ab#12x-secret"])
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    for word in (b"Ab#12x-secret", b"kefu@x", b"b@y.example"):
        assert word not in raw
