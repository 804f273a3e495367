"""The accounts, for those who keep them: invite, give a role, lock and unlock, reset, sign out."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console.setup import LASTS
from gateway.console.sign_in_pages import good_name
from gateway.console.site import Guarded, MenuEntry, Page, Site
from gateway.model.roles import ROLES, Role
from gateway.storage.account_protocols import AccountOutcome, Person
from gateway.text.addresses import fold_address

_PATH = "/users"
_LONGEST = 200
_STATUS: dict[AccountOutcome, int] = {"missing": 404, "taken": 409, "last_admin": 409, "no_right": 403}
_SAID: dict[AccountOutcome, str] = {
    "missing": "no_account",
    "taken": "name_taken",
    "last_admin": "last_admin",
    "no_right": "no_right",
}


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A one-time link that is shown once, and whose it is."""

    name: str
    link: str


class UserPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry(_PATH, "users", "keep_accounts"),)

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """The addresses; each decision opened as a page is the list."""

        def decision(done: Guarded) -> Page:
            return self._site.asked_or(self._to_the_list, done, "keep_accounts")

        decisions = {
            "invite": self.invite,
            "role": self.role,
            "disable": self.disable,
            "enable": self.enable,
            "reset": self.reset,
            "sign-out": self.sign_out,
        }
        return [
            Route(_PATH, self._site.guarded(self.listing, "keep_accounts")),
            *(Route(f"{_PATH}/{what}", decision(done), methods=["GET", "POST"]) for what, done in decisions.items()),
        ]

    async def listing(self, request: Request, person: Person) -> Response:
        """Everybody, by name."""
        return await self._list(request, person)

    async def _to_the_list(self, request: Request, person: Person) -> Response:
        return RedirectResponse(_PATH, 303)

    async def _list(
        self,
        request: Request,
        person: Person,
        status: int = 200,
        *,
        notice: str = "",
        fault: str = "",
        fresh: FreshLink | None = None,
        name: str = "",
    ) -> Response:
        accounts = await off_loop(self._site.deps.people.all, self._site.deps.session_idle)
        return self._site.page(
            request,
            "users.html",
            status,
            person=person,
            accounts=accounts,
            roles=ROLES,
            notice=notice,
            fault=fault,
            fresh=fresh,
            name=name,
            here=_PATH,
        )

    async def invite(self, request: Request, person: Person) -> Response:
        """A new account, with a link for whom it is."""
        form = request.state.form
        name, role, address = _name(request), _role(request), str(form.get("address", "")).strip()
        if not good_name(name):
            return await self._list(request, person, 400, fault="bad_name", name=name)
        if role is None or (address and not fold_address(address)):
            fault = "bad_role" if role is None else "bad_address"
            return await self._list(request, person, 400, fault=fault, name=name)
        token, until = _fresh(self._site)
        outcome = await off_loop(self._site.deps.people.invite, name, role, token, until, _actor(person), address)
        return await self._linked(request, person, outcome, name, token)

    async def role(self, request: Request, person: Person) -> Response:
        """Another role, in force with the next page that they open."""
        role = _role(request)
        if role is None:
            return await self._list(request, person, 400, fault="bad_role")
        outcome = await off_loop(self._site.deps.people.set_role, _name(request), role, _actor(person))
        return await self._done(request, person, outcome, "ok_role")

    async def disable(self, request: Request, person: Person) -> Response:
        """Lock the account: it is signed out at once, and cannot sign in."""
        outcome = await off_loop(self._site.deps.people.disable, _name(request), _actor(person))
        return await self._done(request, person, outcome, "ok_disabled")

    async def enable(self, request: Request, person: Person) -> Response:
        """Unlock it."""
        outcome = await off_loop(self._site.deps.people.enable, _name(request), _actor(person))
        return await self._done(request, person, outcome, "ok_enabled")

    async def reset(self, request: Request, person: Person) -> Response:
        """Begin again: a link sets the next password. Not with one's own account, which would be signed out first."""
        if _name(request) == person.name:
            return await self._list(request, person, 409, fault="own_reset")
        token, until = _fresh(self._site)
        outcome = await off_loop(self._site.deps.people.reset, _name(request), token, until, _actor(person))
        return await self._linked(request, person, outcome, _name(request), token)

    async def sign_out(self, request: Request, person: Person) -> Response:
        """End every session of somebody."""
        await off_loop(self._site.deps.people.end_sessions, _name(request), _actor(person))
        return await self._done(request, person, "done", "ok_signed_out")

    async def _done(self, request: Request, person: Person, outcome: AccountOutcome, said: str) -> Response:
        if outcome != "done":
            return await self._list(request, person, _STATUS[outcome], fault=_SAID[outcome])
        # They may have changed their own account.
        still = await off_loop(self._site.deps.people.find, person.name)
        if still is None or still.role != "admin" or still.state != "active":
            return RedirectResponse("/", 303)
        return await self._list(request, person, notice=said)

    async def _linked(
        self, request: Request, person: Person, outcome: AccountOutcome, name: str, token: str
    ) -> Response:
        if outcome != "done":
            return await self._list(request, person, _STATUS[outcome], fault=_SAID[outcome], name=name)
        link = f"{self._site.own_address(request)}/setup/{token}"
        return await self._list(request, person, fresh=FreshLink(name, link))


def _fresh(site: Site) -> tuple[str, datetime]:
    return secrets.token_urlsafe(24), site.deps.clock() + LASTS


def _actor(person: Person) -> str:
    return f"console:{person.name}"


def _name(request: Request) -> str:
    return str(request.state.form.get("name", "")).strip()[:_LONGEST]


def _role(request: Request) -> Role | None:
    given = str(request.state.form.get("role", ""))
    return next((role for role in ROLES if role == given), None)
