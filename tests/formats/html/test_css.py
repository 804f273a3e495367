"""What a style sheet could hide in some program is seen, however it is written; docs/decisions/0024 has the reasons."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.html.css import rules
from gateway.formats.html.css_visibility import sheet_of

STANDARD = {
    "an escape": r".a{\64isplay:none}",
    "a comment in the value": ".a{display:/**/none}",
    "a comment that looks like a rule": "/* .b{} */ .a{display:none}",
    "a comment that never ends": ".a{display:none} /* x",
    "signs of an HTML comment": "<!-- .a{display:none} -->",
    "a brace too many": ".b{color:red}} .a{display:none}",
    "an unknown at-rule": "@x{.a{display:none}}",
    "a layer": "@layer l{.a{display:none}}",
    "important": ".a{display:none!important}",
    "a rule in a rule": ".b{.a{display:none}}",
    "a rule in a rule by its sign": ".b{& .a{display:none}}",
    "a declaration behind a rule in a rule": ".a{&:hover{x:y}display:none}",
    "never closed": ".a{display:none",
    "capitals": ".a{DISPLAY:NONE}",
    "one of two": ".b,.a{display:none}",
    "a choice": ":is(.a,.b){display:none}",
}
LENIENT = {
    "a parenthesis that stays open in another rule": ".b{background:url(x;} .a{display:none}",
    "a parenthesis that stays open": ".a{background:url(x;display:none}",
    "a bracket that stays open": ".a{x:[;display:none}",
    "a string that breaks": '.a{content:"x\n;display:none}',
    "a star before the name": ".a{*display:none}",
    "an underline before the name": ".a{_display:none}",
    "a comment of another language": ".a{// x\ndisplay:none}",
    "an at-rule without braces": "@media screen .a{display:none}",
    "an import without an end": "@import url(x) .a{display:none}",
    "a charset without an end": "@charset 'x' .a{display:none}",
    "signs of XHTML": "<![CDATA[ .a{display:none} ]]>",
    "an expression": ".a{width:expression(1);display:none}",
    "a filter": ".a{filter:progid:DX(a=1);display:none}",
    "a condition of Outlook": "[if mso]> .a{display:none} <![endif]",
    "a semicolon that was forgotten": ".a{color:red display:none}",
    "a word of Outlook": ".a{mso-hide:all}",
}


@pytest.mark.parametrize("sheet", [*STANDARD.values(), *LENIENT.values()], ids=[*STANDARD, *LENIENT])
def test_a_rule_that_hides_is_seen(sheet: str) -> None:
    assert ".a" in sheet_of([sheet]).hidden


@pytest.mark.parametrize(
    "sheet",
    [
        "/* .a{display:none} */",
        '.b{content:".a{display:none}"}',
        ".a{color:red}.b{display:none}",
        ".a{display:block}",
        ":not(.a){display:none}",
    ],
)
def test_a_rule_that_hides_something_else_does_not_hide_it(sheet: str) -> None:
    assert ".a" not in sheet_of([sheet]).hidden


@given(st.text("ab.#{}()[]'\";:,/*\\\n!@<>-&") | st.text())
def test_any_text_is_cut_and_a_rule_behind_what_was_closed_is_seen(before: str) -> None:
    list(rules(before))
    closed = before.replace("'", "").replace('"', "").replace("/", "").replace("\\", "")
    depth = max(0, closed.count("{") - closed.count("}"))
    assert ".a" in sheet_of([closed + "}" * depth + "}.a{display:none}"]).hidden


@pytest.mark.parametrize(
    "unit", ["{", "(", "[", '"x\\\n', "\\64isplay:none;", "@x ", "/*", "*/", "}", ".a{", "::", ".a,"]
)
def test_time_is_linear(unit: str) -> None:
    def seconds(characters: int) -> float:
        sheet = unit * (characters // len(unit))
        began = time.process_time()
        sheet_of([sheet])
        return time.process_time() - began

    seconds(5_000)
    assert seconds(160_000) < 80 * seconds(10_000) + 0.5
