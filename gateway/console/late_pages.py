"""Late matches: mail that passed to a reported party before its report said what it guards now.

The mail is gone, and only its keyed fingerprints were kept; so the page says which mail it was (our id stands in its
`Received` field and in the log), who wrote it and who got it, and what of which report is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console.people import ShownEnvelope, shown_people
from gateway.console.queue_filter import number_of
from gateway.console.site import MenuEntry, Site
from gateway.model import RewriteSummary
from gateway.storage.passed_protocols import LateMatch, PassedMail
from gateway.storage.protocols import Person, Reports

_ON_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class LateLine:
    """One of them, and its people as they may be shown."""

    match: LateMatch
    people: ShownEnvelope


class LatePages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry("/late", "late_matches", "see_messages"),)

    def __init__(self, site: Site, passed: PassedMail) -> None:
        self._site, self._passed = site, passed

    def routes(self) -> list[Route]:
        """The address."""
        return [Route("/late", self._site.guarded(self.listing, "see_messages"))]

    async def listing(self, request: Request, person: Person) -> Response:
        """The newest, or those before a number."""
        before = number_of(request.query_params.get("before", ""))
        deps = self._site.deps
        lines, total = await off_loop(_lines, self._passed, deps.reports, before)
        return self._site.page(
            request,
            "late.html",
            person=person,
            lines=lines[:_ON_A_PAGE],
            total=total,
            more=lines[_ON_A_PAGE - 1].match.number if len(lines) > _ON_A_PAGE else 0,
            days=deps.retention.passed_days,
            here=f"/late?before={before}" if before else "/late",
        )


def _lines(passed: PassedMail, reports: Reports | None, before: int) -> tuple[tuple[LateLine, ...], int]:
    found = passed.matches(_ON_A_PAGE + 1, before)
    summaries = [
        RewriteSummary(
            str(one.number), one.passed_at, one.sender, one.recipients, "", (), 0, (), (one.sender, *one.recipients)
        )
        for one in found
    ]
    people = shown_people(summaries, reports)
    return tuple(LateLine(one, people[str(one.number)]) for one in found), passed.count()
