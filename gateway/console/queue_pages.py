"""The list of held messages."""

from collections.abc import Sequence
from typing import get_args

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console.guessing import suspects
from gateway.console.people import shown_people
from gateway.console.site import MenuEntry, Site
from gateway.model import HeldSummary, HoldState
from gateway.storage.protocols import Person

STATES: tuple[HoldState, ...] = get_args(HoldState)
_ON_A_PAGE = 50
_WAITING: tuple[HoldState, ...] = ("held", "uncertain")  # a person has to decide


class QueuePages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry("/", "list", "see_messages"),)

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """The addresses."""
        return [Route("/", self._site.guarded(self.listing, "see_messages"))]

    async def listing(self, request: Request, person: Person) -> Response:
        """Held messages, newest first; `?status=` chooses, without it what waits for somebody."""
        wanted = request.query_params.get("status", "waiting")
        chosen = wanted if wanted in (*STATES, "all") else "waiting"
        number = request.query_params.get("page", "1")
        page = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 1
        found = await off_loop(self._summaries, chosen)
        last = max(1, -(-len(found) // _ON_A_PAGE))
        page = max(1, min(page, last))
        shown = found[(page - 1) * _ON_A_PAGE : page * _ON_A_PAGE]
        people = await off_loop(shown_people, shown, self._site.deps.reports)
        deps = self._site.deps
        guessing = await off_loop(suspects, deps.senders, deps.quarantine, deps.reports, deps.limits(), deps.clock())
        return self._site.page(
            request,
            "list.html",
            person=person,
            found=shown,
            people=people,
            suspects=guessing,
            total=len(found),
            number=page,
            last=last,
            chosen=chosen,
            choices=("waiting", *(state for state in STATES if state != "held"), "all"),
        )

    def _summaries(self, chosen: str) -> tuple[HeldSummary, ...]:
        if chosen == "all":
            return self._site.deps.quarantine.summaries()
        wanted = tuple(state for state in STATES if state == chosen) or _WAITING
        found = [summary for state in wanted for summary in self._site.deps.quarantine.summaries(state)]
        return tuple(sorted(found, key=lambda summary: summary.received_at, reverse=True))
