"""Lessons for staff: the five commonest mistakes, in general words, to read or to print.

Staff have no accounts here. The page is for whoever is signed in, or with `console.lessons` for everybody: it is the
same for all, says no count, and changes once a month (`figures.lessons` says why).
"""

from collections.abc import Sequence
from datetime import UTC, date

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console import sessions
from gateway.console.site import MenuEntry, Site
from gateway.figures.lessons import Lessons, lessons_of, month_before
from gateway.storage.protocols import Person


class LessonPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = ()  # the page of figures leads here

    def __init__(self, site: Site) -> None:
        self._site = site
        self._known: tuple[date, Lessons] | None = None  # strangers may ask for it as often as they like

    def routes(self) -> list[Route]:
        """The address."""
        if self._site.deps.lessons:
            return [Route("/lessons", self.open)]
        return [Route("/lessons", self._site.guarded(self.page, None))]

    async def open(self, request: Request) -> Response:
        """For everybody; who is signed in keeps the menu."""
        person = await off_loop(sessions.person_of, request, self._site.deps, self._site.deps.clock())
        return await self.page(request, person)

    async def page(self, request: Request, person: Person | None) -> Response:
        """The lessons."""
        lessons = await off_loop(self._lessons)
        return self._site.page(request, "lessons.html", person=person, lessons=lessons, here="/lessons")

    def _lessons(self) -> Lessons:
        deps = self._site.deps
        today = deps.clock().astimezone(UTC).date()
        if self._known is None or self._known[0] != today:
            tallies = deps.tallies.since(month_before(today)[0], ("total", "kind")) if deps.tallies else ()
            self._known = today, lessons_of(tallies, today)
        return self._known[1]
