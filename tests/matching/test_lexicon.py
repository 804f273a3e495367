"""Words of the rules are found as they are written, signs and all, and only as whole words."""

import pytest

from gateway.matching.lexicon import lexicon_of
from gateway.model.words import Words
from gateway.text.normalize import letters_alone, normalise


def is_found(word: str, text: str) -> bool:
    patterns = lexicon_of(Words(service=(word,))).service
    return bool(patterns.zh.search(letters_alone(text)) or patterns.en.search(normalise(text).text))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("#metoo", "We saw #MeToo today"),
        ("(RMA)", "see your return (RMA) of May"),
        ("C++", "the C++ course"),
        ("R&D", "our R&D team"),
        ("return  slip", "the Return slip."),
        ("退换货", "请看退 换货说明"),
    ],
)
def test_a_word_is_found_with_its_signs(word: str, text: str) -> None:
    assert is_found(word, text)


@pytest.mark.parametrize(
    ("word", "text"),
    [("RMA", "the rmas"), ("R&D", "our r&days"), ("#metoo", "x#metoo"), ("#metoo", "#metoos"), ("slip", "slippers")],
)
def test_a_part_of_a_word_is_none(word: str, text: str) -> None:
    assert not is_found(word, text)
