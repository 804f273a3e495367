"""What of one sender was held or rewritten: by keyed digest, for a day, each message once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.model import Client, NewHold, Recipient
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place


def test_a_message_counts_once_and_another_content_or_recipient_is_another(
    store: SqlStore, new_hold: Callable[..., NewHold]
) -> None:
    envelope = new_hold().envelope
    for _ in range(3):
        store.senders.note(envelope, b"1", ("name", "phone"), lists=False)
    store.senders.note(envelope, b"2", ("phone",), lists=True)
    store.senders.note(replace(envelope, recipients=(Recipient("a@b.example"),)), b"1", (), lists=False)
    noted = store.senders.after(0)
    assert [(one.kinds, one.lists) for one in noted] == [(("name", "phone"), False), (("phone",), True), ((), False)]
    for parameters in (("ENVID=1",), ("ENVID=2",)):  # each may be a guess
        store.senders.note(replace(envelope, parameters=parameters), b"1", (), lists=False)
        store.senders.note(replace(envelope, recipients=(Recipient("a@b.example", parameters),)), b"1", (), lists=False)
    assert len(store.senders.after(noted[-1].number)) == 4
    assert {one.sender for one in noted} == {store.senders.sender_key("Staff+x@Platform.example")}
    assert {one.client for one in noted} == {store.senders.client_key("192.0.2.7")}
    assert store.senders.after(noted[1].number)[:1] == noted[2:]


def test_one_line_of_ipv6_is_one_client_and_a_bounce_has_a_sender_too(
    store: SqlStore, new_hold: Callable[..., NewHold]
) -> None:
    assert store.senders.client_key("2001:db8::1") == store.senders.client_key("2001:db8::ffff:2")
    envelope = replace(new_hold().envelope, sender="", client=Client("2001:db8::1", "x"))
    store.senders.note(envelope, b"1", ("name",), lists=False)
    assert store.senders.addresses([store.senders.sender_key("")]) == {store.senders.sender_key(""): ""}


def test_a_reviewer_reads_the_address_and_nobody_finds_it_in_the_file(
    store: SqlStore, place: Place, new_hold: Callable[..., NewHold]
) -> None:
    store.senders.note(new_hold().envelope, b"1", ("name",), lists=False)
    key = store.senders.sender_key("staff@platform.example")
    assert store.senders.addresses([key, b"unknown"]) == {key: "staff@platform.example"}
    assert b"staff@platform.example" not in place.raw()
    assert b"192.0.2.7" not in place.raw()


def test_after_a_day_it_is_forgotten_and_so_is_what_a_clock_set_back_left_in_the_future(
    place: Place, new_hold: Callable[..., NewHold]
) -> None:
    now = [datetime(2026, 1, 2, tzinfo=UTC)]
    place.open()
    store = open_store(place.url, Vault(place.key), clock=lambda: now[0])
    envelope = new_hold().envelope
    try:
        for number, hours in enumerate((0, 12, 25, -90)):
            now[0] = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=hours)
            store.senders.note(envelope, b"%d" % number, (), lists=False)
            left = [one.at for one in store.senders.after(0)]
            assert all(abs(now[0] - at) < timedelta(days=1) for at in left)
            assert now[0] in left
    finally:
        store.shut()
