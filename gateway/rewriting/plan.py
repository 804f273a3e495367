"""From findings to edits: which characters of which text become what.

Each span becomes a word that says what sort of thing was left out (`[姓名略]`, `[email removed]`) and never whose, in
the language of the mail: one for all of it. presidio-anonymizer makes the replacement; overlaps are resolved here
first, for it would cut partly overlapping spans apart, and its result is compared with a splice of our own before any
edit leaves.

A mail of the reporter that is quoted goes whole, from the line that says whose it is. A header field that ties the mail
to the reporter's thread is dropped whole, and so is one that would hold a placeholder where an address has to be. Of
pictures, boxes are covered. What can be taken out in none of these ways goes with the smallest file around it.

In: a reading and findings. Out: edits, or None: something cannot be taken out, and the message must not leave. Nothing
is raised.
"""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from presidio_anonymizer import AnonymizerEngine
from presidio_anonymizer.entities import OperatorConfig, RecognizerResult

from gateway.images.match.copies import copies
from gateway.model import (
    Box,
    Edit,
    FilePart,
    Finding,
    Kind,
    Language,
    Location,
    Placeholders,
    Reading,
    TextFragment,
)
from gateway.rewriting.belongings import with_belongings
from gateway.rewriting.boxes import boxes_of
from gateway.rewriting.columns import whole_columns
from gateway.rewriting.covering import over_face, over_words
from gateway.rewriting.quotations import is_quoted_on, quotation
from gateway.rewriting.telling import Replacement, Why, tells, tells_among_names
from gateway.text.han import has_han

_ENGINE = AnonymizerEngine()  # type: ignore[no-untyped-call]  # its constructor is not annotated

IN_TEXT: frozenset[Kind] = frozenset(
    ("name", "nickname", "address", "phone", "account", "government_id", "circumstance", "material", "thread",
     "personal_data")
)  # fmt: skip
"""Kinds that can be taken out of a text. The others cannot: a picture, a file, what was never read."""

Lists = Literal["hold", "all"]
FileNumbers = tuple[int, ...]
"""The way to a file (`FilePart.file`)."""

QUOTED = "quoted"
"""The variant of a finding that says whose mail is quoted (`detection.detectors.thread`)."""
_BODIES = frozenset(("text", "html"))
_WRITTEN = frozenset(("text", "html", "document", "file_name"))
"""Media of texts that people write, where more than the found words may belong to them."""
_NEUTRAL = Placeholders()
_SAID = frozenset(("text", "html"))
"""Kinds of files that may be what a mail itself says: they are where they have no name."""
_MOST_QUOTED = 0.25
"""Share of a material up to which its words are cut out of a file; a file with more of it goes whole."""
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}+")
_FREE_TEXT_FIELDS = frozenset(("subject", "comments", "keywords", "thread-topic", "content-description"))
_REQUIRED_FIELDS = frozenset(("from", "date"))  # RFC 5322 section 3.6: a mail without them is none
_NAMED_FIELDS = frozenset(("from", "to", "cc", "bcc", "sender", "reply-to"))
_NAME_KINDS = frozenset(("name", "nickname", "personal_data"))
"""What may stand beside an address, and be replaced there."""


@dataclass(slots=True)
class _Places:
    """Findings by what takes them out: characters of a fragment, boxes of a picture, or the whole of a file."""

    texts: dict[int, list[Finding]] = field(default_factory=dict)
    painted: dict[tuple[FileNumbers, Location], list[Box]] = field(default_factory=dict)
    shown: dict[int, list[Finding]] = field(default_factory=dict)
    removed: dict[FileNumbers, FilePart] = field(default_factory=dict)
    quoted: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Quoted mails that go whole, by fragment."""


def plan(
    reading: Reading,
    findings: Sequence[Finding],
    words: Placeholders = _NEUTRAL,
    removable: Container[Finding] = (),
    codes: Mapping[str, str] = MappingProxyType({}),
    lists: Lists = "hold",
) -> tuple[Edit, ...] | None:
    """The edits that take every finding out; None where one of them is in nothing that can be edited or taken out.
    Findings that are `removable` are taken out with their file where they cannot be in their place. `codes` stand for
    people, by report, where the words are pseudonyms. `lists`: with `all`, every cell of a column of which one goes."""
    places = _places(reading, findings, removable)
    if places is None:
        return None
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


def telling(
    reading: Reading, findings: Sequence[Finding], removable: Container[Finding] = (), lists: Lists = "hold"
) -> Why | None:
    """Why what remains would tell who it was; of findings that can be planned. None where it tells nothing."""
    places = _places(reading, findings, removable)
    if places is None:
        return None
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


def _places(reading: Reading, findings: Sequence[Finding], removable: Container[Finding]) -> _Places | None:
    """Where each finding is taken out; None where one cannot be."""
    files = {part.file: part for part in reading.files if part.editable}
    places = _Places()
    for finding in findings:
        whole = _that_is_theirs(reading, finding, files) if finding in removable else None
        if whole is not None:
            places.removed[whole.file] = whole
        elif not (_in_text(reading, finding, places) or _in_picture(reading, finding, files, places)):
            around = _files_around(reading, finding, files) if finding in removable else []
            if not around:
                return None
            places.removed |= {part.file: part for part in around}
    if not _are_whole(reading, places.quoted):
        return None
    gone = places.removed
    inner = [file for file in gone if any(file[:size] in gone for size in range(1, len(file)))]
    for file in inner:
        del gone[file]
    for by_fragment in (places.texts, places.shown):
        for index in [one for one in by_fragment if _is_in(reading.texts[one].file, gone)]:
            del by_fragment[index]
    places.painted = {key: boxes for key, boxes in places.painted.items() if not _is_in(key[0], gone)}
    return places


def _are_whole(reading: Reading, quoted: Mapping[int, Sequence[tuple[int, int]]]) -> bool:
    """Whether nothing of the quoted mails stays: between answers, in another form of the same text, as a picture."""
    if not quoted:
        return True
    texts = reading.texts
    if any(is_quoted_on(texts[index].text, last) for index, spans in quoted.items() for _, last in spans[-1:]):
        return False
    cut = {texts[index].file for index in quoted}
    said = {(part.file, part.kind) for part in reading.files if part.kind in _SAID and not part.name}
    ways = {(file[:-1], kind) for file, kind in said if file in cut}
    for file, kind in said - {(file, kind) for file, kind in said if file in cut}:
        if any(way == file[:-1] and kind != other for way, other in ways):
            return False  # the same text in HTML or without, where no head says whose mail it quotes
    return not any(text.file in cut and text.medium == "markup" and "cid:" in text.text.lower() for text in texts)


def _in_text(reading: Reading, finding: Finding, places: _Places) -> bool:
    """Whether it is a span of a fragment that can be edited."""
    index = finding.fragment
    if index is None or finding.span is None or finding.kind not in IN_TEXT or not 0 <= index < len(reading.texts):
        return False
    start, end = finding.span
    fragment = reading.texts[index]
    if not fragment.editable or not 0 <= start < end <= len(fragment.text):
        return False
    if finding.kind == "thread" and finding.variant == QUOTED and fragment.medium in _BODIES:
        # Not who wrote it alone: what they wrote goes with it.
        known = places.quoted.setdefault(index, [])
        if any(first <= start and end <= last for first, last in known[-1:]):
            return True  # a mail that is quoted in one that goes
        known.append(quotation(fragment.text, (start, end)))
        finding = replace(finding, span=known[-1])
    elif fragment.medium in _WRITTEN or fragment.label == "subject":
        finding = replace(finding, span=with_belongings(fragment.text, (start, end), finding.kind))
    places.texts.setdefault(index, []).append(finding)
    return True


def _in_picture(reading: Reading, finding: Finding, files: Mapping[FileNumbers, FilePart], places: _Places) -> bool:
    """Whether it is a place of a picture, or beside one, that can be covered. What was handed in is more than its
    boxes, and goes whole."""
    index = finding.fragment
    if index is None or finding.kind == "material":
        return False
    if finding.span is None:
        if finding.box is None or not 0 <= index < len(reading.pictures):
            return False
        picture = reading.pictures[index]
        file, where, boxes = picture.file, picture.where, [finding.box]
    else:
        if not 0 <= index < len(reading.texts):
            return False
        fragment = reading.texts[index]
        file, where = fragment.file, fragment.where
        boxes = boxes_of(fragment, finding.span)
        if not boxes and fragment.medium != "metadata":
            return False
        if boxes:
            places.shown.setdefault(index, []).append(finding)
    if file not in files or not files[file].paintable:
        return False
    if files[file].kind == "image":
        boxes = _covers(reading, finding, boxes, file, where)
    places.painted.setdefault((file, where), []).extend(boxes)
    return True


def _covers(reading: Reading, finding: Finding, boxes: Sequence[Box], file: FileNumbers, where: Location) -> list[Box]:
    """What is painted over them."""
    shown = next((one for one in reading.pictures if one.file == file and one.where == where), None)
    if finding.span is None or finding.medium == "code":
        if finding.kind == "avatar" and shown is not None:  # one left beside another message says who it was
            boxes = [*boxes, *(other for box in boxes for other in copies(box, shown))]
        return [over_face(box, shown) for box in boxes]
    return list(over_words(boxes, shown))


def _files_around(reading: Reading, finding: Finding, files: Mapping[FileNumbers, FilePart]) -> list[FilePart]:
    """The smallest file that can be taken out and holds the finding; never what the mail itself says. Of several at
    the same place, all; none where one of them cannot be."""
    index = finding.fragment
    found: list[FileNumbers] = []
    if index is None:
        found = [part.file for part in reading.files if part.where == finding.where]
    elif finding.span is not None and 0 <= index < len(reading.texts):
        found = [reading.texts[index].file]
    elif finding.span is None and 0 <= index < len(reading.pictures):
        found = [reading.pictures[index].file]
    around = [_that_can_go(file, files) for file in found]
    return [part for part in around if part is not None] if None not in around else []


def _that_is_theirs(reading: Reading, finding: Finding, files: Mapping[FileNumbers, FilePart]) -> FilePart | None:
    """The attached file that goes whole, however well it could be edited: a mail that the reporter wrote, which no
    placeholder makes anybody else's, and a file that is mostly what was handed in."""
    index = finding.fragment
    if index is None or finding.span is None or not 0 <= index < len(reading.texts):
        return None
    fragment = reading.texts[index]
    own = files.get(fragment.file)
    if fragment.medium == "header" and fragment.label in _REQUIRED_FIELDS and own is not None and own.kind == "mime":
        return own
    if finding.kind == "material" and fragment.medium != "header" and (finding.share or 1.0) > _MOST_QUOTED:
        return own if own is not None and not _is_said(own) else None
    return None


def _that_can_go(file: FileNumbers, files: Mapping[FileNumbers, FilePart]) -> FilePart | None:
    while file:
        part = files.get(file)
        if part is not None and not _is_said(part):
            return part
        file = file[:-1]
    return None


def _is_said(part: FilePart) -> bool:
    """Whether it may be what the mail around it says. The first part of a message may have a name all the same."""
    return part.kind in _SAID and (not part.name or part.file == (0,))


def _is_in(file: FileNumbers, gone: Mapping[FileNumbers, FilePart]) -> bool:
    return any(file[:size] in gone for size in range(1, len(file) + 1))


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
        if fragment.label in _REQUIRED_FIELDS:
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
