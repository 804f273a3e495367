"""What an explanation says. Every text of a mail, of an envelope or of a rule in it may be shown."""

from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.console.evidence import ShownPicture, ShownText, TextRun
from gateway.model import Decision, Finding
from gateway.text.covering import CoveredPlace

Numbers = tuple[int, ...]
"""Findings, counted from 1 as people count them."""


@dataclass(frozen=True, slots=True)
class ExplainedMatch:
    """A report that the message concerns: by which recipient, why, and what the recipient is to it."""

    report: str
    recipient: str
    reason: str
    to: str


@dataclass(frozen=True, slots=True)
class ExplainedFinding:
    """A finding with its place. `words`: what stands there, where it is shown."""

    number: int
    finding: Finding
    place: CoveredPlace
    rule: str
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ExplainedCondition:
    """One condition: for which findings it held, and for which not. `value` as a person reads it."""

    key: str
    value: str
    held: Numbers
    failed: Numbers


@dataclass(frozen=True, slots=True)
class ExplainedRule:
    """One rule: what came to it, and what it took."""

    name: str
    action: str
    came: Numbers
    took: Numbers
    conditions: tuple[ExplainedCondition, ...]


Sign = Literal["-", "+"]


@dataclass(frozen=True, slots=True)
class TextChange:
    """One place of a rewriting: lines as they are (`-`) and as they go out (`+`)."""

    place: CoveredPlace
    medium: str
    lines: tuple[tuple[Sign, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OtherChange:
    """What a rewriting does besides: a text of the console (`painted` …) with its count, and where."""

    place: CoveredPlace
    what: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """All of it. `by_rules` is what the rules say of the findings; `decision` what became of it."""

    decision: Decision
    by_rules: Decision
    sentences: tuple[tuple[str, ...], tuple[str, ...]]
    matches: tuple[ExplainedMatch, ...]
    findings: tuple[ExplainedFinding, ...]
    rules: tuple[ExplainedRule, ...]
    default: Numbers
    watched: Numbers
    changes: tuple[TextChange, ...]
    others: tuple[OtherChange, ...]
    envelope_amended: bool
    subject: tuple[TextRun, ...] = field(repr=False)
    texts: tuple[ShownText, ...] = field(repr=False)
    pictures: tuple[ShownPicture, ...] = field(repr=False)
    left_out: int
    revealed: bool
    plain: dict[str, Any] = field(repr=False)
    """The object of `hushgate inspect --json` as the contract has it."""
