"""From what was found in a message to what rules may ask of it. Pure.

In: findings, envelope and matches. Out: one situation for each finding, in their order.
"""

from collections.abc import Sequence

from gateway.model import Envelope, Finding, Match
from gateway.policy.schema import Situation

FILE, MESSAGE = "file", "message"
"""Places of what stands in no medium: a file as a whole (a material that was attached as it is, an archive that cannot
be opened), or the message as a whole."""


def situations(
    findings: Sequence[Finding], envelope: Envelope, matches: Sequence[Match], mentions_report: bool = True
) -> tuple[Situation, ...]:
    """One for each finding, in their order."""
    recipients = tuple(recipient.address for recipient in envelope.recipients)
    of_report = {finding.report: [m for m in matches if m.report == finding.report] for finding in findings}
    reasons = {report: frozenset(match.reason for match in some) for report, some in of_report.items()}
    stands = {report: frozenset(match.to for match in some) for report, some in of_report.items()}
    return tuple(
        Situation(
            kind=finding.kind,
            report=finding.report,
            place=finding.medium or (FILE if finding.where.part else MESSAGE),
            detector=finding.detector,
            variant=finding.variant,
            score=finding.score,
            share=finding.share,
            tie=finding.tie,
            reasons=reasons[finding.report],
            stands=stands[finding.report],
            sender=envelope.sender,
            recipients=recipients,
            mentions_report=mentions_report,
        )
        for finding in findings
    )
