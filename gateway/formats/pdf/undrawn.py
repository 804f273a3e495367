"""Drawings of a PDF that are in no page's text, made pages of their own, so that they are read like any.

Cells of tiling patterns, looks of notes and fields (also those that are hidden, or shown while the mouse is over them),
groups that serve as a mask, forms and pictures that no page draws: whatever is written there, PDFium's text of the
pages does not say. And what layers that are off hide (ISO 32000-2 section 8.11), in the pages themselves.

In: an open document as QPDF opens it; `as_page` and `show_layers` change it. Out: drawings, as its objects, and a page
that shows one; whether layers are off; numbers of pages that have to be looked at. ValueError over a limit.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import pikepdf

from gateway.formats.pdf.content import MOST_BYTES, Key, is_drawing, key_of, size_of
from gateway.formats.pdf.pictures import MOST_PIXELS

MOST_DRAWINGS = 1000
_MOST_BYTES = 256 * 1024 * 1024
MOST_PAGES = 500
_MOST_NAMES = 400_000
_NAME = 500
"""Bytes of content that take as long as it takes to look up a name."""
_DEEPEST = 12
_DO = re.compile(rb"/([^\s/\[\]()<>{}%]{1,200})\s{1,20}Do\b")
_INK = re.compile(rb"(?:^|[\s\])>])(?:Tj|TJ|'|\"|Do|sh|EI|f|F|f\*|S|s|B|B\*|b|b\*)(?=[\s/\[(<]|$)")
_WRITES = re.compile(rb"(?:^|[\s\])>])(?:Tj|TJ|'|\"|Do|EI)(?=[\s/\[(<]|$)")
_POINT = re.compile(rb"\s(?:m|l|c|v|y|re)(?=\s|$)")
_ESCAPED = re.compile(r"#([0-9A-Fa-f]{2})")
_LOWEST = 8
_SIDE = 600
_PLAIN = 12
"""Points of a cell that is a hatch, a dot or a chequer, and no writing."""
_WIDE = 2.2
"""Em that no letter of a font is wide, but several are."""
_BOX = re.compile(rb"([-+.\d]+)\s+([-+.\d]+)(?:\s+([-+.\d]+)\s+([-+.\d]+)\s+([-+.\d]+)\s+([-+.\d]+)\s+d1|\s+d0)\b")

_PAGE = -1
"""In place of the number of an object."""


def undrawn_in(pdf: Any) -> list[Any]:
    """Forms and cells that no page draws as part of itself, if they have ink, and pictures that nothing draws."""
    drawn, left = _drawn_by_pages(pdf), _MOST_BYTES
    drawings = {key_of(one): one for one in pdf.objects if isinstance(one, pikepdf.Stream) and is_drawing(one)}
    drawings |= {key_of(one): one for one in _looks_of_notes(pdf)}
    found: dict[tuple[bytes, str, str], Any] = {}
    in_parts: set[Key] = set()
    followed = [_MOST_BYTES]
    for one in drawings.values():
        if key_of(one) in drawn:
            continue
        content = bytes(one.read_bytes())
        left -= len(content)
        if left < 0 or len(content) > MOST_BYTES:
            raise ValueError("more content than a page has")
        if _INK.search(content):
            found.setdefault((content, repr(one.get("/BBox")), _named(one.get("/Resources"))), one)
            _follow(content, one.get("/Resources"), in_parts, followed, 0)
    made = [*found.values(), *_loose_pictures(pdf, drawn | in_parts)]
    if len(made) > MOST_DRAWINGS:
        raise ValueError("more drawings than a document has")
    return made


def _loose_pictures(pdf: Any, drawn: set[Key]) -> list[Any]:
    """Pictures left over, small copies of pages, pictures for print; masks are seen with what they belong to, and what
    letters are drawn with in their font."""
    pictures = [one for one in pdf.objects if _is_picture(one)]
    beside = {key_of(mask) for one in pictures for mask in (one.get("/SMask"), one.get("/Mask")) if _is_stream(mask)}
    shown = drawn | beside
    loose = [one for one in pictures if key_of(one) not in shown]
    if not loose:
        return []
    named = _Namers()
    for font in pdf.objects:
        if isinstance(font, pikepdf.Dictionary) and str(font.get("/Subtype", "")) == "/Type3":
            named.follow(key_of(font), font.get("/Resources"))
    return [one for one in loose if key_of(one) not in named]


def _is_stream(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Stream)


def _is_picture(thing: Any) -> bool:
    """By what it is, for a small copy of a page does not say so."""
    if not _is_stream(thing) or str(thing.get("/Subtype", "/Image")) != "/Image":
        return False
    sides = _number(thing.get("/Width")), _number(thing.get("/Height"))
    return min(sides) >= _LOWEST and sides[0] * sides[1] <= MOST_PIXELS


def _looks_of_notes(pdf: Any) -> Iterator[Any]:
    """Streams that are to be drawn for a note or a field, whatever they say that they are."""
    direct = (note for page in pdf.pages for note in _notes_of(page) if not note.is_indirect)
    for thing in (*pdf.objects, *direct):
        looks = thing.get("/AP") if isinstance(thing, pikepdf.Dictionary) else None
        for look in looks.values() if isinstance(looks, pikepdf.Dictionary) else ():
            states = look.values() if isinstance(look, pikepdf.Dictionary) else [look]
            yield from (one for one in states if isinstance(one, pikepdf.Stream))


def _notes_of(page: Any) -> Iterator[Any]:
    notes = page.obj.get("/Annots")
    for note in notes if isinstance(notes, pikepdf.Array) else ():
        if isinstance(note, pikepdf.Dictionary):
            yield note


def as_page(pdf: Any, drawing: Any) -> Any:
    """A page that shows a form, a cell or a picture, and nothing else."""
    if _is_picture(drawing):
        return _as_page_of(pdf, drawing)
    try:
        x, y, right, top = (float(one) for one in drawing.get("/BBox", ()))
    except (TypeError, ValueError):
        x, y, right, top = 0.0, 0.0, 612.0, 792.0
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array([min(x, right), min(y, top), max(x, right), max(y, top)]),
        Resources=drawing.get("/Resources", pikepdf.Dictionary()),
        Contents=pdf.make_stream(bytes(drawing.read_bytes())),
    )
    return pikepdf.Page(pdf.make_indirect(page))


def _as_page_of(pdf: Any, picture: Any) -> Any:
    sides = _number(picture.get("/Width")), _number(picture.get("/Height"))
    by = min(1.0, _SIDE / max(sides))
    width, height = (max(1, round(side * by)) for side in sides)
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array([0, 0, width, height]),
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture)),
        Contents=pdf.make_stream(b"%d 0 0 %d 0 0 cm /I Do" % (width, height)),
    )
    return pikepdf.Page(pdf.make_indirect(page))


def has_layers_off(pdf: Any) -> bool:
    """Whether some of what pages draw is not shown at first."""
    layers = pdf.Root.get("/OCProperties")
    if not isinstance(layers, pikepdf.Dictionary):
        return False
    usual = layers.get("/D")
    if not isinstance(usual, pikepdf.Dictionary):
        return False
    off = usual.get("/OFF")
    auto = usual.get("/AS")
    return (
        str(usual.get("/BaseState", "/ON")) != "/ON"
        or (isinstance(off, pikepdf.Array) and len(off) > 0)
        or (isinstance(auto, pikepdf.Array) and len(auto) > 0)
    )


def show_layers(pdf: Any) -> None:
    """Show all that pages draw."""
    pdf.Root.OCProperties.D = pikepdf.Dictionary(BaseState=pikepdf.Name.ON)
    for thing in pdf.objects:
        if isinstance(thing, pikepdf.Dictionary) and str(thing.get("/Type", "")) in ("/OCG", "/OCMD"):
            for key in ("/Usage", "/P", "/VE"):
                if key in thing:
                    del thing[key]


def doubted_in(pdf: Any) -> set[int]:
    """Numbers of pages, from 0, whose ink is not that of their text: cells that show writing or pictures, and letters
    drawn by the file itself that are as wide as several. Each object is opened once, however many pages name it."""
    named = _Namers()
    for number, page in enumerate(islice(pdf.pages, MOST_PAGES)):
        named.follow((_PAGE, number), _resources(page))
    return {number for kind, number in named.lead_to_odd() if kind == _PAGE}


class _Namers:
    """What names what: pages, dictionaries of resources, and the fonts, cells and forms in them."""

    def __init__(self) -> None:
        self._namers: dict[Key, set[Key]] = {}
        self._odd: set[Key] = set()
        self._left = _MOST_NAMES

    def __contains__(self, key: Key) -> bool:
        return key in self._namers

    def follow(self, owner: Key, resources: Any) -> None:
        """All that may be drawn with some resources, and with those of what is drawn."""
        waiting = [(owner, resources)]
        while waiting:
            owner, resources = waiting.pop()
            holder = self._holder(owner, resources)
            for kind in ("/Font", "/Pattern", "/XObject") if holder is not None else ():
                own = resources.get(kind)
                inner = self._holder(holder, own)
                for thing in own.values() if inner is not None else ():
                    self._left -= 1
                    if self._left < 0:
                        raise ValueError("more names than pages draw with")
                    if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
                        if (user := self._holder(inner, thing)) is None:
                            continue
                        if _is_odd(thing):
                            self._odd.add(user)
                        waiting.append((user, thing.get("/Resources")))

    def _holder(self, owner: Key | None, thing: Any) -> Key | None:
        """Who names what is in it: itself, or its owner where it stands in place. None where that is known."""
        if owner is None or not isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            return None
        key = key_of(thing)
        if key == (0, 0):
            return owner
        is_known = key in self._namers
        self._namers.setdefault(key, set()).add(owner)
        return None if is_known else key

    def lead_to_odd(self) -> set[Key]:
        """Whatever draws an odd thing, itself or by what it names."""
        found, waiting = set(self._odd), list(self._odd)
        while waiting:
            more = self._namers.get(waiting.pop(), set()) - found
            found |= more
            waiting += more
        return found


def _is_odd(thing: Any) -> bool:
    if isinstance(thing, pikepdf.Stream):
        return _number(thing.get("/PatternType")) == 1 and not _is_plain(bytes(thing.read_bytes()))
    return str(thing.get("/Subtype", "")) == "/Type3" and _has_wide(thing)


def _is_plain(cell: bytes) -> bool:
    return len(cell) < MOST_BYTES and not _WRITES.search(cell) and len(_POINT.findall(cell)) <= _PLAIN


def _has_wide(font: Any) -> bool:
    """Whether one of its letters is wider than letters are, or is a form or a text."""
    shapes, matrix = font.get("/CharProcs"), font.get("/FontMatrix")
    try:
        unit = abs(float(matrix[0]))
    except (TypeError, ValueError, IndexError, KeyError):
        return True
    for shape in shapes.values() if isinstance(shapes, pikepdf.Dictionary) else ():
        if not isinstance(shape, pikepdf.Stream):
            continue
        content = bytes(shape.read_bytes())
        said = _BOX.search(content[:400])
        if said is None:
            continue
        numbers = [float(one) if one else 0.0 for one in said.groups()]
        if max(abs(numbers[0]), abs(numbers[4] - numbers[2])) * unit > _WIDE:
            return True
        if re.search(rb"(?:^|[\s\])>])(?:Tj|TJ|'|\")(?=[\s/\[(<]|$)", content):
            return True
    return False


def _drawn_by_pages(pdf: Any) -> set[Key]:
    """Forms and pictures that pages draw, and those in forms."""
    drawn: set[Key] = set()
    left = [_MOST_BYTES]
    known: set[tuple[Key, ...]] = set()
    for page in pdf.pages:
        resources = _resources(page)
        if not isinstance(resources, pikepdf.Dictionary) or "/XObject" not in resources:
            continue
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        streams = [one for one in streams if isinstance(one, pikepdf.Stream)]
        keys = tuple(key_of(one) for one in (resources["/XObject"], *streams))
        if keys in known and (0, 0) not in keys:
            continue
        known.add(keys)
        left[0] -= size_of(contents)
        if left[0] < 0:
            raise ValueError("more content than is looked through")
        content = b"\n".join(bytes(one.read_bytes()) for one in streams)
        _follow(content, resources, drawn, left, 0)
    return drawn


def _follow(content: bytes, resources: Any, drawn: set[Key], left: list[int], depth: int) -> None:
    own = resources.get("/XObject") if isinstance(resources, pikepdf.Dictionary) else None
    if depth > _DEEPEST or not isinstance(own, pikepdf.Dictionary):
        return
    names = {match[1] for match in _DO.finditer(content)}
    left[0] -= _NAME * len(names)
    if left[0] < 0:
        raise ValueError("more names than are looked up")
    for name in names:
        plain = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), name.decode("latin-1"))
        form = own.get("/" + plain)
        if not isinstance(form, pikepdf.Stream) or key_of(form) in drawn:
            continue
        drawn.add(key_of(form))
        if not is_drawing(form):
            continue
        inside = bytes(form.read_bytes())
        left[0] -= len(inside)
        if left[0] < 0:
            raise ValueError("more content than is looked through")
        _follow(inside, form.get("/Resources", resources), drawn, left, depth + 1)


def _resources(page: Any) -> Any:
    try:
        return page.resources
    except (AttributeError, KeyError, ValueError, TypeError):
        return page.obj.get("/Resources")


def _named(resources: Any) -> str:
    """What it draws with, by the objects' numbers."""
    if not isinstance(resources, pikepdf.Dictionary):
        return ""
    return repr(key_of(resources)) if resources.is_indirect else "".join(_kinds(resources))


def _kinds(resources: Any) -> Iterable[str]:
    for kind, own in resources.items():
        if isinstance(own, pikepdf.Dictionary):
            yield kind
            yield from (f"{name}{key_of(one) if isinstance(one, pikepdf.Object) else one}" for name, one in own.items())


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
