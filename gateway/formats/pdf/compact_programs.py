"""Takes glyphs out of CFF programs of fonts (Adobe technical notes 5176 and 5177), alone or in an OpenType file.

A glyph goes with its name or CID, for an empty one between its neighbours still says which letter it was. Only where
pages call glyphs by their place in the program it stays as an empty one without a name.

In: a program, what of it is lost. Out: the CFF without it, and never an OpenType file, whose other tables say the same
again. ValueError for a program of another make; the library raises whatever it meets in a damaged one.
"""

import io
from collections.abc import Iterable
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.encodings.StandardEncoding import StandardEncoding
from fontTools.misc.psCharStrings import SimpleT2Decompiler
from fontTools.ttLib import TTFont

from gateway.formats.pdf.lost_shapes import Coded, LostShapes, NamedGlyphs, glyphs_lost

_NONE = ".notdef"
_MOST_STEPS = 30_000_000
"""Bytes of instructions that are followed, from routine to routine."""
_RETURN = bytes((11,))


def blank_compact(data: bytes, lost: LostShapes) -> bytes:
    """The program without them."""
    is_wrapped, bare = data.startswith(b"OTTO"), data
    if is_wrapped:
        with TTFont(io.BytesIO(data), lazy=True) as wrapping:
            bare = bytes(wrapping.reader["CFF "])
    fonts, file = CFFFontSet(), TTFont(recalcBBoxes=False)
    fonts.decompile(io.BytesIO(bare), file, isCFF2=False)
    top = fonts[0]
    if hasattr(top, "ROS"):
        _number(top, is_wrapped)
    order = list(top.charset)
    gone = _gone(top, order, lost)
    if not gone:
        return data
    _uncode(top, gone, lost)
    _drop(top, order, gone, stays_in_place=lost.is_by_place() and not hasattr(top, "ROS"))
    out = io.BytesIO()
    fonts.compile(out, file, isCFF2=False)
    return out.getvalue()


def _number(top: Any, is_wrapped: bool) -> None:
    """CIDs of a program that numbers its glyphs through."""
    through = [_NONE, *(f"cid{number:05d}" for number in range(1, top.numGlyphs))]
    if top.charset is None:
        top.charset = through
    elif is_wrapped and list(top.charset) != through:
        raise ValueError("a font whose numbers viewers take differently")


def _gone(top: Any, order: list[str], lost: LostShapes) -> set[str]:
    known, table, has_cids = NamedGlyphs(order), _table(top), hasattr(top, "ROS")

    def name_at(place: int) -> str:
        return f"cid{place:05d}" if has_cids else order[place] if place < len(order) else _NONE

    def glyphs_of(coded: Coded) -> set[str]:
        code, name = coded
        if name:
            return known.of(name)
        return {table[code] if code < len(table) else _NONE} & known.names - {_NONE}

    return glyphs_lost(lost, name_at, glyphs_of) & known.names - {_NONE}


def _table(top: Any) -> list[str]:
    """Names by code, of the program itself; none of an expert font or one of CIDs."""
    table = None if hasattr(top, "ROS") else getattr(top, "Encoding", "StandardEncoding")
    if table == "StandardEncoding":
        return list(StandardEncoding)
    return list(table) if isinstance(table, list) else []


def _drop(top: Any, order: list[str], gone: set[str], *, stays_in_place: bool) -> None:
    shapes = top.CharStrings
    items = {name: shapes[name] for name in order}
    calls = bool(_walked(items[name] for name in gone).routines)
    kept = [name for name in order if name not in gone]
    parts: set[str] = set()
    walk = None
    if calls or (not hasattr(top, "ROS") and gone & set(StandardEncoding)):
        walk = _walked(items[name] for name in kept)
        while left := [name for name in walk.parts - parts if name in gone]:
            parts |= set(left)
            walk.follow(items[name] for name in left)
    dropped = gone - parts
    if stays_in_place:
        for name in dropped:
            items[name].setProgram(["endchar"])
        renamed, names = {name: f"x{place}" for place, name in enumerate(order) if name in dropped}, order
    else:
        renamed, names = {}, [name for name in order if name not in dropped]
        if hasattr(top, "FDSelect"):
            chosen = top.FDSelect
            chosen.format = None  # the shortest
            chosen.gidArray = [chosen.gidArray[place] for place, name in enumerate(order) if name not in dropped]
    shapes.charStringsIndex.items = [items[name] for name in names]
    top.charset = [renamed.get(name, name) for name in names]
    shapes.charStrings = {name: place for place, name in enumerate(top.charset)}
    top.numGlyphs = len(names)
    if calls and walk is not None:
        _empty_routines(top, walk)


def _uncode(top: Any, gone: set[str], lost: LostShapes) -> None:
    """The table of codes without them."""
    if not isinstance(getattr(top, "Encoding", None), list):
        return
    table = [_NONE if name in gone else name for name in top.Encoding]
    by_name: dict[str, list[int]] = {}
    for code, name in enumerate(table):
        by_name.setdefault(name, []).append(code)
    needed = {code for code, name in lost.kept if not name}
    for codes in (codes for name, codes in by_name.items() if name != _NONE and len(codes) > 1):
        shown = needed.intersection(codes) or codes[-1:]
        if len(shown) > 1:
            raise ValueError("a font that has two codes for a glyph")  # the library writes one of them
        for code in set(codes).difference(shown):
            table[code] = _NONE
    top.Encoding = table if len(by_name) > 1 else "StandardEncoding"


class _CompactWalk(SimpleT2Decompiler):  # type: ignore[misc]  # the library has no types
    """Follows shapes: which routines they call, and of which other shapes they are made (an ü of u and two dots)."""

    def __init__(self) -> None:
        super().__init__([], [])
        self.routines: set[tuple[int, int]] = set()
        self.parts: set[str] = set()
        self.left = _MOST_STEPS

    def follow(self, shapes: Iterable[Any]) -> None:
        for shape in shapes:
            super().__init__(getattr(shape.private, "Subrs", None) or [], shape.globalSubrs, shape.private)
            self.execute(shape)

    def execute(self, charString: Any, **how: Any) -> None:  # the library's name
        self.left -= 1 + len(charString.program if charString.bytecode is None else charString.bytecode)
        if self.left < 0:
            raise ValueError("more instructions than are followed")
        written = charString.bytecode
        super().execute(charString, **how)
        if written is not None:
            charString.setBytecode(written)  # so that what stays is not written anew

    def op_callsubr(self, index: int) -> None:
        self.routines.add((id(self.localSubrs), int(self.operandStack[-1]) + self.localBias))
        super().op_callsubr(index)

    def op_callgsubr(self, index: int) -> None:
        self.routines.add((id(self.globalSubrs), int(self.operandStack[-1]) + self.globalBias))
        super().op_callgsubr(index)

    def op_endchar(self, index: int) -> None:
        if len(self.operandStack) >= 4:
            self.parts |= {StandardEncoding[int(code)] for code in self.operandStack[-2:] if 0 <= code <= 255}


def _walked(shapes: Iterable[Any]) -> _CompactWalk:
    walk = _CompactWalk()
    walk.follow(shapes)
    return walk


def _empty_routines(top: Any, walk: _CompactWalk) -> None:
    """All that no shape calls any more, for they hold pieces of letters."""
    holders = [one.Private for one in top.FDArray] if hasattr(top, "FDArray") else [top.Private]
    for routines in (top.GlobalSubrs, *(one.Subrs for one in holders if getattr(one, "Subrs", None))):
        for number in range(len(routines)):
            if (id(routines), number) not in walk.routines:
                routines[number].setBytecode(_RETURN)
