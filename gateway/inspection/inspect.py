"""The whole story on one screen: match, read, detect, decide, maybe rewrite and prove, then settle.

`examine` changes nothing and can be asked at any time; `settle` makes the answer durable. Both block (database,
reader processes), so the relay's event loop calls them on a thread.

Raises `errors.Unavailable` where no decision is possible now; the client then hears 451 and nothing has happened.
"""

import hashlib
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from gateway.detection import STRANGE, Familiar, detect
from gateway.errors import HushgateError, ReaderDied, ReaderTimedOut
from gateway.fingerprints.of_reading import fingerprints_of_files
from gateway.identity import Subject
from gateway.inspection.colleagues import without_colleagues
from gateway.inspection.facts import facts_of
from gateway.inspection.kinds import BEARS_OUT, UNREAD
from gateway.inspection.known import familiar_to
from gateway.inspection.spoken import told_apart, with_envelope_texts
from gateway.inspection.third_parties import third_parties
from gateway.inspection.ties import UNSEARCHED, tied
from gateway.inspection.tools import InspectionDeps, read_by_steps
from gateway.inspection.triage import audience
from gateway.inspection.unlocking import earlier, locks, reader_with, without_locks
from gateway.inspection.verify_rewrite import rewritten_and_proved
from gateway.matching import (
    Audience,
    by_envelope,
    by_words,
    fingerprints_of_message,
    is_a_party_s,
    mentions_report,
    suspected,
    with_pictures,
)
from gateway.model import (
    Amendment,
    Decision,
    Envelope,
    Examination,
    Finding,
    Fingerprints,
    Held,
    IndexHits,
    Location,
    Match,
    Message,
    NewHold,
    NewRewrite,
    Pass,
    Reading,
    Rejected,
    Send,
    Step,
    Unreadable,
    Verdict,
)
from gateway.model.deadline import Deadline
from gateway.notices.addressed import addressed_of
from gateway.policy import is_settled, judge, situations, watched
from gateway.smtp.amending import amended

ACTOR = "relay"
_LONGEST_SHOWN = 2 * 1024 * 1024


def examine(
    envelope: Envelope,
    message: Message,
    tools: InspectionDeps,
    who: Audience | None = None,
    deadline: Deadline | None = None,
    early: bool = False,
) -> Examination:
    """What should become of the message, and why. Nothing is sent, nothing is stored.

    `early`: no more is looked at than it takes to know that. A message that is held whatever else is in it comes back
    `unfinished`. Past the deadline what was not looked at is `uninspectable`, or `errors.Late` is raised where it can
    be tried again; cancelled, it raises `errors.Abandoned`."""
    if who is None:
        who = audience(envelope, tools)
    matches = by_envelope(who)
    if not matches and who.stays_inside():
        return Examination(Decision("pass", "no-report", tools.policy.digest))
    if tools.policy.mode == "monitor":
        # As it would be, to its end: whatever that is, the mail passes as it came.
        tools = replace(tools, policy=tools.policy.enforced())
        return only_watched(_Inquiry(envelope, message, tools, who, matches, deadline, early=False).examination())
    return _Inquiry(envelope, message, tools, who, matches, deadline, early).examination()


def only_watched(examination: Examination) -> Examination:
    """The same of rules that only watch: the message passes as it came, and what would have been done is noted. What
    the client calls itself, in the field that we write, is ours all the same."""
    return replace(
        examination,
        decision=watched(examination.decision),
        rewritten=None,
        edits=(),
        second=None,
        left=(),
        amendment=Amendment(name=examination.amendment.name),
        unfinished=False,
    )


def completed(unfinished: Examination, whole: Examination) -> Examination:
    """What was found in all of a message that was held early, under the rule that it was held by. Where all of it looks
    milder than a part of it did, it stays what it was: who read the answer goes by that."""
    if whole.decision.action != unfinished.decision.action:
        return unfinished
    decision = replace(whole.decision, rule=unfinished.decision.rule)
    return replace(whole, decision=decision)


def complete(
    held: str,
    envelope: Envelope,
    message: Message,
    unfinished: Examination,
    tools: InspectionDeps,
    deadline: Deadline | None = None,
    note: Callable[[Examination], None] = lambda whole: None,
) -> bool:
    """Look at all of a message that was held early, and add to its evidence. False where it is not held any more.
    `note` hears what was found in all of it."""
    whole = completed(unfinished, examine(envelope, message, tools, None, deadline))
    note(whole)
    return tools.quarantine.complete(held, replace(held_as(envelope, message, whole), whole=True), ACTOR)


def settle(envelope: Envelope, message: Message, examination: Examination, tools: InspectionDeps) -> Verdict:
    """Carry the decision out. After `Held` and `Rejected` it is durable."""
    note_watched(envelope, message, examination, tools)
    match examination.decision.action:
        case "pass":
            return Pass(with_headers(examination, tools))
        case "redact":
            assert examination.rewritten is not None, "a redaction without a proved rewriting never leaves examine"
            if tools.rewrites is not None:
                new = rewritten_as(envelope, message, examination, examination.rewritten)
                if tools.shows_rewritten:
                    new = shown_to_sender(new, examination.rewritten)
                tools.rewrites.keep(new, ACTOR, original=tools.policy.keep_days > 0)
            return Send(examination.rewritten, with_headers(examination, tools))
        case "quarantine":
            return Held(tools.quarantine.hold(held_as(envelope, message, examination), ACTOR))
        case "reject":
            return Rejected(tools.quarantine.record_rejection(held_as(envelope, message, examination), ACTOR))
        case other:
            assert_never(other)


def note_watched(envelope: Envelope, message: Message, examination: Examination, tools: InspectionDeps) -> None:
    """Write down what goes out because rules only watch. Where that fails the message goes out all the same: rules that
    only watch keep no mail waiting."""
    decision = examination.decision
    if tools.watched is None or decision.would is None or decision.action not in ("pass", "redact"):
        return
    try:
        new = held_as(envelope, message, examination)
        tools.watched.note(replace(new, action=decision.would, rule=decision.would_rule))
    except Exception as error:
        tools.failed(error)


def with_headers(examination: Examination, tools: InspectionDeps) -> Amendment:
    """What of the envelope does not go on, and what the rule adds by which the message goes out: none where no rule
    took anything, and none of a rule that only watches."""
    rule = tools.policy.named(examination.decision.rule)
    if rule is None or not rule.headers or tools.policy.watches(rule) or rule.action != examination.decision.action:
        return examination.amendment
    return replace(examination.amendment, headers=rule.headers)


@dataclass(frozen=True, slots=True)
class _ReadMessage:
    """What was read; the same with what the envelope says; what the index says of it, and who is named in it."""

    content: Reading
    reading: Reading
    fingerprints: Fingerprints
    traced: IndexHits
    named: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """What becomes of a message, and what a rewriting takes: what was found down to the proof's threshold, whose it may
    be, what is common to many, and what those who get it know already."""

    examination: Examination
    common: Fingerprints
    faint: tuple[Finding, ...] = ()
    subjects: tuple[Subject, ...] = ()
    familiar: Familiar = STRANGE


@dataclass(slots=True)
class _Inquiry:
    """One message under examination. `settled` is what becomes of it where nothing that was not looked at matters.
    `asked`: other mail was asked for passwords; `anew`: it had some, with which the message is read once more."""

    envelope: Envelope
    message: Message
    tools: InspectionDeps
    who: Audience
    matches: tuple[Match, ...]
    deadline: Deadline | None
    early: bool
    settled: Examination | None = None
    looked: _ReadMessage | None = None
    asked: bool = False
    anew: bool = False

    @property
    def known(self) -> frozenset[str]:
        """The reports of those who get it."""
        return frozenset(match.report for match in self.matches)

    def examination(self) -> Examination:
        """Of as much of the message as it takes."""
        skims = not self.known and self.tools.policy.read_pictures == "suspected"
        by_steps = skims or self.early
        reading = self._read(self._by_steps if by_steps else self.tools.reader.read_mail)
        if self.anew or self._has_more(reading):
            self.settled = self.looked = None
            self.anew = False
            reading = self._read(self._by_steps if by_steps else self.tools.reader.read_mail)
        if self.settled is not None:
            return self.settled
        looked = self._look(reading)
        found = self._judged(looked)
        action = found.examination.decision.action
        if action != "redact" and not (action == "pass" and self.tools.changes.adds):
            return replace(found.examination, fingerprints=looked.fingerprints)
        return rewritten_and_proved(
            found.examination,
            found.faint,
            self.message,
            self.envelope,
            found.subjects,
            self.tools,
            found.common,
            self.deadline,
            found.familiar,
        )

    def _read(self, how: Callable[[bytes, Deadline | None], Reading]) -> Reading:
        """What was read. Of what could not be read to its end, what was read by then."""
        try:
            return how(self.message.content, self.deadline)
        except ReaderTimedOut:
            reason = "time_limit"
        except ReaderDied:
            if self.tools.crashes.count(self.message.digest) < 2:
                raise
            reason = "reader_crashed"
        before = Reading() if self.looked is None else self.looked.content
        return replace(before, unreadable=(*before.unreadable, Unreadable(Location(""), reason)))

    def _by_steps(self, content: bytes, deadline: Deadline | None) -> Reading:
        return read_by_steps(self.tools.reader, content, self._next, deadline)

    def _next(self, reading: Reading, step: Step) -> Step | None:
        """Which step of reading comes after this one; None where it is enough.

        To nobody who is known the message is skimmed: pictures are known again by their look. What they say is read
        where the rules want it always, or where something else in the message points to a report."""
        self.anew = self._has_more(reading)
        if self.anew:
            return None
        if step == "sifted" and not self.known and not self._handed_in(reading):
            return "skimmed"  # nearly all of this mail is nobody's: its texts are looked up once, with its pictures
        before, looked = self.looked, self._look(reading)
        if not (self.known or looked.named or suspected(looked.traced, self.who, self.known)):
            if step == "sifted":
                return "skimmed"
            return None if self.tools.policy.read_pictures == "suspected" else "whole"
        if not self.early:
            return "whole"
        # A look that brought no word and no trace brings no finding that the last one had not.
        if before is None or (before.reading.texts, before.traced) != (looked.reading.texts, looked.traced):
            examination = self._judged(looked).examination
            if self._is_settled(examination, looked):
                self.settled = replace(examination, unfinished=True, fingerprints=looked.fingerprints)
                return None
        return "skimmed" if step == "sifted" else "whole"

    def _is_settled(self, examination: Examination, looked: _ReadMessage) -> bool:
        """Whether nothing that may still be read matters: a picture may say what opens a file that is locked by now."""
        policy, envelope = self.tools.policy, self.envelope
        if is_settled(examination.decision, policy, envelope) and locks(looked.reading):
            reading = without_locks(looked.reading)
            examination = self._judged(replace(looked, reading=reading)).examination
        return is_settled(examination.decision, policy, envelope)

    def _has_more(self, reading: Reading) -> bool:
        """Whether other mail gave passwords for what is locked in it. Asked for once."""
        if self.asked or not locks(reading):
            return False
        self.asked = True
        words = earlier(self.envelope, reading, self.tools)
        if words:
            self.tools = reader_with(self.tools, words)
        return bool(words)

    def _handed_in(self, reading: Reading) -> bool:
        """Whether a file of it may be somebody's material."""
        return bool(suspected(self.tools.marks.trace(fingerprints_of_files(reading)), self.who, ()))

    def _look(self, reading: Reading) -> _ReadMessage:
        """Look it up."""
        before = self.looked
        if before is None or before.content is not reading:
            whole = with_envelope_texts(reading, self.envelope)
            same = before is not None and _says_the_same(before.content, reading)
            fingerprints = (
                with_pictures(before.fingerprints, whole)
                if before is not None and same
                else fingerprints_of_message(whole)
            )
            named = by_words(self.tools.callings.called(fingerprints.words), self.who, self.known)
            self.looked = before = _ReadMessage(
                reading, whole, fingerprints, self.tools.marks.trace(fingerprints), named
            )
        return before

    def _judged(self, looked: _ReadMessage) -> _Judged:
        """What becomes of a message in which there is this."""
        tools, reading, traced = self.tools, looked.reading, looked.traced
        nothing = Examination(Decision("pass", "no-report", tools.policy.digest), reading=reading)
        matches = self.matches + looked.named
        known = self.known.union(match.report for match in looked.named)
        suspects = suspected(traced, self.who, known)
        subjects = _subjects((*dict.fromkeys(match.report for match in matches), *suspects), tools)
        if not subjects:
            return _Judged(nothing, traced.common)
        familiar = familiar_to(self.who, reading, subjects, tools)
        found = self._found(looked, subjects, matches, familiar)
        content, spoken, name = told_apart(found, reading)
        # What the client calls itself is ours to write or not: no message is held or changed for it.
        in_name = tuple(sorted({finding.kind for finding in name}))
        nothing, faint = replace(nothing, amendment=Amendment(name=bool(name)), in_name=in_name), content + spoken
        borne_out = _borne_out(faint, suspects, known, tools.policy.threshold)
        matches += tuple(match for report in borne_out for match in self.who.matches(report, "content"))
        if not matches:
            return _Judged(nothing, traced.common)
        wanted = known.union(borne_out)
        faint = _of_reports(faint, wanted, matches[0].report)
        rules = tools.policy
        faint = tied(faint, reading, matches, subjects, rules.threshold, self.deadline, tools.failed, rules.words)
        subjects = tuple(subject for subject in subjects if subject.report in wanted)
        findings = tuple(finding for finding in faint if finding.score >= tools.policy.threshold)
        named_alone = all(match.reason == "name" for match in matches)
        if named_alone and all(finding.kind in UNREAD for finding in findings) and not is_a_party_s(reading, subjects):
            # a name is many people's: that one of them was reported holds nobody's mail
            return _Judged(nothing, traced.common)
        facts = facts_of(self.message, reading, subjects, rules.threshold)
        mentions = bool(faint) and mentions_report(reading)
        asked = situations(findings, self.envelope, matches, mentions, facts)
        decision = judge(asked, tools.policy)
        examination = replace(
            nothing,
            decision=decision,
            matches=matches,
            findings=findings,
            faint=faint,
            mentions=mentions,
            facts=facts,
            asked=asked,
        )
        return _Judged(examination, traced.common, faint, subjects, familiar)

    def _found(
        self, looked: _ReadMessage, subjects: tuple[Subject, ...], matches: tuple[Match, ...], familiar: Familiar
    ) -> tuple[Finding, ...]:
        """At the stricter threshold of the proof; it is judged at the policy's own."""
        tools = self.tools
        recipients = [recipient.address for recipient in self.envelope.recipients]
        others = third_parties(matches, tools.policy)
        least, common = tools.policy.proof_threshold, looked.traced.common
        try:
            found = detect(
                looked.reading, subjects, least, recipients, common, others, self.deadline, familiar, tools.failed
            )
        except HushgateError:
            raise
        except Exception:  # a fault of ours: told once, and then no reason to be asked for ever
            if tools.crashes.count(self.message.digest) < 2:
                raise
            found = (Finding("uninspectable", subjects[0].report, Location(""), None, "search_failed", 1.0),)
        return without_colleagues(found, looked.reading, tools.staff)


def _says_the_same(one: Reading, other: Reading) -> bool:
    """But for pictures, as far as they say nothing."""
    return (one.texts, one.files, one.mails) == (other.texts, other.files, other.mails)


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
        if finding.score >= threshold and finding.kind in BEARS_OUT and _place(finding) not in spoken_for
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


def _subjects(ids: Sequence[str], tools: InspectionDeps) -> tuple[Subject, ...]:
    return tools.subjects.all(ids)


def rewritten_as(envelope: Envelope, message: Message, examination: Examination, sent: bytes) -> NewRewrite:
    """What is kept of a message that goes out rewritten."""
    decision = examination.decision
    return NewRewrite(
        envelope=envelope,
        content=message.content,
        digest=message.digest,
        sent=hashlib.sha256(sent).digest(),
        rule=decision.rule,
        policy=decision.policy,
        reports=tuple(dict.fromkeys(match.report for match in examination.matches)),
        findings=examination.findings,
        rules=decision.rules,
        edits=examination.edits,
        reading=_slim(examination.reading),
        addressed=addressed_of(message.content, examination.reading),
    )


def shown_to_sender(new: NewRewrite, sent: bytes) -> NewRewrite:
    """The same with what goes out, where that is not too long for a notice."""
    return replace(new, shown=sent) if len(sent) <= _LONGEST_SHOWN else new


def held_as(envelope: Envelope, message: Message, examination: Examination) -> NewHold:
    """What is kept of a message that is held."""
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
        whole=not examination.unfinished,
        addressed=addressed_of(message.content, examination.reading),
    )


def _slim(reading: Reading | None) -> Reading | None:
    """Without cut-outs and points of pictures: they were for comparing, and a reviewer is shown the picture itself."""
    if reading is None:
        return None
    return replace(reading, pictures=tuple(replace(picture, patches=(), points=b"") for picture in reading.pictures))
