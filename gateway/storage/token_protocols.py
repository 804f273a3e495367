"""What commands and the API ask of the tokens that programs sign in with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from gateway.model.scopes import Scope

TokenOutcome = Literal["done", "missing", "taken"]


@dataclass(frozen=True, slots=True)
class ApiToken:
    """One program's token; the secret itself is known to nobody but that program. `expires` is None for one that holds
    until it is revoked; `seen_at`, when it was last used, to the minute."""

    name: str
    scopes: tuple[Scope, ...]
    made_at: datetime
    expires: datetime | None = None
    seen_at: datetime | None = None

    @property
    def actor(self) -> str:
        """Who it is in the audit log, and for four eyes."""
        return f"token:{self.name}"


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """What was answered to a request with an `Idempotency-Key`. `request` is a digest of what was asked; without a
    status the first one is still at it."""

    request: bytes
    status: int = 0
    body: bytes = b""


class ApiTokens(Protocol):
    """Secrets are kept as keyed digests alone."""

    def create(
        self, name: str, secret: str, scopes: Sequence[Scope], actor: str, expires: datetime | None = None
    ) -> TokenOutcome:
        """`taken` where there is a token of this name."""
        ...

    def rotate(self, name: str, secret: str, actor: str) -> TokenOutcome:
        """Another secret for the same token; the old one ends at once."""
        ...

    def revoke(self, name: str, actor: str) -> TokenOutcome:
        """It ends at once. Its name stays in the log, and can be given again."""
        ...

    def all(self) -> tuple[ApiToken, ...]:
        """By name."""
        ...

    def find(self, secret: str, now: datetime) -> ApiToken | None:
        """Whose secret this is; None for a wrong one and for one that ran out. The use is written down, once a
        minute."""
        ...

    def begin(self, token: str, key: str, request: bytes, now: datetime) -> KnownAnswer | None:
        """None, and the key is this request's from now on; or what is known of an earlier request with the key."""
        ...

    def answered(self, token: str, key: str, status: int, body: bytes) -> None:
        """Keep the answer for whoever asks again with the key."""
        ...

    def given_up(self, token: str, key: str) -> None:
        """The request changed nothing: whoever asks again with the key is answered anew."""
        ...
