"""The API's ways into the house: what the command line does, for programs elsewhere."""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp

from gateway.api.app import create_api
from gateway.api.deps import ApiDeps
from gateway.inspection.serialize import as_json
from gateway.intake.importer import Imported, import_report
from gateway.model.deadline import Deadline
from gateway.service.budget import budget_of
from gateway.service.inspector.engine import envelope_for, examine_content
from gateway.service.returning import return_held
from gateway.service.searching import Searching
from gateway.service.sending import discard_held, release_held, release_held_rewritten
from gateway.service.wiring import Application

_READERS = 2
"""Of this process, for what is handed in and asked about: they start when they are first needed."""


def api_of(house: Application, emit: Callable[[object], None]) -> ASGIApp:
    """The application, over an opened configuration."""
    settings = house.settings
    return create_api(
        ApiDeps(
            tokens=house.store.tokens,
            reports=house.store.reports,
            quarantine=house.store.quarantine,
            audit=house.store.audit,
            take_in=lambda value, files, actor: _taken_in(house, value, files, actor, emit),
            inspect=lambda content, sender, recipients: _inspected(house, content, sender, recipients, emit),
            release=lambda held, actor, reason: release_held(house, held, actor, reason),
            release_rewritten=lambda held, actor, reason: release_held_rewritten(house, held, actor, reason),
            discard=lambda held, actor, reason: discard_held(house, held, actor, reason),
            return_to_sender=lambda held, actor, reason, note: return_held(house, held, actor, reason, note),
            search=Searching(house).found,
            clock=lambda: datetime.now(UTC),
            seconds=time.monotonic,
            emit=emit,
            erase_keeps_digests=settings.reports.erase_keeps_digests,
            most=settings.smtp.max_size,
            rate=settings.console.api_rate,
        )
    )


def _taken_in(
    house: Application,
    value: Mapping[str, Any],
    files: Mapping[str, bytes],
    actor: str,
    emit: Callable[[object], None],
) -> Imported:
    reader, domains = house.reader(emit, most=_READERS), house.settings.organization.domains
    return import_report(value, files, reader, house.store.reports, actor, domains, ours=house.ours)


def _inspected(
    house: Application, content: bytes, sender: str, recipients: Sequence[str], emit: Callable[[object], None]
) -> dict[str, Any]:
    house.reader(emit, most=_READERS)
    deadline = Deadline.after(budget_of(house.settings))
    return as_json(examine_content(content, envelope_for(sender, recipients), house.tools(emit), deadline))
