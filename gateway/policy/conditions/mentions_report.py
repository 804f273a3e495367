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
    zh="邮件（主题、正文、附件）是否谈到举报、投诉、核查、处理一类的事；false 时，其中的姓名可能只是对方的观众或客户",
    en="whether the message (subject, text, attachments) speaks of a report, a complaint, of what is looked into or "
    "befalls somebody for it; where it does not, a name may be one of the reader's own viewers or customers",
    check=_check,
    holds=lambda value, situation: situation.mentions_report is value,
    covers=lambda one, other: one is other,
)
