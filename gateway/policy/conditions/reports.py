"""`reports`: whose reporter it is."""

from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="reports",
    takes="report ids",
    zh="属于这些举报之一",
    en="the finding belongs to one of these reports",
    check=lambda value: frozenset(words(value)),
    holds=lambda value, situation: situation.report in value,
    covers=has_all,
)
