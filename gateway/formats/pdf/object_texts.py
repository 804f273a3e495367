"""Changes strings of a PDF's objects, by where their texts were read.

A string in a note, a field, a bookmark says the new words in its place. One that a program reads and no person (a
link's target, a script, how a text is to look) goes, since words of ours would break it. What a viewer drew of a string
beforehand goes with it; it draws it anew.

In: an open document with its traced objects, cuts by text. Out: nothing; the document is changed. ValueError for words
that stand in a name by which others call an object.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pikepdf

from gateway.formats.pdf.content import key_of, parsed, unparsed
from gateway.formats.pdf.objects import NAMED, Written

Cut = tuple[tuple[int, int], str]
_FOR_PROGRAMS = frozenset(
    ("/URI", "/JS", "/DA", "/RC", "/RV", "/DS", "/XFA", "/Dest", "/D", "/P", "/Base", "/ID", "/IDTree", "/NM", "/Lang")
)
_SPOKEN = ("/ActualText", "/Alt", "/E")
_PICTURED = ("/Figure", "/Formula", "/Form", "/Link")
_DEEPEST = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


Owners = Mapping[tuple[int, int], Sequence[int]]
"""Numbers of the pages that a content stream draws, by its object."""


def owners_in(pdf: Any) -> Owners:
    """Of every page's content; asked for before any page is changed."""
    owners: dict[tuple[int, int], list[int]] = {}
    for number, page in enumerate(pdf.pages):
        contents = page.obj.get("/Contents")
        for one in contents if isinstance(contents, pikepdf.Array) else [contents]:
            if isinstance(one, pikepdf.Stream):
                owners.setdefault(key_of(one), []).append(number)
    return owners


def change(pdf: Any, places: Sequence[Written], cuts: Mapping[str, Sequence[Cut]], owners: Owners) -> None:
    """`cuts` are spans of a text, each with the word for it."""
    drawn_anew = False
    for place in places:
        if place.text not in cuts:
            continue
        own = merged(cuts[place.text])
        if place.key == NAMED:
            raise ValueError("words in the name of an object")
        if place.key == "":
            _change_object(pdf, place, owners)
            continue
        holder = place.inner
        if isinstance(holder, (pikepdf.Dictionary, pikepdf.Stream)) and str(place.key) not in holder:
            continue  # it went with the word below it, or with the file that it is about
        string = holder[place.key]
        if place.key in _FOR_PROGRAMS:
            del holder[place.key]
        else:
            holder[place.key] = pikepdf.String(_new(string, place.text, own))
        drawn_anew = _undraw(place.object) or drawn_anew
    if drawn_anew and "/AcroForm" in pdf.Root:
        pdf.Root.AcroForm.NeedAppearances = True


def merged(cuts: Iterable[Cut]) -> list[Cut]:
    """Cuts that touch no other, in order."""
    made: list[Cut] = []
    for (start, end), word in sorted(cuts):
        if made and start < made[-1][0][1]:
            (first, last), known = made.pop()
            made.append(((first, max(last, end)), known))
        else:
            made.append(((start, end), word))
    return made


def spliced(text: str, cuts: Sequence[Cut]) -> str:
    """The text with every cut made; cuts touch no other and are in order."""
    for (start, end), word in reversed(cuts):
        text = text[:start] + word + text[end:]
    return text


def _new(string: Any, text: str, cuts: Sequence[Cut]) -> str:
    """Where the bytes have several readings, all of the string goes: only one of them would lose the words."""
    if isinstance(string, pikepdf.String) and str(string) == text:
        return spliced(text, cuts)
    return cuts[0][1]


def _change_object(pdf: Any, place: Written, owners: Owners) -> None:
    thing = place.object
    if not isinstance(thing, pikepdf.Stream):
        raise ValueError("a string that is an object of its own")  # noqa: TRY004  # of the file, not of a call
    if str(thing.get("/Type", "")) in ("/ObjStm", "/XRef"):
        return  # written anew with what is used
    if pages := owners.get(key_of(thing)):
        for number in pages:
            page = pdf.pages[number]
            page.obj.Contents = pdf.make_stream(_unspoken(page))
    elif str(thing.get("/Subtype", "")) == "/Form":
        thing.write(_unspoken(thing))
    else:
        thing.write(b"")


def _unspoken(thing: Any) -> bytes:
    """The content of a page or form without all that is to be spoken in place of what it draws."""
    made = []
    for operands, operator in parsed(thing):
        if operator in ("BDC", "DP") and len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary):
            kept = {key: value for key, value in operands[1].items() if key not in _SPOKEN}
            operands = [operands[0], pikepdf.Dictionary(kept)]
        made.append((operands, operator))
    return unparsed(made)


def unspeak(pdf: Any) -> None:
    """Drop what the document's structure says in place of what pages draw, but for the descriptions of pictures: it may
    say letter by letter what stands on a page no more (ISO 32000-2 sections 14.9.3 to 14.9.5)."""
    for thing in pdf.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Array)):
            _unspeak(thing, 0)


def _unspeak(thing: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError("a structure deeper than is followed")
    if isinstance(thing, pikepdf.Dictionary) and isinstance(kind := thing.get("/S"), pikepdf.Name):
        for key in _SPOKEN:
            if key in thing and not (key == "/Alt" and str(kind) in _PICTURED and len(str(thing[key])) > 1):
                del thing[key]
    inside = thing.values() if isinstance(thing, pikepdf.Dictionary) else thing
    for one in list(inside):
        if isinstance(one, (pikepdf.Dictionary, pikepdf.Array)) and not one.is_indirect:
            _unspeak(one, depth + 1)


def _undraw(thing: Any) -> bool:
    """Drops what was drawn of a note or field, and of those below it, when its words have changed."""
    if not isinstance(thing, pikepdf.Dictionary):
        return False
    dropped = False
    if "/AP" in thing:
        del thing["/AP"]
        dropped = True
    for child in thing.get("/Kids", ()) if isinstance(thing.get("/Kids"), pikepdf.Array) else ():
        if isinstance(child, pikepdf.Dictionary) and "/AP" in child:
            del child["/AP"]
            dropped = True
    return dropped
