"""The whole story on one screen: match, read, detect, decide, maybe rewrite and prove, then settle.

`examine` changes nothing and can be asked at any time; `settle` makes the answer durable. Both block (database,
reader processes), so the relay's event loop calls them on a thread.

Raises `errors.Unavailable` where no decision is possible now; the client then hears 451 and nothing has happened.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import assert_never

from gateway.detection import detect
from gateway.errors import ReaderDied, ReaderTimedOut
from gateway.inspection.prove import rewritten_and_proved
from gateway.inspection.tools import Tools
from gateway.matching import Audience, audience_of, by_envelope
from gateway.model import (
    Decision,
    Envelope,
    Examination,
    Held,
    Location,
    Match,
    Message,
    NewHold,
    Pass,
    Reading,
    Rejected,
    Send,
    Unreadable,
    Verdict,
)
from gateway.policy import decide
from gateway.reports import Subject

ACTOR = "relay"


def audience(envelope: Envelope, tools: Tools) -> Audience:
    """Who gets it, and what each of them is to which report; one look-up."""
    return audience_of(envelope, tools.reports, tools.circle)


def matches_of(envelope: Envelope, tools: Tools) -> tuple[Match, ...]:
    """The open reports that a message concerns; one look-up, no reading."""
    return by_envelope(audience(envelope, tools))


def examine(
    envelope: Envelope, message: Message, tools: Tools, matches: tuple[Match, ...] | None = None
) -> Examination:
    """What should become of the message, and why. Nothing is sent, nothing is stored."""
    if matches is None:
        matches = matches_of(envelope, tools)
    subjects = _subjects(matches, tools)
    if not subjects:
        return Examination(Decision("pass", "no-report", tools.policy.digest))
    reading = _read(message, tools)
    # Everything is looked for at the stricter threshold of the proof, and judged at the policy's own.
    recipients = [recipient.address for recipient in envelope.recipients]
    faint = detect(reading, subjects, tools.policy.proof_threshold, recipients)
    findings = tuple(finding for finding in faint if finding.score >= tools.policy.threshold)
    decision = decide(findings, envelope, matches, tools.policy)
    examination = Examination(decision, matches, findings, reading)
    if decision.action != "redact":
        return examination
    return rewritten_and_proved(examination, faint, message, envelope, subjects, tools)


def settle(envelope: Envelope, message: Message, examination: Examination, tools: Tools) -> Verdict:
    """Carry the decision out. After `Held` and `Rejected` it is durable."""
    match examination.decision.action:
        case "pass":
            return Pass()
        case "redact":
            assert examination.rewritten is not None, "a redaction without a proved rewriting never leaves examine"
            return Send(examination.rewritten)
        case "quarantine":
            return Held(tools.quarantine.hold(_hold(envelope, message, examination), ACTOR))
        case "reject":
            return Rejected(tools.quarantine.record_rejection(_hold(envelope, message, examination), ACTOR))
        case other:
            assert_never(other)


def _subjects(matches: Sequence[Match], tools: Tools) -> tuple[Subject, ...]:
    ids = dict.fromkeys(match.report for match in matches)
    return tuple(subject for report in ids if (subject := tools.subjects.get(report)) is not None)


def _read(message: Message, tools: Tools) -> Reading:
    try:
        return tools.reader.read_mail(message.content)
    except ReaderTimedOut:
        return Reading(unreadable=(Unreadable(Location(""), "time_limit"),))
    except ReaderDied:
        if tools.crashes.count(message.digest) < 2:
            raise
        return Reading(unreadable=(Unreadable(Location(""), "reader_crashed"),))


def _hold(envelope: Envelope, message: Message, examination: Examination) -> NewHold:
    decision = examination.decision
    return NewHold(
        envelope=envelope,
        content=message.content,
        digest=message.digest,
        action=decision.action,
        rule=decision.rule,
        policy=decision.policy,
        reports=tuple(dict.fromkeys(match.report for match in examination.matches)),
        findings=examination.findings,
        rules=decision.rules,
        reading=_slim(examination.reading),
    )


def _slim(reading: Reading | None) -> Reading | None:
    """Without the cut-outs of pictures: they were for comparing, and a reviewer is shown the picture itself."""
    if reading is None:
        return None
    return replace(reading, pictures=tuple(replace(picture, patches=()) for picture in reading.pictures))
