"""Rewriting, and the proof that nothing was left: the second inspection that promise 1 asks for.

The rewritten bytes are read and searched again, at the proof's lower threshold, and with them what the envelope says
as it goes on and the `Received` field that will be written. Whatever cannot be planned, applied
or proved turns the redaction into a quarantine of the original.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.detection import STRANGE, Familiar, detect
from gateway.errors import CannotChange, CannotRewrite, HushgateError, OutOfTime, ReaderDied, ReaderTimedOut
from gateway.identity import Subject
from gateway.inspection.colleagues import without_colleagues
from gateway.inspection.facts import facts_of
from gateway.inspection.planned import as_planned
from gateway.inspection.pseudonyms import codes
from gateway.inspection.reviewed import BY_REVIEWER, by_reviewer, without_dropped
from gateway.inspection.spoken import told_apart, with_envelope_texts, without
from gateway.inspection.third_parties import third_parties
from gateway.inspection.ties import tied
from gateway.inspection.tools import InspectionDeps
from gateway.matching import mentions_report
from gateway.model import Decision, Envelope, Examination, Finding, Fingerprints, Message
from gateway.model.deadline import Deadline
from gateway.policy import decide, judge, situations
from gateway.rewriting.places import places_of
from gateway.rewriting.plan import plan, telling
from gateway.smtp.amending import amended
from gateway.smtp.data_framing import clean_lines


def rewritten_and_proved(
    examination: Examination,
    faint: Sequence[Finding],
    message: Message,
    envelope: Envelope,
    subjects: Sequence[Subject],
    tools: InspectionDeps,
    common: Fingerprints,
    deadline: Deadline | None = None,
    familiar: Familiar = STRANGE,
) -> Examination:
    """`faint` are the findings at the proof's threshold: what is weak alone is taken out beside what is strong."""
    reading = examination.reading
    assert reading is not None, "a redaction is decided on findings, and they come from a reading"
    mentions = mentions_report(reading)
    facts = facts_of(message, reading, subjects, tools.policy.threshold)
    asked = situations(faint, envelope, examination.matches, mentions, facts)
    full = judge(asked, tools.policy)
    added = by_reviewer(reading, tools.changes, examination.matches[0].report if examination.matches else "")
    if added and places_of(reading, added) is None:
        raise CannotChange(message.id, "add", "nothing can be taken out there")
    if full.action != "redact" and not (full.action == "pass" and added):
        return replace(examination, decision=full, findings=tuple(faint), asked=asked)
    redacting = {rule.name: rule for rule in tools.policy.rules if rule.action == "redact" and not rule.monitor}
    taken = [(finding, redacting[rule]) for finding, rule in zip(faint, full.rules, strict=True) if rule in redacting]
    removable = frozenset(finding for finding, rule in taken if rule.remove)
    in_content, in_envelope, _ = told_apart([finding for finding, _ in taken], reading)
    people = codes(reading, {finding.report for finding in in_content}, tools.pseudonym_key, message.digest)
    lists = tools.policy.lists
    places = places_of(reading, (*in_content, *added), removable)
    edits = None if places is None else plan(reading, places, tools.policy.placeholders, people, lists)
    if places is not None and edits is not None and tools.changes.dropped:
        edits = without_dropped(reading, places, edits, tools.changes, lists, message.id)
    left_out = without(envelope, reading, in_envelope)
    if places is None or edits is None or left_out is None:
        return _held_instead(examination, "cannot-rewrite")
    if telling(reading, places, lists) is not None:
        return _held_instead(examination, "placeholder-tells")
    amendment = replace(left_out, name=examination.amendment.name)
    as_it_goes = amended(envelope, amendment)
    try:
        content = tools.reader.rewrite(message.content, edits, deadline)
        if not clean_lines(content):
            # Decoded by the rewriter, `=0D.=0D` could end the message for somebody: held, never repaired.
            return _held_instead(examination, "cannot-rewrite")
        second = with_envelope_texts(tools.reader.read_mail(content, deadline), as_it_goes)
    except (CannotRewrite, ReaderTimedOut):
        return _held_instead(examination, "cannot-rewrite")
    except ReaderDied:
        if tools.crashes.count(message.digest) < 2:
            raise
        return _held_instead(examination, "cannot-rewrite")  # else it would be tried again for ever
    recipients = [recipient.address for recipient in envelope.recipients]
    others = third_parties(examination.matches, tools.policy)
    try:
        if not as_planned(reading, edits, second, deadline):
            return _held_instead(examination, "not-proved")
        left = detect(
            second, subjects, tools.policy.proof_threshold, recipients, common, others, deadline, familiar, tools.failed
        )
    except OutOfTime:
        return _held_instead(examination, "not-proved")
    except HushgateError:
        raise
    except Exception:  # a fault of ours: told once, and then no reason to be asked for ever
        if tools.crashes.count(message.digest) < 2:
            raise
        return _held_instead(examination, "not-proved")
    left = without_colleagues(left, second, tools.staff)
    policy = tools.policy
    left = tied(left, second, examination.matches, subjects, policy.threshold, deadline, tools.failed, policy.words)
    # By how much there was before: a rule for many must not leave one to a rule for few.
    facts = facts.counting(faint).reading(second)
    if decide(left, envelope, examination.matches, tools.policy, mentions, facts).action != "pass":
        return _held_instead(examination, "not-proved")
    decision = examination.decision if full.action == "redact" else Decision("redact", BY_REVIEWER, full.policy)
    return replace(
        examination,
        decision=decision,
        rewritten=content,
        edits=edits,
        second=second,
        left=tuple(left),
        amendment=amendment,
    )


def _held_instead(examination: Examination, rule: str) -> Examination:
    decision = examination.decision
    return replace(examination, decision=Decision("quarantine", rule, decision.policy, decision.rules))
