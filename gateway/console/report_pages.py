"""Pages of reports: the list, and of each what is known of its reporter, masked; a reviewer confirms or strikes.

Everything of the reporter is masked until somebody asks to see it, and both looks are audited.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console.site import Guarded, MenuEntry, Site
from gateway.intake.protected import MARKABLE, Protection, marked, protection_of
from gateway.intake.report_view import masked_report
from gateway.model import ReportSummary
from gateway.model.roles import Right
from gateway.storage.protocols import Person, Reports

_ON_A_PAGE, _LONGEST_REASON = 200, 1000
_WORDS = {"missing": "not_found", "moved": "item_moved", "given": "item_is_given"}


class ReportPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (
        MenuEntry("/reports", "all_reports", "see_reports"),
        MenuEntry("/reports/unresolved", "unresolved", "see_reports"),
    )

    def __init__(self, site: Site, reports: Reports) -> None:
        self._site, self._reports = site, reports

    def routes(self) -> list[Route]:
        """The addresses."""
        guarded, asked_or = self._site.guarded, self._site.asked_or
        return [
            Route("/reports", guarded(self.listing, "see_reports")),
            Route("/reports/unresolved", guarded(self.unresolved, "see_reports")),
            Route("/reports/{report}", guarded(self.report, "see_reports")),
            *(
                Route(f"/reports/{{report}}/{what}", asked_or(self.decision_page, done, right), methods=["GET", "POST"])
                for what, done, right in self._decisions()
            ),
        ]

    def _decisions(self) -> tuple[tuple[str, Guarded, Right], ...]:
        return (
            ("reveal", self.reveal, "reveal"),
            ("protect", self.mark, "review_reports"),
            ("confirm", self.reviewing("confirmed"), "review_reports"),
            ("strike", self.reviewing("struck"), "review_reports"),
        )

    async def listing(self, request: Request, person: Person) -> Response:
        """All reports, newest first. Nothing of the reporters."""
        found = await off_loop(self._reports.summaries)
        return self._site.page(
            request,
            "reports.html",
            person=person,
            found=found[:_ON_A_PAGE],
            total=len(found),
            protections=await off_loop(self._protections, found[:_ON_A_PAGE]),
            here="/reports",
        )

    async def unresolved(self, request: Request, person: Person) -> Response:
        """Open reports of whose parties no address is known: mail to them is recognised by what it says alone."""
        ids = await off_loop(self._reports.unresolved, _ON_A_PAGE + 1)
        found = await off_loop(self._reports.summaries, ids[:_ON_A_PAGE])
        return self._site.page(request, "unresolved.html", person=person, found=found, more=len(ids) > _ON_A_PAGE)

    def _protections(self, found: Sequence[ReportSummary]) -> dict[str, Protection]:
        """What each report protects, in kinds; of erased ones nothing."""
        opened = (self._reports.get(one.id) for one in found if one.status != "erased")
        return {report.id: protection_of(report) for report in opened if report is not None}

    async def report(self, request: Request, person: Person) -> Response:
        """One report, the reporter masked."""
        return await self._show(request, person, "report.viewed")

    async def reveal(self, request: Request, person: Person) -> Response:
        """The same with the reporter in clear, for a reason: who decides must see what is to be decided."""
        reason = str(request.state.form.get("reason", "")).strip()[:_LONGEST_REASON]
        if not reason:
            return await self._show(request, person, "report.viewed", status=400, notice="no_reason")
        return await self._show(request, person, "report.revealed", clear=True, reason=reason)

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
        self,
        request: Request,
        person: Person,
        event: str,
        clear: bool = False,
        status: int = 200,
        notice: str = "",
        reason: str = "",
    ) -> Response:
        name = request.path_params["report"]
        revision = await off_loop(self._reports.revision, name)
        found = await off_loop(self._reports.get, name)
        if found is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        await off_loop(self._site.deps.noted, f"console:{person.name}", event, name, reason)
        return self._site.page(
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
