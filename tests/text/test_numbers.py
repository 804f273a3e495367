"""A number, card or plate in one form, and the view in which unknown ones are looked for."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.text.normalize import normalise
from gateway.text.numbers import plain_number, with_plain_numbers


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("400-820-8820", "4008208820"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("８６１３８００１３８０００", "13800138000"),
        ("8610-62781234", "861062781234"),  # no mobile number: 86 may be anything
        ("粤Ｂ·12345", "粤b12345"),
        ("6222 0210 0111 3350 236", "6222021001113350236"),
    ],
)
def test_one_form(written: str, plain: str) -> None:
    assert plain_number(written) == plain


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("٠١٢", "012"),
        ("138—0013–8000", "138-0013-8000"),
        ("138一0013", "138-0013"),
        ("一、二", "一、二"),
        ("138·0013", "138.0013"),
        ("粤B·12345", "粤b·12345"),
        ("幺三八零零一三八零零零", "13800138000"),
        ("一二三四五六七八九十", "一二三四五六七八九十"),
        ("tel13800138000", ";;;13800138000"),
        ("hotel138", "hotel138"),
        ("20261125-13800138000", "20261125;13800138000"),
        ("2026112-13800138000", "2026112-13800138000"),
    ],
)
def test_the_view(text: str, view: str) -> None:
    assert with_plain_numbers(normalise(text)) == view


@given(st.text(alphabet=st.characters() | st.sampled_from("0123456789一三八-—·٣telno ")))
@example("㏂1一1")
def test_the_view_is_as_long_as_the_normal_text(text: str) -> None:
    normal = normalise(text)
    assert len(with_plain_numbers(normal)) == len(normal.text)
