"""The words that the rules add to ours or take from them, as patterns.

Chinese is looked for in letters alone and English in folded text at word borders, as `service_words` does.

In: `Words`. Out: a `Lexicon`, the same for the same words. Pure; linear.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from gateway.model.words import Words
from gateway.text.normalize import letters_alone, normalise

_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class WordPatterns:
    """One list in the two forms in which words are looked for."""

    zh: re.Pattern[str] = _NOTHING
    en: re.Pattern[str] = _NOTHING


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the rules say of words."""

    service: WordPatterns = WordPatterns()
    complaint: WordPatterns = WordPatterns()
    not_complaint: WordPatterns = WordPatterns()
    not_service: frozenset[str] = frozenset()
    things: re.Pattern[str] | None = None


OURS = Lexicon()
"""Where the rules say nothing of words."""


@lru_cache(maxsize=16)
def lexicon_of(words: Words) -> Lexicon:
    """The patterns of these words."""
    return Lexicon(
        _pair(words.service),
        _pair(words.complaint),
        _pair(words.not_complaint),
        frozenset(form for word in words.not_service for form in (letters_alone(word), normalise(word).text.strip())),
        _things(words.things),
    )


def _pair(written: Iterable[str]) -> WordPatterns:
    zh, en = list[str](), list[str]()
    for word in written:
        plain = letters_alone(word)
        if plain.isascii():
            en.append(r"[ \t]{1,4}".join(map(re.escape, normalise(word).text.split())))
        else:
            zh.append(re.escape(plain))
    return WordPatterns(
        re.compile("|".join(sorted(zh, key=len, reverse=True))) if zh else _NOTHING,
        re.compile(rf"(?<!\w)(?:{'|'.join(sorted(en, key=len, reverse=True))})(?!\w)") if en else _NOTHING,
    )


def _things(written: Iterable[str]) -> re.Pattern[str] | None:
    zh = [re.escape(word.strip()) for word in written if not word.isascii()]
    en = [re.escape(word.strip()) for word in written if word.isascii()]
    forms = [rf"牌?(?:{'|'.join(zh)})"] if zh else []
    forms += [rf"[ \t]{{1,4}}(?:{'|'.join(en)})(?![\w'’])"] if en else []
    return re.compile("|".join(forms), re.IGNORECASE) if forms else None
