"""The page of one held message, and what a reviewer decides of it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.console import sessions
from gateway.console.deps import RewrittenPreview
from gateway.console.evidence import EvidencePage, evidence
from gateway.console.i18n import Translations, language_of
from gateway.console.mail_view import POLICY, frame_page
from gateway.console.masking import Search
from gateway.console.message_view import MessageView, search_of, view
from gateway.console.people import shown_people
from gateway.console.queue_filter import filter_within
from gateway.console.rewritten_places import rows_of
from gateway.console.site import Guarded, MenuEntry, Site
from gateway.console.why import why_sentence
from gateway.errors import CannotChange, HushgateError, Problem, StoreUnavailable
from gateway.model import HeldMessage, Reading
from gateway.model.place_changes import AddedBox, AddedSpan, PlaceChanges, code, of_code
from gateway.model.roles import Right, may
from gateway.quarantine.release import ReleaseOutcome
from gateway.reading.passwords import LONGEST_GIVEN
from gateway.storage.protocols import Person
from gateway.telemetry.events import HeldDiscarded, HeldReleased, HeldReturned, HeldUnlocked

REASONS = ("confirmed", "false_alarm", "sender_mends")
"""What reviewers say most: keys of texts (`reason_…`), the one that goes with the proposal first chosen."""
REASON_OF = {"rewritten": "confirmed", "return": "sender_mends", "discard": "confirmed", "release": "false_alarm"}
_DONE = frozenset(
    (
        "ok_released",
        "ok_rewritten",
        "ok_discarded",
        "ok_returned",
        "ok_returned_untold",
        "ok_proposed",
        "ok_turned_down",
        "ok_opened",
    )
)
_ID = re.compile(r"[A-Z]-[A-Z0-9]{1,20}", re.ASCII)
_PLACE = re.compile(r"(\d{1,6})\.(\d{1,8})-(\d{1,8})", re.ASCII)
_RECIPIENT = re.compile(r"to\.(\d{1,4})", re.ASCII)
_FILTER = re.compile(r"[\w.~%=&+:@*\-]{0,2000}", re.ASCII)
_LONGEST_NOTE, _LONGEST_WORD = 1000, 200
_FRAME_GONE = "<!doctype html><meta charset=utf-8><title></title><p>{}"


class MessagePages:
    """The handlers. One message at a time takes a reader."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site) -> None:
        self._site = site
        self._looking = asyncio.Lock()
        self._framing = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The addresses, each with its right."""
        guarded, asked_or = self._site.guarded, self._site.asked_or
        return [
            Route("/held/{held}", guarded(self.held, "see_messages")),
            Route("/held/{held}/mail", guarded(self.mail, "see_messages")),
            Route("/held/{held}/picture/{number:int}.png", guarded(self.picture, "see_messages")),
            Route("/static/places.js", self._site.static("places.js", "text/javascript")),
            *(
                Route(f"/held/{{held}}/{what}", asked_or(self.decided, done, right), methods=["GET", "POST"])
                for what, done, right in self._decisions()
            ),
        ]

    def _decisions(self) -> tuple[tuple[str, Guarded, Right], ...]:
        return (
            ("release", self.release, "decide"),
            ("rewritten", self.rewritten, "decide"),
            ("release-rewritten", self.release_rewritten, "decide"),
            ("unlock", self.unlock, "decide"),
            ("discard", self.discard, "decide"),
            ("return", self.give_back, "decide"),
            ("turn-down", self.turn_down, "decide"),
            ("reveal", self.reveal, "reveal"),
        )

    async def held(self, request: Request, person: Person) -> Response:
        """One message; opening it is audited by the store."""
        done, of = request.query_params.get("done", ""), request.query_params.get("of", "")
        notice = done if done in _DONE else ""
        about = of if notice and _ID.fullmatch(of) else ""
        return await self._show(request, person, request.path_params["held"], notice=notice, about=about)

    async def _show(
        self,
        request: Request,
        person: Person,
        held: str,
        status: int = 200,
        notice: str = "",
        about: str = "",
        revealed: tuple[str, str] | None = None,
    ) -> Response:
        message = await off_loop(self._site.deps.quarantine.open, held, f"console:{person.name}", "review")
        if message is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        filtered = _filter_of(request)
        seen = await off_loop(view, message, self._site.deps, language_of(request), filtered)
        pictures = tuple(picture.png for picture in seen.shown.pictures)
        self._site.pictures.keep(sessions.token_of(request), held, pictures, seen.source)
        return self._site.page(
            request,
            "held.html",
            status,
            **self._values(person, seen, held, filtered),
            notice=notice,
            about=about,
            revealed=revealed,
        )

    def _values(self, person: Person, seen: MessageView, held: str, filtered: str) -> dict[str, object]:
        deps = self._site.deps
        mine = seen.proposed is not None and seen.proposed.person == f"console:{person.name}"
        return {
            "person": person,
            "view": seen,
            "message": seen.message,
            "summary": seen.message.summary,
            "shown": seen.shown,
            "why": seen.why,
            "rewritable": deps.rewritten is not None,
            "returnable": deps.return_to_sender is not None and bool(seen.message.summary.sender),
            "reasons": REASONS,
            "chosen": REASON_OF[seen.proposal.what] if seen.proposal is not None else "",
            "mine": mine,
            "may_reveal": may(person.role, "reveal"),
            "may_see_reports": deps.reports is not None and may(person.role, "see_reports"),
            "filtered": filtered,
            "next_query": f"?{urlencode({'in': filtered})}" if filtered else "",
            "here": f"/held/{held}",
        }

    async def mail(self, request: Request, person: Person) -> Response:
        """The mail's HTML for the frame of a page that this session was just shown."""
        session, held = sessions.token_of(request), request.path_params["held"]
        source, words = self._site.pictures.mail(session, held), Translations(language_of(request))
        shown_page = self._site.deps.shown_page
        if source is None or shown_page is None:
            raise HTTPException(404)
        said = {"language": "zh-CN" if language_of(request) == "zh" else "en", "title": words["mail_frame"]}
        async with self._framing:  # a reader each: those who wait for a frame wait in line
            try:
                page = await off_loop(shown_page, source.content)
            except StoreUnavailable:
                raise
            except HushgateError:  # the reader ended, or took too long: its texts stand beside the frame
                page = None
        text = None
        if page is not None:
            missing = {**said, "missing": words["picture_not_loaded"]}
            text = await off_loop(frame_page, page, source.masking, source.pictures, missing)
        response = HTMLResponse(text if text is not None else _FRAME_GONE.format(words["mail_frame_gone"]))
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
        return response

    async def picture(self, request: Request, person: Person) -> Response:
        """A covered picture of a page that this session was just shown."""
        return self._site.kept_picture(request, request.path_params["held"])

    async def decided(self, request: Request, person: Person) -> Response:
        """The address of a decision, opened as a page (from the history, say): the message itself."""
        return RedirectResponse(f"/held/{quote(request.path_params['held'], safe='')}", 303)

    # --- decisions

    async def release(self, request: Request, person: Person) -> Response:
        """Send it upstream, once."""
        held, reason = request.path_params["held"], self._reason(request)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        if await self._proposed_since(request, person, held):
            return await self._show(request, person, held, 409, "proposed_since")
        try:
            outcome = await self._site.deps.release(held, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        return await self._settled(request, person, held, outcome, "ok_released")

    async def discard(self, request: Request, person: Person) -> Response:
        """It never leaves."""
        held, reason = request.path_params["held"], self._reason(request)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        try:
            await off_loop(self._site.deps.discard, held, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        self._site.deps.emit(HeldDiscarded(held))
        return await self._next(request, person, held, "ok_discarded")

    async def give_back(self, request: Request, person: Person) -> Response:
        """Back to its sender, with a notice; the reason is for the log, the note for the sender."""
        held, reason, back = request.path_params["held"], self._reason(request), self._site.deps.return_to_sender
        note = str(request.state.form.get("note", "")).strip()[:_LONGEST_NOTE]
        if back is None:
            raise HTTPException(404)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        try:
            told = await off_loop(back, held, f"console:{person.name}", reason, note)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        self._site.deps.emit(HeldReturned(held, told))
        return await self._next(request, person, held, "ok_returned" if told else "ok_returned_untold")

    async def turn_down(self, request: Request, person: Person) -> Response:
        """What somebody proposed is over; the message stays held."""
        held, reason, proposals = request.path_params["held"], self._reason(request), self._site.deps.proposals
        if proposals is None:
            raise HTTPException(404)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        proposed = await off_loop(proposals.of, held)
        if proposed is None or not await off_loop(proposals.turn_down, proposed, f"console:{person.name}", reason):
            return await self._show(request, person, held, 409, "moved")
        return await self._show(request, person, held, notice="ok_turned_down")

    async def reveal(self, request: Request, person: Person) -> Response:
        """One identity or recipient in clear, on this answer alone; audited before anything is shown."""
        held, reason = request.path_params["held"], self._reason(request)
        place = str(request.state.form.get("place", ""))
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        message = await off_loop(self._site.deps.quarantine.open, held, f"console:{person.name}", "reveal")
        if message is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        found = await off_loop(self._clear, message, place)
        if found is None:
            return await self._show(request, person, held, 409, "moved")
        await off_loop(self._site.deps.revealed, f"console:{person.name}", held, found[0], reason)
        return await self._show(request, person, held, revealed=found)

    def _clear(self, message: HeldMessage, place: str) -> tuple[str, str] | None:
        """Kind and words of what stands at a place; None where nothing is hidden there."""
        if recipient := _RECIPIENT.fullmatch(place):
            number, recipients = int(recipient[1]), message.summary.recipients
            return ("recipient", recipients[number]) if number < len(recipients) else None
        if _PLACE.fullmatch(place) is None:
            return None
        seen = view(message, self._site.deps, "zh")
        return next(((one.kind, one.clear) for one in seen.hidden if one.place == place), None)

    # --- the rewritten form

    async def rewritten(self, request: Request, person: Person) -> Response:
        """What would leave when everything it is held for was taken out, beside what it is now; with places that the
        reviewer adds or drops."""
        held, rewritten = request.path_params["held"], self._site.deps.rewritten
        if rewritten is None:
            raise HTTPException(404)
        changes, word = _changes(request), str(request.state.form.get("word", ""))[:_LONGEST_WORD]
        if changes is None:
            return await self._show(request, person, held, 400, "bad_place")
        before = of_code(str(request.state.form.get("places", ""))) or PlaceChanges()
        message = await off_loop(self._site.deps.quarantine.open, held, f"console:{person.name}", "review")
        if message is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")

        async def page() -> Response:
            notice, status = "", 200
            try:
                form = await off_loop(rewritten, held, f"console:{person.name}", changes, word)
            except CannotChange as refused:  # the form as it was before, and why not
                notice, status = f"cannot_{refused.why}", 409
                form = await off_loop(rewritten, held, f"console:{person.name}", before, "")
            return await self._preview(request, person, message, form, status, notice)

        return await self._with_a_reader(request, person, page, "not_rewritable")

    async def _preview(
        self, request: Request, person: Person, message: HeldMessage, form: RewrittenPreview, status: int, notice: str
    ) -> Response:
        held, search = message.summary.id, search_of(self._site.deps, message)
        old, new = await off_loop(_both, message, form, search)
        shown = (*new.pictures, *old.pictures)
        self._site.pictures.keep(sessions.token_of(request), held, tuple(picture.png for picture in shown))
        people = await off_loop(shown_people, (message.summary,), self._site.deps.reports)
        language, proposals = language_of(request), self._site.deps.proposals
        standing = await off_loop(proposals.of, held) if proposals is not None else None
        return self._site.page(
            request,
            "rewritten.html",
            status,
            person=person,
            id=held,
            before=old,
            after=new,
            first=len(new.pictures),
            rows=rows_of(form, language),
            places=code(form.changes),
            digest=form.digest,
            standing=standing.at.isoformat() if standing is not None else "",
            to=old.masking.texts(people[held].recipients),
            why=why_sentence(message, language),
            reasons=REASONS,
            chosen="confirmed",
            filtered=_filter_of(request),
            notice=notice,
            here=f"/held/{held}",
        )

    async def release_rewritten(self, request: Request, person: Person) -> Response:
        """Send the rewritten form upstream, once; it is made and proved anew, and must be the one that was shown."""
        held, release_shown = request.path_params["held"], self._site.deps.release_shown
        form, reason = request.state.form, self._reason(request)
        digest, changes = str(form.get("digest", "")), of_code(str(form.get("places", "")))
        if release_shown is None:
            raise HTTPException(404)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")
        if changes is None:
            return await self._show(request, person, held, 400, "bad_place")
        if not digest:  # nobody was shown anything
            return await self._show(request, person, held, 409, "cannot_moved")
        if await self._proposed_since(request, person, held):
            return await self._show(request, person, held, 409, "proposed_since")

        async def page() -> Response:
            try:
                outcome = await release_shown(held, f"console:{person.name}", reason, changes, digest)
            except CannotChange as refused:
                return await self._show(request, person, held, 409, f"cannot_{refused.why}")
            return await self._settled(request, person, held, outcome, "ok_rewritten")

        return await self._with_a_reader(request, person, page, "not_rewritable")

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

    # --- what they share

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

    async def _settled(
        self, request: Request, person: Person, held: str, outcome: ReleaseOutcome, sent: str
    ) -> Response:
        """What became of a release: the next message where it is done with, this one where it is not."""
        if outcome.result == "proposed":
            return await self._next(request, person, held, "ok_proposed")
        self._site.deps.emit(HeldReleased(held, outcome.state, outcome.code))
        if outcome.result == "sent":
            return await self._next(request, person, held, sent)
        return await self._show(request, person, held, 502, "line_cut" if outcome.result == "cut" else outcome.result)

    async def _next(self, request: Request, person: Person, held: str, notice: str) -> Response:
        """The message that waits longest behind it, of the same filter; where there is none, this one."""
        earlier, filtered = self._site.deps.earlier, _filter_of(request)
        asked = filter_within(filtered).query()
        following = await off_loop(earlier.following, held, asked) if earlier is not None else None
        if not following:
            return await self._show(request, person, held, notice=notice)
        query = {"done": notice, "of": held, **({"in": filtered} if filtered else {})}
        return RedirectResponse(f"/held/{quote(following, safe='')}?{urlencode(query)}", 303)

    async def _proposed_since(self, request: Request, person: Person, held: str) -> bool:
        """Whether another one proposed something since the page was made: a click that was to propose would be the
        second word, and send."""
        proposals = self._site.deps.proposals
        standing = await off_loop(proposals.of, held) if proposals is not None else None
        if standing is None or standing.person == f"console:{person.name}":
            return False
        return str(request.state.form.get("standing", "")) != standing.at.isoformat()

    def _reason(self, request: Request) -> str:
        """What was written, else what was chosen, in words; empty where there is neither."""
        form = request.state.form
        written, chosen = str(form.get("reason", "")).strip(), str(form.get("common", ""))
        if written or chosen not in REASONS:
            return written
        return Translations(language_of(request))[f"reason_{chosen}"]


def _filter_of(request: Request) -> str:
    """The queue's filter, as its address has it; what is none is none."""
    form = getattr(request.state, "form", None)
    given = str(form.get("in", "")) if form is not None else request.query_params.get("in", "")
    return given if _FILTER.fullmatch(given) else ""


def _changes(request: Request) -> PlaceChanges | None:
    """The changes so far and the new one: a place that goes too, or one that stays or is taken back. None where it is
    written as no page of ours writes it."""
    form = request.state.form
    changes = of_code(str(form.get("places", "")))
    if changes is None:
        return None
    if text := str(form.get("span", "")).strip():
        found = _PLACE.fullmatch(text)
        if found is None or int(found[3]) <= int(found[2]):
            return None
        changes = replace(changes, spans=(*changes.spans, AddedSpan(*map(int, found.groups()))))
    if text := str(form.get("box", "")).strip():
        numbers = [int(one) for one in re.split(r"[\s,]+", text) if one.isascii() and one.isdecimal()]
        picture = str(form.get("picture", ""))
        if len(numbers) != 4 or not (picture.isascii() and picture.isdecimal()) or min(numbers[2:]) < 1:
            return None
        changes = replace(changes, boxes=(*changes.boxes, AddedBox(int(picture), *numbers)))
    if key := str(form.get("drop", "")):
        more = of_code(f"d{key}")
        if more is None:
            return None
        changes = replace(changes, dropped=(*changes.dropped, *more.dropped))
    if key := str(form.get("undo", "")):
        gone = of_code(key)
        if gone is None:
            return None
        changes = PlaceChanges(
            tuple(one for one in changes.spans if one not in gone.spans),
            tuple(one for one in changes.boxes if one not in gone.boxes),
            tuple(one for one in changes.dropped if one not in gone.dropped),
        )
    return of_code(code(changes))


def _both(message: HeldMessage, form: RewrittenPreview, search: Search) -> tuple[EvidencePage, EvidencePage]:
    """The original, and the form that would leave. What was found before is covered in both."""
    found = form.findings
    kept = message.reading or Reading()
    if kept.texts == form.before.texts[: len(kept.texts)] and len(kept.pictures) == len(form.before.pictures):
        found = (*found, *message.findings)
    old = evidence(form.before, tuple(dict.fromkeys(found)), search)
    new = evidence(form.after, form.left, search)
    return old, new
