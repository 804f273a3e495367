"""The index by which a content is found among all reports: keyed digests of fingerprints, and whose they are.

A look-up is one probe of the primary key for each fingerprint (`storage.index_keys`) that may be somebody's, whatever
the number of reports; of those of texts and words `storage.bloom_filter` knows nearly always that they are nobody's.

What many unrelated reports have says nothing of any of them and is left out (`storage.common_marks`). What a report
gave, a person confirmed or a letter surely says of its writer (`given_marks`) is never common, however many others it
was learned for: whoever files reports with somebody's number in them must not take the protection from it.

Words of pieces of pictures are shared by strangers (a sign, two letters): a report needs `LEAST_PIECES` of them. They
and the hashes of pictures are in a table of their own, so that what is read for a text lies close together.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text

from gateway.errors import StoreUnavailable
from gateway.fingerprints.identifiers import telephone_numbers
from gateway.fingerprints.of_report import STRONG, fingerprints_of_report
from gateway.fingerprints.own_items import is_of_another, own_items
from gateway.model import Fingerprints, IndexHits, Item, Report, Trace
from gateway.storage import bloom_filter, common_marks, tables
from gateway.storage.context import Ground
from gateway.storage.index_keys import KINDS, PICTURES, PIECES, LookupKeys, lookup_keys
from gateway.storage.retention import protects, since
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters

_KNOWN_BY = ("name", "government_id", "address", "phone", "account")
LEAST_PIECES = 2

_AT_ONCE = 500
_PROBES = {
    tables.marks: text("SELECT m.key, m.report FROM json_each(:keys) AS k CROSS JOIN marks AS m ON m.key = k.value"),
    tables.picture_marks: text(
        "SELECT m.key, m.report FROM json_each(:keys) AS k CROSS JOIN picture_marks AS m ON m.key = k.value"
    ),
}
_OF_REPORTS = text(
    "SELECT m.key, m.report FROM json_each(:keys) AS k CROSS JOIN json_each(:reports) AS r "
    "CROSS JOIN picture_marks AS m ON m.key = k.value AND m.report = r.value"
)
"""One statement and one parameter for any number of keys, and `CROSS JOIN` so that each key is one probe. In
PostgreSQL it is `json_array_elements_text(:keys)::bigint`."""


class MarkStore:
    """`protocols.Marks` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._sieve = bloom_filter.Sieve()

    def trace(self, fingerprints: Fingerprints) -> IndexHits:
        """See `protocols.Marks`."""
        wanted = lookup_keys(fingerprints, self._ground.vault)
        version = self._ground.transactions.version()
        known = self._sieve.fresh(version)
        if known:
            wanted = self._passed(wanted)
        if not len(wanted.keys):
            return IndexHits()
        with self._ground.transactions.read() as connection:
            if not known and self._sieve.learnt:
                self._sieve.learn(connection, version)
                wanted = self._passed(wanted)
            common = common_marks.common_among(connection, wanted.keys.tolist())
            owners = list(_owners(connection, self._ground, wanted, common))
        return _traced(wanted, owners, common)

    def cannot_match(self, fingerprints: Fingerprints) -> bool:
        """See `protocols.Marks`."""
        try:
            if not self._sieve.fresh(self._ground.transactions.version()):
                return False
        except StoreUnavailable:
            return False
        wanted = lookup_keys(fingerprints, self._ground.vault)
        if (wanted.kinds >= PICTURES).any():
            return False
        passed = self._sieve.passed(wanted.keys, wait=False)
        return passed is not None and not passed.any()

    def learn(self) -> None:
        """See `protocols.Marks`."""
        version = self._ground.transactions.version()
        if not self._sieve.fresh(version):
            with self._ground.transactions.read() as connection:
                self._sieve.learn(connection, version, wait=False)  # whoever is at it is nearly done

    def _passed(self, wanted: LookupKeys) -> LookupKeys:
        """Without those that surely nobody has."""
        passed = self._sieve.passed(wanted.keys)
        return wanted if passed is None else wanted.only(passed | (wanted.kinds >= PICTURES))

    def replace(self, connection: Connection, changes: Iterable[tuple[int, Report | None, Report]]) -> None:
        """Make the marks of reports (by their numbers, as they were and as they are now) those of their new form, in
        the transaction that changes them."""
        added, gone, doubtful, fresh, any_change = set[int](), set[int](), set[int](), set[int](), False
        for number, before, after in changes:
            old, new, given = self._keys_of(before), self._keys_of(after), self._given(after)
            is_another = self._name_holder(connection, number, after, given)
            came, went = self._replaced(connection, tables.marks, number, old[0], new[0], given)
            others = self._replaced(connection, tables.picture_marks, number, old[1], new[1], set())
            any_change = any_change or any((came, went, *others))
            added.update(came)
            gone.update(went)
            fresh |= given
            if before is not None:
                is_another = is_another or before.reported != after.reported
                doubtful.update(*old, *new) if is_another else doubtful.update(went, others[1])
        common_marks.reconsider(connection, doubtful, fresh)
        if any_change:
            bloom_filter.changed(connection, bloom_filter.state_of(connection), sorted(added), sorted(gone))

    def whole(self, connection: Connection) -> bool:
        """Whether the filter is there: not in a new store, nor in one of an earlier version."""
        return bloom_filter.state_of(connection).parts > 0

    def make_whole(self, connection: Connection) -> None:
        """See `whole`. Nothing where it is."""
        if not self.whole(connection):
            bloom_filter.make(connection, bloom_filter.state_of(connection))

    def _replaced(
        self, connection: Connection, table: Table, number: int, old: set[int], new: set[int], given: set[int]
    ) -> tuple[list[int], list[int]]:
        """What came and what went."""
        gone = sorted(old - new)
        if gone:
            statement = delete(table).where(table.c.key == bindparam("gone"), table.c.report == number)
            connection.execute(statement, [{"gone": key} for key in gone])
        if not (added := sorted(new - old)):
            return [], gone
        connection.execute(insert(table), [{"key": key, "report": number} for key in added])
        known = common_marks.common_among(connection, added)
        added = [key for key in added if key not in known]  # what is common the filter has already
        common_marks.learn(connection, table, [key for key in added if key not in given])
        return added, gone

    def forget(self, connection: Connection, number: int) -> None:
        """All marks of a report of which nothing else is known any more. Looks through the whole tables."""
        gone, others = (
            list(connection.execute(select(table.c.key).where(table.c.report == number)).scalars())
            for table in (tables.marks, tables.picture_marks)
        )
        for table in (tables.marks, tables.picture_marks):
            connection.execute(delete(table).where(table.c.report == number))
        self._forget_holder(connection, number)
        common_marks.reconsider(connection, (*gone, *others))
        bloom_filter.changed(connection, bloom_filter.state_of(connection), (), gone)

    def forget_holder(self, connection: Connection, number: int, before: Report) -> None:
        """Nobody knows any more whose an erased report was, nor what it gave; its marks stay."""
        self._forget_holder(connection, number)
        texts, pictures = self._keys_of(before)
        common_marks.reconsider(connection, texts | pictures)

    def make_anew(self, connection: Connection, reports: Iterable[tuple[int, Report]]) -> None:
        """What an older store lacks: all marks of each report, of common things too, whose it is, what it gave, and by
        them what is common now."""
        for number, report in reports:
            self._name_holder(connection, number, report, self._given(report))
            for table, keys in zip((tables.marks, tables.picture_marks), self._keys_of(report), strict=True):
                if rows := [{"key": key, "report": number} for key in sorted(keys)]:
                    connection.execute(insert(table).prefix_with("OR IGNORE"), rows)
        common_marks.learn_all(connection)
        count = connection.execute(select(func.count()).select_from(tables.marks)).scalar_one()
        state = bloom_filter.state_of(connection)
        bloom_filter.make(connection, bloom_filter.FilterState(state.changes + 1, count, state.parts))

    def _name_holder(self, connection: Connection, number: int, report: Report, given: set[int]) -> bool:
        """Whose a report is, and what it gave. Whether it is another person's than before, or was nobody's."""
        table = tables.reporters
        before = connection.execute(select(table.c.digest).where(table.c.report == number)).scalars()
        known = {bytes(digest) for digest in before}
        self._forget_holder(connection, number)
        if given:
            values = [{"key": key, "report": number} for key in sorted(given)]
            connection.execute(insert(tables.given_marks), values)
        people = self._people_of(report)
        rows = [
            {"report": number, "digest": digest, "key": key, "kind": item.kind}
            for digest, (item, keys) in people.items()
            for key in keys or (0,)
        ]
        if rows:
            connection.execute(insert(table), rows)
        return known != people.keys()

    def _forget_holder(self, connection: Connection, number: int) -> None:
        for table in (tables.given_marks, tables.reporters):
            connection.execute(delete(table).where(table.c.report == number))

    def _people_of(self, report: Report) -> dict[bytes, tuple[Item, tuple[int, ...]]]:
        """By what the report's reporter is known to be the one of another report, each with its keys."""
        known = [item for item in report.identity if item.acts and item.kind in _KNOWN_BY and not is_of_another(item)]
        surest = _surest(report)
        items = known or ([] if surest is None else [surest])
        return {self._person(item): (item, self._keys_of_item(report, item)) for item in items}

    def _keys_of_item(self, report: Report, item: Item) -> tuple[int, ...]:
        if item.kind not in STRONG:
            return ()
        bare = Report(report.id, report.status, report.opened_at, (), (item,))
        return tuple(lookup_keys(fingerprints_of_report(bare), self._ground.vault).keys.tolist())

    def _person(self, item: Item) -> bytes:
        match item.kind:
            case "address":
                folded = fold_address(item.value)
            case "phone":  # the same with country code, blanks and signs
                folded = next(telephone_numbers(item.value), "").lstrip("0") or letters(item.value).text
            case _:
                folded = letters(item.value).text
        return self._ground.vault.digest("person", f"{item.kind}\0{folded}".encode("utf-8", "replace"))[:16]

    def _given(self, report: Report) -> set[int]:
        """The keys of what says who the reporter is and was not only learned, or surely of a letter's writer."""
        told = tuple(item for item in report.identity if item.state in ("given", "confirmed"))
        own = own_items(report.identity)
        bare = Report(report.id, report.status, report.opened_at, report.reported, (*told, *own))
        return set(lookup_keys(fingerprints_of_report(bare), self._ground.vault).keys.tolist())

    def _keys_of(self, report: Report | None) -> tuple[set[int], set[int]]:
        """Of texts and words, and of pictures."""
        if report is None:
            return set(), set()
        whole = lookup_keys(fingerprints_of_report(report), self._ground.vault)
        pictures = whole.kinds >= PICTURES
        return set(whole.keys[~pictures].tolist()), set(whole.keys[pictures].tolist())


def _owners(connection: Connection, ground: Ground, whole: LookupKeys, common: set[int]) -> Iterator[tuple[int, str]]:
    """(key, report id) of reports that protect, without what is common. The keys are in order, so that neighbours are
    found on one page."""
    wanted = whole.only(~np.isin(whole.keys, list(common))) if common else whole
    pictures, found = wanted.kinds >= PICTURES, list[tuple[int, int]]()
    for table, so in ((tables.marks, ~pictures), (tables.picture_marks, pictures)):
        if so.any():
            keys = {"keys": json.dumps(wanted.keys[so].tolist())}
            found += [(key, number) for key, number in connection.execute(_PROBES[table], keys)]
    hits = _told(connection, found, wanted, common.intersection(whole.keys[whole.kinds == PIECES].tolist()))
    reports = tables.reports
    numbers = sorted({number for _, number in hits})
    ids: dict[int, str] = {}
    for at in range(0, len(numbers), _AT_ONCE):
        some = numbers[at : at + _AT_ONCE]
        query = select(reports.c.number, reports.c.id).where(reports.c.number.in_(some), protects(ground))
        ids.update((row.number, row.id) for row in connection.execute(query, since(ground)))
    for key, number in hits:
        if number in ids:
            yield key, ids[number]


def _told(
    connection: Connection, hits: Sequence[tuple[int, int]], wanted: LookupKeys, common: set[int]
) -> Sequence[tuple[int, int]]:
    """Without the words of pieces of which a report has fewer than tell anything. One of them may be common."""
    words = set(wanted.keys[wanted.kinds == PIECES].tolist())
    count = Counter(number for key, number in hits if key in words)
    few = [number for number, seen in count.items() if seen < LEAST_PIECES]
    if not few:
        return hits
    if common:
        asked = {"keys": json.dumps(sorted(common)), "reports": json.dumps(sorted(few))}
        count.update(number for _, number in connection.execute(_OF_REPORTS, asked))
    return [(key, number) for key, number in hits if key not in words or count[number] >= LEAST_PIECES]


def _surest(report: Report) -> Item | None:
    """Of what the reporter is known by, what says surest who that is; the same in whatever order it was learned."""
    known = [item for item in report.identity if item.acts]
    return min(
        known, key=lambda one: (one.kind not in STRONG, one.state == "suggested", one.kind, one.value), default=None
    )


def _traced(wanted: LookupKeys, owners: Iterable[tuple[int, str]], common: set[int]) -> IndexHits:
    seen: Counter[tuple[str, Trace]] = Counter()
    for key, report in owners:
        if key not in common:
            seen[report, KINDS[wanted.kinds[_place(wanted, key)]]] += 1
    lists: dict[str, list[bytes]] = {}
    for key in sorted(common):
        at = _place(wanted, key)
        lists.setdefault(KINDS[wanted.kinds[at]], []).append(int(wanted.values[at]).to_bytes(8, "little"))
    fields: dict[str, Any] = {kind: b"".join(dict.fromkeys(values)) for kind, values in lists.items()}
    return IndexHits(tuple((report, kind, count) for (report, kind), count in seen.items()), Fingerprints(**fields))


def _place(wanted: LookupKeys, key: int) -> int:
    """Of a key that was asked for: they are in order, and may be millions."""
    return int(np.searchsorted(wanted.keys, key))
