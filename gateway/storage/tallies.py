"""Counts by day, of what was found and what became of it, made in the transaction of the thing itself.

They need no message, so they outlive it. Each counts on one axis (`model.tallies`): a count of one day, one team and
one recipient at once would be a list of messages. A team, a domain and a recipient are counted under a keyed digest,
the word beside it is sealed. Those of recipients are forgotten after `RECIPIENT_DAYS` and with an erased report, the
others after a year; sums, rules and kinds stay.

A store of before there was this is counted once from its audit log and from its messages, some entries at a time.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, and_, delete, func, insert, or_, select, text, update

from gateway.errors import StoreUnavailable
from gateway.model import Envelope, HoldState, NewHold, NewRewrite
from gateway.model.quarantine import FINAL
from gateway.model.tallies import AXES, FOUND, Axis, Tally, TallyEvent, waited_step
from gateway.storage import tables
from gateway.storage.chunks import HELD, REWRITES
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import seal, unseal
from gateway.text.addresses import fold_address

RECIPIENT_DAYS = 98
"""Fourteen weeks: what the page of figures shows of recipients, and some days."""
RETENTION_ACTOR = "retention"
"""Who discards what nobody decided in time."""
_COUNTED = "tallied"
_PAGE = 1000
_YEAR_DAYS = 371
_YEAR = timedelta(days=_YEAR_DAYS)
_WORD_AXES: tuple[Axis, ...] = ("team", "domain", "recipient")
_BY_WEEK: tuple[Axis, ...] = ("total", "waited")
# ON CONFLICT is said alike by SQLite and Postgres; SQLAlchemy has it only by dialect.
_ADD = text(
    "INSERT INTO tallies (day, event, axis, value, count) VALUES (:day, :event, :axis, :value, :count) "
    "ON CONFLICT (day, event, axis, value) DO UPDATE SET count = tallies.count + excluded.count"
)
_WORD = text(
    "INSERT INTO tally_words (value, axis, day, sealed) VALUES (:value, :axis, :day, :sealed) "
    "ON CONFLICT (value) DO UPDATE SET day = excluded.day WHERE tally_words.day < excluded.day"
)


@dataclass(frozen=True, slots=True)
class _Who:
    """What is counted of the sealed line of a message."""

    sender: str
    recipients: tuple[str, ...]
    kinds: tuple[str, ...] = ()


_NOBODY = _Who("", ())


def count_found(
    connection: Connection, ground: Ground, event: TallyEvent, envelope: Envelope, new: NewHold | NewRewrite
) -> None:
    """One message more that was held, refused or rewritten."""
    recipients = tuple(recipient.address for recipient in envelope.recipients)
    who = _Who(envelope.sender, recipients, tuple({finding.kind for finding in new.findings}))
    _write(connection, ground, _of(ground, ground.now()[:10], event, new.rule, who))


def count_move(connection: Connection, ground: Ground, held: str, state: HoldState, actor: str, detail: str) -> None:
    """What a decision did, in its transaction; the rewritten form is remembered from the claim to the answer."""
    table = tables.held
    if state == "releasing":
        connection.execute(update(table).where(table.c.id == held).values(form=detail if detail == "rewritten" else ""))
        return
    if state not in FINAL:
        return
    undated = and_(table.c.id == held, table.c.decided_at.is_(None))
    connection.execute(update(table).where(undated).values(decided_at=ground.now()))
    row = connection.execute(
        select(table.c.rule, table.c.received_at, table.c.form, table.c.summary).where(table.c.id == held)
    ).one()
    event: TallyEvent = "returned" if state == "returned" else "discarded"
    if state == "released":
        event = "released_rewritten" if row.form == "rewritten" else "released"
    elif actor == RETENTION_ACTOR:
        event = "expired"
    waited = None
    if event != "expired":
        waited = _waited(row.received_at, ground.now())
    who = _who(ground, HELD.context(held, "summary"), row.summary)
    _write(connection, ground, _of(ground, ground.now()[:10], event, row.rule, who, waited))


def forget_people(connection: Connection, ground: Ground, addresses: Collection[str]) -> None:
    """Nobody can say any more that something was to any of these; their domains and all sums stay."""
    values = [_digest(ground, "recipient", fold_address(one) or one) for one in addresses]
    for start in range(0, len(values), 500):
        _forget(connection, values[start : start + 500])


def _forget(connection: Connection, values: Sequence[str]) -> None:
    counted = and_(tables.tallies.c.axis == "recipient", tables.tallies.c.value.in_(values))
    connection.execute(delete(tables.tallies).where(counted))
    connection.execute(delete(tables.tally_words).where(tables.tally_words.c.value.in_(values)))


class TallyStore:
    """`protocols.Tallies` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def since(self, day: date, axes: Collection[Axis] = AXES) -> tuple[Tally, ...]:
        """See `protocols.Tallies`."""
        counts = tables.tallies
        columns = (counts.c.day, counts.c.event, counts.c.axis, counts.c.value, counts.c["count"].label("number"))
        wanted = and_(counts.c.day >= day.isoformat(), counts.c.axis.in_(axes))
        with self._ground.transactions.read() as connection:
            rows = connection.execute(select(*columns).where(wanted)).all()
            return self._tallies(connection, day, rows)

    def sums(self, day: date) -> tuple[Tally, ...]:
        """See `protocols.Tallies`."""
        counts = tables.tallies
        last, number = func.max(counts.c.day).label("day"), func.sum(counts.c["count"]).label("number")
        adding = select(last, counts.c.event, counts.c.axis, counts.c.value, number)
        adding = adding.group_by(counts.c.event, counts.c.axis, counts.c.value)
        with self._ground.transactions.read() as connection:
            whole = and_(counts.c.day >= day.isoformat(), counts.c.axis.not_in(_BY_WEEK))
            rows = list(connection.execute(adding.where(whole)).all())
            end = connection.execute(select(func.max(counts.c.day))).scalar() or ""
            begins = day
            while begins.isoformat() <= end:
                until = begins + timedelta(weeks=1)
                week = and_(counts.c.day >= begins.isoformat(), counts.c.day < until.isoformat())
                rows += connection.execute(adding.where(week, counts.c.axis.in_(_BY_WEEK))).all()
                begins = until
            return self._tallies(connection, day, rows)

    def _tallies(self, connection: Connection, day: date, rows: Sequence[Any]) -> tuple[Tally, ...]:
        """With the words in clear."""
        words, known = tables.tally_words, dict[str, str]()
        if any(row.axis in _WORD_AXES for row in rows):
            query = select(words.c.value, words.c.sealed).where(words.c.day >= day.isoformat())
            for value, sealed in connection.execute(query):
                known[value] = unseal(self._ground.vault, sealed, f"tally/{value}", str)
        return tuple(
            Tally(
                date.fromisoformat(row.day),
                cast(TallyEvent, row.event),
                cast(Axis, row.axis),
                known.get(row.value, "") if row.axis in _WORD_AXES else row.value,
                row.number,
            )
            for row in rows
        )

    def forget_old(self) -> int:
        """See `protocols.Tallies`."""
        counts, words = tables.tallies, tables.tally_words
        old = or_(*(and_(counts.c.axis == axis, counts.c.day < day) for axis, day in self._until()))
        gone = or_(*(and_(words.c.axis == axis, words.c.day < day) for axis, day in self._until()))
        with self._ground.transactions.read() as connection:
            found = connection.execute(select(words.c.value).where(gone).limit(1)).scalar()
            found = found or connection.execute(select(counts.c.day).where(old).limit(1)).scalar()
        if not found:
            return 0
        with self._ground.transactions.write() as connection:
            done = connection.execute(delete(counts).where(old)).rowcount
            return int(done + connection.execute(delete(words).where(gone)).rowcount)

    def _until(self) -> tuple[tuple[Axis, str], ...]:
        """Since when each of the words that are sealed is kept."""
        now = self._ground.clock()
        days: tuple[tuple[Axis, int], ...] = (
            ("recipient", RECIPIENT_DAYS),
            ("domain", _YEAR_DAYS),
            ("team", _YEAR_DAYS),
        )
        return tuple((axis, stamp(now - timedelta(days=one))[:10]) for axis, one in days)

    def begin(self) -> None:
        """Say in a store of before there were counts up to where its log is to be counted by `complete`."""
        known = select(tables.meta.c.value).where(tables.meta.c.key == _COUNTED)
        with self._ground.transactions.read() as connection:
            if connection.execute(known).scalar() is not None:
                return
        with self._ground.transactions.write() as connection:
            if connection.execute(known).scalar() is None:
                until = connection.execute(select(tables.audit_head.c.seq)).scalar() or 0
                connection.execute(insert(tables.meta).values(key=_COUNTED, value=f"0/{until}".encode()))

    def complete(self) -> bool:
        """See `protocols.Tallies`."""
        meta, mine = tables.meta, tables.meta.c.key == _COUNTED
        with self._ground.transactions.read() as connection:
            if _is_done(connection.execute(select(meta.c.value).where(mine)).scalar()):
                return True
        with self._ground.transactions.write() as connection:
            after, until = _places(connection.execute(select(meta.c.value).where(mine)).scalar())
            after = self._count_some(connection, after, until)
            connection.execute(update(meta).where(mine).values(value=f"{after}/{until}".encode()))
            if after >= until:  # what the log does not say was decided when it came
                table = tables.held
                undated = and_(table.c.decided_at.is_(None), table.c.state.in_(FINAL))
                connection.execute(update(table).where(undated).values(decided_at=table.c.received_at))
        return after >= until

    def _count_some(self, connection: Connection, after: int, until: int) -> int:
        """Some entries of the log; the last year is counted. Before there were counts nothing was ever removed, so what
        an entry is about is there. When older messages were decided is written down beside them on the way."""
        log, ground, since = tables.audit, self._ground, stamp(self._ground.clock() - _YEAR)
        query = select(log.c.seq, log.c.at, log.c.event, log.c.subject, log.c.detail, log.c.actor).order_by(log.c.seq)
        wanted = and_(log.c.event.in_((*FOUND, *FINAL)), log.c.seq > after, log.c.seq <= until)
        page = connection.execute(query.where(wanted).limit(_PAGE)).all()
        about = _about(connection, ground, {row.subject for row in page})
        counts: Counter[_Count] = Counter()
        for row in page:
            if row.event in FINAL:
                undated = and_(tables.held.c.id == row.subject, tables.held.c.decided_at.is_(None))
                connection.execute(update(tables.held).where(undated).values(decided_at=row.at))
            if row.at >= since:
                counts.update(_counts_of(connection, ground, row, about.get(row.subject, _UNKNOWN)))
        _write(connection, ground, counts)
        return page[-1].seq if len(page) == _PAGE else until


def _is_done(value: bytes | None) -> bool:
    after, until = _places(value)
    return after >= until


def _places(value: bytes | None) -> tuple[int, int]:
    """After which entry of the log to go on, and up to which."""
    after, _, until = (value or b"0/0").decode("ascii").partition("/")
    return int(after), int(until)


_Count = tuple[str, TallyEvent, Axis, str]


def _of(ground: Ground, day: str, event: TallyEvent, rule: str, who: _Who, waited: int | None = None) -> list[_Count]:
    folded = {fold_address(one) or one for one in who.recipients}
    domains = {one.rpartition("@")[2] for one in folded} - {""}
    team = ground.team_of(who.sender) if who.sender else ""
    counts: list[_Count] = [(day, event, "total", ""), (day, event, "rule", rule)]
    counts += [(day, event, "kind", kind) for kind in sorted(set(who.kinds))]
    counts += [(day, event, "domain", domain) for domain in sorted(domains)]
    counts += [(day, event, "recipient", address) for address in sorted(folded)]
    if team:
        counts.append((day, event, "team", team))
    if waited is not None:
        counts.append((day, event, "waited", str(waited)))
    return counts


def _write(connection: Connection, ground: Ground, counts: Iterable[_Count] | Mapping[_Count, int]) -> None:
    rows: list[dict[str, str | int]] = []
    words: dict[str, dict[str, str | bytes]] = {}
    for (day, event, axis, word), count in Counter(counts).items():
        value = word
        if axis in _WORD_AXES:
            value = _digest(ground, axis, word)
            last = max(day, str(words[value]["day"])) if value in words else day
            sealed = seal(ground.vault, word, f"tally/{value}")
            words[value] = {"value": value, "axis": axis, "day": last, "sealed": sealed}
        rows.append({"day": day, "event": event, "axis": axis, "value": value, "count": count})
    if rows:
        connection.execute(_ADD, rows)
    if words:
        connection.execute(_WORD, list(words.values()))


def _digest(ground: Ground, axis: Axis, word: str) -> str:
    said = f"{axis}:{word}".encode("utf-8", "surrogatepass")
    return ground.vault.digest("tally", said)[:16].hex()


def _who(ground: Ground, context: str, sealed: bytes) -> _Who:
    try:
        return unseal(ground.vault, sealed, context, _Who)
    except StoreUnavailable:
        return _NOBODY  # a damaged line keeps nobody from deciding


def _waited(received_at: str, decided_at: str) -> int:
    gone = datetime.fromisoformat(decided_at) - datetime.fromisoformat(received_at)
    return waited_step(gone.total_seconds() / 60)


@dataclass(frozen=True, slots=True)
class _About:
    """The message that an entry is about."""

    rule: str
    received_at: str
    who: _Who


_UNKNOWN = _About("", "", _NOBODY)


def _about(connection: Connection, ground: Ground, ids: Collection[str]) -> dict[str, _About]:
    found: dict[str, _About] = {}
    for table, chunks, at in ((tables.held, HELD, "received_at"), (tables.rewrites, REWRITES, "at")):
        columns = (table.c.id, table.c.rule, table.c[at], table.c.summary)
        for id_, rule, when, summary in connection.execute(select(*columns).where(table.c.id.in_(ids))):
            found[id_] = _About(rule, when, _who(ground, chunks.context(id_, "summary"), summary))
    return found


def _counts_of(connection: Connection, ground: Ground, row: Any, about: _About) -> list[_Count]:
    """What one entry of the log counts."""
    detail, day, who = json.loads(row.detail), row.at[:10], about.who
    if row.event in FOUND:
        if detail.get("held"):
            return []  # what a person sent rewritten counts when it is released
        kinds = tuple(str(detail.get("kinds", "")).split())
        return _of(ground, day, row.event, str(detail.get("rule", "")), _Who(who.sender, who.recipients, kinds))
    event: TallyEvent = row.event
    if row.event == "released" and _form_claimed(connection, row) == "rewritten":
        event = "released_rewritten"
    elif row.event == "discarded" and row.actor == RETENTION_ACTOR:
        event = "expired"
    waited = None if event == "expired" else _waited(about.received_at or row.at, row.at)
    return _of(ground, day, event, about.rule, who, waited)


def _form_claimed(connection: Connection, released: Any) -> str:
    """In which form a message left, by the entry of its last claim; the claim may be of long before."""
    log = tables.audit
    claim = select(log.c.detail).where(
        log.c.subject == released.subject, log.c.event == "release_claimed", log.c.seq < released.seq
    )
    detail = connection.execute(claim.order_by(log.c.seq.desc()).limit(1)).scalar()
    return "" if detail is None else str(json.loads(detail).get("detail", ""))
