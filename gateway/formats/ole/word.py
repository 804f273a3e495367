"""The text of a Word document of 1997 to 2003 (MS-DOC), all of it: body, notes, headers, comments, text boxes.

Word writes all its texts one after another and says by a table of pieces where each stands in the file. Pieces that no
table mentions any more are old versions: `text.strings` over the streams finds those.

In: the stream `WordDocument` and that of its tables. Out: texts. Raises EncryptedWord for an encrypted document,
UnknownWordFormat for an older kind, struct.error or IndexError for a broken one.
"""

import re
import struct
from collections.abc import Iterator

_MAGIC = 0xA5EC
_WORD_97 = 0x00C1
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_CLX_AT = 0x01A2
_COMMENTERS_AT, _REVISERS_AT = 0x009A + 8 * 36, 0x009A + 8 * 51
_WIDE_TABLE, _LONGEST_NAME = 0xFFFF, 255
_PROPERTIES, _PIECES = 0x01, 0x02
_NARROW = 1 << 30
_MOST_CHARACTERS = 20_000_000
_FIELD = re.compile("\x13([^\x13\x14\x15]*)(?:\x14([^\x13\x14\x15]*))?\x15")
_NESTED = 20
_MOST_CELLS = 63
_CONTROLS = str.maketrans(
    {"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\t", "\x1e": "-", "\x1f": ""}
    | dict.fromkeys("\x01\x02\x03\x04\x05\x08\x13\x14\x15", "")
)
_CP1252 = {0x82: "‚", 0x83: "ƒ", 0x84: "„", 0x85: "…", 0x86: "†", 0x87: "‡", 0x88: "ˆ", 0x89: "‰"}


class EncryptedWord(Exception):
    """Encrypted or scrambled."""


class UnknownWordFormat(Exception):
    """Word 95 or older, or a table that is not there."""


def table_name(document: bytes) -> str:
    """Which stream holds the tables."""
    magic, version = struct.unpack_from("<2H", document)
    flags = struct.unpack_from("<H", document, 10)[0]
    if flags & _ENCRYPTED:
        raise EncryptedWord
    if magic != _MAGIC or version < _WORD_97:
        raise UnknownWordFormat
    return "1Table" if flags & _SECOND_TABLE else "0Table"


def texts(document: bytes, table: bytes) -> Iterator[str]:
    """The text as shown, then what makes its fields."""
    whole = "".join(_pieces(document, table))
    fields: list[str] = []

    def result(match: "re.Match[str]") -> str:
        fields.append(match[1])
        return match[2] or ""

    for _ in range(_NESTED):
        shorter = _FIELD.sub(result, whole)
        if shorter == whole:
            break
        whole = shorter
    yield in_rows(whole).translate(_CONTROLS)
    if fields:
        yield "\n".join(fields).translate(_CONTROLS)


def in_rows(text: str) -> str:
    """The text with a line end for the mark that ends a row of a table.

    One sign ends cells and rows; a row's end is an empty cell behind the last. Where the first rows have an empty cell
    the count of cells is guessed too small, and the row comes in two lines.

    >>> in_rows("a|b||c|||end".replace("|", "\\x07")).split("\\r")
    ['a\\x07b', 'c\\x07', 'end']
    """
    cells = text.split("\x07")
    last = len(cells) - 1  # what stands behind the last sign is no cell
    written: list[str] = []
    at, width, empty = 0, 0, 0
    while at < last:
        if not width or at + width >= last or cells[at + width]:
            empty = max(empty, at + 1)
            while empty < last and cells[empty]:
                empty += 1
            width = empty - at if empty < last and empty - at <= _MOST_CELLS else 0
        if not width:
            written += [cells[at], "\x07"]
            at += 1
            continue
        written += ["\x07".join(cells[at : at + width]), "\r"]
        at += width + 1
    return "".join([*written, cells[-1]])


def people(document: bytes, table: bytes) -> Iterator[str]:
    """Who commented the text (2.9.98), and who changed it while changes were tracked (2.9.264). Nothing is raised: the
    tables' words are searched all the same."""
    for begin, is_table in ((_COMMENTERS_AT, False), (_REVISERS_AT, True)):
        try:
            start, size = struct.unpack_from("<2L", document, begin)
            yield from _counted(table[start : start + size], is_table)
        except (struct.error, IndexError):
            continue


def _counted(data: bytes, is_table: bool) -> Iterator[str]:
    at = 0
    if is_table and data:
        if struct.unpack_from("<H", data)[0] != _WIDE_TABLE:
            return
        at = 6
    while at + 2 <= len(data):
        count = struct.unpack_from("<H", data, at)[0]
        raw = data[at + 2 : at + 2 + 2 * count]
        if count > _LONGEST_NAME or len(raw) != 2 * count:
            return
        if text := raw.decode("utf-16-le", "replace").strip():
            yield text
        at += 2 + 2 * count


def _pieces(document: bytes, table: bytes) -> Iterator[str]:
    start, size = struct.unpack_from("<2L", document, _CLX_AT)
    clx = table[start : start + size]
    at = 0
    while clx[at] == _PROPERTIES:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at] != _PIECES:
        raise UnknownWordFormat
    length = struct.unpack_from("<L", clx, at + 1)[0]
    count = (length - 4) // 12
    at += 5
    places = struct.unpack_from(f"<{count + 1}L", clx, at)
    at += 4 * (count + 1)
    if places[-1] > _MOST_CHARACTERS or list(places) != sorted(places):
        raise UnknownWordFormat
    for number in range(count):
        offset = struct.unpack_from("<L", clx, at + 8 * number + 2)[0]
        characters = places[number + 1] - places[number]
        if offset & _NARROW:
            begin = (offset & ~_NARROW) // 2
            piece = document[begin : begin + characters]
            yield "".join(_CP1252.get(byte, chr(byte)) if 0x80 <= byte < 0xA0 else chr(byte) for byte in piece)
        else:
            piece = document[offset : offset + 2 * characters]
            yield piece.decode("utf-16-le", "replace")
            characters *= 2
        if len(piece) != characters:
            raise IndexError("a piece behind the end")
