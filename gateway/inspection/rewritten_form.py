"""A held message as it would leave rewritten: everything for which it is held taken out, and the result proved anew.

What was found is looked for once more, by the reports and rules of now: a message that was held in the morning may
concern another report by noon. Where nothing is found any more there is nothing to rewrite, and it is not for this
module to say that it may go as it is.

Raises: Problem (no such message, it waits for no decision, or it cannot be rewritten), errors.Unavailable.
"""

import hashlib
from dataclasses import dataclass, field, replace

from gateway.errors import CannotChange, Problem
from gateway.inspection.inspect import examine
from gateway.inspection.tools import InspectionDeps
from gateway.inspection.unlocking import reader_with
from gateway.model import Envelope, Examination, HeldMessage, Message
from gateway.model.deadline import Deadline
from gateway.model.place_changes import PlaceChanges
from gateway.policy import rewriting_all
from gateway.smtp.amending import amended

_WHY = {
    "cannot-rewrite": "something in it can neither be changed nor be taken out",
    "placeholder-tells": "what would be left still tells who it was",
    "not-proved": "what was rewritten did not come out clean",
}


NO_CHANGES = PlaceChanges()


@dataclass(frozen=True, slots=True)
class RewrittenForm:
    """What would leave: an envelope and a content; and how it came about, from which envelope and message."""

    envelope: Envelope
    content: bytes = field(repr=False)
    examination: Examination = field(repr=False)
    before: Envelope
    message: Message = field(repr=False)

    @property
    def digest(self) -> str:
        """Of what would leave: the form that was shown is the form that is sent."""
        return hashlib.sha256(self.content).hexdigest()


def rewritten_form(
    held: HeldMessage, tools: InspectionDeps, deadline: Deadline | None = None, changes: PlaceChanges = NO_CHANGES
) -> RewrittenForm:
    """The form of now, with what a reviewer changes of it. It takes as long as inspecting, rewriting and inspecting
    again do. Raises CannotChange where the changes are what cannot be done or proved."""
    id_ = held.summary.id
    if held.summary.status not in ("held", "uncertain"):
        raise Problem(id_, f"cannot be released rewritten: it is {held.summary.status}", "there is nothing to do")
    tools = reader_with(replace(tools, policy=rewriting_all(tools.policy), changes=changes), held.passwords)
    message = Message(id_, held.content)
    examination = examine(held.envelope, message, tools, None, deadline)
    decision = examination.decision
    if decision.action == "pass":
        wrong = "nothing in it would be rewritten now"
        raise Problem(id_, wrong, "look whether its report is still open; then release it as it is, or discard it")
    if changes and (decision.action != "redact" or examination.rewritten is None):
        raise CannotChange(id_, "drop" if changes.dropped else "add", _WHY.get(decision.rule, "it would be held"))
    if decision.action != "redact" or examination.rewritten is None:
        why = _WHY.get(decision.rule, "it is held by the rules whatever is taken out")
        raise Problem(id_, f"cannot be released rewritten: {why}", "release it as it is, or discard it")
    envelope = amended(held.envelope, examination.amendment)
    return RewrittenForm(envelope, examination.rewritten, examination, held.envelope, message)
