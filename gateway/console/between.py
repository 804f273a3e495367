"""What a browser keeps for us between two steps: a cookie that only we can make, for minutes, bound to its purpose.

Its words can be read by whoever has the browser; they are nothing that somebody there may not know.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

_LONGEST = 3000


class Between:
    """One kind of such cookie. `key` may be empty: then they end with this process."""

    def __init__(self, name: str, path: str, same_site: Literal["lax", "strict"], lasts: timedelta, key: bytes) -> None:
        self._name, self._path, self._lasts = name, path, lasts
        self._same_site: Literal["lax", "strict"] = same_site
        self._key = key or secrets.token_bytes(32)

    def keep(self, response: Response, words: Sequence[str], now: datetime, secure: bool) -> None:
        """Give the words to the browser."""
        until = int((now + self._lasts).timestamp())
        body = base64.urlsafe_b64encode(json.dumps([until, *words]).encode()).decode("ascii")
        response.set_cookie(
            self._name,
            f"{body}.{self._seal(body)}",
            max_age=int(self._lasts.total_seconds()),
            path=self._path,
            secure=secure,
            httponly=True,
            samesite=self._same_site,
        )

    def kept(self, request: Request, now: datetime) -> list[str] | None:
        """The words, where they are ours and not too old."""
        body, dot, seal = request.cookies.get(self._name, "")[:_LONGEST].partition(".")
        if not dot or not hmac.compare_digest(seal.encode("utf-8", "replace"), self._seal(body).encode()):
            return None
        try:
            until, *words = json.loads(base64.urlsafe_b64decode(body))
        except (ValueError, binascii.Error):
            return None
        return words if until > now.timestamp() else None

    def forget(self, response: Response, secure: bool) -> None:
        """They were used."""
        response.delete_cookie(self._name, path=self._path, secure=secure, httponly=True, samesite=self._same_site)

    def _seal(self, body: str) -> str:
        stated = f"{self._name}\0{body}".encode("utf-8", "replace")
        return hmac.new(self._key, stated, hashlib.sha256).hexdigest()
