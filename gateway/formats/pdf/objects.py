"""Everything that is written in the objects of a PDF, used or not, as QPDF opens them.

Strings are notes, form values, properties, link targets, scripts and outlines; names are what somebody called a font, a
layer or a field. Streams of pages, fonts and pictures are left to the page reader.

In: the file's bytes. Out: texts by place; embedded files. Raises pikepdf's errors, PdfTooLarge over the limit.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from types import TracebackType
from typing import Any, Literal

import pikepdf

from gateway.containers.xmp import authors
from gateway.formats.pdf.content import text_of_name
from gateway.formats.pdf.photographs import beside
from gateway.formats.pdf.undrawn import as_page, doubted_in, has_layers_off, show_layers, undrawn_in
from gateway.text.charsets import decodings

MOST_OBJECTS = 200_000
MOST_CHARACTERS = 20_000_000
MOST_FILE_BYTES = 100 * 1024 * 1024
MOST_HIDDEN = 100
MOST_PHOTOGRAPHS = 200
_DEEPEST = 60
_DRAWING = ("/FunctionType", "/ShadingType", "/PatternType", "/Length1", "/BBox", "/Width")
_ACTUAL = re.compile(rb"/(?:ActualText|Alt|E)\s*(\((?:[^()\\]|\\.)*+\)|<[0-9A-Fa-f\s]*>)", re.DOTALL)
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*+\)|<(?:[0-9A-Fa-f]{2}[\s]{0,2}){2,}+>", re.DOTALL)
_PEOPLE = ("/Author", "/T")
_NOT_TEXT = frozenset(("/XRef", "/ObjStm", "/EmbeddedFile", "/Image", "/Form", "/CMap", "/Type1C", "/CIDFontType0C"))

Strings = Literal["properties", "objects", "streams"]
"""Where a string of a document stands."""


class PdfTooLarge(Exception):
    """More objects or text than a document has."""


Key = str | int
NAMED = "names"
"""In place of a key: it is a name, not a string, and other objects may call it by it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a document: the object that it stands in, the dictionary or array in it, the key there. Of a string
    that is an object, and of the text of a stream, `key` is empty."""

    text: str
    object: Any
    inner: Any
    key: Key


@dataclass(frozen=True, slots=True)
class _Holder:
    object: Any = None
    inner: Any = None


class Objects:
    """An opened document; close it by `with`."""

    def __init__(self, data: bytes, password: str | None = None, is_traced: bool = False) -> None:
        self.pdf: Any = pikepdf.open(BytesIO(data), password=password or "")
        self.is_traced = is_traced
        self.places: list[Written] = []
        self._characters = 0
        self._drawn = _pages_of(self.pdf)
        self._files: list[tuple[str, Any]] = []
        self._people: dict[str, None] = {}

    def __enter__(self) -> "Objects":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pdf.close()

    def texts(self) -> Iterator[tuple[Strings, str]]:
        """(place, text): the document's properties, then all other strings, then what its text streams say.

        Before `files`, which it finds."""
        for place, found in self.found():
            yield place, "\n".join(found)

    def found(self) -> Iterator[tuple[Strings, tuple[str, ...]]]:
        """As `texts`, string by string; `places` has where each stands, as often as it does."""
        if int(self.pdf.trailer.get("/Size", 0)) > MOST_OBJECTS:
            raise PdfTooLarge  # before they are opened, which takes seconds: it is held whatever they say
        properties: dict[str, None] = {}
        self._collect(self.pdf.trailer.get("/Info"), properties, 0, _Holder())
        strings: dict[str, None] = {}
        streams: dict[str, None] = {}
        for number, thing in enumerate(self.pdf.objects):
            if number > MOST_OBJECTS:
                raise PdfTooLarge
            self._collect(thing, strings, 0, _Holder(thing))
            if isinstance(thing, pikepdf.Stream):
                self._add(self._text_of(thing), streams, _Holder(thing), "")
        of: tuple[tuple[Strings, dict[str, None]], ...]
        of = (("properties", properties), ("objects", strings), ("streams", streams))
        for place, found in of:
            if found:
                yield place, tuple(found)

    def people(self) -> tuple[str, ...]:
        """Authors of the document and of its notes. After `texts`, which finds them."""
        return tuple(self._people)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(name, content) of every embedded file, whoever points to it, or nobody."""
        left = MOST_FILE_BYTES
        for name, stream in self.file_streams():
            data = bytes(stream.read_bytes())
            left -= len(data)
            if left < 0:
                raise PdfTooLarge
            yield name or "embedded file", data

    def file_streams(self) -> Iterator[tuple[str, Any]]:
        """As `files`, with the objects that hold them; no name where none is given."""
        named = [(name, stream) for name, stream in self._files if isinstance(stream, pikepdf.Stream)]
        loose = [thing for thing in self.pdf.objects if _is_embedded(thing)]
        seen: set[tuple[int, int]] = set()
        for name, stream in (*named, *(("", stream) for stream in loose)):
            if stream.objgen not in seen:
                seen.add(stream.objgen)
                yield name, stream

    def photographs(self) -> Iterator[bytes]:
        """What stands beside the pixels of pictures that are JPEG, a file each."""
        count = 0
        for thing in self.pdf.objects:
            if not isinstance(thing, pikepdf.Stream) or thing.get("/Subtype") != "/Image":
                continue
            filters = thing.get("/Filter")
            if filters == "/DCTDecode" or (isinstance(filters, pikepdf.Array) and list(filters) == ["/DCTDecode"]):
                written = beside(bytes(thing.read_raw_bytes()))
                if written is not None:
                    count += 1
                    if count > MOST_PHOTOGRAPHS:
                        raise PdfTooLarge
                    yield written

    def unshown(self) -> tuple[int, int, bytes]:
        """The document with what it does not show put behind its pages, as pages: those that its list of pages leaves
        out, for whoever knows how gets them back, and drawings that no page has in its text. Before it the number of
        the first page of it that has to be read, and that of the first drawing. No bytes where there are none."""
        hidden, count = hidden_in(self.pdf), len(self.pdf.pages)
        try:
            drawings, has_layers = undrawn_in(self.pdf), has_layers_off(self.pdf)
        except ValueError:
            raise PdfTooLarge from None
        if not (hidden or drawings or has_layers):
            return count, count, b""
        for page in hidden[:MOST_HIDDEN]:
            if "/MediaBox" not in page:
                page.MediaBox = pikepdf.Array([0, 0, 612, 792])
            self.pdf.pages.append(pikepdf.Page(page))
        first, parts = 0 if has_layers else count, len(self.pdf.pages)
        for drawing in drawings:
            self.pdf.pages.append(as_page(self.pdf, drawing))
        if has_layers:
            show_layers(self.pdf)
        out = BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a field shown alone belongs to no form
            self.pdf.save(out)
        return first, parts, out.getvalue()

    def doubted_pages(self) -> set[int]:
        """Numbers of pages, from 0, that have to be looked at whatever their text says."""
        try:
            return doubted_in(self.pdf)
        except ValueError:
            raise PdfTooLarge from None

    def _collect(self, thing: Any, into: dict[str, None], depth: int, holder: "_Holder", key: "Key" = "") -> None:
        """Strings and names of one object; others that it points to are met by themselves."""
        if depth > _DEEPEST:
            raise PdfTooLarge
        if isinstance(thing, pikepdf.String):
            self._add(_text(thing), into, holder, key)
        elif isinstance(thing, pikepdf.Name):
            name = text_of_name(thing)
            if not name.isascii() or "#" in name or len(name) > 12:
                self._add(name, into, holder, NAMED)
        elif depth and isinstance(thing, pikepdf.Object) and thing.is_indirect:
            return
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            if isinstance(files := thing.get("/EF"), pikepdf.Dictionary):
                name = str(thing.get("/UF", thing.get("/F", "")))
                self._files += [(name, stream) for stream in files.values()]
            for people in _PEOPLE if _is_note(thing) else _PEOPLE[:1]:
                if isinstance(who := thing.get(people), pikepdf.String):
                    self._people.update(dict.fromkeys(_text(who).split("\n")))
            inside = _Holder(holder.object, thing)
            for name, value in thing.items():
                if not name.isascii():
                    self._add(text_of_name(name), into, inside, NAMED)
                self._collect(value, into, depth + 1, inside, name)
        elif isinstance(thing, pikepdf.Array):
            inside = _Holder(holder.object, thing)
            for number, value in enumerate(thing):
                self._collect(value, into, depth + 1, inside, number)

    def _add(self, text: str, into: dict[str, None], holder: "_Holder", key: "Key") -> None:
        if len(text) < 2:
            return
        if self.is_traced:
            self.places.append(Written(text, holder.object, holder.inner, key))
        if text in into:
            return
        into[text] = None
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            raise PdfTooLarge

    def _text_of(self, stream: Any) -> str:
        """Properties in XML, scripts, forms in XML, rich text: whatever decodes to text and draws nothing."""
        if stream.objgen in self._drawn or str(stream.get("/Subtype", "")) == "/Form":
            return "\n".join(_spoken(bytes(stream.read_bytes())))
        if str(stream.get("/Type", "")) == "/ObjStm":
            return "\n".join(_strings_in(bytes(stream.read_bytes())))
        if any(key in stream for key in _DRAWING):
            return ""
        if str(stream.get("/Type", "")) in _NOT_TEXT or str(stream.get("/Subtype", "")) in _NOT_TEXT:
            return ""
        data = bytes(stream.read_bytes())
        if data.startswith(b"/CIDInit") or b"begincmap" in data[:2000]:
            return ""
        readings = [reading.text for reading in decodings(data)[:2] if reading.exact]
        for reading in readings[:1] if b"adobe:ns:meta" in data or b"rdf:RDF" in data else ():
            self._people.update(dict.fromkeys(authors(reading)))
        return "\n".join(readings)


def hidden_in(pdf: Any) -> list[Any]:
    """Pages that the list of pages leaves out."""
    shown = {page.obj.objgen for page in pdf.pages}
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary)
        and str(thing.get("/Type", "")) == "/Page"
        and thing.objgen not in shown
    ]


def _is_note(thing: Any) -> bool:
    """A note on a page, whose `T` is who wrote it; of a field of a form it is the field's name."""
    return "/Subtype" in thing and "/FT" not in thing and str(thing.get("/Subtype")) != "/Widget"


def _is_embedded(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Stream) and str(thing.get("/Type", "")) == "/EmbeddedFile"


def _spoken(content: bytes) -> Iterator[str]:
    """What is to be read aloud or copied in place of what a page draws (ISO 32000-2 sections 14.9.3 to 14.9.5)."""
    for match in _ACTUAL.finditer(content):
        try:
            yield _text(pikepdf.Object.parse(match[1]))
        except (pikepdf.PdfError, ValueError):
            continue


def _strings_in(content: bytes) -> Iterator[str]:
    """Of the objects in an object stream (ISO 32000-2 section 7.5.7), and of those that no table points to."""
    for match in _STRING.finditer(content):
        try:
            text = _text(pikepdf.Object.parse(match[0]))
        except (pikepdf.PdfError, ValueError):
            continue
        if len(text) > 1:
            yield text


def _pages_of(pdf: Any) -> set[tuple[int, int]]:
    """Streams that draw pages."""
    found = set()
    for page in pdf.pages:
        contents = page.obj.get("/Contents")
        for stream in contents if isinstance(contents, pikepdf.Array) else [contents]:
            if isinstance(stream, pikepdf.Stream):
                found.add(stream.objgen)
    return found


def _text(string: Any) -> str:
    """As a text string (PDFDocEncoding, UTF-16, UTF-8), and in the character set of whoever knew no better."""
    text = str(string)
    raw = bytes(string)
    if raw.isascii() or raw.startswith((b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf")):
        return text
    readings = [reading.text for reading in decodings(raw)[:2] if reading.exact]
    return "\n".join(dict.fromkeys([text, *readings])) if readings or text.isprintable() else ""
