"""`senders`: who wrote, by the envelope."""

from gateway.policy.conditions import Condition, is_among, mailboxes, reaches_all

CONDITION = Condition(
    key="senders",
    takes="addresses, or domains as `@example.org`",
    zh="发件人（信封）在其中",
    en="the envelope's sender is among these",
    check=mailboxes,
    holds=lambda value, situation: is_among(situation.sender, value),
    covers=reaches_all,
    by_envelope=lambda value, envelope: is_among(envelope.sender, value),
)
