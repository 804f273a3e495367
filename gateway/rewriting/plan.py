"""From findings to edits: which characters of which text become what.

Each span becomes a word that says what sort of thing was left out (`[姓名略]`, `[email removed]`) and never whose, in
the language of the mail: one for all of it. presidio-anonymizer makes the replacement; overlaps are resolved here
first, for it would cut partly overlapping spans apart, and its result is compared with a splice of our own before any
edit leaves.

A header field that ties the mail to the reporter's thread is dropped whole, and so is one that would hold a
placeholder where an address has to be.

In: a reading and findings. Out: edits in the order of their places, or None: something cannot be taken out of the
text it stands in, and the message must not leave. Nothing is raised.
"""

import re
from collections.abc import Mapping, Sequence

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from gateway.model import Edit, Finding, Kind, Language, Placeholders, Reading, TextFragment
from gateway.rewriting.telling import Replacement, Why, tells
from gateway.text.han import has_han

_ENGINE = AnonymizerEngine()  # type: ignore[no-untyped-call]  # its constructor is not annotated

IN_TEXT: frozenset[Kind] = frozenset(
    ("name", "nickname", "address", "phone", "account", "government_id", "circumstance", "material", "thread",
     "personal_data")
)  # fmt: skip
"""Kinds that can be taken out of a text. The others cannot: a picture, a file, what was never read."""

_NEUTRAL = Placeholders()
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}+")
_FREE_TEXT_FIELDS = frozenset(("subject", "comments", "keywords", "thread-topic", "content-description"))
_REQUIRED_FIELDS = frozenset(("from", "date"))  # RFC 5322 section 3.6: a mail without them is none
_NAMED_FIELDS = frozenset(("from", "to", "cc", "bcc", "sender", "reply-to"))
_NAME_KINDS = frozenset(("name", "nickname", "personal_data"))
"""What may stand beside an address, and be replaced there."""


def plan(reading: Reading, findings: Sequence[Finding], words: Placeholders = _NEUTRAL) -> tuple[Edit, ...] | None:
    """The edits that take every finding out; None where one of them is not in text that can be edited."""
    ordinals = _ordinals(reading)
    by_fragment: dict[int, list[Finding]] = {}
    for finding in findings:
        index = finding.fragment
        if index is None or finding.span is None or finding.kind not in IN_TEXT or index not in ordinals:
            return None
        start, end = finding.span
        if not 0 <= start < end <= len(reading.texts[index].text):
            return None
        by_fragment.setdefault(index, []).append(finding)
    language = _language(reading, by_fragment)
    edits: list[Edit] = []
    for index in sorted(by_fragment):
        made = _fragment_edits(reading.texts[index], ordinals[index], by_fragment[index], language, words)
        if made is None:
            return None
        edits += made
    return tuple(edits)


def telling(reading: Reading, findings: Sequence[Finding]) -> Why | None:
    """Why what remains would tell who it was; of findings that can be planned. None where it tells nothing."""
    by_fragment: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.fragment is not None and finding.span is not None:
            by_fragment.setdefault(finding.fragment, []).append(finding)
    for index, found in sorted(by_fragment.items()):
        fragment = reading.texts[index]
        if not (fragment.medium == "header" and _field_must_go(fragment, found)):
            why = tells(fragment, _resolved(found))
            if why is not None:
                return why
    return None


def _ordinals(reading: Reading) -> dict[int, int]:
    """Place among the editable fragments, by index among all."""
    editable = [index for index, fragment in enumerate(reading.texts) if fragment.editable]
    return {index: ordinal for ordinal, index in enumerate(editable)}


def _fragment_edits(
    fragment: TextFragment,
    ordinal: int,
    findings: Sequence[Finding],
    language: Language,
    placeholders: Placeholders,
) -> list[Edit] | None:
    if fragment.medium == "header" and _field_must_go(fragment, findings):
        if fragment.label in _REQUIRED_FIELDS:
            return None
        return [Edit(ordinal, fragment.where, (0, len(fragment.text)), "", whole_field=True)]
    cuts = _resolved(findings)
    words = [placeholders.word(cut.kind, language) for cut in cuts]
    if _anonymised(fragment.text, cuts, words) != _spliced(fragment.text, cuts, words):
        return None
    return [Edit(ordinal, fragment.where, (cut.start, cut.end), word) for cut, word in zip(cuts, words, strict=True)]


def _field_must_go(fragment: TextFragment, findings: Sequence[Finding]) -> bool:
    """Only free text, and names before an address, can hold a placeholder; elsewhere it would break the grammar."""
    if any(finding.kind == "thread" for finding in findings) and fragment.label != "subject":
        return True
    if fragment.label in _FREE_TEXT_FIELDS or fragment.label.startswith("content-"):
        return False
    if fragment.label in _NAMED_FIELDS:
        return any(finding.kind not in _NAME_KINDS or _in_address(fragment.text, finding) for finding in findings)
    return True


def _in_address(text: str, finding: Finding) -> bool:
    """A name found in the address itself (`zhangxiaoming@…`), not beside it."""
    assert finding.span is not None
    start, end = finding.span
    left = max(text.rfind(sign, 0, start) for sign in ' <,;"\t\n') + 1
    rights = [place for place in (text.find(sign, end) for sign in ' >,;"\t\n') if place >= 0]
    return "@" in text[left : min(rights, default=len(text))]


def _resolved(findings: Sequence[Finding]) -> list[Replacement]:
    """Spans that touch no other: of those that overlap, one over all that they covered, named after the longest."""
    cuts: list[Replacement] = []
    for finding in sorted(findings, key=lambda f: f.span or (0, 0)):
        assert finding.span is not None
        new = Replacement(*finding.span, finding.kind, finding.score)
        if cuts and new.start < cuts[-1].end:
            last = cuts.pop()
            named = max(last, new, key=lambda cut: (cut.end - cut.start, cut.score))
            new = Replacement(last.start, max(last.end, new.end), named.kind, named.score)
        cuts.append(new)
    return cuts


def _language(reading: Reading, findings: Mapping[int, Sequence[Finding]]) -> Language:
    """Of what stays of the bodies, or of the subject where no body says anything; else of whatever there was. A Han
    character says as much as a word of Latin letters: an English mail under a Chinese name stays English."""
    bodies = [index for index, fragment in enumerate(reading.texts) if fragment.medium in ("text", "html")]
    subject = [index for index, fragment in enumerate(reading.texts) if fragment.label == "subject"]
    for chosen in (bodies, subject):
        kept = [_kept(reading.texts[index].text, findings.get(index, ())) for index in chosen]
        han = sum(len(_HAN.findall(text)) for text in kept)
        words = sum(len(_LATIN_WORD.findall(text)) for text in kept)
        if han or words:
            return "zh" if han >= words else "en"
    return "zh" if any(has_han(fragment.text) for fragment in reading.texts) else "en"


def _kept(text: str, findings: Sequence[Finding]) -> str:
    """Without what is taken out."""
    kept, at = [], 0
    for cut in _resolved(findings):
        kept.append(text[at : cut.start])
        at = cut.end
    return " ".join((*kept, text[at:]))


def _anonymised(text: str, cuts: Sequence[Replacement], words: Sequence[str]) -> str:
    """By presidio-anonymizer, told not to merge neighbours: two names beside each other are two."""
    results = [RecognizerResult(f"CUT_{i}", cut.start, cut.end, cut.score) for i, cut in enumerate(cuts)]
    operators = {f"CUT_{i}": OperatorConfig("replace", {"new_value": word}) for i, word in enumerate(words)}
    return str(_ENGINE.anonymize(text, results, operators, merge_entities_with_spaces=False).text)


def _spliced(text: str, cuts: Sequence[Replacement], words: Sequence[str]) -> str:
    for cut, word in reversed(list(zip(cuts, words, strict=True))):
        text = text[: cut.start] + word + text[cut.end :]
    return text
