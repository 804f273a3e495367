"""What is asked of the queue of held messages, and what it answers: a page, and how many there are."""

from dataclasses import dataclass, field

from gateway.model.quarantine import HeldSummary, HoldState


@dataclass(frozen=True, slots=True)
class HeldQuery:
    """Which held messages, and where a page of them begins. `words`: what somebody looks for; all of them must be in
    sender, recipients, ids, reports or the covered subject. `campaign`: the id of one message; those that say the same.
    `proposed`: a second person is to decide. `after`: the number behind which the page begins. `grouped`: of each
    campaign the first alone."""

    states: tuple[HoldState, ...]
    words: str = field(default="", repr=False)
    campaign: str = ""
    proposed: bool = False
    newest_first: bool = False
    after: int = 0
    most: int = 50
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A message, and how many of what is asked say the same, itself included."""

    summary: HeldSummary
    alike: int = 1


@dataclass(frozen=True, slots=True)
class HeldPage:
    """`next`: `HeldQuery.after` of the page behind it, 0 where there is none. Not `whole`: the time was up before the
    page was full, and there may be nothing behind it."""

    rows: tuple[HeldRow, ...]
    next: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class HeldCount:
    """How many; where it is not `exact`, at least so many."""

    number: int
    exact: bool = True
