"""Reads an office document: the text of every part of it, and the files inside.

Every XML part is read, known or not, since people hide and forget things in comments, headers, notes, old revisions
and properties. All else in the package is a file of its own.

In: the file. Out: one text a part (a line a paragraph), one with its attributes; children; `Unreadable`.
"""

import base64
import re
from collections.abc import Iterator

from gateway.containers.carving import carved
from gateway.containers.zips import ArchiveTooLarge, Damaged, EncryptedMember, Member, Zip
from gateway.formats import Child, Piece, Source
from gateway.formats.ooxml.parts import DocumentTooLong, NotXml, XmlPart, part_of
from gateway.formats.ooxml.people import people
from gateway.formats.ooxml.unlocking import WHOLE, is_locked, locked_parts, unlocked
from gateway.model import Ambiguity, Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.strings import runs

_XML_NAME = re.compile(r"\.(?:xml|rels|vml|rdf)$", re.IGNORECASE)
_METADATA = re.compile(r"(?:^|/)(?:docProps/|meta\.xml$|\[Content_Types\]\.xml$|_rels/|settings\.xml$|manifest\.xml$)")
_PRINTER = re.compile(r"printerSettings\d*\.bin$")
_FONT = re.compile(r"\.(?:odttf|fntdata)$|^Fonts/")
_LONGEST_STEP = 200
_BINARY = re.compile(rb"<((?:\w+:)?(?:binary-data|binData|binaryData))\b[^>]*>([A-Za-z0-9+/=\s]+)</\1>")
_SHARED_STRINGS = re.compile(r"(?:^|/)sharedStrings\.xml$", re.IGNORECASE)

_RELATIONSHIP = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^<>]{1,4000}>")
_GOOGLE = re.compile(rb"\sType\s*=\s*[\"']http://customschemas\.google\.com/relationships/\w{1,60}metadata[\"']")
_TARGET = re.compile(rb"\sTarget\s*=\s*[\"']([\w.-]{1,100})[\"']")
_MOST_OPAQUE = 256 * 1024
_TRASH, _EMPTIED = re.compile(r"\[trash\]/"), b"\0\xff"
"""Where Office puts what it took out of a package without writing it anew (ISO/IEC 29500-2 annex C): emptied."""


def read(source: Source) -> Iterator[Piece]:
    """Part by part, in the order of the package; shared strings of a workbook first, since its sheets point to them."""
    where = source.where
    if not source.data.startswith(b"PK"):
        yield from _flat(source.data, where)
        return
    try:
        package = Zip(source.data)
        yield TextFragment(where, "file_name", "\n".join("\n".join(names) for names in package.all_names()))
        members = list(package.members())
    except ArchiveTooLarge:
        yield Unreadable(where, "document_too_large")
        return
    except EncryptedMember:
        yield Unreadable(where, "encrypted_office")
        return
    except Damaged:
        yield Unreadable(where, "broken_ooxml")
        return
    if package.disagreements():
        yield Ambiguity(where, "strange_zip")
    if is_locked(members):
        try:
            opened = unlocked(members, source.passwords)
        except ArchiveTooLarge:
            yield Unreadable(where, "document_too_large")
            return
        if opened is None:
            yield Unreadable(where, "encrypted_office")
        shut = locked_parts(members)
        members = opened or [member for member in members if member.names[0] not in shut]
    if comments := [text for raw in (package.comment, *(m.comment for m in members)) if (text := _text(raw))]:
        yield TextFragment(where, "metadata", "\n".join(comments))
    strings = _shared_strings(members)
    opaque = _of_google(members)
    for member in members:
        if member.names[0] in opaque and len(member.data) <= _MOST_OPAQUE:
            yield from _opaque(member, where)
        elif not member.is_folder and (member.data.strip(_EMPTIED) if _TRASH.match(member.names[0]) else member.data):
            yield from _part(member, where, strings)


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


def _flat(data: bytes, where: Location) -> Iterator[Piece]:
    """The whole document in one XML, pictures and objects in base64."""
    pieces = list(_BINARY.finditer(data))
    for number, match in enumerate(pieces, 1):
        try:
            yield Child(where.inside(steps.embedded_object(number)), base64.b64decode(match[2]))
        except ValueError:
            yield Unreadable(where, "broken_ooxml")
    yield from _xml(_BINARY.sub(b"", data), where, (), lenient=False, is_metadata=False)


def _part(member: Member, document: Location, strings: tuple[str, ...]) -> Iterator[Piece]:
    path = member.names[0]
    name = path.rsplit("/", 1)[-1]
    where = document.inside(steps.package_part(name[:_LONGEST_STEP]))
    if _FONT.search(path):
        return  # outlines of letters, scrambled (ECMA-376 part 4, 17.8.1): nothing to read
    if _PRINTER.search(path):
        yield TextFragment(where, "metadata", "\n".join(_utf16_runs(member.data)))
        return
    if not _XML_NAME.search(name) and not member.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        if path != "mimetype":
            yield Child(where, member.data, "" if path == WHOLE else name)
        return
    is_metadata = _METADATA.search(path) is not None
    yield from _xml(member.data, where, strings, lenient=name.lower().endswith(".vml"), is_metadata=is_metadata)


def _xml(
    data: bytes, where: Location, strings: tuple[str, ...], *, lenient: bool, is_metadata: bool
) -> Iterator[Piece]:
    try:
        part = part_of(data, strings, lenient)
    except DocumentTooLong:
        yield Unreadable(where, "document_too_large")
    except NotXml:
        yield Unreadable(where, "broken_ooxml")
    else:
        yield from _fragments(part, where, is_metadata)
        if named := people(data, lenient):
            yield TextFragment(where.inside(steps.PEOPLE), "metadata", "\n".join(named), names_people=True)


def _fragments(part: XmlPart, where: Location, is_metadata: bool) -> Iterator[Piece]:
    for text in part.texts:
        yield TextFragment(where, "metadata" if is_metadata else "document", text)
    if part.attributes:
        yield TextFragment(where, "metadata", part.attributes)


def _shared_strings(members: list[Member]) -> tuple[str, ...]:
    for member in members:
        if _SHARED_STRINGS.search(member.names[0]):
            try:
                return part_of(member.data).strings
            except (NotXml, DocumentTooLong):
                return ()
    return ()


def _text(raw: bytes) -> str:
    return "\n".join(reading.text for reading in decodings(raw)[:2]) if raw else ""


def _utf16_runs(data: bytes) -> Iterator[str]:
    """Printer's name and paths, in a structure of Windows' own."""
    yield from re.findall(r"[^\x00-\x1f\ud800-\udfff\ufffe\uffff]{3,}", data.decode("utf-16-le", "replace"))
