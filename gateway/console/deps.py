"""What the console needs from outside, as one value: Protocols and callables that `service` gives it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.console.oidc import Provider
from gateway.model import Finding, Reading
from gateway.policy import Policy, SenderLimits
from gateway.quarantine.four_eyes import Decider
from gateway.quarantine.release import ReleaseOutcome
from gateway.storage.protocols import Accounts, Quarantine, Reports, Rewrites, Senders
from gateway.storage.review_protocols import Proposals


@dataclass(frozen=True, slots=True)
class ConsoleDeps:
    """`release` and `discard` take (held id, actor, reason). `ready` is asked on a thread, it may block.

    By `reports` the list knows which recipients are reported parties, and shows them; all others are masked there, for
    one of them may be the reporter. Without it all are masked. `noted` (actor, event, report) audits a look at one.

    `hosts` are names that may be asked for besides our own address, folded. `url` is the address under which people
    open the pages, empty where it is none but ours. `device_key` makes cookies of known browsers; `used` is told that
    the set-up link was used; `pause` waits, in seconds. By `senders` and `limits` reviewers see who guesses.
    `unlock` takes (held id, actor, password), blocks for as long as reading takes, and says whether more was opened.
    `rewritten` takes (held id, actor), blocks as long, and gives the reading of what `release_rewritten` would send
    and what of a reporter stays in it. A session ends `session_idle` after it was last used. Of roles in
    `require_totp` nothing is shown to whoever has no second factor. `provider`: by whose word people sign in too, and
    where `password_sign_in` is false, by no other.
    and what of a reporter stays in it.
    `proposals`, `policy` and `decider` (of an actor of the audit log) say what takes two people, and who may decide.
    `target`: how soon a message should be decided. `return_to_sender` takes (held id, actor, reason, note).
    """

    quarantine: Quarantine
    people: Accounts
    release: Callable[[str, str, str], Awaitable[ReleaseOutcome]]
    discard: Callable[[str, str, str], None]
    ready: Callable[[], dict[str, bool]]
    metrics: Callable[[], tuple[bytes, str]]
    clock: Callable[[], datetime]
    emit: Callable[[object], None]
    session_lasts: timedelta = timedelta(hours=8)
    secure_cookies: bool = False
    reports: Reports | None = None
    noted: Callable[[str, str, str], None] = lambda actor, event, report: None
    hosts: frozenset[str] = frozenset()
    url: str = ""
    trusted_proxies: tuple[str, ...] = ()
    metrics_networks: tuple[str, ...] = ()
    metrics_token: str = field(default="", repr=False)
    device_key: bytes = field(default=b"", repr=False)
    form_seconds: float = 10.0
    used: Callable[[], None] = lambda: None
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    senders: Senders | None = None
    limits: Callable[[], SenderLimits] = SenderLimits
    unlock: Callable[[str, str, str], bool] | None = None
    rewritten: Callable[[str, str], tuple[Reading, tuple[Finding, ...]]] | None = None
    rewrites: Rewrites | None = None
    release_rewritten: Callable[[str, str, str], Awaitable[ReleaseOutcome]] | None = None
    session_idle: timedelta = timedelta(hours=1)
    require_totp: frozenset[str] = frozenset()
    password_sign_in: bool = True
    provider: Provider | None = None
    proposals: Proposals | None = None
    policy: Callable[[], Policy | None] = lambda: None
    decider: Callable[[str], Decider] = Decider
    target: timedelta = timedelta(minutes=60)
    return_to_sender: Callable[[str, str, str, str], None] | None = None
