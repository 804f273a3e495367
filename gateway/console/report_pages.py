"""Pages of reports: the list, and of each what is known of its reporter, masked; a reviewer confirms or strikes.

Everything of the reporter is masked until somebody asks to see it, and both looks are audited.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway.console.deps import ConsoleDeps
from gateway.console.pages import ConsolePages
from gateway.intake.protected import MARKABLE, Protection, marked, protection_of
from gateway.intake.report_view import masked_report
from gateway.model import ReportSummary
from gateway.storage.protocols import Person, Reports

_ON_A_PAGE = 200
_WORDS = {"missing": "not_found", "moved": "item_moved", "given": "item_is_given"}


class ReportPages:
    """The handlers; templates and sessions are those of `ConsolePages`."""

    def __init__(self, pages: ConsolePages, deps: ConsoleDeps, reports: Reports) -> None:
        self._pages, self._deps, self._reports = pages, deps, reports

    async def listing(self, request: Request, person: Person) -> Response:
        """All reports, newest first. Nothing of the reporters."""
        found = await off_loop(self._reports.summaries)
        return self._pages.page(
            request,
            "reports.html",
            person=person,
            found=found[:_ON_A_PAGE],
            total=len(found),
            protections=await off_loop(self._protections, found[:_ON_A_PAGE]),
            here="/reports",
        )

    def _protections(self, found: Sequence[ReportSummary]) -> dict[str, Protection]:
        """What each report protects, in kinds; of erased ones nothing."""
        opened = (self._reports.get(one.id) for one in found if one.status != "erased")
        return {report.id: protection_of(report) for report in opened if report is not None}

    async def report(self, request: Request, person: Person) -> Response:
        """One report, the reporter masked."""
        return await self._show(request, person, "report.viewed")

    async def reveal(self, request: Request, person: Person) -> Response:
        """The same with the reporter in clear: who decides must see what is to be decided."""
        return await self._show(request, person, "report.revealed", clear=True)

    def reviewing(self, state: Literal["confirmed", "struck"]) -> Callable[[Request, Person], Awaitable[Response]]:
        """Confirm or strike an item."""

        async def review(request: Request, person: Person) -> Response:
            report, form = request.path_params["report"], request.state.form
            number, revision = _number(form.get("item")), _number(form.get("revision"))
            actor = f"console:{person.name}"
            outcome = await off_loop(self._reports.review, report, number, state, actor, revision)
            if outcome == "done":
                return await self._show(request, person, "report.viewed", notice=f"ok_{state}")
            status = 404 if outcome == "missing" else 409
            return await self._show(request, person, "report.viewed", status=status, notice=_WORDS[outcome])

        return review

    async def mark(self, request: Request, person: Person) -> Response:
        """What a reviewer says of the reporter, in the words of the letter."""
        report, form = request.path_params["report"], request.state.form
        item = marked(str(form.get("kind")), str(form.get("value")))
        if item is None:
            return await self._show(request, person, "report.viewed", status=422, notice="not_markable")
        outcome = await off_loop(self._reports.protect, report, (item,), f"console:{person.name}")
        if outcome == "missing":
            return await self._show(request, person, "report.viewed", status=404, notice="not_found")
        return await self._show(request, person, "report.viewed", notice="ok_marked")

    async def decision_page(self, request: Request, person: Person) -> Response:
        """The address of a decision, opened as a page: the report itself."""
        return RedirectResponse(f"/reports/{request.path_params['report']}", 303)

    async def _show(
        self, request: Request, person: Person, event: str, clear: bool = False, status: int = 200, notice: str = ""
    ) -> Response:
        name = request.path_params["report"]
        revision = await off_loop(self._reports.revision, name)
        found = await off_loop(self._reports.get, name)
        if found is None:
            return self._pages.page(request, "message.html", 404, person=person, message="not_found")
        await off_loop(self._deps.noted, f"console:{person.name}", event, name)
        return self._pages.page(
            request,
            "report.html",
            status,
            person=person,
            shown=masked_report(found, clear),
            clear=clear,
            revision=revision,
            markable=MARKABLE,
            notice=notice,
            here=f"/reports/{name}",
        )


def _number(text: object) -> int:
    word = str(text)
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 9 else 0
