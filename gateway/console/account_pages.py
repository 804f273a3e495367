"""One's own account: the password, the second factor, and where one is signed in.

Whoever changes how they sign in says the password once more: a page that was left open changes nothing.
"""

from collections.abc import Sequence
from datetime import timedelta

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console import passwords, second_factor, sessions
from gateway.console.browsers import browser_name
from gateway.console.rate_limit import BY_CLIENT_AND_NAME, BY_CODE, Attempts, seconds_of
from gateway.console.sign_in_pages import origin_of, password_fault
from gateway.console.site import Guarded, MenuEntry, Page, Site
from gateway.storage.account_protocols import Accounts, Person

_PATH = "/account"
_SECOND = "/account/second-factor"
_NOTICES = frozenset(
    ("password_changed", "sessions_ended", "totp_off", "totp_needed", "provider_off", "provider_stays", "no_session")
)
_BAD = frozenset(("totp_needed", "provider_stays", "no_session"))


class AccountPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site, attempts: Attempts) -> None:
        self._site, self._attempts = site, attempts

    def routes(self) -> list[Route]:
        """The addresses. They need no right but to be signed in, and concern nobody else."""
        guarded = self._site.guarded

        def posted(what: str, page: Page) -> Route:
            return Route(f"{_PATH}/{what}", page, methods=["GET", "POST"])

        def own(done: Guarded, opened: str = _PATH) -> Page:
            async def opened_page(request: Request, person: Person) -> Response:
                return RedirectResponse(opened, 303)

            return self._site.asked_or(opened_page, done, None)

        return [
            Route(_PATH, guarded(self.account, None)),
            Route(_SECOND, self._site.asked_or(self.second_factor, self.propose, None), methods=["GET", "POST"]),
            posted("password", own(self.password)),
            posted("sessions", own(self.end)),
            posted("second-factor/confirm", own(self.confirm, _SECOND)),
            posted("second-factor/off", own(self.drop)),
            posted("second-factor/codes", own(self.renew)),
        ]

    async def account(self, request: Request, person: Person) -> Response:
        """The page of one's own account."""
        said = request.query_params.get("status", "")
        notice = said if said in _NOTICES else ""
        return await self._account(request, person, 200, notice)

    async def _account(self, request: Request, person: Person, status: int, notice: str, fault: str = "") -> Response:
        deps, token = self._site.deps, sessions.token_of(request)
        found = await off_loop(deps.people.sessions_of, person.name, deps.clock(), deps.session_idle)
        left = await off_loop(deps.people.second_factors.recovery_left, person.name) if person.second_factor else 0
        return self._site.page(
            request,
            "account.html",
            status,
            person=person,
            signed_in=found,
            here_id=deps.people.session_id(token),
            browser_name=browser_name,
            left=left,
            provider=deps.provider is not None,
            by_password=deps.password_sign_in,
            required=person.role in deps.require_totp,
            notice=notice,
            bad=notice in _BAD,
            fault=fault,
            here=_PATH,
        )

    async def password(self, request: Request, person: Person) -> Response:
        """Another password; everywhere else the account is signed out."""
        form, token = request.state.form, sessions.token_of(request)
        new = str(form.get("new", ""))
        if fault := password_fault(new, str(form.get("again", ""))):
            return await self._account(request, person, 400, "", fault)
        if no := await self.not_them(request, person):
            return no
        hashed = await off_loop(passwords.hashed, new)
        people = self._site.deps.people
        if not await off_loop(people.change_password, person.name, person.password_hash, hashed, token):
            return await self._account(request, person, 409, "", "wrong_password")
        return RedirectResponse(f"{_PATH}?status=password_changed", 303)

    async def end(self, request: Request, person: Person) -> Response:
        """End one of one's own sessions, or all others."""
        which, token, people = str(request.state.form.get("session", "")), sessions.token_of(request), self._people
        if which == "others":
            await off_loop(people.end_sessions, person.name, f"console:{person.name}", token)
        elif not await off_loop(people.end_session, person.name, which[:64], f"console:{person.name}"):
            return RedirectResponse(f"{_PATH}?status=no_session", 303)
        return RedirectResponse(f"{_PATH}?status=sessions_ended", 303)

    async def second_factor(self, request: Request, person: Person) -> Response:
        """Set up a second factor: first the password, then the picture for the app."""
        if person.second_factor:
            return RedirectResponse(_PATH, 303)
        return await self._setting_up(request, person, 200, "")

    async def _setting_up(self, request: Request, person: Person, status: int, fault: str) -> Response:
        secret = await off_loop(self._people.second_factors.proposed, person.name)
        address = second_factor.key_address(person.name, secret) if secret else ""
        width, dark = await off_loop(second_factor.key_picture, address) if secret else (0, "")
        return self._site.page(
            request,
            "second_factor.html",
            status,
            person=person,
            key=second_factor.key_of(secret) if secret else "",
            width=width,
            dark=dark,
            required=person.role in self._site.deps.require_totp,
            fault=fault,
            here=_PATH,
        )

    async def propose(self, request: Request, person: Person) -> Response:
        """A fresh secret, not in force before a code of it was given."""
        if person.second_factor or not person.password_hash:
            return RedirectResponse(_PATH, 303)
        if no := await self.not_them(request, person, setting_up=True):
            return no
        await off_loop(self._people.second_factors.propose, person.name, second_factor.fresh_secret())
        return RedirectResponse(_SECOND, 303)

    async def confirm(self, request: Request, person: Person) -> Response:
        """A code of the proposed secret puts it in force; the recovery codes are shown, once."""
        factors, now = self._people.second_factors, self._site.deps.clock()
        secret = await off_loop(factors.proposed, person.name)
        if secret is None or person.second_factor:
            return RedirectResponse(_SECOND, 303)
        if wait := self._attempts.begin(now, {f"confirm {person.name.casefold()}": BY_CODE}):
            response = await self._setting_up(request, person, 429, "too_many_codes")
            return _later(response, wait)
        code = second_factor.typed(str(request.state.form.get("code", "")))
        step = second_factor.matching_step(secret, code, now) if second_factor.is_totp(code) else None
        codes = second_factor.fresh_recovery_codes()
        if step is None or not await off_loop(factors.confirm, person.name, secret, step, codes):
            return await self._setting_up(request, person, 400, "wrong_code")
        self._attempts.succeeded(f"confirm {person.name.casefold()}")
        return self._codes(request, person, codes)

    async def drop(self, request: Request, person: Person) -> Response:
        """Back to the password alone, where the role allows it."""
        if person.role in self._site.deps.require_totp:
            return RedirectResponse(f"{_PATH}?status=totp_needed", 303)
        if no := await self.not_them(request, person):
            return no
        await off_loop(self._people.second_factors.drop, person.name)
        return RedirectResponse(f"{_PATH}?status=totp_off", 303)

    async def renew(self, request: Request, person: Person) -> Response:
        """Ten fresh recovery codes; those before open nothing any more."""
        if no := await self.not_them(request, person):
            return no
        codes = second_factor.fresh_recovery_codes()
        if not await off_loop(self._people.second_factors.renew_recovery, person.name, codes):
            return RedirectResponse(_PATH, 303)
        return self._codes(request, person, codes)

    def _codes(self, request: Request, person: Person, codes: Sequence[str]) -> Response:
        shown = [second_factor.in_halves(code) for code in codes]
        return self._site.page(request, "recovery_codes.html", person=person, codes=shown, here=_PATH)

    async def not_them(self, request: Request, person: Person, setting_up: bool = False) -> Response | None:
        """A page that says so where the password is not theirs; None where it is."""

        async def page(status: int, fault: str) -> Response:
            if setting_up:
                return await self._setting_up(request, person, status, fault)
            return await self._account(request, person, status, "", fault)

        key = f"account {person.name.casefold()}"
        if wait := self._attempts.begin(self._site.deps.clock(), {key: BY_CLIENT_AND_NAME}):
            return _later(await page(429, "too_many"), wait)
        password = str(request.state.form.get("password", ""))
        if not await off_loop(passwords.matches, password, person.password_hash):
            await off_loop(self._people.failed, person.name, "password", origin_of(request, "account"))
            return await page(403, "wrong_password")
        self._attempts.succeeded(key)
        return None

    @property
    def _people(self) -> Accounts:
        return self._site.deps.people


def _later(response: Response, wait: timedelta) -> Response:
    response.headers["Retry-After"] = seconds_of(wait)
    return response
