"""The ways in which one plain text can be read: as it stands, its soft lines joined, its tags taken off, its escapes
undone.

RFC 3676 (format=flowed: a line that ends in a blank goes on in the next; with DelSp the blank goes too), RFC 5545 and
6350 (a line that begins with a blank goes on), RFC 1896 (text/enriched); escapes: `gateway.text.escapes`.

In: a text. Out: `Mapped` texts, each character of which leads back; the first is the text itself.
"""

import re
from collections.abc import Iterator

from gateway.text.escapes import lines_changed, undone
from gateway.text.offset_map import Mapped, replaced, whole

_SOFT = re.compile(r" \r?\n>* ?(?!\s)")
_FOLDED = re.compile(r"\r?\n[ \t]")
_CARD = re.compile(r"\s*BEGIN:(?:VCALENDAR|VCARD)", re.IGNORECASE)
_TAGGED = re.compile(r"</|<(?:br|hr|img|nl|p|wbr)\b", re.IGNORECASE)
"""Where text is marked up: by a tag that is closed, or by one that never is."""
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,300}>")


def views(text: str) -> Iterator[Mapped]:
    """All readings of one text, itself first."""
    base = whole(text)
    yield base
    if _CARD.match(text) and (unfolded := replaced(base, _FOLDED, lambda _: "")) is not None:
        yield unfolded
        base = unfolded
    elif (joined := replaced(base, _SOFT, lambda _: "")) is not None:
        yield joined
    if _TAGGED.search(text) and (bare := lines_changed(base, _TAG, lambda _: "")) is not None:
        yield bare
    yield from undone(base)
