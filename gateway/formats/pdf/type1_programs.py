"""Takes glyphs out of Type 1 programs of fonts (Adobe, 1990): codes and names in clear, shapes in an encrypted part.

In: a program, what of it is lost. Out: the program without it. ValueError for a program of another make.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.misc.eexec import decrypt, encrypt

from gateway.formats.pdf.lost_shapes import Coded, LostShapes, NamedGlyphs, glyphs_lost

_EEXEC, _CHARSTRING = 55665, 4330
_NONE = ".notdef"
_OPERATORS_ONLY = 4  # bytes of noise before a charstring, where the font does not say otherwise
_PIECE = re.compile(rb"(?:/([!-.0-~]{1,100})|dup\s+(\d{1,5}))\s+(\d{1,6})\s+(?:RD|-\|) ")
_END = re.compile(rb"\s*(?:ND|\|-|noaccess\s+def|def)\s*")
_COUNT = re.compile(rb"/CharStrings\s+(\d+)")
_NOISE = re.compile(rb"/lenIV\s+(-?\d)\s")
_NAMED_CODE = re.compile(rb"dup\s+(?:(8|10|16)#)?([0-9A-Fa-f]{1,3})\s*/([!-.0-~]{1,100})\s+put")
_STANDARD = re.compile(rb"/Encoding\s+StandardEncoding\b")
_USUAL = frozenset(range(4))
"""Routines that programs call by what they are, not for a letter."""
_MOST_STEPS = 10_000_000
_DEEPEST = 10
_ENDCHAR, _CALL, _RETURN, _ESCAPE = 14, 10, 11, 12
_SEAC, _DIVIDE, _CALL_OTHER, _POP = 6, 12, 16, 17


@dataclass(frozen=True, slots=True)
class _Piece:
    """A shape by its name, or a routine by its number; where it stands, and its instructions in clear. `after` is
    where what follows begins, None where that is not plain to see."""

    name: str
    number: int
    start: int
    body: int
    after: int | None
    code: bytes


def blank_type1(data: bytes, lost: LostShapes) -> bytes:
    """The program without them."""
    start = data.find(b"eexec")
    if data[:1] == b"\x80" or start < 0:
        raise ValueError("a font of another make")
    clear, secret = data[: start + 6], data[start + 6 :]
    if all(byte in b"0123456789abcdefABCDEF \r\n\t" for byte in secret[:8]):
        raise ValueError("a font in hexadecimal")
    tail = secret.rfind(b"cleartomark")
    if tail >= 0:
        secret = secret[:tail].rstrip(b"\r\n 0")
    plain, _ = decrypt(secret, _EEXEC)
    said = _NOISE.search(plain)
    noise = int(said[1]) if said else _OPERATORS_ONLY
    pieces = list(_pieces(plain, noise))
    gone = _gone(clear, NamedGlyphs(piece.name for piece in pieces if piece.name), lost)
    if not gone:
        return data
    sealed, _ = encrypt(_without(plain, pieces, gone, noise), _EEXEC)
    return _uncoded(clear, gone) + bytes(sealed)


def _pieces(plain: bytes, noise: int) -> Iterator[_Piece]:
    at = 0
    while match := _PIECE.search(plain, at):
        at = match.end() + int(match[3])
        written = plain[match.end() : at]
        code = bytes(decrypt(written, _CHARSTRING)[0][noise:]) if noise >= 0 else written
        name, number = (match[1] or b"").decode("latin-1"), int(match[2] or -1)
        end = _END.match(plain, at)
        after = end.end() if name and end else None if name else at
        yield _Piece(name, number, match.start(), match.end(), after, code)


def _gone(clear: bytes, known: NamedGlyphs, lost: LostShapes) -> set[str]:
    table = {int(code, int(base or 10)): name.decode("latin-1") for base, code, name in _NAMED_CODE.findall(clear)}
    if _STANDARD.search(clear):
        table = dict(enumerate(StandardEncoding))

    def glyphs_of(coded: Coded) -> set[str]:
        code, name = coded
        return known.of(name) if name else {table.get(code, _NONE)} & known.names - {_NONE}

    return glyphs_lost(lost, lambda _: _NONE, glyphs_of) - {_NONE}


def _uncoded(clear: bytes, gone: set[str]) -> bytes:
    return _NAMED_CODE.sub(lambda found: b"" if found[3].decode("latin-1") in gone else found[0], clear)


def _without(plain: bytes, pieces: list[_Piece], gone: set[str], noise: int) -> bytes:
    """The secret part without the shapes, and without the routines that nothing calls for any more."""
    routines = {piece.number: piece.code for piece in pieces if not piece.name}
    walk = _Type1Walk(routines)
    for piece in pieces:
        if piece.name and piece.name not in gone:
            walk.follow(piece.code)
    dropped = gone - walk.parts
    for piece in pieces:
        if piece.name in gone & walk.parts:
            walk.follow(piece.code)
    used, own = walk.routines | _USUAL, _Type1Walk(routines)
    for piece in pieces:
        if piece.name in dropped:
            own.follow(piece.code)
    empties = bool(own.routines - used)
    made: list[bytes] = []
    at = 0
    for piece in pieces:
        if piece.after is None:
            raise ValueError("a shape without an end")
        if piece.name in dropped:
            made.append(plain[at : piece.start])
            at = piece.after
        elif empties and not piece.name and piece.number not in used:
            routine = bytes(max(noise, 0)) + bytes((_RETURN,))
            routine = bytes(encrypt(routine, _CHARSTRING)[0]) if noise >= 0 else routine
            head = re.sub(rb"\d+(\s+\S+ )$", rb"%d\1" % len(routine), plain[piece.start : piece.body])
            made += [plain[at : piece.start], head, routine]
            at = piece.after
    made.append(plain[at:])
    count = sum(1 for piece in pieces if piece.name in dropped)
    return _COUNT.sub(lambda found: b"/CharStrings %d" % max(1, int(found[1]) - count), b"".join(made), count=1)


class _Type1Walk:
    """Follows shapes: which routines they call, and of which other shapes they are made (an ü of u and two dots)."""

    def __init__(self, routines: dict[int, bytes]) -> None:
        self.routines: set[int] = set()
        self.parts: set[str] = set()
        self._all, self._left = routines, _MOST_STEPS

    def follow(self, code: bytes) -> None:
        self._run(code, [], [], 0)

    def _run(self, code: bytes, stack: list[int], given: list[int], depth: int) -> None:
        self._left -= 1 + len(code)
        if self._left < 0 or depth > _DEEPEST:
            raise ValueError("more instructions than are followed")
        at = 0
        while at < len(code):
            first = code[at]
            at += 1
            if first >= 32:
                number, at = _number(code, first, at)
                stack.append(number)
            elif first == _CALL:
                routine = _popped(stack)
                self.routines.add(routine)
                self._run(self._all.get(routine, b""), stack, given, depth + 1)
            elif first == _ESCAPE:
                self._escaped(code[at] if at < len(code) else 0, stack, given)
                at += 1
            elif first in (_RETURN, _ENDCHAR):
                return
            else:
                stack.clear()

    def _escaped(self, second: int, stack: list[int], given: list[int]) -> None:
        if second == _SEAC:
            self.parts |= {StandardEncoding[code] for code in stack[-2:] if 0 <= code <= 255}
        elif second == _DIVIDE:
            _popped(stack)
        elif second == _CALL_OTHER:
            _popped(stack)
            count = max(0, _popped(stack))
            given[:] = [_popped(stack) for _ in range(min(count, len(stack)))][::-1]
        elif second == _POP:
            stack.append(_popped(given))
        else:
            stack.clear()


def _number(code: bytes, first: int, at: int) -> tuple[int, int]:
    """The number that begins with a byte, and where the next begins."""
    if first <= 246:
        return first - 139, at
    if first <= 254:
        second = code[at] if at < len(code) else 0
        return ((first - 247) * 256 + second + 108 if first <= 250 else -(first - 251) * 256 - second - 108), at + 1
    return int.from_bytes(code[at : at + 4], "big", signed=True), at + 4


def _popped(stack: list[int]) -> int:
    if not stack:
        raise ValueError("a shape that cannot be followed")
    return stack.pop()
