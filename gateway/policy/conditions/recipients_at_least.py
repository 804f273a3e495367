"""`recipients_at_least`: to how many the message goes."""

from gateway.policy.conditions import Condition, amount, is_no_higher

CONDITION = Condition(
    key="recipients_at_least",
    takes="1 and more",
    zh="收件人（信封）不少于此数",
    en="the envelope has at least so many recipients",
    check=lambda value: amount(value, 1),
    holds=lambda value, situation: len(situation.recipients) >= value,
    covers=is_no_higher,
    always=1,
    by_envelope=lambda value, envelope: len(envelope.recipients) >= value,
    schema={"type": "integer", "minimum": 1},
)
