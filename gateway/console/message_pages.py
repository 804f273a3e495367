"""The page of one held message, and what a reviewer decides of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console import sessions
from gateway.console.evidence import evidence
from gateway.console.guessing import of_sender
from gateway.console.i18n import language_of
from gateway.console.people import shown_people
from gateway.console.site import MenuEntry, Site
from gateway.console.why import why
from gateway.errors import HushgateError, Problem, StoreUnavailable
from gateway.inspection.unlocking import locks
from gateway.model import HeldMessage
from gateway.reading.passwords import LONGEST_GIVEN
from gateway.storage.protocols import Person
from gateway.telemetry.events import HeldDiscarded, HeldReleased, HeldUnlocked


class MessagePages:
    """The handlers. One message at a time takes a reader."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site) -> None:
        self._site = site
        self._looking = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The addresses."""
        decisions = {
            "release": self.release,
            "rewritten": self.rewritten,
            "release-rewritten": self.release_rewritten,
            "unlock": self.unlock,
            "discard": self.discard,
        }
        return [
            Route("/held/{held}", self._site.guarded(self.held, "see_messages")),
            Route("/held/{held}/picture/{number:int}.png", self._site.guarded(self.picture, "see_messages")),
            *(
                Route(
                    f"/held/{{held}}/{what}",
                    self._site.asked_or(self.decided, done, "decide"),
                    methods=["GET", "POST"],
                )
                for what, done in decisions.items()
            ),
        ]

    async def held(self, request: Request, person: Person) -> Response:
        """One message; opening it is audited by the store."""
        return await self._show(request, person, request.path_params["held"])

    async def _show(self, request: Request, person: Person, held: str, status: int = 200, notice: str = "") -> Response:
        message = await off_loop(self._site.deps.quarantine.open, held, f"console:{person.name}", "review")
        if message is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        shown = await off_loop(evidence, message.reading, message.findings)
        self._site.pictures.keep(sessions.token_of(request), held, tuple(picture.png for picture in shown.pictures))
        people = await off_loop(shown_people, (message.summary,), self._site.deps.reports)
        deps, sender = self._site.deps, message.summary.sender
        suspect = await off_loop(of_sender, sender, people[held].sender, deps.senders, deps.limits(), deps.clock())
        return self._site.page(
            request,
            "held.html",
            status,
            person=person,
            message=message,
            shown=shown,
            people=people[held],
            suspect=suspect,
            why=why(message, shown, language_of(request)),
            locked=deps.unlock is not None and _is_locked(message),
            rewritable=deps.rewritten is not None,
            notice=notice,
            here=f"/held/{held}",
        )

    async def picture(self, request: Request, person: Person) -> Response:
        """A covered picture of a page that this session was just shown."""
        session, held, number = sessions.token_of(request), request.path_params["held"], request.path_params["number"]
        png = self._site.pictures.get(session, held, int(number))
        if png is None:
            raise HTTPException(404)
        return Response(png, media_type="image/png")

    async def decided(self, request: Request, person: Person) -> Response:
        """The address of a decision, opened as a page (from the history, say): the message itself."""
        return RedirectResponse(f"/held/{quote(request.path_params['held'], safe='')}", 303)

    async def release(self, request: Request, person: Person) -> Response:
        """Send it upstream, once."""
        held, reason = request.path_params["held"], str(request.state.form.get("reason", "")).strip()
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        try:
            outcome = await self._site.deps.release(held, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        self._site.deps.emit(HeldReleased(held, outcome.state, outcome.code))
        notice = {"sent": "ok_released", "cut": "line_cut"}.get(outcome.result, outcome.result)
        return await self._show(request, person, held, 200 if outcome.result == "sent" else 502, notice)

    async def rewritten(self, request: Request, person: Person) -> Response:
        """What would leave when everything it is held for was taken out, beside what it is now."""
        held, rewritten = request.path_params["held"], self._site.deps.rewritten
        if rewritten is None:
            raise HTTPException(404)
        message = await off_loop(self._site.deps.quarantine.open, held, f"console:{person.name}", "review")
        if message is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")

        async def page() -> Response:
            after, left = await off_loop(rewritten, held, f"console:{person.name}")
            # What was found before is covered afterwards too, where it stayed: rules may let it pass.
            old = await off_loop(evidence, message.reading, message.findings)
            new = await off_loop(evidence, after, left)
            shown = (*new.pictures, *old.pictures)
            self._site.pictures.keep(sessions.token_of(request), held, tuple(picture.png for picture in shown))
            here = f"/held/{held}"
            return self._site.page(
                request,
                "rewritten.html",
                person=person,
                id=held,
                before=old,
                after=new,
                first=len(new.pictures),
                here=here,
            )

        return await self._with_a_reader(request, person, page, "not_rewritable")

    async def release_rewritten(self, request: Request, person: Person) -> Response:
        """Send the rewritten form upstream, once; it is made and proved anew."""
        held, send = request.path_params["held"], self._site.deps.release_rewritten
        reason = str(request.state.form.get("reason", "")).strip()
        if send is None:
            raise HTTPException(404)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")

        async def page() -> Response:
            outcome = await send(held, f"console:{person.name}", reason)
            self._site.deps.emit(HeldReleased(held, outcome.state, outcome.code))
            notice = {"sent": "ok_rewritten", "cut": "line_cut"}.get(outcome.result, outcome.result)
            return await self._show(request, person, held, 200 if outcome.result == "sent" else 502, notice)

        return await self._with_a_reader(request, person, page, "not_rewritable")

    async def _with_a_reader(
        self, request: Request, person: Person, page: Callable[[], Awaitable[Response]], refused: str
    ) -> Response:
        """What takes a reader for as long as it lasts: one at a time. Refused, or not finished, it says so."""
        held = request.path_params["held"]
        if self._looking.locked():
            return await self._show(request, person, held, 429, "look_busy")
        async with self._looking:
            try:
                return await page()
            except Problem:
                return await self._show(request, person, held, 409, refused)
            except StoreUnavailable:
                raise
            except HushgateError:  # the reader ended, or took too long
                return await self._show(request, person, held, 503, "look_failed")

    async def discard(self, request: Request, person: Person) -> Response:
        """It never leaves."""
        held, reason = request.path_params["held"], str(request.state.form.get("reason", "")).strip()
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        try:
            await off_loop(self._site.deps.discard, held, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        self._site.deps.emit(HeldDiscarded(held))
        return await self._show(request, person, held, notice="ok_discarded")

    async def unlock(self, request: Request, person: Person) -> Response:
        """Look at it again, with a password or without. One at a time: each takes a reader for as long as it lasts."""
        held, unlock = request.path_params["held"], self._site.deps.unlock
        password = str(request.state.form.get("password", ""))
        if unlock is None:
            raise HTTPException(404)
        if len(password) > LONGEST_GIVEN:
            return await self._show(request, person, held, 400, "long_password")

        async def page() -> Response:
            opened = await off_loop(unlock, held, f"console:{person.name}", password)
            self._site.deps.emit(HeldUnlocked(held, opened))
            return await self._show(request, person, held, notice="ok_opened" if opened else "still_locked")

        return await self._with_a_reader(request, person, page, "moved")


def _is_locked(message: HeldMessage) -> bool:
    """Whether it waits for a decision, and a password may open something in it."""
    return message.summary.status == "held" and locks(message.reading) > 0
