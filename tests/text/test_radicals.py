"""Radicals, which text copied out of a PDF has for characters, are the characters that they look like."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Item, Location, Party, Reading, Report, TextFragment
from gateway.text.normalize import fold_character, letters
from gateway.text.radicals import equivalents, unified

TABLE = sorted((chr(code), meant) for code, meant in equivalents().items())
BY_MEANT: dict[str, list[str]] = {}
for radical, character in TABLE:
    if character.isalnum():  # one is newer than the Unicode of Python 3.11
        BY_MEANT.setdefault(fold_character(radical), []).append(radical)


def test_the_table_has_every_radical_that_unicode_has_an_ideograph_for() -> None:
    radicals = {chr(code) for block in (range(0x2E80, 0x2EF4), range(0x2F00, 0x2FD6)) for code in block}
    radicals = {character for character in radicals if unicodedata.name(character, "")}
    assert radicals - {radical for radical, _ in TABLE} == {"\u2e80"}  # CJK RADICAL REPEAT has none


def test_each_radical_is_folded_as_its_ideograph() -> None:
    for radical, meant in TABLE:
        assert len(unified(radical)) == len(fold_character(radical)) == 1
        assert fold_character(radical).isalnum() == meant.isalnum()
        # The part of 竹 is 竹, as whoever takes a name apart writes it; Unicode's own ideograph for it nobody can type.
        assert fold_character(radical) == (fold_character(meant) if radical != "⺮" else "竹")


@given(st.data())
def test_every_radical_spelling_of_a_name_is_found(data: st.DataObject) -> None:
    """Any name whose characters have radicals, each of its characters as itself or as one of them."""
    name = data.draw(st.lists(st.sampled_from(sorted(BY_MEANT)), min_size=2, max_size=4).map("".join))
    spelled = "".join(data.draw(st.sampled_from([character, *BY_MEANT[character]])) for character in name)
    assert letters(spelled).text == letters(name).text
    report = Report("R-1", "open", "", (Party("清凌凌"),), (Item("name", "张" + name),))
    text = f"举报人张{spelled}的来信"
    found = detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (compile_report(report),))
    assert any(f.span == (3, 4 + len(name)) for f in found)


@pytest.mark.parametrize("written", ["⻩⼩⻰", "黄小龙", "黃小龍", "⻩小龍", "黃⼩⿓", "黄\u2f29龙"])
def test_a_name_learned_in_radicals_is_found_in_any_writing(written: str) -> None:
    report = Report("R-1", "open", "", (Party("清凌凌"),), (Item("name", "⻩⼩⻰"),))
    reading = Reading(texts=(TextFragment(Location("1"), "text", f"{written}来过"),))
    assert [f.span for f in detect(reading, (compile_report(report),))] == [(0, 3)]


def test_a_compatibility_ideograph_is_the_ideograph_that_it_stands_for() -> None:
    for code in (*range(0xF900, 0xFA6E), *range(0x2F800, 0x2FA1E)):
        assert fold_character(chr(code)) == fold_character(unicodedata.normalize("NFKC", chr(code)))


def test_what_is_no_radical_stays() -> None:
    assert unified("Tel. 138 张 é 🌿") == "Tel. 138 张 é 🌿"
