"""What a reader found in a message: plain text, small pictures, digests, and what it could not read.

Made by jailed code from strangers' bytes, so nothing here is trusted beyond its type: spans and boxes are checked
again where they are used. `Location` is a path that a person can follow.
"""

from dataclasses import dataclass, field
from typing import Literal

from gateway.model.steps import PlaceStep

Medium = Literal["header", "file_name", "text", "html", "markup", "document", "picture", "code", "metadata", "envelope"]
"""Where a text stood: a header field, a file name, a text part, visible HTML text, the rest of an HTML source
(attributes, comments, styles), a document inside an attachment, the OCR of a picture, the payload of a QR or bar
code, metadata of a file (author, comment, EXIF), and the SMTP envelope, which no reader sees."""


Step = Literal["sifted", "skimmed", "whole"]
"""How much of a message was read: all but what has to be looked at; with its pictures, but not what they say; all."""


@dataclass(frozen=True, slots=True)
class Location:
    """`part` is the MIME part number (`2`, `2.1`; empty for the message header), `steps` the path inside.

    >>> str(Location("2").inside(steps.file("材料.zip"), steps.file("说明.pdf"), steps.page(3)))
    'part 2 › 材料.zip › 说明.pdf › page 3'
    """

    part: str
    steps: tuple[PlaceStep, ...] = ()

    def __str__(self) -> str:
        start = f"part {self.part}" if self.part else "message"
        return " › ".join((start, *map(str, self.steps)))

    def inside(self, *steps: PlaceStep) -> "Location":
        """The place one or more steps further in."""
        return Location(self.part, (*self.steps, *steps))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels of the picture as sent, origin top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TextBox:
    """Characters `start` to `end` (half open) of a fragment stand in `box`; `confidence` 0 to 1 is the OCR's own."""

    start: int
    end: int
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class TextFragment:
    """A run of text. `label` is the lower-case field name for headers, the attribute for markup, else empty.

    `editable` says that the rewriter can resolve any span of `text` to bytes of the message and replace it there.
    `file` is the file that the fragment was read from (see `FilePart.file`); where that cannot be written back, the
    nearest one around it that can.
    `names_people` says that each line of `text` is a value of a field that holds people's names (the author of a
    document or comment, a card's `FN`, an attendee's `CN`), so that a word in it is a name where a sentence has a word.
    Address fields of a mail's header are such by their `label`.
    """

    where: Location
    medium: Medium
    text: str = field(repr=False)
    label: str = ""
    editable: bool = False
    boxes: tuple[TextBox, ...] = ()
    names_people: bool = False
    file: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Pixels:
    """Decoded pixels, 8-bit RGB, rows from the top: `len(rgb) == width * height * 3`."""

    width: int
    height: int
    rgb: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patch:
    """A place of a picture that could be an avatar: its box as sent, and `PATCH` x `PATCH` pixels of RGB.

    The box is the middle of the cut-out; an eighth of its width and height around it is shown too.
    """

    box: Box
    rgb: bytes = field(repr=False)


PATCH = 40

MOST_FAULTS = 16
"""Faults of ours that one reading tells apart."""


@dataclass(frozen=True, slots=True)
class PictureFragment:
    """One picture (or frame, or rendered page). `width` and `height` as sent; `pixels` at most 540 wide.

    `phash` is a 64-bit DCT hash of the whole picture, `None` where it is too plain to tell pictures apart.
    `patches` are the places where an avatar could be, `points` those by which a piece of it is known (`model.points`).
    `file` as in `TextFragment`.
    """

    where: Location
    width: int
    height: int
    pixels: Pixels
    phash: int | None = None
    patches: tuple[Patch, ...] = ()
    points: bytes = field(default=b"", repr=False)
    file: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FilePart:
    """Any leaf part or archive member, by digest. `kind` is what its bytes are (`docx`, `png`, `text` …).

    `file` leads from the message to it: one number a level, which says how many children its parent's reader gave
    before; empty for the message itself. `type` says more exactly what its bytes are, where that is known (`docx`,
    `png`: words of `model.part_types`); it is for rules, and makes no two files differ. `editable`: it can be given new
    content, or be taken out. Where it cannot, `file` is that of the nearest one around it that can. `paintable`: boxes
    of what it shows can be covered.
    """

    where: Location
    name: str = field(repr=False)
    kind: str
    size: int
    sha256: bytes = field(repr=False)
    file: tuple[int, ...] = ()
    editable: bool = False
    paintable: bool = False
    type: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address in a header field of a mail. `role` is the lower-case field name (`from`, `to`, `reply-to` …)."""

    role: str
    name: str = field(repr=False)
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailFacts:
    """A mail or nested mail: addresses, and the ids that tie it to a thread (RFC 5322 section 3.6.4)."""

    where: Location
    addresses: tuple[MailAddress, ...] = ()
    message_id: str = field(default="", repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    subject: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A part that could not be inspected. `reason` is a word of `model.uninspectable_reasons.REASONS`, never file
    content."""

    where: Location
    reason: str


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """A place that mail programs read differently. `reason` as in `Unreadable`."""

    where: Location
    reason: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Where our own code raised: a class name, a module of ours and a line; no text."""

    exception: str
    module: str
    line: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in one message or file. `faults` are ours, and say nothing of who made the bytes."""

    texts: tuple[TextFragment, ...] = ()
    pictures: tuple[PictureFragment, ...] = ()
    files: tuple[FilePart, ...] = ()
    mails: tuple[MailFacts, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    ambiguities: tuple[Ambiguity, ...] = ()
    faults: tuple[Fault, ...] = ()
