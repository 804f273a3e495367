"""Pages as PDFium reads and draws them.

Pictures of a page are looked at one by one, each once however many pages show it, for a black box over a picture or
a frame that cuts it hides nothing of the file; small ones enlarged and together, as are further looks of one whose
mask lets it be seen in several ways (`pictures`, `sheets`). Left out are
those too low for writing, of one colour, and of a page that is drawn all of them if they are many. The page is drawn
and looked at whole where it has little text, or glyphs that its text does not say (no map to Unicode), or so many paths
that they may be letters, or pictures that adjoin, or something stamped on it. On any other page the paths that may be
letters are drawn by themselves (`outlines`).

In: the file's bytes. Out: text and pictures page by page. Raises PasswordNeeded for a password, Unopened for the rest.
"""

import hashlib
import re
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gateway.formats import Piece
from gateway.formats.pdf.char_places import joined
from gateway.formats.pdf.mapped import says_all
from gateway.formats.pdf.outlines import drawn_alone, may_be_letters, weight_of
from gateway.formats.pdf.pictures import DEEPEST, MOST_OBJECTS, MOST_PIXELS, draw, views_of
from gateway.formats.pdf.sheets import LEAST, SMALL, adjoin, fits, is_plain, may_say, sheets
from gateway.formats.pdf.undrawn import MOST_PAGES
from gateway.images.extract import look_at
from gateway.images.extract.raster import Raster
from gateway.model import Location, TextFragment, Unreadable, steps

MOST_LOOKS = 40
_LITTLE_TEXT = 40
_MANY_PATHS = 400
_STRIPS = 8  # pictures on one drawn page from which they are its stripes, and say nothing one by one
_MASK = re.compile(rb"Mask|/[A-Za-z]{0,8}#[0-9A-Fa-f]{2}")
"""Of a picture, whose dictionary always stands in clear (ISO 32000-2 section 7.5.7)."""
_STAMPED = (raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_INK, raw.FPDF_ANNOT_RICHMEDIA, raw.FPDF_ANNOT_SCREEN)


class PasswordNeeded(Exception):
    """A password is needed."""


class Unopened(Exception):
    """PDFium finds no document in it."""


def opens(data: bytes, password: str) -> bool:
    """Whether this password, the reader's or the owner's, opens it."""
    try:
        pdfium.PdfDocument(data, password).close()
    except pdfium.PdfiumError:
        return False
    return True


class Looks:
    """What was looked at already, over all versions of one file, and how often one may still look."""

    def __init__(self) -> None:
        self.left = MOST_LOOKS
        self.is_over = False
        """Whether there was more to look at: it is held, whatever the rest shows."""
        self._seen: set[bytes] = set()

    def is_new(self, picture: Raster) -> bool:
        mark = hashlib.sha256(repr(picture.shape).encode() + picture.tobytes()).digest()
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True


class PdfPages:
    """An opened document; close it by `with`. Pages before `first` are left out. Those from `parts` on are no pages but
    parts of some: that they have little text is nothing odd."""

    def __init__(
        self,
        data: bytes,
        looks: Looks,
        password: str | None = None,
        first: int = 0,
        editable: bool = False,
        parts: int | None = None,
    ) -> None:
        self._editable = editable
        self._sheets: list[Raster] = []
        self._has_masks = _MASK.search(data) is not None
        try:
            self._document = pdfium.PdfDocument(data, password)
            self._count = len(self._document)
        except pdfium.PdfiumError as error:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
                raise PasswordNeeded from None
            raise Unopened from None
        self._looks, self._first = looks, first
        self._parts = self._count if parts is None else min(parts, self._count)

    def __enter__(self) -> "PdfPages":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._document.close()

    def read(self, where: Location) -> Iterator[Piece]:
        """All pages."""
        if not self._count:
            yield Unreadable(where, "broken_pdf")
        for number in (
            *range(self._first, min(self._parts, MOST_PAGES)),
            *range(max(self._first, self._parts), self._count),
        ):
            place = where.inside(steps.page(number + 1))
            try:
                page = self._document[number]
                said = page.get_textpage()
                written = str(said.get_text_range())
                text = joined(written)
                if text.strip():
                    yield TextFragment(place, "document", text, editable=self._editable)
                is_part = number >= self._parts
                is_scarce = len(re.sub(r"\s", "", text)) < _LITTLE_TEXT and not is_part
                yield from self._pictures(page, is_scarce or not says_all(said, written), is_part, place)
            except pdfium.PdfiumError:
                yield Unreadable(place, "broken_pdf")
        for sheet in sheets(self._sheets):
            yield from self._look(sheet, where)
        if self._parts > MOST_PAGES:
            yield Unreadable(where, "document_too_large")

    def drawn(self, where: Location, numbers: Collection[int]) -> Iterator[Piece]:
        """Pages that are looked at whole, whatever text they have."""
        for number in sorted(numbers):
            if number < min(self._count, MOST_PAGES) and not self._looks.is_over:
                place = where.inside(steps.page(number + 1))
                try:
                    yield from self._look(draw(self._document[number]), place)
                except pdfium.PdfiumError:
                    yield Unreadable(place, "broken_pdf")

    def _pictures(self, page: Any, doubtful: bool, is_part: bool, where: Location) -> Iterator[Piece]:
        if self._looks.is_over:
            return
        images: list[Any] = []
        outlines: list[tuple[int, Any]] = []
        others, bare = 0, True  # bare of all but pictures
        too_large = False
        for count, thing in enumerate(page.get_objects(max_depth=DEEPEST)):
            if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
                width, height = thing.get_px_size()
                if width * height > MOST_PIXELS:
                    too_large = True
                else:
                    images.append(thing)
            elif thing.type != raw.FPDF_PAGEOBJ_FORM:
                others += thing.type != raw.FPDF_PAGEOBJ_TEXT
                bare = False
            elif thing.level >= DEEPEST - 1:
                doubtful = True
            if thing.type not in (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM) and others < _MANY_PATHS:
                outlines.append((weight_of(thing), thing))
            if count >= MOST_OBJECTS:
                others = _MANY_PATHS
                break
        if too_large:  # nor is the page drawn, which would unpack it
            yield Unreadable(where, "picture_too_large")
            return
        notes = [_is_drawn(page, number) for number in range(raw.FPDFPage_GetAnnotCount(page))]
        doubtful = doubtful or others >= _MANY_PATHS or any(notes) or adjoin(images)
        alone = len(images) == 1 and bare and not notes
        if not doubtful or len(images) < _STRIPS:
            for number, image in enumerate(images, 1):
                place = where.inside(steps.picture(number))
                views = list(views_of(page, image, self._has_masks))
                if not views:
                    doubtful, alone = True, False
                    if min(image.get_px_size()) >= LEAST:
                        yield Unreadable(place, "unknown_picture")
                is_further = is_part
                for view in views:
                    if not view.is_own or min(view.pixels.shape[:2]) < SMALL or (is_further and fits(view.pixels)):
                        self._add(view.pixels)
                    else:
                        yield from self._look(view.pixels, place)
                        is_further = is_further or not is_plain(view.pixels)
        # Shadings and patterns draw without being one of the page's objects, so an empty page is looked at as well.
        if doubtful and not alone:
            yield from self._look(draw(page), where)
        elif not doubtful and may_be_letters([weight for weight, _ in outlines]):
            for seen in drawn_alone(page, [thing for weight, thing in outlines if weight]):
                if fits(seen):
                    self._add(seen)
                else:
                    yield from self._look(seen, where.inside(steps.PICTURE_INSIDE))

    def _add(self, picture: Raster) -> None:
        if may_say(picture) and self._looks.is_new(picture):
            self._sheets.append(picture)

    def _look(self, picture: Raster, where: Location) -> Iterator[Piece]:
        if is_plain(picture) or not self._looks.is_new(picture):
            return  # one colour, as an empty page is
        if not self._looks.left:
            self._looks.is_over = True
            yield Unreadable(where, "too_many_pictures")
            return
        self._looks.left -= 1
        yield from look_at(picture, where)


def _is_drawn(page: Any, number: int) -> bool:
    """Whether a note is drawn by what it brings along, which no text of the page says. The look of a field is read by
    itself, and is not drawn with the page."""
    note = raw.FPDFPage_GetAnnot(page, number)
    kind = raw.FPDFAnnot_GetSubtype(note)
    drawn = kind in _STAMPED or (bool(raw.FPDFAnnot_HasKey(note, b"AP")) and kind != raw.FPDF_ANNOT_WIDGET)
    raw.FPDFPage_CloseAnnot(note)
    return drawn
