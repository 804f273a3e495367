"""`kinds`: what was found."""

from gateway.model import KINDS
from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="kinds",
    takes=", ".join(f"`{kind}`" for kind in KINDS),
    zh="发现的种类是其中之一",
    en="the kind of the finding is one of these",
    check=lambda value: frozenset(words(value, KINDS)),
    holds=lambda value, situation: situation.kind in value,
    covers=has_all,
    always=frozenset(KINDS),
)
