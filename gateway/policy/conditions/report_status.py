"""`report_status`: how it stands with the report."""

from gateway.model import REPORT_STATES
from gateway.policy.conditions import Condition, has_all, listed, words

CONDITION = Condition(
    key="report_status",
    takes=", ".join(f"`{word}`" for word in REPORT_STATES),
    zh="该举报的状态是其中之一：办理中（open）、已结案（closed）、已撤回（withdrawn）",
    en="the report is open, closed or withdrawn; it protects for as long as the settings say after it ended",
    check=lambda value: frozenset(words(value, REPORT_STATES)),
    holds=lambda value, situation: situation.status in value,
    covers=has_all,
    schema=listed(REPORT_STATES),
)
