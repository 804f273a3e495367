"""Source of macros: packed in chunks (MS-OVBA 2.4.1), at a place of a stream that another, packed one names.

Every place that could be the beginning of such a container is tried, so that none has to be believed.

In: a stream. Out: texts of source. Raises ValueError where trying takes more than a program has.
"""

import re
import struct
from collections.abc import Iterator

from gateway.text.charsets import decodings

_CONTAINER = re.compile(rb"(?=\x01.[\xb0-\xbf\x30-\x3f])", re.DOTALL)
_CHUNK = 4096
_MOST = 2 * 1024 * 1024
_MOST_TRIED = 3 * 1024 * 1024
_SOURCE = re.compile(rb"Attribut|\r\n[\x20-\x7e]{4}|[\x20-\x7e]{12}")


def sources(stream: bytes) -> Iterator[str]:
    behind, left = 0, _MOST_TRIED
    for match in _CONTAINER.finditer(stream):
        if match.start() < behind:
            continue
        data, end = _unpacked(stream, match.start() + 1)
        left -= 16 + end - match.start()
        if left < 0:
            raise ValueError("more macros than a document has")
        if _SOURCE.search(data):
            behind = end
            for reading in decodings(data)[:3]:
                yield reading.text.replace("\r\n", "\n")


def _unpacked(stream: bytes, at: int) -> tuple[bytes, int]:
    """As many chunks as follow on each other."""
    out = bytearray()
    while at + 2 <= len(stream) and len(out) < _MOST:
        header = struct.unpack_from("<H", stream, at)[0]
        size = (header & 0x0FFF) + 3
        if header >> 12 & 7 != 3 or at + size > len(stream):
            break
        chunk = stream[at + 2 : at + size]
        piece = _chunk(chunk) if header & 0x8000 else chunk
        if piece is None:
            break
        out += piece
        at += size
    return bytes(out), at


def _chunk(packed: bytes) -> bytes | None:
    out = bytearray()
    at = 0
    while at < len(packed):
        flags = packed[at]
        at += 1
        for bit in range(8):
            if at >= len(packed):
                break
            if not flags >> bit & 1:
                out.append(packed[at])
                at += 1
                continue
            if at + 2 > len(packed) or not out:
                return None
            token = struct.unpack_from("<H", packed, at)[0]
            at += 2
            bits = max(4, (len(out) - 1).bit_length())
            back, length = (token >> (16 - bits)) + 1, (token & (0xFFFF >> bits)) + 3
            if back > len(out):
                return None
            for _ in range(length):
                out.append(out[-back])
            if len(out) > _CHUNK:
                return None
    return bytes(out)
