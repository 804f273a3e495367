"""Takes out of the fonts of a document what only the lost glyphs needed.

A font that is carried in a file holds the shapes of the letters that were used, their widths and their characters;
three shapes that no page shows name three characters of whoever was left out. So each code that no content stream shows
any more loses its shape, its width, its name and its character. Fonts may share a program, a table of codes or a map
to characters (pdfTeX does, Word for fonts of two makes): what one of them still shows stays for all, and what none
shows goes from each.

In: an open document, the codes that it showed before. Out: nothing; the fonts are changed. ValueError for a font that
cannot be opened.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from fontTools import agl
from fontTools.encodings.StandardEncoding import StandardEncoding

from gateway.formats.pdf.codes_in_use import CodesInUse, codes_in_use
from gateway.formats.pdf.compact_programs import blank_compact
from gateway.formats.pdf.content import Key, key_of
from gateway.formats.pdf.font_programs import blank_truetype
from gateway.formats.pdf.glyphs import numbers_in
from gateway.formats.pdf.lost_shapes import Coded, LostShapes
from gateway.formats.pdf.to_unicode import characters_of, map_of, map_of_numbers
from gateway.formats.pdf.type1_programs import blank_type1

_MOST_FONT = 24 * 1024 * 1024
_FONTS = ("/Type0", "/Type1", "/MMType1", "/TrueType", "/Type3")
_TRUETYPE = (b"\0\1\0\0", b"true")
_PROGRAMS = ("/FontFile", "/FontFile2", "/FontFile3")


@dataclass(slots=True)
class _KeptLetters:
    """What fonts that share their shapes still need of them: numbers of glyphs before a map of the font and behind it,
    and codes."""

    numbers: set[int] = field(default_factory=set)
    places: set[int] = field(default_factory=set)
    coded: set[Coded] = field(default_factory=set)


@dataclass(slots=True)
class _Programs:
    """Shapes of the fonts' own files, by file: several fonts may have one."""

    _lost: dict[Key, tuple[Any, str, LostShapes]] = field(default_factory=dict)

    def lose(self, descriptor: Any, lost: LostShapes) -> None:
        for key in ("/CharSet", "/CIDSet"):
            if key in descriptor:
                del descriptor[key]
        for key in _PROGRAMS:
            program = descriptor.get(key)
            if isinstance(program, pikepdf.Stream):
                _, _, known = self._lost.setdefault(key_of(program), (program, key, LostShapes()))
                known.places.update(lost.places)
                known.kept_places.update(lost.kept_places)
                known.coded.update(lost.coded)
                known.kept.update(lost.kept)
                known.shown.update(lost.shown)

    def blank(self) -> None:
        for program, key, lost in self._lost.values():
            _blank_program(program, key, lost)


def forget(pdf: Any, before: CodesInUse) -> None:
    """Of the codes that no page or form shows any more."""
    after = codes_in_use(pdf)
    lost = {key: codes - after.codes.get(key, set()) for key, codes in before.codes.items()}
    lost = {key: codes for key, codes in lost.items() if codes}
    if not lost:
        return
    programs = _Programs()
    for fonts in _groups(_fonts_of(pdf), _parts):
        group = list(fonts)
        gone_of: dict[bool, set[bytes]] = {False: set(), True: set()}
        for key, font in fonts.items():
            gone_of[_is_wide(font)] |= lost.get(key, set())
        if not any(gone_of.values()):
            continue
        if any(key in before.uncut | after.uncut for key in group):
            if any(_says(font) for font in fonts.values()):
                raise ValueError("codes of an unknown make")
            continue
        if _are_mixed(fonts.values()):
            raise ValueError("fonts of two makes that share their letters")
        used = {key: after.codes.get(key, set()) for key in group}
        for sharing in _groups(fonts, _shapes_of):
            kept = _kept(sharing, used)
            for key, font in sharing.items():
                if codes := gone_of[_is_wide(font)] - used[key]:
                    _blank(pdf, font, codes, kept, programs, lost.get(key, set()))
    programs.blank()


def _is_wide(font: Any) -> bool:
    return str(font.get("/Subtype", "")) == "/Type0"


def _are_mixed(fonts: Iterable[Any]) -> bool:
    """Whether a map or table is read by codes of one byte and by codes of more. (Word's fonts share their program.)"""
    read = {
        (key_of(font[key]), _is_wide(font))
        for font in fonts
        for key in ("/ToUnicode", "/Encoding")
        if isinstance(font.get(key), (pikepdf.Stream, pikepdf.Dictionary)) and font[key].is_indirect
    }
    return any((key, not is_wide) in read for key, is_wide in read)


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


def _fonts_of(pdf: Any) -> dict[Key, Any]:
    fonts = (one for one in pdf.objects if isinstance(one, pikepdf.Dictionary))
    return {key_of(one): one for one in fonts if str(one.get("/Subtype", "")) in _FONTS}


def _groups(fonts: Mapping[Key, Any], parts: Callable[[Any], Iterable[Key]]) -> list[dict[Key, Any]]:
    """The fonts, those together that share a part."""
    leaders: dict[Key, Key] = {}
    owner: dict[Key, Key] = {}

    def leader(key: Key) -> Key:
        while leaders[key] != key:
            leaders[key] = leaders[leaders[key]]
            key = leaders[key]
        return key

    for key, font in fonts.items():
        leaders[key] = key
        for part in parts(font):
            if part in owner:
                leaders[leader(key)] = leader(owner[part])
            else:
                owner[part] = key
    groups: dict[Key, dict[Key, Any]] = {}
    for key, font in fonts.items():
        groups.setdefault(leader(key), {})[key] = font
    return list(groups.values())


def _parts(font: Any) -> Iterator[Key]:
    """All that would be changed of it."""
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


def _shapes_of(font: Any) -> Iterator[Key]:
    """Those of the parts that hold its shapes or are changed in place."""
    below = font.get("/DescendantFonts")
    descriptors = _descriptors(font)
    parts = [font.get("/CharProcs"), *(below if isinstance(below, pikepdf.Array) else ()), *descriptors]
    for part in (*parts, *(descriptor.get(key) for descriptor in descriptors for key in _PROGRAMS)):
        if isinstance(part, pikepdf.Object) and part.is_indirect:
            yield key_of(part)


def _kept(fonts: Mapping[Key, Any], used: Mapping[Key, set[bytes]]) -> _KeptLetters:
    kept = _KeptLetters()
    for key, font in fonts.items():
        numbers = {int.from_bytes(code, "big") for code in used[key]}
        if str(font.get("/Subtype", "")) != "/Type0":
            kept.coded |= _coded(font, numbers)
            continue
        below, encoding = font.DescendantFonts[0], font.get("/Encoding")
        if isinstance(encoding, pikepdf.Stream):
            table = numbers_in(encoding)
            numbers = {table[number] for number in numbers if number in table}
        kept.numbers |= numbers
        has_map = isinstance(below.get("/CIDToGIDMap"), pikepdf.Stream)
        kept.places |= _through(bytearray(below.CIDToGIDMap.read_bytes()), numbers) if has_map else numbers
    return kept


def _blank(pdf: Any, thing: Any, codes: set[bytes], kept: _KeptLetters, programs: _Programs, shown: set[bytes]) -> None:
    """`shown` are those that the font showed itself, and no other of its group."""
    numbers = {int.from_bytes(code, "big") for code in codes}
    size = max(len(code) for code in codes)
    if isinstance(thing.get("/ToUnicode"), pikepdf.Stream):
        left = [pair for pair in characters_of(thing.ToUnicode) if pair[0] not in numbers]
        thing.ToUnicode = pdf.make_stream(map_of(left, size))
    kind = str(thing.get("/Subtype", ""))
    if kind == "/Type0":
        _blank_composite(pdf, thing, numbers, kept, programs)
        return
    coded = _coded(thing, numbers)
    was_shown = _coded(thing, {int.from_bytes(code, "big") for code in shown} & numbers)
    _unname(thing, numbers)
    widths, first = thing.get("/Widths"), int(thing.get("/FirstChar", 0))
    if isinstance(widths, pikepdf.Array):
        thing.Widths = pikepdf.Array([0 if first + at in numbers else one for at, one in enumerate(widths)])
    if kind == "/Type3":
        shapes = thing.get("/CharProcs", pikepdf.Dictionary())
        for name in {name for _, name in coded} - {name for _, name in kept.coded}:
            if f"/{name}" in shapes:
                del shapes[f"/{name}"]
        return
    descriptor = thing.get("/FontDescriptor")
    if isinstance(descriptor, pikepdf.Dictionary):
        programs.lose(descriptor, LostShapes(coded=coded, kept=kept.coded, kept_places=kept.places, shown=was_shown))


def _blank_composite(pdf: Any, thing: Any, codes: set[int], kept: _KeptLetters, programs: _Programs) -> None:
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
    programs.lose(descriptor, LostShapes(places=places, kept=kept.coded, kept_places=kept.places))


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


def _coded(thing: Any, numbers: set[int]) -> set[Coded]:
    """Codes with the names that the font's dictionary gives them (section 9.6.5)."""
    encoding = thing.get("/Encoding")
    names: dict[int, str] = {}
    differences = encoding.get("/Differences") if isinstance(encoding, pikepdf.Dictionary) else None
    if isinstance(differences, pikepdf.Array):
        at = 0
        for one in differences:
            if isinstance(one, pikepdf.Name):
                names[at] = bytes(one)[1:].decode("utf-8", "surrogateescape")
                at += 1
            else:
                at = int(one)
    base = encoding.get("/BaseEncoding") if isinstance(encoding, pikepdf.Dictionary) else encoding
    table = _based(str(base)) if isinstance(base, pikepdf.Name) else {}
    if not table and isinstance(differences, pikepdf.Array) and _is_truetype(thing):
        table = _based("/StandardEncoding")
    return {(number, names.get(number) or table.get(number, "")) for number in numbers}


def _is_truetype(thing: Any) -> bool:
    return any("/FontFile2" in one for one in _descriptors(thing))


def _based(base: str) -> dict[int, str]:
    """Names by code, of a table that every viewer knows."""
    if base == "/StandardEncoding":
        return {code: name for code, name in enumerate(StandardEncoding) if name != ".notdef"}
    codec = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac-roman"}.get(base)
    signs = [(code, bytes((code,)).decode(codec, "replace")) for code in range(32, 256)] if codec else []
    return {code: name for code, sign in signs if (name := agl.UV2AGL.get(ord(sign)))}


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


def _blank_program(program: Any, key: str, lost: LostShapes) -> None:
    blank = {"/FontFile": blank_type1, "/FontFile2": blank_truetype, "/FontFile3": blank_compact}[key]
    data = bytes(program.read_bytes())
    if len(data) > _MOST_FONT:
        raise ValueError("a font larger than is opened")
    if key == "/FontFile3" and data.startswith(_TRUETYPE):
        blank = blank_truetype
    try:
        made = blank(data, lost)
    except ValueError:
        raise
    except Exception as error:  # the library raises whatever it meets in a damaged font
        raise ValueError("a font that cannot be opened") from error
    if made == data:
        return
    program.write(made)
    lengths = {"/Length1": len(made)} if key == "/FontFile2" else {}
    if key == "/FontFile":
        start = made.index(b"eexec") + 6
        lengths = {"/Length1": start, "/Length2": len(made) - start, "/Length3": 0}
    for name in ("/Length1", "/Length2", "/Length3"):
        if name in program:
            del program[name]
    for name, length in lengths.items():
        program[name] = length
    if str(program.get("/Subtype", "")) == "/OpenType" and blank is blank_compact:
        program.Subtype = pikepdf.Name("/CIDFontType0C" if lost.is_by_place() else "/Type1C")
