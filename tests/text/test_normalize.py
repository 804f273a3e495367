"""Folding may change every character of a text; the way back has to be right for all of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.blocks import BLOCK
from gateway.text.normalize import Normal, letters, letters_alone, normalise

ODD = st.text(st.characters(codec=None) | st.sampled_from("张張鸣鳴ａＡа\u200b\u0335①⑴ﬃßİ\u3164\ufe0f𝟏⼩ 。\n\t\ud800"))


@given(ODD)
def test_every_normalised_character_comes_from_the_original_character_that_folds_to_it(text: str) -> None:
    normal = normalise(text)
    for i, character in enumerate(normal.text):
        start, end = normal.origin(i, i + 1)
        assert end == start + 1
        assert character in normalise(text[start:end]).text


@given(ODD)
def test_places_never_run_backwards_and_stay_inside_the_text(text: str) -> None:
    for view in (normalise(text), letters(text)):
        places = [view.origin(i, i + 1) for i in range(len(view.text))]
        assert places == sorted(places)
        assert all(0 <= start < end <= len(text) for start, end in places)


@given(ODD, ODD, ODD)
def test_a_span_leads_back_to_the_words_it_was_made_of_whatever_stands_around_them(a: str, b: str, c: str) -> None:
    view, before, inside = letters(a + b + c), letters(a), letters(b)
    if inside.text:
        at = len(before.text)
        assert view.text[at : at + len(inside.text)] == inside.text
        start, end = view.origin(at, at + len(inside.text))
        assert len(a) <= start < end <= len(a + b)


@given(ODD)
def test_folding_a_folded_text_changes_nothing(text: str) -> None:
    once = normalise(text).text
    assert normalise(once).text == once


@given(ODD)
def test_letters_are_letters_and_digits_and_can_be_encoded(text: str) -> None:
    view = letters(text).text
    assert letters_alone(text) == view
    assert not view or view.isalnum()
    view.encode()
    normalise(text).text.encode()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("張小鳴", "张小鸣"),
        ("⼩鸣", "小鸣"),
        ("张\u200b小\u2060鸣\ufeff", "张小鸣"),
        ("张\ufe00小\U000e0101鸣", "张小鸣"),
        ("张\U000e0041\U000e0042小鸣", "张小鸣"),
        ("a\u0335b\u20dd", "ab"),
        ("Ｚｈāng Xiǎomíng", "zhang xiaoming"),
        ("хm_fеifеi90", "xm_feifei90"),
        ("ΧΜ", "xm"),
        ("１３８①③⑧𝟏𝟑𝟖", "138138138"),
        ("1\ufe0f\u20e33\ufe0f\u20e3", "13"),
        ("Stra\xadße", "strasse"),
        ("ｘｉａｏ＠ｍａｉｌ．ｅｘａｍｐｌｅ", "xiao@mail.example"),
        ("吕布\x00", "吕布"),
        ("a\u2028b\r", "a\nb\n"),
        ("한글", "한글"),
        ("\ud800", "\ufffd"),
    ],
)
def test_ways_to_write_the_same_thing_fall_together(written: str, folded: str) -> None:
    assert normalise(written).text == folded


def test_letters_leave_out_what_is_put_between_the_characters_of_a_name() -> None:
    view = letters("举报人:张@小 ￥鸣。")
    assert view.text == "举报人张小鸣"
    assert view.origin(3, 6) == (4, 10)
    assert (view.gap(4), view.gap(5), view.gap(1)) == (1, 2, 0)


def test_a_span_of_nothing_came_from_nowhere() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Normal("abc").origin(1, 1)
    with pytest.raises(ValueError, match="nowhere"):
        Normal("abc").origin(2, 4)


@given(ODD.filter(bool))
def test_a_long_text_folds_as_its_pieces_do(text: str) -> None:
    times = 600 // len(text) + 1  # the short are folded by a loop, the long by table
    for fold in (normalise, letters):
        one, many = fold(text), fold(text * times)
        assert many.text == one.text * times
        assert letters_alone(text * times) == letters(text).text * times
        places = [one.origin(i, i + 1) for i in range(len(one.text))]
        back = [many.origin(i, i + 1) for i in range(len(many.text))]
        assert back == [(start + n * len(text), end + n * len(text)) for n in range(times) for start, end in places]


@pytest.mark.parametrize("before", [BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 1])
def test_a_way_back_goes_over_the_border_of_blocks(before: int) -> None:
    view = letters("," + "字" * before + "㎏\u200b小")
    assert view.text[-4:] == "字kg小"
    assert view.origin(before, before + 2) == (before + 1, before + 2)
    assert view.origin(before + 1, before + 3) == (before + 1, before + 4)
    assert view.starts is not None
    assert view.starts.itemsize == 4  # ten million characters must not take a gigabyte
