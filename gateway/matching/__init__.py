"""Whose mail is this: which reports a message concerns, and what each recipient is to them."""

from gateway.matching.audience import Audience, TrustedRecipients, audience_of, certainly_inside, concerns_no_report
from gateway.matching.by_content import fingerprints_of_message, suspected, with_pictures
from gateway.matching.by_envelope import by_envelope
from gateway.matching.by_words import by_words
from gateway.matching.mentions import mentions_report
from gateway.matching.signs import is_a_party_s
from gateway.matching.tied import IDENTITY, NO_WORDS, with_ties

__all__ = [
    "IDENTITY",
    "NO_WORDS",
    "Audience",
    "TrustedRecipients",
    "audience_of",
    "by_envelope",
    "by_words",
    "certainly_inside",
    "concerns_no_report",
    "fingerprints_of_message",
    "is_a_party_s",
    "mentions_report",
    "suspected",
    "with_pictures",
    "with_ties",
]
