"""Rewriting, and the proof that nothing was left: the second inspection that promise 1 asks for.

The rewritten bytes are read and searched again, at the proof's lower threshold. Whatever cannot be planned, applied
or proved turns the redaction into a quarantine of the original.
"""

from collections.abc import Sequence
from dataclasses import replace

from gateway.detection import detect
from gateway.errors import CannotRewrite, ReaderTimedOut
from gateway.inspection.others import third_parties
from gateway.inspection.planned import as_planned
from gateway.inspection.tools import Tools
from gateway.model import Decision, Envelope, Examination, Finding, Gist, Message
from gateway.model.deadline import Deadline
from gateway.policy import decide
from gateway.reports import Subject
from gateway.rewriting.plan import plan
from gateway.smtp.content import clean_lines


def rewritten_and_proved(
    examination: Examination,
    faint: Sequence[Finding],
    message: Message,
    envelope: Envelope,
    subjects: Sequence[Subject],
    tools: Tools,
    common: Gist,
    deadline: Deadline | None = None,
) -> Examination:
    """`faint` are the findings at the proof's threshold: what is weak alone is taken out beside what is strong."""
    reading = examination.reading
    assert reading is not None, "a redaction is decided on findings, and they come from a reading"
    full = decide(faint, envelope, examination.matches, tools.policy)
    if full.action != "redact":
        return replace(examination, decision=full, findings=tuple(faint))
    actions = {rule.name: rule.action for rule in tools.policy.rules}
    to_edit = [finding for finding, rule in zip(faint, full.rules, strict=True) if actions.get(rule) == "redact"]
    edits = plan(reading, to_edit)
    if edits is None:
        return _held_instead(examination, "cannot-rewrite")
    try:
        content = tools.reader.rewrite(message.content, edits, deadline)
        if not clean_lines(content):
            # Decoded by the rewriter, `=0D.=0D` could end the message for somebody: held, never repaired.
            return _held_instead(examination, "cannot-rewrite")
        second = tools.reader.read_mail(content, deadline)
    except (CannotRewrite, ReaderTimedOut):
        return _held_instead(examination, "cannot-rewrite")
    if not as_planned(reading, edits, second):
        return _held_instead(examination, "not-proved")
    recipients = [recipient.address for recipient in envelope.recipients]
    others = third_parties(examination.matches, tools.policy)
    left = detect(second, subjects, tools.policy.proof_threshold, recipients, common, others, deadline)
    if decide(left, envelope, examination.matches, tools.policy).action != "pass":
        return _held_instead(examination, "not-proved")
    return replace(examination, rewritten=content)


def _held_instead(examination: Examination, rule: str) -> Examination:
    decision = examination.decision
    return replace(examination, decision=Decision("quarantine", rule, decision.policy, decision.rules))
