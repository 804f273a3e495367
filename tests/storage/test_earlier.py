"""Earlier mail of the same people is found however long ago it was, and the next message is one of those asked for."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from gateway.console.queue_filter import filter_within
from gateway.model import NewHold, NewRewrite, Recipient
from gateway.storage import tables
from gateway.storage.store import SqlStore
from storage.conftest import Place

Build = Callable[..., NewHold]
SENDER, TO = "mei@platform.example", "somebody@mail.example"


def made(new_hold: Build, number: int, sender: str, *to: str, later: int = 0) -> NewHold:
    hold = new_hold(b"Subject: x\r\n\r\n%d %s\r\n" % (number, sender.encode()))
    envelope = replace(
        hold.envelope,
        sender=sender,
        recipients=tuple(Recipient(one) for one in to),
        received_at=hold.envelope.received_at + timedelta(minutes=later),
    )
    return replace(hold, envelope=envelope, digest=b"%032d" % number)


def noise(store: SqlStore, new_hold: Build, count: int) -> None:
    for number in range(count):
        store.quarantine.hold(made(new_hold, 1000 + number, f"desk{number}@platform.example", "x@y.example"), "relay")


def rewritten(hold: NewHold) -> NewRewrite:
    return NewRewrite(
        hold.envelope, hold.content, hold.digest, b"s" * 32, "r", "p", hold.reports, (), (), (), hold.reading
    )


def test_mail_of_the_same_people_is_found_behind_any_number_of_others(store: SqlStore, new_hold: Build) -> None:
    first = store.quarantine.hold(made(new_hold, 1, "Mei@Platform.example", "another@mail.example"), "relay")
    second = store.quarantine.hold(made(new_hold, 2, "li@platform.example", "Somebody@MAIL.example"), "relay")
    gone = store.rewrites.keep(rewritten(made(new_hold, 3, SENDER, TO)), "relay", original=True)
    noise(store, new_hold, 30)
    own = store.quarantine.hold(made(new_hold, 4, SENDER, TO, later=5), "relay")
    store.quarantine.hold(made(new_hold, 5, SENDER, TO, later=9), "relay")  # later is not earlier
    found = store.earlier.before(own, 3)
    assert {one.id for one in found.by(SENDER)} == {first, gone}
    assert {one.id for one in found.to(TO)} == {second, gone}
    assert found.cut is False
    assert len(found.messages) == 3


def test_of_much_mail_the_newest_is_opened_and_the_page_says_so(store: SqlStore, new_hold: Build) -> None:
    all_ = [store.quarantine.hold(made(new_hold, number, SENDER, TO, later=number), "relay") for number in range(1, 12)]
    found = store.earlier.before(all_[-1], 4)
    assert found.cut is True
    assert [one.id for one in found.by(SENDER)][:4] == all_[-2:-6:-1]
    assert min(found.to(TO), key=lambda one: one.at).id == all_[0]  # since when somebody is known


def test_a_search_for_words_finds_nothing_by_these_digests(store: SqlStore, new_hold: Build) -> None:
    """Nobody who searches learns whose mail it is by a kind of digest that is not for searching."""
    hold = made(new_hold, 1, SENDER, "xiaoming@mail.example")
    held = store.quarantine.hold(hold, "relay")
    for words in ("xiaoming@mail.example", "xiaoming"):
        page = store.quarantine.page(filter_within("").without_words().query())
        assert [row.summary.id for row in page.rows] == [held]
        asked = filter_within(f"q={words}").query()
        known = {row.summary.id for row in store.quarantine.page(asked).rows}
        assert known <= ({held} if "@" in words else set())


def test_an_older_store_learns_whose_mail_it_has(place: Place, new_hold: Build) -> None:
    store = place.open()
    first = store.quarantine.hold(made(new_hold, 1, SENDER, TO), "relay")
    gone = store.rewrites.keep(rewritten(made(new_hold, 3, SENDER, TO)), "relay", original=True)
    store.shut()
    place.age("0019", "earlier_held", "earlier_rewrite")
    with place.outside() as outside:
        outside.execute("DELETE FROM held_terms")
    store = place.open()
    own = store.quarantine.hold(made(new_hold, 4, SENDER, TO), "relay")
    assert {one.id for one in store.earlier.before(own).by(SENDER)} == {first, gone}
    store.shut()
    store = place.open()  # and once is enough
    assert {one.id for one in store.earlier.before(own).to(TO)} == {first, gone}


def test_what_is_forgotten_leaves_no_digest(store: SqlStore, new_hold: Build) -> None:
    hold = made(new_hold, 3, SENDER, TO)
    store.rewrites.keep(rewritten(hold), "relay", original=True)
    held = store.quarantine.hold(made(new_hold, 4, SENDER, TO), "relay")
    store.rewrites.forget(hold.envelope.received_at + timedelta(days=1))
    assert store.quarantine.move(held, "discard", "test", "x") == "discarded"
    with store._ground.transactions.write() as connection:
        connection.execute(tables.outbox.delete())
    assert store.keeping.remove(held, "test", "age") > 0
    with store._ground.transactions.read() as connection:
        for table in (tables.held_terms, tables.rewrite_terms):
            assert connection.execute(select(table)).all() == []


def test_mail_of_nobody_to_nobody_has_no_digest_and_is_kept_all_the_same(store: SqlStore, new_hold: Build) -> None:
    assert store.rewrites.keep(rewritten(made(new_hold, 3, "")), "relay", original=True)
    own = store.quarantine.hold(made(new_hold, 4, ""), "relay")
    assert store.earlier.before(own).messages == ()


def test_the_next_message_is_of_the_filter_and_in_its_order(store: SqlStore, new_hold: Build) -> None:
    of_mei = [store.quarantine.hold(made(new_hold, number, SENDER, TO), "relay") for number in range(3)]
    noise(store, new_hold, 5)
    more = store.quarantine.hold(made(new_hold, 9, SENDER, TO), "relay")
    following = store.earlier.following
    mine = filter_within(f"q={SENDER}").query()
    assert following(of_mei[2], mine) == more
    assert following(more, mine) == of_mei[0]  # from the beginning again
    newest = filter_within(f"q={SENDER}&order=newest").query()
    assert following(of_mei[2], newest) == of_mei[1]
    assert following(of_mei[0], newest) == more
    for one in (*of_mei[1:], more):
        store.quarantine.move(one, "discard", "test", "x")
    assert following(of_mei[0], mine) is None  # and none of another sender
    assert following(of_mei[2], mine) == of_mei[0]
    assert following(of_mei[0]) is not None


def test_a_message_that_is_gone_leads_to_the_first_that_waits(store: SqlStore, new_hold: Build) -> None:
    first = store.quarantine.hold(made(new_hold, 1, SENDER, TO), "relay")
    assert store.earlier.following("Q-GONE") == first
