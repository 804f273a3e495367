"""A drill: made-up reports and mails that go through the running relay. Its addresses, and what is said of it.

All of a drill is addressed under a name that nobody can ever own (RFC 6761 section 6.4) and holds a token that only the
store knows. Nothing under that name goes to upstream, with a token or without one.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

DOMAIN = "drill.hushgate.invalid"
SENDER = "staff"
_ADDRESS = re.compile(rf"([a-z]{{1,20}})\.([0-9a-f]{{32}})@{re.escape(DOMAIN)}")
_STOPPED = frozenset(("held", "rewritten", "rejected"))


@dataclass(frozen=True, slots=True)
class DrillAddress:
    """Whose it is: the name of a case, or `SENDER`; and of which drill."""

    name: str
    token: str

    def __str__(self) -> str:
        return f"{self.name}.{self.token}@{DOMAIN}"


def is_of_a_drill(address: str) -> bool:
    """Whether it lies under the name of drills, right or wrong."""
    return address.rpartition("@")[2].rstrip(". \t").lower() == DOMAIN


def drill_address(address: str) -> DrillAddress | None:
    """The parts of one that is written as we write it."""
    found = _ADDRESS.fullmatch(address)
    return None if found is None else DrillAddress(found[1], found[2])


@dataclass(frozen=True, slots=True)
class DrillRoute:
    """Where the relay sends what passes, on this machine alone; and the word by which it shows that it is one of this
    store's."""

    port: int
    proof: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DrillCase:
    """What the service needs for a drill. `report` is a line of JSONL, `files` are what it names."""

    route: DrillRoute
    report: str = field(repr=False)
    files: dict[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DrillAnswer:
    """What the rules said of one mail. `would`: what they would do, if they did not only watch."""

    name: str
    action: str
    rule: str
    would: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one mail. `outcome`: `held`, `rewritten`, `rejected`; `passed`, `leaked` (rewritten, and it still
    tells), `lost` (accepted, and neither held nor sent), `deferred`, `refused`, `no_answer`. `seconds`: from the mail's
    last byte to the answer. `would` as in `DrillAnswer`."""

    name: str
    outcome: str
    seconds: float
    rule: str = ""
    would: str = ""

    @property
    def stopped(self) -> bool:
        """Whether nothing of it got out."""
        return self.outcome in _STOPPED


@dataclass(frozen=True, slots=True)
class DrillResult:
    """Of one drill. `leaks` must be stopped, `clean` must pass."""

    at: datetime
    leaks: tuple[CaseResult, ...] = ()
    clean: CaseResult | None = None

    @property
    def held(self) -> bool:
        """Whether every leak was stopped."""
        return bool(self.leaks) and all(case.stopped for case in self.leaks)

    @property
    def passed(self) -> bool:
        """Whether the clean mail went through as it was."""
        return self.clean is not None and self.clean.outcome == "passed"

    @property
    def good(self) -> bool:
        """Whether there is nothing to do."""
        return self.held and self.passed
