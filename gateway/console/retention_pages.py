"""How long messages are kept, and the legal hold: which messages are kept whatever the settings say."""

from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console.site import MenuEntry, Site
from gateway.errors import Problem
from gateway.storage.keeping_protocols import Keeping
from gateway.storage.protocols import Person

_ON_A_PAGE = 200


class RetentionPages:
    """The handlers. Another page leads to the legal hold of a message by `/retention/ID`."""

    menu: Sequence[MenuEntry] = ()  # the page of figures leads here

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """The addresses."""
        guarded, asked_or = self._site.guarded, self._site.asked_or
        return [
            Route("/retention", guarded(self.listing, "keep_records")),
            Route("/retention/{message}", asked_or(self.message, self.hold, "keep_records"), methods=["GET", "POST"]),
        ]

    async def listing(self, request: Request, person: Person) -> Response:
        """The settings, what there is, and what is under a legal hold; `?id=` leads to one message."""
        deps, wanted = self._site.deps, request.query_params.get("id", "").strip().upper()
        if wanted and wanted.isascii() and wanted.replace("-", "").isalnum() and len(wanted) < 20:
            return RedirectResponse(f"/retention/{wanted}", 303)
        if deps.keeping is None:
            return self._unknown(request, person)
        kept = await off_loop(deps.keeping.kept)
        return self._site.page(
            request,
            "retention.html",
            person=person,
            kept=kept[:_ON_A_PAGE],
            total=len(kept),
            room=await off_loop(deps.keeping.room),
            rules=deps.retention,
            keep_days=deps.keep_days(),
            here="/retention",
        )

    async def message(self, request: Request, person: Person) -> Response:
        """Whether a message is under a legal hold, and the form to change that."""
        return await self._show(request, person)

    async def hold(self, request: Request, person: Person) -> Response:
        """Put it under a legal hold, or end that."""
        deps, message = self._site.deps, request.path_params["message"]
        on = str(request.state.form.get("on", "")) == "1"
        reason = str(request.state.form.get("reason", ""))
        if deps.legal_hold is None:
            return self._unknown(request, person)
        if not reason.strip():
            return await self._show(request, person, 422, "no_reason")
        try:
            await off_loop(deps.legal_hold, message, on, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, 409, "moved")
        return await self._show(request, person, 200, "ret_ok_keep" if on else "ret_ok_unkeep")

    async def _show(self, request: Request, person: Person, status: int = 200, notice: str = "") -> Response:
        message = request.path_params["message"]
        kept = await off_loop(_is_kept, self._site.deps.keeping, message)
        if kept is None:
            return self._unknown(request, person)
        return self._site.page(
            request,
            "legal_hold.html",
            status,
            person=person,
            message=message,
            kept=kept,
            notice=notice,
            here=f"/retention/{message}",
        )

    def _unknown(self, request: Request, person: Person) -> Response:
        return self._site.page(request, "message.html", 404, person=person, message="not_found")


def _is_kept(keeping: Keeping | None, message: str) -> bool | None:
    return keeping.is_kept(message) if keeping is not None else None
