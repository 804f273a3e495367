"""Radicals and strokes as the characters that they look like: ⻩⼩⻰ is 黄小龙, as text copied out of a PDF has it.

NFKC knows the Kangxi radicals (U+2F00 on) and two of the supplement (U+2E80 on). `radicals.txt` has them all, from
Unicode's own property Equivalent_Unified_Ideograph (UAX 44); its licence stands beside it, and
`deploy/radicals_table.py` makes it.

In: text. Out: text of the same length. Nothing here fails.
"""

from functools import cache
from importlib import resources


@cache
def equivalents() -> dict[int, str]:
    """The ideograph of each radical and stroke that has one, for `str.translate`."""
    text = resources.files("gateway.text").joinpath("radicals.txt").read_text(encoding="utf-8")
    lines = (line.partition("\t") for line in text.split("\n") if not line.startswith("#"))
    return {ord(radical): meant for radical, _, meant in lines if radical}


def unified(text: str) -> str:
    """The text with ideographs for radicals.

    >>> unified("⻩⼩⻰, tel. 1")
    '黄小龙, tel. 1'
    """
    return text if text.isascii() else text.translate(equivalents())
