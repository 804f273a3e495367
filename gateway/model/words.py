"""The words that an installation adds to those by which service mail is told from a report, or takes from them.

`[words]` of `policy.toml` says them (`policy.words`); `matching.lexicon` looks for them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """As they are written in the rules; empty where the rules say nothing."""

    service: tuple[str, ...] = ()
    """Explain why somebody's number is in a mail, like 退款."""
    complaint: tuple[str, ...] = ()
    """Tie a number to the report beside which they stand, like 投诉."""
    things: tuple[str, ...] = ()
    """Right behind the name of a party they make it that of a thing, like 毛毯."""
    not_service: tuple[str, ...] = ()
    """Explain nothing, though they do in the product's own list."""
    not_complaint: tuple[str, ...] = ()
    """Phrases in which a word of a complaint or of a show says nothing of either; looked over wherever they stand."""
