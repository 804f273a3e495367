"""Reports: in with their files, listed and shown masked, through their life, erased."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from starlette.concurrency import run_in_threadpool as off_loop
from starlette.responses import Response

from gateway.api.bodies import JSON, MOST_JSON, MULTIPART, form_of, media_type
from gateway.api.deps import ApiDeps
from gateway.api.operations import Call, Operation, QueryParameter, json_response
from gateway.api.paging import PARAMETERS, cursor, cursor_of, limit_of
from gateway.api.problems import Refused, refused_by
from gateway.api.shapes import ReportDetail, ReportEntries, ReportEntry, ReportIn, ReportState, ReportTaken
from gateway.api.work_limit import WorkLimit
from gateway.errors import Problem
from gateway.intake.protected import protection_of
from gateway.intake.report_view import masked_report
from gateway.model import REPORT_STATES, ReportEvent, ReportStatus, ReportSummary

_STATES: tuple[ReportStatus, ...] = REPORT_STATES
_MANY = 10_000_000
_LIFE: tuple[tuple[str, ReportEvent, str], ...] = (
    ("close", "close", "The case is over; protection goes on as the settings say"),
    ("withdraw", "withdraw", "The reporter took it back; protection goes on likewise"),
    ("reopen", "reopen", "A closed or withdrawn report is open again"),
)


class ReportCalls:
    """The calls. `work`: as many reports are read at once."""

    def __init__(self, deps: ApiDeps, work: WorkLimit) -> None:
        self._deps, self._work = deps, work

    def operations(self) -> list[Operation]:
        """Longer paths first: an id may have a stroke in it."""
        state = {200: ("What it is now", ReportState)}
        return [
            *(
                Operation(
                    "POST", f"/reports/{{report:path}}/{word}", "reports:write", says, self._mover(event), state,
                    repeatable=True,
                )
                for word, event, says in _LIFE
            ),
            Operation(
                "POST", "/reports", "reports:write", "Add or update a report, with its files", self.take_in,
                {201: ("A new report", ReportTaken), 200: ("A report that was there", ReportTaken)},
                takes={JSON: ReportIn, MULTIPART: ReportIn}, repeatable=True,
            ),
            Operation(
                "GET", "/reports", "reports:read", "Reports by id; nothing of the reporters", self.listing,
                {200: ("A page", ReportEntries)},
                (
                    QueryParameter("status", "Only those of this state", {"enum": list(_STATES)}),
                    QueryParameter("unresolved", "Open ones without an address", {"enum": ["true", "false"]}),
                    *PARAMETERS,
                ),
            ),
            Operation(
                "GET", "/reports/{report:path}", "reports:read", "One report, the reporter masked; the look is audited",
                self.show, {200: ("The report", ReportDetail)},
            ),
            Operation(
                "DELETE", "/reports/{report:path}", "reports:write",
                "Erase for good everything that says who somebody is", self.erase, {204: ("It is gone", None)},
            ),
        ]  # fmt: skip

    async def take_in(self, call: Call) -> Response:
        """One report, whole or not at all."""
        files: dict[str, bytes] = {}
        written = call.body
        if media_type(call.request) == MULTIPART:
            form = await form_of(call.request, call.body)
            written, files = form.report, form.files
        if len(written) > MOST_JSON:
            raise Refused(413, "too_large", f"the report itself is over {MOST_JSON} octets")
        value = _object(written)
        given = value.get("id")
        id_ = str(given) if isinstance(given, str | int) else ""

        def stored() -> tuple[bool, ReportTaken]:
            before = self._deps.reports.statuses([id_]).get(id_)
            if before == "erased":
                raise Refused(409, "erased", "this report was erased and does not come back")
            outcome = self._deps.take_in(value, files, call.token.actor)
            one = outcome.protections[0]
            now = self._deps.reports.statuses([one.report]).get(one.report, "open")
            return before is None, ReportTaken(one.report, now, dict(one.counts), list(outcome.notes))

        async with self._work.one():
            try:
                is_new, taken = await off_loop(stored)
            except Problem as problem:
                raise refused_by(problem, 422, "not_valid") from None
        return json_response(taken, 201 if is_new else 200)

    async def listing(self, call: Call) -> Response:
        """A page, by id."""
        limit, after, asked = limit_of(call), cursor_of(call), call.in_query("status")
        status = next((one for one in _STATES if one == asked), None)
        if asked and status is None:
            raise Refused(422, "status", f"status is one of {', '.join(_STATES)}")
        if call.in_query("unresolved") not in ("", "true", "false"):
            raise Refused(422, "unresolved", "unresolved is true or false")
        unresolved = call.in_query("unresolved") == "true"

        def found() -> ReportEntries:
            reports = self._deps.reports
            self._deps.audit.note_look(call.token.actor, "reports")
            page: Sequence[ReportSummary]
            if unresolved:
                ids = sorted(id_ for id_ in reports.unresolved(most=_MANY) if id_ > after)
                page = sorted(reports.summaries(ids[: limit + 1]), key=lambda one: one.id)
                page = [one for one in page if status in (None, one.status)]
            else:
                page = reports.page(status, after, limit + 1)
            more = cursor(page[limit - 1].id) if len(page) > limit else None
            return ReportEntries([self._line(one) for one in page[:limit]], more)

        return json_response(await off_loop(found))

    def _line(self, one: ReportSummary) -> ReportEntry:
        report = self._deps.reports.get(one.id)
        if report is None:
            return ReportEntry(one.id, one.status, one.opened_at, list(one.reported), {}, [], False, 0)
        known = protection_of(report)
        return ReportEntry(
            one.id, one.status, one.opened_at, list(one.reported), dict(known.counts), list(known.missing),
            known.is_nobody, known.to_decide,
        )  # fmt: skip

    async def show(self, call: Call) -> Response:
        """One, masked."""
        id_ = call.in_path("report")

        def opened() -> dict[str, Any]:
            report = self._deps.reports.get(id_)
            if report is None or report.status == "erased":
                raise _missing()
            self._deps.audit.append(call.token.actor, "report.viewed", report.id, {})
            return masked_report(report)

        return json_response(await off_loop(opened))

    def _mover(self, event: ReportEvent) -> Callable[[Call], Awaitable[Response]]:
        async def move(call: Call) -> Response:
            id_ = call.in_path("report")

            def moved() -> ReportState:
                after = self._deps.reports.move(id_, event, call.token.actor)
                if after is not None:
                    return ReportState(id_, after)
                now = self._deps.reports.statuses([id_]).get(id_)
                if now is None or now == "erased":
                    raise _missing()
                raise Refused(409, "state", f"the report is {now}")

            return json_response(await off_loop(moved))

        return move

    async def erase(self, call: Call) -> Response:
        """Gone for good."""
        id_ = call.in_path("report")

        def erased() -> None:
            if self._deps.reports.statuses([id_]).get(id_) in (None, "erased"):
                raise _missing()
            self._deps.reports.erase(id_, call.token.actor, self._deps.erase_keeps_digests)

        await off_loop(erased)
        return Response(status_code=204)


def _missing() -> Refused:
    return Refused(404, "no_report", "there is no report of this id")


def _object(written: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(written)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "not_json", "the report is not JSON in UTF-8") from None
    if not isinstance(value, dict):
        raise Refused(422, "not_valid", "the report is not a JSON object")
    return value
