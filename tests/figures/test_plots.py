"""Plots are well-formed, say in words what they show, carry no style, and escape what they are given."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.figures.plots import WIDTH, SpokenText, bars, columns, cut, line, nice

NS = "{http://www.w3.org/2000/svg}"
SAID = SpokenText("plot-x", 'a "title" <b>', "one: 1; two: 2 & three")
HOSTILE = '<script>alert(1)</script>" onload="x'


def parsed(svg: str) -> ElementTree.Element:
    assert "style" not in svg
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


@pytest.mark.parametrize(
    "svg",
    [
        columns(SAID, ["a", "b"], [[1, 2], [0, 5]], 0),
        columns(SAID, [], [[]]),
        columns(SAID, [HOSTILE], [[3]]),
        line(SAID, ["a", "b", "c"], [1, None, 100]),
        line(SAID, [], []),
        bars(SAID, [(HOSTILE, 3, "<5"), ("b", 0, "0")]),
        bars(SAID, []),
    ],
)
def test_a_plot_is_well_formed_and_speaks(svg: str) -> None:
    root = parsed(svg)
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.text, desc.text) == (SAID.title, SAID.text)
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert not [one for one in root.iter() if one.tag.endswith("script")]
    assert {name for one in root.iter() for name in one.keys()} <= {  # noqa: SIM118 - an element is no mapping
        "viewBox", "role", "aria-labelledby", "id", "class", "x", "y", "width", "height", "rx", "x1", "x2", "y1", "y2",
        "cx", "cy", "r", "text-anchor",
    }  # fmt: skip


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=52))
def test_columns_stay_inside_and_are_as_high_as_their_values(values: list[tuple[int, int]]) -> None:
    root = parsed(columns(SAID, [str(n) for n in range(len(values))], list(zip(*values, strict=True))))
    for rect in root.iter(f"{NS}rect"):
        x, y, wide, high = (float(rect.get(name) or "nan") for name in ("x", "y", "width", "height"))
        assert x >= 0
        assert x + wide <= WIDTH + 0.2
        assert y >= 0
        assert y + high <= 180
    rects = [one for one in root.iter(f"{NS}rect") if one.get("class") == "s0"]
    assert len(rects) == sum(first > 0 for first, _ in values)


@given(st.integers(0, 10**9))
def test_the_top_of_a_scale_is_round_and_not_far_above(value: int) -> None:
    top = nice(value)
    assert top >= value
    assert top <= max(1, value * 2.5)
    assert str(top).rstrip("0") in ("1", "2", "4", "5")


def test_a_long_word_is_cut() -> None:
    assert cut("name", 44) == "name"
    assert cut("很" * 30, 44).endswith("…")
    assert len(cut("a" * 100, 44)) <= 45
