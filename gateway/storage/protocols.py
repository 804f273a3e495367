"""What the store promises, as small Protocols by user. Every write returns only when it is durable.

All raise `errors.StoreUnavailable` where the database is locked, gone or full: then nothing was written.
All are safe to call from several threads. Every `actor` ends in the audit log (`cli:root`, `console:alice`, `relay`).
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from gateway.model import (
    Envelope,
    Fingerprints,
    HeldCount,
    HeldMessage,
    HeldPage,
    HeldQuery,
    HeldSummary,
    HoldEvent,
    HoldState,
    IndexHits,
    Item,
    ListedParty,
    NewHold,
    NewRewrite,
    Party,
    Proposal,
    Report,
    ReportEvent,
    ReportStatus,
    ReportSummary,
    RewriteMessage,
    RewriteSummary,
)
from gateway.storage.account_protocols import Accounts as Accounts
from gateway.storage.account_protocols import Person as Person
from gateway.storage.audit_protocols import Audit
from gateway.storage.drill_protocols import Drills
from gateway.storage.earlier_protocols import EarlierMessages
from gateway.storage.keeping_protocols import Decisions, Keeping, Tallies
from gateway.storage.notice_protocols import Justifications, PendingNotices
from gateway.storage.passed_protocols import PassedMail
from gateway.storage.review_protocols import Proposals
from gateway.storage.token_protocols import ApiTokens
from gateway.storage.watched_protocols import WatchedMails

Relation = Literal["party", "representative", "reporter"]
"""How somebody at an address stands to a report. `reporter`: given as the reporter's own, or sent the report in."""

Review = Literal["done", "missing", "moved", "given"]


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `complete`: nothing is left in files beside the database either, until the next write."""

    held: int
    digests_kept: int
    complete: bool


class Reports(Protocol):
    """Open and closed reports; identities sealed at rest, look-ups by keyed digest."""

    def put(self, reports: Sequence[Report], actor: str) -> None:
        """Add or replace all of them in one transaction, with an audit entry each."""
        ...

    def get(self, report: str) -> Report | None: ...

    def summaries(self, among: Sequence[str] | None = None) -> tuple[ReportSummary, ...]:
        """All reports (or of these those that there are), newest first. Nothing of the reporter."""
        ...

    def page(self, status: ReportStatus | None, after: str, most: int) -> tuple[ReportSummary, ...]:
        """At most so many that are not erased, by id, behind that one; of one state, or of any."""
        ...

    def statuses(self, reports: Sequence[str]) -> dict[str, ReportStatus]:
        """Of those that there are."""
        ...

    def move(self, report: str, event: ReportEvent, actor: str) -> ReportStatus | None:
        """Apply the table `model.REPORT_NEXT`; the new state, or None where it does not allow it or there is no such
        report. What changes nothing is allowed, and written down nowhere. Not for `erase`."""
        ...

    def erase(self, report: str, actor: str, keep_digests: bool) -> Erased | None:
        """Everything that says who somebody is goes, and what decided messages of the report said. None where there is
        no such report. Raises Problem while messages of it wait for a decision, are under a legal hold, or were given
        back to senders who are not told yet. For good."""
        ...

    def unresolved(self, most: int = 1000, among: Sequence[str] | None = None) -> tuple[str, ...]:
        """Open reports (of these, where some are given) of whose parties no address is known, neither by the report nor
        by the directory; oldest first."""
        ...

    def protecting(self) -> int:
        """How many reports still protect somebody."""
        ...

    def review(
        self, report: str, number: int, state: Literal["confirmed", "struck"], actor: str, revision: int
    ) -> Review:
        """A reviewer's word on item `number` (from 1) of a report, as it was at `revision`; audited.

        `moved` where the report has changed since, `given` where the item was given and not learned.
        """
        ...

    def ask(self, items: Collection[int], actor: str) -> int:
        """Ask a person about these (`Suggestions.note`) wherever they are only suggested: they protect nobody until it
        is decided. How many it were; audited by kind without the value."""
        ...

    def ask_about_ours(self, which: Callable[[Item], bool], said: bytes, actor: str) -> int:
        """The same for all suggested items that `which` says are the organisation's own. Nothing where it was done for
        what the settings `said` already."""
        ...

    def protect(self, report: str, items: Sequence[Item], actor: str) -> Literal["done", "missing"]:
        """Add what a person says of the reporter; what is known already gets its state. Audited by kind, in force at
        once. `missing` where there is no such report, or it was erased."""
        ...

    def open_for(self, addresses: Sequence[str]) -> tuple[tuple[str, str, Relation], ...]:
        """(report id, address as given, relation) of open reports that know one of these folded addresses."""
        ...

    def shared_domains(self, domains: Collection[str]) -> frozenset[str]:
        """Of these folded domains those in which several people, known by names, government ids or telephones
        of which they share none, have an address: they tell nobody."""
        ...

    def cannot_match(self, addresses: Sequence[str]) -> bool:
        """True where what was learnt is as fresh as the store is now, and says that no open report concerns any of
        these folded addresses. False says nothing: `open_for` has to be asked. Never raises, hardly waits."""
        ...

    def learn(self) -> None:
        """Make `cannot_match` able to answer until the next commit."""
        ...

    def changes(self) -> bytes:
        """Another one after every change of any report or party. For answers that are kept."""
        ...

    def revision(self, report: str) -> int:
        """Grows by one with every change of a report; 0 where there is none. For caches."""
        ...

    def revisions(self, reports: Sequence[str]) -> dict[str, int]:
        """The same of many in a few queries; those that are gone are left out."""
        ...


class Marks(Protocol):
    """Fingerprints of everything that was handed in and of who handed it in, as keyed digests."""

    def trace(self, fingerprints: Fingerprints) -> IndexHits:
        """Which open reports have some of these, and which of these are so common that they tell nothing."""
        ...

    def cannot_match(self, fingerprints: Fingerprints) -> bool:
        """True where what was learnt is as fresh as the store is now, and no report has any of these. False says
        nothing: `trace` has to be asked. Never raises, hardly waits."""
        ...

    def learn(self) -> None:
        """Make `cannot_match` able to answer until the next change of a report."""
        ...


class Called(Protocol):
    """By which names, accounts and numbers reports are meant, as keyed digests."""

    def called(self, values: bytes) -> tuple[tuple[str, Literal["name", "number"]], ...]:
        """(report, by what) of reports that protect; `values` are those of `fingerprints.mentions`, little-endian in a
        row."""
        ...

    def cannot_match(self, values: bytes) -> bool:
        """True where what was learnt is as fresh as the store is now, and nobody is called by any of these. False says
        nothing: `called` has to be asked. Never raises, hardly waits."""
        ...

    def learn(self) -> None:
        """Make `cannot_match` able to answer until the next change of a report."""
        ...


class Directory(Protocol):
    """Who can be reported: names, accounts, addresses, representatives; sealed, found by keyed digests."""

    def put(self, parties: Sequence[Party], actor: str) -> tuple[str, ...]:
        """Add or replace all of them in one transaction; their ids. The same account (without one: the same address;
        without either: the same name) is the same party."""
        ...

    def parties(self) -> tuple[ListedParty, ...]:
        """All, by name."""
        ...

    def get(self, party: str) -> ListedParty | None:
        """With the number of reports that still protect somebody from it."""
        ...


class Quarantine(Protocol):
    """Held messages: original bytes, evidence, row and audit entry in one transaction."""

    def hold(self, new: NewHold, actor: str) -> str:
        """The id (`Q-…`). The same envelope and content again, while held, gives the same id and holds nothing more."""
        ...

    def complete(self, held: str, new: NewHold, actor: str) -> bool:
        """Evidence in place of that which was there, and nothing else: the rule, the original and the state stay. False
        where the message waits for no decision any more, or is being released: what was decided on stays as it was."""
        ...

    def record_rejection(self, new: NewHold, actor: str) -> str:
        """Audit entry of a refused message, without its content; the id names it."""
        ...

    def summaries(self, status: HoldState | None = None) -> tuple[HeldSummary, ...]:
        """All of them, newest first. A page takes `page`."""
        ...

    def summary(self, held: str) -> HeldSummary | None:
        """Of one."""
        ...

    def page(self, query: HeldQuery) -> HeldPage:
        """Those that are asked for, oldest first where not said otherwise."""
        ...

    def count(self, query: HeldQuery, most: int = 10_000) -> HeldCount:
        """How many there are behind `query.after`, each by itself; not further than `most`."""
        ...

    def newest(self) -> int:
        """The highest number, 0 where nothing was ever held."""
        ...

    def cover_line(self, held: str, subject: str, author: str) -> None:
        """What its line says from now on, more of it covered; no search finds it by what is covered."""
        ...

    def cover_addresses(self, held: str, addresses: Collection[str]) -> bool:
        """Of these, which the message has, no search finds it by any from now on; whether one did."""
        ...

    def covered_senders(self, addresses: Collection[str]) -> frozenset[str]:
        """Of these folded addresses those in which something was found, when a message of theirs was held."""
        ...

    def open(self, held: str, actor: str, purpose: str) -> HeldMessage | None:
        """The message whole. The look is audited with its purpose before anything is returned."""
        ...

    def move(
        self,
        held: str,
        event: HoldEvent,
        actor: str,
        reason: str,
        detail: str = "",
        lease: str = "",
        confirming: Proposal | None = None,
        note: str = "",
    ) -> HoldState | None:
        """Apply the table `model.NEXT` in one UPDATE; the new state, or None where the table does not allow it.

        `lease` names the attempt that claims; a `releasing` message is settled by the same attempt alone.
        `confirming`: the actor is the second person, and this is what the first proposed; it must still stand. Where
        the message is decided, that is written down for its sender, with the `note`, in the same transaction.
        """
        ...

    def sending(self, held: str, actor: str, lease: str = "") -> bool:
        """Durable mark that the final dot is about to be sent: from here on a crash means `uncertain`.

        True once per claim, and only to the attempt that claimed: whoever hears False must not send.
        """
        ...

    def sweep(self, older_than: datetime, newer_than: datetime, actor: str) -> int:
        """Leases whose holder died: back to `held`, or `uncertain` where `sending` was marked. How many.

        A lease from the future, `newer_than`, was taken before the clock was set back: its holder is as good as dead.
        """
        ...


class Rewrites(Protocol):
    """Messages that went out rewritten, and their originals for as long as the rules keep them."""

    def keep(self, new: NewRewrite, actor: str, original: bool, held: str = "") -> str:
        """The id (`W-…`), after an audit entry; with the original where it is to be kept. After an exception nothing of
        it is written, and the message must not leave. The same again on one day, while it is kept, is the same. `held`:
        the held message whose rewritten form a person sends."""
        ...

    def summaries(self, most: int = 1000) -> tuple[RewriteSummary, ...]:
        """Those that are kept, newest first."""
        ...

    def open(self, rewrite: str, actor: str, purpose: str) -> RewriteMessage | None:
        """The original. The look is audited with its purpose before anything is returned."""
        ...

    def forget(self, before: datetime) -> int:
        """Some of those that are older: how many. Asked again it forgets more."""
        ...


@dataclass(frozen=True, slots=True)
class Noted:
    """One message of somebody that was held or rewritten for something of a reporter. `sender` and `client` are keyed
    digests. `lists`: it listed many numbers or addresses."""

    number: int
    sender: bytes = field(repr=False)
    client: bytes = field(repr=False)
    at: datetime
    kinds: tuple[str, ...]
    lists: bool


class Senders(Protocol):
    """What of one sender was held or rewritten, for a day; found by keyed digests, the address sealed."""

    def note(self, envelope: Envelope, digest: bytes, kinds: Sequence[str], lists: bool) -> None:
        """Durable after return. The same sender, recipients, parameters and content again within a day are one
        message. What is older than a day is forgotten."""
        ...

    def after(self, number: int) -> tuple[Noted, ...]:
        """What was noted behind this one, oldest first. 0: everything of the last day."""
        ...

    def of(self, sender: bytes) -> tuple[Noted, ...]:
        """What was noted of one (`sender_key`) in the last day, oldest first."""
        ...

    def busiest(self, least: int, lists: int) -> tuple[Noted, ...]:
        """What was noted in the last day of senders of whom at least so much was, or so many lists."""
        ...

    def addresses(self, senders: Collection[bytes]) -> dict[bytes, str]:
        """The folded address behind each `Noted.sender`, for a reviewer; those that were forgotten are left out."""
        ...

    def sender_key(self, sender: str) -> bytes:
        """As `Noted.sender` has it: for all ways to write one address."""
        ...

    def client_key(self, host: str) -> bytes:
        """As `Noted.client` has it."""
        ...


@dataclass(frozen=True, slots=True)
class Sighting:
    """One mail that no report knows anything of: who sent it, to which domains, and which suggested items stand in it.
    The store keeps none of the words."""

    sender: str = field(repr=False)
    domains: tuple[str, ...] = field(repr=False)
    items: tuple[int, ...] = ()


class Suggestions(Protocol):
    """What is only suggested of reporters, counted in the organisation's ordinary mail by keyed digests."""

    def any(self) -> bool:
        """Whether anything is counted at all."""
        ...

    def items_in(self, fingerprints: Fingerprints) -> tuple[int, ...]:
        """Which suggested items stand in a mail with these."""
        ...

    def note(self, seen: Sequence[Sighting]) -> tuple[int, ...]:
        """Count them; which of their items are over the limit now."""
        ...


class Passwords(Protocol):
    """Which passwords mail gave lately, sealed, for encrypted files in other mail. `ties` say what two mails have in
    common (`inspection.unlocking`): kept of them are keyed digests. All of it for a bounded time."""

    def give(self, sender: str, ties: Sequence[str], words: Sequence[str]) -> tuple[str, ...]:
        """Remember them; ids of the held messages that wait for one under any of these ties."""
        ...

    def given(self, ties: Sequence[str]) -> tuple[str, ...]:
        """What was remembered under any of these, the newest first, and not many."""
        ...

    def wait(self, sender: str, ties: Sequence[str], held: str) -> None:
        """A held message wants a password."""
        ...

    def forget_old(self) -> int:
        """Delete for good what is too old; how much it was."""
        ...


class Store(Protocol):
    """One open store; the rooms take the Protocol that they need."""

    @property
    def reports(self) -> Reports: ...
    @property
    def marks(self) -> Marks: ...
    @property
    def callings(self) -> Called: ...
    @property
    def directory(self) -> Directory: ...
    @property
    def quarantine(self) -> Quarantine: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def rewrites(self) -> Rewrites: ...
    @property
    def senders(self) -> Senders: ...
    @property
    def suggestions(self) -> Suggestions: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def outbox(self) -> PendingNotices: ...
    @property
    def justifications(self) -> Justifications: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def people(self) -> Accounts: ...
    @property
    def earlier(self) -> EarlierMessages: ...
    @property
    def tallies(self) -> Tallies: ...
    @property
    def keeping(self) -> Keeping: ...
    @property
    def passed(self) -> PassedMail: ...
    @property
    def drills(self) -> Drills: ...
    @property
    def watched(self) -> WatchedMails: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def tokens(self) -> ApiTokens: ...

    def ping(self) -> None:
        """Raises StoreUnavailable where the store cannot take a write now."""
        ...

    def shut(self) -> None:
        """Close every connection. Nothing is lost by not calling it."""
        ...
