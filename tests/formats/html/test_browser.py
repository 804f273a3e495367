"""What Chromium shows of a page stands in our texts."""

from urllib.parse import quote

from selenium import webdriver

from trees import bare, generated, missing_words

HARD = (
    "<textarea hidden><style></textarea>章<b></b>晓<b></b>鸣<textarea hidden></style></textarea>",
    "<svg><style></svg>章<b>晓</b>鸣<svg></style></svg>",
    "<table><b>章</b><tr><td>x</td></tr>晓</table>鸣",
    "<script><!--<script></script><style></script>章<b>晓</b>鸣<script></style></script>",
    "章<template>x</template>晓<object data='data:text/plain,q'>y</object>鸣",
    "<form><math><mtext></form><form><mglyph><style></math>章<b>晓</b>鸣</style>",
    "<style>.a{display:none}.q .b{display:none}</style>章<i class=a>x</i><b class=b>晓</b>鸣",
    "<ruby>章<rp>(</rp><rt>x</rt><rp>)</rp></ruby>晓鸣",
    "章<details>x</details>晓<dialog>y</dialog>鸣",
    "章&NoBreak;晓&shy;鸣&#128;&#x110000;",
)


def test_no_line_that_chromium_shows_is_missing(browser: webdriver.Chrome) -> None:
    missing = {}
    for markup in (*HARD, *map(generated, range(40))):
        browser.get("data:text/html;charset=utf-8," + quote(markup))
        shown = str(browser.execute_script("return document.documentElement.innerText") or "")
        lines = [bare(line) for line in shown.replace("\t", "\n").split("\n")]
        if found := missing_words(markup, [line for line in lines if line]):
            missing[markup] = found
    assert missing == {}
