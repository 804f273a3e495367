"""Why a message is held: one plain sentence, and in rows for a table behind it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.console.attachments import Attachment, attachment_at, attachments
from gateway.console.evidence import EvidencePage
from gateway.console.i18n import Language, Translations
from gateway.inspection.serialize import with_watched
from gateway.model import Finding, HeldMessage, HeldSummary, Kind, Reading
from gateway.model.uninspectable_reasons import REASONS
from gateway.policy import Policy

_MOST_ROWS = 200
_GRAVEST: tuple[tuple[Kind, ...], ...] = (
    ("material",),
    ("thread",),
    ("avatar", "qr_code"),
    ("name", "nickname", "address", "phone", "account", "government_id"),
    ("circumstance",),
    ("personal_data",),
    ("uninspectable",),
    ("malformed",),
)
"""Kinds that one sentence is about, the gravest first."""
_WHOLE = 0.9
"""Share of a material from which it is the thing itself."""
_DOCUMENTS = frozenset(("ooxml", "ole", "pdf", "rtf", "text", "html", "odf"))
_MOST_PLACES = 3


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


@dataclass(frozen=True, slots=True)
class JudgedMessage:
    """What the sentences are made of, of a message that nobody keeps."""

    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    reading: Reading | None


def why(message: HeldMessage, shown: EvidencePage, language: Language) -> list[Why]:
    """The findings in rows, in their order; for what could not be read the sentence that says why."""
    rows: dict[tuple[str, ...], Why] = {}
    words = Translations(language)
    findings = with_watched(message.findings, message.rules)
    for (finding, watched), place in zip(findings, shown.places, strict=True):
        sentence = REASONS.get(finding.detector, REASONS.get(finding.variant))
        by = sentence[0 if language == "zh" else 1] if sentence else words.how(finding.variant or finding.detector)
        if watched:
            by += words["only_watched"]
        medium = (
            words["picture"] if finding.medium == "picture" and finding.span is None else words.medium(finding.medium)
        )
        key = (finding.kind, medium, words.place(place), by, finding.report)
        known = rows.get(key)
        rows[key] = Why(*key, max(finding.score, known.score if known else 0.0), known.count + 1 if known else 1)
    return list(rows.values())[:_MOST_ROWS]


def why_sentence(message: HeldMessage, language: Language) -> str:
    """What would have given whom away, in one plain sentence: no score, part number or name of a rule."""
    return why_sentences(message, language)[0]


def said_by_rules(summary: HeldSummary, policy: Policy | None, language: Language) -> tuple[str, ...]:
    """What the rules that took something of it have to say to people, by the rules of now."""
    rules = [policy.named(name) for name in (summary.rule, *summary.rules)] if policy is not None else []
    return tuple(dict.fromkeys(rule.says(language) for rule in rules if rule is not None and rule.say))


def why_sentences(message: HeldMessage | JudgedMessage, language: Language) -> tuple[str, ...]:
    """The same, and what else there is, the gravest first. There is always one."""
    words = Translations(language)
    findings = [finding for finding, watched in with_watched(message.findings, message.rules) if not watched]
    sentences = _Sentences(message.reading or Reading(), words, language)
    said: dict[str, None] = {}
    for kinds in _GRAVEST:
        for report in dict.fromkeys(finding.report for finding in findings if finding.kind in kinds):
            own = [finding for finding in findings if finding.kind in kinds and finding.report == report]
            said |= {_begun(one, language): None for one in sentences.about(sentences.news(own), report)}
    return tuple(said) or (words["why_nothing"],)


class _Sentences:
    """One message's findings in words."""

    def __init__(self, reading: Reading, words: Translations, language: Language) -> None:
        self._words, self._language = words, language
        self._attached: tuple[Attachment, ...] = attachments(reading)
        self._originals: set[int] = set()
        self._subjects = {number for number, text in enumerate(reading.texts) if text.label == "subject"}

    def news(self, findings: Sequence[Finding]) -> list[Finding]:
        """Those that are not in something of which it was said that it is the material itself."""
        places = [(finding, attachment_at(self._attached, finding.where)) for finding in findings]
        return [finding for finding, attached in places if attached is None or attached.number not in self._originals]

    def about(self, findings: Sequence[Finding], report: str) -> Iterable[str]:
        """Sentences about findings of one sort and report."""
        if not findings:
            return
        kind = findings[0].kind
        report = report or self._words["why_some_report"]
        if kind == "material":
            yield from self._material(findings, report)
        elif kind == "thread":
            yield self._words["why_thread"].format(place=self._places(findings), report=report)
        elif kind in ("avatar", "qr_code"):
            for one in ("avatar", "qr_code"):
                if own := [finding for finding in findings if finding.kind == one]:
                    yield self._words[f"why_{one}"].format(place=self._places(own), report=report)
        elif kind in ("uninspectable", "malformed"):
            for finding in findings:
                reason = REASONS.get(finding.detector, REASONS.get(finding.variant, REASONS["unknown_binary"]))
                said = reason[0 if self._language == "zh" else 1]
                place = self._place(finding)
                yield self._words[f"why_{kind}"].format(place=place, why=said)
        else:
            what = _kinds(dict.fromkeys(finding.kind for finding in findings), self._words)
            about = kind if kind in ("circumstance", "personal_data") else "identity"
            yield self._words[f"why_{about}"].format(place=self._places(findings), report=report, what=what)

    def _material(self, findings: Sequence[Finding], report: str) -> Iterable[str]:
        """The thing itself, or words of it."""
        by_place: dict[str, list[Finding]] = {}
        for finding in findings:
            by_place.setdefault(self._place(finding, inside=True), []).append(finding)
        for place, own in by_place.items():
            whole = any(
                finding.fragment is None or (finding.medium == "document" and (finding.share or 0.0) >= _WHOLE)
                for finding in own
            )
            attached = attachment_at(self._attached, own[0].where)
            if whole and attached is not None:
                self._originals.add(attached.number)
                inside = attached.part.kind in ("archive", "mbox")
                key = "why_material_inside" if inside else "why_material"
                what = self._words[_original(attached.part.kind if not inside else "")]
                yield self._words[key].format(place=place, report=report, what=what)
            elif any(finding.medium == "picture" for finding in own):
                yield self._words["why_material_picture"].format(place=place, report=report)
            else:
                yield self._words["why_material_quoted"].format(place=place, report=report)

    def _places(self, findings: Sequence[Finding]) -> str:
        found = list(dict.fromkeys(self._place(finding) for finding in findings))
        shown = _joined(found[:_MOST_PLACES], self._words)
        if len(found) > _MOST_PLACES:
            shown = self._words["why_and_more"].format(places=shown)
        return shown

    def _place(self, finding: Finding, inside: bool = False) -> str:
        """Where, as a person says it."""
        words, attached = self._words, attachment_at(self._attached, finding.where)
        if attached is not None:
            place = words.attachment(attached.number, len(self._attached))
            if finding.medium == "file_name" and not inside:
                return words["name_of"].format(place=place)
            return place
        if finding.medium == "envelope":
            return words["place_envelope"]
        if finding.medium == "header" or not finding.where.part:
            return words["place_subject"] if self._is_subject(finding) else words["place_header"]
        return words["place_body"]

    def _is_subject(self, finding: Finding) -> bool:
        return finding.medium == "header" and finding.fragment in self._subjects


def _original(kind: str) -> str:
    if kind == "mime":
        return "whole_mail"
    if kind == "image":
        return "whole_picture"
    return "whole_letter" if kind in _DOCUMENTS else "whole_material"


def _kinds(kinds: Iterable[str], words: Translations) -> str:
    return _joined([words.kind(kind) for kind in kinds], words)


def _joined(what: Sequence[str], words: Translations) -> str:
    if len(what) < 2:
        return "".join(what)
    return words["list_between"].join(what[:-1]) + words["list_last"] + what[-1]


def _begun(place: str, language: Language) -> str:
    """At the beginning of a sentence."""
    return place if language == "zh" else place[:1].upper() + place[1:]
