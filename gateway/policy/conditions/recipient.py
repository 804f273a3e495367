"""`recipient`: how those who get the message stand to the report."""

from gateway.model import RECIPIENT_CLASSES
from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="recipient",
    takes=", ".join(f"`{word}`" for word in RECIPIENT_CLASSES),
    zh="对该举报而言，至少一个收件人是：被举报人（party）、其代表（representative）、举报人（reporter）、"
    "本单位（internal）、主管机关（authority）、其他外部人员（unknown）",
    en="to the finding's report, at least one recipient is: the reported party, a representative of it, the reporter, "
    "one of us, an authority, or anybody else outside",
    check=lambda value: frozenset(words(value, RECIPIENT_CLASSES)),
    holds=lambda value, situation: bool(situation.stands & value),
    covers=has_all,
)
