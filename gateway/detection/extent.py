"""How far what was found reaches: a number to its end, a bracket to its partner, a nickname to its ornaments.

Letters and digits are what is compared; what belongs to them beside that must not stay behind: `（020）8123 4567` would
leave a bracket, `1.3912345678E+10` an exponent, `꧁༺鸣༻꧂` what is as good as the name.

In: a text, a span of it, the ornaments of a name. Out: a span over it. Nothing here fails; looks a few characters far.
"""

import re
import unicodedata

_PARTNERS = {")": "(", "）": "（", "]": "[", "】": "【", "〕": "〔", "」": "「", "』": "『", "》": "《"}
_OPENED = {opening: closing for closing, opening in _PARTNERS.items()}
_SCIENTIFIC = re.compile(r"[0-9０-９][.．][0-9０-９]+\Z")
_EXPONENT = re.compile(r"[eEｅＥ][+＋\-－]?[0-9０-９]{1,3}(?![0-9０-９A-Za-z])")
_LONGEST, _REACH = 64, 48
_UNSEEN = frozenset(("Mn", "Me", "Cf"))


def whole(original: str, start: int, end: int) -> tuple[int, int]:
    """The span with the partner of a bracket inside it, and with the exponent of a number."""
    if end - start > _LONGEST:
        return start, end
    written = original[start:end]
    if _SCIENTIFIC.match(written):
        exponent = _EXPONENT.match(original, end)
        return start, exponent.end() if exponent else end
    open_ones: list[str] = []
    for character in written:
        if character in _OPENED:
            open_ones.append(character)
        elif character in _PARTNERS:
            if open_ones and open_ones[-1] == _PARTNERS[character]:
                open_ones.pop()
            elif start and original[start - 1] == _PARTNERS[character]:
                start -= 1
    for opening in reversed(open_ones):
        if end < len(original) and original[end] == _OPENED[opening]:
            end += 1
    return start, end


def ornamented(original: str, start: int, end: int, ornaments: tuple[str, str]) -> tuple[int, int]:
    """The span with as much of a name's ornaments as stands around it; `ornaments` are folded, without blanks."""
    before, behind = ornaments
    start = _over(original, start, before[::-1], -1) if before else start
    end = _over(original, end, behind, 1) if behind else end
    return start, end


def _over(original: str, place: int, ornament: str, step: int) -> int:
    """Where an ornament ends that begins at a place, seen from the name."""
    at, matched = place, 0
    limit = min(len(original), place + _REACH) if step > 0 else max(0, place - _REACH)
    while matched < len(ornament) and at != limit:
        character = original[at] if step > 0 else original[at - 1]
        folded = unicodedata.normalize("NFKC", character).casefold()
        if character.isspace() or unicodedata.category(character) in _UNSEEN:
            at += step
        elif folded == ornament[matched] or character == ornament[matched]:
            at += step
            matched += 1
            place = at
        else:
            break
    while step > 0 and place < len(original) and unicodedata.category(original[place]) in _UNSEEN:
        place += 1  # what changes the look of the last sign
    return place
