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

from gateway.formats.pdf.content import parsed, unparsed
from gateway.formats.pdf.objects import NAMED, Written

Cut = tuple[tuple[int, int], str]
_FOR_PROGRAMS = frozenset(
    ("/URI", "/JS", "/DA", "/RC", "/RV", "/DS", "/XFA", "/Dest", "/D", "/P", "/Base", "/ID", "/IDTree", "/NM", "/Lang")
)
_SPOKEN = ("/ActualText", "/Alt", "/E")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def change(pdf: Any, places: Sequence[Written], cuts: Mapping[str, Sequence[Cut]]) -> None:
    """`cuts` are spans of a text, each with the word for it."""
    drawn_anew = False
    for place in places:
        if place.text not in cuts:
            continue
        own = merged(cuts[place.text])
        if place.key == NAMED:
            raise ValueError("words in the name of an object")
        if place.key == "":
            _change_object(pdf, place, own)
            continue
        holder = place.inner
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


def _change_object(pdf: Any, place: Written, cuts: Sequence[Cut]) -> None:
    thing = place.object
    if isinstance(thing, pikepdf.Stream):
        if str(thing.get("/Type", "")) in ("/ObjStm", "/XRef"):
            return  # written anew with what is used
        if _is_content(pdf, thing):
            _unspeak(pdf, thing)
        else:
            thing.write(b"")
    else:
        raise ValueError("a string that is an object of its own")  # noqa: TRY004  # of the file, not of a call


def _is_content(pdf: Any, thing: Any) -> bool:
    return str(thing.get("/Subtype", "")) == "/Form" or any(
        one.objgen == thing.objgen for page in pdf.pages for one in _contents(page)
    )


def _contents(page: Any) -> list[Any]:
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
    return [one for one in streams if isinstance(one, pikepdf.Stream)]


def _unspeak(pdf: Any, stream: Any) -> None:
    """Takes from a content stream all that is to be spoken in place of what it draws."""
    pages = [page for page in pdf.pages if any(one.objgen == stream.objgen for one in _contents(page))]
    for owner in pages or [stream]:
        made = []
        for operands, operator in parsed(owner):
            if operator in ("BDC", "DP") and len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary):
                kept = {key: value for key, value in operands[1].items() if key not in _SPOKEN}
                operands = [operands[0], pikepdf.Dictionary(kept)]
            made.append((operands, operator))
        content = unparsed(made)
        if pages:
            owner.obj.Contents = pdf.make_stream(content)
        else:
            owner.write(content)


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
