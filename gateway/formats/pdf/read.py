"""Reads a PDF with two libraries: PDFium draws pages and decodes their text, QPDF opens every object of the file.

Page text alone misses notes, form fields, scripts, properties and older versions of the file; the objects alone miss
text that is written in numbers of glyphs. A page whose text cannot be trusted is drawn and read as a picture.

In: the file. Out: text a page, text of the objects, children, pictures; `Unreadable` where it is sealed, broken or over
a limit.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

import pikepdf

from gateway.formats import Child, Piece, Source
from gateway.formats.pdf.changeable import can_be_changed
from gateway.formats.pdf.decompressed_size import is_too_heavy
from gateway.formats.pdf.objects import Objects, PdfTooLarge
from gateway.formats.pdf.pages import Looks, PasswordNeeded, PdfPages, Unopened, opens
from gateway.formats.pdf.spelled import spelled
from gateway.model import Location, TextFragment, Unreadable, steps

_END = re.compile(rb"%%EOF\s*")
_MOST_VERSIONS = 12
_LONGEST_STEP = 200
NOW, _OLD = 0, 1
"""Of the path to a file inside: it is there now, or was in an older version."""
_QPDF_ERRORS = (pikepdf.PdfError, RuntimeError, ValueError, TypeError, RecursionError, OverflowError, KeyError)


def read(source: Source) -> Iterator[Piece]:
    """Pages, objects, pages that no reader shows, older versions."""
    where, looks = source.where, Looks()
    texts: set[str] = set()
    if is_too_heavy(source.data):
        yield Unreadable(where, "document_too_large")
        return
    password = next((one for one in source.passwords if opens(source.data, one)), None)
    editable = source.editable and can_be_changed(source.data)
    try:
        with PdfPages(source.data, looks, password, editable=editable) as pages:
            yield from _new(pages.read(where), texts)
    except PasswordNeeded:
        yield Unreadable(where, "encrypted_pdf")
        return
    except Unopened:
        yield Unreadable(where, "broken_pdf")
        return
    try:
        yield from _objects(source.data, where, looks, texts, password, editable)
    except PdfTooLarge:
        yield Unreadable(where, "document_too_large")
    except pikepdf.PasswordError:
        yield Unreadable(where, "encrypted_pdf")
    except (*_QPDF_ERRORS, PasswordNeeded, Unopened):
        yield Unreadable(where, "broken_pdf")
    yield from _versions(source.data, where, looks, texts, password, editable)


def _objects(
    data: bytes, where: Location, looks: Looks, texts: set[str], password: str | None, editable: bool, old: bool = False
) -> Iterator[Piece]:
    with Objects(data, password) as objects:
        for kind, text in objects.texts():
            if text not in texts:
                texts.add(text)
                yield TextFragment(where.inside(steps.strings(kind)), "metadata", text, editable=editable)
        try:
            if text := _unsaid(spelled(objects.pdf), texts):
                yield TextFragment(where.inside(steps.LETTERS), "document", text)
        except ValueError:
            yield Unreadable(where, "document_too_large")
        if people := "\n".join(objects.people()):
            yield TextFragment(where.inside(steps.PEOPLE), "metadata", people, editable=editable, names_people=True)
        for number, (name, content) in enumerate(objects.files()):
            place = where.inside(steps.file(name[:_LONGEST_STEP]))
            yield TextFragment(place, "file_name", name, editable=editable)
            yield Child(place, content, name, path=(_OLD if old else NOW, number) if editable else None)
        for number, written in enumerate(objects.photographs(), 1):
            yield Child(where.inside(steps.embedded_object(number)), written)
        doubted = objects.doubted_pages()
        first, parts, unshown = objects.unshown()
    if doubted:
        with PdfPages(data, looks, password) as pages:
            yield from pages.drawn(where, doubted)
    if unshown:
        with PdfPages(unshown, looks, password, first, editable, parts) as pages:
            yield from _unread(pages.read(where.inside(steps.HIDDEN_PAGES)), texts, parts)


def _unsaid(written: Iterable[str], texts: set[str]) -> str:
    """What pages write in letters that no page's text has, or has less often."""
    written = list(dict.fromkeys(written))
    said = Counter(sign for text in texts for sign in text)
    missing = Counter(sign for text in written for sign in text) - said
    return "\n".join(written) if any(not sign.isspace() for sign in missing) else ""


def _versions(
    data: bytes, where: Location, looks: Looks, texts: set[str], password: str | None, editable: bool
) -> Iterator[Piece]:
    """A file that was saved again holds what it was before (ISO 32000-2 section 7.5.6): each end is one version."""
    ends = [match.end() for match in _END.finditer(data) if data[match.end() :].strip(b"\0\r\n\t ")]
    if len(ends) > _MOST_VERSIONS:
        yield Unreadable(where, "too_many_parts")
        return
    for number, end in enumerate(ends, 1):
        place = where.inside(steps.version(number))
        try:
            with PdfPages(data[:end], looks, password, editable=editable) as pages:
                yield from _new(pages.read(place), texts)
            yield from _objects(data[:end], place, looks, texts, password, editable, old=True)
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


def _unread(pieces: Iterator[Piece], texts: set[str], parts: int) -> Iterator[Piece]:
    """Without text of drawings that stands in another as well: a form that is drawn says what its page said."""
    said = "\n".join("".join(text.split()) for text in texts)
    for piece in _new(pieces, texts):
        if isinstance(piece, TextFragment) and piece.medium == "document":
            number = piece.where.steps[-1].number
            if number is not None and number > parts and "".join(piece.text.split()) in said:
                continue
        yield piece
