"""What the console needs from outside, as one value: Protocols and callables that `service` gives it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.console.oidc import Provider
from gateway.inspection.untold import Trial
from gateway.model import Edit, Finding, Reading
from gateway.model.drill import DrillResult
from gateway.model.notice import Justification
from gateway.model.place_changes import PlaceChanges
from gateway.model.shown_page import ShownPage
from gateway.policy import Policy, SenderLimits
from gateway.quarantine.four_eyes import Decider
from gateway.quarantine.release import ReleaseOutcome
from gateway.settings.settings import Retention
from gateway.storage.audit_protocols import Audit
from gateway.storage.earlier_protocols import EarlierMessages
from gateway.storage.keeping_protocols import Decisions, Keeping, Tallies
from gateway.storage.passed_protocols import PassedMail
from gateway.storage.protocols import Accounts, Quarantine, Reports, Rewrites, Senders
from gateway.storage.review_protocols import Proposals
from gateway.storage.watched_protocols import WatchedMails


@dataclass(frozen=True, slots=True)
class RewrittenPreview:
    """The reading of a message and what is found in it; the reading of its rewritten form, what of a reporter the rules
    let pass in it, and the edits that made it, with what a reviewer changed. `digest` is of its bytes."""

    before: Reading = field(repr=False)
    findings: tuple[Finding, ...]
    after: Reading = field(repr=False)
    left: tuple[Finding, ...]
    edits: tuple[Edit, ...]
    changes: PlaceChanges
    digest: str


@dataclass(frozen=True, slots=True)
class ConsoleDeps:
    """`release` and `discard` take (held id, actor, reason). `ready` is asked on a thread, it may block.

    By `reports` the list knows which recipients are reported parties, and shows them; all others are masked there, for
    one of them may be the reporter. Without it all are masked. `noted` (actor, event, report, reason) audits a
    look at one, the reason sealed.

    `hosts` are names that may be asked for besides our own address, folded. `url` is the address under which people
    open the pages, empty where it is none but ours. `device_key` makes cookies of known browsers; `used` is told that
    the set-up link was used; `pause` waits, in seconds. By `senders` and `limits` reviewers see who guesses.
    `unlock` takes (held id, actor, password), blocks for as long as reading takes, and says whether more was opened.
    A session ends `session_idle` after it was last used. Of roles in `require_totp` nothing is shown to whoever has no
    second factor. `provider`: by whose word people sign in too, and where `password_sign_in` is false, by no other.

    `proposals`, `policy` and `decider` (of an actor of the audit log) say what takes two people, and who may decide.
    `target`: how soon a message should be decided.
    `rewritten` takes (held id, actor, changes, a word that goes too), blocks as long, and gives what would be sent.
    `release_shown` takes (held id, actor, reason, changes, digest of the form that was shown), `release_rewritten` what
    `release` takes: for several at once nobody is shown each.

    `search` finds what the detectors know of these reports in texts that are about to be shown. `shown_page` takes a
    message's bytes and a reader. `earlier` knows other mail of the same people, and which message comes next.
    `revealed` (actor, held id, kind, reason) audits a look at one identity in clear.

    `return_to_sender` takes (held id, actor, reason, note for the sender), blocks while the note is inspected, and says
    whether the sender is told; it raises Problem where the note would say too much. `justifications_of` a held message:
    what its sender says for it, in clear; a page covers it like the message.

    `note_look` (actor, list) audits a look at a list, once an hour; `log` is the audit log.

    `lessons`: its page is shown without a sign-in. `legal_hold` takes (message, on, actor, reason) and raises Problem.
    `keep_days`: of originals of rewritten mail. `passed` has late matches. `watched`: mail that passed because rules
    only watch. `last_drill`: how it ended; None where there was none. `may_scrape` takes a token of the API.

    `decisions` is the record by which rules are tried: `try_rules` takes (bytes of a policy.toml, since when), blocks
    for a bounded time, and raises Problem with each mistake of the file. `rules_refused`: what is wrong with the files,
    where older rules hold.
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
    noted: Callable[[str, str, str, str], None] = lambda actor, event, report, reason: None
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
    rewritten: Callable[[str, str, PlaceChanges, str], RewrittenPreview] | None = None
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
    return_to_sender: Callable[[str, str, str, str], bool] | None = None
    release_shown: Callable[[str, str, str, PlaceChanges, str], Awaitable[ReleaseOutcome]] | None = None
    search: Callable[[Reading, Sequence[str]], Sequence[Finding]] = lambda reading, reports: ()
    shown_page: Callable[[bytes], ShownPage] | None = None
    earlier: EarlierMessages | None = None
    justifications_of: Callable[[str], Sequence[Justification]] = lambda held: ()
    revealed: Callable[[str, str, str, str], None] = lambda actor, held, kind, reason: None
    note_look: Callable[[str, str], None] = lambda actor, what: None
    log: Audit | None = None
    tallies: Tallies | None = None
    lessons: bool = False
    keeping: Keeping | None = None
    legal_hold: Callable[[str, bool, str, str], None] | None = None
    retention: Retention = field(default_factory=Retention)
    keep_days: Callable[[], int] = lambda: 30
    passed: PassedMail | None = None
    watched: WatchedMails | None = None
    last_drill: Callable[[], DrillResult | None] = lambda: None
    decisions: Decisions | None = None
    try_rules: Callable[[bytes, datetime], Trial] | None = None
    rules_refused: Callable[[], str] = lambda: ""
    may_scrape: Callable[[str], bool] = lambda token: False
