"""The filter of the index: never says nobody where somebody is, says it nearly always where nobody is, and forgets."""

import random
import struct
import threading
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import StoreUnavailable
from gateway.fingerprints.of_report import fingerprints_of_report
from gateway.model import Fingerprints, Item, MaterialMark, Party, Report, ReportStatus
from gateway.storage import bloom_filter
from gateway.storage.index_keys import lookup_keys
from gateway.storage.store import SqlStore
from storage.conftest import Place

KEYS = st.integers(0, (1 << 48) - 1)


def report(number: int, *prints: int, status: ReportStatus = "open") -> Report:
    """With so many fingerprints, an identifier, and words of a picture."""
    packed = struct.pack(f"<{len(prints)}Q", *prints)
    mark = MaterialMark("信", "txt", 9, bytes([number % 256]) * 32, prints=packed, pieces=packed)
    identity = (Item("phone", f"139{number:08}"),)
    return Report(f"R-{number}", status, "2020-09-18", (Party("星儿"),), identity, materials=(mark,))


def fingerprints(*prints: int) -> Fingerprints:
    return Fingerprints(text=struct.pack(f"<{len(prints)}Q", *prints))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts that divide after a few reports, and a short log."""
    monkeypatch.setattr(bloom_filter, "_A_PART", 20)
    monkeypatch.setattr(bloom_filter, "_LOG", 4)


@given(keys=st.lists(KEYS, min_size=1, max_size=30), parts=st.integers(1, 300))
def test_a_part_has_the_keys_of_its_range_and_no_others(keys: list[int], parts: int) -> None:
    ranges = [bloom_filter.range_of(number, parts) for number in range(parts)]
    assert sum(high - low for low, high in ranges) == 1 << 48
    for key, number in zip(keys, bloom_filter.part_of(np.array(keys), parts).tolist(), strict=True):
        assert ranges[number][0] <= key < ranges[number][1]


@given(keys=st.sets(KEYS, min_size=1, max_size=200), parts=st.sampled_from([1, 2, 3, 5, 64]))
def test_every_key_that_was_put_in_passes(keys: set[int], parts: int) -> None:
    bits = np.zeros((parts, bloom_filter.PART_BYTES), np.uint8)
    array = np.array(sorted(keys))
    at = bloom_filter.part_of(array, parts)
    bloom_filter.marked(bits.reshape(-1), at, array)
    for place in bloom_filter._places(array):
        assert ((bits[at, place >> 3] >> (place & 7)) & 1).all()


def test_of_strange_keys_one_in_a_hundred_passes_at_most() -> None:
    random_numbers = np.random.default_rng(1)
    parts = bloom_filter.parts_for(50_000)
    keys, bits = random_numbers.integers(0, 1 << 48, 50_000), np.zeros(parts * bloom_filter.PART_BYTES, np.uint8)
    bloom_filter.marked(bits, bloom_filter.part_of(keys, parts), keys)
    known = bloom_filter.Sieve()
    known._rows, known._parts, known._changes = bits, parts, 1
    passed = known.passed(random_numbers.integers(0, 1 << 48, 50_000))
    assert passed is not None
    assert passed.mean() < 0.01


def table(store: SqlStore) -> tuple[bloom_filter.FilterState, list[bytes], list[bytes]]:
    """The state, the filter as it is, and as it would be if it were made now."""
    with store._ground.transactions.read() as connection:
        state = bloom_filter.state_of(connection)
        kept = [bits for (bits,) in connection.exec_driver_sql("SELECT bits FROM mark_sieve ORDER BY part")]
        keys = np.array([key for (key,) in connection.exec_driver_sql("SELECT DISTINCT key FROM marks")], np.int64)
    fresh = np.zeros((state.parts, bloom_filter.PART_BYTES), np.uint8)
    bloom_filter.marked(fresh.reshape(-1), bloom_filter.part_of(keys, state.parts), keys)
    return state, kept, [row.tobytes() for row in fresh]


def test_after_any_history_the_filter_is_that_of_the_marks_and_who_follows_has_it_too(
    small: None, place: Place
) -> None:
    store, other, late = place.open(), place.open(), place.open()
    other.marks.learn()
    late.marks.learn()
    chosen, there = random.Random(7), dict[int, Report]()
    for step in range(28):
        number = chosen.randrange(12)
        match chosen.randrange(6):
            case 0 if number in there:
                store.reports.erase(f"R-{number}", "t", False)
                del there[number]
                number = -1
            case _:
                prints = [chosen.getrandbits(64) for _ in range(chosen.randrange(25))]
                fresh = number + 100 * step  # an erased report does not come back
                number = number if number in there else fresh
                there[number] = report(number, *prints)
                store.reports.put([there[number]], "t")
        state, kept, fresh_made = table(store)
        assert kept == fresh_made
        assert state.parts == len(kept)
        for one, at in ((other, 1), (late, 9)):
            if step % at == 0:
                one.marks.learn()
                assert one.marks._sieve._rows is not None
                assert one.marks._sieve._rows[: state.parts * bloom_filter.PART_BYTES].tobytes() == b"".join(kept)
        # One that has not looked for a while misses nothing either.
        for known in list(there.values())[-3:]:
            wanted = fingerprints_of_report(known)
            assert known.id in {found for found, _, _ in late.marks.trace(wanted).reports}
            assert not late.marks.cannot_match(wanted)
    assert table(store)[0].parts > 8


def test_what_is_gone_is_nowhere_in_the_file(small: None, store: SqlStore, place: Place) -> None:
    gone, stays = report(1, 11, 12, 13), report(2, 13, 14)
    store.reports.put([gone, stays], "t")
    keys = {int(key) for key in lookup_keys(fingerprints_of_report(gone), store._ground.vault).keys}
    theirs = keys - {int(key) for key in lookup_keys(fingerprints_of_report(stays), store._ground.vault).keys}
    assert any(key.to_bytes(8, "little") in place.raw() for key in theirs)
    store.reports.erase("R-1", "t", False)
    assert not any(key.to_bytes(8, "little") in place.raw() for key in theirs)
    _, kept, made = table(store)
    assert kept == made


def test_digests_that_were_kept_at_first_go_from_the_filter_later(small: None, store: SqlStore) -> None:
    store.reports.put([report(1, *range(100)), report(2, 13, 14)], "t")
    store.reports.erase("R-1", "t", True)
    store.marks.learn()
    assert not store.marks.cannot_match(fingerprints(50))
    store.reports.erase("R-1", "t", False)
    _, kept, made = table(store)
    assert kept == made
    store.marks.learn()
    assert store.marks.trace(fingerprints(*range(50, 60))).reports == ()


def test_a_filter_with_a_hole_is_not_believed(store: SqlStore, place: Place) -> None:
    store.reports.put([report(1, 11)], "t")
    place.outside().execute("UPDATE mark_sieve SET bits = x'00'")
    with pytest.raises(StoreUnavailable):
        store.marks.learn()
    assert not store.marks.cannot_match(fingerprints(12))
    assert store.marks.trace(fingerprints(11)).reports == (("R-1", "text", 1),)


def test_pictures_are_asked_for_in_the_index(store: SqlStore) -> None:
    store.reports.put([report(1, 11, 12)], "t")
    store.marks.learn()
    pieces = Fingerprints(pieces=struct.pack("<2Q", 11, 12))
    assert not store.marks.cannot_match(pieces)
    assert store.marks.trace(pieces).reports == (("R-1", "pieces", 2),)


def test_who_asks_while_reports_come_in_misses_none_that_is_in(small: None, place: Place) -> None:
    store, asking = place.open(), place.open()
    asking.marks.learn()
    stored, missed, over = list[int](), list[int](), threading.Event()

    def ask(seed: int) -> None:
        chosen = random.Random(seed)
        while not over.is_set():
            if stored:
                number = chosen.choice(stored)
                asking.marks.learn()
                wanted = fingerprints(number * 1000, 5)
                if asking.marks.cannot_match(wanted) or not asking.marks.trace(wanted).reports:
                    missed.append(number)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    for number in range(1, 26):
        store.reports.put([report(number, *range(number * 1000, number * 1000 + 12))], "t")
        stored.append(number)
    over.set()
    for thread in threads:
        thread.join()
    assert missed == []


def test_a_store_of_the_version_before_gets_its_filter(place: Place) -> None:
    first = place.open()
    kept = replace(report(3, 31, 32), identity=())
    first.reports.put([report(1, 11, 12), report(2, 21), kept], "t")
    first.reports.erase("R-3", "t", True)
    pictures = place.outside().execute("SELECT key, report FROM picture_marks").fetchall()
    first.shut()
    place.age("0004", "suggestions", "all marks")
    outside = place.outside()
    outside.execute("UPDATE meta SET value = ? WHERE key = 'marks'", (struct.pack(">QQ", 3, 20),))
    outside.executemany("INSERT INTO marks VALUES (?, ?)", pictures)
    again = place.open()
    again.marks.learn()
    for number, prints in ((1, (11, 12)), (2, (21,)), (3, (31, 32))):
        assert {id for id, _, _ in again.marks.trace(fingerprints(*prints)).reports} == {f"R-{number}"}
    assert again.marks.trace(Fingerprints(pieces=struct.pack("<2Q", 31, 32))).reports
    counts = outside.execute("SELECT count(*) FROM picture_marks GROUP BY report").fetchall()
    assert sorted(count for (count,) in counts) == [1, 2, 5]  # of the erased one nobody knows which were pictures'
    _, filter, made = table(again)
    assert filter == made
