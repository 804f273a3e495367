"""What WPS keeps beside a workbook for its own use: records of styles, in the frame that records of BIFF8 have.

In: the stream `ETExtData`. Out: whether it has that shape. Nothing is raised.
"""

import struct

_START, _VERSIONS = 0x0809, (0x0600, 0x0601)
_OWN = range(0x0E00, 0x1000)
_OTHERS = frozenset((_START, 0x000A, 0x003C))
"""Numbers of records: those that WPS made, and of Excel's the beginning, the end and what continues a record."""
_LONGEST = 8224
"""Bytes of a record (MS-XLS 2.1.4)."""
_MOST = 1024 * 1024


def is_records(stream: bytes) -> bool:
    """Whether the stream is records from first to last, of which the first begins a workbook's part."""
    if not 8 <= len(stream) <= _MOST:
        return False
    kind, _, version = struct.unpack_from("<3H", stream)
    if kind != _START or version not in _VERSIONS:
        return False
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<2H", stream, at)
        if kind not in _OWN and kind not in _OTHERS:
            break  # zeros that fill the last sector, or none of ours
        if size > _LONGEST:
            return False
        at += 4 + size
    return at <= len(stream) and not stream[at:].strip(b"\0")
