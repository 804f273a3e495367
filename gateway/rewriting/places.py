"""Where each finding is taken out: characters of a text, boxes of a picture, or the whole of a file.

In: a reading, findings, and which of them may take their file along. Out: the places, or None: one finding is in
nothing that can be edited or taken out, or something of a quoted mail would stay. Nothing is raised.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.images.match.copies import copies
from gateway.model import Box, FilePart, Finding, Kind, Location, Reading
from gateway.rewriting.belongings import with_belongings
from gateway.rewriting.boxes import boxes_of
from gateway.rewriting.covering import over_face, over_words
from gateway.rewriting.quotations import is_quoted_on, quotation

IN_TEXT: frozenset[Kind] = frozenset(
    ("name", "nickname", "address", "phone", "account", "government_id", "circumstance", "material", "thread",
     "personal_data")
)  # fmt: skip
"""Kinds that can be taken out of a text. The others cannot: a picture, a file, what was never read."""

FileNumbers = tuple[int, ...]
"""The way to a file (`FilePart.file`)."""

QUOTED = "quoted"
"""The variant of a finding that says whose mail is quoted (`detection.detectors.thread`)."""
_BODIES = frozenset(("text", "html"))
_WRITTEN = frozenset(("text", "html", "document", "file_name"))
"""Media of texts that people write, where more than the found words may belong to them."""
_SAID = frozenset(("text", "html"))
"""Kinds of files that may be what a mail itself says: they are where they have no name."""
_MOST_QUOTED = 0.25
"""Share of a material up to which its words are cut out of a file; a file with more of it goes whole."""
REQUIRED_FIELDS = frozenset(("from", "date"))  # RFC 5322 section 3.6: a mail without them is none


@dataclass(slots=True)
class Places:
    """Findings by what takes them out: characters of a fragment, boxes of a picture, or the whole of a file."""

    texts: dict[int, list[Finding]] = field(default_factory=dict)
    painted: dict[tuple[FileNumbers, Location], list[Box]] = field(default_factory=dict)
    shown: dict[int, list[Finding]] = field(default_factory=dict)
    removed: dict[FileNumbers, FilePart] = field(default_factory=dict)
    quoted: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Quoted mails that go whole, by fragment."""


def places_of(reading: Reading, findings: Sequence[Finding], removable: Container[Finding] = ()) -> Places | None:
    """Where each finding is taken out; None where one cannot be. Findings that are `removable` go with their file where
    they cannot be taken out in their place."""
    files = {part.file: part for part in reading.files if part.editable}
    places = Places()
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
    if any(is_quoted_on(texts[index].text, spans) for index, spans in quoted.items()):
        return False
    cut = {texts[index].file for index in quoted}
    said = {(part.file, part.kind) for part in reading.files if part.kind in _SAID and not part.name}
    ways = {(file[:-1], kind) for file, kind in said if file in cut}
    for file, kind in said - {(file, kind) for file, kind in said if file in cut}:
        if any(way == file[:-1] and kind != other for way, other in ways):
            return False  # the same text in HTML or without, where no head says whose mail it quotes
    return not any(text.file in cut and text.medium == "markup" and "cid:" in text.text.lower() for text in texts)


def _in_text(reading: Reading, finding: Finding, places: Places) -> bool:
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


def _in_picture(reading: Reading, finding: Finding, files: Mapping[FileNumbers, FilePart], places: Places) -> bool:
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
    if fragment.medium == "header" and fragment.label in REQUIRED_FIELDS and own is not None and own.kind == "mime":
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
