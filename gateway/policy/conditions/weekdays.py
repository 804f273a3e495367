"""`weekdays`: on which day the message came."""

from gateway.policy.conditions import Condition, has_all, listed, words

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

CONDITION = Condition(
    key="weekdays",
    takes=", ".join(f"`{day}`" for day in DAYS),
    zh="收到邮件的那天（本机时区）是其中之一",
    en="the message came on such a day, by the clock and time zone of the machine",
    check=lambda value: frozenset(DAYS.index(word) for word in words(value, DAYS)),
    holds=lambda value, situation: situation.weekday in value,
    covers=has_all,
    always=frozenset(range(len(DAYS))),
    by_envelope=lambda value, envelope: envelope.received_at.astimezone().weekday() in value,
    schema=listed(DAYS),
)
