"""A text known again by its fingerprint: whole, in pieces, and not where only phrases are shared."""

from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.identity.shingles import (
    SHORTEST,
    STRIDE,
    WIDTH,
    IndexedMaterial,
    Library,
    Run,
    fingerprint,
    overlap,
    shingle,
    unpack,
    weight,
)
from gateway.model import MaterialMark
from gateway.text.normalize import letters

LETTER = "今年九月十八日晚上,主播星儿在直播间多次向未成年观众推销盲盒,并且要求他们用家长的手机付款。"


def material(text: str) -> IndexedMaterial:
    shingles, length = fingerprint(text)
    return unpack(MaterialMark("信", "text", 1, b"\0" * 32, length, shingles))


def number(view: str, index: int) -> int:
    return int.from_bytes(shingle(view, index), "big")


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), max_size=60)
QUOTED = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=SHORTEST, max_size=60)


@given(HAN, QUOTED, HAN)
def test_a_quotation_of_twelve_letters_or_more_never_falls_through(before: str, quoted: str, after: str) -> None:
    view = letters(before + quoted + after).text
    start = len(letters(before).text)
    assume(len(letters(quoted).text) >= SHORTEST)  # folding may join two letters into one
    end = start + len(letters(quoted).text)
    runs = overlap(view, material(quoted)).runs
    assert any(run.start <= start and end <= run.end for run in runs)


@given(HAN, HAN)
def test_every_run_is_made_of_known_shingles_and_cannot_be_longer(text: str, known: str) -> None:
    view, hashes = letters(text).text, set(material(known).hashes.tolist())
    found = overlap(view, material(known))
    for run in found.runs:
        inside = [number(view, i) in hashes for i in range(run.start, run.end - WIDTH + 1)]
        assert inside
        assert all(inside)
        assert run.end - WIDTH + 1 >= len(view) - WIDTH + 1 or number(view, run.end - WIDTH + 1) not in hashes
    assert list(found.runs) == sorted(found.runs, key=lambda run: run.start)
    assert 0.0 <= found.share <= 1.0


def test_the_whole_text_is_one_run_and_the_whole_share() -> None:
    view = letters(LETTER).text
    found = overlap(view, material(LETTER))
    assert found.runs == (Run(0, len(view)),)
    assert found.share == 1.0
    assert found.longest == len(view)


def test_punctuation_width_and_traditional_characters_make_no_difference() -> None:
    other = "主播星兒 在直播間多次，向未成年觀眾推銷盲盒"
    assert overlap(letters(other).text, material(LETTER)).longest == len(letters(other).text)


def test_an_unrelated_notice_shares_nothing() -> None:
    notice = "国庆期间平台将加强内容审核,请各位主播合理安排直播时间,遵守社区规范。"
    assert overlap(letters(notice).text, material(LETTER)).runs == ()


def test_the_fingerprint_is_sorted_hashes_without_the_text() -> None:
    packed, length = fingerprint(LETTER)
    hashes = [packed[i : i + 8] for i in range(0, len(packed), 8)]
    assert length == len(letters(LETTER).text)
    assert hashes == sorted(set(hashes))
    assert "主播".encode() not in packed


def test_a_text_shorter_than_a_shingle_has_none_and_matches_nothing() -> None:
    assert fingerprint("星儿您好") == (b"", 4)
    assert overlap("星儿您好", material("星儿您好")).runs == ()
    assert overlap("", material(LETTER)).runs == ()


def test_digits_and_ignored_words_weigh_nothing_and_latin_letters_less() -> None:
    view = "星儿20200918abcde"
    whole = Run(0, len(view))
    assert weight(view, whole) == 2 + 5 * 0.4
    assert weight(view, whole, [Run(0, 2)]) == 5 * 0.4
    assert weight(view, Run(2, 10)) == 0


def test_bytes_that_are_no_whole_number_of_hashes_do_no_harm() -> None:
    assert len(unpack(MaterialMark("x", "text", 1, b"", 9, b"12345678123")).hashes) == 1


def test_what_is_filled_with_one_letter_weighs_two_of_it() -> None:
    view = "f" * 600 + "哈" * 60
    assert weight(view, Run(0, len(view))) == 2 * 0.4 + 2
    assert weight(view, Run(300, 600)) == 2 * 0.4


LETTERS = st.text("ab张小1", max_size=40)


def plainly(view: str, known: set[int]) -> list[Run]:
    """The runs as they are defined: as long as they can be, and seen at an eighth shingle."""
    found, count = [], len(view) - WIDTH + 1
    for start in range(count):
        if number(view, start) in known and (start == 0 or number(view, start - 1) not in known):
            last = start
            while last + 1 < count and number(view, last + 1) in known:
                last += 1
            if any(at % STRIDE == 0 for at in range(start, last + 1)):
                found.append(Run(start, last + WIDTH))
    return found


@given(st.lists(LETTERS, min_size=1, max_size=4), st.lists(LETTERS, max_size=8), st.data())
def test_materials_side_by_side_are_found_as_each_for_itself(
    handed_in: list[str], others: list[str], data: st.DataObject
) -> None:
    view = "".join(data.draw(st.lists(st.sampled_from([*handed_in, *others]), max_size=8)))
    materials = [material(text) for text in handed_in]
    found = dict(Library(materials).overlaps(view))
    for place, one in enumerate(materials):
        runs = plainly(view, set(one.hashes.tolist()))
        assert list(found[place].runs if place in found else ()) == runs
        seen = {number(view, at) for run in runs for at in range(run.start, run.end - WIDTH + 1)}
        assert not runs or found[place].share == len(seen) / len(one.hashes)


@given(LETTERS.filter(bool), st.lists(st.tuples(st.integers(0, 39), st.integers(1, 9)), max_size=4), st.data())
def test_a_run_weighs_what_its_letters_weigh(view: str, quiet: list[tuple[int, int]], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(view) - 1))
    end = data.draw(st.integers(start + 1, len(view)))
    ignored = [Run(min(at, len(view)), min(at + length, len(view))) for at, length in quiet]
    fifths = 0
    for at in range(start, end):
        again = view[max(start, at - 2) : at] == 2 * view[at]
        if not view[at].isdigit() and not again and not any(run.start <= at < run.end for run in ignored):
            fifths += 2 if view[at].isascii() else 5
    assert weight(view, Run(start, end), ignored) == fifths / 5
