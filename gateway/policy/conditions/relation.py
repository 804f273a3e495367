"""`relation`: how the recipient stands to the report."""

from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="relation",
    takes="`party`, `representative`",
    zh="收件人是被举报人本人（party）或其代表（representative）",
    en="a recipient is the reported party or a representative of it",
    check=lambda value: frozenset(words(value, ("party", "representative"))),
    holds=lambda value, situation: bool(situation.reasons & value),
    covers=has_all,
)
