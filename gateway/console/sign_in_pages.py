"""Signing in and out: by password and, where the account has one, a code of its second factor; and the one-time links
that open an account."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console import devices, passwords, second_factor, sessions
from gateway.console.between import Between
from gateway.console.entrance import visitor_of
from gateway.console.rate_limit import (
    BY_CLIENT,
    BY_CLIENT_AND_NAME,
    BY_CODE,
    BY_NAME,
    Attempts,
    Pace,
    client_key,
    seconds_of,
)
from gateway.console.site import LOOKS, WANTED_COOKIE, MenuEntry, Site
from gateway.storage.account_protocols import Person, SignInOrigin
from gateway.telemetry.events import SignedIn

_NAME = re.compile(r"[\w.\-]{1,64}")
_AWAITED = "hushgate-awaited"
"""A cookie that says whose password was right a moment ago; the code is still missing."""
_AWAITED_LASTS = timedelta(minutes=5)
_LONGEST_BROWSER = 300
How = Literal["password", "totp", "recovery", "oidc", "link"]


class SignInPages:
    """The handlers, with the attempts that were made."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site, attempts: Attempts) -> None:
        self._site = site
        self._attempts = attempts
        self._awaited = Between(_AWAITED, "/login", "strict", _AWAITED_LASTS, site.deps.device_key)

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/setup/{token}", self.setup, methods=["GET", "POST"]),
            Route("/login", self.login, methods=["GET", "POST"]),
            Route("/login/code", self.code, methods=["GET", "POST"]),
            Route("/logout", self._site.guarded(self.logout, None), methods=["POST"]),
        ]

    async def setup(self, request: Request) -> Response:
        """A one-time link: make the first account, or set the password of one's own."""
        deps, token = self._site.deps, request.path_params["token"]
        now = deps.clock()
        if request.method in LOOKS:
            owner = await off_loop(deps.people.invited, token, now)
            if owner is None:
                return self._site.page(request, "message.html", 404, message="link_dead")
            return self._setup_page(request, 200, owner)
        form = await self._site.form(request)
        if not sessions.same_site(request, deps.url):
            return self._site.page(request, "message.html", 403, message="forbidden")
        if not deps.password_sign_in:
            return self._site.page(request, "message.html", 403, message="no_passwords")
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        owner = await off_loop(deps.people.invited, token, now)
        name = owner or name
        fault = _fault(name, password, str(form.get("again", "")))
        if fault and owner is not None:
            return self._setup_page(request, 400, owner, fault=fault, name=name)
        client = client_key(visitor_of(request).host)
        if wait := self._attempts.begin(now, {client: BY_CLIENT}):
            response = self._setup_page(request, 429, owner or "", fault="too_many", name=name)
            response.headers["Retry-After"] = seconds_of(wait)
            return response
        if owner is None or not await self._opened(token, owner, name, password):
            return self._setup_page(request, 404, owner or "", fault="link_dead", name=name)
        self._attempts.succeeded(client)
        return await self.signed_in(request, name, "link")

    async def _opened(self, token: str, owner: str, name: str, password: str) -> bool:
        people, now = self._site.deps.people, self._site.deps.clock()
        hashed = await off_loop(passwords.hashed, password)
        if owner:
            return await off_loop(people.accept, token, hashed, now) == name
        done = await off_loop(people.set_up, token, Person(name, "admin", hashed), now)
        if done:
            await off_loop(self._site.deps.used)
        return done

    def _setup_page(self, request: Request, status: int, owner: str, **values: str) -> Response:
        deps = self._site.deps
        return self._site.page(
            request,
            "setup.html",
            status,
            owner=owner,
            provider=deps.provider is not None,
            by_password=deps.password_sign_in,
            link=request.path_params["token"],
            **values,
        )

    async def login(self, request: Request) -> Response:
        """Sign in."""
        deps = self._site.deps
        if request.method in LOOKS:
            wanted = request.query_params.get("next") or request.cookies.get(WANTED_COOKIE, "").strip('"')
            return self._login_page(request, 200, next=self._site.inside(wanted))
        form = await self._site.form(request)
        if not sessions.same_site(request, deps.url):
            return self._site.page(request, "message.html", 403, message="forbidden")
        if not deps.password_sign_in:
            return self._site.page(request, "message.html", 403, message="no_passwords")
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        onward = self._site.inside(str(form.get("next", "")))
        folded, client, now = name.casefold(), client_key(visitor_of(request).host), deps.clock()
        device = devices.known_device(request, name, deps.device_key)
        paces = {f"{client} {folded}": BY_CLIENT_AND_NAME, client: BY_CLIENT}
        if device:  # strangers behind the same address are not its owner's business
            paces = {f"device:{device}": BY_CLIENT_AND_NAME}
        if wait := self._attempts.begin(now, paces):
            response = self._login_page(request, 429, fault="too_many", name=name, next=onward)
            response.headers["Retry-After"] = seconds_of(wait)
            return response
        later = timedelta(0) if device else self._attempts.slower(now, f"name:{folded}", BY_NAME)
        person = await off_loop(deps.people.find, name)
        right = await off_loop(passwords.matches, password, person.password_hash if person else None)
        if later:
            await deps.pause(later.total_seconds())
        deps.emit(SignedIn(right))
        if not right or person is None:
            await self._failed(request, person, "password")
            return self._login_page(request, 401, fault="wrong", name=name, next=onward)
        self._attempts.succeeded(*paces)
        if person.state != "active":
            await self._failed(request, person, "disabled")
            return self._login_page(request, 403, fault="account_disabled", name=name)
        if person.second_factor:
            response = RedirectResponse("/login/code" + (f"?next={onward}" if onward else ""), 303)
            self._awaited.keep(response, [name, _digest(person)], now, self._secure(request))
            return response
        return await self.signed_in(request, name, "password", onward)

    async def code(self, request: Request) -> Response:
        """The second step: a code of the app, or a recovery code."""
        deps, now = self._site.deps, self._site.deps.clock()
        awaited = self._awaited.kept(request, now)
        if awaited is None:
            return RedirectResponse("/login", 303)
        if request.method in LOOKS:
            return self._site.page(request, "code.html", next=self._site.inside(request.query_params.get("next", "")))
        form = await self._site.form(request)
        if not sessions.same_site(request, deps.url):
            return self._site.page(request, "message.html", 403, message="forbidden")
        name, digest = awaited
        onward, code = self._site.inside(str(form.get("next", ""))), second_factor.typed(str(form.get("code", "")))
        paces = self._code_paces(request, name)
        if wait := self._attempts.begin(now, paces):
            waiting = self._site.page(request, "code.html", 429, fault="too_many_codes", next=onward)
            waiting.headers["Retry-After"] = seconds_of(wait)
            return waiting
        person = await off_loop(deps.people.find, name)
        if person is None or person.state != "active" or _digest(person) != digest:
            return RedirectResponse("/login", 303)  # another password by now, or none at all
        how = await off_loop(self._right_code, name, code)
        deps.emit(SignedIn(how is not None))
        if how is None:
            await self._failed(request, person, "code")
            return self._site.page(request, "code.html", 401, fault="wrong_code", next=onward)
        self._attempts.succeeded(*paces)
        response = await self.signed_in(request, name, how, onward)
        self._awaited.forget(response, self._secure(request))
        return response

    def _code_paces(self, request: Request, name: str) -> dict[str, Pace]:
        """Six digits are few: they are counted for the account, wherever the guesses come from. Only who knows the
        password gets here, and the account's own browsers count for themselves."""
        device = devices.known_device(request, name, self._site.deps.device_key)
        return {f"code device:{device}" if device else f"code {name.casefold()}": BY_CODE}

    def _right_code(self, name: str, code: str) -> How | None:
        """By which kind of code somebody gets in; each works once. Blocks on the store."""
        factors = self._site.deps.people.second_factors
        if not second_factor.is_totp(code):
            return "recovery" if code and factors.take_recovery(name, code) else None
        secret = factors.secret(name)
        step = second_factor.matching_step(secret, code, self._site.deps.clock()) if secret else None
        if secret is None or step is None:
            return None
        return "totp" if factors.take_step(name, secret, step) else None

    def _login_page(self, request: Request, status: int, **values: str) -> Response:
        provider, by_password = self._site.deps.provider is not None, self._site.deps.password_sign_in
        known = {"next": "", "fault": "", "name": ""}
        return self._site.page(
            request, "login.html", status, provider=provider, by_password=by_password, **(known | values)
        )

    def failed_page(self, request: Request, status: int, fault: str) -> Response:
        """The page to sign in on, which says why somebody did not get in."""
        return self._login_page(request, status, fault=fault)

    async def _failed(self, request: Request, person: Person | None, why: str) -> None:
        """For the audit log. A name that is none of ours may be a password that was typed into the wrong field."""
        name = person.name if person is not None else ""
        await off_loop(self._site.deps.people.failed, name, why, origin_of(request, ""))

    async def signed_in(self, request: Request, name: str, how: How, onward: str = "") -> Response:
        """Open a session for somebody who showed who they are, and begin where they wanted to."""
        response = RedirectResponse(onward or "/", 303)
        await self.open_session(request, response, name, how)
        if WANTED_COOKIE in request.cookies:
            secure = self._secure(request)
            response.delete_cookie(WANTED_COOKIE, path="/login", secure=secure, httponly=True, samesite="strict")
        return response

    async def open_session(self, request: Request, response: Response, name: str, how: How) -> None:
        """A new session with its cookies; an old one of this browser ends."""
        deps = self._site.deps
        secure, origin = self._secure(request), origin_of(request, how)
        await off_loop(
            sessions.open_session, response, name, sessions.token_of(request), deps, deps.clock(), secure, origin
        )
        devices.remember(response, name, deps.device_key, secure)

    def _secure(self, request: Request) -> bool:
        return self._site.deps.secure_cookies or visitor_of(request).secure

    async def logout(self, request: Request, person: Person) -> Response:
        """Sign out."""
        response = RedirectResponse("/login", 303)
        token = sessions.token_of(request)
        await off_loop(sessions.close_session, response, token, self._site.deps, self._secure(request))
        self._site.pictures.forget(token)
        return response


def origin_of(request: Request, how: str) -> SignInOrigin:
    """From where somebody asks."""
    return SignInOrigin(visitor_of(request).host, request.headers.get("user-agent", "")[:_LONGEST_BROWSER], how)


def good_name(name: str) -> bool:
    """Whether an account may be called so."""
    return _NAME.fullmatch(name) is not None and name.strip(".") != ""


def password_fault(password: str, again: str) -> str:
    """What is wrong with a new password, as a key of the texts; empty where nothing is."""
    if not passwords.LEAST_LENGTH <= len(password) <= passwords.MOST_LENGTH:
        return "short"
    return "differ" if password != again else ""


def _fault(name: str, password: str, again: str) -> str:
    return password_fault(password, again) if good_name(name) else "bad_name"


def _digest(person: Person) -> str:
    """What changes with the password, so that a first step of before is none any more."""
    return passwords.fingerprint(person.password_hash)
