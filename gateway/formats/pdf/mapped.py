"""Whether the text of a page says every glyph that it draws.

A font's map to Unicode may lack glyphs, by chance or to hide a name of two characters from whoever reads the text
alone. PDFium leaves such a glyph out of the text (U+0000), or gives what is nobody's character (private use, U+FFFD). A
mark of a list in private use, with blanks around it, and a hyphen at a line's end (U+FFFE) are what they look like.

In: a text page of PDFium and its text. Out: whether the page has to be looked at. Nothing is raised; linear time.
"""

import re
from typing import Any

import pypdfium2.raw as raw

_UNMAPPED = re.compile("[\x00-\x08\x0e-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")
_BULLET = re.compile(
    r"(?:^|(?<=\s))[\uf06c-\uf06f\uf071\uf075\uf076\uf0a7\uf0a8\uf0b7\uf0d8\uf0e0\uf0fc](?=\s)", re.MULTILINE
)
_MOST = 2
_HYPHENS = "\ufffe\x02"


def says_all(page: Any, text: str) -> bool:
    """Whether every glyph of the page has a character in its text, as PDFium gave it."""
    if page.count_chars() > len(text) or len(_UNMAPPED.findall(text)) > _MOST + _hyphens(page, text):
        return False
    rest = _BULLET.sub(" ", text)
    return len(_UNMAPPED.findall(rest)) <= _hyphens(page, rest)


def _hyphens(page: Any, text: str) -> int:
    """How many of the signs for a hyphen are one, as PDFium knows by where they stand."""
    if not any(sign in text for sign in _HYPHENS):
        return 0
    return sum(raw.FPDFText_IsHyphen(page, place) == 1 for place in range(page.count_chars()))
