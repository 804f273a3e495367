"""Text that shows nothing: the tag block of Unicode repeats ASCII in characters that cannot be seen.

In: a text. Out: the same length, with such letters made visible. Nothing here fails.
"""

import re

_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
_TEST = re.compile("[\U000e0020-\U000e007e]{2}")


def has_hidden(text: str) -> bool:
    return _TEST.search(text) is not None


def revealed(text: str) -> str:
    return text.translate(_TAGS)
