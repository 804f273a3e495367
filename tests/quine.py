"""A zip whose only member is the zip itself, byte for byte: whoever unpacks all that is in it never ends.

The construction is the one that Russ Cox described in "Zip Files All The Way Down" (2010), made here anew. The packed
stream is a program of units of five bytes. `literal(n)` is the head of a stored block (RFC 1951 section 3.2.4): the n
bytes behind it are put out. `again` is a block of fixed codes (3.2.6) that puts out once more what was put out last.
In units, with P for what stands before the stream in the file, S for what stands behind it, and | between blocks:

    L[P+1] P L[P+1] | R | L1 R | L1 L1 | L4 R L1 L1 L4 | R4 | L4 R4 L4 R4 L4 | R4 | L4 R2 Ls R2 Ls | R2 | Ls Rs S | Rs

puts out P, all of itself, S. The checksum stands four times in what it is the checksum of; CRC-32 is linear, so it is
the solution of 32 equations.
"""

import struct
import zlib

NAME = b"this-zip-is-inside-of-this.zip"
"""30 bytes, so that 65 are repeated: that takes 30 bits, and an empty block fills up the unit."""
COMMENT = b"it goes on so 000"
"""17 bytes, so that 120 are repeated: 40 bits with the last of them as a literal."""
_UNIT = 5


def literal(size: int) -> bytes:
    """The head of a stored block."""
    return struct.pack("<BHH", 0, size, size ^ 0xFFFF)


class Bits:
    """Bits in the order of RFC 1951 section 3.1.1."""

    def __init__(self) -> None:
        self.bits = ""

    def block(self, last: bool = False) -> "Bits":
        self.bits += "110" if last else "010"
        return self

    def match(self, length: int, distance: int) -> "Bits":
        symbol, extra, more = _coded(length - 3, 2, 257)
        self.bits += f"{symbol - 256:07b}" if symbol < 280 else f"{symbol - 280 + 0xC0:08b}"
        self.bits += f"{more:0{extra}b}"[::-1] if extra else ""
        code, extra, more = _coded(distance - 1, 1, 0)
        self.bits += f"{code:05b}" + (f"{more:0{extra}b}"[::-1] if extra else "")
        return self

    def literal(self, byte: int) -> "Bits":
        assert byte < 144
        self.bits += f"{0x30 + byte:08b}"
        return self

    def end(self) -> "Bits":
        self.bits += "0000000"
        return self

    def unit(self) -> bytes:
        assert len(self.bits) == 8 * _UNIT, len(self.bits)
        return int(self.bits[::-1], 2).to_bytes(_UNIT, "little")


def _coded(value: int, group: int, first: int) -> tuple[int, int, int]:
    """Code, number of extra bits, extra bits: the codes of lengths and distances grow in groups of 2**group."""
    extra = max(0, value.bit_length() - group - 1)
    return first + (extra << group) + (value >> extra), extra, value & ((1 << extra) - 1)


def itself() -> bytes:
    """The zip."""
    for number in range(100):
        comment = COMMENT[:-3] + b"%03d" % number
        constant = _filled(0, comment)
        wanted = zlib.crc32(constant)
        columns = [zlib.crc32(_filled(1 << bit, comment)) ^ wanted ^ (1 << bit) for bit in range(32)]
        if (checksum := _solved(columns, wanted)) is not None:
            return _filled(checksum, comment)
    raise AssertionError("one of two comments has a solution")


def _filled(checksum: int, comment: bytes) -> bytes:
    """The whole file with that checksum in its four places."""
    packed = _program(bytes(30 + len(NAME)), bytes(68 + len(NAME) + len(comment)))
    whole = 30 + len(NAME) + len(packed) + 68 + len(NAME) + len(comment)
    about = struct.pack("<3H3L2H", 8, 0, 33, checksum, len(packed), whole, len(NAME), 0)
    before = struct.pack("<4s2H", b"PK\3\4", 20, 0) + about + NAME
    row = struct.pack("<4s3H", b"PK\1\2", 20, 20, 0) + about + struct.pack("<3H2L", 0, 0, 0, 0, 0) + NAME
    place = len(before) + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(row), place, len(comment)) + comment
    return before + _program(before, row + end) + row + end


def _program(before: bytes, behind: bytes) -> bytes:
    first, one, four = literal(len(before) + _UNIT), literal(_UNIT), literal(4 * _UNIT)
    last = literal(_UNIT + len(behind))
    size, rest = len(before) + _UNIT, len(behind) + _UNIT
    again = Bits().block().end().block().match(size, size).end().unit()
    again_four = Bits().block().match(10, 20).match(10, 20).end().unit()
    again_two = Bits().block().match(5, 20).match(5, 20).end().unit()
    again_last = Bits().block(last=True).match(rest - 1, rest).literal(behind[-1]).end().unit()
    start = (first, before, first, again, one, again, one, one, four, again, one, one, four, again_four)
    middle = (four, again_four, four, again_four, four, again_four)
    end = (four, again_two, last, again_two, last, again_two, last, again_last, behind, again_last)
    return b"".join((*start, *middle, *end))


def _solved(columns: list[int], wanted: int) -> int | None:
    """x where the columns that x picks come to `wanted` under XOR; None where there is none."""
    rows = [(column, 1 << number) for number, column in enumerate(columns)]
    found = 0
    for bit in range(32):
        pivot = next((row for row in rows if row[0] >> bit & 1), None)
        if pivot is None:
            if wanted >> bit & 1:
                return None
            continue
        rows = [
            (row[0] ^ pivot[0], row[1] ^ pivot[1]) if row[0] >> bit & 1 else row for row in rows if row is not pivot
        ]
        if wanted >> bit & 1:
            wanted, found = wanted ^ pivot[0], found ^ pivot[1]
    return found
