"""A browser that somebody has signed in with before: a cookie that says so, which nobody else can make.

It opens nothing. It only counts as a client of its own, so that strangers who guess from the same address, or from
everywhere, do not make its owner wait (OWASP, "device cookies"). It names the account that it was made for.
"""

import hashlib
import hmac
import secrets

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "hushgate-known"
_LASTS = 180 * 24 * 3600
_LONGEST = 200


def known_device(request: Request, name: str, key: bytes) -> str:
    """The device's own number, where its cookie is good for this account; else empty."""
    cookie = request.cookies.get(COOKIE, "")
    number, dot, seal = cookie.partition(".")
    if not (key and number and dot) or len(cookie) > _LONGEST:
        return ""
    return number if hmac.compare_digest(seal.encode(), _seal(number, name, key).encode()) else ""


def remember(response: Response, name: str, key: bytes, secure: bool) -> None:
    """From now on this browser is known, to this account."""
    if not key:
        return
    number = secrets.token_urlsafe(12)
    response.set_cookie(
        COOKIE,
        f"{number}.{_seal(number, name, key)}",
        max_age=_LASTS,
        path="/login",
        secure=secure,
        httponly=True,
        samesite="strict",
    )


def _seal(number: str, name: str, key: bytes) -> str:
    return hmac.new(key, f"{number}\0{name.casefold()}".encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
