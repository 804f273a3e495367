"""What the store promises of accounts: who may sign in, by what, and who is signed in.

Tokens are kept as keyed digests. All raise `errors.StoreUnavailable`, and are safe to call from several threads, as
those of `protocols`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from gateway.model.roles import Role

AccountState = Literal["active", "disabled"]
AccountOutcome = Literal["done", "missing", "taken", "last_admin", "no_right"]
"""`taken`: somebody has this name, or one that differs in letter case alone. `last_admin`: without this account nobody
could keep accounts any more. `no_right`: who asked is no active admin, by now perhaps."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in to the console. `second_factor`: a sign-in by password asks for a code. `linked`: an
    identity provider knows them. `address` is their own mail's, where it is known. `how` they signed in, of a session:
    `password`, `totp`, `recovery`, `oidc` or `link`; empty where nobody noted it."""

    name: str
    role: Role
    password_hash: str = field(repr=False)  # empty where none is set
    state: AccountState = "active"
    second_factor: bool = False
    linked: bool = False
    address: str = field(default="", repr=False)
    how: str = ""


@dataclass(frozen=True, slots=True)
class SignInOrigin:
    """From where somebody signed in: the client's address, what the browser calls itself, and `how`."""

    address: str = ""
    browser: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """An account as an admin sees it. `link_until`: its one-time link works until then; None where it has none."""

    name: str
    role: Role
    state: AccountState
    seen_at: datetime | None
    has_password: bool
    second_factor: bool
    linked: bool
    link_until: datetime | None
    sessions: int


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One sign-in of somebody. `id` says which one it is and opens nothing."""

    id: str
    made_at: datetime | None
    seen_at: datetime | None
    origin: SignInOrigin


class SecondFactors(Protocol):
    """Time-based codes (RFC 6238) and recovery codes. A secret is kept sealed, a recovery code as a keyed digest."""

    def propose(self, name: str, secret: bytes) -> None:
        """Keep a secret that was shown and is not in force before a code of it was given."""
        ...

    def proposed(self, name: str) -> bytes | None: ...

    def confirm(self, name: str, secret: bytes, step: int, codes: Sequence[str]) -> bool:
        """Put the proposed secret in force, with fresh recovery codes; False where another is proposed by now."""
        ...

    def secret(self, name: str) -> bytes | None:
        """The one in force."""
        ...

    def take_step(self, name: str, secret: bytes, step: int) -> bool:
        """Use up a step of time and all before it; False where it is used already, or the secret is another now."""
        ...

    def take_recovery(self, name: str, code: str) -> bool:
        """Use up a recovery code; False where it is none."""
        ...

    def recovery_left(self, name: str) -> int: ...

    def renew_recovery(self, name: str, codes: Sequence[str]) -> bool:
        """Replace all recovery codes; False where there is no second factor."""
        ...

    def drop(self, name: str) -> bool:
        """Back to the password alone."""
        ...


class Accounts(Protocol):
    """Console accounts, one-time links and sessions. Tokens are stored as digests only.

    `actor` is who asks, as the audit log writes it. One of the console (`console:NAME`) must be an active admin at that
    moment.
    """

    @property
    def second_factors(self) -> SecondFactors: ...

    def any(self) -> bool: ...

    def issue_setup(self, token: str, expires: datetime) -> None:
        """One-time link for the first account; replaces any earlier one."""
        ...

    def set_up(self, token: str, person: Person, now: datetime) -> bool:
        """Use the link up and add the person, in one transaction; False where it is unknown, used or expired."""
        ...

    def invite(
        self, name: str, role: Role, token: str, expires: datetime, actor: str, address: str = ""
    ) -> AccountOutcome:
        """Add an account that opens by a one-time link."""
        ...

    def invited(self, token: str, now: datetime) -> str | None:
        """Whose link this is; empty for that of the first account, None where it is unknown, used or expired."""
        ...

    def accept(self, token: str, password_hash: str, now: datetime) -> str | None:
        """Use up the link of an account, and set its password. Its name, or None as above."""
        ...

    def accept_subject(self, token: str, subject: str, name: str, now: datetime) -> str | None:
        """Use up a link by linking the account to whom a provider means. `name` is for the first account."""
        ...

    def find(self, name: str) -> Person | None: ...

    def all(self, idle: timedelta | None = None) -> tuple[Account, ...]:
        """By name. Sessions that nobody used for so long do not count."""
        ...

    def set_role(self, name: str, role: Role, actor: str) -> AccountOutcome: ...

    def disable(self, name: str, actor: str) -> AccountOutcome:
        """Its sessions and its link end at once."""
        ...

    def enable(self, name: str, actor: str) -> AccountOutcome: ...

    def reset(self, name: str, token: str, expires: datetime, actor: str) -> AccountOutcome:
        """End password, second factor, link and sessions; a new one-time link sets the next password."""
        ...

    def change_password(self, name: str, old: str, new: str, keep: str) -> bool:
        """Replace one hash by another; all sessions but that of the token `keep` end. False where `old` is not the
        hash any more."""
        ...

    def by_subject(self, subject: str) -> Person | None:
        """Whose account it is by the word of an identity provider."""
        ...

    def sign_in_subject(self, subject: str, name: str, role: Role, address: str) -> Person | AccountOutcome:
        """The account of whom a provider means, made where there is none, with the role that the provider gives."""
        ...

    def link_subject(self, name: str, subject: str) -> bool:
        """From now on the provider opens this account; False where it opens another one."""
        ...

    def unlink_subject(self, name: str) -> bool: ...

    def console_address(self) -> str:
        """Where the console took a free port, the address that it has; empty where it noted none."""
        ...

    def note_console_address(self, address: str) -> None: ...

    def failed(self, name: str, why: str, origin: SignInOrigin) -> None:
        """Note in the audit log that somebody did not get in. `name` is that of an account, or empty."""
        ...

    def open_session(
        self, token: str, name: str, expires: datetime, origin: SignInOrigin | None = None, now: datetime | None = None
    ) -> None: ...

    def session(self, token: str, now: datetime, idle: timedelta | None = None, active: bool = True) -> Person | None:
        """Who signed in with this token. None from the moment on that the account is disabled, or `idle` passed since
        it was last used; with `active` this is a use."""
        ...

    def close_session(self, token: str) -> None: ...

    def sessions_of(self, name: str, now: datetime, idle: timedelta | None = None) -> tuple[SessionSummary, ...]:
        """The newest first."""
        ...

    def session_id(self, token: str) -> str:
        """Which of `sessions_of` it is."""
        ...

    def end_session(self, name: str, session: str, actor: str) -> bool:
        """One of somebody's sessions; False where it is none of theirs."""
        ...

    def end_sessions(self, name: str, actor: str, keep: str = "") -> int:
        """All of somebody's sessions but that of the token `keep`; how many there were."""
        ...
