"""Pages as PDFium reads and draws them.

Every picture of a page is looked at by itself, once however many pages show it, for a black box over a picture or a
frame that cuts it hides nothing of the file. The page is drawn and looked at whole where it has little text, or glyphs
that its text does not say (no map to Unicode), or so many paths that they may be letters, or something
stamped on it.

In: the file's bytes. Out: text and pictures page by page. Raises PasswordNeeded for a password, Unopened for the rest.
"""

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from types import TracebackType
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gateway.formats import Piece
from gateway.formats.pdf.char_places import joined
from gateway.formats.pdf.mapped import says_all
from gateway.images.extract import look_at
from gateway.images.extract.raster import Raster
from gateway.model import Location, TextFragment, Unreadable, steps

MOST_PAGES = 500
MOST_LOOKS = 24
MOST_PIXELS = 50_000_000
_LITTLE_TEXT = 40
_MANY_PATHS = 400
_MOST_OBJECTS = 20_000
_DEEPEST = 8
_WIDTH = 1240  # pixels of a drawn page: 150 dots an inch on A4
_LONGEST = 3600
_ENLARGED = 2.1
_SMALLEST_PICTURE = 24
_STRIPS = 8  # pictures on one drawn page from which they are its stripes, and say nothing one by one
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
        self._seen: set[bytes] = set()

    def is_new(self, picture: Raster) -> bool:
        mark = hashlib.sha256(repr(picture.shape).encode() + picture.tobytes()).digest()
        if mark in self._seen:
            return False
        self._seen.add(mark)
        return True


class PdfPages:
    """An opened document; close it by `with`. Pages before `first` are left out."""

    def __init__(
        self, data: bytes, looks: Looks, password: str | None = None, first: int = 0, editable: bool = False
    ) -> None:
        self._editable = editable
        try:
            self._document = pdfium.PdfDocument(data, password)
            self._count = len(self._document)
        except pdfium.PdfiumError as error:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
                raise PasswordNeeded from None
            raise Unopened from None
        self._looks, self._first = looks, first

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
        for number in range(self._first, min(self._count, MOST_PAGES)):
            place = where.inside(steps.page(number + 1))
            try:
                page = self._document[number]
                said = page.get_textpage()
                written = str(said.get_text_range())
                text = joined(written)
                if text.strip():
                    yield TextFragment(place, "document", text, editable=self._editable)
                yield from self._pictures(page, text, place, says_all(said, written))
            except pdfium.PdfiumError:
                yield Unreadable(place, "broken_pdf")
        if self._count > MOST_PAGES:
            yield Unreadable(where, "document_too_large")

    def _pictures(self, page: Any, text: str, where: Location, is_said: bool) -> Iterator[Piece]:
        images: list[Any] = []
        others, bare = 0, True  # bare of all but pictures
        too_large = False
        for count, thing in enumerate(page.get_objects(max_depth=_DEEPEST)):
            if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
                width, height = thing.get_px_size()
                if width * height > MOST_PIXELS:
                    too_large = True
                else:
                    images.append(thing)
            elif thing.type != raw.FPDF_PAGEOBJ_FORM:
                others += thing.type != raw.FPDF_PAGEOBJ_TEXT
                bare = False
            if count >= _MOST_OBJECTS:
                others = _MANY_PATHS
                break
        if too_large:  # nor is the page drawn, which would unpack it
            yield Unreadable(where, "picture_too_large")
            return
        notes = [_is_drawn(page, number) for number in range(raw.FPDFPage_GetAnnotCount(page))]
        doubtful = len(re.sub(r"\s", "", text)) < _LITTLE_TEXT or not is_said or others >= _MANY_PATHS or any(notes)
        alone = len(images) == 1 and bare and not notes
        if not doubtful or len(images) < _STRIPS:
            for number, image in enumerate(images, 1):
                place = where.inside(steps.picture(number))
                picture = pixels_of(image)
                if picture is None:
                    doubtful, alone = True, False
                elif min(picture.shape[:2]) >= _SMALLEST_PICTURE:
                    yield from self._look(picture, place)
        # Shadings and patterns draw without being one of the page's objects, so an empty page is looked at as well.
        if doubtful and not alone:
            yield from self._look(draw(page), where)

    def _look(self, picture: Raster, where: Location) -> Iterator[Piece]:
        if int(picture.max()) == int(picture.min()) or not self._looks.is_new(picture):
            return  # one colour, as an empty page is
        if not self._looks.left:
            yield Unreadable(where, "too_many_pictures")
            return
        self._looks.left -= 1
        yield from look_at(picture, where)


def _is_drawn(page: Any, number: int) -> bool:
    """Whether a note is drawn by what it brings along, which no text of the page says."""
    note = raw.FPDFPage_GetAnnot(page, number)
    drawn = bool(raw.FPDFAnnot_HasKey(note, b"AP")) or raw.FPDFAnnot_GetSubtype(note) in _STAMPED
    raw.FPDFPage_CloseAnnot(note)
    return drawn


def images_of(page: Any) -> Iterator[Any]:
    """Pictures of a page in the order in which it draws them, those in its forms as well."""
    for thing in islice(page.get_objects(max_depth=_DEEPEST), _MOST_OBJECTS):
        if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
            width, height = thing.get_px_size()
            if width * height > MOST_PIXELS:
                raise ValueError("a picture that is too large")
            yield thing


def draw(page: Any) -> Raster:
    """The page as it is looked at."""
    width, height = page.get_size()
    scale = min(_WIDTH / max(1.0, min(width, height)), _LONGEST / max(1.0, width, height), _ENLARGED)
    return _rgb(page.render(scale=scale, draw_annots=True, may_draw_forms=True))


def pixels_of(image: Any) -> Raster | None:
    """Of one of its pictures. None where it cannot be had by itself."""
    try:
        return _rgb(image.get_bitmap(render=False))
    except pdfium.PdfiumError:
        return None


def _rgb(bitmap: Any) -> Raster:
    picture = np.asarray(bitmap.to_numpy(), np.uint8)
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.repeat(picture.reshape(picture.shape[0], picture.shape[1], 1), 3, axis=2)
    return np.ascontiguousarray(picture[:, :, 2::-1])
