"""Writes a card or calendar again: the bytes that say what is taken out become others, in the charset and encoding of
their line; folds and all other lines stay.

A line whose value is gone as a whole is dropped where the standards let it be (a number, an address, an attendee): then
nothing shows that it was there. A name that a card must have becomes a placeholder, and of a card in whose name
something goes every other line goes too: a second number, a birthday, an employer would say whose it was.

In: the source that was read, edits. Out: the new bytes. Raises ValueError for an edit without a place, and for a word
that the charset of its line cannot say.
"""

import base64
import re
import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from gateway.formats import Change, FileEdits, Removed, Rewritten, Source
from gateway.formats.vcard.card import Card, CardLine, card_of
from gateway.formats.vcard.lines import unescaped_view
from gateway.formats.vcard.read import ShownCard, is_editable, shown_of
from gateway.text.charsets import codec_of
from gateway.text.edits import leads_back
from gateway.text.indexes import decoded, encoded
from gateway.text.offset_map import Span, merged, placed

_MAY_GO = frozenset(
    """
    TEL EMAIL IMPP NICKNAME URL ATTENDEE ORGANIZER CONTACT RELATED AGENT MEMBER NOTE PHOTO LOGO SOUND KEY ATTACH COMMENT
    BDAY SORT-STRING LABEL ADR ORG TITLE
    """.split()  # noqa: SIM905  # a table of words is read as one
)
_SCHEME = re.compile(r"(?:mailto|tel|sip|xmpp|http|https|im|acct):", re.IGNORECASE)
_OF_ANY_CARD = re.compile(rb"(?:[\w-]+\.)?(?:FN|N|VERSION|PRODID|REV)[;:]")
_SAYS = re.compile(r"[^\s;,]")
_ESCAPED = re.compile(r"[\\,;\n]")
_NOT_IN_PARAMETERS = re.compile(r"[\x00-\x1f\";:,^]")
_WIDTH = 75
_Cut = tuple[list[Span], str]
"""Bytes of a logical line, in order, and what stands there then."""


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The file with the edits made."""
    if edits.paints:
        raise ValueError("a card has no boxes")
    if not edits.changes and not edits.children:
        return Rewritten(source.data)
    card = card_of(source)
    codec = _codec(source, card)
    cuts: dict[int, list[_Cut]] = {}
    for number, cut in _cuts(source, card, edits):
        cuts.setdefault(number, []).append(cut)
    values = _values(card, edits)
    pieces: list[tuple[int, int, bytes]] = []
    of_nobody = _without_a_name(card, cuts)
    for number in sorted({*cuts, *values, *of_nobody}):
        line = card.lines[number]
        if number in of_nobody:
            pieces.append((line.logical.start, line.logical.end, b""))
            continue
        new = values.get(number)
        own = cuts.get(number, [])
        if new is not None:
            value_at = _value_at(line)
            own = [cut for cut in own if cut[0][-1][1] <= value_at]
        if isinstance(new, Removed) or (new is None and _goes(line, own)):
            pieces.append((line.logical.start, line.logical.end, b""))
            continue
        pieces += _spliced(line, own, codec)
        if new is not None:
            pieces.append(_with_value(source.data, line, new, codec))
    out, at = bytearray(), 0
    for start, end, text in sorted(pieces, key=lambda piece: piece[:2]):
        out += source.data[at:start] + text
        at = end
    out += source.data[at:]
    labelled = bool(source.charset) or source.data.isascii()
    return Rewritten(bytes(out), codec if labelled and not out.isascii() else "")


def _codec(source: Source, card: Card) -> str:
    """That of the file, by its lines; UTF-8 where nothing in it says which."""
    said = (line.readings[0].charset for line in card.lines if line.readings and line.places is None)
    best = next((charset for charset in said if charset != "ascii"), "")
    declared = codec_of(source.charset)
    return best or (declared if declared not in ("", "ascii") else "utf-8")


def _cuts(source: Source, card: Card, edits: FileEdits) -> Iterator[tuple[int, _Cut]]:
    """Each change as bytes of lines, by the number of the line."""
    raw = [which for which, reading in enumerate(card.readings) if leads_back(card.stored, reading)]
    shown = shown_of(card)
    more = (["shown"] + (["names"] if shown.names else [])) if is_editable(source, card) else []
    asked: dict[int, list[Change]] = {}
    for change in edits.changes:
        if change.whole_field or not 0 <= change.ordinal < len(raw) + len(more):
            raise ValueError("no such fragment in this card")
        asked.setdefault(change.ordinal, []).append(change)
    for ordinal, changes in asked.items():
        changes.sort(key=lambda change: change.span)
        if ordinal < len(raw):
            yield from _in_file(card, raw[ordinal], changes)
        elif more[ordinal - len(raw)] == "shown":
            yield from _in_lines(card, shown, changes)
        else:
            yield from _in_names(card, shown, changes)


def _in_file(card: Card, which: int, changes: Sequence[Change]) -> Iterator[tuple[int, _Cut]]:
    """Changes of the file as it is stored."""
    reading = card.readings[which]
    starts = [line.logical.start for line in card.lines]
    at, place = 0, len(card.stored) - len(encoded(reading.text, reading.charset))  # behind the mark of an encoding
    for change in changes:
        start, end = change.span
        _must_fit(change, len(reading.text))
        place += len(encoded(reading.text[at:start], reading.charset))
        at = start
        some = False
        for first, last in card.in_file(place, place + len(encoded(reading.text[start:end], reading.charset))):
            number = max(0, bisect_right(starts, first) - 1)
            while number < len(card.lines) and card.lines[number].logical.start < last:
                if spans := list(card.lines[number].logical.of_file(first, last)):
                    some = True
                    yield number, (spans, change.replacement)
                number += 1
        _must_stand(some)


def _in_lines(card: Card, shown: ShownCard, changes: Sequence[Change]) -> Iterator[tuple[int, _Cut]]:
    """Changes of the lines as they are shown."""
    starts = [0, *accumulate(len(line.text) + 1 for line in shown.lines)]
    for change in changes:
        start, end = change.span
        _must_fit(change, starts[-1] - 1)
        some = False
        which = bisect_right(starts, start) - 1
        while which < len(shown.lines) and starts[which] < end:
            one = shown.lines[which]
            line = card.lines[one.line]
            view = unescaped_view(line.readings[one.reading].text)
            first, last = max(0, start - starts[which]), min(len(one.text), end - starts[which])
            if spans := [line.bytes_of(one.reading, *span) for span in view.resolve(first, max(first, last))]:
                some = True
                yield one.line, (spans, change.replacement)
            which += 1
        _must_stand(some)


def _in_names(card: Card, shown: ShownCard, changes: Sequence[Change]) -> Iterator[tuple[int, _Cut]]:
    """Changes of names: wherever a line says one of them."""
    names = list(shown.names.items())
    starts = [0, *accumulate(len(text) + 1 for text, _ in names)]
    for change in changes:
        start, end = change.span
        _must_fit(change, starts[-1] - 1)
        some = False
        which = bisect_right(starts, start) - 1
        while which < len(names) and starts[which] < end:
            text, places = names[which]
            first, last = max(0, start - starts[which]), min(len(text), end - starts[which])
            for number, reading, name in places:
                if spans := sorted(card.lines[number].bytes_of(reading, *span) for span in name.resolve(first, last)):
                    some = True
                    yield number, (spans, change.replacement)
            which += 1
        _must_stand(some)


def _must_fit(change: Change, size: int) -> None:
    if not 0 <= change.span[0] <= change.span[1] <= size:
        raise ValueError("no such place in this card")


def _must_stand(some: bool) -> None:
    if not some:
        raise ValueError("nothing of the card stands there")


def _values(card: Card, edits: FileEdits) -> dict[int, bytes | Removed]:
    """New values of lines: what they carry in base64, or as HTML."""
    values: dict[int, bytes | Removed] = {}
    for child, new in edits.children:
        if not child.path:
            raise ValueError("a value that cannot be written back")
        for number in child.path:
            if not 0 <= number < len(card.lines) or number in values:
                raise ValueError("no such value in this card, or one that is written twice")
            values[number] = new if isinstance(new, Removed) else new.data
    return values


def _value_at(line: CardLine) -> int:
    """Where the value begins, in bytes of the logical line."""
    if line.coded is not None:
        return line.coded[0]
    return line.bytes_of(0, 0, line.content().value_at)[1]


def _without_a_name(card: Card, cuts: dict[int, list[_Cut]]) -> set[int]:
    """The lines of cards in whose name something goes, but for those that a card must have."""
    gone: set[int] = set()
    inside: list[int] = []
    named = True
    for number, line in enumerate(card.lines):
        bare = line.logical.data.strip().upper()
        if bare == b"BEGIN:VCARD":
            inside, named = [], True
        elif bare == b"END:VCARD":
            gone |= set() if named else set(inside)
            inside, named = [], True
        elif not _OF_ANY_CARD.match(bare):
            inside.append(number)
        elif number in cuts and line.readings and line.content().name in ("FN", "N"):
            named = False  # also where it says more: `…的妈妈`, `…先生`
    return gone


def _goes(line: CardLine, cuts: list[_Cut]) -> bool:
    """Whether a line that may be dropped has nothing left of its value."""
    if line.coded is not None or not line.readings:
        return False
    name = line.content().name
    return (name in _MAY_GO or name.startswith("X-")) and _is_covered(line, cuts)


def _is_covered(line: CardLine, cuts: list[_Cut]) -> bool:
    """Whether the cuts leave nothing of a value but what parts its components."""
    content = line.content()
    scheme = _SCHEME.match(content.value)
    start = content.value_at + (scheme.end() if scheme is not None else 0)
    covered = merged(span[:2] for span in placed(cuts))
    some = False
    for sign in _SAYS.finditer(line.readings[0].text, start):
        some = True
        first, last = line.bytes_of(0, *sign.span())
        around = bisect_right(covered, (first, sys.maxsize)) - 1
        if around < 0 or covered[around][1] < last:
            return False
    return some


def _spliced(line: CardLine, cuts: list[_Cut], codec: str) -> Iterator[tuple[int, int, bytes]]:
    """The cuts as places in the file with their new bytes; a word of ours stands in the first of its places."""
    value_at = _value_at(line)
    for start, end, word in placed(cuts):
        text = _bytes_of(line, word, codec, in_value=start >= value_at)
        for first, last in line.logical.in_file(start, end):
            yield first, last, text
            text = b""


def _bytes_of(line: CardLine, word: str, codec: str, in_value: bool) -> bytes:
    if not in_value:
        word = _NOT_IN_PARAMETERS.sub("", word)
    elif line.places is None:
        word = _ESCAPED.sub(lambda sign: "\\n" if sign[0] == "\n" else f"\\{sign[0]}", word)
    if line.readings and line.readings[0].charset != "ascii":
        codec = line.readings[0].charset
    elif line.places is not None:
        codec = codec_of(line.declared) or codec
    try:
        data = encoded(word, codec)
        if decoded(data, codec) != word:
            raise ValueError("a word that the charset of the line cannot say")
    except LookupError as error:
        raise ValueError("a charset that is not written") from error
    except UnicodeError as error:
        raise ValueError("a word that the charset of the line cannot say") from error
    if line.places is None or not in_value:
        return data
    return b"".join(bytes((one,)) if 32 <= one < 127 and one != ord("=") else b"=%02X" % one for one in data)


def _with_value(data: bytes, line: CardLine, new: bytes, codec: str) -> tuple[int, int, bytes]:
    """The value anew: in base64 where it was, else escaped and folded as all are."""
    newline = b"\r\n" if data[: line.logical.end].endswith(b"\r\n") else b"\n"
    start = next((span[0] for span in line.logical.in_file(_value_at(line), len(line.logical.data))), line.logical.end)
    if line.coded is not None:
        coded = base64.b64encode(new)
        rows = [coded[at : at + _WIDTH - 1] for at in range(0, len(coded), _WIDTH - 1)]
        text = b"".join(newline + b" " + row for row in rows)
        return start, line.logical.end, text + newline
    text = _bytes_of(line, new.decode("utf-8"), codec, in_value=True)
    return start, line.logical.end, text + newline
