"""What all pages share: templates, forms, who is signed in, and what that person may see. Calls to the store block, so
they run on a thread."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool as off_loop
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.console import sessions
from gateway.console.deps import ConsoleDeps
from gateway.console.entrance import visitor_of
from gateway.console.i18n import COOKIE as LANGUAGE_COOKIE
from gateway.console.i18n import Language, Translations, language_of
from gateway.console.known_now import KnownNow
from gateway.console.list_visits import ListVisits
from gateway.console.rendered_images import KeptPictures
from gateway.model.roles import Right, may
from gateway.storage.protocols import Person

LOOKS = ("GET", "HEAD")
WANTED_COOKIE = "hushgate-wanted"
"""Which page somebody asked for who was not signed in."""
_FORM_BYTES = 16_384
_HERE = re.compile(r"/(?:[\w.\-]+(?:/[\w.\-]+)*)?(?:\?[\w.\-=&%+~*]{0,2000})?", re.ASCII)
"""A path of ours with a query that was written by `urlencode`: nothing that leads elsewhere."""

Page = Callable[[Request], Awaitable[Response]]
Guarded = Callable[[Request, Person], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link at the head of each page, for whoever has the right. `text` is a key of `texts`."""

    path: str
    text: str
    right: Right


@dataclass(frozen=True, slots=True)
class FormSize:
    """The most octets and files of a form."""

    octets: int = _FORM_BYTES
    files: int = 0


class Room(Protocol):
    """Pages that belong together: their addresses, and what of them stands in the menu."""

    menu: Sequence[MenuEntry]

    def routes(self) -> list[Route]: ...


class Site:
    """The pages that need nobody signed in, and what the other rooms of pages are made with. `pictures` are those of
    pages that were just shown; `known_now` covers lines of lists."""

    def __init__(self, deps: ConsoleDeps) -> None:
        self.deps = deps
        self.menu: tuple[MenuEntry, ...] = ()
        self.pictures = KeptPictures()
        self.known_now = KnownNow(deps)
        self._visits = ListVisits(deps.note_look, deps.clock)
        self._templates = Environment(
            loader=PackageLoader("gateway.console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def static(self, name: str, kind: str) -> Page:
        """What answers with a file of ours."""
        content = resources.files("gateway.console").joinpath(f"static/{name}").read_bytes()

        async def answer(request: Request) -> Response:
            return Response(content, media_type=kind, headers={"Cache-Control": "max-age=3600"})

        return answer

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

    def asked_or(self, shown: Guarded, done: Guarded, right: Right | None, form: "FormSize | None" = None) -> Page:
        """One address, opened as a page and as the target of a form."""

        async def either(request: Request, person: Person) -> Response:
            return await (done if request.method == "POST" else shown)(request, person)

        return self.guarded(either, right, form)

    def guarded(self, page: Guarded, right: Right | None, form: "FormSize | None" = None) -> Page:
        """Only for people who are signed in and have the right; a form must carry its session's token. `form`: how
        large it may be, where that is more than usual."""
        size = form or FormSize()

        async def guarded(request: Request) -> Response:
            person = await off_loop(sessions.person_of, request, self.deps, self.deps.clock())
            if person is None:
                return self._to_sign_in(request)
            if right is not None and self._has_to_set_up(person):
                return RedirectResponse("/account/second-factor", 303)
            if right is not None and not may(person.role, right):
                if request.url.path == "/" and request.method in LOOKS:
                    return RedirectResponse(self.home_of(person), 303)
                return self.page(request, "message.html", 403, person=person, message="no_right")
            if request.method == "POST":
                given = await self.form(request, size)
                if not sessions.meant(request, str(given.get("token", "")), self.deps.url):
                    return self.page(request, "message.html", 403, message="forbidden")
                request.state.form = given
                try:
                    return await page(request, person)
                finally:
                    await given.close()
            else:
                await off_loop(self._visits.note, f"console:{person.name}", request.url.path)
            return await page(request, person)

        return guarded

    def home_of(self, person: Person) -> str:
        """Where somebody begins: the first page of the menu that they may see."""
        return next((entry.path for entry in self.menu if may(person.role, entry.right)), "/account")

    def inside(self, path: str) -> str:
        """A path of ours, as it is; empty for anything else, which may lead elsewhere."""
        return path if _HERE.fullmatch(path) else ""

    def _to_sign_in(self, request: Request) -> Response:
        """Where to sign in, and back here then. Whoever followed a link in a mail may be signed in: our cookie does not
        come with a link of another site, but does with the step from this page to itself."""
        here = self.inside(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        sent = {name: request.headers.get(f"sec-fetch-{name}") for name in ("site", "mode", "dest")}
        if request.method == "GET" and sent == {"site": "cross-site", "mode": "navigate", "dest": "document"}:
            return self.page(request, "onward.html", to=here or "/")
        response = RedirectResponse("/login", 303)
        if request.method in LOOKS and here not in ("", "/"):
            secure = self.deps.secure_cookies or visitor_of(request).secure
            response.set_cookie(
                WANTED_COOKIE, here, max_age=600, path="/login", secure=secure, httponly=True, samesite="strict"
            )
        return response

    def kept_picture(self, request: Request, of: str) -> Response:
        """A covered picture of the page of `of` that this session was just shown, by the number in the address."""
        png = self.pictures.get(sessions.token_of(request), of, int(request.path_params["number"]))
        if png is None:
            raise HTTPException(404)
        return Response(png, media_type="image/png")

    def own_address(self, request: Request) -> str:
        """Our address as people write it; without `console.url` the name that was asked for, which is one of ours."""
        if self.deps.url:
            return self.deps.url
        scheme = "https" if visitor_of(request).secure else "http"
        return f"{scheme}://{request.headers['host']}"

    def _has_to_set_up(self, person: Person) -> bool:
        """Whether this sign-in needs a second factor that is not there yet."""
        return person.role in self.deps.require_totp and not person.second_factor and person.how != "oidc"

    async def form(self, request: Request, size: "FormSize | None" = None) -> FormData:
        """A small form without files, or as large as `size` says; anything else is 400, 413, or 408 where it does not
        come."""
        size = size or FormSize()
        length = request.headers.get("content-length", "")
        if not (length.isascii() and length.isdecimal()) or int(length) > size.octets:
            raise HTTPException(413)
        try:
            async with asyncio.timeout(self.deps.form_seconds):
                return await request.form(max_files=size.files, max_fields=10)
        except TimeoutError:
            raise HTTPException(408, headers={"Connection": "close"}) from None

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A template with what every page knows."""
        language = language_of(request)
        known = {
            "person": None,
            "fault": "",
            "name": "",
            "notice": "",
            "here": _here(request, values.get("person") is not None),
        }
        session = sessions.token_of(request)
        person = values.get("person")
        menu = [entry for entry in self.menu if person is not None and may(person.role, entry.right)]
        text = self._templates.get_template(template).render(
            {
                **known,
                "t": Translations(language),
                "language": language,
                "menu": menu,
                "token": sessions.form_token(session) if session else "",
                **values,
            }
        )
        return HTMLResponse(text, status)


def _here(request: Request, is_known: bool) -> str:
    """Where the language switch comes back to: this page, without anything that a stranger could have put there."""
    query = request.url.query if is_known else ""
    here = request.url.path + (f"?{query}" if query else "")
    known = request.method in LOOKS or here.startswith(("/login", "/setup/"))
    return next((one for one in (here, request.url.path) if known and _HERE.fullmatch(one)), "/")
