"""Who is asking, and did they mean to: server-side sessions, a token per form, same-site requests only.

The cookie holds a random token; the store keeps its digest. The form token is derived from it, so that it needs no
place of its own and dies with it. A request that changes something must come from our own page: browsers say so in
`Sec-Fetch-Site` (Fetch Metadata) or `Origin` (RFC 6454); one that says neither is not a browser of this century.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from gateway.console.deps import ConsoleDeps
from gateway.storage.account_protocols import Person, SignInOrigin

COOKIE = "hushgate"


def token_of(request: Request) -> str:
    """The session token that the request carries; empty without one."""
    return request.cookies.get(COOKIE, "")


def person_of(request: Request, deps: ConsoleDeps, now: datetime) -> Person | None:
    """Who is signed in. Blocks on the store. What a page fetches by itself while nobody is there is no use of it."""
    token = token_of(request)
    if not token:
        return None
    active = request.method == "POST" or request.headers.get("sec-fetch-dest") != "empty"
    return deps.people.session(token, now, deps.session_idle, active)


def open_session(
    response: Response, name: str, old: str, deps: ConsoleDeps, now: datetime, secure: bool, origin: SignInOrigin
) -> None:
    """A new token at each sign-in; the one that the browser had before is closed. Blocks on the store."""
    if old:
        deps.people.close_session(old)
    token = secrets.token_urlsafe(32)
    deps.people.open_session(token, name, now + deps.session_lasts, origin, now)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(deps.session_lasts.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def close_session(response: Response, token: str, deps: ConsoleDeps, secure: bool) -> None:
    """Sign out here and in the store."""
    if token:
        deps.people.close_session(token)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict", secure=secure)


def form_token(session: str) -> str:
    """The token that each form of this session carries."""
    return hmac.new(session.encode(), b"form", hashlib.sha256).hexdigest()


def meant(request: Request, given: str, url: str = "") -> bool:
    """Did the form come from a page that we made for this session?"""
    token = token_of(request)
    own = form_token(token).encode()
    return bool(token) and same_site(request, url) and hmac.compare_digest(given.encode("utf-8", "replace"), own)


def same_site(request: Request, url: str = "") -> bool:
    """Did the request come from a page of ours? `url` is our address as people write it, where that is another."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin") or request.headers.get("referer")
    try:
        found = urlsplit(origin or "")
    except ValueError:  # no URL at all
        return False
    ours = {request.headers.get("host", ""), urlsplit(url).netloc} - {""}
    return found.netloc.lower() in {one.lower() for one in ours}
