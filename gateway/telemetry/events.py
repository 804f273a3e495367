"""What may be logged: one frozen type per event, whose fields admit no text of a message.

`message`, `held` and `report` are our own ids. There is no field for an address, a name, a subject or an exception's
text, so that a leak into the log is a type error; `log.emit` checks the values once more.
"""

from dataclasses import dataclass
from typing import Literal

from gateway.errors import raised_at
from gateway.model.notice import OutboxKind

Part = Literal["inspector", "places", "content", "reader", "store", "relay"]
PARTS: tuple[Part, ...] = ("inspector", "places", "content", "reader", "store", "relay")
Outcome = Literal["pass", "redact", "quarantine", "reject", "retry"]


@dataclass(frozen=True, slots=True)
class ServiceStarted:
    """Ready to take mail."""

    smtp_port: int
    console_port: int
    milliseconds: int


@dataclass(frozen=True, slots=True)
class StoreOpened:
    """The inspector opened the store. `reports` still protect somebody; `created`: it was made just now, empty."""

    reports: int
    created: bool


@dataclass(frozen=True, slots=True)
class ServiceStopped:
    """Everything that was accepted is finished."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """Settings and rules were read anew, and every process was told. `relays` says that relays are replaced for it;
    `before` and `after` are the digests of the rules."""

    relays: bool
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ProcessStarted:
    """One process of the service is ready."""

    role: Literal["inspector", "console", "relay"]
    pid: int


@dataclass(frozen=True, slots=True)
class ProcessEnded:
    """One process of the service ended without being told to; another takes its place. `code` below 0: a signal."""

    role: Literal["inspector", "console", "relay"]
    pid: int
    code: int


@dataclass(frozen=True, slots=True)
class ProcessStuck:
    """A process did not answer for so long that it was ended; another takes its place. `part` of it is what failed."""

    role: Literal["inspector", "console", "relay"]
    pid: int
    part: Part
    seconds: int


@dataclass(frozen=True, slots=True)
class MessageDecided:
    """One message got its answer. `rule` is the rule's name in `policy.toml`, `policy` the digest of that file; `size`
    is None where the envelope said enough, and the content was still to come; where that took long, there is a second
    one with the size. `would` and `would_rule`: what would have been done, where a rule only watches."""

    message: str
    action: Outcome
    rule: str
    reports: int
    findings: int
    recipients: int
    size: int | None
    milliseconds: int
    held: str = ""
    policy: str = ""
    would: Outcome | None = None
    would_rule: str = ""


@dataclass(frozen=True, slots=True)
class MessageDeferred:
    """No decision could be made: the client hears 451. `reason` is a fixed word of ours."""

    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class MessageAbandoned:
    """The client left before there was an answer, or its relay did, or it was told to come back. `stage` is where that
    found the message: waiting for a place, its content asked for, or at work."""

    message: str
    stage: Literal["waiting", "content", "work"]


@dataclass(frozen=True, slots=True)
class EvidenceCompleted:
    """The rest of a message that was held early was looked at."""

    held: str


@dataclass(frozen=True, slots=True)
class EvidenceLeftOut:
    """It was not, for too many waited, or there was never time. The message is held all the same."""

    held: str


@dataclass(frozen=True, slots=True)
class DecisionsDropped:
    """So many messages are not in the record of decisions: too many waited for the store, or it could not be used."""

    messages: int


@dataclass(frozen=True, slots=True)
class SuggestionsAsked:
    """So many items that were only suggested stand in ordinary mail, or are the organisation's by its settings: they
    protect nobody until a person decides."""

    items: int


@dataclass(frozen=True, slots=True)
class LateMatchesFound:
    """A report came or changed, and so much mail that passed to its parties before has what it guards now."""

    report: str
    mails: int


@dataclass(frozen=True, slots=True)
class PassedNotKept:
    """Of so much mail that passed no fingerprints are kept, since too much waited or the store refused."""

    mails: int


@dataclass(frozen=True, slots=True)
class MessageDelivered:
    """Upstream answered the final dot. `size` in octets, without our `Received`."""

    message: str
    code: int
    milliseconds: int
    size: int


@dataclass(frozen=True, slots=True)
class MessageRefused:
    """The client broke the protocol or a limit before any decision. `code` is what it heard."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class UpstreamFailed:
    """The upstream could not be spoken to."""

    stage: Literal["connect", "tls", "greeting", "envelope", "data", "dot"]
    code: int = 0


@dataclass(frozen=True, slots=True)
class ReaderLost:
    """A reader ended before it answered, or took too long."""

    how: Literal["died", "timeout"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class ReaderJailed:
    """The first reader is ready: which layers of its jail hold on this system, besides the limits that always do, and
    whether it is another user than who started it."""

    namespaces: bool
    landlock: bool
    seccomp: bool
    user: bool = False


@dataclass(frozen=True, slots=True)
class RelayJailed:
    """A relay is about to take mail: which layers of its jail hold on this system, and whether it is another user than
    who started it."""

    landlock: bool
    seccomp: bool
    user: bool = False


@dataclass(frozen=True, slots=True)
class StoreFailed:
    """The database could not be used. `during` names the operation in our words."""

    during: str


@dataclass(frozen=True, slots=True)
class HeldReleased:
    """A release came to an end: the state that the message is in now."""

    held: str
    state: Literal["held", "releasing", "released", "returned", "discarded", "uncertain"]
    code: int = 0


@dataclass(frozen=True, slots=True)
class HeldUnlocked:
    """A reviewer had a held message looked at again, with a password perhaps. `opened`: there is more evidence now."""

    held: str
    opened: bool


@dataclass(frozen=True, slots=True)
class HeldDiscarded:
    """A reviewer decided that a message never leaves."""

    held: str


NoticeWhy = Literal[
    "automatic", "outside", "not_passed", "extras_left_out", "refused", "too_late", "unexpected", "uncertain"
]


@dataclass(frozen=True, slots=True)
class HeldReturned:
    """A reviewer gave a message back to its sender. `told`: a notice goes there."""

    held: str
    told: bool


@dataclass(frozen=True, slots=True)
class NoticeSent:
    """A sender or reviewers were told."""

    kind: OutboxKind
    attempts: int


@dataclass(frozen=True, slots=True)
class NoticeNotSent:
    """They were not, or not of all; `why` is a fixed word of ours."""

    kind: OutboxKind
    why: NoticeWhy


@dataclass(frozen=True, slots=True)
class Justified:
    """An answer to a notice came. `kept`: a reviewer will see it."""

    kept: bool


@dataclass(frozen=True, slots=True)
class LeasesSwept:
    """Releases whose process died were given back."""

    count: int


@dataclass(frozen=True, slots=True)
class ReportsChanged:
    """Reports were added, replaced or closed."""

    how: Literal["imported", "ingested", "closed", "noticed"]
    count: int


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody tried to sign in to the console."""

    succeeded: bool


OverLimit = Literal["alert", "slowed", "lists_held", "all_held"]


@dataclass(frozen=True, slots=True)
class SenderOverLimit:
    """So much of one sender was held or rewritten that somebody should look: reviewers see who. `effect` is what
    becomes of what the sender sends outside from now on: nothing, it is answered later, lists or all of it are held."""

    effect: OverLimit
    found_hour: int
    found_day: int
    lists_day: int


@dataclass(frozen=True, slots=True)
class DrillEnded:
    """A drill went through the relay. `held`: every made-up leak was stopped; `passed`: the clean mail went through.
    Both are false of one that nobody ended."""

    held: bool
    passed: bool


@dataclass(frozen=True, slots=True)
class CertificateNotLoaded:
    """The files of our certificate changed and cannot be used; the old pair stays in use."""


@dataclass(frozen=True, slots=True)
class ClientAuthenticated:
    """A client tried to sign in at upstream."""

    succeeded: bool


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A bug: the type of an exception and where in our code it was raised, never its text."""

    exception: str
    module: str
    line: int
    message: str = ""


def unexpected(error: BaseException, message: str = "") -> Unexpected:
    """The innermost place of `gateway` in the traceback; the text of an exception may quote a message."""
    return Unexpected(type(error).__name__, *raised_at(error), message)
