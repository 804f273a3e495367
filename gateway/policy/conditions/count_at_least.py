"""`count_at_least`: how many of a kind the message has."""

from gateway.policy.conditions import Condition, amount, is_no_higher

CONDITION = Condition(
    key="count_at_least",
    takes="1 and more",
    zh="整封邮件里同一举报、同一种类的发现不少于此数（按位置计）",
    en="the message has at least so many findings of this kind and report, counted by places",
    check=lambda value: amount(value, 1),
    holds=lambda value, situation: bool(situation.count >= value),
    covers=is_no_higher,
    always=1,
    grows=True,
    schema={"type": "integer", "minimum": 1},
)
