"""Signing in and out, and the one-time link that makes the first account."""

import re
from collections.abc import Sequence
from datetime import timedelta

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console import devices, passwords, sessions
from gateway.console.entrance import visitor_of
from gateway.console.rate_limit import BY_CLIENT, BY_CLIENT_AND_NAME, BY_NAME, Attempts, client_key
from gateway.console.site import LOOKS, MenuEntry, Site
from gateway.storage.protocols import Person
from gateway.telemetry.events import SignedIn

_NAME = re.compile(r"[\w.\-]{1,64}")


class SignInPages:
    """The handlers, with the attempts that were made."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site) -> None:
        self._site = site
        self._attempts = Attempts()

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/setup/{token}", self.setup, methods=["GET", "POST"]),
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/logout", self._site.guarded(self.logout, None), methods=["POST"]),
        ]

    async def setup(self, request: Request) -> Response:
        """The one-time link: make the first account."""
        if request.method in LOOKS:
            return self._site.page(request, "setup.html")
        form = await self._site.form(request)
        if not sessions.same_site(request, self._site.deps.url):
            return self._site.page(request, "message.html", 403, message="forbidden")
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        fault = _fault(name, password, str(form.get("again", "")))
        if fault:
            return self._site.page(request, "setup.html", 400, fault=fault, name=name)
        now = self._site.deps.clock()
        if wait := self._attempts.begin(now, {client_key(visitor_of(request).host): BY_CLIENT}):
            return self._wait(request, "setup.html", wait, name)
        person = Person(name, "admin", await off_loop(passwords.hashed, password))
        if not await off_loop(self._site.deps.people.set_up, request.path_params["token"], person, now):
            return self._site.page(request, "setup.html", 404, fault="link_dead", name=name)
        await off_loop(self._site.deps.used)
        return await self._signed_in(request, name)

    async def login(self, request: Request) -> Response:
        """Sign in."""
        if request.method in LOOKS:
            return self._site.page(request, "login.html")
        form = await self._site.form(request)
        if not sessions.same_site(request, self._site.deps.url):
            return self._site.page(request, "message.html", 403, message="forbidden")
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        folded, client, now = name.casefold(), client_key(visitor_of(request).host), self._site.deps.clock()
        device = devices.known_device(request, name, self._site.deps.device_key)
        paces = {f"{client} {folded}": BY_CLIENT_AND_NAME, client: BY_CLIENT}
        if device:  # strangers behind the same address are not its owner's business
            paces = {f"device:{device}": BY_CLIENT_AND_NAME}
        if wait := self._attempts.begin(now, paces):
            return self._wait(request, "login.html", wait, name)
        later = timedelta(0) if device else self._attempts.slower(now, f"name:{folded}", BY_NAME)
        person = await off_loop(self._site.deps.people.find, name)
        right = await off_loop(passwords.matches, password, person.password_hash if person else None)
        if later:
            await self._site.deps.pause(later.total_seconds())
        self._site.deps.emit(SignedIn(right))
        if not right:
            return self._site.page(request, "login.html", 401, fault="wrong", name=name)
        self._attempts.succeeded(*paces)
        return await self._signed_in(request, name)

    def _wait(self, request: Request, template: str, wait: timedelta, name: str) -> Response:
        response = self._site.page(request, template, 429, fault="too_many", name=name)
        response.headers["Retry-After"] = str(max(1, -(-wait // timedelta(seconds=1))))
        return response

    async def _signed_in(self, request: Request, name: str) -> Response:
        response = RedirectResponse("/", 303)
        now = self._site.deps.clock()
        secure = self._site.deps.secure_cookies or visitor_of(request).secure
        await off_loop(sessions.open_session, response, name, sessions.token_of(request), self._site.deps, now, secure)
        devices.remember(response, name, self._site.deps.device_key, secure)
        return response

    async def logout(self, request: Request, person: Person) -> Response:
        """Sign out."""
        response = RedirectResponse("/login", 303)
        secure = self._site.deps.secure_cookies or visitor_of(request).secure
        await off_loop(sessions.close_session, response, sessions.token_of(request), self._site.deps, secure)
        self._site.pictures.forget(sessions.token_of(request))
        return response


def _fault(name: str, password: str, again: str) -> str:
    if not _NAME.fullmatch(name):
        return "bad_name"
    if not passwords.LEAST_LENGTH <= len(password) <= passwords.MOST_LENGTH:
        return "short"
    return "differ" if password != again else ""
