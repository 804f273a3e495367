"""`matched_by`: why the message concerns the report."""

from gateway.model import MATCH_REASONS
from gateway.policy.conditions import Condition, has_all, listed, words

CONDITION = Condition(
    key="matched_by",
    takes=", ".join(f"`{word}`" for word in MATCH_REASONS),
    zh="邮件与该举报相关的原因是其中之一：收件人是被举报人（party）或其代表（representative）；提到其姓名、账号（name）或案号"
    "（number）；回复往来信件（thread）；带有举报人的信息或材料（content）",
    en="the message concerns the report for one of these: a recipient is the reported party or represents it; it names "
    "the party or an account of it; it has a number of the case; it answers mail of the report; it carries something "
    "of its reporter or material",
    check=lambda value: frozenset(words(value, MATCH_REASONS)),
    holds=lambda value, situation: bool(situation.reasons & value),
    covers=has_all,
    schema=listed(MATCH_REASONS),
)
