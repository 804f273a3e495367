"""Which messages a page of the queue shows, as its address says it: made from one, and written into another. Pure.

Everything that chooses stands in the address, so that it can be sent to a colleague, survives a change of the language,
and leads back after a decision. What a stranger could put there is folded or left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import get_args
from urllib.parse import parse_qsl, urlencode

from gateway.model import HoldState
from gateway.model.held_query import HeldQuery

STATES: tuple[HoldState, ...] = get_args(HoldState)
WAITING: tuple[HoldState, ...] = ("held", "uncertain")  # a person has to decide
CHOICES = ("waiting", "proposed", "uncertain", "releasing", "released", "returned", "discarded", "all")
LONGEST_WORDS = 200
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`status` is one of `CHOICES`, or a state. `campaign`: the id of one message; those that say the same."""

    status: str = "waiting"
    words: str = field(default="", repr=False)
    campaign: str = ""
    newest_first: bool = False

    @property
    def states(self) -> tuple[HoldState, ...]:
        """Those that are asked for."""
        if self.status == "all":
            return STATES
        return tuple(state for state in STATES if state == self.status) or WAITING

    def query(self, after: int = 0, most: int = 50, *, grouped: bool | None = None) -> HeldQuery:
        """What the store is asked. Messages of one campaign stand each by itself where it was chosen."""
        return HeldQuery(
            self.states,
            self.words,
            self.campaign,
            self.status == "proposed",
            self.newest_first,
            after,
            most,
            not self.campaign if grouped is None else grouped,
        )

    def choosing(self, **more: str | int) -> str:
        """The query of an address, without its `?`; what is as always is left out."""
        chosen: dict[str, str | int] = {
            "status": "" if self.status == "waiting" else self.status,
            "q": self.words,
            "campaign": self.campaign,
            "order": "newest" if self.newest_first else "",
            **more,
        }
        return urlencode({key: value for key, value in chosen.items() if value})

    def with_status(self, status: str) -> "QueueFilter":
        """The same words, of messages in another state."""
        return replace(self, status=status, campaign="")

    def turned(self) -> "QueueFilter":
        """The same in the other order."""
        return replace(self, newest_first=not self.newest_first)

    def without_words(self) -> "QueueFilter":
        """Not searching."""
        return replace(self, words="")

    def without_campaign(self) -> "QueueFilter":
        """All, and not those alone that say the same."""
        return replace(self, campaign="")

    def of_campaign(self, held: str) -> "QueueFilter":
        """Those that say the same as this message."""
        return replace(self, campaign=held)

    def address(self, **more: str | int) -> str:
        """The page that shows these."""
        chosen = self.choosing(**more)
        return f"/?{chosen}" if chosen else "/"


def filter_of(given: Mapping[str, str]) -> QueueFilter:
    """From the query of an address."""
    status, campaign = given.get("status", ""), given.get("campaign", "")
    return QueueFilter(
        status if status in (*CHOICES, *STATES) else "waiting",
        " ".join("".join(c if c.isprintable() else " " for c in given.get("q", "")[:LONGEST_WORDS]).split()),
        campaign if _is_id(campaign) else "",
        given.get("order") == "newest",
    )


def filter_within(query: str) -> QueueFilter:
    """From a query that another address holds, as the form of a decision does."""
    return filter_of(dict(parse_qsl(query[:2000], errors="replace")))


def number_of(given: str) -> int:
    """A cursor; 0 for what is none."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0


def ids_of(given: str, most: int) -> tuple[str, ...]:
    """Ids of held messages in a row, each once, at most one more than `most`."""
    return tuple(dict.fromkeys(one for one in given.split() if _is_id(one)))[: most + 1]


def _is_id(given: str) -> bool:
    return len(given) <= _LONGEST_ID and given.startswith("Q-") and given[2:].isascii() and given[2:].isalnum()
