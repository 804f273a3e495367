"""`mentions_report`: whether the message speaks of a report at all."""

from typing import Any

from gateway.policy.conditions import Condition, Wrong


def _check(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("takes true or false")
    return value


CONDITION = Condition(
    key="mentions_report",
    takes="true, false",
    zh="只谈对方自己的直播、礼物、快递、邀请，没有一个字谈到举报、投诉、核查、处理时为 false",
    en="false where subject, text and attachments speak of the reader's own shows, gifts, parcels or guests "
    "and of no report, complaint, or what is looked into or befalls somebody for it",
    check=_check,
    holds=lambda value, situation: situation.mentions_report is value,
    covers=lambda one, other: one is other,
    schema={"type": "boolean"},
)
