"""Pages as PDFium reads and draws them.

A page goes to the picture reader whole where it has little text, or text that shows other characters than it says
(no map to Unicode), or is drawn in so many paths that they may be letters. Else its pictures go there one by one, each
once however many pages show it.

In: the file's bytes. Out: text and pictures page by page. Raises Sealed for a password, Unopened for the rest.
"""

import hashlib
import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from gateway.formats import Piece
from gateway.model import Location, TextFragment, Unreadable
from gateway.pictures import look_at
from gateway.pictures.raster import Raster

MOST_PAGES = 500
MOST_LOOKS = 20
_LITTLE_TEXT = 40
_MANY_PATHS = 300
_MOST_OBJECTS = 20_000
_WIDTH = 1240  # pixels of a drawn page: 150 dots an inch on A4
_LONGEST = 3600
_ENLARGED = 2.1
_LEAST = 0.5
_SMALLEST_PICTURE = 24
_UNMAPPED = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")


class Sealed(Exception):
    """A password is needed."""


class Unopened(Exception):
    """PDFium finds no document in it."""


class Pages:
    """An opened document; close it by `with`."""

    def __init__(self, data: bytes) -> None:
        try:
            self._document = pdfium.PdfDocument(data)
            self._count = len(self._document)
        except pdfium.PdfiumError as error:
            if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
                raise Sealed from None
            raise Unopened from None
        self._looks = 0
        self._seen: set[bytes] = set()

    def __enter__(self) -> "Pages":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._document.close()

    def texts(self) -> Iterator[str]:
        """Text of each page."""
        for number in range(min(self._count, MOST_PAGES)):
            yield self._text(self._document[number])

    def read(self, where: Location) -> Iterator[Piece]:
        """All pages."""
        if not self._count:
            yield Unreadable(where, "broken_pdf")
        for number in range(min(self._count, MOST_PAGES)):
            place = where.inside(f"page {number + 1}")
            try:
                page = self._document[number]
                text = self._text(page)
            except pdfium.PdfiumError:
                yield Unreadable(place, "broken_pdf")
                continue
            if text.strip():
                yield TextFragment(place, "document", text)
            yield from self._pictures(page, text, place)
        if self._count > MOST_PAGES:
            yield Unreadable(where, "document_too_large")

    def _text(self, page: Any) -> str:
        text = page.get_textpage().get_text_range()
        # U+FFFE and U+0002 stand for a hyphen at a line's end
        return str(text).replace("\r\n", "\n").replace("\ufffe\n", "").replace("\x02\n", "")

    def _pictures(self, page: Any, text: str, where: Location) -> Iterator[Piece]:
        images: list[Any] = []
        paths = 0
        for count, thing in enumerate(page.get_objects(max_depth=8)):
            paths += thing.type == raw.FPDF_PAGEOBJ_PATH
            if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
                images.append(thing)
            if count >= _MOST_OBJECTS:
                paths = _MANY_PATHS
                break
        little = len(re.sub(r"\s", "", text)) < _LITTLE_TEXT
        unmapped = len(_UNMAPPED.findall(text)) > 2
        # Shadings and notes draw without being one of the page's objects, so an empty page is looked at as well.
        if little or unmapped or paths >= _MANY_PATHS:
            only_images = not text.strip() and not paths
            finest = max((image.get_px_size()[0] for image in images), default=0) if only_images else 0
            yield from self._look(self._drawn(page, finest), where)
            return
        for number, image in enumerate(images, 1):
            picture = self._image(image)
            if picture is not None and min(picture.shape[:2]) >= _SMALLEST_PICTURE:
                yield from self._look(picture, where.inside(f"picture {number}"))

    def _look(self, picture: Raster, where: Location) -> Iterator[Piece]:
        mark = hashlib.sha256(picture.tobytes()).digest()
        if mark in self._seen:
            return
        self._seen.add(mark)
        if int(picture.max()) == int(picture.min()):
            return  # one colour: an empty page
        if self._looks >= MOST_LOOKS:
            yield Unreadable(where, "too_many_pictures")
            return
        self._looks += 1
        yield from look_at(picture, where)

    def _drawn(self, page: Any, finest: int) -> Raster:
        width, height = page.get_size()
        scale = min(_WIDTH / max(1.0, min(width, height)), _LONGEST / max(1.0, width, height), _ENLARGED)
        if finest:  # a scanned page drawn larger than its picture is only slower to read
            scale = min(scale, max(_LEAST, finest / max(1.0, width)))
        return _rgb(page.render(scale=scale, draw_annots=True, may_draw_forms=True))

    def _image(self, image: Any) -> Raster | None:
        try:
            width, height = image.get_px_size()
            if width * height > 50_000_000:
                return None
            return _rgb(image.get_bitmap(render=False))
        except pdfium.PdfiumError:
            return None


def _rgb(bitmap: Any) -> Raster:
    picture = np.asarray(bitmap.to_numpy(), np.uint8)
    if picture.ndim == 2 or picture.shape[2] == 1:
        return np.repeat(picture.reshape(picture.shape[0], picture.shape[1], 1), 3, axis=2)
    return np.ascontiguousarray(picture[:, :, 2::-1])
