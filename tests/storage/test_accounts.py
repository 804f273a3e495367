"""Who may sign in."""

from datetime import UTC, datetime, timedelta

from gateway.storage.protocols import Person
from gateway.storage.store import SqlStore
from storage.conftest import Place

NOW = datetime.now(UTC)
SOON, PAST = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
ALICE = Person("alice", "admin", "$argon2id$hash")


def set_up(store: SqlStore, person: Person = ALICE) -> None:
    store.people.issue_setup("token", SOON)
    assert store.people.set_up("token", person, NOW)


def test_a_set_up_link_adds_one_person_once(store: SqlStore) -> None:
    assert not store.people.any()
    set_up(store)
    assert store.people.any()
    assert store.people.find("alice") == ALICE
    assert not store.people.set_up("token", Person("mallory", "admin", "h"), NOW)
    assert store.people.find("mallory") is None


def test_a_wrong_an_old_and_a_replaced_link_do_nothing(store: SqlStore) -> None:
    assert not store.people.set_up("token", ALICE, NOW)
    store.people.issue_setup("token", PAST)
    assert not store.people.set_up("token", ALICE, NOW)
    store.people.issue_setup("first", SOON)
    store.people.issue_setup("second", SOON)
    assert not store.people.set_up("first", ALICE, NOW)
    assert not store.people.set_up("third", ALICE, NOW)
    assert not store.people.any()
    assert store.people.set_up("second", ALICE, NOW)


def test_a_session_lasts_until_it_ends(store: SqlStore) -> None:
    set_up(store)
    store.people.open_session("cookie", "alice", SOON)
    assert store.people.session("cookie", NOW) == ALICE
    assert store.people.session("other", NOW) is None
    assert store.people.session("cookie", SOON + timedelta(seconds=1)) is None
    store.people.close_session("cookie")
    store.people.close_session("cookie")
    assert store.people.session("cookie", NOW) is None


def test_a_new_password_ends_the_sessions_of_the_old_one(store: SqlStore) -> None:
    set_up(store)
    store.people.open_session("cookie", "alice", SOON)
    set_up(store, Person("alice", "reviewer", "new"))
    assert store.people.session("cookie", NOW) is None
    assert store.people.find("alice") == Person("alice", "reviewer", "new")


def test_sessions_that_ran_out_are_forgotten(store: SqlStore, place: Place) -> None:
    set_up(store)
    store.people.open_session("old", "alice", PAST)
    store.people.open_session("new", "alice", SOON)
    assert place.outside().execute("SELECT count(*) FROM sessions").fetchone() == (1,)


def test_no_token_is_stored(store: SqlStore, place: Place) -> None:
    set_up(store)
    store.people.issue_setup("setup-token-in-clear", SOON)
    store.people.open_session("session-token-in-clear", "alice", SOON)
    assert b"token-in-clear" not in place.raw()


def test_what_people_do_is_in_the_audit_log(store: SqlStore) -> None:
    set_up(store)
    store.people.open_session("cookie", "alice", SOON)
    store.people.close_session("cookie")
    assert [(entry.actor, entry.event) for entry in store.audit.entries()] == [
        ("console", "setup_issued"),
        ("console:alice", "person_set_up"),
        ("console:alice", "signed_in"),
        ("console:alice", "signed_out"),
    ]


def test_a_password_hash_is_not_shown() -> None:
    assert "argon2" not in repr(ALICE)
