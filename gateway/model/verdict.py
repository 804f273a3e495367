"""The one answer that the relay gets. A closed sum: match on it and end with `assert_never`."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pass:
    """Send the bytes as they came."""


@dataclass(frozen=True, slots=True)
class Send:
    """Send these bytes instead: rewritten, inspected again and found clean."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Durably in quarantine under `id` (`Q-…`); nothing goes to the world."""

    id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Refused for good; `id` names the audit entry."""

    id: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """No decision now. `reason` is a fixed word for the log, never shown to the client."""

    reason: str


Verdict = Pass | Send | Held | Rejected | TryLater
