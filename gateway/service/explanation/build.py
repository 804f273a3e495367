"""An examination as an `Explanation`: what was found and which rule took it, with everything of a reporter covered.

In: the examination, the rules that made it, and a way to search texts that are about to be shown. Pure
but for that search. The trace of the rules comes from `policy.trace`, which asks the rules' own conditions.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from gateway.console.evidence import EvidencePage, ShownPicture, ShownText, TextRun, evidence
from gateway.console.image_redaction import Cover, png
from gateway.console.why import JudgedMessage, why_sentences
from gateway.inspection.serialize import as_json as plain_json
from gateway.model import AS_IT_CAME, Edit, Examination, Finding, Location, Reading
from gateway.policy import Policy, trace
from gateway.service.explanation.changes import changed_lines
from gateway.service.explanation.model import (
    ExplainedCondition,
    ExplainedFinding,
    ExplainedMatch,
    ExplainedRule,
    Explanation,
    OtherChange,
    TextChange,
)
from gateway.text.covering import CoveredPlace, FileNames, printable

Search = Callable[[Reading, Sequence[str]], Sequence[Finding]]
_MOST_VALUES = 20
_LONGEST_WORDS = 200


def explain(examination: Examination, policy: Policy, search: Search, *, revealed: bool = False) -> Explanation:
    """All that is to be said."""
    reading, findings = examination.reading or Reading(), examination.findings
    reports = tuple(
        dict.fromkeys((*(one.report for one in examination.matches), *(one.report for one in findings if one.report)))
    )
    # Of a mail that concerns no report there is nothing to mark; whom it names nobody has looked for.
    view = evidence(
        examination.reading if examination.matches else None,
        findings,
        lambda texts: search(texts, reports),
        whole=not examination.unfinished,
    )
    told = trace(examination.asked, policy)
    shown = _ExplainedView(view, reading, revealed=revealed)
    places = [shown.place(finding.where) for finding in findings]
    files = shown.words([_file(reading, finding.where) for finding in findings], "file_name")
    rules = examination.decision.rules
    recipients = shown.words([match.recipient for match in examination.matches])
    values = shown.words([_value(one.value) for rule in told.rules for one in rule.conditions])
    names = shown.words([rule.name for rule in told.rules])
    value = iter(values)
    judged = JudgedMessage(findings, rules, examination.reading)
    return Explanation(
        decision=examination.decision,
        by_rules=told.decision if examination.asked else examination.decision,
        sentences=(why_sentences(judged, "zh"), why_sentences(judged, "en")) if findings else ((), ()),
        matches=tuple(
            ExplainedMatch(match.report, recipient, match.reason, match.to)
            for match, recipient in zip(examination.matches, recipients, strict=True)
        ),
        findings=tuple(
            ExplainedFinding(
                number + 1,
                finding,
                places[number],
                rules[number] if number < len(rules) else "",
                _words(reading, finding) if revealed else "",
            )
            for number, finding in enumerate(findings)
        ),
        rules=tuple(
            ExplainedRule(
                name,
                rule.action,
                _from_one(rule.came),
                _from_one(rule.took),
                tuple(
                    ExplainedCondition(one.key, next(value), _from_one(one.held), _from_one(one.failed))
                    for one in rule.conditions
                ),
            )
            for name, rule in zip(names, told.rules, strict=True)
        ),
        default=_from_one(told.default),
        watched=_from_one(told.watched),
        changes=_changes(reading, examination.edits, shown) if examination.rewritten is not None else (),
        others=_others(reading, examination.edits, shown) if examination.rewritten is not None else (),
        envelope_amended=examination.amendment != replace(AS_IT_CAME, name=examination.amendment.name),
        subject=shown.runs(view.subject, _subject(reading)),
        texts=tuple(shown.text(one) for one in view.texts),
        pictures=tuple(shown.picture(one) for one in view.pictures),
        left_out=view.left_out,
        revealed=revealed,
        plain=_plain(examination, files),
    )


class _ExplainedView:
    """How texts and pictures are shown: covered, or as they are with what was found marked."""

    def __init__(self, view: EvidencePage, reading: Reading, *, revealed: bool) -> None:
        self.view, self.reading, self.revealed = view, reading, revealed
        self._names = FileNames(reading, lambda name: name)
        self._places: dict[Location, CoveredPlace] = {}

    def place(self, where: Location) -> CoveredPlace:
        """Where, the names on the way covered."""
        if where in self._places:
            return self._places[where]
        if self.revealed:
            place = self._names.on_the_way(where)
        else:
            place = self._names.on_the_way(where)
            names = self.view.masking.texts(place.names, "file_name")
            steps = self.view.masking.texts([step.text for step in place.where.steps], "file_name")
            covered = tuple(replace(step, text=text) for step, text in zip(place.where.steps, steps, strict=True))
            place = CoveredPlace(Location(where.part, covered), names)
        self._places[where] = place
        return place

    def words(self, texts: Sequence[str], medium: Any = "text") -> tuple[str, ...]:
        """Any other texts."""
        clean = [printable(text) for text in texts]
        return tuple(clean) if self.revealed else self.view.masking.texts(clean, medium)

    def runs(self, runs: tuple[TextRun, ...], number: int) -> tuple[TextRun, ...]:
        """Pieces of a text of the reading."""
        if not self.revealed or number < 0:
            return runs
        text = self.reading.texts[number].text
        return tuple(replace(run, text=text[run.start : run.end]) if run.style == "covered" else run for run in runs)

    def text(self, text: ShownText) -> ShownText:
        """One text."""
        label = self.reading.texts[text.number].label if self.revealed else text.label
        place = self.place(self.reading.texts[text.number].where)
        return replace(text, place=place, label=printable(label), pieces=self.runs(text.pieces, text.number))

    def picture(self, picture: ShownPicture) -> ShownPicture:
        """One picture; as it is but for frames where what it shows may be seen."""
        fragment = self.reading.pictures[picture.number]
        place = self.place(fragment.where)
        if not self.revealed:
            return replace(picture, place=place)
        boxes = dict.fromkeys(
            one.box
            for one in self.view.masking.findings
            if one.box is not None
            and one.where == fragment.where
            and (one.span is not None or one.fragment == picture.number)
        )
        return replace(picture, place=place, png=png(fragment, Cover((), "", tuple(boxes))), coarse=False)


def _changes(reading: Reading, edits: Sequence[Edit], shown: _ExplainedView) -> tuple[TextChange, ...]:
    lines = changed_lines(reading, edits, shown.view.masking, revealed=shown.revealed)
    return tuple(
        TextChange(shown.place(line.fragment.where), line.fragment.medium, (("-", line.before), ("+", line.after)))
        for line in lines
    )


def _others(reading: Reading, edits: Sequence[Edit], shown: _ExplainedView) -> tuple[OtherChange, ...]:
    kinds = {"paint": "painted", "field": "field_goes", "remove": "file_is_left_out"}
    return tuple(
        OtherChange(shown.place(edit.where), kinds[edit.kind], len(edit.boxes)) for edit in edits if edit.kind in kinds
    )


def _plain(examination: Examination, files: Sequence[str]) -> dict[str, Any]:
    """The contract's object, with the names of files as they may be shown."""
    plain = plain_json(examination)
    for entry, file in zip(plain["findings"], files, strict=True):
        entry.pop("file", None)
        if file:
            entry["file"] = file
    return plain


def _file(reading: Reading, where: Location) -> str:
    names = (one.name for one in reading.files if one.where.part == where.part and not one.where.steps)
    return next(names, "") if where.part else ""


def _subject(reading: Reading) -> int:
    every = (
        number
        for number, text in enumerate(reading.texts)
        if text.label == "subject" and text.medium == "header" and not text.where.part
    )
    return next(every, -1)


def _words(reading: Reading, finding: Finding) -> str:
    if finding.span is None or finding.fragment is None or finding.fragment >= len(reading.texts):
        return ""
    start, end = finding.span
    words = " ".join(reading.texts[finding.fragment].text[start:end].split())
    return printable(words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…")


def _value(value: object) -> str:
    """A condition's value as a person reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, set | frozenset | tuple | list):
        words = sorted(map(str, value)) if isinstance(value, set | frozenset) else list(map(str, value))
        more = f" … (+{len(words) - _MOST_VALUES})" if len(words) > _MOST_VALUES else ""
        return ", ".join(words[:_MOST_VALUES]) + more
    return str(value)


def _from_one(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(number + 1 for number in numbers)
