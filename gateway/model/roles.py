"""Who may do what in the console, on the command line and over the API.

A reviewer decides on held messages. A lead sees in addition how the work goes and who may be probing, and decides on
many at once. An admin keeps accounts too. An auditor sees the log and the figures, and no content.
"""

from typing import Literal, get_args

Role = Literal["reviewer", "lead", "admin", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)

Right = Literal[
    "see_messages", "decide", "decide_many", "see_reports", "reveal", "review_reports", "see_senders", "see_figures",
    "see_log", "keep_records", "try_rules", "keep_accounts",
]  # fmt: skip
"""`reveal`: an identity in clear, with a reason. `review_reports`: confirm, strike and mark what is the reporter's.
`keep_records`: a legal hold, a purge, an export. `try_rules`: see what other rules would have done, and change none."""
RIGHTS: tuple[Right, ...] = get_args(Right)

_REVIEWER: frozenset[Right] = frozenset(("see_messages", "decide", "see_reports", "reveal", "review_reports"))
_AUDITOR: frozenset[Right] = frozenset(("see_log", "see_figures"))
RIGHTS_OF: dict[Role, frozenset[Right]] = {
    "reviewer": _REVIEWER,
    "lead": _REVIEWER | _AUDITOR | {"decide_many", "see_senders", "keep_records", "try_rules"},
    "admin": frozenset(RIGHTS),
    "auditor": _AUDITOR,
}


def may(role: str, right: Right) -> bool:
    """Whether somebody of this role has the right; nobody of an unknown role has any."""
    return any(role == known and right in rights for known, rights in RIGHTS_OF.items())
