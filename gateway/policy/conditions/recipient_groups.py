"""`recipient_groups`: to whom it goes, by names of the file."""

from gateway.policy.conditions import Condition, group_names, is_among, members, reaches_all, texts_schema

CONDITION = Condition(
    key="recipient_groups",
    takes="names of `[groups]`",
    zh="至少一个收件人属于这些组之一（`[groups]` 里的名字）",
    en="at least one recipient is of one of these groups of `[groups]`",
    check=group_names,
    resolve=members,
    holds=lambda value, situation: any(is_among(to, value) for to in situation.recipients),
    covers=reaches_all,
    by_envelope=lambda value, envelope: any(is_among(to.address, value) for to in envelope.recipients),
    schema=texts_schema(),
)
