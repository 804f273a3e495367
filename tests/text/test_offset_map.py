"""Every character of a reading leads back to the characters that it came from."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.charsets import Decoding
from gateway.text.edits import leads_back, splice
from gateway.text.offset_map import Builder, merged, replaced, spliced, whole


def test_a_span_over_what_was_taken_out_leads_to_what_stands_around_it() -> None:
    builder = Builder()
    builder.copy("张", 0)
    builder.copy("小", 4)
    builder.put("鸣", 9, 8)
    assert builder.done().resolve(0, 3) == [(0, 1), (4, 5), (9, 17)]


def test_what_was_put_in_leads_nowhere() -> None:
    builder = Builder()
    builder.copy("a", 0)
    builder.add("\n")
    builder.copy("b", 1)
    assert builder.done().resolve(1, 2) == []
    assert builder.done().resolve(0, 3) == [(0, 2)]


def test_a_reading_of_a_reading_leads_to_the_source() -> None:
    first = replaced(whole("a&amp;#98;c"), re.compile("&amp;"), lambda _: "&")
    assert first is not None
    second = replaced(first, re.compile("&#98;"), lambda _: "b")
    assert second is not None
    assert second.text == "abc"
    assert second.resolve(1, 2) == [(1, 10)]


def test_nothing_to_replace_is_no_new_reading() -> None:
    assert replaced(whole("abc"), re.compile("b"), lambda match: match[0]) is None


@pytest.mark.parametrize("span", [(-1, 1), (0, 9), (2, 1)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        whole("abc").resolve(*span)


def test_the_same_cut_asked_for_twice_is_made_once() -> None:
    assert spliced("关于张小鸣。", [([(2, 5)], "[人]"), ([(2, 5)], "[人]")]) == "关于[人]。"
    assert spliced("关于张小鸣。", [([(2, 3), (4, 5)], "[人]"), ([(2, 5)], "[人]")]) == "关于[人]。"


def _undone(match: re.Match[str]) -> str:
    return {"&": "<and>", "\n": "", "#": "-"}[match[0]]


@given(st.text("abc&;# \n", max_size=30), st.data())
def test_taking_out_a_span_of_a_reading_takes_out_what_it_came_from(text: str, data: st.DataObject) -> None:
    view = replaced(whole(text), re.compile(r"[&\n#]"), _undone)
    if view is None or not view.text:
        return
    start = data.draw(st.integers(0, len(view.text) - 1))
    end = data.draw(st.integers(start + 1, len(view.text)))
    spans = view.resolve(start, end)
    assert spans == merged(spans)
    inside = "".join(text[a:b] for a, b in spans)
    assert view.text[start:end] in re.sub(r"[&\n#]", _undone, inside)


@given(st.text("张小鸣ab \n", min_size=1, max_size=20), st.data())
def test_a_cut_in_one_charset_reading_is_the_same_bytes_in_another(text: str, data: st.DataObject) -> None:
    raw = text.encode("gb18030")
    readings = [Decoding(text, "gb18030"), Decoding(raw.decode("latin-1"), "latin-1")]
    assert all(leads_back(raw, reading) for reading in readings)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    in_bytes = (len(text[:start].encode("gb18030")), len(text[:end].encode("gb18030")))
    direct = splice(raw, readings, [(0, [(start, end)], "X")])
    assert (
        splice(raw, readings, [(1, [in_bytes], "X")])
        == direct
        == ((text[:start] + "X" + text[end:]).encode("gb18030"), "gb18030")
    )


def test_damaged_text_is_not_cut() -> None:
    with pytest.raises(ValueError, match="damaged"):
        splice(b"\xff", [Decoding("\ufffd", "utf-8", exact=False)], [(0, [(0, 1)], "x")])
