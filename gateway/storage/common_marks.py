"""Which fingerprints are many people's, and so tell of nobody: the platform's form, a law's text, a shop's number.

A fingerprint is common while `COMMON` different people have handed it in against `PARTIES` different parties; against
fewer a `CROWD` of them. Reports that share anything by which their reporters are known are one person's, whatever else
differs in them. A mailbox or an account is made in a minute: all who are known by nothing else count together as one,
and so do all of whom nothing is known, up to a crowd.

A number, an account or an address says by itself nothing of who has it. It is a shop's where those who have it are
known by other names, or government ids, and can be reached in another way; once it is, it makes nobody one person with
anybody.

Nothing is common for ever. Every report keeps its marks, whatever is common. A key is judged when a report brings it,
and once more when a report that has it changes or is erased, or a number that had told nothing tells of somebody again.

In: keys, in the transaction that changes the marks. Out: rows of `common_marks`. Raises StoreUnavailable.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, text

from gateway.storage import tables

COMMON, PARTIES, CROWD = 5, 3, 20
_COMPARED = 100
"""Reports that have a fingerprint, the oldest and the newest; more are not compared."""
_NAMED = ("name", "government_id")
"""Kinds of what one person has one of."""
_SOMEBODY = (*_NAMED, "phone")
"""Kinds that are not made in a minute."""
_CONTACTS = ("address", "phone")
_AT_ONCE = 500
_TABLES = (tables.marks, tables.picture_marks)

_AMONG = text("SELECT c.key FROM json_each(:keys) AS k CROSS JOIN common_marks AS c ON c.key = k.value")
_HOLDERS_OF = """
SELECT k.value AS key,
 (SELECT group_concat(report) FROM (SELECT report FROM marks WHERE key = k.value ORDER BY report LIMIT :most))
   AS oldest,
 (SELECT group_concat(report) FROM
   (SELECT report FROM marks WHERE key = k.value ORDER BY report DESC LIMIT :most)) AS newest
FROM json_each(:keys) AS k WHERE oldest IS NOT NULL"""
_NEIGHBOURS_OF = """
SELECT c.key FROM common_marks AS c WHERE EXISTS
 (SELECT 1 FROM json_each(:reports) AS r CROSS JOIN marks AS m ON m.key = c.key AND m.report = r.value)"""
_ENDS, _NEIGHBOURS = (
    {table: text(query.replace(" marks", f" {table.name}")) for table in _TABLES}
    for query in (_HOLDERS_OF, _NEIGHBOURS_OF)
)
_KNOWN_BY = text(
    "SELECT DISTINCT report, digest, kind FROM reporters WHERE report IN (SELECT value FROM json_each(:reports))"
)
_NUMBERS = text(
    "SELECT DISTINCT key, digest FROM reporters WHERE report IN (SELECT value FROM json_each(:reports)) "
    "AND key IN (SELECT value FROM json_each(:keys))"
)
_NOBODYS = text(
    "SELECT DISTINCT digest FROM reporters WHERE report IN (SELECT value FROM json_each(:reports)) "
    "AND kind != 'government_id' AND key IN (SELECT key FROM common_marks)"
)
_REPORTED = text(
    "SELECT r.number, p.digest FROM reports AS r JOIN parties AS p ON p.report = r.id "
    "WHERE r.number IN (SELECT value FROM json_each(:reports)) "
    "AND p.relation IN ('party', 'representative', 'account', 'named')"
)

_Held = dict[int, tuple[int, ...]]
_Digests = dict[int, set[bytes]]


def common_among(connection: Connection, keys: Iterable[int]) -> set[int]:
    """Those of these keys that are common."""
    asked = sorted(keys)
    return set(connection.execute(_AMONG, {"keys": json.dumps(asked)}).scalars()) if asked else set()


def learn(connection: Connection, table: Table, keys: Sequence[int]) -> None:
    """Of these keys of a table, which are not common, remember those that are by now."""
    if not (many := _many(connection, table, keys)):
        return
    holders = _Holders(connection, many)
    for some in holders.in_turn(many):
        while found := holders.of_many(connection, some):  # what is common makes nobody one person: look once more
            connection.execute(insert(tables.common_marks), [{"key": key} for key in sorted(found)])
            some = {key: numbers for key, numbers in some.items() if key not in found}


def learn_all(connection: Connection) -> None:
    """Judge everything anew."""
    connection.execute(delete(tables.common_marks))
    # Numbers come first: by what is theirs alone nobody is one person with anybody.
    numbers = tables.reporters.c.key
    found = set(connection.execute(select(numbers).where(numbers != 0).distinct()).scalars())
    for table in _TABLES:
        grouped = select(table.c.key).group_by(table.c.key).having(func.count() >= COMMON)
        keys = connection.execute(grouped).scalars().all()
        for part in (sorted(found.intersection(keys)), sorted(set(keys) - found)):
            for at in range(0, len(part), _AT_ONCE):
                learn(connection, table, part[at : at + _AT_ONCE])


def reconsider(connection: Connection, keys: Iterable[int], given: Iterable[int] = ()) -> None:
    """Judge these keys once more. Forgotten is what is common no longer: of these keys, all that are `given`, and what
    was common because a number that fell told of nobody. Learned is what is common by now: who a report is of may be
    known since, and two people may have been one by a report that is gone."""
    asked = set(keys)
    _forget_fallen(connection, asked, given)
    rest = sorted(asked - common_among(connection, asked))
    for table in _TABLES:
        for at in range(0, len(rest), _AT_ONCE):
            learn(connection, table, rest[at : at + _AT_ONCE])


def _forget_fallen(connection: Connection, keys: Iterable[int], given: Iterable[int]) -> None:
    fallen = common_among(connection, given)
    doubtful = common_among(connection, keys) - fallen
    if not doubtful and not fallen:
        return
    many = _held(connection, doubtful)
    holders = _Holders(connection, many)
    first, rest = holders.in_turn(many)
    fallen |= (doubtful - many.keys()) | (first.keys() - holders.of_many(connection, first))
    _forget(connection, fallen)
    left = _held(connection, fallen, 1)
    numbers, _ = _Holders(connection, left).in_turn(left)
    if numbers and (more := _neighbours(connection, {report for some in numbers.values() for report in some})):
        rest |= _held(connection, more - rest.keys())
        holders = _Holders(connection, rest)
    _forget(connection, rest.keys() - holders.of_many(connection, rest))


def people_of(connection: Connection, numbers: Sequence[int]) -> int:
    """How many people these reports are surely of: known by a name, a government id or a telephone."""
    holders = _Holders(connection, {0: tuple(numbers)})
    groups, _ = _groups(numbers, holders.known, holders.nobodys(connection))
    return _with_any(groups, holders.somebody)


def _many(connection: Connection, table: Table, keys: Sequence[int]) -> _Held:
    """The reports of those keys that enough reports have and none has given."""
    held = {key: numbers for key, numbers in _ends(connection, table, keys) if len(numbers) >= COMMON}
    for key in _given(connection, held) if table is tables.marks else ():
        del held[key]
    return held


def _held(connection: Connection, keys: Iterable[int], least: int = COMMON) -> _Held:
    """The reports that have each of these keys, where there are so many."""
    asked = sorted(keys)
    return {key: numbers for t in _TABLES for key, numbers in _ends(connection, t, asked) if len(numbers) >= least}


def _ends(connection: Connection, table: Table, keys: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Of each key the reports that have it, no more than are compared."""
    read: dict[tuple[str, str], tuple[int, ...]] = {}  # the prints of one text have the same holders
    for row in connection.execute(_ENDS[table], {"keys": json.dumps(keys), "most": _COMPARED}):
        both = row.oldest, row.newest
        if both not in read:
            read[both] = tuple(sorted({int(number) for some in both for number in some.split(",")}))
        yield row.key, read[both]


def _given(connection: Connection, keys: Collection[int]) -> set[int]:
    table, asked, found = tables.given_marks, list(keys), set[int]()
    for at in range(0, len(asked), _AT_ONCE):
        query = select(table.c.key).where(table.c.key.in_(asked[at : at + _AT_ONCE])).distinct()
        found.update(connection.execute(query).scalars())
    return found


def _neighbours(connection: Connection, reports: Collection[int]) -> set[int]:
    """Common keys that any of these reports has."""
    asked = {"reports": json.dumps(sorted(reports))}
    return {key for table in _TABLES for key in connection.execute(_NEIGHBOURS[table], asked).scalars()}


def _forget(connection: Connection, keys: Collection[int]) -> None:
    if keys:
        statement = delete(tables.common_marks).where(tables.common_marks.c.key == bindparam("gone"))
        connection.execute(statement, [{"gone": key} for key in sorted(keys)])


class _Holders:
    """Those who have some keys: by report, the digests of what their reporters are known by (`personal`: what is hardly
    learned of shops; `contacts`: by which they can be reached), and those of their reported parties."""

    def __init__(self, connection: Connection, held: _Held) -> None:
        self.known, self.parties = _Digests(), _Digests()
        self.named, self.somebody = set[bytes](), set[bytes]()
        self._personal, self._contacts = _Digests(), _Digests()
        self._asked = {
            "reports": json.dumps(sorted({number for some in held.values() for number in some})),
            "keys": json.dumps(sorted(held)),
        }
        for row in connection.execute(_KNOWN_BY, self._asked):
            self._know(row.report, row.digest, row.kind)
        for row in connection.execute(_REPORTED, self._asked):
            self.parties.setdefault(row.number, set()).add(row.digest)
        self._numbers: dict[int, bytes] = {row.key: row.digest for row in connection.execute(_NUMBERS, self._asked)}

    def _know(self, report: int, digest: bytes, kind: str) -> None:
        self.known.setdefault(report, set()).add(digest)
        if kind in _NAMED:
            self.named.add(digest)
        if kind in _SOMEBODY:
            self.somebody.add(digest)
        if kind in (*_NAMED, "address"):
            self._personal.setdefault(report, set()).add(digest)
        if kind in _CONTACTS:
            self._contacts.setdefault(report, set()).add(digest)

    def in_turn(self, held: _Held) -> tuple[_Held, _Held]:
        """Numbers, accounts and addresses, which are judged first, and all else."""
        first = {key: numbers for key, numbers in held.items() if key in self._numbers}
        return first, {key: numbers for key, numbers in held.items() if key not in first}

    def nobodys(self, connection: Connection) -> set[bytes]:
        """Digests of numbers and accounts that are nobody's."""
        return set(connection.execute(_NOBODYS, self._asked).scalars())

    def of_many(self, connection: Connection, held: _Held) -> set[int]:
        """Those of these keys that are many people's."""
        if not held:
            return set()
        nobodys = self.nobodys(connection)
        known: dict[tuple[tuple[int, ...], bytes | None], bool] = {}  # the prints of one text have the same holders
        for key, numbers in held.items():
            asked = numbers, self._numbers.get(key)
            if asked not in known:
                known[asked] = self._is_common(*asked, nobodys)
        return {key for key, numbers in held.items() if known[numbers, self._numbers.get(key)]}

    def _is_common(self, numbers: tuple[int, ...], itself: bytes | None, nobodys: set[bytes]) -> bool:
        if len(numbers) < COMMON:
            return False
        if itself is None:
            groups, others = _groups(numbers, self.known, nobodys)
            people = _with_any(groups, self.somebody)
            count, crowd = people + (others or people < len(groups)), len(groups) + others
        else:
            # Who can be reached by nothing else has it as their own.
            reached = [number for number in numbers if self._contacts.get(number, set()) - {itself}]
            groups, _ = _groups(reached, self._personal, {*nobodys, itself})
            count = crowd = _with_any(groups, self.named)
        if crowd >= CROWD:
            return True
        if count < COMMON:
            return False
        parties, unknown = _groups(numbers, self.parties, set())
        return len(parties) + unknown >= PARTIES


def _groups(numbers: Iterable[int], digests: _Digests, but: set[bytes]) -> tuple[list[set[bytes]], bool]:
    """The groups these reports are in, those being in one that share a digest other than `but`; and whether there are
    any without one."""
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
    return groups, unknown


def _with_any(groups: Iterable[set[bytes]], digests: set[bytes]) -> int:
    return sum(not group.isdisjoint(digests) for group in groups)
