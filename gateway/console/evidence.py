"""What the recipient would have seen, with everything of the reporter covered. Pure.

In: the reading and the findings that were kept with a held message. Out: texts in pieces (plain, covered, marked) and
pictures as PNG with the places filled. Made from plain text and raw pixels: no stranger's file is parsed here.

Covering fails closed (`masking`). Words that were found once are covered wherever they stand, file names in places
included, and in whatever way they are written; of a text that was read in several ways, what one reading covers the
others do; and a picture in which something was found, but not where, or that nobody has looked through yet, is shown as
a mosaic too coarse to read.

What no mail program shows (parts of a package, decoded forms, another reading of the same text, the words of a picture
that is shown itself) is `internal`: it was searched, and is counted, not shown.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from gateway.console.image_redaction import MOSAIC, WHOLE, Cover, png
from gateway.console.masking import Masking, Search, nothing, plain_words, written_otherwise
from gateway.model import Box, Finding, Location, Medium, PictureFragment, Reading, StepKind, TextFragment
from gateway.text.covering import COVER, CoveredPlace, FileNames, found_words, printable
from gateway.text.normalize import letters

_MOST_TEXT = 20_000
_MARGIN = 200
_MOST_TEXTS = 150
_MOST_PICTURES = 24
_NEIGHBOURS, _LEAST_NEIGHBOURS, _MOST_PLACES = 6, 2, 20
_SHOWN = frozenset({"text", "html", "document", "picture", "code", "file_name"})
_IN_PICTURES = frozenset({"picture", "code"})
_WRITTEN: frozenset[Medium] = frozenset({"text", "html", "document"})
_NOT_FOR_PEOPLE: frozenset[StepKind] = frozenset(
    ("decoded", "unused", "property", "properties", "objects", "streams", "destination", "people", "letters", "names",
     "carved", "behind", "beside", "value", "envelope", "version", "hidden_pages", "unpacked")
)  # fmt: skip
"""Steps behind which stands what no program shows."""
_FIELDS = frozenset({"from", "to", "cc", "subject"})
_ON_PAPER = frozenset({"picture", "code", "document"})  # text that the picture at the same place shows too

_LINES = re.compile("(?<=\r\n)|(?<=\0)")
Style = Literal["plain", "covered", "material"]
_S = TypeVar("_S")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TextRun:
    """A run of text. `style` says how it is shown: as it is, as blocks, or marked as report material. `start` and
    `end` are its characters in the fragment."""

    text: str
    style: Style = "plain"
    start: int = 0
    end: int = 0

    @property
    def lines(self) -> tuple[tuple[int, int, str], ...]:
        """Start, end and text of its lines: a page has one sign where the text has CR and LF, so that places of a
        longer text would be others there. What is covered is one."""
        if self.style == "covered":
            return ((self.start, self.end, self.text),)
        lines, at = [], self.start
        for line in _LINES.split(self.text):
            lines.append((at, at + len(line), line))
            at += len(line)
        return tuple(one for one in lines if one[2])


@dataclass(frozen=True, slots=True)
class ShownText:
    """A fragment as pieces. `label` is a header field's name, else empty. `number` is the fragment's in the reading;
    `internal`: no mail program shows it."""

    place: CoveredPlace
    medium: str
    label: str
    pieces: tuple[TextRun, ...]
    cut: bool = False
    number: int = 0
    internal: bool = False


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with its places filled. `coarse` says that it is a mosaic, and so why little can be seen. `number` is
    the picture's in the reading; `width` and `height` as sent."""

    place: CoveredPlace
    png: bytes = field(repr=False)
    coarse: bool = False
    number: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class EvidencePage:
    """Everything for one page. `places` gives the covered place of each finding, in their order.

    `left_out` counts texts and pictures beyond what a page can show; those with findings are shown first.
    """

    subject: tuple[TextRun, ...] = ()
    texts: tuple[ShownText, ...] = ()
    pictures: tuple[ShownPicture, ...] = ()
    places: tuple[CoveredPlace, ...] = ()
    left_out: int = 0
    masking: Masking = field(default_factory=lambda: Masking(Reading(), ()), repr=False)

    @property
    def internal(self) -> int:
        """How many texts were searched that no mail program shows."""
        return sum(text.internal for text in self.texts)

    def covered(self, text: str) -> str:
        """Any other text of the page (an envelope's address), with everything of a reporter covered."""
        return self.masking.text(text)


def evidence(
    reading: Reading | None, findings: Sequence[Finding], search: Search = nothing, whole: bool = True
) -> EvidencePage:
    """The view of a held message. Without a reading (it could not be read) there is nothing to see but places. Not
    `whole`: pictures were not looked through yet."""
    masking = Masking.of(reading, findings, search, _MOST_TEXT + _MARGIN)
    view = _PageBuilder(masking.reading, masking, whole)
    subject, texts, texts_left = view.texts()
    pictures, pictures_left = view.pictures()
    places = tuple(view.place(finding.where) for finding in findings)
    return EvidencePage(subject, texts, pictures, places, texts_left + pictures_left, masking)


class _PageBuilder:
    """One message while its page is made."""

    def __init__(self, reading: Reading, masking: Masking, whole: bool) -> None:
        self.reading, self.findings, self.whole = reading, masking.findings, whole
        self.unsearched = masking.unsearched
        findings = self.findings
        self.of_text: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.fragment is not None and finding.span is not None:
                self.of_text.setdefault(finding.fragment, []).append(finding)
        self.words = found_words(self.reading, findings)
        self.plain_words = plain_words(self.reading, findings)
        self.found_at: dict[tuple[Location, str, str], list[int]] = {}
        for number in self.of_text:
            if number < len(self.reading.texts):
                fragment = self.reading.texts[number]
                self.found_at.setdefault((fragment.where, fragment.medium, fragment.label), []).append(number)
        self.internal: frozenset[int] = frozenset()
        self.names = self._names()
        self.file_names = FileNames(self.reading, self._covered_name)

    def place(self, where: Location) -> CoveredPlace:
        """The place with covered names in it, those of the attachments too."""
        return self.file_names.on_the_way(where)

    def texts(self) -> tuple[tuple[TextRun, ...], tuple[ShownText, ...], int]:
        """The subject, the texts to show in their order, and how many more there are."""
        subject: tuple[TextRun, ...] = ()
        wanted: list[int] = []
        unsearched = 0
        for number, fragment in enumerate(self.reading.texts):
            if (
                number not in self.unsearched
                and fragment.label == "subject"
                and fragment.medium == "header"
                and not fragment.where.part
                and not subject
            ):
                subject = self._pieces(number)
            elif number in self.unsearched:
                unsearched += fragment.medium in _SHOWN
            elif number in self.of_text or fragment.medium in _SHOWN or _is_shown_field(fragment):
                wanted.append(number)
        self.internal = self._internal(wanted)
        chosen, left = _first(wanted, _MOST_TEXTS, lambda number: number in self.of_text)
        return subject, tuple(self._shown_text(number) for number in chosen), left + unsearched

    def pictures(self) -> tuple[tuple[ShownPicture, ...], int]:
        """The pictures to show in their order, and how many more there are."""
        covers = [self._cover(number, picture) for number, picture in enumerate(self.reading.pictures)]
        chosen, left = _first(list(range(len(covers))), _MOST_PICTURES, lambda number: covers[number] != Cover())
        pictures = self.reading.pictures
        return tuple(
            ShownPicture(
                self.place(pictures[n].where),
                png(pictures[n], covers[n]),
                covers[n].how == MOSAIC,
                n,
                pictures[n].width,
                pictures[n].height,
            )
            for n in chosen
        ), left

    def _internal(self, numbers: Sequence[int]) -> frozenset[int]:
        """Which of these texts no mail program shows."""
        texts = self.reading.texts
        pictures = {picture.where for picture in self.reading.pictures}
        editable = {(texts[n].where, texts[n].medium) for n in numbers if texts[n].editable}
        found, said = set[int](), set[tuple[Location, str]]()
        for number in numbers:
            text = texts[number]
            where = (text.where, text.medium)
            words = (text.where, letters(text.text[:_MOST_TEXT]).text)
            strange = any(step.kind in _NOT_FOR_PEOPLE for step in text.where.steps)
            if text.medium in _IN_PICTURES:
                internal = text.where in pictures
            elif text.medium in _WRITTEN:
                another = where in editable and not text.editable
                internal = strange or another or words in said or not text.text.strip()
            elif text.medium == "header":
                internal = not _is_shown_field(text)
            else:
                internal = True  # names of files stand in the list of attachments, and metadata is not shown
            if internal:
                found.add(number)
            else:
                said.add(words)
        return frozenset(found)

    # --- words

    def _names(self) -> list[tuple[str, list[bool]]]:
        """File names in which something was found, as places write them, and which of their letters are covered."""
        names = []
        for number in (*self.unsearched, *self.of_text):
            if number < len(self.reading.texts) and self.reading.texts[number].medium == "file_name":
                text = self.reading.texts[number].text
                hidden = [number in self.unsearched or style == "covered" for style in self._styles(number, text)]
                names.append((printable(text), hidden))
        return names

    def _covered_name(self, shown: str) -> str:
        """A name in a place. Readers cut long names and replace what cannot be printed, so a beginning is enough."""
        for name, hides in self.names:
            if name.startswith(shown):
                return "".join(_runs(shown, hides, lambda run, hidden: COVER if hidden else run))
        return self.words.sub(COVER, shown) if self.words else shown

    # --- texts

    def _styles(self, number: int, text: str) -> list[Style]:
        """How each letter is shown."""
        fragment = self.reading.texts[number]
        whole = any(self._is_whole(finding, fragment.where) and finding.kind == "material" for finding in self.findings)
        styles: list[Style] = ["material" if whole else "plain"] * len(text)

        def paint(span: tuple[int, int], style: Style) -> None:
            start, end = max(0, span[0]), min(len(text), span[1])
            styles[start:end] = [style] * max(0, end - start)

        mine = sorted(self.of_text.get(number, ()), key=lambda finding: finding.kind != "material")  # covers go on top
        for finding in mine:
            if finding.span is not None:
                paint(finding.span, "material" if finding.kind == "material" else "covered")
        for found in self.words.finditer(text) if self.words else ():
            paint(found.span(), "covered")
        for span in (*written_otherwise(text, self.plain_words), *self._read_otherwise(number, text)):
            paint(span, "covered")
        return styles

    def _read_otherwise(self, number: int, text: str) -> Iterator[tuple[int, int]]:
        """Where another reading of the same text has what was found: between the same neighbours."""
        own = self.reading.texts[number]
        for other in self.found_at.get((own.where, own.medium, own.label), ()):
            if other == number:
                continue
            there = self.reading.texts[other].text
            for finding in self.of_text[other]:
                if finding.kind == "material" or finding.span is None:
                    continue
                start, end = finding.span
                before, after = there[max(0, start - _NEIGHBOURS) : start], there[end : end + _NEIGHBOURS]
                yield from _between(text, before, after, 4 * (end - start) + 40)

    def _pieces(self, number: int) -> tuple[TextRun, ...]:
        text = self.reading.texts[number].text
        # What the words are is decided on the whole text: a cut in the middle of one must not show its half.
        margin = text[: _MOST_TEXT + _MARGIN]
        styles = self._styles(number, margin)[:_MOST_TEXT]

        at = 0

        def piece(run: str, style: Style) -> TextRun:
            nonlocal at
            start, at = at, at + len(run)
            return TextRun(COVER if style == "covered" else run, style, start, at)

        return tuple(_runs(margin[:_MOST_TEXT], styles, piece))

    def _shown_text(self, number: int) -> ShownText:
        fragment = self.reading.texts[number]
        label = self.words.sub(COVER, fragment.label) if self.words else fragment.label
        cut = len(fragment.text) > _MOST_TEXT
        pieces, internal = self._pieces(number), number in self.internal
        return ShownText(self.place(fragment.where), fragment.medium, label, pieces, cut, number, internal)

    # --- pictures

    def _cover(self, number: int, picture: PictureFragment) -> Cover:
        """What to fill; all of it where something is in the picture and nobody can say where."""
        boxes: list[Box] = []
        how = ""
        for finding in self.findings:
            own = finding.span is None and finding.fragment == number and finding.box is not None
            if self._is_whole(finding, picture.where):
                how = WHOLE if finding.kind == "avatar" else how or MOSAIC
            elif finding.kind == "material":
                how = how or (MOSAIC if own else "")
            elif own and finding.box is not None:
                boxes.append(finding.box)
            elif finding.span is not None and finding.where == picture.where and finding.medium in _ON_PAPER:
                placed = self._boxes(finding)
                boxes += placed
                how = how or ("" if placed else MOSAIC)
        for index, text in enumerate(self.reading.texts):
            if text.medium in _IN_PICTURES and text.where == picture.where:
                boxes += self._boxes_of_words(index, text)
        unsearched = any(
            number in self.unsearched and text.where == picture.where and text.medium in _IN_PICTURES
            for number, text in enumerate(self.reading.texts)
        )
        if unsearched or not self.whole or any(unread.where == picture.where for unread in self.reading.unreadable):
            how = how or MOSAIC  # nobody looked for the reporter in what could not be read
        return Cover(tuple(dict.fromkeys(boxes)), how, self._marked(number, picture))

    def _marked(self, number: int, picture: PictureFragment) -> tuple[Box, ...]:
        """Where the findings of this picture (page, frame) stand; none about the picture as a whole."""
        area = picture.width * picture.height
        boxes = dict.fromkeys(
            finding.box
            for finding in self.findings
            if finding.box is not None
            and finding.where == picture.where
            and (finding.span is not None or finding.fragment == number)
        )
        return tuple(box for box in boxes if box.width * box.height < 0.9 * area)

    def _boxes(self, finding: Finding) -> list[Box]:
        boxes = [finding.box] if finding.box is not None else []
        if finding.fragment is not None and finding.fragment < len(self.reading.texts) and finding.span is not None:
            low, high = finding.span
            lines = self.reading.texts[finding.fragment].boxes
            boxes += [line.box for line in lines if line.start < high and low < line.end]
        return boxes

    def _boxes_of_words(self, number: int, text: TextFragment) -> Iterator[Box]:
        for found in self.words.finditer(text.text) if self.words else ():
            yield from (line.box for line in text.boxes if line.start < found.end() and found.start() < line.end)

    def _is_whole(self, finding: Finding, where: Location) -> bool:
        """Is the finding about a file as a whole, and the place in that file?"""
        if finding.fragment is not None or finding.kind not in ("avatar", "material"):
            return False
        of = finding.where
        return bool(of.part) and of.part == where.part and where.steps[: len(of.steps)] == of.steps


def _is_shown_field(text: TextFragment) -> bool:
    """Whether it is a field of an attached mail that mail programs show above it."""
    return text.medium == "header" and text.label in _FIELDS and text.editable and bool(text.where.part)


def _between(text: str, before: str, after: str, most: int) -> Iterator[tuple[int, int]]:
    """What stands in a text between the two, at most so long. Neighbours too short to be known again: all of it."""
    if len(before.strip()) + len(after.strip()) < _LEAST_NEIGHBOURS:
        yield 0, len(text)
        return
    at = text.find(before)
    for _ in range(_MOST_PLACES):
        if at < 0:
            return
        start = at + len(before)
        end = text.find(after, start, start + most + len(after)) if after else min(len(text), start + most)
        if end > start:
            yield start, end
        at = text.find(before, at + 1) if before else -1


def _first(numbers: list[int], most: int, matter: Callable[[int], bool]) -> tuple[list[int], int]:
    """At most so many, those that matter before the others, in their order; and how many are left."""
    chosen = sorted(sorted(numbers, key=lambda number: not matter(number))[:most])
    return chosen, len(numbers) - len(chosen)


def _runs(text: str, states: Sequence[_S], made: Callable[[str, _S], _T]) -> Iterator[_T]:
    """Neighbouring letters of one state, together."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or states[end] != states[start]:
            yield made(text[start:end], states[start])
            start = end
