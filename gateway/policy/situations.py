"""From what was found in a message to what rules may ask of it. Pure.

In: findings, envelope, matches, and what is known of the message as a whole. Out: one situation for each finding, in
their order.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.model import Envelope, FilePart, Finding, Kind, Location, Match, Reading, ReportStatus, Severity
from gateway.model.part_types import type_of
from gateway.policy.schema import Situation

FILE, MESSAGE = "file", "message"
"""Places of what stands in no medium: a file as a whole (a material that was attached as it is, an archive that cannot
be opened), or the message as a whole."""

_Place = tuple[str, tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What rules may ask of a message besides its findings. `reports`: state and severity of each that it concerns;
    `types`: of its files, by place; `counted`: findings by kind and report that are known of already, so that a
    rewritten form is judged by the rules that the whole message met; `threshold`: what is less sure does not count."""

    size: int = 0
    reports: Mapping[str, tuple[ReportStatus, Severity]] = field(default_factory=dict)
    types: Mapping[_Place, str] = field(default_factory=dict, repr=False)
    counted: Mapping[tuple[Kind, str], int] = field(default_factory=dict)
    threshold: float = 0.0

    def reading(self, reading: Reading) -> "MessageFacts":
        """The same with the types of files that were read."""
        return replace(self, types=types_of(reading.files))

    def counting(self, findings: Sequence[Finding]) -> "MessageFacts":
        """The same, with at least so many findings."""
        return replace(self, counted=_counted(findings, self))


NO_FACTS = MessageFacts()


def situations(
    findings: Sequence[Finding],
    envelope: Envelope,
    matches: Sequence[Match],
    mentions_report: bool = True,
    facts: MessageFacts = NO_FACTS,
) -> tuple[Situation, ...]:
    """One for each finding, in their order."""
    recipients = tuple(recipient.address for recipient in envelope.recipients)
    of_report = {finding.report: [m for m in matches if m.report == finding.report] for finding in findings}
    reasons = {report: frozenset(match.reason for match in some) for report, some in of_report.items()}
    stands = {report: frozenset(match.to for match in some) for report, some in of_report.items()}
    counted = _counted(findings, facts)
    came = envelope.received_at.astimezone()
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
            count=counted.get((finding.kind, finding.report), 1),
            status=facts.reports.get(finding.report, _OPEN)[0],
            severity=facts.reports.get(finding.report, _OPEN)[1],
            part_types=_types_on_the_way(finding.where, facts.types),
            size=facts.size,
            weekday=came.weekday(),
            minute=came.hour * 60 + came.minute,
        )
        for finding in findings
    )


_OPEN: tuple[ReportStatus, Severity] = ("open", "normal")


def types_of(files: Sequence[FilePart]) -> dict[_Place, str]:
    """The type of each file by its place; the message itself is none."""
    return {(file.where.part, file.where.steps): type_of(file.kind, file.type) for file in files if file.where.part}


def _types_on_the_way(where: Location, types: Mapping[_Place, str]) -> frozenset[str]:
    """Of the files that a place is in: part 2 of part 2.1, an archive around a document."""
    if not types or not where.part:
        return frozenset()
    numbers = where.part.split(".")
    parts = [(".".join(numbers[:end]), ()) for end in range(1, len(numbers))]
    inside = [(where.part, where.steps[:end]) for end in range(len(where.steps) + 1)]
    return frozenset(types[place] for place in (*parts, *inside) if place in types)


def _counted(findings: Sequence[Finding], facts: MessageFacts) -> dict[tuple[Kind, str], int]:
    """Places, not hits: what two detectors found at one place is one. Of sure findings alone: what is not judged by
    itself must not move what is to a rule that asks for less."""
    places = {
        (finding.kind, finding.report, finding.where, finding.medium, finding.fragment, finding.span, finding.box)
        for finding in findings
        if finding.score >= facts.threshold
    }
    now = Counter((kind, report) for kind, report, *_ in places)
    return {key: max(now[key], facts.counted.get(key, 0)) for key in {*now, *facts.counted}}
