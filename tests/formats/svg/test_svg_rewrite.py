"""Words in an SVG are replaced where they stand."""

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from edited import PLACEHOLDER, attached, mail_with, rewritten
from gateway.formats import Change, FileEdits, Removed, Source
from gateway.formats.svg.read import read
from gateway.formats.svg.rewrite import rewritten as rewritten_svg
from gateway.model import Location, TextFragment

NAME = "张小鸣"
WORDS = {NAME: PLACEHOLDER}
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n'


def svg(inside: str, head: str = HEAD) -> bytes:
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg" width="9">{inside}</svg>\n'.encode()


def after(data: bytes) -> bytes:
    return attached(rewritten(mail_with(("a.svg", data)), WORDS)[0])


@pytest.mark.parametrize(
    ("inside", "wanted"),
    [
        (f"<text>来自{NAME}的信</text>", f"<text>来自{PLACEHOLDER}的信</text>"),
        (
            f"<text><tspan>{NAME[:1]}</tspan><tspan>{NAME[1:]}</tspan></text>",
            f"<text><tspan>{PLACEHOLDER}</tspan><tspan></tspan></text>",
        ),
        (f"<text>{NAME[:1]}\n  <tspan>{NAME[1:]}</tspan>说</text>", f"<text>{PLACEHOLDER}\n  <tspan></tspan>说</text>"),
        (
            f'<g id="{NAME}" class="a"><title>{NAME}</title></g>',
            f'<g id="{PLACEHOLDER}" class="a"><title>{PLACEHOLDER}</title></g>',
        ),
        (f"<!-- {NAME} --><text>甲&amp;乙</text>", f"<!-- {PLACEHOLDER} --><text>甲&amp;乙</text>"),
    ],
)
def test_a_word_is_replaced_in_its_place_and_nothing_else(inside: str, wanted: str) -> None:
    assert after(svg(inside)) == svg(wanted)


def test_words_outside_the_drawing_are_read_and_not_rewritten() -> None:
    source = Source(svg("<text>x</text>", f"<!-- {NAME} -->"), Location("2"), "a", editable=True)
    ordinal, fragment = next(
        (n, p) for n, p in enumerate(read(source)) if isinstance(p, TextFragment) and NAME in p.text
    )
    at = fragment.text.index(NAME)
    with pytest.raises(ValueError, match="outside"):
        rewritten_svg(source, FileEdits((Change(ordinal, (at, at + 3), "x"),)))


def test_a_picture_inside_is_taken_out() -> None:
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    link = f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
    source = Source(svg(f'<image href="{link}"/><text>x</text>'), Location("2"), "a", editable=True)
    child = next(piece for piece in read(source) if not isinstance(piece, TextFragment))
    data = rewritten_svg(source, FileEdits(children=((child, Removed("x")),))).data  # type: ignore[arg-type]
    assert data == svg('<image href=""/><text>x</text>')


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["text", "title", "g", "tspan"]), st.text("张小鸣 说&<\n", max_size=6)), max_size=5
    ),
    st.integers(0, 3),
    st.integers(0, 20),
    st.integers(1, 5),
)
def test_every_word_outside_an_edit_is_still_there(
    pieces: list[tuple[str, str]], which: int, start: int, size: int
) -> None:
    root = etree.Element("svg")
    for tag, text in pieces:
        etree.SubElement(root, tag).text = text
    source = Source(etree.tostring(root, encoding="utf-8"), Location("2"), "a", editable=True)
    assert rewritten_svg(source, FileEdits()).data == source.data
    texts = [piece for piece in read(source) if isinstance(piece, TextFragment)]
    if which >= len(texts) or start >= len(texts[which].text):
        return
    end = min(len(texts[which].text), start + size)
    try:
        out = rewritten_svg(source, FileEdits((Change(which, (start, end), "[略]"),))).data
    except ValueError:
        return
    before, behind = texts[which].text[:start], texts[which].text[end:]
    said = "".join(map(str, etree.fromstring(out).itertext()))
    assert "".join((before + "[略]" + behind).split()) == "".join(said.split())
