"""The index by which a content is found among all reports: keyed digests of fingerprints, and whose they are.

A look-up is one probe of the primary key for each fingerprint (`storage.index_keys`) that may be somebody's, whatever
the number of reports; of those of texts and words `storage.bloom_filter` knows nearly always that they are nobody's.

What many unrelated reports have says nothing of any of them (the platform's own form, a law's text, a signature). A
fingerprint that `COMMON` different reporters have, of `PARTIES` different reported parties, is remembered as such and
not stored again; against one party a `CROWD` of them. Reports that share anything by which their reporters are known
are one person's, whatever else differs in them, and so are all whose reporter is not known: whoever reports five times
is still one person. A number or account says so only while it is not common itself, and says nothing of itself: it is a
shop's where those who have it are known by other names, and can be reached in another way. What a report gave, or a
person confirmed (`given_marks`), is never common, however many others it was learned for: whoever files reports with
somebody's number in them must not take the protection from it.

Words of pieces of pictures are shared by strangers (a sign, two letters): a report needs `LEAST_PIECES` of them. They
and the hashes of pictures are in a table of their own, so that what is read for a text lies close together.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, bindparam, delete, insert, select, text

from gateway.errors import StoreUnavailable
from gateway.fingerprints.of_report import STRONG, fingerprints_of_report
from gateway.model import Fingerprints, IndexHits, Item, Report, Trace
from gateway.storage import bloom_filter, tables
from gateway.storage.context import Ground
from gateway.storage.index_keys import KINDS, PICTURES, PIECES, LookupKeys, lookup_keys
from gateway.storage.retention import protects, since
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters

COMMON, PARTIES, CROWD = 5, 3, 20
_MOST_COMPARED = 200
"""Reports, of those that have a fingerprint the newest."""
_PERSONAL = ("name", "government_id", "address")
"""Kinds that are hardly learned of shops and hotlines."""
_CONTACTS = ("address", "phone")
_KNOWN_BY = (*_PERSONAL, "phone", "account")
LEAST_PIECES = 2

_AT_ONCE = 500
_PROBES = {
    tables.marks: text("SELECT m.key, m.report FROM json_each(:keys) AS k CROSS JOIN marks AS m ON m.key = k.value"),
    tables.picture_marks: text(
        "SELECT m.key, m.report FROM json_each(:keys) AS k CROSS JOIN picture_marks AS m ON m.key = k.value"
    ),
}
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
            owners = list(_owners(connection, self._ground, wanted))
            common = set(_common(connection, sorted({key for key, _ in owners}))) if owners else set()
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
        added, gone, any_change = set[int](), set[int](), False
        for number, before, after in changes:
            old, new, given = self._keys_of(before), self._keys_of(after), self._given(after)
            self._name_holder(connection, number, after, given)
            came, went = self._replaced(connection, tables.marks, number, old[0], new[0], given, after)
            others = self._replaced(connection, tables.picture_marks, number, old[1], new[1], set(), after)
            any_change = any_change or any((came, went, *others))
            added.update(came)
            gone.update(went)
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
        self,
        connection: Connection,
        table: Table,
        number: int,
        old: set[int],
        new: set[int],
        given: set[int],
        report: Report,
    ) -> tuple[list[int], list[int]]:
        """What came and what went. Of what was `given` nothing is common any more."""
        gone = sorted(old - new)
        if gone:
            statement = delete(table).where(table.c.key == bindparam("gone"), table.c.report == number)
            connection.execute(statement, [{"gone": key} for key in gone])
        if no_more := set(_common(connection, sorted(given))):
            common = tables.common_marks
            values = [{"given": key} for key in no_more]
            connection.execute(delete(common).where(common.c.key == bindparam("given")), values)
        missing = new - old
        if given:  # while it was common it was not stored
            stored = select(table.c.key).where(table.c.key.in_(given), table.c.report == number)
            missing |= given.difference(connection.execute(stored).scalars())
        added = sorted(missing)
        known = set(_common(connection, added))
        added = [key for key in added if key not in known]
        if added:
            connection.execute(insert(table), [{"key": key, "report": number} for key in added])
            self._learn_common(connection, table, [key for key in added if key not in given], report)
        return added, gone

    def forget(self, connection: Connection, number: int) -> None:
        """All marks of a report of which nothing else is known any more. Looks through the whole tables."""
        for table in (tables.picture_marks, tables.marks):
            gone = list(connection.execute(select(table.c.key).where(table.c.report == number)).scalars())
            connection.execute(delete(table).where(table.c.report == number))
        self.forget_holder(connection, number)
        bloom_filter.changed(connection, bloom_filter.state_of(connection), (), gone)

    def reporter(self, report: Report) -> bytes | None:
        """By which reports of one person are known to be of one: a keyed digest, None where nobody is known."""
        item = _surest(report)
        if item is None:
            return None
        folded = fold_address(item.value) if item.kind == "address" else item.value.casefold()
        return self._ground.vault.digest("reporter", f"{item.kind}\0{folded}".encode("utf-8", "replace"))[:16]

    def name_holders(self, connection: Connection, reports: Iterable[tuple[int, Report]]) -> None:
        """Whose the reports of an older store are, and what they gave."""
        for number, report in reports:
            self._name_holder(connection, number, report, self._given(report))

    def _name_holder(self, connection: Connection, number: int, report: Report, given: set[int]) -> None:
        """Whose a report is, and what it gave."""
        self.forget_holder(connection, number)
        if given:
            values = [{"key": key, "report": number} for key in sorted(given)]
            connection.execute(insert(tables.given_marks), values)
        rows = [
            {
                "report": number,
                "digest": digest,
                "key": min(keys, default=0),
                "personal": item.kind in _PERSONAL,
                "contact": item.kind in _CONTACTS,
            }
            for digest, (item, keys) in self._people_of(report).items()
        ]
        if rows:
            connection.execute(insert(tables.reporters), rows)

    def forget_holder(self, connection: Connection, number: int) -> None:
        """Nobody knows any more whose an erased report was, nor what it gave."""
        for table in (tables.given_marks, tables.reporters):
            connection.execute(delete(table).where(table.c.report == number))

    def _people_of(self, report: Report) -> dict[bytes, tuple[Item, tuple[int, ...]]]:
        """By what the report's reporter is known to be the one of another report, each with its keys."""
        known = [item for item in report.identity if item.acts and item.kind in _KNOWN_BY]
        surest = _surest(report)
        items = known or ([] if surest is None else [surest])
        return {self._person(item): (item, self._keys_of_item(report, item)) for item in items}

    def _keys_of_item(self, report: Report, item: Item) -> tuple[int, ...]:
        if item.kind not in STRONG:
            return ()
        bare = Report(report.id, report.status, report.opened_at, (), (item,))
        return tuple(lookup_keys(fingerprints_of_report(bare), self._ground.vault).keys.tolist())

    def _person(self, item: Item) -> bytes:
        folded = fold_address(item.value) if item.kind == "address" else letters(item.value).text
        return self._ground.vault.digest("person", f"{item.kind}\0{folded}".encode("utf-8", "replace"))[:16]

    def _learn_common(self, connection: Connection, marks: Table, keys: Sequence[int], report: Report) -> None:
        """Of these keys, which the report brings, those that enough unrelated reports have by now."""
        holders: dict[int, list[int]] = {}
        for at in range(0, len(keys), _AT_ONCE):
            query = select(marks.c.key, marks.c.report).where(marks.c.key.in_(keys[at : at + _AT_ONCE]))
            for key, number in connection.execute(query.order_by(marks.c.key, marks.c.report.desc())):
                if len(one := holders.setdefault(key, [])) < _MOST_COMPARED:
                    one.append(number)
        many = {key: tuple(numbers) for key, numbers in holders.items() if len(numbers) >= COMMON}
        if marks is tables.marks and many:
            given = tables.given_marks
            query = select(given.c.key).where(given.c.key.in_(many)).distinct()
            for key in connection.execute(query).scalars().all():
                del many[key]
        if not many:
            return
        holders_of = _Holders(connection, sorted({number for numbers in many.values() for number in numbers}))
        people = self._people_of(report).items() if marks is tables.marks else ()
        itself = {key: digest for digest, (_, keys) in people for key in keys}
        # Numbers and accounts first: what is common by now makes nobody one person with anybody.
        for some in ({key: n for key, n in many.items() if (key in itself) is first} for first in (True, False)):
            ignored = holders_of.nobodys(connection)
            known: dict[tuple[tuple[int, ...], bytes], bool] = {}  # the prints of one text have the same holders
            for key, numbers in some.items():
                asked = numbers, itself.get(key, b"")
                if asked not in known:
                    whose = holders_of.besides(itself[key]) if key in itself else holders_of.people
                    known[asked] = _is_common(numbers, whose, holders_of.parties, {*ignored, asked[1]})
            if common := [{"key": key} for key, numbers in some.items() if known[numbers, itself.get(key, b"")]]:
                connection.execute(insert(tables.common_marks), common)

    def _given(self, report: Report) -> set[int]:
        """The keys of what says who the reporter is and was not only learned."""
        told = tuple(item for item in report.identity if item.state in ("given", "confirmed"))
        bare = Report(report.id, report.status, report.opened_at, report.reported, told)
        return set(lookup_keys(fingerprints_of_report(bare), self._ground.vault).keys.tolist())

    def _keys_of(self, report: Report | None) -> tuple[set[int], set[int]]:
        """Of texts and words, and of pictures."""
        if report is None:
            return set(), set()
        whole = lookup_keys(fingerprints_of_report(report), self._ground.vault)
        pictures = whole.kinds >= PICTURES
        return set(whole.keys[~pictures].tolist()), set(whole.keys[pictures].tolist())


def _owners(connection: Connection, ground: Ground, wanted: LookupKeys) -> Iterator[tuple[int, str]]:
    """(key, report id) of reports that protect. The keys are in order, so that neighbours are found on one page."""
    pictures, found = wanted.kinds >= PICTURES, list[tuple[int, int]]()
    for table, so in ((tables.marks, ~pictures), (tables.picture_marks, pictures)):
        if so.any():
            keys = {"keys": json.dumps(wanted.keys[so].tolist())}
            found += [(key, number) for key, number in connection.execute(_PROBES[table], keys)]
    hits = _told(found, wanted)
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


def _told(hits: Sequence[tuple[int, int]], wanted: LookupKeys) -> Sequence[tuple[int, int]]:
    """Without the words of pieces of which a report has fewer than tell anything."""
    words = set(wanted.keys[wanted.kinds == PIECES].tolist())
    if not words:
        return hits
    count = Counter(number for key, number in hits if key in words)
    return [(key, number) for key, number in hits if key not in words or count[number] >= LEAST_PIECES]


def _surest(report: Report) -> Item | None:
    """Of what the reporter is known by, what says surest who that is; the same in whatever order it was learned."""
    known = [item for item in report.identity if item.acts]
    return min(
        known, key=lambda one: (one.kind not in STRONG, one.state == "suggested", one.kind, one.value), default=None
    )


_Digests = dict[int, set[bytes]]


class _Holders:
    """Of some reports, by number, the digests of what their reporters are known by (`personal` of that alone which is
    hardly anybody else's, `contacts` by which they can be reached), and those of their reported parties."""

    def __init__(self, connection: Connection, numbers: Sequence[int]) -> None:
        self.people, self.personal, self.contacts, self.parties = _Digests(), _Digests(), _Digests(), _Digests()
        self._keys: dict[int, bytes] = {}
        reporters, reports, rows = tables.reporters, tables.reports, tables.parties
        relations = ("party", "representative", "account", "named")
        for at in range(0, len(numbers), _AT_ONCE):
            some = numbers[at : at + _AT_ONCE]
            for row in connection.execute(select(reporters).where(reporters.c.report.in_(some))):
                self.people.setdefault(row.report, set()).add(bytes(row.digest))
                if row.contact:
                    self.contacts.setdefault(row.report, set()).add(bytes(row.digest))
                if row.personal:
                    self.personal.setdefault(row.report, set()).add(bytes(row.digest))
                elif row.key:
                    self._keys[row.key] = bytes(row.digest)
            query = (
                select(reports.c.number, rows.c.digest)
                .join(rows, rows.c.report == reports.c.id)
                .where(reports.c.number.in_(some), rows.c.relation.in_(relations))
            )
            for number, digest in connection.execute(query):
                self.parties.setdefault(number, set()).add(bytes(digest))

    def besides(self, itself: bytes) -> _Digests:
        """Who they are apart from a number or account; nobody where they can be reached by nothing else, for then it
        is likely to be their own."""
        return {n: found for n, found in self.personal.items() if self.contacts.get(n, set()) - {itself}}

    def nobodys(self, connection: Connection) -> set[bytes]:
        """Digests of numbers and accounts that are nobody's."""
        return {self._keys[key] for key in _common(connection, sorted(self._keys))}


def _is_common(numbers: Sequence[int], people: _Digests, parties: _Digests, but: set[bytes]) -> bool:
    """Whether what these reports have is many people's. What is `but` makes nobody one person."""
    count = _unrelated(numbers, people, but)
    return count >= CROWD or (count >= COMMON and _unrelated(numbers, parties, set()) >= PARTIES)


def _unrelated(numbers: Sequence[int], digests: _Digests, but: set[bytes]) -> int:
    """How many groups these reports are in, those being in one that share a digest other than `but`; all without any
    are one."""
    groups: list[set[bytes]] = []
    unknown = False
    for number in numbers:
        joined = digests.get(number, set()) - but
        if not joined:
            unknown = True
            continue
        apart = []
        for group in groups:
            if group.isdisjoint(joined):
                apart.append(group)
            else:
                joined |= group
        groups = [*apart, joined]
    return len(groups) + unknown


def _common(connection: Connection, keys: Sequence[int]) -> Iterator[int]:
    table = tables.common_marks
    for at in range(0, len(keys), _AT_ONCE):
        yield from connection.execute(select(table.c.key).where(table.c.key.in_(keys[at : at + _AT_ONCE]))).scalars()


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
