"""Reads a PDF with two libraries: PDFium draws pages and decodes their text, QPDF opens every object of the file.

Page text alone misses notes, form fields, scripts, properties and older versions of the file; the objects alone miss
text that is written in numbers of glyphs. A page whose text cannot be trusted is drawn and read as a picture.

In: the file. Out: text a page, text of the objects, children, pictures; `Unreadable` where it is sealed, broken or over
a limit.
"""

import re
from collections.abc import Iterator

import pikepdf

from gateway.formats import Child, Piece, Source
from gateway.formats.pdf.decompressed_size import is_too_heavy
from gateway.formats.pdf.objects import Objects, PdfTooLarge
from gateway.formats.pdf.pages import Looks, PasswordNeeded, PdfPages, Unopened, opens
from gateway.model import Location, TextFragment, Unreadable, steps

_END = re.compile(rb"%%EOF\s*")
_MOST_VERSIONS = 12
_LONGEST_STEP = 200
_QPDF_ERRORS = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, RecursionError, OverflowError, KeyError)


def read(source: Source) -> Iterator[Piece]:
    """Pages, objects, pages that no reader shows, older versions."""
    where, looks = source.where, Looks()
    texts: set[str] = set()
    if is_too_heavy(source.data):
        yield Unreadable(where, "document_too_large")
        return
    password = next((one for one in source.passwords if opens(source.data, one)), None)
    try:
        with PdfPages(source.data, looks, password) as pages:
            yield from _new(pages.read(where), texts)
    except PasswordNeeded:
        yield Unreadable(where, "encrypted_pdf")
        return
    except Unopened:
        yield Unreadable(where, "broken_pdf")
        return
    try:
        yield from _objects(source.data, where, looks, texts, password)
    except PdfTooLarge:
        yield Unreadable(where, "document_too_large")
    except pikepdf.PasswordError:
        yield Unreadable(where, "encrypted_pdf")
    except (*_QPDF_ERRORS, PasswordNeeded, Unopened):
        yield Unreadable(where, "broken_pdf")
    yield from _versions(source.data, where, looks, texts, password)


def _objects(data: bytes, where: Location, looks: Looks, texts: set[str], password: str | None) -> Iterator[Piece]:
    with Objects(data, password) as objects:
        for kind, text in objects.texts():
            if text not in texts:
                texts.add(text)
                yield TextFragment(where.inside(steps.strings(kind)), "metadata", text)
        if people := "\n".join(objects.people()):
            yield TextFragment(where.inside(steps.PEOPLE), "metadata", people, names_people=True)
        for name, content in objects.files():
            place = where.inside(steps.file(name[:_LONGEST_STEP]))
            yield TextFragment(place, "file_name", name)
            yield Child(place, content, name)
        shown, hidden = objects.hidden_pages()
    if hidden:
        with PdfPages(hidden, looks, password, shown) as pages:
            yield from _new(pages.read(where.inside(steps.HIDDEN_PAGES)), texts)


def _versions(data: bytes, where: Location, looks: Looks, texts: set[str], password: str | None) -> Iterator[Piece]:
    """A file that was saved again holds what it was before (ISO 32000-2 section 7.5.6): each end is one version."""
    ends = [match.end() for match in _END.finditer(data) if data[match.end() :].strip(b"\0\r\n\t ")]
    if len(ends) > _MOST_VERSIONS:
        yield Unreadable(where, "too_many_parts")
        return
    for number, end in enumerate(ends, 1):
        place = where.inside(steps.version(number))
        try:
            with PdfPages(data[:end], looks, password) as pages:
                yield from _new(pages.read(place), texts)
            yield from _objects(data[:end], place, looks, texts, password)
        except (PasswordNeeded, Unopened, PdfTooLarge, *_QPDF_ERRORS):
            continue  # the first end of a file made for the web is none; what is whole is read from the last


def _new(pieces: Iterator[Piece], texts: set[str]) -> Iterator[Piece]:
    """Without page text that was given already: an older version mostly says the same."""
    for piece in pieces:
        if isinstance(piece, TextFragment) and piece.medium == "document":
            if piece.text in texts:
                continue
            texts.add(piece.text)
        yield piece
