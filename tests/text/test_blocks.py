"""What is found a block at a time is what is found at once, wherever the blocks end."""

import re

import pytest
from ahocorasick_rs import AhoCorasick
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.blocks import literals, matches, translated

WRITTEN = st.text("ab1*张 \n", max_size=60)
BLOCK = st.integers(1, 9)
PATTERN = re.compile(r"(?<![0-9])[0-9*]{1,4}(?=[a张]|\Z)|ab+?(?!b)\n|张 ?张")


@given(WRITTEN, BLOCK)
def test_a_pattern_finds_the_same_in_blocks(text: str, block: int) -> None:
    text = re.sub("b{4,}", "b", text)  # a match of this pattern is no longer than its reach
    found = [match.span() for match in matches(PATTERN, text, 8, block=block)]
    assert found == [match.span() for match in PATTERN.finditer(text)]


@given(WRITTEN, BLOCK, st.lists(st.text("ab1张", min_size=1, max_size=12), min_size=1, max_size=6, unique=True))
def test_an_automaton_finds_the_same_in_blocks_shorter_than_its_words(text: str, block: int, words: list[str]) -> None:
    automaton = AhoCorasick(words)
    found = list(literals(automaton, max(map(len, words)), text, block=block))
    assert sorted(found) == sorted(automaton.find_matches_as_indexes(text, overlapping=True))
    assert [end for _, _, end in found] == sorted(end for _, _, end in found)


@given(WRITTEN, BLOCK)
def test_letters_are_put_for_others_in_blocks(text: str, block: int) -> None:
    table = {ord("a"): "b", ord("张"): "章"}
    assert translated(text, table, block=block) == text.translate(table)


def test_what_a_pause_raises_ends_the_search() -> None:
    pauses = 0

    def enough() -> None:
        nonlocal pauses
        pauses += 1
        if pauses > 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        list(matches(re.compile("z"), "a" * 50, 1, enough, block=5))
    assert pauses == 3
