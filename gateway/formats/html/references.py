"""Character references as the HTML standard reads them (13.2.5.72 to 13.2.5.80), however long they are written.

In: a source and what of it is looked through. Out: matches, and what one says. Nothing is raised.
"""

import html
import re
from html.entities import html5

_NUMBER = r"&#(?:[0-9]+|[xX][0-9a-fA-F]+);?"
IN_TEXT = rf"(?:{_NUMBER}|&[a-zA-Z][a-zA-Z0-9]{{1,31}};?)"
"""Pattern of what may be one in text: names of old need no semicolon there."""
IN_ATTRIBUTE = re.compile(rf"{_NUMBER}|&[a-zA-Z][a-zA-Z0-9]{{1,31}}(?:;|(?![=a-zA-Z0-9]))")
"""In a value a name without a semicolon is none where a letter or `=` follows: it is part of an address."""
_ANY = re.compile(IN_TEXT)
_PARTS = re.compile(r"&#([xX]?)0*([0-9a-fA-F]*)")
_MOST_DIGITS = 7  # 0x10FFFF has so many in decimal; what is longer is no character


def decoded_reference(reference: str) -> str:
    """The characters of one match; the match itself where it is no reference."""
    if reference[1] != "#":
        return html.unescape(reference)
    parts = _PARTS.match(reference)
    assert parts is not None
    digits = parts[2] if len(parts[2]) <= _MOST_DIGITS else "110000" if parts[1] else "1114112"
    return html.unescape(f"&#{parts[1]}{digits or '0'};")


def said_in_attribute(reference: str) -> str:
    """The same for a value: there a name without a semicolon is taken whole or not at all."""
    if reference[1] == "#" or reference.endswith(";"):
        return decoded_reference(reference)
    return html5.get(reference[1:], reference)


def decoded(value: str) -> str:
    """A whole value, read as leniently as text. (`html.unescape` raises for a number of more than 4,300 digits.)"""
    return _ANY.sub(lambda match: decoded_reference(match[0]), value) if "&" in value else value
