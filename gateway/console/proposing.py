"""What we propose to do with a held message, and why. Pure: findings and facts in, one of four decisions out.

It is advice, made from what is kept with the message and without a reader: whether the rewritten form is clean is
proved when it is asked for.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from gateway.inspection.serialize import with_watched
from gateway.model import HeldMessage, Reading
from gateway.rewriting.places import places_of
from gateway.rewriting.plan import plan, telling

Decisive = Literal["rewritten", "return", "discard", "release"]
"""Send what is left when it is taken out; give it back to its sender; never send it; send it as it was written."""

AdviceReason = Literal[
    "words_go",
    "file_goes",
    "file_only",
    "cannot_change",
    "unread",
    "no_sender",
    "nothing_found",
    "only_watched",
    "to_reporter",
]


@dataclass(frozen=True, slots=True)
class Advice:
    """`what`, and the key of the sentence that says why (`advice_…`)."""

    what: Decisive
    why: AdviceReason


def proposal(
    message: HeldMessage, relations: Collection[str] = (), rewritable: bool = True, returnable: bool = True
) -> Advice | None:
    """None where nothing is to be decided. `relations`: what its recipients are (`recipients.Relation`)."""
    if message.summary.status not in ("held", "uncertain"):
        return None
    findings = [finding for finding, watched in with_watched(message.findings, message.rules) if not watched]
    back: Decisive = "return" if returnable and message.summary.sender else "discard"
    if not findings:
        return Advice("release", "only_watched" if message.findings else "nothing_found")
    if relations and all(relation == "reporter" for relation in relations):
        return Advice(back, "to_reporter")
    if all(finding.kind in ("uninspectable", "malformed") for finding in findings):
        return Advice(back, "unread" if back == "return" else "no_sender")
    reading = message.reading or Reading()
    places = places_of(reading, findings, frozenset(findings)) if rewritable else None
    edits = plan(reading, places) if places is not None else None
    if places is None or not edits or telling(reading, places) is not None:
        return Advice(back, "cannot_change" if back == "return" else "no_sender")
    if any(edit.kind == "remove" for edit in edits):
        return Advice(back, "file_goes") if back == "return" else Advice("rewritten", "file_only")
    return Advice("rewritten", "words_go")
