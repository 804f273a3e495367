"""Messages that went out rewritten, and their originals for as long as they are kept."""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console import sessions
from gateway.console.evidence import evidence
from gateway.console.message_view import search_of
from gateway.console.people import shown_people
from gateway.console.site import MenuEntry, Site
from gateway.storage.protocols import Person

_MOST_ROWS = 200


class RewritePages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry("/rewritten", "sent_rewritten", "see_messages"),)

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """The addresses."""
        guarded = self._site.guarded
        return [
            Route("/rewritten", guarded(self.sent_rewritten, "see_messages")),
            Route("/rewritten/{rewrite}", guarded(self.original, "see_messages")),
            Route("/rewritten/{rewrite}/picture/{number:int}.png", guarded(self.original_picture, "see_messages")),
        ]

    async def sent_rewritten(self, request: Request, person: Person) -> Response:
        """Messages that went out rewritten, newest first, as long as their originals are kept."""
        rewrites = self._site.deps.rewrites
        found = await off_loop(rewrites.summaries, _MOST_ROWS) if rewrites is not None else ()
        people = await off_loop(shown_people, found, self._site.deps.reports)
        return self._site.page(request, "sent_rewritten.html", person=person, found=found, people=people)

    async def original(self, request: Request, person: Person) -> Response:
        """The original of one of them, covered; opening it is audited by the store."""
        id_, rewrites = request.path_params["rewrite"], self._site.deps.rewrites
        kept = await off_loop(rewrites.open, id_, f"console:{person.name}", "review") if rewrites is not None else None
        if kept is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        shown = await off_loop(evidence, kept.reading, kept.findings, search_of(self._site.deps, kept))
        self._site.pictures.keep(sessions.token_of(request), id_, tuple(picture.png for picture in shown.pictures))
        people = (await off_loop(shown_people, (kept.summary,), self._site.deps.reports))[id_]
        return self._site.page(
            request,
            "original.html",
            person=person,
            kept=kept,
            shown=shown,
            people=await off_loop(people.covered, shown.masking),
            here=f"/rewritten/{id_}",
        )

    async def original_picture(self, request: Request, person: Person) -> Response:
        """A covered picture of an original that this session was just shown."""
        return self._site.kept_picture(request, request.path_params["rewrite"])
