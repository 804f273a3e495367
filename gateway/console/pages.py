"""What each page does. Every call to the store blocks, so it runs on a thread."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import Any, get_args
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool as off_loop
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.console import devices, passwords, sessions
from gateway.console.deps import ConsoleDeps
from gateway.console.entrance import visitor_of
from gateway.console.evidence import EvidencePage, evidence
from gateway.console.guessing import of_sender, suspects
from gateway.console.i18n import COOKIE as LANGUAGE_COOKIE
from gateway.console.i18n import Language, Translations, language_of
from gateway.console.people import shown_people
from gateway.console.rate_limit import BY_CLIENT, BY_CLIENT_AND_NAME, BY_NAME, Attempts, client_key
from gateway.console.rendered_images import KeptPictures
from gateway.errors import HushgateError, Problem, StoreUnavailable
from gateway.inspection.unlocking import locks
from gateway.model import HeldMessage, HeldSummary, HoldState
from gateway.model.uninspectable_reasons import REASONS
from gateway.policy import MONITORED
from gateway.reading.passwords import LONGEST_GIVEN
from gateway.storage.protocols import Person
from gateway.telemetry.events import HeldDiscarded, HeldReleased, HeldUnlocked, SignedIn

STATES: tuple[HoldState, ...] = get_args(HoldState)
_LOOKS = ("GET", "HEAD")
_NAME = re.compile(r"[\w.\-]{1,64}")
_FORM_BYTES = 16_384
_ON_A_PAGE = 50
_MOST_ROWS = 200
_WAITING: tuple[HoldState, ...] = ("held", "uncertain")  # a person has to decide
_HERE = re.compile(r"/(?:[\w.\-]+(?:/[\w.\-]+)*)?(?:\?status=\w+)?", re.ASCII)

Page = Callable[[Request], Awaitable[Response]]
Guarded = Callable[[Request, Person], Awaitable[Response]]


class ConsolePages:
    """The handlers, with what they share: templates, attempts, and the pictures of pages just shown."""

    def __init__(self, deps: ConsoleDeps) -> None:
        self._deps = deps
        self._attempts = Attempts()
        self._templates = Environment(
            loader=PackageLoader("gateway.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._pictures = KeptPictures()
        self._looking = asyncio.Lock()
        self._style = resources.files("gateway.console").joinpath("static/style.css").read_bytes()

    # --- pages of everybody

    async def style(self, request: Request) -> Response:
        """The one style sheet."""
        return Response(self._style, media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    async def icon(self, request: Request) -> Response:
        """Browsers ask for one; there is none."""
        return Response(status_code=204, headers={"Cache-Control": "max-age=86400"})

    async def language(self, request: Request) -> Response:
        """Switch the language and go back to where the person was."""
        to = request.query_params.get("to", "/")
        response = RedirectResponse(to if _HERE.fullmatch(to) else "/", 303)
        wanted: Language = "en" if request.path_params["language"] == "en" else "zh"
        response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=31_536_000, samesite="strict", httponly=True)
        return response

    async def setup(self, request: Request) -> Response:
        """The one-time link: make the first account."""
        if request.method in _LOOKS:
            return self.page(request, "setup.html")
        form = await self._form(request)
        if not sessions.same_site(request, self._deps.url):
            return self.page(request, "message.html", 403, message="forbidden")
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        fault = _fault(name, password, str(form.get("again", "")))
        if fault:
            return self.page(request, "setup.html", 400, fault=fault, name=name)
        now = self._deps.clock()
        if wait := self._attempts.begin(now, {client_key(visitor_of(request).host): BY_CLIENT}):
            return self._wait(request, "setup.html", wait, name)
        person = Person(name, "admin", await off_loop(passwords.hashed, password))
        if not await off_loop(self._deps.people.set_up, request.path_params["token"], person, now):
            return self.page(request, "setup.html", 404, fault="link_dead", name=name)
        await off_loop(self._deps.used)
        return await self._signed_in(request, name)

    async def login(self, request: Request) -> Response:
        """Sign in."""
        if request.method in _LOOKS:
            return self.page(request, "login.html")
        form = await self._form(request)
        if not sessions.same_site(request, self._deps.url):
            return self.page(request, "message.html", 403, message="forbidden")
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        folded, client, now = name.casefold(), client_key(visitor_of(request).host), self._deps.clock()
        device = devices.known_device(request, name, self._deps.device_key)
        paces = {f"{client} {folded}": BY_CLIENT_AND_NAME, client: BY_CLIENT}
        if device:  # strangers behind the same address are not its owner's business
            paces = {f"device:{device}": BY_CLIENT_AND_NAME}
        if wait := self._attempts.begin(now, paces):
            return self._wait(request, "login.html", wait, name)
        later = timedelta(0) if device else self._attempts.slower(now, f"name:{folded}", BY_NAME)
        person = await off_loop(self._deps.people.find, name)
        right = await off_loop(passwords.matches, password, person.password_hash if person else None)
        if later:
            await self._deps.pause(later.total_seconds())
        self._deps.emit(SignedIn(right))
        if not right:
            return self.page(request, "login.html", 401, fault="wrong", name=name)
        self._attempts.succeeded(*paces)
        return await self._signed_in(request, name)

    def _wait(self, request: Request, template: str, wait: timedelta, name: str) -> Response:
        response = self.page(request, template, 429, fault="too_many", name=name)
        response.headers["Retry-After"] = str(max(1, -(-wait // timedelta(seconds=1))))
        return response

    async def _signed_in(self, request: Request, name: str) -> Response:
        response = RedirectResponse("/", 303)
        now = self._deps.clock()
        secure = self._deps.secure_cookies or visitor_of(request).secure
        await off_loop(sessions.open_session, response, name, sessions.token_of(request), self._deps, now, secure)
        devices.remember(response, name, self._deps.device_key, secure)
        return response

    # --- pages of people who are signed in

    def guarded(self, page: Guarded) -> Page:
        """Only for people who are signed in; a form must carry its session's token."""

        async def guarded(request: Request) -> Response:
            person = await off_loop(sessions.person_of, request, self._deps, self._deps.clock())
            if person is None:
                return RedirectResponse("/login", 303)
            if request.method == "POST":
                form = await self._form(request)
                if not sessions.meant(request, str(form.get("token", "")), self._deps.url):
                    return self.page(request, "message.html", 403, message="forbidden")
                request.state.form = form
            return await page(request, person)

        return guarded

    async def logout(self, request: Request, person: Person) -> Response:
        """Sign out."""
        response = RedirectResponse("/login", 303)
        secure = self._deps.secure_cookies or visitor_of(request).secure
        await off_loop(sessions.close_session, response, sessions.token_of(request), self._deps, secure)
        self._pictures.forget(sessions.token_of(request))
        return response

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
        people = await off_loop(shown_people, shown, self._deps.reports)
        deps = self._deps
        guessing = await off_loop(suspects, deps.senders, deps.quarantine, deps.reports, deps.limits(), deps.clock())
        return self.page(
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

    async def sent_rewritten(self, request: Request, person: Person) -> Response:
        """Messages that went out rewritten, newest first, as long as their originals are kept."""
        rewrites = self._deps.rewrites
        found = await off_loop(rewrites.summaries, _MOST_ROWS) if rewrites is not None else ()
        people = await off_loop(shown_people, found, self._deps.reports)
        return self.page(request, "sent_rewritten.html", person=person, found=found, people=people)

    async def original(self, request: Request, person: Person) -> Response:
        """The original of one of them, covered; opening it is audited by the store."""
        id_, rewrites = request.path_params["rewrite"], self._deps.rewrites
        kept = await off_loop(rewrites.open, id_, f"console:{person.name}", "review") if rewrites is not None else None
        if kept is None:
            return self.page(request, "message.html", 404, person=person, message="not_found")
        shown = await off_loop(evidence, kept.reading, kept.findings)
        self._pictures.keep(sessions.token_of(request), id_, tuple(picture.png for picture in shown.pictures))
        people = await off_loop(shown_people, (kept.summary,), self._deps.reports)
        here, of_it = f"/rewritten/{id_}", people[id_]
        return self.page(request, "original.html", person=person, kept=kept, shown=shown, people=of_it, here=here)

    async def original_picture(self, request: Request, person: Person) -> Response:
        """A covered picture of an original that this session was just shown."""
        id_, number = request.path_params["rewrite"], request.path_params["number"]
        png = self._pictures.get(sessions.token_of(request), id_, int(number))
        if png is None:
            raise HTTPException(404)
        return Response(png, media_type="image/png")

    async def unresolved(self, request: Request, person: Person) -> Response:
        """Open reports of whose parties no address is known: mail to them is recognised by what it says alone."""
        reports = self._deps.reports
        ids = await off_loop(reports.unresolved, _MOST_ROWS + 1) if reports is not None else ()
        found = await off_loop(reports.summaries, ids[:_MOST_ROWS]) if reports is not None else ()
        return self.page(request, "unresolved.html", person=person, found=found, more=len(ids) > _MOST_ROWS)

    def _summaries(self, chosen: str) -> tuple[HeldSummary, ...]:
        if chosen == "all":
            return self._deps.quarantine.summaries()
        wanted = tuple(state for state in STATES if state == chosen) or _WAITING
        found = [summary for state in wanted for summary in self._deps.quarantine.summaries(state)]
        return tuple(sorted(found, key=lambda summary: summary.received_at, reverse=True))

    async def held(self, request: Request, person: Person) -> Response:
        """One message; opening it is audited by the store."""
        return await self._show(request, person, request.path_params["held"])

    async def _show(self, request: Request, person: Person, held: str, status: int = 200, notice: str = "") -> Response:
        message = await off_loop(self._deps.quarantine.open, held, f"console:{person.name}", "review")
        if message is None:
            return self.page(request, "message.html", 404, person=person, message="not_found")
        shown = await off_loop(evidence, message.reading, message.findings)
        self._pictures.keep(sessions.token_of(request), held, tuple(picture.png for picture in shown.pictures))
        people = await off_loop(shown_people, (message.summary,), self._deps.reports)
        deps, sender = self._deps, message.summary.sender
        suspect = await off_loop(of_sender, sender, people[held].sender, deps.senders, deps.limits(), deps.clock())
        return self.page(
            request,
            "held.html",
            status,
            person=person,
            message=message,
            shown=shown,
            people=people[held],
            suspect=suspect,
            why=_why(message, shown, language_of(request)),
            locked=deps.unlock is not None and _is_locked(message),
            rewritable=deps.rewritten is not None,
            notice=notice,
            here=f"/held/{held}",
        )

    async def picture(self, request: Request, person: Person) -> Response:
        """A covered picture of a page that this session was just shown."""
        session, held, number = sessions.token_of(request), request.path_params["held"], request.path_params["number"]
        png = self._pictures.get(session, held, int(number))
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
            outcome = await self._deps.release(held, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        self._deps.emit(HeldReleased(held, outcome.state, outcome.code))
        notice = {"sent": "ok_released", "cut": "line_cut"}.get(outcome.result, outcome.result)
        return await self._show(request, person, held, 200 if outcome.result == "sent" else 502, notice)

    async def rewritten(self, request: Request, person: Person) -> Response:
        """What would leave when everything it is held for was taken out, beside what it is now."""
        held, rewritten = request.path_params["held"], self._deps.rewritten
        if rewritten is None:
            raise HTTPException(404)
        message = await off_loop(self._deps.quarantine.open, held, f"console:{person.name}", "review")
        if message is None:
            return self.page(request, "message.html", 404, person=person, message="not_found")

        async def page() -> Response:
            after, left = await off_loop(rewritten, held, f"console:{person.name}")
            # What was found before is covered afterwards too, where it stayed: rules may let it pass.
            old = await off_loop(evidence, message.reading, message.findings)
            new = await off_loop(evidence, after, left)
            shown = (*new.pictures, *old.pictures)
            self._pictures.keep(sessions.token_of(request), held, tuple(picture.png for picture in shown))
            here = f"/held/{held}"
            return self.page(
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
        held, send = request.path_params["held"], self._deps.release_rewritten
        reason = str(request.state.form.get("reason", "")).strip()
        if send is None:
            raise HTTPException(404)
        if not reason:
            return await self._show(request, person, held, 400, "no_reason")

        async def page() -> Response:
            outcome = await send(held, f"console:{person.name}", reason)
            self._deps.emit(HeldReleased(held, outcome.state, outcome.code))
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
            await off_loop(self._deps.discard, held, f"console:{person.name}", reason)
        except Problem:
            return await self._show(request, person, held, 409, "moved")
        self._deps.emit(HeldDiscarded(held))
        return await self._show(request, person, held, notice="ok_discarded")

    async def unlock(self, request: Request, person: Person) -> Response:
        """Look at it again, with a password or without. One at a time: each takes a reader for as long as it lasts."""
        held, unlock = request.path_params["held"], self._deps.unlock
        password = str(request.state.form.get("password", ""))
        if unlock is None:
            raise HTTPException(404)
        if len(password) > LONGEST_GIVEN:
            return await self._show(request, person, held, 400, "long_password")

        async def page() -> Response:
            opened = await off_loop(unlock, held, f"console:{person.name}", password)
            self._deps.emit(HeldUnlocked(held, opened))
            return await self._show(request, person, held, notice="ok_opened" if opened else "still_locked")

        return await self._with_a_reader(request, person, page, "moved")

    # --- what all share

    async def _form(self, request: Request) -> FormData:
        """A small form without files; anything else is 400, 413, or 408 where it does not come."""
        length = request.headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()) or int(length) > _FORM_BYTES:
            raise HTTPException(413)
        try:
            async with asyncio.timeout(self._deps.form_seconds):
                return await request.form(max_files=0, max_fields=10)
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A template with what every page knows."""
        language = language_of(request)
        known = {"person": None, "fault": "", "name": "", "notice": "", "here": _here(request)}
        session = sessions.token_of(request)
        text = self._templates.get_template(template).render(
            {
                **known,
                "t": Translations(language),
                "language": language,
                "token": sessions.form_token(session) if session else "",
                **values,
            }
        )
        return HTMLResponse(text, status)


def _is_locked(message: HeldMessage) -> bool:
    """Whether it waits for a decision, and a password may open something in it."""
    return message.summary.status == "held" and locks(message.reading) > 0


def _here(request: Request) -> str:
    """Where the language switch comes back to: this page, without anything that a stranger could have put there."""
    status = request.query_params.get("status", "")
    here = request.url.path + (f"?status={status}" if status else "")
    known = request.method in _LOOKS or here.startswith(("/login", "/setup/"))
    return here if known and _HERE.fullmatch(here) else "/"


def _fault(name: str, password: str, again: str) -> str:
    if not _NAME.fullmatch(name):
        return "bad_name"
    if not passwords.LEAST_LENGTH <= len(password) <= passwords.MOST_LENGTH:
        return "short"
    return "differ" if password != again else ""


@dataclass(frozen=True, slots=True)
class Why:
    """A row of the table of reasons: findings alike in all that it shows are one row, with the surest score.

    `medium`, `place` and `by` are words of the page's language.
    """

    kind: str
    medium: str
    place: str
    by: str
    report: str
    score: float
    count: int


def _why(message: HeldMessage, shown: EvidencePage, language: Language) -> list[Why]:
    """The findings in rows, in their order; for what could not be read the sentence that says why."""
    rows: dict[tuple[str, ...], Why] = {}
    words = Translations(language)
    for number, (finding, place) in enumerate(zip(message.findings, shown.places, strict=True)):
        sentence = REASONS.get(finding.detector, REASONS.get(finding.variant))
        by = sentence[0 if language == "zh" else 1] if sentence else words.how(finding.variant or finding.detector)
        if number < len(message.rules) and message.rules[number] == MONITORED:
            by += words["watched"]
        medium = (
            words["picture"] if finding.medium == "picture" and finding.span is None else words.medium(finding.medium)
        )
        key = (finding.kind, medium, words.place(place), by, finding.report)
        known = rows.get(key)
        rows[key] = Why(*key, max(finding.score, known.score if known else 0.0), known.count + 1 if known else 1)
    return list(rows.values())[:_MOST_ROWS]
