"""Takes shapes out of the programs of fonts: TrueType, CFF, CFF in OpenType, Type 1.

In: a program, what of it is lost. Out: the program without the shapes, widths and names of the lost. ValueError for a
program of another make; the library raises whatever it meets in a damaged one.
"""

import io
import re
from dataclasses import dataclass
from typing import Any

from fontTools import agl
from fontTools.cffLib import CFFFontSet
from fontTools.misc.eexec import decrypt, encrypt
from fontTools.ttLib import TTFont, TTLibError

# Loaded now, for the library asks for each when it first meets such a table, and a jail has no files then.
from fontTools.ttLib.tables import (  # noqa: F401
    C_F_F_,
    G_D_E_F_,
    G_P_O_S_,
    G_S_U_B_,
    O_S_2f_2,
    _c_m_a_p,
    _c_v_t,
    _f_p_g_m,
    _g_a_s_p,
    _h_d_m_x,
    _h_e_a_d,
    _h_h_e_a,
    _h_m_t_x,
    _k_e_r_n,
    _l_o_c_a,
    _m_a_x_p,
    _n_a_m_e,
    _p_o_s_t,
    _p_r_e_p,
    _v_h_e_a,
    _v_m_t_x,
)
from fontTools.ttLib.tables._g_l_y_f import Glyph as Outline

_EEXEC, _CHARSTRING = 55665, 4330
_OPERATORS_ONLY = 4  # bytes of noise before a charstring, where the font does not say otherwise


@dataclass(frozen=True, slots=True)
class LostShapes:
    """Which shapes go: by their numbers in the program, by codes of the program's own table, and by names. What the
    kept codes and names lead to stays."""

    places: set[int]
    codes: set[int]
    names: set[str]
    kept_codes: set[int]
    kept_names: set[str]


def blank_truetype(data: bytes, lost: LostShapes) -> bytes:
    """The program without them; codes that lead to them, names and rules of setting go too."""
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False, lazy=True)
    try:
        if "glyf" not in font:
            raise ValueError("a font of another make")
        order = font.getGlyphOrder()
        gone = {order[place] for place in lost.places if place < len(order)}
        if lost.codes:
            gone |= _by_codes(font, lost.codes) - _by_codes(font, lost.kept_codes)
            gone |= {name for name in lost.names if name in order}
            gone -= _by_names(font, lost.kept_names)
        shapes = font["glyf"]
        for name in gone - {order[0]}:
            shapes[name] = Outline()
            if "hmtx" in font:
                font["hmtx"][name] = (0, 0)
        _unmap(font, gone)
        out = io.BytesIO()
        font.save(out, reorderTables=None)
    except TTLibError as error:
        raise ValueError("a font that cannot be opened") from error
    finally:
        font.close()
    return out.getvalue()


def _unmap(font: TTFont, gone: set[str]) -> None:
    """Nothing else in the file names them."""
    for table in font["cmap"].tables if "cmap" in font else ():
        for code in [code for code, name in getattr(table, "cmap", {}).items() if name in gone]:
            del table.cmap[code]
    if "post" in font and font["post"].formatType == 2.0:
        font["post"].formatType = 3.0
    for tag in ("GSUB", "GPOS", "GDEF", "morx", "kern"):
        if tag in font:
            del font[tag]


def _by_codes(font: TTFont, codes: set[int]) -> set[str]:
    """Of a font whose codes its own tables explain: symbols may stand in private use."""
    found: set[str] = set()
    for table in font["cmap"].tables if "cmap" in font else ():
        mapping = getattr(table, "cmap", {})
        for code in codes:
            sign = ord(bytes((code,)).decode("cp1252", "replace"))
            found.update(mapping[one] for one in (code, 0xF000 + code, sign) if one in mapping)
    return found


def _by_names(font: TTFont, names: set[str]) -> set[str]:
    """By the name itself, and by the character that it names."""
    signs = {ord(sign) for name in names for sign in agl.toUnicode(name)[:1]}
    tables = font["cmap"].tables if "cmap" in font else ()
    return names | {name for table in tables for code, name in getattr(table, "cmap", {}).items() if code in signs}


def blank_compact(data: bytes, lost: LostShapes) -> bytes:
    """The program without them: CFF, alone or in an OpenType file."""
    if data.startswith(b"OTTO"):
        return _blank_opentype(data, lost)
    fonts = CFFFontSet()
    file = TTFont(recalcBBoxes=False)
    fonts.decompile(io.BytesIO(data), file, isCFF2=False)
    _blank_shapes(fonts, lost)
    out = io.BytesIO()
    fonts.compile(out, file, isCFF2=False)
    return out.getvalue()


def _blank_opentype(data: bytes, lost: LostShapes) -> bytes:
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False, lazy=True)
    try:
        gone = _blank_shapes(font["CFF "].cff, lost)
        _unmap(font, gone)
        out = io.BytesIO()
        font.save(out, reorderTables=None)
    finally:
        font.close()
    return out.getvalue()


def _blank_shapes(fonts: Any, lost: LostShapes) -> set[str]:
    top = fonts[fonts.fontNames[0]]
    order = list(top.charset)
    shapes = top.CharStrings
    gone = set(lost.names)
    has_numbers = hasattr(top, "ROS")
    if has_numbers:
        gone |= {f"cid{place:05d}" for place in lost.places}
    else:
        gone |= {order[place] for place in lost.places if place < len(order)}
        table = getattr(top, "Encoding", None)
        if isinstance(table, list) and lost.codes:
            gone |= {table[code] for code in lost.codes if code < len(table)}
            gone -= {table[code] for code in lost.kept_codes if code < len(table)} | lost.kept_names
            top.Encoding = [
                ".notdef" if code in lost.codes and name in gone else name for code, name in enumerate(table)
            ]
    gone = (gone & set(order)) - lost.kept_names - {".notdef"}
    for name in gone:
        shape = shapes[name]
        shape.decompile()
        shape.program = ["endchar"]
        shape.bytecode = None
    if not has_numbers:
        renamed = {name: f"x{order.index(name)}" for name in gone}
        top.charset = [renamed.get(name, name) for name in order]
        for old, new in renamed.items():
            shapes.charStrings[new] = shapes.charStrings.pop(old)
    return gone


_SHAPE = re.compile(rb"/([!-.0-~]{1,100}) (\d{1,6}) (RD|-\|) ")
_NOISE = re.compile(rb"/lenIV\s+(\d)\s")
_NAMED_CODE = re.compile(rb"dup\s+(\d{1,3})\s*/([!-.0-~]{1,100})\s+put")


def blank_type1(data: bytes, lost: LostShapes) -> bytes:
    """The program without them: Type 1 (Adobe, 1990), codes and names in clear, shapes in an encrypted part."""
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
    own = {int(match[1]): match[2].decode("latin-1") for match in _NAMED_CODE.finditer(clear)}
    gone = lost.names | {own[code] for code in lost.codes if code in own}
    gone -= {own[code] for code in lost.kept_codes if code in own} | lost.kept_names
    noise = _NOISE.search(plain)
    size = int(noise[1]) if noise else _OPERATORS_ONLY
    made, at = [], 0
    while match := _SHAPE.search(plain, at):
        end = match.end() + int(match[2])
        if match[1].decode("latin-1") in gone and match[1] != b".notdef":
            shape, _ = encrypt(bytes(size) + bytes((139, 139, 13, 14)), _CHARSTRING)  # 0 0 hsbw endchar
            made += [plain[at : match.start()], b"/x%d %d %s " % (match.start(), len(shape), match[3]), shape]
        else:
            made.append(plain[at:end])
        at = end
    made.append(plain[at:])
    sealed, _ = encrypt(b"".join(made), _EEXEC)
    for name in gone:
        clear = re.sub(rb"dup\s+\d{1,3}\s*/" + re.escape(name.encode("latin-1")) + rb"\s+put", b"", clear)
    return clear + bytes(sealed)
