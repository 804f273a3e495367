"""Reads a compound file (MS-CFB) stream by stream: what is understood is read, the rest is searched for words.

A stream of a kind that is not known holds the file, unless nearly all of it is words; so do metafiles, the previews of
objects, sounds, and the kinds of Office older than 1997. Sectors that belong to no stream hold what was deleted: their
words are given too.

In: the file. Out: texts, children; `Unreadable` for what is encrypted, old, broken or unknown.
"""

import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO

import olefile

from gateway.containers.bitmaps import bitmap_file
from gateway.containers.carving import carved
from gateway.formats import Child, Piece, Source
from gateway.formats.ole import drawing, excel, macros, message, properties, records, slides, word
from gateway.formats.ole.unlocking import unlocked
from gateway.model import Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.strings import runs

_MOST_STREAMS = 2000
_MOST_BYTES = 200 * 1024 * 1024
_MOST_CHARACTERS = 8_000_000
_LONGEST_STEP = 200
_SEALED = frozenset(("EncryptedPackage", "EncryptedSummary", "EncryptionInfo"))
_AROUND = _SEALED | {"\x06DataSpaces"}
"""What an encrypted package consists of."""
_DULL = re.compile(
    r"\x01CompObj|\x01Ole|\x03ObjInfo|\x03LinkInfo|\x03PRINT|\x03EPRINT|Ctls"
    r"|Current User|[01]Table|Equation Native|__nameid.*|_VBA_PROJECT|PROJECT(?:wm|lk)?|dir|__SRP_\d+|User Names"
    r"|Revision Log|\x01Ole10ItemName|\x06DataSpaces|\x03AccessObjSiteData|WpsCustomData|KSOProductBuildVer"
)
"""Streams whose words are all that they say."""
_PREVIEW = re.compile(r"\x02OlePres\d+|\x03META")
_KNOWN = frozenset(
    ("WordDocument", "Workbook", "Book", "PowerPoint Document", message.PROPERTIES, "VBA", "\x01Ole10Native", "Package")
)
_MACROS = frozenset(("VBA", "Macros", "_VBA_PROJECT_CUR"))
_ENCRYPTED_SLIDES = 0xF3D1C4DF
_PROPERTY_SETS = re.compile(r"\x05(?:Document)?SummaryInformation")
_WPS_STYLES = "ETExtData"
_METAFILE, _BITMAP, _ENHANCED = 3, 8, 14
"""Formats of the clipboard (MS-OLEPS 2.11): a metafile behind eight bytes of its size, a bitmap without the header of a
file, an enhanced metafile."""

Path = tuple[str, ...]


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    try:
        file = olefile.OleFileIO(BytesIO(source.data))
    except (OSError, ValueError, struct.error, IndexError, TypeError):
        yield Unreadable(where, "broken_ole")
        return
    with file:
        paths = [tuple(path) for path in file.listdir(streams=True, storages=False)]
        stated = sum(file.get_size(list(path)) for path in paths)
        if len(paths) > _MOST_STREAMS or stated > _MOST_BYTES:
            yield Unreadable(where, "document_too_large")
            return
        if stated > len(source.data):  # a sector is of one stream alone: these share some, and unfold to any size
            yield Unreadable(where, "broken_ole")
            return
        names = {name for path in paths for name in path}
        yield TextFragment(where, "metadata", "\n".join(sorted(names)))
        opened = unlocked(source.data, source.passwords) if source.passwords else None
        if opened is not None:
            yield Child(where, opened, source.name)
            # What stands beside the encrypted package is in clear. A document of 1997 is the same with its streams
            # decrypted, which is read in its place.
            if names & _SEALED:
                yield from _OleReader(file, where).all([path for path in paths if not _AROUND.intersection(path)])
                yield from _words(_free_space(file, source.data), where.inside(steps.UNUSED))
            return
        if names & _SEALED:
            yield Unreadable(where, "encrypted_office")
            return
        if not names & _KNOWN:
            yield Unreadable(where, "unsupported_format")
        yield from _OleReader(file, where).all(paths)
        yield from _words(_free_space(file, source.data), where.inside(steps.UNUSED))


class _OleReader:
    """One file under way."""

    def __init__(self, file: olefile.OleFileIO, where: Location) -> None:
        self._file, self._where = file, where
        self._left = _MOST_CHARACTERS

    def all(self, paths: list[Path]) -> Iterator[Piece]:
        for path in paths:
            names = ("".join(c if c.isprintable() else "" for c in step)[:_LONGEST_STEP] for step in path)
            place = self._where.inside(*map(steps.stream, names))
            try:
                yield from self._stream(path, place)
            except (word.EncryptedWord, excel.EncryptedWorkbook):
                yield Unreadable(self._where, "encrypted_office")
            except (word.UnknownWordFormat, excel.UnknownExcelFormat):
                yield Unreadable(self._where, "old_office")
                yield from self._words(path, place)
            except UnicodeEncodeError:
                raise  # a kind of ValueError, and a fault of ours: nothing of the file is written
            except (OSError, struct.error, IndexError, ValueError, zlib.error):
                yield Unreadable(self._where, "broken_ole")

    def _open(self, path: Path) -> bytes:
        return bytes(self._file.openstream(list(path)).read())

    def _stream(self, path: Path, where: Location) -> Iterator[Piece]:
        name = path[-1]
        if message.is_ours(path):
            yield from message.read(path, self._open, where)
        elif name == "WordDocument":
            document = self._open(path)
            table = self._open((*path[:-1], word.table_name(document)))
            for text in word.texts(document, table):
                yield TextFragment(where, "document", text)
            yield from _named(word.people(document, table), where)
            yield from self._drawn(path, where)
        elif name in ("Workbook", "Book"):
            yield from self._workbook(path, where)
        elif name == "PowerPoint Document":
            yield from self._slides(path, where)
        elif name == "\x01Ole10Native":
            yield from _native(self._open(path), where)
        elif name in ("Package", "CONTENTS"):
            yield Child(where, self._open(path))
        elif _PREVIEW.fullmatch(name):
            yield from _presentation(self._open(path), where)
        elif _PROPERTY_SETS.fullmatch(name):
            yield from self._properties(path, where)
        elif name == _WPS_STYLES and records.is_records(data := self._open(path)):
            yield from self._told(data, where)
            yield from _files_in(data, where)
        elif name in ("Data", "Pictures") or name.endswith("Table"):
            yield from self._drawn(path, where)
        else:
            yield from self._other(path, where)

    def _workbook(self, path: Path, where: Location) -> Iterator[Piece]:
        found = excel.workbook(self._open(path))
        for number, sheet in enumerate(found.sheets, 1):
            yield TextFragment(where.inside(steps.sheet(number)), "document", sheet)
        if found.beside:
            yield TextFragment(where, "document", "\n".join(found.beside))
        yield from _named(found.people, where)
        if found.looks:
            yield TextFragment(where, "metadata", "\n".join(found.looks))
        yield from _pictures(found.drawings, where)

    def _slides(self, path: Path, where: Location) -> Iterator[Piece]:
        user = (*path[:-1], "Current User")
        if self._file.exists(list(user)) and self._open(user)[12:16] == struct.pack("<L", _ENCRYPTED_SLIDES):
            yield Unreadable(where, "encrypted_office")
            return
        found = slides.slides(self._open(path))
        if found.texts:
            yield TextFragment(where, "document", "\n".join(found.texts))
        for number, data in enumerate(found.objects, 1):
            yield Child(where.inside(steps.embedded_object(number)), data)
        if found.has_sound:
            yield Unreadable(where, "sound")
        if found.has_gaps:
            yield Unreadable(where, "broken_ole")
        yield from self._words(path, where)

    def _properties(self, path: Path, where: Location) -> Iterator[Piece]:
        """Each property by itself; then the words of the stream, for bytes that belong to none."""
        data = self._open(path)
        if not data.strip(b"\0"):
            return
        yield from self._told(data, where)
        try:
            known = list(properties.properties(data))
        except (ValueError, struct.error, IndexError):
            if loose := "\n".join(dict.fromkeys(properties.loose_texts(data))):
                yield TextFragment(where, "metadata", loose, names_people=True)
            yield from _files_in(data, where)
            return
        for found in known:
            place = where.inside(steps.document_property(found.name[:_LONGEST_STEP]))
            if found.texts:
                yield TextFragment(place, "metadata", "\n".join(found.texts), names_people=found.names_people)
            if found.preview:
                yield from _preview(found.format, found.preview, place)

    def _drawn(self, path: Path, where: Location) -> Iterator[Piece]:
        """Pictures of a stream, and the words between them."""
        data = self._open(path)
        rest, behind = [], 0
        for begin, end, _, _ in drawing.pictures(data):
            rest.append(data[behind:begin])
            behind = end
        yield from _pictures(data, where)
        yield from self._told(b"".join((*rest, data[behind:])), where)

    def _other(self, path: Path, where: Location) -> Iterator[Piece]:
        data = self._open(path)
        if _MACROS & set(path):
            for text in macros.sources(data):
                yield TextFragment(where, "document", text)
            yield from self._told(data, where)
            return
        yield from self._told(data, where)
        if _DULL.fullmatch(path[-1]) or not data.strip(b"\0"):
            return
        readings = [reading for reading in decodings(data) if reading.exact]
        if not readings:
            yield Child(where, data, path[-1])  # an item of custom XML, a picture, or of an unknown kind

    def _words(self, path: Path, where: Location) -> Iterator[Piece]:
        yield from self._told(self._open(path), where)

    def _told(self, data: bytes, where: Location) -> Iterator[Piece]:
        for piece in _words(data, where):
            if isinstance(piece, TextFragment):
                self._left -= len(piece.text)
                if self._left < 0:
                    yield Unreadable(self._where, "document_too_large")
                    return
            yield piece


def _named(people: Iterable[str], where: Location) -> Iterator[Piece]:
    if text := "\n".join(dict.fromkeys(people)):
        yield TextFragment(where.inside(steps.PEOPLE), "metadata", text, names_people=True)


def _words(data: bytes, where: Location) -> Iterator[Piece]:
    if text := "\n".join(runs(data)):
        yield TextFragment(where, "metadata", text)


def _pictures(data: bytes, where: Location) -> Iterator[Piece]:
    for number, (_, _, kind, picture) in enumerate(drawing.pictures(data), 1):
        place = where.inside(steps.picture(number))
        if kind in ("picture", "metafile"):
            yield Child(place, picture, "", "metafile" if kind == "metafile" else "")
        else:
            yield Unreadable(place, "metafile_picture")


def _native(data: bytes, where: Location) -> Iterator[Piece]:
    """A packed file (MS-OLEDS 2.3.6, as Windows' packager writes it): name, path, path of a copy, bytes."""
    yield from _words(data[:2000], where)
    try:
        at = 6
        ends = []
        for _ in range(2):
            ends.append(data.index(b"\0", at))
            at = ends[-1] + 1
        at += 4
        length = struct.unpack_from("<L", data, at)[0]
        at += 4 + length
        size = struct.unpack_from("<L", data, at)[0]
        name = next((reading.text for reading in decodings(data[6 : ends[0]])), "")
        content = data[at + 4 : at + 4 + size]
    except (ValueError, struct.error):
        content, size, name = data[4:], len(data) - 4, ""
    if len(content) != size:
        content = data[4:]
    yield Child(where.inside(steps.file(name[:_LONGEST_STEP]) if name else steps.embedded_object()), content, name)


def _preview(number: int | None, data: bytes, where: Location) -> Iterator[Piece]:
    """A picture of the first page, which may be one of before the text was changed."""
    if number == _BITMAP:
        yield Child(where, bitmap_file(data))
    elif number in (_METAFILE, _ENHANCED):
        yield Child(where, data[8:] if number == _METAFILE else data, "", "metafile")
    else:
        yield Unreadable(where, "metafile_picture")


def _presentation(data: bytes, where: Location) -> Iterator[Piece]:
    """What an object looks like (MS-OLEDS 2.3.4): a format of the clipboard, for which device, and a picture."""
    if not data.strip(b"\0"):
        return
    marker, number, device = struct.unpack_from("<lLL", data)
    at = 8 + max(4, device) + 24
    size = struct.unpack_from("<L", data, at)[0]
    picture, rest = data[at + 4 : at + 4 + size], data[at + 4 + size :]
    yield from _words(rest, where)
    if marker != -1 or len(picture) != size:
        yield Unreadable(where, "metafile_picture")
    elif number in (_METAFILE, _ENHANCED):
        yield Child(where, picture, "", "metafile")  # its size stands in the stream's own header
    elif picture:
        yield from _preview(number, picture, where)


def _files_in(data: bytes, where: Location) -> Iterator[Child]:
    """Files that a block of a program's own use holds, though no program puts any there."""
    for number, at in enumerate(carved(data), 1):
        yield Child(where.inside(steps.carved(number)), data[at:])


def _free_space(file: olefile.OleFileIO, data: bytes) -> bytes:
    """Sectors of no stream, and what stands behind the last one."""
    size = file.sector_size
    count = (len(data) - size) // size
    free = [n for n, following in enumerate(file.fat[:count]) if following == olefile.FREESECT]
    parts = [data[size * (n + 1) : size * (n + 2)] for n in free]
    parts.append(data[size * (min(count, len(file.fat)) + 1) :])
    return b"".join(parts)
