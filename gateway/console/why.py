"""Why a message is held, in rows for a table. Pure."""

from dataclasses import dataclass

from gateway.console.evidence import EvidencePage
from gateway.console.i18n import Language, Translations
from gateway.model import HeldMessage
from gateway.model.uninspectable_reasons import REASONS
from gateway.policy import MONITORED

_MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Why:
    """A row of the table of reasons: findings alike in all that it shows are one row, with the surest score.

    `medium`, `place` and `by` are words of the page's language.
    """

    kind: str
    medium: str
    place: str
    by: str
    report: str
    score: float
    count: int


def why(message: HeldMessage, shown: EvidencePage, language: Language) -> list[Why]:
    """The findings in rows, in their order; for what could not be read the sentence that says why."""
    rows: dict[tuple[str, ...], Why] = {}
    words = Translations(language)
    for number, (finding, place) in enumerate(zip(message.findings, shown.places, strict=True)):
        sentence = REASONS.get(finding.detector, REASONS.get(finding.variant))
        by = sentence[0 if language == "zh" else 1] if sentence else words.how(finding.variant or finding.detector)
        if number < len(message.rules) and message.rules[number] == MONITORED:
            by += words["watched"]
        medium = (
            words["picture"] if finding.medium == "picture" and finding.span is None else words.medium(finding.medium)
        )
        key = (finding.kind, medium, words.place(place), by, finding.report)
        known = rows.get(key)
        rows[key] = Why(*key, max(finding.score, known.score if known else 0.0), known.count + 1 if known else 1)
    return list(rows.values())[:_MOST_ROWS]
