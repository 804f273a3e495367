"""Names in address fields may be replaced; addresses may not."""
# ruff: noqa: E501 - values are written here as they stand

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.mime.addresses import address_text


def changed(raw: str, old: str, new: str) -> str:
    shown = address_text(raw)
    start = shown.shown.text.index(old)
    return shown.changed([(start, start + len(old), new)])


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ('"Li, Lei" <a@b.example>', "Li, Lei <a@b.example>"),
        ("=?utf-8?B?5byg5bCP6bij?= <a@b.example>", "张小鸣 <a@b.example>"),
        ('"=?utf-8?B?5byg5bCP6bij?=" <a@b.example>', "张小鸣 <a@b.example>"),
        ("=?utf-8?B?5byg5bCP?= =?utf-8?B?6bij?= <a@b.example>", "张小鸣 <a@b.example>"),
        (r'"张\"小鸣" <a@b.example>', '张"小鸣 <a@b.example>'),
        ("a@b.example (=?utf-8?B?5byg5bCP6bij?=)", "a@b.example (张小鸣)"),
        ("Team: a@b.example, c@d.example;", "Team: a@b.example, c@d.example;"),
    ],
)
def test_what_is_shown_has_no_quotes_and_no_encoding(raw: str, shown: str) -> None:
    assert address_text(raw).shown.text == shown


@pytest.mark.parametrize(
    ("raw", "old", "new", "result"),
    [
        ('张小鸣 <a@b.example>, "Li, Lei" <c@d.example>', "张小鸣", "reporter", 'reporter <a@b.example>, "Li, Lei" <c@d.example>'),
        ('"张小鸣" <a@b.example>', "张小鸣", "[x]", '"[x]" <a@b.example>'),
        ("<c@d.example>, =?utf-8?B?5byg5bCP6bij?= <a@b.example>", "小", "", "<c@d.example>, =?utf-8?b?5byg6bij?= <a@b.example>"),
        ("a@b.example (张小鸣)", "张小鸣", "x)", r"a@b.example (x\))"),
        ("张小鸣: a@b.example;", "张小鸣", "Team", "Team: a@b.example;"),
        ('"张小鸣" <a@b.example>', "张小鸣", "", " <a@b.example>"),
    ],
)  # fmt: skip
def test_only_the_name_changes(raw: str, old: str, new: str, result: str) -> None:
    assert changed(raw, old, new) == result


@pytest.mark.parametrize(
    ("raw", "old"),
    [
        ("张小鸣 <xm@b.example>", "xm"),
        ("xm@b.example", "xm"),
        ("xm@b.example, c@d.example", "xm"),
        ("Team: xm@b.example;", "xm"),
        ("张小鸣 <xm@b.example>", "鸣 <xm"),
        ("张小鸣 <xm@b.example>, b@c.example", ","),
        ("xm@b.example (hi)", "b.example"),
        ('"xm"@b.example', "xm"),
    ],
)
def test_an_address_is_never_changed(raw: str, old: str) -> None:
    with pytest.raises(ValueError, match="only names"):
        changed(raw, old, "nobody")


@given(st.text('张小鸣ab<>"\\(),;:@=?. \t', max_size=40))
def test_any_value_can_be_read_and_every_name_in_it_replaced(raw: str) -> None:
    shown = address_text(raw)
    assert shown.changed([]) == raw
    for words in shown.words:
        if words.text_start < words.text_end:
            after = shown.changed([(words.text_start, words.text_end, "x")])
            assert after.startswith(raw[: words.start])
            assert after.endswith(raw[words.end :])
