"""A PDF with words taken out, pictures covered and files inside changed; written anew, with no older version in it.

Words leave the content streams themselves (`page_texts`), and the fonts lose what only they needed (`fonts_without`).
Whenever anything is changed, the document's properties go, both kinds of them, and what programs keep for themselves:
they say who wrote it and when, and a file that lost them only where a name stood would tell that it did.

In: the file; edits by fragments, pictures and children as reading gives them. Out: the new file; the same bytes where
nothing is asked. Raises ValueError for whatever cannot be done with certainty, for signed and for encrypted files.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pypdfium2 as pdfium

from gateway.errors import is_our_own
from gateway.formats import Change, Child, FileEdits, Paint, Removed, Rewritten, Source
from gateway.formats.pdf.changeable import can_be_changed
from gateway.formats.pdf.codes_in_use import codes_in_use
from gateway.formats.pdf.fonts_without import forget
from gateway.formats.pdf.object_texts import Cut, change, merged, owners_in, unspeak
from gateway.formats.pdf.objects import Objects, hidden_in
from gateway.formats.pdf.page_pictures import are_of, boxes_of_words, cover_page, cover_pictures
from gateway.formats.pdf.page_texts import take_out, texts_of
from gateway.formats.pdf.read import NOW, read
from gateway.model import Box, Location, PlaceStep, StepKind, TextFragment

_FORGOTTEN = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified")


@dataclass(slots=True)
class _Asked:
    """By what it is done to."""

    pages: dict[str, list[Cut]] = field(default_factory=dict)
    """Cuts by the text of a page: pages that say the same are given once."""
    parts: dict[str, list[Cut]] = field(default_factory=dict)
    """Cuts by place of the fragments that join the strings of objects."""
    people: list[tuple[str, Cut]] = field(default_factory=list)
    names: list[tuple[str, Cut]] = field(default_factory=list)
    covered_pages: dict[int, list[Box]] = field(default_factory=dict)
    covered_pictures: dict[tuple[int, int], list[Box]] = field(default_factory=dict)


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The file with every edit made."""
    if not (edits.changes or edits.paints or edits.children):
        return Rewritten(source.data)
    if not can_be_changed(source.data):
        raise ValueError("a file that is signed or encrypted")
    try:
        return Rewritten(_changed(source, edits))
    except (MemoryError, ValueError):
        raise
    except pikepdf.PdfError as error:  # raised by a call of our own: the library is compiled
        raise ValueError("a file that cannot be changed") from error
    except Exception as error:  # both libraries raise whatever they meet in a damaged file
        if is_our_own(error):
            raise
        raise ValueError("a file that cannot be changed") from error


def _changed(source: Source, edits: FileEdits) -> bytes:
    asked = _asked(source, edits)
    document = pdfium.PdfDocument(source.data)
    try:
        with Objects(source.data, is_traced=True) as objects:
            pdf = objects.pdf
            if pdf.is_encrypted:
                raise ValueError("a file that is signed or encrypted")
            parts = {str(place): found for place, found in objects.found()}
            _files(objects, edits.children)
            strings, owners, shown = _strings(objects, parts, asked), owners_in(pdf), codes_in_use(pdf)
            cover_pictures(pdf, document, asked.covered_pictures)
            _pages(pdf, document, asked)
            change(pdf, objects.places, strings, owners)
            _forget(pdf)
            forget(pdf, shown)
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.preserve)
    finally:
        document.close()
    return out.getvalue()


def _asked(source: Source, edits: FileEdits) -> _Asked:
    """Sorted by fragment. What stood in an older version, or on a page that is off the list, goes in any case."""
    asked = _Asked()
    by_ordinal: dict[int, list[Change]] = {}
    for one in edits.changes:
        by_ordinal.setdefault(one.ordinal, []).append(one)
    size = len(source.where.steps)
    ordinal = 0
    for piece in read(source) if by_ordinal else ():
        if not isinstance(piece, TextFragment) or not piece.editable:
            continue
        cuts = [(one.span, one.replacement) for one in by_ordinal.pop(ordinal, ())]
        ordinal += 1
        if cuts:
            _sort_in(asked, piece, piece.where.steps[size:], cuts)
    if by_ordinal:
        raise ValueError("a change of a text that the file does not have")
    for paint in edits.paints:
        _sort_in_paint(asked, paint, source.where)
    return asked


def _sort_in(asked: _Asked, fragment: TextFragment, steps: Sequence[PlaceStep], cuts: list[Cut]) -> None:
    if fragment.medium == "file_name":
        asked.names += [(fragment.text, cut) for cut in cuts]
    elif len(steps) != 1:
        pass
    elif fragment.medium == "document":
        asked.pages.setdefault(fragment.text, []).extend(cuts)
    elif fragment.names_people:
        asked.people += [(fragment.text, cut) for cut in cuts]
    else:
        asked.parts.setdefault(str(steps[0]), []).extend(cuts)


def _sort_in_paint(asked: _Asked, paint: Paint, where: Location) -> None:
    steps = paint.where.steps[len(where.steps) :]
    if paint.where.part != where.part or paint.where.steps[: len(where.steps)] != where.steps:
        raise ValueError("a place outside the file")
    if not steps:
        raise ValueError("boxes of nothing that is shown")
    if steps[0].kind in ("version", "hidden_pages"):
        return
    number = _number(steps[0], "page") - 1
    if len(steps) == 1:
        asked.covered_pages.setdefault(number, []).extend(paint.boxes)
    elif len(steps) == 2:
        asked.covered_pictures.setdefault((number, _number(steps[1], "picture")), []).extend(paint.boxes)
    else:
        raise ValueError("a place that is no picture")


def _number(step: PlaceStep, kind: StepKind) -> int:
    if step.kind != kind or step.number is None or step.number < 1:
        raise ValueError("a place that is no picture")
    return step.number


def _pages(pdf: Any, document: pdfium.PdfDocument, asked: _Asked) -> None:
    """Words out of pages; pages that were looked at whole become pictures, unless all that was seen goes as text."""
    count = len(document)
    if any(number >= count for number in asked.covered_pages):
        raise ValueError("a page that the file does not have")
    cuts: dict[int, Sequence[Cut]] = {}
    covered = dict(asked.covered_pages)
    for number, text in enumerate(texts_of(document)) if asked.pages else ():
        if text not in asked.pages:
            continue
        own = merged(asked.pages[text])
        if number in covered:
            words = boxes_of_words(document[number], [span for span, _ in own])
            if not are_of(words, covered[number]):
                covered[number] = [*covered[number], *words]
                continue
            del covered[number]
        cuts[number] = own
    take_out(pdf, document, cuts)
    for number, boxes in covered.items():
        cover_page(pdf, document, number, boxes)


def _strings(objects: Objects, parts: dict[str, tuple[str, ...]], asked: _Asked) -> dict[str, list[Cut]]:
    """Cuts by the text of a single string."""
    found: dict[str, list[Cut]] = {}
    for place, cuts in asked.parts.items():
        if place not in parts:
            raise ValueError("a text that the file does not have")
        for text, cut in _by_part(parts[place], cuts):
            found.setdefault(text, []).append(cut)
    for name, cut in asked.names:
        found.setdefault(name, []).append(cut)
    texts = {place.text for place in objects.places}
    for people, ((start, end), word) in asked.people:
        for line, ((first, last), _) in _by_part(people.split("\n"), [((start, end), word)]):
            for text in texts:
                found.setdefault(text, []).extend(((at + first, at + last), word) for at in _lines(text, line))
    return {text: cuts for text, cuts in found.items() if cuts}


def _by_part(parts: Sequence[str], cuts: Sequence[Cut]) -> Iterator[tuple[str, Cut]]:
    """Cuts of a text that joins parts by line ends, as cuts of the parts."""
    at = 0
    for part in parts:
        for (start, end), word in cuts:
            first, last = max(0, start - at), min(len(part), end - at)
            if first < last:
                yield part, ((first, last), word)
        at += len(part) + 1


def _lines(text: str, line: str) -> Iterator[int]:
    """Where the line stands in the text, as a line."""
    at = 0
    for one in text.split("\n"):
        if one == line:
            yield at
        at += len(one) + 1


def _files(objects: Objects, children: Sequence[tuple[Child, Rewritten | Removed]]) -> None:
    """Files inside; those of an older version go with it."""
    streams = [stream for _, stream in objects.file_streams()]
    gone = set()
    for child, new in children:
        if child.path is None or len(child.path) != 2:
            raise ValueError("a file that is not inside")
        age, number = child.path
        if age != NOW:
            continue
        if number >= len(streams):
            raise ValueError("a file that is not inside")
        stream = streams[number]
        if isinstance(new, Removed):
            gone.add(stream.objgen)
            stream.write(b"")
        else:
            stream.write(new.data)
        for key in list(stream.keys()):
            if key not in ("/Length", "/Type", "/Subtype", "/Filter"):
                del stream[key]
    if gone:
        _drop_files(objects.pdf, gone)


def _drop_files(pdf: Any, gone: set[tuple[int, int]]) -> None:
    """Whatever names a file that went: its entry in a list, the note that shows it."""
    for thing in list(pdf.objects):
        if not isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
            continue
        if isinstance(thing, pikepdf.Dictionary) and _points_to(thing, gone):
            for key in list(thing.keys()):
                del thing[key]
    for page in pdf.pages:
        notes = page.obj.get("/Annots")
        if isinstance(notes, pikepdf.Array):
            kept = [note for note in notes if not _shows(note, gone)]
            if len(kept) < len(notes):
                page.obj.Annots = pikepdf.Array(kept)
    names = pdf.Root.get("/Names")
    if isinstance(names, pikepdf.Dictionary) and "/EmbeddedFiles" in names:
        _drop_named(names.EmbeddedFiles, gone, 0)
    for holder in (pdf.Root, *(page.obj for page in pdf.pages)):
        if isinstance(holder.get("/AF"), pikepdf.Array):
            holder.AF = pikepdf.Array([one for one in holder.AF if not _is_gone(one, gone)])


def _drop_named(tree: Any, gone: set[tuple[int, int]], depth: int) -> None:
    if depth > 20 or not isinstance(tree, pikepdf.Dictionary):
        return
    if isinstance(tree.get("/Names"), pikepdf.Array):
        pairs = list(tree.Names)
        kept: list[Any] = []
        for name, spec in zip(pairs[::2], pairs[1::2], strict=False):
            kept += [] if _is_gone(spec, gone) else [name, spec]
        tree.Names = pikepdf.Array(kept)
    for kid in tree.get("/Kids", ()):
        _drop_named(kid, gone, depth + 1)


def _points_to(spec: Any, gone: set[tuple[int, int]]) -> bool:
    files = spec.get("/EF") if isinstance(spec, pikepdf.Dictionary) else None
    return isinstance(files, pikepdf.Dictionary) and any(
        isinstance(one, pikepdf.Stream) and one.objgen in gone for one in files.values()
    )


def _is_gone(spec: Any, gone: set[tuple[int, int]]) -> bool:
    return isinstance(spec, pikepdf.Dictionary) and (not list(spec.keys()) or _points_to(spec, gone))


def _shows(note: Any, gone: set[tuple[int, int]]) -> bool:
    return isinstance(note, pikepdf.Dictionary) and "/FS" in note and _is_gone(note.FS, gone)


def _forget(pdf: Any) -> None:
    """What a changed document says of itself no more."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    for thing in hidden_in(pdf):
        for key in list(thing.keys()):
            del thing[key]
    unspeak(pdf)
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            for key in _FORGOTTEN:
                if key in thing:
                    del thing[key]
