"""The one answer that the relay gets. A closed sum: match on it and end with `assert_never`."""

from dataclasses import dataclass, field

from gateway.model.envelope import AS_IT_CAME, Amendment


@dataclass(frozen=True, slots=True)
class Pass:
    """Send the bytes as they came, under the envelope as amended."""

    amendment: Amendment = AS_IT_CAME


@dataclass(frozen=True, slots=True)
class Send:
    """Send these bytes instead, under the envelope as amended: rewritten, inspected again and found clean."""

    content: bytes = field(repr=False)
    amendment: Amendment = AS_IT_CAME


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
