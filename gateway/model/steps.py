"""One step of the way to a place: of which kind it is, and its name or number. Pure.

The words of a step (`str`) are a contract: they stand in JSON, on terminals and in the documentation. Whoever wants to
know what a step is asks for its kind and takes no words apart: a file may be called `page 3`.
"""

from dataclasses import dataclass
from typing import Literal

StepKind = Literal[
    "name",
    "file",
    "attachment",
    "mail",
    "part",
    "preamble",
    "epilogue",
    "decoded",
    "signed",
    "html_body",
    "rtf_body",
    "recipients",
    "page",
    "hidden_pages",
    "version",
    "sheet",
    "package_part",
    "stream",
    "unused",
    "property",
    "properties",
    "objects",
    "streams",
    "destination",
    "people",
    "letters",
    "names",
    "object",
    "data",
    "value",
    "html",
    "picture",
    "picture_inside",
    "frame",
    "bitmap",
    "metafile",
    "old_metafile",
    "enhanced_metafile",
    "carved",
    "behind",
    "beside",
    "unpacked",
    "envelope",
]
"""What a step leads to. A `name` is one of which nothing is known but its words: versions before kinds kept it so."""

WORDS: dict[StepKind, str] = {
    "name": "",
    "file": "",
    "attachment": "attachment",
    "mail": "mail",
    "part": "part",
    "preamble": "preamble",
    "epilogue": "epilogue",
    "decoded": "decoded",
    "signed": "signed content",
    "html_body": "HTML body",
    "rtf_body": "RTF body",
    "recipients": "recipients",
    "page": "page",
    "hidden_pages": "hidden pages",
    "version": "version",
    "sheet": "sheet",
    "package_part": "",
    "stream": "",
    "unused": "unused space",
    "property": "",
    "properties": "properties",
    "objects": "objects",
    "streams": "streams",
    "destination": "",
    "people": "people",
    "letters": "letters",
    "names": "names",
    "object": "object",
    "data": "data",
    "value": "value",
    "html": "HTML",
    "picture": "picture",
    "picture_inside": "picture inside",
    "frame": "frame",
    "bitmap": "bitmap",
    "metafile": "metafile",
    "old_metafile": "old metafile",
    "enhanced_metafile": "enhanced metafile",
    "carved": "file",
    "behind": "behind the",
    "beside": "beside the picture",
    "unpacked": "unpacked",
    "envelope": "",
}
"""The words in front of a step's name and number."""


@dataclass(frozen=True, slots=True, eq=False)
class PlaceStep:
    """One step. `text` is a name as it stands in the file, `number` counts from 1.

    Two steps are equal where their words are: a place that was kept before steps had kinds is still the same place.
    """

    kind: StepKind
    text: str = ""
    number: int | None = None

    def __str__(self) -> str:
        words = WORDS[self.kind]
        return f"{words} {self.tail}" if words and self.tail else words or self.tail

    @property
    def tail(self) -> str:
        """Name and number, as they stand behind the words."""
        if self.number is None:
            return self.text
        return f"{self.text} {self.number}" if self.text else str(self.number)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, PlaceStep) and str(self) == str(other))

    def __hash__(self) -> int:
        return hash(str(self))


def name(words: str) -> PlaceStep:
    """A step that was kept as words alone."""
    return PlaceStep("name", words)


# In a mail


def file(name: str) -> PlaceStep:
    """A file by its name: an attachment, a member of an archive, a file packed into a document."""
    return PlaceStep("file", name)


def attachment(number: int | None = None) -> PlaceStep:
    """An attachment without a name."""
    return PlaceStep("attachment", number=number)


def mail(number: int) -> PlaceStep:
    """A mail of a mailbox."""
    return PlaceStep("mail", number=number)


def part(numbers: str) -> PlaceStep:
    """A MIME part (`2.1`) of a mail that lies inside a file."""
    return PlaceStep("part", numbers)


def aside(which: Literal["preamble", "epilogue"]) -> PlaceStep:
    """What stands before the first part of a multipart, or behind the last."""
    return PlaceStep(which)


DECODED = PlaceStep("decoded")
"""A multipart that is itself encoded, once that is undone."""

SIGNED = PlaceStep("signed")
"""The mail inside a signature."""

HTML_BODY, RTF_BODY, RECIPIENTS = PlaceStep("html_body"), PlaceStep("rtf_body"), PlaceStep("recipients")
"""Properties of an Outlook item."""


def envelope(word: str, number: int | None = None) -> PlaceStep:
    """A command of the SMTP transaction (`MAIL`, `RCPT 2`), a parameter of it, or `Received`."""
    return PlaceStep("envelope", word, number)


# In a document


def page(number: int) -> PlaceStep:
    """A page."""
    return PlaceStep("page", number=number)


HIDDEN_PAGES = PlaceStep("hidden_pages")
"""Pages that the list of pages leaves out."""


def version(number: int) -> PlaceStep:
    """What a document was before it was saved again, the oldest first."""
    return PlaceStep("version", number=number)


def sheet(number: int) -> PlaceStep:
    """A sheet of a workbook."""
    return PlaceStep("sheet", number=number)


def package_part(name: str) -> PlaceStep:
    """A part of an office document's package (ISO/IEC 29500-2), by the last step of its path (`header1.xml`)."""
    return PlaceStep("package_part", name)


def stream(name: str) -> PlaceStep:
    """A storage or stream of a compound file (MS-CFB)."""
    return PlaceStep("stream", name)


UNUSED = PlaceStep("unused")
"""Sectors of a compound file that belong to no stream."""


def document_property(name: str) -> PlaceStep:
    """A property of a document (`author`)."""
    return PlaceStep("property", name)


def strings(of: Literal["properties", "objects", "streams"]) -> PlaceStep:
    """What stands in the properties of a PDF, in its other objects, in its text streams."""
    return PlaceStep(of)


def destination(name: str) -> PlaceStep:
    """Where RTF puts a text that is not shown (`atnauthor`)."""
    return PlaceStep("destination", name)


PEOPLE, NAMES = PlaceStep("people"), PlaceStep("names")
"""Fields that hold names of people, together; those of a card."""
LETTERS = PlaceStep("letters")
"""What pages write letter by letter, put together."""


def embedded_object(number: int | None = None) -> PlaceStep:
    """An object of a document."""
    return PlaceStep("object", number=number)


def data(number: int) -> PlaceStep:
    """Bytes that a page or document carries in itself (`data:` in HTML)."""
    return PlaceStep("data", number=number)


def value(number: int) -> PlaceStep:
    """A value of a card or of ASN.1 that holds bytes."""
    return PlaceStep("value", number=number)


def html(number: int | None = None) -> PlaceStep:
    """HTML that something else is made from, or that stands in a value of it."""
    return PlaceStep("html", number=number)


# In a picture


def picture(number: int) -> PlaceStep:
    """A picture inside a file."""
    return PlaceStep("picture", number=number)


PICTURE_INSIDE = PlaceStep("picture_inside")
"""A preview that shows something else."""


def frame(number: int) -> PlaceStep:
    """A frame of a moving picture, or a page of a TIFF."""
    return PlaceStep("frame", number=number)


def bitmap(number: int) -> PlaceStep:
    """A bitmap of a metafile."""
    return PlaceStep("bitmap", number=number)


def metafile(number: int) -> PlaceStep:
    """A metafile of Windows."""
    return PlaceStep("metafile", number=number)


def old_metafile(number: int) -> PlaceStep:
    """A picture of QuickDraw."""
    return PlaceStep("old_metafile", number=number)


ENHANCED_METAFILE = PlaceStep("enhanced_metafile")
"""A metafile in the comments of an older one."""

# In the bytes of any file


def carved(number: int) -> PlaceStep:
    """A file that was found by its first bytes inside something else."""
    return PlaceStep("carved", number=number)


def behind(what: Literal["picture", "archive", "document"]) -> PlaceStep:
    """Bytes behind the end of a file."""
    return PlaceStep("behind", what)


BESIDE = PlaceStep("beside")
"""Bytes between the blocks of a picture."""

UNPACKED = PlaceStep("unpacked")
"""What a packed stream without a name holds."""
