"""Finding entries of the audit log: by person, event, subject and time, newest first, in time that does not grow with
the log.

Each pair of an actor and an event is a run in an index, newest last. A page is merged from the ends of the runs that
are asked for. A time is turned into places in the log by the index of times; since a clock may have been set back, the
places are a day wider than asked for, and the time of each entry is compared too.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, func, literal, select, union

from gateway.storage import tables
from gateway.storage.audit_protocols import AuditEntry, AuditFilter
from gateway.storage.context import stamp

_SET_BACK = timedelta(days=1)
_MOST_WORDS = 500
"""Different actors or events that a page offers."""


def find(connection: Connection, wanted: AuditFilter, before: int | None, most: int) -> tuple[AuditEntry, ...]:
    """At most so many entries, newest first, all older than entry `before` where that is given."""
    table = tables.audit
    where = list(_in_time(connection, wanted))
    if wanted.subject:
        where.append(_of_subject(connection, wanted.subject))
    if before is not None:
        where.append(table.c.seq < before)
    runs = (
        connection.execute(
            select(table).where(*where, *_run(wanted, actor, event)).order_by(table.c.seq.desc()).limit(most)
        ).mappings()
        for actor in wanted.actors or (None,)
        for event in wanted.events or (None,)
    )
    entries = ([AuditEntry(**row) for row in run] for run in runs)
    return tuple(islice(heapq.merge(*entries, key=lambda entry: -entry.seq), most))


def _of_subject(connection: Connection, subject: str) -> ColumnElement[bool]:
    """Of a message, an account or a report; of a report that messages concern, of these too."""
    table, named = tables.audit, tables.audit_reports
    if connection.execute(select(named.c.seq).where(named.c.report == subject).limit(1)).scalar() is None:
        return table.c.subject == subject
    return table.c.subject.in_(union(select(literal(subject)), _concerned_by(subject)))


def about(connection: Connection, subject: str) -> tuple[str, ...]:
    """The subject, and of a report the messages that concern it."""
    return (subject, *connection.execute(_concerned_by(subject).distinct()).scalars())


def _concerned_by(report: str) -> Select[tuple[str]]:
    """The messages of entries that name the report."""
    entry, named = tables.audit.alias(), tables.audit_reports
    messages = select(entry.c.subject).join(named, named.c.seq == entry.c.seq)
    return messages.where(named.c.report == report, entry.c.subject != "")


def _run(wanted: AuditFilter, actor: str | None, event: str | None) -> Iterator[ColumnElement[bool]]:
    """One subject has few entries, so its index is the one to go by: the other columns are kept from having one."""
    table = tables.audit
    for column, value in ((table.c.actor, actor), (table.c.event, event)):
        if value is not None:
            yield (func.coalesce(column, "") if wanted.subject else column) == value


def _in_time(connection: Connection, wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    table = tables.audit
    if wanted.since is not None:
        first = _place(connection, select(table.c.seq).order_by(table.c.at), table.c.at >= _said(wanted.since, -1))
        yield table.c.seq >= (first if first is not None else _beyond(connection))
        yield func.coalesce(table.c.at, "") >= stamp(wanted.since)
    if wanted.until is not None:
        last = _place(connection, select(table.c.seq).order_by(table.c.at.desc()), table.c.at < _said(wanted.until, 1))
        yield table.c.seq <= (last or 0)
        yield func.coalesce(table.c.at, "") < stamp(wanted.until)


def _said(moment: datetime, sign: int) -> str:
    try:
        return stamp(moment + sign * _SET_BACK)
    except OverflowError:  # the first or the last year there is
        return stamp(moment)


def _place(connection: Connection, query: Select[Any], where: ColumnElement[bool]) -> int | None:
    return connection.execute(query.where(where).limit(1)).scalar()


def _beyond(connection: Connection) -> int:
    return int(connection.execute(select(func.max(tables.audit.c.seq))).scalar() or 0) + 1


def distinct(connection: Connection, column: Column[str]) -> tuple[str, ...]:
    """The different words of an indexed column, each found by one step in the index."""
    found: list[str] = []
    word = connection.execute(select(func.min(column))).scalar()
    while word is not None and len(found) < _MOST_WORDS:
        found.append(word)
        word = connection.execute(select(func.min(column)).where(column > word)).scalar()
    return tuple(found)
