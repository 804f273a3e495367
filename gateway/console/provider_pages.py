"""Signing in by an identity provider, and tying an account to one.

People leave for the provider and come back by a link of another site, so that the cookie which waits for them is `Lax`
and our own, which is `Strict`, is not sent with that request: a page of ours is shown first, and leads on by itself.
What may not be done by a stranger's link, tying an account, begins with a form of ours and is remembered in the cookie.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console.account_pages import AccountPages
from gateway.console.between import Between
from gateway.console.entrance import visitor_of
from gateway.console.oidc import Provider, ProviderFailed, ProviderIdentity
from gateway.console.rate_limit import BY_CLIENT, Attempts, client_key, seconds_of
from gateway.console.sign_in_pages import SignInPages, good_name, origin_of
from gateway.console.site import MenuEntry, Site
from gateway.storage.account_protocols import Person
from gateway.telemetry.events import SignedIn

_COOKIE = "hushgate-provider"
_LASTS = timedelta(minutes=10)
_BACK = "/login/oidc/callback"
_WORDS = 6
Purpose = Literal["sign_in", "open", "tie"]
"""`open`: an account by its one-time link. `tie`: the account that is signed in."""
_FAULTS = {
    "unknown": "provider_unknown",
    "no_role": "provider_no_role",
    "taken": "provider_taken",
    "disabled": "account_disabled",
    "last_admin": "last_admin",
    "link_dead": "link_dead",
    "refused": "provider_refused",
}


class _NotLetIn(Exception):
    """`why` for the audit log, and whose account it is, where there is one."""

    def __init__(self, why: str, name: str = "") -> None:
        super().__init__(why)
        self.why, self.name = why, name


class ProviderPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = ()

    def __init__(
        self, site: Site, signing: SignInPages, accounts: AccountPages, provider: Provider, attempts: Attempts
    ) -> None:
        self._site, self._signing, self._accounts = site, signing, accounts
        self._provider, self._attempts = provider, attempts
        self._between = Between(_COOKIE, "/login/oidc", "lax", _LASTS, site.deps.device_key)

    def routes(self) -> list[Route]:
        """The addresses."""
        guarded = self._site.guarded
        return [
            Route("/login/oidc", self.leave),
            Route(_BACK, self.callback),
            Route("/account/provider", guarded(self.tie, None), methods=["POST"]),
            Route("/account/provider/off", guarded(self.untie, None), methods=["POST"]),
        ]

    async def leave(self, request: Request) -> Response:
        """To the provider. With `link`, to open an account by its one-time link."""
        link = request.query_params.get("link", "")[:200]
        onward = self._site.inside(request.query_params.get("next", ""))
        try:
            place, words = await self._asked(request, "open" if link else "sign_in", link, onward)
        except ProviderFailed as failure:
            return await self._failed(request, failure.word, "")
        response = RedirectResponse(place, 303)
        self._between.keep(response, words, self._site.deps.clock(), self._secure(request))
        return response

    async def tie(self, request: Request, person: Person) -> Response:
        """To the provider, to tie this account to whoever signs in there. A form may not be answered by sending it on
        to another site (`form-action`): a page leads on."""
        if person.password_hash and (no := await self._accounts.not_them(request, person)):
            return no
        try:
            place, words = await self._asked(request, "tie", person.name, "/account")
        except ProviderFailed as failure:
            return await self._failed(request, failure.word, person.name)
        response = self._site.page(request, "onward.html", person=person, to=place, here="/account")
        self._between.keep(response, words, self._site.deps.clock(), self._secure(request))
        return response

    async def untie(self, request: Request, person: Person) -> Response:
        """From now on by password alone."""
        done = await off_loop(self._site.deps.people.unlink_subject, person.name)
        return RedirectResponse(f"/account?status={'provider_off' if done else 'provider_stays'}", 303)

    async def callback(self, request: Request) -> Response:
        """Back from the provider."""
        deps = self._site.deps
        now, client = deps.clock(), client_key(visitor_of(request).host)
        if wait := self._attempts.begin(now, {f"provider {client}": BY_CLIENT}):  # first: each failure is in the log
            response = self._signing.failed_page(request, 429, "too_many")
            response.headers["Retry-After"] = seconds_of(wait)
            return response
        words = self._between.kept(request, now)
        state = request.query_params.get("state", "")
        if words is None or len(words) != _WORDS or not hmac.compare_digest(state.encode(), words[0].encode()):
            return await self._failed(request, "state", "")
        _, nonce, verifier, onward, purpose, value = words
        try:
            said = dict(request.query_params)
            identity = await self._provider.identity(self._back(request), nonce, verifier, said)
            name = await off_loop(self._let_in, purpose, value, identity)
        except ProviderFailed as failure:
            return await self._failed(request, failure.word, value if purpose == "tie" else "")
        except _NotLetIn as no:
            return await self._failed(request, no.why, no.name)
        self._attempts.succeeded(f"provider {client}")
        deps.emit(SignedIn(True))
        response = self._site.page(request, "onward.html", to=self._site.inside(onward) or "/")
        if purpose != "tie":
            await self._signing.open_session(request, response, name, "oidc")
        self._between.forget(response, self._secure(request))
        return response

    def _let_in(self, purpose: str, value: str, identity: ProviderIdentity) -> str:
        """Whose account it is. Blocks on the store; raises _NotLetIn."""
        people = self._site.deps.people
        if purpose == "tie":
            if not people.link_subject(value, identity.subject):
                raise _NotLetIn("taken", value)
            return value
        if purpose == "open":
            first = people.invited(value, self._site.deps.clock()) == ""
            called = identity.name if good_name(identity.name) else ""
            name = people.accept_subject(value, identity.subject, called, self._site.deps.clock())
            if name is None:
                raise _NotLetIn("link_dead")
            if first:
                self._site.deps.used()
            return name
        return self._known(identity)

    def _known(self, identity: ProviderIdentity) -> str:
        people = self._site.deps.people
        person: Person | str | None = people.by_subject(identity.subject)
        if self._provider.gives_roles:
            known = person.name if isinstance(person, Person) else ""
            if identity.role is None:
                if known:  # the provider took the role away: what is open by its word ends too
                    people.end_sessions(known, f"console:{known}")
                raise _NotLetIn("no_role", known)
            if not known and not good_name(identity.name):
                raise _NotLetIn("no_name")
            person = people.sign_in_subject(identity.subject, identity.name, identity.role, identity.address)
            if isinstance(person, str):
                raise _NotLetIn(person, known)
        if not isinstance(person, Person):
            raise _NotLetIn("unknown")
        if person.state != "active":
            raise _NotLetIn("disabled", person.name)
        return person.name

    async def _asked(self, request: Request, purpose: Purpose, value: str, onward: str) -> tuple[str, list[str]]:
        """The provider's page, and what has to come back with whoever comes from there. Raises ProviderFailed."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        place = await self._provider.address(self._back(request), state, nonce, verifier)
        return place, [state, nonce, verifier, onward, purpose, value]

    async def _failed(self, request: Request, why: str, name: str) -> Response:
        await off_loop(self._site.deps.people.failed, name, why, origin_of(request, "oidc"))
        self._site.deps.emit(SignedIn(False))
        response = self._signing.failed_page(request, 403, _FAULTS.get(why, "provider_failed"))
        self._between.forget(response, self._secure(request))
        return response

    def _back(self, request: Request) -> str:
        """Where the provider sends people."""
        return self._site.own_address(request) + _BACK

    def _secure(self, request: Request) -> bool:
        return self._site.deps.secure_cookies or visitor_of(request).secure
