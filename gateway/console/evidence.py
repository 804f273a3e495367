"""What the recipient would have seen, with everything of the reporter covered. Pure.

In: the reading and the findings that were kept with a held message. Out: texts in pieces (plain, covered, marked) and
pictures as PNG with the places filled. Made from plain text and raw pixels: no stranger's file is parsed here.

Covering fails closed. Words that were found once are covered wherever they stand, file names in places included, and
in whatever way they are written; of a text that was read in several ways, what one reading covers the others do; and a
picture in which something was found, but not where, is shown as a mosaic too coarse to read.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from gateway.console.image_redaction import MOSAIC, WHOLE, Cover, png
from gateway.model import Box, Finding, Location, PictureFragment, Reading, TextFragment
from gateway.text.covering import COVER, CoveredPlace, FileNames, covered, found_words, printable
from gateway.text.digits import fold_digits
from gateway.text.normalize import letters

_MOST_TEXT = 20_000
_MOST_TEXTS = 150
_MOST_PICTURES = 24
_MOST_PLAIN_WORDS = 100
_NEIGHBOURS, _LEAST_NEIGHBOURS, _MOST_PLACES = 6, 2, 20
_SHOWN = frozenset({"text", "html", "document", "picture", "code", "file_name"})
_IN_PICTURES = frozenset({"picture", "code"})
_ON_PAPER = frozenset({"picture", "code", "document"})  # text that the picture at the same place shows too

Style = Literal["plain", "covered", "material"]
_S = TypeVar("_S")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TextRun:
    """A run of text. `style` says how it is shown: as it is, as blocks, or marked as report material."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class ShownText:
    """A fragment as pieces. `label` is a header field's name, else empty."""

    place: CoveredPlace
    medium: str
    label: str
    pieces: tuple[TextRun, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with its places filled. `coarse` says that it is a mosaic, and so why little can be seen."""

    place: CoveredPlace
    png: bytes = field(repr=False)
    coarse: bool = False


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
    words: re.Pattern[str] | None = field(default=None, repr=False)

    def covered(self, text: str) -> str:
        """Any other text of the page (an envelope's address), with the words that were found covered."""
        return covered(text, self.words)


def evidence(reading: Reading | None, findings: Sequence[Finding]) -> EvidencePage:
    """The view of a held message. Without a reading (it could not be read) there is nothing to see but places."""
    view = _PageBuilder(reading or Reading(), findings)
    subject, texts, texts_left = view.texts()
    pictures, pictures_left = view.pictures()
    places = tuple(view.place(finding.where) for finding in findings)
    return EvidencePage(subject, texts, pictures, places, texts_left + pictures_left, view.words)


class _PageBuilder:
    """One message while its page is made."""

    def __init__(self, reading: Reading, findings: Sequence[Finding]) -> None:
        self.reading, self.findings = reading, findings
        self.of_text: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.fragment is not None and finding.span is not None:
                self.of_text.setdefault(finding.fragment, []).append(finding)
        self.words = found_words(self.reading, findings)
        self.plain_words = self._plain_words()
        self.found_at: dict[tuple[Location, str, str], list[int]] = {}
        for number in self.of_text:
            if number < len(self.reading.texts):
                fragment = self.reading.texts[number]
                self.found_at.setdefault((fragment.where, fragment.medium, fragment.label), []).append(number)
        self.names = self._names()
        self.file_names = FileNames(self.reading, self._covered_name)

    def place(self, where: Location) -> CoveredPlace:
        """The place with covered names in it, those of the attachments too."""
        return self.file_names.on_the_way(where)

    def texts(self) -> tuple[tuple[TextRun, ...], tuple[ShownText, ...], int]:
        """The subject, the texts to show in their order, and how many more there are."""
        subject: tuple[TextRun, ...] = ()
        wanted: list[int] = []
        for number, fragment in enumerate(self.reading.texts):
            if fragment.label == "subject" and fragment.medium == "header" and not fragment.where.part and not subject:
                subject = self._pieces(number)
            elif number in self.of_text or fragment.medium in _SHOWN:
                wanted.append(number)
        chosen, left = _first(wanted, _MOST_TEXTS, lambda number: number in self.of_text)
        return subject, tuple(self._shown_text(number) for number in chosen), left

    def pictures(self) -> tuple[tuple[ShownPicture, ...], int]:
        """The pictures to show in their order, and how many more there are."""
        covers = [self._cover(number, picture) for number, picture in enumerate(self.reading.pictures)]
        chosen, left = _first(list(range(len(covers))), _MOST_PICTURES, lambda number: covers[number] != Cover())
        pictures = self.reading.pictures
        return tuple(
            ShownPicture(self.place(pictures[n].where), png(pictures[n], covers[n]), covers[n].how == MOSAIC)
            for n in chosen
        ), left

    # --- words

    def _names(self) -> list[tuple[str, list[bool]]]:
        """File names in which something was found, as places write them, and which of their letters are covered."""
        names = []
        for number in self.of_text:
            if number < len(self.reading.texts) and self.reading.texts[number].medium == "file_name":
                text = self.reading.texts[number].text
                names.append((printable(text), [style == "covered" for style in self._styles(number, text)]))
        return names

    def _covered_name(self, shown: str) -> str:
        """A name in a place. Readers cut long names and replace what cannot be printed, so a beginning is enough."""
        for name, hides in self.names:
            if name.startswith(shown):
                return "".join(_runs(shown, hides, lambda run, hidden: COVER if hidden else run))
        return self.words.sub(COVER, shown) if self.words else shown

    def _plain_words(self) -> tuple[str, ...]:
        """What was found, as letters and digits alone; none so short that it stands in any text."""
        found = set[str]()
        for number, findings in self.of_text.items():
            for finding in findings:
                if finding.kind != "material" and finding.span is not None and number < len(self.reading.texts):
                    start, end = finding.span
                    found.add(fold_digits(letters(self.reading.texts[number].text[start:end]).text))
        return tuple(sorted(word for word in found if len(word) > 1)[:_MOST_PLAIN_WORDS])

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
        for span in (*self._written_otherwise(text), *self._read_otherwise(number, text)):
            paint(span, "covered")
        return styles

    def _written_otherwise(self, text: str) -> Iterator[tuple[int, int]]:
        """Where words that were found stand with other signs, widths or letters that look the same."""
        if not self.plain_words or len(text) > 2 * _MOST_TEXT:
            return
        view = letters(text)
        folded = fold_digits(view.text)
        for word in self.plain_words:
            at = folded.find(word)
            while at >= 0:
                yield view.origin(at, at + len(word))
                at = folded.find(word, at + len(word))

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
        margin = text[: _MOST_TEXT + 200]
        styles = self._styles(number, margin)[:_MOST_TEXT]

        def piece(run: str, style: Style) -> TextRun:
            return TextRun(COVER if style == "covered" else run, style)

        return tuple(_runs(margin[:_MOST_TEXT], styles, piece))

    def _shown_text(self, number: int) -> ShownText:
        fragment = self.reading.texts[number]
        label = self.words.sub(COVER, fragment.label) if self.words else fragment.label
        cut = len(fragment.text) > _MOST_TEXT
        return ShownText(self.place(fragment.where), fragment.medium, label, self._pieces(number), cut)

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
        if any(unread.where == picture.where for unread in self.reading.unreadable):
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
