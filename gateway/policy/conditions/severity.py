"""`severity`: how grave the report is."""

from gateway.model import SEVERITIES
from gateway.policy.conditions import Condition, has_all, listed, words

CONDITION = Condition(
    key="severity",
    takes=", ".join(f"`{word}`" for word in SEVERITIES),
    zh="该举报的严重程度是其中之一（见举报的 `severity`，未写明时为 normal）",
    en="the report is as grave as one of these: its `severity`, `normal` where it does not say",
    check=lambda value: frozenset(words(value, SEVERITIES)),
    holds=lambda value, situation: situation.severity in value,
    covers=has_all,
    always=frozenset(SEVERITIES),
    schema=listed(SEVERITIES),
)
