"""Where sentences end, in long texts as in short ones."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import context_words
from gateway.detection.context_words import Cues
from gateway.text.blocks import BLOCK
from gateway.text.normalize import letters

_PLAINLY = re.compile(r"[。！？!?；;]|(?<=[a-z0-9)\]]{2})\.(?=\s)|\n[ \t\r]*\n")


@pytest.mark.parametrize("block", [1, 2, 5, BLOCK])
def test_a_sentence_ends_where_it_does_whatever_block_that_is_in(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_words, "BLOCK", block)

    @given(st.text("\n\r\t .。!a1)张", max_size=30))
    def holds(text: str) -> None:
        view = letters(text)
        found = Cues(text, view)._ends
        ends = [match.end() - 1 for match in _PLAINLY.finditer(text)]
        before = [sum(view.origin(i, i + 1)[0] < end for i in range(len(view.text))) for end in ends]
        assert sorted(set(found)) == sorted(set(before))

    holds()
