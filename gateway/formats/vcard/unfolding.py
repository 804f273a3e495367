"""Cuts a card or calendar into its logical lines, each byte of which knows its place in the file.

A line that begins with a blank goes on the one before (RFC 6350 section 3.2, RFC 5545 section 3.1), also between the
bytes of one character; a quoted-printable value goes on behind a `=` at the end of a line (vCard 2.1).

In: bytes. Out: `LogicalLine`s. Pure; linear.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_PHYSICAL = re.compile(rb"[^\n]*\n|[^\n]+\Z")
QUOTED = re.compile(rb"^[^:\r\n]*quoted-printable[^:\r\n]*:", re.IGNORECASE)
_CODED = re.compile(rb"=(?:([0-9A-Fa-f]{2})|=?)")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """`data` without folds and line end; `runs`: (offset in data, offset in the file) of what stands together there;
    `start` to `end` in the file, line end and all."""

    data: bytes = field(repr=False)
    runs: tuple[Span, ...]
    start: int
    end: int

    def in_file(self, start: int, end: int) -> Iterator[Span]:
        """Where bytes `start` to `end` of the line stand in the file."""
        return in_runs(self.runs, len(self.data), start, end)

    def of_file(self, start: int, end: int) -> Iterator[Span]:
        """Which bytes of the line stand between two places of the file."""
        number = max(0, bisect_right(self.runs, start, key=lambda run: run[1]) - 1)
        while number < len(self.runs) and self.runs[number][1] < end:
            at, place = self.runs[number]
            until = self.runs[number + 1][0] if number + 1 < len(self.runs) else len(self.data)
            first, last = max(start, place), min(end, place + until - at)
            if first < last:
                yield at + first - place, at + last - place
            number += 1


def in_runs(runs: Sequence[Span], size: int, start: int, end: int) -> Iterator[Span]:
    """Where `start` to `end` of something of that size stands elsewhere; `runs`: (offset here, offset there)."""
    number = max(0, bisect_right(runs, start, key=lambda run: run[0]) - 1)
    while number < len(runs) and runs[number][0] < end:
        at, place = runs[number]
        until = runs[number + 1][0] if number + 1 < len(runs) else size
        first, last = max(start, at), min(end, until)
        if first < last:
            yield place + first - at, place + last - at
        number += 1


class _Open:
    """A line that may still go on."""

    def __init__(self, piece: bytes, at: int) -> None:
        self.pieces, self.runs, self.size, self.start, self.end = [piece], [(0, at)], len(piece), at, at
        self.is_quoted = QUOTED.match(piece) is not None

    def add(self, piece: bytes, at: int) -> None:
        self.runs.append((self.size, at))
        self.pieces.append(piece)
        self.size += len(piece)
        if not self.is_quoted and len(self.runs) < _MOST_PIECES_OF_A_HEAD:
            self.is_quoted = QUOTED.match(b"".join(self.pieces)) is not None

    def goes_on(self) -> bool:
        """Whether its last byte is the mark of quoted-printable; the mark is taken off."""
        if not self.is_quoted or not self.pieces[-1].endswith(b"="):
            return False
        self.pieces[-1] = self.pieces[-1][:-1]
        self.size -= 1
        return True

    def done(self) -> LogicalLine:
        return LogicalLine(b"".join(self.pieces), tuple(self.runs), self.start, self.end)


_MOST_PIECES_OF_A_HEAD = 50


def logical_lines(data: bytes) -> list[LogicalLine]:
    """All lines that say anything."""
    lines: list[LogicalLine] = []
    current: _Open | None = None
    for match in _PHYSICAL.finditer(data):
        piece = match[0].removesuffix(b"\n").removesuffix(b"\r") if match[0].endswith(b"\n") else match[0]
        at = match.start()
        if current is not None and piece[:1] in (b" ", b"\t"):
            current.add(piece[1:], at + 1)
        elif current is not None and current.goes_on():
            bare = piece.lstrip(b" \t")
            current.add(bare, at + len(piece) - len(bare))
        else:
            if current is not None:
                lines.append(current.done())
            current = _Open(piece, at)
        current.end = match.end()
    if current is not None:
        lines.append(current.done())
    return [line for line in lines if line.data.strip()]


def unquoted(line: bytes) -> tuple[bytes, list[int]]:
    """A line with its quoted-printable value decoded, and where each byte of that begins in the line; its end too."""
    head = QUOTED.match(line)
    at = head.end() if head is not None else len(line)
    out, places = bytearray(line[:at]), list(range(at))
    for match in _CODED.finditer(line, at):
        out += line[at : match.start()]
        places += range(at, match.start())
        out += bytes((int(match[1], 16),)) if match[1] else b"="
        places.append(match.start())
        at = match.end()
    out += line[at:]
    places += range(at, len(line) + 1)
    return bytes(out), places
