"""Properties of Outlook's items, as `.msg` files and TNEF carry them (MS-OXCDATA, MS-OXPROPS), and its packed RTF.

In: a type and a value's bytes. Out: texts; the RTF. Raises ValueError for packed RTF that is none or too large.
"""

import struct
from collections.abc import Iterator

from gateway.text.charsets import decodings

STRING8, UNICODE, BINARY, OBJECT, GUID = 0x001E, 0x001F, 0x0102, 0x000D, 0x0048
MULTIPLE = 0x1000
HTML, PACKED_RTF, BODY = 0x1013, 0x1009, 0x1000
DATA, DISPLAY_NAME, FILE_NAME, LONG_FILE_NAME = 0x3701, 0x3001, 0x3704, 0x3707
RENDERING = 0x3702
"""PidTagAttachEncoding; 0x3709 (PidTagAttachRendering) is a metafile of an icon."""
ICON = 0x3709
PEOPLE = frozenset(
    (
        # who sent, gets and changed it, and for whom; recipients; the names of a contact
        *(0x0C1A, 0x0042, 0x0040, 0x0044, 0x0E02, 0x0E03, 0x0E04, 0x0050, 0x3001, 0x3FF8, 0x3FFA, 0x5D02, 0x5FF6),
        *(0x3A06, 0x3A11, 0x3A44, 0x3A45, 0x3A47, 0x3A4F, 0x3A20, 0x3A48, 0x3A30, 0x3A4E),
    )
)
"""Properties whose value is a person's name (MS-OXPROPS, MS-OXOMSG, MS-OXOCNTC)."""
FIXED_SIZES = {
    0x0002: 2, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 2, 0x0014: 8, 0x0040: 8,
    0x0048: 16,
}  # fmt: skip
MOST_RTF = 32 * 1024 * 1024
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_PACKED, _STORED = 0x75465A4C, 0x414C454D


def readings(kind: int, value: bytes) -> Iterator[str]:
    """Every plausible text of a value: one in Unicode, several in 8-bit, none for numbers."""
    if kind == UNICODE:
        text = value.decode("utf-16-le", "replace").rstrip("\0")
        if text:
            yield text
    elif kind == STRING8:
        for reading in decodings(value.rstrip(b"\0"))[:3]:
            yield reading.text


def rtf(data: bytes) -> bytes:
    """Of PidTagRtfCompressed (MS-OXRTFCP)."""
    if len(data) < 16:
        raise ValueError("too short for packed RTF")
    packed_size, size, kind, _ = struct.unpack_from("<4L", data)
    if size > MOST_RTF:
        raise ValueError("more RTF than a message has")
    body = data[16 : 4 + packed_size]
    if kind == _STORED:
        return body[:size]
    if kind != _PACKED:
        raise ValueError("no packed RTF")
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    at, write, out = 0, len(_DICTIONARY), bytearray()
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(8):
            if at >= len(body):
                break
            if flags >> bit & 1:
                if at + 2 > len(body):
                    break
                pair = body[at] << 8 | body[at + 1]
                at += 2
                offset, length = pair >> 4, (pair & 15) + 2
                if offset == write:
                    return bytes(out)
                for step in range(length):
                    byte = window[(offset + step) & 4095]
                    out.append(byte)
                    window[write] = byte
                    write = (write + 1) & 4095
            else:
                out.append(body[at])
                window[write] = body[at]
                write = (write + 1) & 4095
                at += 1
        if len(out) > MOST_RTF:
            raise ValueError("more RTF than a message has")
    return bytes(out)
