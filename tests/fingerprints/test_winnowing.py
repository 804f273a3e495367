"""What two texts share is seen by their prints, wherever it stands and however it is written."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.fingerprints.folding import COMMON, ascii_of, thinned
from gateway.fingerprints.winnowing import CERTAIN, GRAM, _shortened, material_prints, placed, text_prints
from gateway.text.normalize import letters, normalise

HAN = "".join(chr(code) for code in range(0x4E00, 0x5200))
texts = st.text(st.sampled_from("举报人张小鸣的来信，。 abcdefg XYZ 0189\n㎏ﬁ張"), max_size=200)


def shared(one: str, other: str) -> int:
    return len(np.intersect1d(text_prints(one), text_prints(other)))


@given(st.text(max_size=300))
def test_the_fast_views_are_those_of_the_slow_table(text: str) -> None:
    slow = "".join(c for c in letters(text).text if c not in COMMON)
    assert "".join(map(chr, thinned(text))) == slow
    folded = [normalise(c).text for c in text]
    expected = "".join(f if len(f) == 1 and f.isascii() else "?" for f in folded)
    if not text.isascii():
        assert ascii_of(text) == expected.encode("ascii")


@given(st.text(HAN, min_size=CERTAIN, max_size=CERTAIN), texts, texts, texts, texts)
def test_a_run_of_25_han_characters_is_seen_wherever_it_stands(run: str, a: str, b: str, c: str, d: str) -> None:
    assert shared(a + run + b, c + run + d) >= 1


@given(st.integers(0, 2**32), texts, texts)
def test_a_run_of_some_twelve_words_is_seen(seed: int, before: str, after: str) -> None:
    words = ["stream", "viewer", "report", "money", "paid", "promised", "refund", "chat", "group", "number", "evening"]
    chosen = random.Random(seed)
    run = " ".join(chosen.choice(words) for _ in range(14))
    if len(thinned(run)) >= CERTAIN:
        assert shared(before + " " + run + " " + after, run.upper()) >= 1


def test_a_run_over_the_edge_of_a_chunk_is_seen() -> None:
    chosen = random.Random(7)
    long = "".join(chosen.choice(HAN) for _ in range(80_000))
    for edge in (32_768, 65_536):
        for at in range(edge - CERTAIN - 3, edge + 3):
            assert shared(long[at : at + CERTAIN], long) >= 1


@given(st.text("ab c张", min_size=3, max_size=30), st.integers(0, 40), st.integers(0, 70_000))
@settings(max_examples=30)
def test_a_long_text_has_the_prints_of_its_letters(text: str, before: int, length: int) -> None:
    """However it falls into pieces."""
    whole = "x" * before + text * (length // len(text)) + "end"
    assert set(text_prints(whole).tolist()) == set(placed("".join(map(chr, thinned(whole))))[0].tolist())


def test_of_a_short_material_every_gram_is_kept() -> None:
    """No window of another text can miss it, however its own windows fall."""
    chosen = random.Random(3)
    for _ in range(200):
        short = "".join(chosen.choice(HAN) for _ in range(CERTAIN))
        around = "".join(chosen.choice(HAN) for _ in range(60))
        assert len(material_prints(short)) == CERTAIN - GRAM + 1
        assert len(np.intersect1d(material_prints(short), text_prints(around + short + around))) >= 1


@pytest.mark.parametrize("text", ["", "短", "九个字的文本没有指", "\ud800\udfff", " \n"])
def test_what_is_too_short_has_none(text: str) -> None:
    assert len(text_prints(text)) == len(material_prints(text)) == 0


def test_one_print_in_some_eight_letters_is_kept() -> None:
    chosen = random.Random(5)
    text = "".join(chosen.choice(HAN) for _ in range(20_000))
    assert 20_000 / 10 < len(text_prints(text)) < 20_000 / 7


@given(texts)
def test_placed_prints_are_those_of_the_text_and_stand_where_they_say(text: str) -> None:
    view = letters(text).text
    values, starts, ends = placed(view)
    assert set(values.tolist()) == set(text_prints(text).tolist())
    for value, start, end in zip(values.tolist(), starts.tolist(), ends.tolist(), strict=True):
        assert text_prints(view[start:end]).tolist() == [value]


def test_unrelated_texts_share_nothing() -> None:
    one = "您好，您的直播间因内容违规被限制推荐，请在三日内提交说明，逾期将按照平台规则处理。"
    other = "该主播于2020年9月12日晚间直播时，诱导观众添加私人账号并在站外收取款项，事后拒绝退还。"
    assert shared(one, other) == 0


@given(st.lists(st.tuples(st.sampled_from("bcd张"), st.integers(1, 90)), max_size=6))
def test_a_letter_said_over_and_over_leaves_the_prints_as_they_are(runs: list[tuple[str, int]]) -> None:
    view = "".join(letter * times for letter, times in runs)
    assert set(placed(view)[0].tolist()) == set(text_prints(view).tolist())


def test_a_letter_said_over_and_over_costs_no_more_than_other_text() -> None:
    """Each of its grams is chosen; they are one."""
    assert len(_shortened(thinned("b" * 100_000))) == CERTAIN
    other = thinned(HAN)
    assert _shortened(other) is other
