"""The whole story on one screen: match, read, detect, decide, maybe rewrite and prove, then settle.

`examine` changes nothing and can be asked at any time; `settle` makes the answer durable. Both block (database,
reader processes), so the relay's event loop calls them on a thread.

Raises `errors.Unavailable` where no decision is possible now; the client then hears 451 and nothing has happened.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import assert_never

from gateway.detection import detect
from gateway.errors import HushgateError, ReaderDied, ReaderTimedOut
from gateway.inspection.colleagues import without_colleagues
from gateway.inspection.known import familiar_to
from gateway.inspection.others import third_parties
from gateway.inspection.prove import rewritten_and_proved
from gateway.inspection.spoken import gists_of, heard, told_apart
from gateway.inspection.tools import Tools
from gateway.matching import (
    Audience,
    audience_of,
    by_envelope,
    by_words,
    concerns_no_report,
    gist_of,
    is_a_party_s,
    surely_inside,
    suspected,
    with_ties,
)
from gateway.model import (
    Amendment,
    Decision,
    Envelope,
    Examination,
    Finding,
    Gist,
    Held,
    Kind,
    Location,
    Match,
    Message,
    NewHold,
    Pass,
    Reading,
    Rejected,
    Send,
    Traced,
    Unreadable,
    Verdict,
)
from gateway.model.deadline import Deadline
from gateway.policy import decide
from gateway.reports import Subject
from gateway.smtp.amending import amended

ACTOR = "relay"
UNREAD: frozenset[Kind] = frozenset(("uninspectable", "malformed"))
"""Kinds of findings that say nothing of a reporter."""
UNSEARCHED = frozenset(("search_timed_out", "search_failed"))
"""Detectors that say of a text that it was not searched to its end."""
STRONG: frozenset[Kind] = frozenset(("material", "thread", "address", "phone", "account", "government_id"))
"""Kinds of findings that tell a report by themselves, whoever gets the message."""


def audience(envelope: Envelope, tools: Tools) -> Audience:
    """Who gets it, and what each of them is to which report; one look-up."""
    return audience_of(envelope, tools.reports, tools.circle)


def surely_nobodys(envelope: Envelope, gist: Gist | None, tools: Tools) -> bool:
    """True where what was learnt says at once that a message concerns no report: no query, no reading."""
    if surely_inside(envelope, tools.reports, tools.circle):
        return True
    return (
        gist is not None
        and tools.limiter.surely_free(envelope, gist, tools.policy.limits)
        and concerns_no_report(envelope, tools.reports)
        and tools.marks.surely_none(gist)
        and all(tools.marks.surely_none(said) for said in gists_of(envelope))
        and tools.callings.surely_none(gist.words)
    )


def concerns_nobody(envelope: Envelope, who: Audience, gist: Gist | None, tools: Tools) -> bool:
    """The same by a few probes of the index, still without reading. False says nothing."""
    if by_envelope(who):
        return False
    if who.stays_inside():
        return True
    if gist is None or by_words(tools.callings.called(gist.words), who, ()):
        return False
    return not any(suspected(tools.marks.trace(one), who, ()) for one in (gist, *gists_of(envelope)))


def examine(
    envelope: Envelope,
    message: Message,
    tools: Tools,
    who: Audience | None = None,
    deadline: Deadline | None = None,
) -> Examination:
    """What should become of the message, and why. Nothing is sent, nothing is stored.

    Past the deadline what was not looked at is `uninspectable`; cancelled, it raises `errors.Abandoned`."""
    if who is None:
        who = audience(envelope, tools)
    matches = by_envelope(who)
    nothing = Examination(Decision("pass", "no-report", tools.policy.digest))
    if not matches and who.stays_inside():
        return nothing
    known = frozenset(match.report for match in matches)
    reading, traced, named = _looked_at(message, envelope, tools, known, who, deadline)
    nothing = replace(nothing, reading=reading)
    matches += named
    known = known.union(match.report for match in named)
    suspects = suspected(traced, who, known)
    subjects = _subjects((*dict.fromkeys(match.report for match in matches), *suspects), tools)
    if not subjects:
        return nothing
    # Everything is looked for at the stricter threshold of the proof, and judged at the policy's own.
    recipients = [recipient.address for recipient in envelope.recipients]
    others = third_parties(matches, tools.policy)
    familiar = familiar_to(who, reading, subjects, tools)
    try:
        found = detect(
            reading, subjects, tools.policy.proof_threshold, recipients, traced.common, others, deadline, familiar
        )
    except HushgateError:
        raise
    except Exception:  # a fault of ours: told once, and then no reason to be asked for ever
        if tools.crashes.count(message.digest) < 2:
            raise
        found = (Finding("uninspectable", subjects[0].report, Location(""), None, "search_failed", 1.0),)
    found = without_colleagues(found, reading, tools.staff)
    content, spoken, name = told_apart(found, reading)
    # What the client calls itself is ours to write or not: no message is held or changed for it.
    in_name = tuple(sorted({finding.kind for finding in name}))
    nothing, faint = replace(nothing, amendment=Amendment(name=bool(name)), in_name=in_name), content + spoken
    borne_out = _borne_out(faint, suspects, known, tools.policy.threshold)
    matches += tuple(match for report in borne_out for match in who.matches(report, "content"))
    if not matches:
        return nothing
    wanted = known.union(borne_out)
    faint = _of_reports(faint, wanted, matches[0].report)
    faint = with_ties(faint, reading, matches, subjects, tools.policy.threshold)
    subjects = tuple(subject for subject in subjects if subject.report in wanted)
    findings = tuple(finding for finding in faint if finding.score >= tools.policy.threshold)
    named_alone = all(match.reason == "name" for match in matches)
    if named_alone and all(finding.kind in UNREAD for finding in findings) and not is_a_party_s(reading, subjects):
        return nothing  # a name is many people's: that one of them was reported holds nobody's mail
    decision = decide(findings, envelope, matches, tools.policy)
    examination = replace(nothing, decision=decision, matches=matches, findings=findings)
    if decision.action != "redact":
        return examination
    return rewritten_and_proved(
        examination, faint, message, envelope, subjects, tools, traced.common, deadline, familiar
    )


def settle(envelope: Envelope, message: Message, examination: Examination, tools: Tools) -> Verdict:
    """Carry the decision out. After `Held` and `Rejected` it is durable."""
    match examination.decision.action:
        case "pass":
            return Pass(examination.amendment)
        case "redact":
            assert examination.rewritten is not None, "a redaction without a proved rewriting never leaves examine"
            return Send(examination.rewritten, examination.amendment)
        case "quarantine":
            return Held(tools.quarantine.hold(_hold(envelope, message, examination), ACTOR))
        case "reject":
            return Rejected(tools.quarantine.record_rejection(_hold(envelope, message, examination), ACTOR))
        case other:
            assert_never(other)


def _looked_at(
    message: Message,
    envelope: Envelope,
    tools: Tools,
    known: frozenset[str],
    who: Audience,
    deadline: Deadline | None,
) -> tuple[Reading, Traced, tuple[Match, ...]]:
    """The message read as deeply as it calls for, with what its envelope says; what the index says of it, and who is
    named in it.

    To nobody who is known it is skimmed first: pictures are known again by their look. What they say is read where
    the rules want it always, or where something else in the message points to a report.
    """
    if not known and tools.policy.read_pictures == "suspected":
        reading = heard(_read(message, tools, tools.reader.skim_mail, deadline), envelope)
        gist = gist_of(reading)
        traced = tools.marks.trace(gist)
        named = by_words(tools.callings.called(gist.words), who, known)
        if not reading.pictures or not (named or suspected(traced, who, known)):
            return reading, traced, named
    reading = heard(_read(message, tools, tools.reader.read_mail, deadline), envelope)
    gist = gist_of(reading)
    return reading, tools.marks.trace(gist), by_words(tools.callings.called(gist.words), who, known)


def _borne_out(
    findings: Sequence[Finding], suspects: Sequence[str], known: Container[str], threshold: float
) -> tuple[str, ...]:
    """Of the reports that the index pointed to, those of which something strong was found. A name alone may be
    anybody's where no report says whom the message is for. What a known report takes care of is no second one's:
    somebody may have reported two streamers, and is to be hidden from one as the rules for that one say."""
    if any(finding.detector in UNSEARCHED for finding in findings):
        return tuple(suspects)  # nobody knows what would have been found
    spoken_for = {_place(finding) for finding in findings if finding.report in known}
    strong = {
        finding.report
        for finding in findings
        if finding.score >= threshold
        and (finding.kind in STRONG or finding.kind == "qr_code")
        and _place(finding) not in spoken_for
    }
    return tuple(report for report in suspects if report in strong)


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.kind, finding.where, finding.fragment, finding.span


def _of_reports(findings: Sequence[Finding], wanted: Container[str], first: str) -> tuple[Finding, ...]:
    """Those of the reports that the message concerns. What could not be read concerns each of them."""
    return tuple(
        finding if finding.report in wanted else replace(finding, report=first)
        for finding in findings
        if finding.report in wanted or finding.kind in UNREAD
    )


def _subjects(ids: Sequence[str], tools: Tools) -> tuple[Subject, ...]:
    return tools.subjects.all(ids)


def _read(
    message: Message, tools: Tools, how: Callable[[bytes, Deadline | None], Reading], deadline: Deadline | None
) -> Reading:
    try:
        return how(message.content, deadline)
    except ReaderTimedOut:
        return Reading(unreadable=(Unreadable(Location(""), "time_limit"),))
    except ReaderDied:
        if tools.crashes.count(message.digest) < 2:
            raise
        return Reading(unreadable=(Unreadable(Location(""), "reader_crashed"),))


def _hold(envelope: Envelope, message: Message, examination: Examination) -> NewHold:
    decision = examination.decision
    # All that the client said is kept but for the field of ours: it goes in front of what a reviewer releases too.
    return NewHold(
        envelope=amended(envelope, Amendment(name=examination.amendment.name)),
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
    """Without cut-outs and points of pictures: they were for comparing, and a reviewer is shown the picture itself."""
    if reading is None:
        return None
    return replace(reading, pictures=tuple(replace(picture, patches=(), points=b"") for picture in reading.pictures))
