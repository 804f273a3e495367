"""What a reviewer changes of a rewriting, as findings and edits. Pure.

What is added goes like anything that was found. What is dropped stays in the message, and the proof is asked as ever:
where a detector finds something of a reporter in it by which a rule would hold the message, it is held.
"""

import re
from collections.abc import Sequence

from gateway.errors import CannotChange
from gateway.model import Edit, Finding, Kind, Lists, Location, Reading
from gateway.model.place_changes import PlaceChanges, edit_key
from gateway.rewriting.places import Places
from gateway.rewriting.plan import telling

_MOST = 200
KIND: Kind = "circumstance"
"""What is said of a place that a reviewer adds: nothing but that something was left out."""
BY_REVIEWER = "reviewer"
"""The rule by which a message is rewritten in which the rules find nothing; the detector of what a reviewer adds."""


def by_reviewer(reading: Reading, changes: PlaceChanges, report: str) -> tuple[Finding, ...]:
    """The places that are added, as findings. Those that are nowhere stand nowhere: `places_of` refuses them."""
    found = []
    for span in changes.spans:
        known = span.fragment < len(reading.texts)
        where = reading.texts[span.fragment].where if known else Location("")
        medium = reading.texts[span.fragment].medium if known else None
        chars = (span.start, span.end)
        found.append(Finding(KIND, report, where, medium, BY_REVIEWER, 1.0, "", span.fragment, chars))
    for one in changes.boxes:
        where = reading.pictures[one.picture].where if one.picture < len(reading.pictures) else Location("")
        found.append(Finding(KIND, report, where, "picture", BY_REVIEWER, 1.0, "", one.picture, None, one.box))
    return tuple(found)


def without_dropped(
    reading: Reading, places: Places, edits: Sequence[Edit], changes: PlaceChanges, lists: Lists, message: str
) -> tuple[Edit, ...]:
    """The edits without those that are dropped. Raises CannotChange where there is no such edit, nothing would be
    left to do, or cells of a table go together."""
    keys = {edit_key(edit) for edit in edits}
    if not set(changes.dropped) <= keys:
        raise CannotChange(message, "moved", "there is no such place any more")
    kept = tuple(edit for edit in edits if edit_key(edit) not in changes.dropped)
    if not kept:
        raise CannotChange(message, "drop", "nothing would be taken out any more")
    if lists == "all" and telling(reading, places) is not None:
        raise CannotChange(message, "drop", "cells of a table go together")
    return kept


def spans_of_word(reading: Reading, word: str) -> tuple[tuple[int, int, int], ...]:
    """(fragment, start, end) of a word wherever it stands in a text that can be changed."""
    if not word.strip():
        return ()
    wanted = re.compile(re.escape(word.strip()), re.IGNORECASE)
    return tuple(
        (number, *found.span())
        for number, text in enumerate(reading.texts)
        if text.editable and (text.medium != "header" or text.label == "subject")
        for found in wanted.finditer(text.text)
    )[:_MOST]
