"""Who stands how to which report, by keyed digests of addresses, accounts and names. Look-ups are index probes.

A report names parties by address, account or name; the directory of parties knows the addresses of accounts and names.
They are joined when somebody asks, so an entry that comes later than the report counts at once, and one that goes
leaves nothing behind.

`@guild.example` stands for everybody at that domain and below it.
"""

import functools
import threading
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, literal, select, update

from gateway.errors import StoreUnavailable
from gateway.model import Item, Party, Report
from gateway.storage import tables
from gateway.storage.common_marks import people_of
from gateway.storage.context import Ground
from gateway.storage.mention_index import CallingStore
from gateway.storage.protocols import Relation
from gateway.storage.retention import protects, since
from gateway.text.addresses import fold_address, fold_mailbox
from gateway.text.normalize import letters
from gateway.text.thread_ids import own_domain

KNOWN_MOST = 400_000
"""Digests up to which they are kept in memory, to say without a query that somebody is nobody."""

SHARED = 3
"""People of whose addresses a domain tells nobody any more. Who has a domain has any number of mailboxes in it, so they
are known by names, government ids or telephones, and have nothing in common."""

_COUNTED = 300
"""Reports with an address in a domain, of which its people are counted."""

_AT_ONCE = 500  # addresses in one query: SQLite takes 32,766 parameters, PostgreSQL 65,535
_CHANGES = "relations"
_VOUCHED = frozenset(("given", "confirmed"))
_Key = tuple[bytes, str]


class Relations:
    """The rows of `parties` and `directory_keys`, and what they say; beside them what else a report is named by."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.callings = CallingStore(ground)
        self._known: tuple[object, bytes, array[int] | None] | None = None  # version, changes, digests
        self._learning = threading.Lock()
        # Most mail goes to few: their keyed digests are dearer than all else that is asked for it.
        self._asked = functools.lru_cache(maxsize=4096)(self._digests_of)

    def rows(self, report: Report) -> list[dict[str, Any]]:
        """What is kept of a report's parties and reporter."""
        keys: dict[_Key, None] = {}
        for party in report.reported:
            keys |= dict.fromkeys(self._keys_of(party, links="always" if not party.accounts else "accounts"))
        # What was only learned from material may be anybody's: a mail to it is no mail to the reporter.
        own = [item.value for item in report.identity if item.kind == "address" and item.state in _VOUCHED]
        keys |= dict.fromkeys(self._addresses("reporter", own))
        # An address that a letter merely names shows no domain to be many people's: anybody can name any.
        sent = (item.value for item in report.identity if item.kind == "address" and item.acts and _is_theirs(item))
        keys |= dict.fromkeys((self._domain(domain), "domain") for domain in map(own_domain, sent) if domain)
        return [{"report": report.id, "digest": digest, "relation": relation} for digest, relation in keys]

    def entry_rows(self, entry: str, party: Party) -> list[dict[str, Any]]:
        """What is kept of a party of the directory."""
        keys = dict.fromkeys(self._keys_of(party, links="always"))
        return [{"entry": entry, "digest": digest, "relation": relation} for digest, relation in keys]

    def changed(self, connection: Connection) -> None:
        """To be said in the transaction that changes any of this: what others have learnt is no longer so."""
        now = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)).scalar_one()
        value = (int.from_bytes(now, "big") + 1).to_bytes(8, "big")
        connection.execute(update(tables.meta).where(tables.meta.c.key == _CHANGES).values(value=value))

    def changes(self) -> bytes:
        """See `protocols.Reports`."""
        with self._ground.transactions.read() as connection:
            query = select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)
            return bytes(connection.execute(query).scalar_one())

    def of(self, addresses: Sequence[str]) -> tuple[tuple[str, str, Relation], ...]:
        """(report id, address as given, relation), in the order of the addresses, then of reports and relations."""
        wanted: dict[bytes, list[str]] = {}
        for address in dict.fromkeys(addresses):
            for digest in self._asked(address):
                wanted.setdefault(digest, []).append(address)
        keys = list(wanted)
        found: dict[str, set[tuple[str, Relation]]] = {}
        with self._ground.transactions.read() as connection:
            for start in range(0, len(keys), _AT_ONCE):
                asked = {"digests": keys[start : start + _AT_ONCE], **since(self._ground)}
                for row in connection.execute(self._query, asked):
                    for address in wanted[bytes(row.digest)]:
                        found.setdefault(address, set()).add((row.report, cast(Relation, row.relation)))
        return tuple(
            (report, address, relation)
            for address in dict.fromkeys(addresses)
            for report, relation in sorted(found.get(address, ()))
        )

    def digests_of(self, address: str) -> tuple[bytes, ...]:
        """Those under which an address is known, in `parties` and elsewhere."""
        return self._asked(address)

    def cannot_match(self, addresses: Sequence[str]) -> bool:
        """See `protocols.Reports`. One `PRAGMA` and keyed digests, where no report or party changed since."""
        try:
            version = self._ground.transactions.version()
        except StoreUnavailable:
            return False
        known = self._known
        if known is None or known[0] != version or known[2] is None:
            return False
        return not any(_among(known[2], digest) for address in addresses for digest in self._asked(address))

    def learn(self) -> None:
        """See `protocols.Reports`. Commits that change no report and no party cost one query of one row."""
        # Asked before the rows are read: what is committed in between makes the next look a fresh one.
        version = self._ground.transactions.version()
        known = self._known
        if known is not None and known[0] == version:
            return
        if not self._learning.acquire(blocking=False):
            return  # whoever is at it is nearly done, and the store answers as well
        try:
            with self._ground.transactions.read() as connection:
                query = select(tables.meta.c.value).where(tables.meta.c.key == _CHANGES)
                changes = bytes(connection.execute(query).scalar_one())
                if known is not None and known[1] == changes:
                    self._known = version, changes, known[2]
                    return
                self._known = version, changes, _digests(connection)
        finally:
            self._learning.release()

    @cached_property
    def _query(self) -> Select[Any]:
        """Made once: for SQLAlchemy making it takes longer than running it."""
        digests: BindParameter[Any] = bindparam("digests", expanding=True)
        parties, keys, reports = tables.parties, tables.directory_keys, tables.reports
        link = keys.alias("link")
        addressed = ("party", "representative")
        direct = (
            select(parties.c.report, parties.c.digest, parties.c.relation)
            .join(reports, reports.c.id == parties.c.report)
            .where(
                parties.c.digest.in_(digests), parties.c.relation.in_((*addressed, "reporter")), protects(self._ground)
            )
        )
        listed = (
            select(parties.c.report, keys.c.digest, keys.c.relation)
            .select_from(keys)
            .join(link, link.c.entry == keys.c.entry)
            .join(parties, parties.c.digest == link.c.digest)
            .join(reports, reports.c.id == parties.c.report)
            .where(
                keys.c.digest.in_(digests),
                keys.c.relation.in_(addressed),
                link.c.relation.in_(("party", "account", "named")),
                parties.c.relation.in_(("party", "account", "named")),
                protects(self._ground),
            )
        )
        return cast(Select[Any], direct.union_all(listed))

    def shared_domains(self, domains: Collection[str]) -> frozenset[str]:
        """See `protocols.Reports`."""
        parties, reports = tables.parties, tables.reports
        shared = set[str]()
        with self._ground.transactions.read() as connection:
            for domain in domains:
                query = (
                    select(reports.c.number)
                    .join(parties, parties.c.report == reports.c.id)
                    .where(parties.c.digest == self._domain(domain), parties.c.relation == "domain")
                    .limit(_COUNTED)
                )
                numbers = connection.execute(query).scalars().all()
                if len(numbers) >= SHARED and people_of(connection, numbers) >= SHARED:
                    shared.add(domain)
        return frozenset(shared)

    def unresolved(self, most: int, among: Sequence[str] | None) -> tuple[str, ...]:
        """See `protocols.Reports`."""
        parties, keys, reports = tables.parties, tables.directory_keys, tables.reports
        entry = keys.alias("link")
        addressed = ("party", "representative")
        direct = select(literal(1)).where(parties.c.report == reports.c.id, parties.c.relation.in_(addressed)).exists()
        listed = (
            select(literal(1))
            .select_from(parties)
            .join(entry, entry.c.digest == parties.c.digest)
            .join(keys, keys.c.entry == entry.c.entry)
            .where(
                parties.c.report == reports.c.id,
                parties.c.relation.in_(("account", "named")),
                entry.c.relation.in_(("account", "named")),
                keys.c.relation.in_(addressed),
            )
            .exists()
        )
        query = (
            select(reports.c.id)
            .where(reports.c.status == "open", ~direct, ~listed)
            .order_by(reports.c.opened_at, reports.c.id)
            .limit(most)
        )
        with self._ground.transactions.read() as connection:
            if among is None:
                return tuple(connection.execute(query).scalars())
            found: list[str] = []
            for start in range(0, len(among), _AT_ONCE):
                some = query.where(reports.c.id.in_(among[start : start + _AT_ONCE]))
                found += connection.execute(some).scalars()
            return tuple(found[:most])

    def reports_of(self, connection: Connection, entry: str) -> int:
        """How many reports of this entry still protect."""
        parties, keys, reports = tables.parties, tables.directory_keys, tables.reports
        links = ("party", "account", "named")
        query = (
            select(func.count(func.distinct(parties.c.report)))
            .select_from(keys)
            .join(parties, parties.c.digest == keys.c.digest)
            .join(reports, reports.c.id == parties.c.report)
            .where(keys.c.entry == entry, keys.c.relation.in_(links), parties.c.relation.in_(links))
            .where(protects(self._ground))
        )
        return connection.execute(query, since(self._ground)).scalar() or 0

    def _keys_of(self, party: Party, links: str) -> Iterator[_Key]:
        yield from self._addresses("party", party.addresses)
        yield from self._addresses("representative", party.representatives)
        for account in party.accounts:
            if key := account_key(account):
                yield self._ground.vault.digest("account", key.encode("utf-8", "surrogatepass")), "account"
        # A name is many people's; where an account says who it is, the name is not needed.
        if links == "always" and (name := letters(party.name).text):
            yield self._ground.vault.digest("named", name.encode("utf-8", "surrogatepass")), "named"

    def _addresses(self, relation: Relation, written: Iterable[str]) -> Iterator[_Key]:
        for address in written:
            if key := fold_mailbox(address):
                yield self._digest(key), relation

    def _digests_of(self, address: str) -> tuple[bytes, ...]:
        """The digests under which an address is known: its own, and those of its domain and the domains above."""
        folded = fold_address(address)
        if not folded:
            return ()
        labels = folded.rpartition("@")[2].split(".")
        above = ["@" + ".".join(labels[at:]) for at in range(max(1, len(labels) - 1))]
        return tuple(self._digest(key) for key in (folded, above[0], *above[1:][-3:]))

    def _domain(self, domain: str) -> bytes:
        return self._ground.vault.digest("domain", domain.encode("utf-8", "surrogatepass"))

    def _digest(self, folded: str) -> bytes:
        return self._ground.vault.digest("party", folded.encode("utf-8", "surrogatepass"))


def _digests(connection: Connection) -> "array[int] | None":
    """Of everybody who is reported or represents who is, eight octets each, in order: who shares them with somebody is
    asked for once too often. None where they are too many to be kept."""
    queries = [
        select(table.c.digest).where(table.c.relation.in_(("party", "representative"))).limit(KNOWN_MOST + 1)
        for table in (tables.parties, tables.directory_keys)
    ]
    counts = [connection.execute(select(func.count()).select_from(query.subquery())).scalar_one() for query in queries]
    if sum(counts) > KNOWN_MOST:
        return None
    found = (digest for query in queries for digest in connection.execute(query).scalars())
    return array("Q", sorted({_short(digest) for digest in found}))


def _short(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big")


def _among(known: "array[int]", digest: bytes) -> bool:
    short = _short(digest)
    at = bisect_left(known, short)
    return at < len(known) and known[at] == short


def _is_theirs(item: Item) -> bool:
    """Whether the reporter, or somebody who looked, says so, or a mail came from it."""
    return item.state in _VOUCHED or item.source.endswith(": From")


def account_key(account: str) -> str:
    """`room:88412345`, `ROOM: 88412345` and `88412345` are one account; letters and digits alone count."""
    return letters(account.rpartition(":")[2].rpartition("：")[2]).text
