"""From places to edits: which characters of which text become what.

Each span becomes a word that says what sort of thing was left out (`[姓名略]`, `[email removed]`) and never whose, in
the language of the mail: one for all of it. presidio-anonymizer makes the replacement; overlaps are resolved here
first, for it would cut partly overlapping spans apart, and its result is compared with a splice of our own before any
edit leaves.

A header field that ties the mail to the reporter's thread is dropped whole, and so is one that would hold a placeholder
where an address has to be.

In: a reading and the places of its findings (`places.py`). Out: edits, or None: something cannot be taken out, and the
message must not leave. Nothing is raised.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from gateway.model import Edit, Finding, Language, Lists, Placeholders, Reading, TextFragment
from gateway.rewriting.columns import whole_columns
from gateway.rewriting.places import REQUIRED_FIELDS, FileNumbers, Places
from gateway.rewriting.telling import Replacement, Why, tells, tells_among_names
from gateway.text.han import has_han

_ENGINE = AnonymizerEngine()  # type: ignore[no-untyped-call]  # its constructor is not annotated

_NEUTRAL = Placeholders()
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}+")
_FREE_TEXT_FIELDS = frozenset(("subject", "comments", "keywords", "thread-topic", "content-description"))
_NAMED_FIELDS = frozenset(("from", "to", "cc", "bcc", "sender", "reply-to"))
_NAME_KINDS = frozenset(("name", "nickname", "personal_data"))
"""What may stand beside an address, and be replaced there."""


def plan(
    reading: Reading,
    places: Places,
    words: Placeholders = _NEUTRAL,
    codes: Mapping[str, str] = MappingProxyType({}),
    lists: Lists = "hold",
) -> tuple[Edit, ...] | None:
    """The edits that take out what stands at these places; None where one of them cannot hold a placeholder.

    `codes` stand for people, by report, where the words are pseudonyms. With `lists="all"` every cell goes of a
    column of which one does.
    """
    ordinals = ordinals_of(reading.texts)
    language = _language(reading, places.texts)
    edits: list[Edit] = []
    for index in sorted(places.texts):
        fragment = reading.texts[index]
        made = _fragment_edits(fragment, ordinals[index], places.texts[index], language, words, codes, lists)
        if made is None:
            return None
        edits += made
    for (file, where), boxes in places.painted.items():
        edits.append(Edit(0, where, (0, 0), "", "paint", file, tuple(dict.fromkeys(boxes))))
    for file, part in places.removed.items():
        word = words.word("picture" if part.kind == "image" else "attachment", language)
        edits.append(Edit(0, part.where, (0, 0), word, "remove", file))
    return tuple(edits)


def telling(reading: Reading, places: Places, lists: Lists = "hold") -> Why | None:
    """Why what remains would tell who it was; None where it tells nothing."""
    names: dict[FileNumbers, list[tuple[str, list[Replacement]]]] = {}
    for index, fragment in enumerate(reading.texts):
        if fragment.medium == "file_name":
            beside = names.setdefault(fragment.file, [])
            beside.append((fragment.text, _resolved(places.texts.get(index, ()))))
    for beside in names.values():
        if any(cuts for _, cuts in beside) and (why := tells_among_names(beside)) is not None:
            return why
    named = {(fragment.where, fragment.text) for fragment in reading.texts if fragment.medium == "file_name"}
    for index, found in sorted((*places.texts.items(), *places.shown.items())):
        fragment = reading.texts[index]
        if fragment.medium == "metadata" and (fragment.where, fragment.text) in named:
            continue  # a tar says a name twice
        if fragment.names_people and _is_of_a_card(reading, fragment):
            continue  # one person in several orders; the card itself shows who stands beside whom
        if _whole_columns(fragment, found, lists) is not None:
            continue  # nobody's cell is the one that is missing
        if not (fragment.medium == "header" and _field_must_go(fragment, found)):
            why = tells(fragment, _resolved(found))
            if why is not None:
                return why
    return None


def _whole_columns(fragment: TextFragment, findings: Sequence[Finding], lists: Lists) -> tuple[Replacement, ...] | None:
    """What goes of a table where the rules let all of a column go; None where they do not, or where it is no table."""
    if lists != "all" or fragment.medium in ("header", "file_name"):
        return None
    return whole_columns(fragment.text, _resolved(findings))


def _is_of_a_card(reading: Reading, fragment: TextFragment) -> bool:
    kinds = {part.file: part.kind for part in reading.files}
    return kinds.get(fragment.file) == "vcard"


def ordinals_of(texts: Sequence[TextFragment]) -> dict[int, int]:
    """Place among the editable fragments of its file, by index among all."""
    ordinals: dict[int, int] = {}
    count: dict[FileNumbers, int] = {}
    for index, fragment in enumerate(texts):
        if fragment.editable:
            ordinals[index] = count.get(fragment.file, 0)
            count[fragment.file] = ordinals[index] + 1
    return ordinals


def _fragment_edits(
    fragment: TextFragment,
    ordinal: int,
    findings: Sequence[Finding],
    language: Language,
    placeholders: Placeholders,
    codes: Mapping[str, str],
    lists: Lists,
) -> list[Edit] | None:
    if fragment.medium == "header" and _field_must_go(fragment, findings):
        if fragment.label in REQUIRED_FIELDS:
            return None
        return [Edit(ordinal, fragment.where, (0, len(fragment.text)), "", "field", fragment.file)]
    cuts = list(_whole_columns(fragment, findings, lists) or _resolved(findings))
    words = [placeholders.instead(cut.kind, language, codes.get(cut.report, "")) for cut in cuts]
    if _anonymised(fragment.text, cuts, words) != _spliced(fragment.text, cuts, words):
        return None
    return [
        Edit(ordinal, fragment.where, (cut.start, cut.end), word, file=fragment.file)
        for cut, word in zip(cuts, words, strict=True)
    ]


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
        new = Replacement(*finding.span, finding.kind, finding.score, finding.report)
        if cuts and new.start < cuts[-1].end:
            last = cuts.pop()
            named = max(last, new, key=lambda cut: (cut.end - cut.start, cut.score))
            new = Replacement(last.start, max(last.end, new.end), named.kind, named.score, named.report)
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
    operators = {
        f"CUT_{i}": OperatorConfig("replace", {"new_value": word}) if word else OperatorConfig("redact")
        for i, word in enumerate(words)
    }
    return str(_ENGINE.anonymize(text, results, operators, merge_entities_with_spaces=False).text)


def _spliced(text: str, cuts: Sequence[Replacement], words: Sequence[str]) -> str:
    for cut, word in reversed(list(zip(cuts, words, strict=True))):
        text = text[: cut.start] + word + text[cut.end :]
    return text
