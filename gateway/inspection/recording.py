"""What the record of decisions keeps of one message: what rules may ask of it, and what became of it.

In: the message's envelope and digest, what was found and decided. Out: `RecordedDecision`, or nothing to keep. Pure.
"""

from dataclasses import dataclass, field, replace

from gateway.model import Decision, Envelope, Examination, Finding, Match
from gateway.model.decision_record import RecordedDecision
from gateway.policy import NO_FACTS, MessageFacts, Policy, judge, situations
from gateway.policy.recorded import recorded
from gateway.storage.encrypted_codec import encode


@dataclass(frozen=True, slots=True)
class DecidedMessage:
    """What is needed of a message and of all that was known of it, without a word of it. `held`: its id."""

    envelope: Envelope = field(repr=False)
    digest: bytes = field(repr=False)
    decision: Decision
    findings: tuple[Finding, ...]
    matches: tuple[Match, ...] = field(repr=False)
    mentions: bool
    whole: bool
    policy: Policy = field(repr=False)
    held: str = ""
    facts: MessageFacts = field(default=NO_FACTS, repr=False)


def to_record(
    envelope: Envelope, digest: bytes, examination: Examination, policy: Policy, held: str = ""
) -> DecidedMessage | None:
    """What waits for being recorded; None where nothing was found, and nothing happened."""
    if not examination.faint and examination.decision.action == "pass":
        return None
    return DecidedMessage(
        envelope,
        digest,
        examination.decision,
        examination.faint,
        examination.matches,
        examination.mentions,
        not examination.unfinished,
        policy,
        held,
        replace(examination.facts or NO_FACTS, threshold=policy.threshold),
    )


def record_of(one: DecidedMessage) -> RecordedDecision:
    """The record of it."""
    policy, envelope, decision = one.policy, one.envelope, one.decision
    found = situations(one.findings, envelope, one.matches, one.mentions, one.facts)
    alone = judge([situation for situation in found if situation.score >= policy.threshold], policy)
    recipients = sorted(recipient.address for recipient in envelope.recipients)
    reports = (*(match.report for match in one.matches), *(finding.report for finding in one.findings))
    return RecordedDecision(
        envelope.received_at,
        decision.action,
        decision.rule,
        decision.policy,
        policy.threshold,
        policy.proof_threshold,
        policy.personal_data,
        alone.action,
        recorded(found),
        tuple(dict.fromkeys(reports)),
        decision.would,
        decision.would_rule,
        one.whole,
        all(match.reason == "name" for match in one.matches),
        one.held,
        message=encode((envelope.sender, recipients, one.digest)),
    )
