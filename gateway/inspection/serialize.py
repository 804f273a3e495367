"""An examination in words: the JSON of `hushgate inspect`, and one line a place for people.

Only places, kinds and scores; never the text that was found, which is covered in the names of files too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.model import Examination, Finding, Reading
from gateway.policy import MONITORED
from gateway.text.covering import FileNames, covered, file_at, found_words


def as_json(examination: Examination) -> dict[str, Any]:
    """The object that the contract describes. Scores are rounded to 2 places; `where` is a path to follow."""
    decision = examination.decision
    return {
        "action": decision.action,
        "rule": decision.rule,
        "reports": list(dict.fromkeys(match.report for match in examination.matches)),
        "matches": [
            {"report": match.report, "reason": match.reason, "strength": match.strength, "to": match.to}
            for match in examination.matches
        ],
        "findings": findings_as_json(examination.findings, decision.rules, examination.reading),
        "policy": decision.policy,
        **({"would": decision.would, "would_rule": decision.would_rule} if decision.would is not None else {}),
    }


def findings_as_json(
    findings: Sequence[Finding], rules: Sequence[str], reading: Reading | None = None
) -> list[dict[str, Any]]:
    """Each finding, with the rule that took it; `rules` are those. With a reading also the attachment it is in."""
    words = found_words(reading, findings) if reading is not None else None
    found = []
    for number, (finding, watched) in enumerate(with_watched(findings, rules)):
        entry = _as_json(finding)
        if number < len(rules):
            entry["rule"] = rules[number]
        if reading is not None and (name := file_at(reading, finding.where, words)):
            entry["file"] = name
        if watched:
            entry["monitored"] = True
        found.append(entry)
    return found


def with_watched(findings: Sequence[Finding], rules: Sequence[str]) -> Iterator[tuple[Finding, bool]]:
    """Each finding, and whether it is only watched: it is shown, and changes nothing."""
    for number, finding in enumerate(findings):
        yield finding, number < len(rules) and rules[number] == MONITORED


def _as_json(finding: Finding) -> dict[str, Any]:
    """One finding as the contract describes it, with what else is known of its place."""
    entry: dict[str, Any] = {
        "kind": finding.kind,
        "report": finding.report,
        "part": finding.where.part,
        "detector": finding.detector,
        "score": round(finding.score, 2),
        "medium": finding.medium,
        "depth": len(finding.where.steps),
        "tie": finding.tie,
    }
    if finding.variant:
        entry["variant"] = finding.variant
    if finding.share is not None:
        entry["share"] = round(finding.share, 2)
    if finding.span is not None:
        entry["span"] = list(finding.span)
    if finding.box is not None:
        box = finding.box
        entry["box"] = [box.x, box.y, box.width, box.height]
    return entry


def as_lines(examination: Examination) -> list[str]:
    """For a terminal: the decision, then the findings."""
    decision = examination.decision
    first = f"{decision.action} (rule {decision.rule})"
    if decision.would is not None:
        first += f"; only watched: it would be {decision.would} (rule {decision.would_rule})"
    return [first, *finding_lines(examination.findings, decision.rules, examination.reading)]


def finding_lines(findings: Sequence[Finding], rules: Sequence[str], reading: Reading | None) -> list[str]:
    """One line for each place, with the reports that it is of."""
    reading = reading or Reading()
    words = found_words(reading, findings)
    names = FileNames(reading, lambda name: covered(name, words))
    rows: dict[tuple[str, str, str], _FindingRow] = {}
    for finding, watched in with_watched(findings, rules):
        row = rows.setdefault(_key(finding, names, watched=watched), _FindingRow())
        row.reports[finding.report] = None
        row.places[finding.fragment, finding.span, finding.box] = None
        row.score = max(row.score, finding.score)
    return [_line(*key, row) for key, row in rows.items()]


@dataclass
class _FindingRow:
    """Findings that are shown as one: of which reports, and at how many places."""

    reports: dict[str, None] = field(default_factory=dict)
    places: dict[object, None] = field(default_factory=dict)
    score: float = 0.0


def _key(finding: Finding, names: FileNames, *, watched: bool) -> tuple[str, str, str]:
    """What is found where, how, and what more there is to say."""
    place = names.on_the_way(finding.where)
    medium = f" in {finding.medium}" if finding.medium else ""
    variant = f", {finding.variant}" if finding.variant else ""
    more = f", {finding.tie}" if finding.tie not in ("unexplained", "recipient") else ""
    return f"{finding.kind}{medium}, {place}", f"{finding.detector}{variant}{more}", ", monitored" if watched else ""


def _line(what: str, how: str, watched: str, row: _FindingRow) -> str:
    times = f" x{len(row.places)}" if len(row.places) > 1 else ""
    reports = ("report " if len(row.reports) == 1 else "reports ") + ", ".join(row.reports)
    return f"  {what}{times}: {reports}, {how}, score {row.score:.2f}{watched}"
