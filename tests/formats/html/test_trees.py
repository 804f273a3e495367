"""What other parsers show of a page stands in our texts, in the order in which they show it; and can be taken out."""

import os

import pytest

from gateway.errors import CannotRewrite
from gateway.formats import Change, FileEdits, Source
from gateway.formats.html import FORMAT
from gateway.model import Location, TextFragment, Unreadable
from trees import bare, by_html5lib, by_lexbor, generated, missing_by_parsers, runs, views_of

PAGES = 5000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 600
NAME = "张小鸣"


def page(markup: str) -> Source:
    return Source(markup.encode("utf-8", "replace"), Location("1"), charset="utf-8", editable=True)


@pytest.mark.hypothesis  # for `make fuzz`, which chooses by this mark
def test_no_run_of_text_that_html5lib_or_lexbor_shows_is_missing() -> None:
    assert {n: runs for n in range(PAGES) if (runs := missing_by_parsers(generated(n)))} == {}


@pytest.mark.parametrize(
    "markup",
    [
        # raw text hides the beginning of a style from a parser that does not know it
        *(
            f"<{name} hidden><style></{name}>张<b></b>小<b></b>鸣<{name} hidden></style></{name}>"
            for name in ("textarea", "xmp", "iframe", "noembed", "noframes", "noscript", "title", "TEXTAREA", "script")
        ),
        "<svg><style></svg>张<b>小</b>鸣<svg></style></svg>",
        "<math><style></math>张<b>小</b>鸣<math></style></math>",
        "<math><mi><style></mi></style></math>张<b>小</b>鸣",
        "<math><mi><mglyph><style></mglyph></mi></math>张<b>小</b>鸣<math></style></math>",
        "<math><annotation-xml encoding=text/html><style></annotation-xml></style></math>张<b>小</b>鸣",
        "<svg><textarea></svg>张<b>小</b>鸣<svg></textarea></svg>",
        "<select><style></select>张<b>小</b>鸣<select></style></select>",
        "<select hidden><textarea></textarea>张<b>小</b>鸣</select>",
        "<script><!--<script></script><style></script>张<b>小</b>鸣<script></style></script>",
        "<script><!--></script><!--<script>-->张<b>小</b>鸣",
        "<style　>张<b>小</b>鸣</style　>",
        "<textarea></textarea/><style></textarea>张<b>小</b>鸣</style>",
        "<xmp></xmp x='</style>'><style></xmp></style>张<b>小</b>鸣",
        "<plaintext>张小鸣",
        # what is a comment, and what is none
        "<!--><p>张<b>小</b>鸣-->",
        "<!--x--!>张<b>小</b>鸣<!-- -->",
        "<![CDATA[>张<b>小</b>鸣]]>",
        "<svg><text><![CDATA[张]]>小<![CDATA[鸣]]></text></svg>",
        # references
        f"&#{0:0300}24352;小&#40483",
        f"张&#x{0:0300}5c0f;鸣",
        # shown elsewhere than written
        "<table><b>张</b><tr><td>x</td></tr>小鸣</table>",
        "<table><a>张<tr><td>x</td></tr><a>小鸣</a></table>",
        "<table><tr>张<td>x</td>小</tr>鸣</table>",
        "<table><style>x</style>张<td>y</td><script>z</script>小鸣</table>",
        # hidden, and then not
        "张<a hidden>x<a>小鸣</a>",
        "张<nobr hidden>x<nobr>小鸣",
        "张<b 　hidden>y</b>小鸣",
        "<select><option hidden>x<option>张小鸣",
        "<span style='display:inline' style='display:none'>张小鸣</span>",
        "<style>.a{display:none}.q .b{display:none}</style>张<i class=a>x</i><b class=b>小</b>鸣",
        "<style>@media print{.c{top:0}.b{display:none}}.a{display:none}</style>张<i class=a>x</i><b class=b>小</b>鸣",
        "<style>b{display:none}</style>张<b>x</b><b style='display:inline'>小</b>鸣",
        # style sheets are cut into rules as browsers cut them
        "<style>.a{display:none;.z{color:red}}</style>张<b class=a>x</b>小鸣",
        '<style>.a{content:"{";display:none}</style>张<b class=a>x</b>小鸣',
        '<style>.z{content:"/*"}.a{display:none}/* */</style>张<b class=a>x</b>小鸣',
        "<style>@media all{.a{display:none</style>张<b class=a>x</b>小鸣",
        f"<style>.a,{'.b,' * 1000}.c{{display:none}}</style>张<b class=a>x</b>小鸣",
        "<style>.A{display:none}</style>张<b class=a>x</b>小鸣",
        "<style>.a:not(:is(.c,.d)){display:none}</style>张<b class=a>x</b>小鸣",
        "<style>p :is(.a,.d){display:none}</style><p>张<b class=a>x</b>小鸣",
        "<style>b[x]{display:none}</style>张<b x>x</b><b>小</b>鸣",
        "<svg><style><!-- -->.a{<![CDATA[display:none]]>}</style></svg>张<b class=a>x</b>小鸣",
        "张小<b style='font-family:\"/*\";display:none'>x</b>鸣",
        "<style>[x]::before{content:'小'}</style>张<b x></b>鸣",
        # never shown, or only by some
        *(
            f"张<{name}>x</{name}>小鸣"
            for name in ("template", "datalist", "iframe", "noembed", "noframes", "noscript")
        ),
        *(f"张<{name}>x</{name}>小鸣" for name in ("object", "video", "audio", "canvas", "dialog")),
        *(f"张<svg><{name}>x</{name}></svg>小鸣" for name in ("title", "desc", "style", "g")),
        "张<template>x</template><noscript>小</noscript>鸣",
        "张<rp>x</rp><rt>小</rt>鸣",
        "张<select><option>x<option selected>小</select>鸣",
        # shown in their place, written in an attribute
        "张<img alt=小>鸣",
        "张<input value='&#23567;'>鸣",
        "张<textarea placeholder=小></textarea>鸣",
        "<img alt=张><img alt=小><img alt=鸣>",
    ],
)
def test_a_name_that_some_program_shows_whole_stands_whole_in_a_text(markup: str) -> None:
    assert any(NAME in view for view in views_of(markup))


@pytest.mark.parametrize("markup", ["<table><b>张</b><tr><td>x</td></tr>小鸣</table>", "张<a hidden>x<a>小鸣</a>"])
def test_what_only_the_tree_shows_is_not_editable(markup: str) -> None:
    found = [f for f in FORMAT.read(page(markup)) if isinstance(f, TextFragment) and NAME in bare(f.text)]
    assert [f.editable for f in found] == [False]


def test_of_a_page_whose_tree_differs_in_one_line_no_more_than_that_is_read_twice() -> None:
    rows = "".join(f"<p>第{n}行有些文字在这里</p>" for n in range(300))
    texts = [f.text for f in FORMAT.read(page(f"{rows}张<a hidden>x<a>小鸣</a>{rows}")) if isinstance(f, TextFragment)]
    assert [len(text) < 300 for text in texts if "张小鸣" in text] == [True]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>您好，<b>张三</b></p><br>",
        "<html><head><title>x</title><style>p{color:red}</style></head><body><p>a<p>b<ul><li>c<li>d</ul></body></html>",
        "<table><tr><td>a<td>b<tr><td>c</table><hr>d<!-- e --><div style='display:none'>预览</div>",
        "<!DOCTYPE html><div><table><tbody><tr><td>a</td></tr></tbody></table></div><!--[if mso]><p>m</p><![endif]-->",
        "<p>a&nbsp;b&amp;c <img src='cid:x'></p>\r\n<o:p></o:p>",
    ],
)
def test_an_ordinary_page_is_given_no_text_that_cannot_be_edited(markup: str) -> None:
    assert all(f.editable for f in FORMAT.read(page(markup)) if isinstance(f, TextFragment))


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 20000,
        "<p>" + "".join(f"<b id={n}>" for n in range(3000)) + "</p>" + "<p>x</p>" * 3000,
        "<select>" + "<option>x" * 20000,
    ],
)
def test_a_page_whose_tree_would_cost_too_much_is_said_to_be_too_deep(markup: str) -> None:
    assert "too_deep" in [piece.reason for piece in FORMAT.read(page(markup)) if isinstance(piece, Unreadable)]


@pytest.mark.parametrize(
    "markup",
    [
        "<table>" + "<tr><td><font color=red>a<td><b>x" * 3000,
        "<p>x" * 5000,
        "<li>x" * 5000,
        "<blockquote><div>" * 150 + "<p>x</p>" * 3000,
        "<select>" + "<option>中国 China</option>\n" * 250 + "</select>",
    ],
)
def test_a_page_with_much_left_open_is_none_of_these(markup: str) -> None:
    assert not [piece for piece in FORMAT.read(page(markup)) if isinstance(piece, Unreadable)]


def test_a_template_that_is_shown_at_once_is_held() -> None:
    markup = "<p>张<span><template shadowrootmode=open>小</template>x</span>鸣"
    assert [p.reason for p in FORMAT.read(page(markup)) if isinstance(p, Unreadable)] == ["unsupported_format"]


def test_a_number_of_five_thousand_digits_does_no_harm() -> None:
    markup = f"<p style='x:&#{9:09999};' srcdoc='&#{9:09999};'>张&#{9:09999};小鸣</p><a href='data:,&#{9:09999};'>x</a>"
    assert any("张\t小鸣" in f.text for f in FORMAT.read(page(markup)) if isinstance(f, TextFragment))


def test_what_was_taken_out_is_shown_by_no_parser_or_said_to_be_there_still() -> None:
    """A text that no edit reaches is found again by whoever reads the result, which is what holds the mail."""
    for number in range(PAGES // 4):
        markup = generated(number)
        name = max((run for run in runs(by_lexbor(markup), True) if len(run) > 1), key=len, default="")[:3]
        if not name or not name.isalpha():
            continue
        out = _without(markup, name)
        for tree in (by_lexbor, by_html5lib):
            if any(name in run for run in runs(tree(out), True)) and "<template" not in out.lower():
                assert any(name in view for view in views_of(out)), number


def _without(markup: str, word: str) -> str:
    changes = []
    editable = [f for f in FORMAT.read(page(markup)) if isinstance(f, TextFragment) and f.editable]
    for ordinal, fragment in enumerate(editable):
        start = fragment.text.find(word)
        while start >= 0:
            changes.append(Change(ordinal, (start, start + len(word)), "[略]"))
            start = fragment.text.find(word, start + len(word))
    assert FORMAT.rewrite is not None
    try:
        return FORMAT.rewrite(page(markup), FileEdits(tuple(changes))).data.decode()
    except (ValueError, CannotRewrite):
        return markup


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<textarea>张小鸣</textarea>", "<textarea>[略]</textarea>"),
        ("<textarea>张<b>小鸣</textarea>", "<textarea>[略]<b></textarea>"),
        ("<xmp>张小鸣&amp;</xmp>", "<xmp>[略]&amp;</xmp>"),
        ("<iframe>张小鸣</iframe>", "<iframe>[略]</iframe>"),
        ("<plaintext>张小鸣", "<plaintext>[略]"),
        ("<svg><text>张<![CDATA[小]]>鸣</text></svg>", "<svg><text>[略]<![CDATA[]]></text></svg>"),
        ("<p>张<img alt='小'>鸣</p>", "<p>[略]<img alt=''></p>"),
        ("<input value=张小鸣>", "<input value=[略]>"),
    ],
)
def test_a_name_in_one_of_these_places_is_taken_out_there(markup: str, expected: str) -> None:
    assert _without(markup, NAME) == expected
