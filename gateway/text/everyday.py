"""Words of everyday speech, which may be somebody's name: where one stands, it says nothing of a person by itself.

The tables are `chinese_words.txt` and `english_words.txt` (their licences beside them; `deploy/word_tables.py` makes
them), beside what `text.chinese` knows. In: a word as letters. Out: whether it is one. Nothing here fails.
"""

from functools import cache
from importlib import resources

from gateway.text.chinese import is_word
from gateway.text.han import all_han


@cache
def _table(name: str) -> frozenset[str]:
    text = resources.files("gateway.text").joinpath(name).read_text(encoding="utf-8")
    return frozenset(word for word in text.split("\n") if word and not word.startswith("#"))


def is_everyday(word: str) -> bool:
    """A word of Chinese.

    >>> [is_everyday(word) for word in ("安心", "连麦", "张开", "张小鸣", "bill")]
    [True, True, True, False, False]
    """
    return all_han(word) and (is_word(word) or word in _table("chinese_words.txt"))


def is_english(word: str) -> bool:
    """A word of English, in small letters.

    >>> [is_english(word) for word in ("will", "price", "lopez", "zhang")]
    [True, True, False, False]
    """
    return word in _table("english_words.txt")
