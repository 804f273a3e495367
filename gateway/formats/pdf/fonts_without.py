"""Takes out of the fonts of a document what only the lost glyphs needed.

A font that is carried in a file holds the shapes of the letters that were used, their widths and their characters;
three shapes that no page shows name three characters of whoever was left out. So each code that no content stream shows
any more loses its shape, its width, its name and its character. Fonts may share a program, a table of codes or a map
to characters (pdfTeX does): what one of them still shows stays for all, and what none shows goes from each.

In: an open document, the codes that it showed before. Out: nothing; the fonts are changed. ValueError for a font that
cannot be opened.
"""

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
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

from gateway.formats.pdf.codes_in_use import CodesInUse, Key, codes_in_use, key_of
from gateway.formats.pdf.glyphs import numbers_in
from gateway.formats.pdf.to_unicode import characters_of, map_of, map_of_numbers

_MOST_FONT = 24 * 1024 * 1024
_EEXEC, _CHARSTRING = 55665, 4330
_OPERATORS_ONLY = 4  # bytes of noise before a charstring, where the font does not say otherwise
_FONTS = ("/Type0", "/Type1", "/MMType1", "/TrueType", "/Type3")
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(slots=True)
class _KeptLetters:
    """What fonts that share something still need of it: numbers of glyphs before a map of the font and behind it, codes
    and names of glyphs."""

    numbers: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)
    codes: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)


def forget(pdf: Any, before: CodesInUse) -> None:
    """Of the codes that no page or form shows any more."""
    after = codes_in_use(pdf)
    lost = {key: codes - after.codes.get(key, set()) for key, codes in before.codes.items()}
    lost = {key: codes for key, codes in lost.items() if codes}
    if not lost:
        return
    for group in _groups(pdf):
        gone = set().union(*(lost.get(key, set()) for key in group))
        if not gone:
            continue
        fonts = {key: pdf.get_object(*key) for key in group}
        if any(key in before.uncut | after.uncut for key in group):
            if any(_says(font) for font in fonts.values()):
                raise ValueError("codes of an unknown make")
            continue
        if len({str(font.get("/Subtype", "")) == "/Type0" for font in fonts.values()}) > 1:
            raise ValueError("fonts of two makes that share their letters")
        used = {key: after.codes.get(key, set()) for key in group}
        kept = _kept(fonts, used)
        for key, font in fonts.items():
            if codes := gone - used[key]:
                _blank(pdf, font, codes, kept)


def _says(font: Any) -> bool:
    """Whether it has anything in it that shows which letters were used."""
    return any(key in font for key in ("/ToUnicode", "/CharProcs")) or any(
        one in descriptor for descriptor in _descriptors(font) for one in _PROGRAMS
    )


def _descriptors(font: Any) -> list[Any]:
    below = font.get("/DescendantFonts")
    holders = [font, *(below if isinstance(below, pikepdf.Array) else ())]
    found = [one.get("/FontDescriptor") for one in holders if isinstance(one, pikepdf.Dictionary)]
    return [one for one in found if isinstance(one, pikepdf.Dictionary)]


def _groups(pdf: Any) -> list[list[Key]]:
    """Fonts, those together that share what would be changed."""
    leaders: dict[Key, Key] = {}
    owner: dict[Key, Key] = {}

    def leader(key: Key) -> Key:
        while leaders[key] != key:
            leaders[key] = leaders[leaders[key]]
            key = leaders[key]
        return key

    for font in pdf.objects:
        if not isinstance(font, pikepdf.Dictionary) or str(font.get("/Subtype", "")) not in _FONTS:
            continue
        key = key_of(font)
        leaders[key] = key
        for part in _parts(font):
            if part in owner:
                leaders[leader(key)] = leader(owner[part])
            else:
                owner[part] = key
    groups: dict[Key, list[Key]] = {}
    for key in leaders:
        groups.setdefault(leader(key), []).append(key)
    return list(groups.values())


def _parts(font: Any) -> Iterator[Key]:
    below = font.get("/DescendantFonts")
    holders = [font, *(below if isinstance(below, pikepdf.Array) else ()), *_descriptors(font)]
    keys = ("/ToUnicode", "/Encoding", "/CharProcs", "/FontDescriptor", "/CIDToGIDMap", "/W", "/Widths", *_PROGRAMS)
    for holder in holders:
        if not isinstance(holder, pikepdf.Dictionary):
            continue
        for part in (holder if holder is not font else None, *(holder.get(key) for key in keys)):
            if isinstance(part, pikepdf.Object) and part.is_indirect:
                yield key_of(part)
    if isinstance(below, pikepdf.Array) and below.is_indirect:
        yield key_of(below)


def _kept(fonts: Mapping[Key, Any], used: Mapping[Key, set[bytes]]) -> _KeptLetters:
    kept = _KeptLetters()
    for key, font in fonts.items():
        numbers = {int.from_bytes(code, "big") for code in used[key]}
        if str(font.get("/Subtype", "")) != "/Type0":
            names = _names_of(font)
            kept.codes |= numbers
            kept.names |= {names[number] for number in numbers if number in names}
            continue
        below, encoding = font.DescendantFonts[0], font.get("/Encoding")
        if isinstance(encoding, pikepdf.Stream):
            table = numbers_in(encoding)
            numbers = {table[number] for number in numbers if number in table}
        kept.numbers |= numbers
        has_map = isinstance(below.get("/CIDToGIDMap"), pikepdf.Stream)
        kept.places |= _through(bytearray(below.CIDToGIDMap.read_bytes()), numbers) if has_map else numbers
    return kept


def _blank(pdf: Any, thing: Any, codes: set[bytes], kept: _KeptLetters) -> None:
    numbers = {int.from_bytes(code, "big") for code in codes}
    size = max(len(code) for code in codes)
    if isinstance(thing.get("/ToUnicode"), pikepdf.Stream):
        left = [pair for pair in characters_of(thing.ToUnicode) if pair[0] not in numbers]
        thing.ToUnicode = pdf.make_stream(map_of(left, size))
    kind = str(thing.get("/Subtype", ""))
    if kind == "/Type0":
        _blank_composite(pdf, thing, numbers, kept)
        return
    names = _names_of(thing)
    gone = {names[number] for number in numbers if number in names} - kept.names
    _unname(thing, numbers)
    widths, first = thing.get("/Widths"), int(thing.get("/FirstChar", 0))
    if isinstance(widths, pikepdf.Array):
        thing.Widths = pikepdf.Array([0 if first + at in numbers else one for at, one in enumerate(widths)])
    if kind == "/Type3":
        shapes = thing.get("/CharProcs", pikepdf.Dictionary())
        for name in gone:
            if name in shapes:
                del shapes[name]
        return
    descriptor = thing.get("/FontDescriptor")
    if isinstance(descriptor, pikepdf.Dictionary):
        kept_names = {name[1:] for name in kept.names}
        _blank_program(descriptor, set(), numbers, {name[1:] for name in gone}, kept.codes, kept_names)


def _blank_composite(pdf: Any, thing: Any, codes: set[int], kept: _KeptLetters) -> None:
    below, encoding = thing.DescendantFonts[0], thing.get("/Encoding")
    descriptor = below.get("/FontDescriptor")
    numbers = codes
    if isinstance(encoding, pikepdf.Stream):
        table = numbers_in(encoding)
        numbers = {table[code] for code in codes if code in table}
        thing.Encoding = pdf.make_stream(
            map_of_numbers({code: number for code, number in table.items() if code not in codes}),
            {"/Type": pikepdf.Name.CMap, "/CMapName": pikepdf.Name("/Adobe-Identity-UCS")},
        )
    elif str(encoding) != "/Identity-H":
        if isinstance(descriptor, pikepdf.Dictionary) and _is_carried(descriptor):
            raise ValueError("shapes by numbers of an unknown make")
        return
    numbers = numbers - kept.numbers
    if isinstance(below.get("/W"), pikepdf.Array):
        below.W = _narrowed(below.W, numbers)
    if not isinstance(descriptor, pikepdf.Dictionary) or not _is_carried(descriptor):
        return
    places = numbers
    if isinstance(below.get("/CIDToGIDMap"), pikepdf.Stream):
        places_of = bytearray(below.CIDToGIDMap.read_bytes())
        places = _through(places_of, numbers)
        for number in numbers:
            places_of[2 * number : 2 * number + 2] = bytes(len(places_of[2 * number : 2 * number + 2]))
        below.CIDToGIDMap = pdf.make_stream(bytes(places_of))
    _blank_program(descriptor, places - kept.places, set(), set(), set(), set())


def _through(table: bytearray, numbers: Iterable[int]) -> set[int]:
    return {int.from_bytes(table[2 * number : 2 * number + 2], "big") for number in numbers}


def _is_carried(descriptor: Any) -> bool:
    return any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))


def _narrowed(array: Any, gone: set[int]) -> Any:
    """Widths of a font of CIDs without those of some."""
    made: list[Any] = []
    things = list(array)
    at = 0
    while at + 1 < len(things):
        first, second = int(things[at]), things[at + 1]
        if isinstance(second, pikepdf.Array):
            for number, width in enumerate(second):
                if first + number not in gone:
                    made += [first + number, pikepdf.Array([width])]
            at += 2
        elif at + 2 < len(things):
            inside = sorted(number for number in gone if first <= number <= int(second))
            start = first
            for number in (*inside, int(second) + 1):
                if start <= number - 1:
                    made += [start, number - 1, things[at + 2]]
                start = number + 1
            at += 3
        else:
            break
    return pikepdf.Array(made)


def _names_of(thing: Any) -> dict[int, str]:
    """Names of glyphs by code, as the font's dictionary gives them (section 9.6.5)."""
    encoding = thing.get("/Encoding")
    names: dict[int, str] = {}
    if isinstance(encoding, pikepdf.Dictionary) and isinstance(encoding.get("/Differences"), pikepdf.Array):
        at = 0
        for one in encoding.Differences:
            if isinstance(one, pikepdf.Name):
                names[at] = str(one)
                at += 1
            else:
                at = int(one)
        base = str(encoding.get("/BaseEncoding", ""))
    else:
        base = str(encoding) if isinstance(encoding, pikepdf.Name) else ""
    codec = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac-roman"}.get(
        base, "latin-1" if names or base else ""
    )
    for code in range(32, 256) if codec else ():
        sign = bytes((code,)).decode(codec, "replace")
        if code not in names and (name := agl.UV2AGL.get(ord(sign))):
            names[code] = "/" + name
    return names


def _unname(thing: Any, numbers: set[int]) -> None:
    encoding = thing.get("/Encoding")
    if not isinstance(encoding, pikepdf.Dictionary) or not isinstance(encoding.get("/Differences"), pikepdf.Array):
        return
    made: list[Any] = []
    at = 0
    for one in encoding.Differences:
        if isinstance(one, pikepdf.Name):
            made.append(pikepdf.Name("/.notdef") if at in numbers else one)
            at += 1
        else:
            made.append(one)
            at = int(one)
    own = pikepdf.Dictionary(dict(encoding.items()))  # for others may use the same
    own.Differences = pikepdf.Array(made)
    thing.Encoding = own


def _blank_program(
    descriptor: Any, places: set[int], codes: set[int], names: set[str], kept_codes: set[int], kept_names: set[str]
) -> None:
    """Shapes of the font's own file: by their numbers, by codes of the file's own table, and by names."""
    for key in ("/CharSet", "/CIDSet"):
        if key in descriptor:
            del descriptor[key]
    for key, blank in (("/FontFile2", _blank_truetype), ("/FontFile3", _blank_compact), ("/FontFile", blank_type1)):
        program = descriptor.get(key)
        if isinstance(program, pikepdf.Stream):
            data = bytes(program.read_bytes())
            if len(data) > _MOST_FONT:
                raise ValueError("a font larger than is opened")
            try:
                made = blank(data, places, codes, names, kept_codes, kept_names)
            except ValueError:
                raise
            except Exception as error:  # the library raises whatever it meets in a damaged font
                raise ValueError("a font that cannot be opened") from error
            lengths = {"/Length1": len(made)} if key == "/FontFile2" else {}
            if key == "/FontFile":
                start = made.index(b"eexec") + 6
                lengths = {"/Length1": start, "/Length2": len(made) - start, "/Length3": 0}
            program.write(made)
            for name, length in lengths.items():
                program[name] = length


def _blank_truetype(
    data: bytes, places: set[int], codes: set[int], names: set[str], kept: set[int], kept_names: set[str]
) -> bytes:
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False, lazy=True)
    try:
        if "glyf" not in font:
            raise ValueError("a font of another make")
        order = font.getGlyphOrder()
        gone = {order[place] for place in places if place < len(order)}
        if codes:
            gone |= _by_codes(font, codes) - _by_codes(font, kept)
            gone |= {name for name in names if name in order}
            gone -= _by_names(font, kept_names)
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


def _blank_compact(
    data: bytes, places: set[int], codes: set[int], names: set[str], kept: set[int], kept_names: set[str]
) -> bytes:
    """CFF, alone or in an OpenType file."""
    if data.startswith(b"OTTO"):
        return _blank_opentype(data, places, codes, names, kept, kept_names)
    fonts = CFFFontSet()
    file = TTFont(recalcBBoxes=False)
    fonts.decompile(io.BytesIO(data), file, isCFF2=False)
    _blank_shapes(fonts, places, codes, names, kept, kept_names)
    out = io.BytesIO()
    fonts.compile(out, file, isCFF2=False)
    return out.getvalue()


def _blank_opentype(
    data: bytes, places: set[int], codes: set[int], names: set[str], kept: set[int], kept_names: set[str]
) -> bytes:
    font = TTFont(io.BytesIO(data), recalcBBoxes=False, recalcTimestamp=False, lazy=True)
    try:
        gone = _blank_shapes(font["CFF "].cff, places, codes, names, kept, kept_names)
        _unmap(font, gone)
        out = io.BytesIO()
        font.save(out, reorderTables=None)
    finally:
        font.close()
    return out.getvalue()


def _blank_shapes(
    fonts: Any, places: set[int], codes: set[int], names: set[str], kept: set[int], kept_names: set[str]
) -> set[str]:
    top = fonts[fonts.fontNames[0]]
    order = list(top.charset)
    shapes = top.CharStrings
    gone = set(names)
    has_numbers = hasattr(top, "ROS")
    if has_numbers:
        gone |= {f"cid{place:05d}" for place in places}
    else:
        gone |= {order[place] for place in places if place < len(order)}
        table = getattr(top, "Encoding", None)
        if isinstance(table, list) and codes:
            gone |= {table[code] for code in codes if code < len(table)}
            gone -= {table[code] for code in kept if code < len(table)} | kept_names
            top.Encoding = [".notdef" if code in codes and name in gone else name for code, name in enumerate(table)]
    gone = (gone & set(order)) - kept_names - {".notdef"}
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


def blank_type1(
    data: bytes,
    places: set[int],
    codes: set[int],
    names: set[str],
    kept: set[int],
    kept_names: Collection[str] = frozenset(),
) -> bytes:
    """A Type 1 font program (Adobe, 1990): a part in clear with codes and names, an encrypted one with shapes."""
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
    gone = (names | {own[code] for code in codes if code in own}) - {own[code] for code in kept if code in own}
    gone -= set(kept_names)
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
