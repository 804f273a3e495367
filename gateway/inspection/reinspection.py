"""A held message looked at anew, with passwords: those that other mail gave since, or one that a reviewer gives.

Only its evidence changes: it stays held, by the rule by which it was, until a person decides. Evidence changes only
where something was opened that was locked before. What was found of a reporter then stays found, whatever became of the
report meanwhile: it is what covers the words on the page. What opened it is kept sealed with it, for the next look.

Raises: Problem (no such message, or it waits for no decision), errors.Unavailable.
"""

from dataclasses import replace

from gateway.errors import Problem
from gateway.inspection.inspect import examine, held_as
from gateway.inspection.kinds import UNREAD
from gateway.inspection.ties import UNSEARCHED
from gateway.inspection.tools import InspectionDeps
from gateway.inspection.unlocking import locks, reader_with, ties_of
from gateway.model import Finding, HeldMessage, Location, Message, NewHold, Opened, Reading
from gateway.model.deadline import Deadline
from gateway.model.uninspectable_reasons import LOCKED
from gateway.reading.passwords import LONGEST_GIVEN

_MOST_KEPT = 8
_UNREAD = frozenset(("time_limit", "reader_crashed"))
"""Of a message as a whole: what was not read by then may be locked still."""


def look_again(held: str, actor: str, tools: InspectionDeps, given: str = "", deadline: Deadline | None = None) -> bool:
    """Whether more of it was opened. The look is audited; the password is in no log."""
    message = tools.quarantine.open(held, actor, "unlock")
    if message is None:
        raise Problem(held, "no such held message", "see: hushgate quarantine list")
    if message.summary.status != "held":
        raise Problem(held, f"cannot be looked at again: it is {message.summary.status}", "there is nothing to do")
    if not locks(message.reading):
        return False
    return _looked_again(message, actor, tools, given[:LONGEST_GIVEN], deadline)


def _looked_again(held: HeldMessage, actor: str, tools: InspectionDeps, given: str, deadline: Deadline | None) -> bool:
    envelope, before = held.envelope, held.reading or Reading()
    told = () if tools.passwords is None else tools.passwords.given(ties_of(envelope, before, tools))
    words = (given, given.strip(), *held.passwords, *told)
    knowing = reader_with(tools, tuple(dict.fromkeys(word for word in words if word)))
    id_ = held.summary.id
    message = Message(id_, held.content)
    examination = examine(envelope, message, knowing, None, deadline)
    if examination.reading is None:  # a report was closed, or its parties are no outsiders any more: nothing was read
        examination = replace(examination, reading=knowing.reader.read_mail(held.content, deadline))
    after = examination.reading or Reading(unreadable=before.unreadable)
    failed = any(one.reason in _UNREAD for one in after.unreadable) or any(
        finding.detector in UNSEARCHED for finding in examination.findings
    )
    if failed or not _locked(before) - _locked(after):
        return False
    opened: Opened = "given" if given else "later"
    kept = (*((given,) if given else ()), *held.passwords)
    new = _with_earlier(held, held_as(envelope, message, examination))
    reports = tuple(dict.fromkeys((*held.summary.reports, *new.reports)))
    new = replace(new, whole=True, opened=opened, passwords=tuple(dict.fromkeys(kept))[:_MOST_KEPT], reports=reports)
    if not tools.quarantine.complete(id_, new, actor):
        raise Problem(id_, "it was decided meanwhile", "see its state")
    return True


def _locked(reading: Reading) -> set[tuple[Location, str]]:
    """Which files of it want a password. One that was opened may have others in it."""
    return {(one.where, one.reason) for one in reading.unreadable if one.reason in LOCKED}


def _with_earlier(held: HeldMessage, new: NewHold) -> NewHold:
    """The new evidence, and what of the old one tells of somebody and still stands somewhere."""
    found = list(zip(new.findings, new.rules, strict=True))
    known = {_place(finding) for finding, _ in found}
    for finding, rule in zip(held.findings, held.rules, strict=True):
        moved = None if finding.kind in UNREAD else _moved(finding, held.reading, new.reading)
        if moved is not None and _place(moved) not in known:
            found.append((moved, rule))
    return replace(new, findings=tuple(one for one, _ in found), rules=tuple(rule for _, rule in found))


def _place(finding: Finding) -> tuple[object, ...]:
    return finding.kind, finding.report, finding.where, finding.fragment, finding.span, finding.box


def _moved(finding: Finding, before: Reading | None, after: Reading | None) -> Finding | None:
    """The finding where its text or picture stands in the new reading; None where that is nowhere."""
    if finding.fragment is None:
        return finding
    if before is None or after is None:
        return None
    if finding.span is not None:
        text = before.texts[finding.fragment]
        same = (number for number, one in enumerate(after.texts) if one == text)
    else:
        picture = before.pictures[finding.fragment]
        same = (
            number
            for number, one in enumerate(after.pictures)
            if (one.where, one.phash) == (picture.where, picture.phash)
        )
    number = next(same, None)
    return None if number is None else replace(finding, fragment=number)
