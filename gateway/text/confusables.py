"""Chinese characters that look alike: 鸣 and 呜, 未 and 末, 晴 and 睛.

`shapes.txt` has for each character those most like it, measured on drawn glyphs (`bench/draw_shapes.py` draws Noto Sans
CJK, blurs and correlates them), and some that handwriting and OCR confuse though they are drawn unlike.

In: two characters. Out: whether one is read for the other. Nothing here fails.
"""

from functools import cache
from importlib import resources


@cache
def _table() -> dict[str, frozenset[str]]:
    text = resources.files("gateway.text").joinpath("shapes.txt").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for line in text.split("\n"):
        if line.startswith("#") or len(line) < 2:
            continue
        for other in line[1:]:
            found.setdefault(line[0], set()).add(other)
            found.setdefault(other, set()).add(line[0])
    return {character: frozenset(others) for character, others in found.items()}


def alike(character: str) -> frozenset[str]:
    """All that one character is taken for, and that are taken for it."""
    return _table().get(character, frozenset())


def look_alike(one: str, other: str) -> bool:
    """Whether two different characters are taken for each other.

    >>> look_alike("鸣", "呜"), look_alike("鸣", "狗")
    (True, False)
    """
    return other in alike(one)
