"""What the store promises whoever keeps fingerprints of mail that passed, and looks for late matches among them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.model import Fingerprints, Kind


@dataclass(frozen=True, slots=True)
class NewPassed:
    """A mail that passed. `message` is our own id, which stands in its `Received` field. `known`: reports of which
    something was found in it, so that the rules let it pass knowingly."""

    message: str
    at: datetime
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    fingerprints: Fingerprints = field(repr=False)
    known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LateMatch:
    """A mail that passed before a report said what it guards now. `passed_at` is when it went, `at` when that was
    found; `kinds` what of the report is in it."""

    number: int
    report: str
    at: datetime
    message: str
    passed_at: datetime
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    kinds: tuple[Kind, ...] = ()


class PassedMail(Protocol):
    """Fingerprints of mail that passed: keyed, without a word of it, for a set time."""

    def add(self, mails: Sequence[NewPassed]) -> None:
        """Keep these, in one transaction."""
        ...

    def newest(self) -> int:
        """The number of the last one that is kept; 0 where there is none."""
        ...

    def unchecked(self, most: int) -> tuple[tuple[str, int], ...]:
        """Some reports that changed since passed mail was looked through for them, with their revisions."""
        ...

    def check(self, report: str, after: int = 0) -> int:
        """Look for what this report guards in mail that passed to its parties, kept behind `after`: how many late
        matches are new."""
        ...

    def checked(self, reports: Sequence[tuple[str, int]]) -> None:
        """These revisions are looked for."""
        ...

    def matches(self, most: int, before: int = 0) -> tuple[LateMatch, ...]:
        """Late matches, the newest first; `before` the number of one where it is not 0."""
        ...

    def count(self) -> int:
        """How many late matches there are."""
        ...

    def forget(self, days: int, most: int, octets: int) -> int:
        """Delete what is older than so many days, or above so many octets the oldest, up to `most` mails; late matches
        that were found longer ago. How many rows."""
        ...
