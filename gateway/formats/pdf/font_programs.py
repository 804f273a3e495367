"""Takes shapes out of TrueType programs of fonts.

In: a program, what of it is lost. Out: the program without the shapes, widths and names of the lost. ValueError for a
program of another make; the library raises whatever it meets in a damaged one.
"""

import io
from typing import Any

from fontTools import agl
from fontTools.ttLib import TTFont, TTLibError

# Loaded now, for the library asks for each when it first meets such a table, and a jail has no files then.
from fontTools.ttLib.tables import (  # noqa: F401
    O_S_2f_2,
    _c_m_a_p,
    _c_v_t,
    _f_p_g_m,
    _g_a_s_p,
    _h_e_a_d,
    _h_h_e_a,
    _h_m_t_x,
    _l_o_c_a,
    _m_a_x_p,
    _n_a_m_e,
    _p_o_s_t,
    _p_r_e_p,
    _v_h_e_a,
    _v_m_t_x,
)
from fontTools.ttLib.tables._g_l_y_f import Glyph as Outline

from gateway.formats.pdf.lost_shapes import Coded, LostShapes, glyphs_lost

_NEEDED = frozenset(
    ("GlyphOrder", "head", "hhea", "hmtx", "vhea", "vmtx", "maxp", "loca", "glyf", "cvt ", "fpgm", "prep", "gasp"),
).union(("cmap", "post", "name", "OS/2"))
"""Tables that drawing a PDF needs (ISO 32000-2 section 9.9), and those that say nothing of single glyphs here. Any
other may: rules of setting, widths for devices, colours."""


def blank_truetype(data: bytes, lost: LostShapes) -> bytes:
    """The program without them; codes that lead to them, names and rules of setting go too."""
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False, lazy=True)
    try:
        if "glyf" not in font:
            raise ValueError("a font of another make")
        order = font.getGlyphOrder()
        gone = _lost_in(font, lost) - {order[0]}
        if not gone:
            return data
        shapes = font["glyf"]
        for name in gone - _parts_of(shapes, [name for name in order if name not in gone]):
            shapes[name] = Outline()
            for tag in ("hmtx", "vmtx"):
                if tag in font:
                    font[tag][name] = (0, 0)
        _unmap(font, gone)
        out = io.BytesIO()
        font.save(out, reorderTables=None)
    except TTLibError as error:
        raise ValueError("a font that cannot be opened") from error
    finally:
        font.close()
    return out.getvalue()


def _parts_of(shapes: Any, kept: list[str]) -> set[str]:
    """Glyphs that others are made of: an ü is drawn with the shape of u."""
    parts: set[str] = set()
    left = kept
    while left:
        shown = [shapes.glyphs[name] for name in left if name in shapes.glyphs]  # as they stand, not opened
        below = {part for shape in shown if shape.isComposite() for part in shape.getComponentNames(shapes)}
        left = list(below - parts)
        parts |= below
    return parts


def _unmap(font: TTFont, gone: set[str]) -> None:
    """Nothing else in the file names them."""
    for table in font["cmap"].tables if "cmap" in font else ():
        for code in [code for code, name in getattr(table, "cmap", {}).items() if name in gone]:
            del table.cmap[code]
    if "post" in font and font["post"].formatType == 2.0:
        font["post"].formatType = 3.0
    for tag in [tag for tag in font.keys() if tag not in _NEEDED]:  # noqa: SIM118  # it is no dictionary
        del font[tag]


def _lost_in(font: TTFont, lost: LostShapes) -> set[str]:
    """By place, by the font's own tables, where symbols may stand in private use, by names and what they name."""
    mapped: dict[int, set[str]] = {}
    for table in font["cmap"].tables if "cmap" in font else ():
        for code, name in getattr(table, "cmap", {}).items():
            mapped.setdefault(code, set()).add(name)
    order = font.getGlyphOrder()
    known = set(order)

    def glyphs_of(coded: Coded) -> set[str]:
        code, name = coded
        sign = ord(bytes((code,)).decode("cp1252", "replace"))
        found: set[str] = set().union(*(mapped.get(one, set()) for one in (code, 0xF000 + code, sign)))
        if name:
            found |= {name} & known
            found = found.union(*(mapped.get(ord(one), set()) for one in agl.toUnicode(name)[:1]))
        return found

    return glyphs_lost(lost, lambda place: order[place] if place < len(order) else order[0], glyphs_of)
