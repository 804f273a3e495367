"""What is a Chinese character. Apart from `chinese`, whose tables of readings are large: a relay needs none of them.

In: text. Out: truth values. Nothing here fails.
"""

import re

_HAN = re.compile("[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def is_han(character: str) -> bool:
    """One Chinese character (ideographs and radicals, not punctuation or kana)."""
    return _HAN.match(character) is not None


def has_han(text: str) -> bool:
    """Whether there is a Chinese character in it."""
    return _HAN.search(text) is not None


def all_han(text: str) -> bool:
    """Chinese characters and nothing else; False for an empty text."""
    return bool(text) and all(map(is_han, text))
