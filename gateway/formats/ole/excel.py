"""The text of an Excel workbook of 1997 to 2003 (MS-XLS): cells of every sheet, hidden or not, and all that is written
beside them (names, comments, headers, text boxes, links, who wrote it).

In: the stream `Workbook`. Out: texts; pictures' bytes of its drawings. Raises EncryptedWorkbook for an encrypted one,
UnknownExcelFormat for Excel 95 and older, struct.error or IndexError for a broken one.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.text.strings import runs

_BIFF8 = 0x0600
_START, _FILEPASS, _CONTINUE = 0x0809, 0x002F, 0x003C
_STRINGS, _SHEET, _BY_NUMBER, _LABEL, _RICH = 0x00FC, 0x0085, 0x00FD, 0x0204, 0x00D6
_NOTE = 0x001C
_NUMBER, _RK, _MANY_RK, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_DRAWINGS = (0x00EB, 0x00EC)
_NUMBERS_ONLY = frozenset((0x0208, 0x00D7, 0x0201, 0x00BE, 0x020B, 0x007D, 0x0225, 0x0055, 0x0031 + 0x10000, 0x00E0))
"""Records of no text: rows, blanks, indexes, widths, formats of cells."""
_LOOKS = frozenset((0x0031, 0x041E, 0x0293, 0x0892, 0x087C, 0x087D, 0x0896, 0x088E, 0x088D, 0x088F, 0x0890, 0x004D))
_LOOKS |= {0x0026, 0x0027, 0x0028, 0x0029, 0x005C, 0x00A1}
"""Fonts, formats of numbers, styles, the theme (a packed file, whose bytes read as Han), margins, what the printer is
told, whose Excel it is: many workbooks have these in common, and nobody wrote them."""
_MOST_CELLS = 1_000_000


class EncryptedWorkbook(Exception):
    """Encrypted."""


class UnknownExcelFormat(Exception):
    """An older kind."""


@dataclass(slots=True)
class Workbook:
    """`people`: authors of notes; `sheets`: rows of cells, one text each; `beside`: everything else that reads as
    words; `looks`: what does of fonts and styles; `drawings`: bytes."""

    people: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    drawings: bytes = b""


def workbook(stream: bytes) -> Workbook:
    found = Workbook()
    strings: list[str] = []
    rows: dict[tuple[int, int], str] = {}
    drawings: list[bytes] = []
    beside: dict[str, None] = {}
    looks: dict[str, None] = {}
    for kind, parts in _records(stream):
        body = parts[0]
        if kind == _START and struct.unpack_from("<H", body)[0] != _BIFF8:
            raise UnknownExcelFormat
        if kind == _FILEPASS:
            raise EncryptedWorkbook
        if kind == _START:
            _end_sheet(rows, found)
        elif kind == _STRINGS:
            strings = list(_shared(parts))
        elif kind == _NOTE and (author := _author(body)):
            found.people.append(author)
        elif kind in _DRAWINGS:
            drawings += parts
        elif kind not in _NUMBERS_ONLY:
            if kind in (_FORMULA, _BY_NUMBER, _LABEL, _RICH, _NUMBER, _RK, _MANY_RK):
                for row, column, text in _cells(kind, body, strings):
                    rows[row, column] = text
                if len(rows) > _MOST_CELLS:
                    raise UnknownExcelFormat
            if kind not in (_BY_NUMBER, _NUMBER, _RK, _MANY_RK):
                (looks if kind in _LOOKS else beside).update(dict.fromkeys(_words(parts)))
    _end_sheet(rows, found)
    beside.update(dict.fromkeys(strings))
    found.beside, found.looks = ([text for text in words if text.strip()] for words in (beside, looks))
    found.drawings = b"".join(drawings)
    return found


def _author(body: bytes) -> str:
    """Of a note (2.4.179): its place and shape, then a string."""
    if len(body) < 11:
        return ""
    length, flags = struct.unpack_from("<HB", body, 8)
    raw = body[11 : 11 + length * (1 + (flags & 1))]
    return raw.decode("utf-16-le" if flags & 1 else "latin-1", "replace").strip("\0 ")


def _records(stream: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Each with the records that continue it."""
    at, kind, parts = 0, -1, list[bytes]()
    while at + 4 <= len(stream):
        number, size = struct.unpack_from("<2H", stream, at)
        body = stream[at + 4 : at + 4 + size]
        if len(body) != size:
            raise IndexError("a record behind the end")
        at += 4 + size
        if number == _CONTINUE and parts:
            parts.append(body)
            continue
        if parts:
            yield kind, parts
        kind, parts = number, [body]
        if number == 0 and size == 0:
            break  # nothing but zeros follows
    if parts:
        yield kind, parts


def _words(parts: list[bytes]) -> Iterator[str]:
    """Of any record: its strings begin with counts and flags that are no words. An empty string of flags in front of
    each continued part is what Excel writes."""
    yield from runs(b"".join(parts))
    for part in parts[1:]:
        yield from runs(part[1:])


def _shared(parts: list[bytes]) -> Iterator[str]:
    """Table of shared strings (2.4.265): counts, then strings, which may be cut by the records that continue it."""
    reader = _ContinuedRecord(parts)
    reader.take(4)
    count = struct.unpack("<L", reader.take(4))[0]
    for _ in range(min(count, _MOST_CELLS)):
        if reader.done:
            return
        length, flags = struct.unpack("<HB", reader.take(3))
        rich = struct.unpack("<H", reader.take(2))[0] if flags & 8 else 0
        beside = struct.unpack("<L", reader.take(4))[0] if flags & 4 else 0
        yield reader.characters(length, bool(flags & 1))
        reader.take(4 * rich + beside)


class _ContinuedRecord:
    """Bytes in parts. Characters that go on in a next part are announced there anew, narrow or wide."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts, self._part, self._at = parts, 0, 0

    @property
    def done(self) -> bool:
        return self._part >= len(self._parts) or (
            self._part == len(self._parts) - 1 and self._at >= len(self._parts[self._part])
        )

    def take(self, size: int) -> bytes:
        out = bytearray()
        while len(out) < size:
            if self._part >= len(self._parts):
                raise IndexError("a string behind the end")
            piece = self._parts[self._part][self._at : self._at + size - len(out)]
            out += piece
            self._at += len(piece)
            if self._at >= len(self._parts[self._part]) and len(out) < size:
                self._part, self._at = self._part + 1, 0
        return bytes(out)

    def characters(self, count: int, wide: bool) -> str:
        out: list[str] = []
        while count:
            part = self._parts[self._part]
            if self._at >= len(part):
                self._part, self._at = self._part + 1, 1
                if self._part >= len(self._parts):
                    raise IndexError("a string behind the end")
                wide = bool(self._parts[self._part][0] & 1)
                continue
            size = min(count * (1 + wide), len(part) - self._at)
            piece = part[self._at : self._at + size]
            out.append(piece.decode("utf-16-le" if wide else "latin-1", "replace"))
            self._at += size
            count -= size // (1 + wide) or 1
        return "".join(out)


def _cells(kind: int, body: bytes, strings: list[str]) -> Iterator[tuple[int, int, str]]:
    row, column = struct.unpack_from("<2H", body)
    if kind == _BY_NUMBER:
        number = struct.unpack_from("<L", body, 6)[0]
        yield row, column, strings[number] if number < len(strings) else ""
    elif kind in (_LABEL, _RICH):
        length, flags = struct.unpack_from("<HB", body, 6)
        size = length * (1 + (flags & 1))
        yield row, column, body[9 : 9 + size].decode("utf-16-le" if flags & 1 else "latin-1", "replace")
    elif kind in (_NUMBER, _FORMULA):
        if kind == _NUMBER or body[12:14] != b"\xff\xff":
            yield row, column, _said(struct.unpack_from("<d", body, 6)[0])
    elif kind == _RK:
        yield row, column, _said(_rk(struct.unpack_from("<L", body, 6)[0]))
    else:
        for step in range((len(body) - 6) // 6):
            yield row, column + step, _said(_rk(struct.unpack_from("<L", body, 6 + 6 * step)[0]))


def _rk(value: int) -> float:
    """A number in 30 bits (2.5.217)."""
    if value & 2:
        number = float((value >> 2) - (1 << 30 if value & 0x80000000 else 0))
    else:
        number = float(struct.unpack("<d", struct.pack("<Q", (value & 0xFFFFFFFC) << 32))[0])
    return number / 100 if value & 1 else number


def _said(number: float) -> str:
    """As a person reads it: a phone number in a cell has no decimals."""
    return str(int(number)) if number == number and abs(number) < 1e18 and number == int(number) else repr(number)


def _end_sheet(rows: dict[tuple[int, int], str], found: Workbook) -> None:
    lines: dict[int, list[str]] = {}
    for (row, _), text in sorted(rows.items()):
        lines.setdefault(row, []).append(text)
    if lines:
        found.sheets.append("\n".join("\t".join(line) for line in lines.values()))
    rows.clear()
