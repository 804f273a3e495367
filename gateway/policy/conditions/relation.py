"""`relation`: how the recipient stands to the report."""

from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="relation",
    takes="`party`, `representative`",
    zh="收件人是被举报人本人（party）或其代表（representative）",
    en="a recipient is the reported party or a representative of it",
    check=lambda value: frozenset(words(value, ("party", "representative"))),
    holds=lambda value, situation: any(
        match.reason in value for match in situation.matches if match.report == situation.finding.report
    ),
    covers=has_all,
)
