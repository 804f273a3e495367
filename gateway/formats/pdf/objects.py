"""Everything that is written in the objects of a PDF, used or not, as QPDF opens them.

Strings are notes, form values, properties, link targets, scripts and outlines; names are what somebody called a font, a
layer or a field. Streams of pages, fonts and pictures are left to the page reader.

In: the file's bytes. Out: texts by place; embedded files. Raises pikepdf's errors, PdfTooLarge over the limit.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from types import TracebackType
from typing import Any, Literal

import pikepdf

from gateway.containers.xmp import authors
from gateway.text.charsets import decodings

MOST_OBJECTS = 200_000
MOST_CHARACTERS = 20_000_000
MOST_FILE_BYTES = 100 * 1024 * 1024
MOST_HIDDEN = 100
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


class Objects:
    """An opened document; close it by `with`."""

    def __init__(self, data: bytes, password: str | None = None) -> None:
        self._pdf: Any = pikepdf.open(BytesIO(data), password=password or "")
        self._characters = 0
        self._drawn = _pages_of(self._pdf)
        self._files: list[tuple[str, Any]] = []
        self._people: dict[str, None] = {}

    def __enter__(self) -> "Objects":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pdf.close()

    def texts(self) -> Iterator[tuple[Strings, str]]:
        """(place, text): the document's properties, then all other strings, then what its text streams say.

        Before `files`, which it finds."""
        if int(self._pdf.trailer.get("/Size", 0)) > MOST_OBJECTS:
            raise PdfTooLarge  # before they are opened, which takes seconds: it is held whatever they say
        properties: dict[str, None] = {}
        self._collect(self._pdf.trailer.get("/Info"), properties, 0)
        strings: dict[str, None] = {}
        streams: dict[str, None] = {}
        for number, thing in enumerate(self._pdf.objects):
            if number > MOST_OBJECTS:
                raise PdfTooLarge
            self._collect(thing, strings, 0)
            if isinstance(thing, pikepdf.Stream):
                self._add(self._text_of(thing), streams)
        if properties:
            yield "properties", "\n".join(properties)
        if strings:
            yield "objects", "\n".join(strings)
        if streams:
            yield "streams", "\n".join(streams)

    def people(self) -> tuple[str, ...]:
        """Authors of the document and of its notes. After `texts`, which finds them."""
        return tuple(self._people)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(name, content) of every embedded file, whoever points to it, or nobody."""
        left = MOST_FILE_BYTES
        named = [(name, stream) for name, stream in self._files if isinstance(stream, pikepdf.Stream)]
        loose = [thing for thing in self._pdf.objects if _is_embedded(thing)]
        seen: set[tuple[int, int]] = set()
        for name, stream in (*named, *(("", stream) for stream in loose)):
            if stream.objgen in seen:
                continue
            seen.add(stream.objgen)
            data = bytes(stream.read_bytes())
            left -= len(data)
            if left < 0:
                raise PdfTooLarge
            yield name or "embedded file", data

    def hidden_pages(self) -> tuple[int, bytes]:
        """How many pages there are, and the document with those put behind them that its list of pages leaves out:
        whoever knows how gets them back. No bytes where there are none."""
        shown = {page.obj.objgen: None for page in self._pdf.pages}
        hidden = [
            thing
            for thing in self._pdf.objects
            if isinstance(thing, pikepdf.Dictionary)
            and str(thing.get("/Type", "")) == "/Page"
            and thing.objgen not in shown
        ]
        count = len(self._pdf.pages)
        if not hidden:
            return count, b""
        for page in hidden[:MOST_HIDDEN]:
            if "/MediaBox" not in page:
                page.MediaBox = pikepdf.Array([0, 0, 612, 792])
            self._pdf.pages.append(pikepdf.Page(page))
        out = BytesIO()
        self._pdf.save(out)
        return count, out.getvalue()

    def _collect(self, thing: Any, into: dict[str, None], depth: int) -> None:
        """Strings and names of one object; others that it points to are met by themselves."""
        if depth > _DEEPEST:
            raise PdfTooLarge
        if isinstance(thing, pikepdf.String):
            self._add(_text(thing), into)
        elif isinstance(thing, pikepdf.Name):
            name = str(thing)[1:]
            if not name.isascii() or "#" in name or len(name) > 12:
                self._add(name, into)
        elif depth and isinstance(thing, pikepdf.Object) and thing.is_indirect:
            return
        elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            if isinstance(files := thing.get("/EF"), pikepdf.Dictionary):
                name = str(thing.get("/UF", thing.get("/F", "")))
                self._files += [(name, stream) for stream in files.values()]
            for key in _PEOPLE if _is_note(thing) else _PEOPLE[:1]:
                if isinstance(who := thing.get(key), pikepdf.String):
                    self._people.update(dict.fromkeys(_text(who).split("\n")))
            for key, value in thing.items():
                if not key.isascii():
                    self._add(key[1:], into)
                self._collect(value, into, depth + 1)
        elif isinstance(thing, pikepdf.Array):
            for value in thing:
                self._collect(value, into, depth + 1)

    def _add(self, text: str, into: dict[str, None]) -> None:
        if len(text) < 2 or text in into:
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
