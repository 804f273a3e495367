"""An examination in words: the JSON of `hushgate inspect`, and one line a finding for people.

Only places, kinds and scores; never the text that was found.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from gateway.model import Examination, Finding
from gateway.policy import MONITORED


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
        "findings": findings_as_json(examination.findings, decision.rules),
        "policy": decision.policy,
    }


def findings_as_json(findings: Sequence[Finding], rules: Sequence[str]) -> list[dict[str, Any]]:
    """Each finding; `rules` are those that took them."""
    return [_as_json(finding) | ({"monitored": True} if w else {}) for finding, w in _with_watched(findings, rules)]


def _with_watched(findings: Sequence[Finding], rules: Sequence[str]) -> Iterator[tuple[Finding, bool]]:
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
    """For a terminal: the decision, then one line a finding."""
    decision = examination.decision
    lines = [f"{decision.action} (rule {decision.rule})"]
    for finding, watched in _with_watched(examination.findings, decision.rules):
        place = f"part {finding.where.part}" if finding.where.part else "message"
        medium = f" in {finding.medium}" if finding.medium else ""
        variant = f", {finding.variant}" if finding.variant else ""
        lines.append(
            f"  {finding.kind}{medium}, {place}: report {finding.report}, {finding.detector}{variant}, "
            f"score {finding.score:.2f}{', monitored' if watched else ''}"
        )
    return lines
