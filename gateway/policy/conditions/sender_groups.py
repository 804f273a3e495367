"""`sender_groups`: whose mail it is, by names of the file."""

from gateway.policy.conditions import Condition, group_names, is_among, members, reaches_all, texts_schema

CONDITION = Condition(
    key="sender_groups",
    takes="names of `[groups]`",
    zh="发件人（信封）属于这些组之一（`[groups]` 里的名字）",
    en="the envelope's sender is of one of these groups of `[groups]`",
    check=group_names,
    resolve=members,
    holds=lambda value, situation: is_among(situation.sender, value),
    covers=reaches_all,
    by_envelope=lambda value, envelope: is_among(envelope.sender, value),
    schema=texts_schema(),
)
