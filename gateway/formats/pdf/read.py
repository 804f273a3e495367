"""Reads a PDF with two libraries: PDFium draws pages and decodes their text, QPDF opens every object of the file.

Page text alone misses notes, form fields, scripts, properties and older versions of the file; the objects alone miss
text that is written in numbers of glyphs. A page whose text cannot be trusted is drawn and read as a picture.

In: the file. Out: text a page, text of the objects, children, pictures; `Unreadable` where it is sealed, broken or over
a limit.
"""

import re
from collections.abc import Iterator

import pikepdf

from gateway.formats import Child, Piece, Rank, Source
from gateway.formats.pdf.objects import Objects, TooLong
from gateway.formats.pdf.pages import Pages, Sealed, Unopened
from gateway.model import Location, TextFragment, Unreadable

_START = b"%PDF-"
_SEARCHED = 1024
_END = re.compile(rb"%%EOF\s*")
_MOST_REVISIONS = 8


def sniff(data: bytes) -> Rank:
    if data.startswith(_START):
        return "sure"
    return "maybe" if _START in data[:_SEARCHED] else "no"


def read(source: Source) -> Iterator[Piece]:
    """Pages, objects, older versions."""
    where = source.where
    try:
        pages = Pages(source.data)
    except Sealed:
        yield Unreadable(where, "encrypted_pdf")
        return
    except Unopened:
        yield Unreadable(where, "broken_pdf")
        return
    texts: set[str] = set()
    with pages:
        for piece in pages.read(where):
            if isinstance(piece, TextFragment) and piece.medium == "document":
                texts.add(piece.text)
            yield piece
    yield from _objects(source)
    yield from _revisions(source.data, where, texts)


def _objects(source: Source) -> Iterator[Piece]:
    where = source.where
    try:
        with Objects(source.data) as objects:
            for name, text in objects.texts():
                yield TextFragment(where.inside(name), "metadata", text)
            for name, data in objects.files():
                yield Child(where.inside(name), data, name)
    except TooLong:
        yield Unreadable(where, "document_too_large")
    except pikepdf.PasswordError:
        yield Unreadable(where, "encrypted_pdf")
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, RecursionError, OverflowError):
        yield Unreadable(where, "broken_pdf")


def _revisions(data: bytes, where: Location, known: set[str]) -> Iterator[Piece]:
    """A file that was saved again holds what it was before (ISO 32000-2 section 7.5.6): each end is one version."""
    ends = [match.end() for match in _END.finditer(data)][:-1]
    if len(ends) > _MOST_REVISIONS:
        yield Unreadable(where, "too_many_parts")
        return
    for number, end in enumerate(ends, 1):
        place = where.inside(f"version {number}")
        try:
            with Pages(data[:end]) as pages:
                for text in pages.texts():
                    if text not in known and text.strip():
                        known.add(text)
                        yield TextFragment(place, "document", text)
            with Objects(data[:end]) as objects:
                for _, text in objects.texts():
                    yield TextFragment(place, "metadata", text)
        except (Sealed, Unopened, TooLong, pikepdf.PdfError, RuntimeError, ValueError):
            continue  # the first end of a file made for the web is none; what is whole is read from the last
