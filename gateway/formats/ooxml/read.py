"""Reads an office document: the text of every part of it, and the files inside.

Every XML part is read, known or not, since people hide and forget things in comments, headers, notes, old revisions
and properties. All else in the package is a file of its own.

In: the file. Out: one text a part (a line a paragraph), one with its attributes; children; `Unreadable`. Of each,
`office_pieces` says which member it came from and in which view of it, which is what rewriting needs.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from gateway.containers.carving import carved
from gateway.containers.zips import ArchiveTooLarge, Damaged, EncryptedMember, Member, Zip
from gateway.formats import Child, Piece, Source
from gateway.formats.ooxml.parts import DocumentTooLong, NotXml, part_of
from gateway.formats.ooxml.people import people
from gateway.formats.ooxml.unlocking import WHOLE, is_locked, locked_parts, unlocked
from gateway.model import Ambiguity, Location, Medium, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.strings import runs

_XML_NAME = re.compile(r"\.(?:xml|rels|vml|rdf)$", re.IGNORECASE)
_METADATA = re.compile(r"(?:^|/)(?:docProps/|meta\.xml$|\[Content_Types\]\.xml$|_rels/|settings\.xml$|manifest\.xml$)")
_PRINTER = re.compile(r"printerSettings\d*\.bin$")
_FONT = re.compile(r"\.(?:odttf|fntdata)$|^Fonts/")
_FONT_BEGINS = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")
_TABLES = frozenset(
    tag.replace(b"_", b" ")
    for tag in (
        b"OS/2 cmap cvt_ fpgm gasp glyf head hhea hmtx loca maxp name post prep GDEF GPOS GSUB CFF_ DSIG LTSH VDMX "
        b"hdmx kern vhea vmtx PCLT VORG meta EBDT EBLC EBSC JSTF MATH BASE STAT CFF2 COLR CPAL SVG_ avar fvar gvar "
        b"HVAR MVAR"
    ).split()
)
"""Of fonts (ISO/IEC 14496-22 section 4.3)."""
_LONGEST_STEP = 200
BINARY = re.compile(rb"<((?:\w+:)?(?:binary-data|binData|binaryData))\b[^>]*>([A-Za-z0-9+/=\s]+)</\1>")
_SHOWN = re.compile(r"(?:^|/)(?:media|Pictures|Thumbnails|ObjectReplacements)/|^docProps/thumbnail")
_WRITABLE = re.compile(r"/embeddings/|^Object [^/]*$|^(?!.*\.bin$)", re.DOTALL)
"""Members that may be given other content. A project of macros is not one: nothing but the project itself fits."""
_SHARED_STRINGS = re.compile(r"(?:^|/)sharedStrings\.xml$", re.IGNORECASE)

_RELATIONSHIP = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^<>]{1,4000}>")
_GOOGLE = re.compile(rb"\sType\s*=\s*[\"']http://customschemas\.google\.com/relationships/\w{1,60}metadata[\"']")
_TARGET = re.compile(rb"\sTarget\s*=\s*[\"']([\w.-]{1,100})[\"']")
_MOST_OPAQUE = 256 * 1024
_TRASH, _EMPTIED = re.compile(r"\[trash\]/"), b"\0\xff"
"""Where Office puts what it took out of a package without writing it anew (ISO/IEC 29500-2 annex C): emptied."""


class OfficePiece(NamedTuple):
    """A piece, the number of the member that it came from, and which view of it: the number of a text, `attributes`,
    `people`, `comments` of the package, `file`; empty for what cannot be changed."""

    piece: Piece
    member: int = -1
    view: str = ""


def read(source: Source) -> Iterator[Piece]:
    """Part by part, in the order of the package; shared strings of a workbook first, since its sheets point to them."""
    for found in office_pieces(source):
        yield found.piece


def office_pieces(source: Source) -> Iterator[OfficePiece]:
    """What is read, in its order."""
    where = source.where
    if not source.data.startswith(b"PK"):
        yield from _flat(source.data, where, source.editable)
        return
    try:
        package = Zip(source.data)
        yield OfficePiece(
            TextFragment(where, "file_name", "\n".join("\n".join(names) for names in package.all_names()))
        )
        members = list(package.members())
    except ArchiveTooLarge:
        yield OfficePiece(Unreadable(where, "document_too_large"))
        return
    except EncryptedMember:
        yield OfficePiece(Unreadable(where, "encrypted_office"))
        return
    except Damaged:
        yield OfficePiece(Unreadable(where, "broken_ooxml"))
        return
    if package.disagreements():
        yield OfficePiece(Ambiguity(where, "strange_zip"))
    editable = source.editable
    numbers = range(len(members))
    if is_locked(members):
        editable = False
        try:
            opened = unlocked(members, source.passwords)
        except ArchiveTooLarge:
            yield OfficePiece(Unreadable(where, "document_too_large"))
            return
        if opened is None:
            yield OfficePiece(Unreadable(where, "encrypted_office"))
        shut = locked_parts(members)
        members = opened or [member for member in members if member.names[0] not in shut]
    if comments := [text for raw in (package.comment, *(m.comment for m in members)) if (text := _text(raw))]:
        yield OfficePiece(TextFragment(where, "metadata", "\n".join(comments), editable=editable), view="comments")
    strings = shared_strings(members)
    opaque = _of_google(members)
    for number, member in zip(numbers, members, strict=False):
        if member.names[0] in opaque and len(member.data) <= _MOST_OPAQUE:
            yield from map(OfficePiece, _opaque(member, where))
        elif not member.is_folder and (member.data.strip(_EMPTIED) if _TRASH.match(member.names[0]) else member.data):
            for piece, view in _part(member, where, strings, editable):
                if isinstance(piece, Child) and editable and _WRITABLE.search(member.names[0]):
                    piece = replace(piece, path=(number,), embedded=is_shown(member.names[0]))
                yield OfficePiece(piece, number, view)


def _of_google(members: list[Member]) -> frozenset[str]:
    """Parts in which Google's editors keep, encrypted, what they need to open their own document again."""
    found = set()
    for member in members:
        folder, _, name = member.names[0].rpartition("_rels/")
        if not name.endswith(".rels"):
            continue
        for relationship in _RELATIONSHIP.findall(member.data):
            target = _TARGET.search(relationship)
            if target and _GOOGLE.search(relationship):
                found.add(folder + target[1].decode("utf-8", "replace"))
    return frozenset(found)


def _opaque(member: Member, document: Location) -> Iterator[Piece]:
    """Words and files in a part that is known by its name to be for one program's own use."""
    where = document.inside(steps.package_part(member.names[0].rsplit("/", 1)[-1][:_LONGEST_STEP]))
    if text := "\n".join(runs(member.data)):
        yield TextFragment(where, "metadata", text)
    for number, at in enumerate(carved(member.data), 1):
        yield Child(where.inside(steps.carved(number)), member.data[at:])


def _flat(data: bytes, where: Location, editable: bool) -> Iterator[OfficePiece]:
    """The whole document in one XML, pictures and objects in base64."""
    pieces = list(BINARY.finditer(data))
    for number, match in enumerate(pieces, 1):
        place = where.inside(steps.embedded_object(number))
        try:
            path = (number - 1,) if editable else None
            yield OfficePiece(Child(place, base64.b64decode(match[2]), path=path, embedded=True), view="file")
        except ValueError:
            yield OfficePiece(Unreadable(where, "broken_ooxml"))
    for piece, view in _xml(BINARY.sub(b"", data), where, (), lenient=False, is_metadata=False, editable=editable):
        yield OfficePiece(piece, view=view)


def _part(member: Member, document: Location, strings: tuple[str, ...], editable: bool) -> Iterator[tuple[Piece, str]]:
    path = member.names[0]
    name = path.rsplit("/", 1)[-1]
    where = document.inside(steps.package_part(name[:_LONGEST_STEP]))
    if _FONT.search(path) and _is_font(member.data):
        return  # outlines of letters, scrambled (ECMA-376 part 4, 17.8.1): nothing to read
    if _PRINTER.search(path):
        yield TextFragment(where, "metadata", "\n".join(_utf16_runs(member.data))), ""
        return
    if not is_xml(member):
        if path != "mimetype":
            yield Child(where, member.data, "" if path == WHOLE else name), "file"
        return
    is_metadata = _METADATA.search(path) is not None
    lenient = name.lower().endswith(".vml")
    yield from _xml(member.data, where, strings, lenient=lenient, is_metadata=is_metadata, editable=editable)


def is_xml(member: Member) -> bool:
    """Whether a member is read as a part, by its name or by how it begins."""
    return _XML_NAME.search(member.names[0]) is not None or member.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(
        b"<?xml"
    )


def _is_font(data: bytes) -> bool:
    """By its beginning; by the third and fourth row of its table of tables, where the first 32 octets are scrambled
    (ECMA-376 part 4, 17.8.1); by the mark of an embedded OpenType font."""
    if data.startswith(_FONT_BEGINS) or data[34:36] == b"LP":
        return True
    return data[44:48] in _TABLES and data[60:64] in _TABLES


def is_shown(path: str) -> bool:
    """Whether a member is a picture that a page shows, or a preview."""
    return _SHOWN.search(path) is not None


def _xml(
    data: bytes, where: Location, strings: tuple[str, ...], *, lenient: bool, is_metadata: bool, editable: bool
) -> Iterator[tuple[Piece, str]]:
    try:
        try:
            part = part_of(data, strings)
        except NotXml:
            if not lenient:
                raise
            part, editable = part_of(data, strings, lenient), False  # what was mended is not what another program reads
        named = people(data, lenient)
    except DocumentTooLong:
        yield Unreadable(where, "document_too_large"), ""
        return
    except NotXml:
        yield Unreadable(where, "broken_ooxml"), ""
        return
    medium: Medium = "metadata" if is_metadata else "document"
    for number, text in enumerate(part.texts):
        yield TextFragment(where, medium, text, editable=editable), str(number)
    if part.outside:
        yield TextFragment(where, "metadata", part.outside), ""
    if part.attributes:
        yield TextFragment(where, "metadata", part.attributes, editable=editable), "attributes"
    if named:
        lines = "\n".join(named)
        yield (
            TextFragment(where.inside(steps.PEOPLE), "metadata", lines, editable=editable, names_people=True),
            "people",
        )


def shared_strings(members: Sequence[Member]) -> tuple[str, ...]:
    """The texts that cells of a workbook point to."""
    number = number_of_strings(members)
    if number is not None:
        try:
            return part_of(members[number].data).strings
        except (NotXml, DocumentTooLong):
            pass
    return ()


def number_of_strings(members: Sequence[Member]) -> int | None:
    """Which member has them."""
    return next((number for number, one in enumerate(members) if _SHARED_STRINGS.search(one.names[0])), None)


def _text(raw: bytes) -> str:
    return "\n".join(reading.text for reading in decodings(raw)[:2]) if raw else ""


def _utf16_runs(data: bytes) -> Iterator[str]:
    """Printer's name and paths, in a structure of Windows' own."""
    yield from re.findall(r"[^\x00-\x1f\ud800-\udfff\ufffe\uffff]{3,}", data.decode("utf-16-le", "replace"))
