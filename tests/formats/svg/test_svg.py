"""SVG: a picture that is XML."""

import base64
import io

import pytest
from hypothesis import given, settings
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words


def svg(body: str, before: str = '<?xml version="1.0"?>') -> bytes:
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{body}</svg>'.encode()


@pytest.mark.parametrize(
    "body",
    [
        f"<text>{SECRET}</text>",
        "<text>举<tspan x='1'>报</tspan><tspan>人</tspan>张小鸣</text>",
        "<text>举报</text><text>人张</text><text>小鸣</text>",
        "<text>&#20030;报人张小鸣</text>",
        f"<title>{SECRET}</title>",
        f"<g aria-label='{SECRET}'/>",
        f"<!-- {SECRET} -->",
        f"<style>/* {SECRET} */</style>",
        f"<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>{SECRET}</p></foreignObject>",
    ],
)
def test_all_that_is_written_is_read(body: str) -> None:
    reading = read(svg(body))
    assert SECRET in words(reading)
    assert reasons(reading) == []
    assert reading.files[0].kind == "svg"


def test_a_document_type_of_an_old_program_is_no_matter() -> None:
    doctype = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert reasons(read(svg("<text>x</text>", f'<?xml version="1.0"?>\n<!-- made by hand -->\n{doctype}\n'))) == []


def test_a_picture_inside_is_looked_at() -> None:
    out = io.BytesIO()
    Image.new("RGB", (30, 40), (200, 30, 30)).save(out, "PNG")
    coded = base64.b64encode(out.getvalue()).decode()
    assert len(read(svg(f"<image xlink:href='data:image/png;base64,{coded}'/>")).pictures) == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (f"<path d='{'M1 1L2 2' * 200}'/>", "drawn_picture"),
        ("<defs><font><glyph unicode='a' d='M0 0'/></font></defs>", "drawn_picture"),
        ("<text>", "broken_svg"),
    ],
)
def test_what_would_have_to_be_drawn_and_what_is_broken_is_held(body: str, reason: str) -> None:
    assert reasons(read(svg(body))) == [reason]


def test_entities_are_refused() -> None:
    doctype = "<!DOCTYPE svg [<!ENTITY a 'x'>]>"
    assert reasons(read(svg("<text>&a;</text>", doctype))) == ["broken_svg"]


@settings(max_examples=30)
@given(damaged(svg(f"<text>{SECRET}</text>")))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
