"""`recipients`: to whom the message goes."""

from gateway.policy.conditions import Condition, is_among, mailboxes, reaches_all

CONDITION = Condition(
    key="recipients",
    takes="addresses, or domains as `@example.org`",
    zh="至少一个收件人在其中",
    en="at least one recipient is among these",
    check=mailboxes,
    holds=lambda value, situation: any(is_among(to, value) for to in situation.recipients),
    covers=reaches_all,
    by_envelope=lambda value, envelope: any(is_among(to.address, value) for to in envelope.recipients),
)
