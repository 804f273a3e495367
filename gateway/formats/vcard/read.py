"""Reads cards (vCard 2.1, RFC 2426, RFC 6350) and calendars (RFC 5545): lines unfolded, values decoded, as text; names
of people by themselves, structured ones put together; what is HTML as HTML; what they carry in base64 as children.

A fold may stand between the bytes of one character, and old phones fold inside quoted-printable. The lines as they are
stored are given as well, for whoever opens the file in an editor.

In: the file. Out: texts, children. Nothing is raised.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.formats import Child, Piece, Source
from gateway.formats.vcard.card import Card, card_of, charset_named
from gateway.formats.vcard.lines import PersonName, is_page, line_of, markup, names, unescaped
from gateway.model import Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.edits import leads_back

_MOST_CHILDREN = 500
_MOST_PAGES = 50
_LONGEST_NAMED = 500


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line in one of its readings, as it is shown."""

    line: int
    reading: int
    text: str = field(repr=False)


@dataclass(slots=True)
class ShownCard:
    """What a card shows: its lines; each name once, with every line and reading that says it; pages likewise."""

    lines: list[ShownLine] = field(default_factory=list)
    names: dict[str, list[tuple[int, int, PersonName]]] = field(default_factory=dict)
    pages: dict[str, list[int] | None] = field(default_factory=dict)
    in_base64: dict[str, None] = field(default_factory=dict)


def shown_of(card: Card) -> ShownCard:
    """`pages`: the lines whose value is that page, None where it cannot be written back."""
    shown = ShownCard()
    for number, line in enumerate(card.lines):
        for which, reading in enumerate(line.readings):
            shown.lines.append(ShownLine(number, which, unescaped(reading.text)))
            content = line_of(reading.text)
            for name in names(content):
                if len(name.text) <= _LONGEST_NAMED:
                    shown.names.setdefault(name.text, []).append((number, which, name))
            for place, page in enumerate(markup(content)):
                in_place = not place and not which and is_page(content) and line.leads_back
                places = shown.pages.setdefault(page, [])
                if in_place and places is not None:
                    places.append(number)
                else:
                    shown.pages[page] = None
        if line.loose is not None:
            head, values = line.loose
            for value in values:
                named = _names_in_base64(line.logical.data[:head], value, line.declared)
                shown.in_base64 |= dict.fromkeys(named)
        if line.coded is not None:
            head, value = line.coded
            shown.in_base64 |= dict.fromkeys(_names_in_base64(line.logical.data[:head], value, line.declared))
    return shown


def is_editable(source: Source, card: Card) -> bool:
    """Whether every span of what is shown leads back to bytes."""
    return (
        source.editable
        and not card.too_long
        and all(line.readings and line.leads_back for line in card.lines if line.coded is None)
    )


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    card = card_of(source)
    for reading in card.readings:
        yield TextFragment(
            where, "document", reading.text, editable=source.editable and leads_back(card.stored, reading)
        )
    shown = shown_of(card)
    number = 0
    for place, line in enumerate(card.lines):
        if line.coded is not None:
            number += 1
            if number > _MOST_CHILDREN:
                yield Unreadable(where, "too_many_parts")
                break
            yield Child(where.inside(steps.value(number)), line.coded[1], path=(place,))
            continue
        if line.loose is not None:
            number += 1
            for value in line.loose[1] if number <= _MOST_CHILDREN else ():
                yield Child(where.inside(steps.value(number)), value)
        if not line.readings:
            yield Unreadable(where, "undecodable_text")
    editable = is_editable(source, card)
    yield TextFragment(where, "document", "\n".join(line.text for line in shown.lines), editable=editable)
    place_of_names = where.inside(steps.NAMES)
    if shown.names:
        yield TextFragment(place_of_names, "metadata", "\n".join(shown.names), editable=editable, names_people=True)
    if hidden := [name for name in shown.in_base64 if name not in shown.names]:
        yield TextFragment(place_of_names, "metadata", "\n".join(hidden), names_people=True)
    yield from _pages(shown.pages, where)
    if card.too_long:
        yield Unreadable(where, "document_too_large")


def _names_in_base64(head: bytes, value: bytes, charset: str) -> Iterator[str]:
    """Names of people in a value that was in base64: `N` has its parts there too."""
    if len(value) > _LONGEST_NAMED:
        return
    for reading in decodings(value, charset_named(head, charset))[:3]:
        for name in names(line_of(head.decode("ascii", "replace") + reading.text)):
            yield name.text


def _pages(pages: dict[str, list[int] | None], where: Location) -> Iterator[Child]:
    """Values that are HTML, each by itself, for what one leaves open would swallow the next; the last ones together."""
    found = list(pages.items())
    first, rest = found[:_MOST_PAGES], found[_MOST_PAGES:]
    if rest:
        first = [*first, ("\n".join(page for page, _ in rest), None)]
    for number, (page, places) in enumerate(first, 1):
        path = None if places is None else tuple(places)
        yield Child(where.inside(steps.html(number)), page.encode("utf-8", "replace"), "", "html", "utf-8", path)
