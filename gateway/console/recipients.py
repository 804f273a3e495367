"""Who would have got a held message, and what we know of each. Blocks on the store; raises StoreUnavailable.

In: a held message, how its addresses are shown (`people`), reports, and earlier mail. Out: one row a recipient. A
reporter is said to be one, masked; whoever no report knows may be a reporter too, so of them no more is shown than
`people` shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from gateway.console.people import ShownEnvelope
from gateway.model import HeldSummary
from gateway.storage.earlier_protocols import EarlierMail
from gateway.storage.protocols import Reports
from gateway.text.addresses import fold_address

Relation = Literal["reporter", "party", "representative", "colleague", "unknown"]
RELATIONS: tuple[Relation, ...] = get_args(Relation)
"""The one that matters most first."""


@dataclass(frozen=True, slots=True)
class KnownRecipient:
    """`address` as it may be shown. `reports` of a party or representative. `first_seen`: of earlier mail that was held
    or rewritten, where there was any; `earlier`: how much."""

    address: str
    relation: Relation
    reports: tuple[str, ...] = ()
    first_seen: datetime | None = None
    earlier: int = 0


def known_recipients(
    summary: HeldSummary, shown: ShownEnvelope, reports: Reports | None, before: EarlierMail
) -> tuple[KnownRecipient, ...]:
    """In the order of the envelope."""
    found = reports.open_for(summary.recipients) if reports is not None and summary.recipients else ()
    own = _domain(summary.sender)
    rows = []
    for address, written in zip(summary.recipients, shown.recipients, strict=True):
        relations = {relation for _, known, relation in found if known == address}
        relation: Relation
        if "reporter" in relations:
            relation = "reporter"
        elif "party" in relations:
            relation = "party"
        elif relations:
            relation = "representative"
        else:
            relation = "colleague" if own and _domain(address) == own else "unknown"
        reported = dict.fromkeys(report for report, known, one in found if known == address and one != "reporter")
        told = () if relation == "reporter" else tuple(reported)
        earlier = before.to(address)
        first = min((one.at for one in earlier), default=None)
        rows.append(KnownRecipient(written, relation, told, first, len(earlier)))
    return tuple(rows)


def _domain(address: str) -> str:
    return fold_address(address).partition("@")[2]


def relations_of(rows: Sequence[KnownRecipient]) -> frozenset[str]:
    """What the recipients are."""
    return frozenset(row.relation for row in rows)
