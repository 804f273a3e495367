"""A held message looked at anew, with passwords: those that other mail gave since, or one that a reviewer gives.

Only its evidence changes: it stays held, by the rule by which it was, until a person decides. Evidence is replaced only
where more was opened than before; what opened it is kept sealed with it, for the next look.

Raises: Problem (no such message, or it waits for no decision), errors.Unavailable.
"""

from dataclasses import replace

from gateway.errors import Problem
from gateway.inspection.inspect import examine, held_as
from gateway.inspection.tools import InspectionDeps
from gateway.inspection.unlocking import locks, reader_with, ties_of
from gateway.model import HeldMessage, Message, Opened, Reading
from gateway.model.deadline import Deadline
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
    failed = any(one.reason in _UNREAD for one in examination.reading.unreadable) if examination.reading else True
    if failed or locks(examination.reading) >= locks(before):
        return False
    opened: Opened = "given" if given else "later"
    kept = (*((given,) if given else ()), *held.passwords)
    new = held_as(envelope, message, examination)
    reports = tuple(dict.fromkeys((*held.summary.reports, *new.reports)))
    new = replace(new, whole=True, opened=opened, passwords=tuple(dict.fromkeys(kept))[:_MOST_KEPT], reports=reports)
    if not tools.quarantine.complete(id_, new, actor):
        raise Problem(id_, "it was decided meanwhile", "see its state")
    return True
