"""All of a column goes, or nothing is said to go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.rewriting.columns import whole_columns
from gateway.rewriting.telling import Replacement

NAME = "张小鸣"


def taken(text: str, *words: str) -> list[str] | None:
    cuts = [Replacement(text.index(word), text.index(word) + len(word), "name") for word in words or (NAME,)]
    found = whole_columns(text, cuts)
    return None if found is None else [text[cut.start : cut.end] for cut in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"观众,金额\n李小龙,100\n{NAME},50\n王大锤,7\n", ["李小龙", NAME, "王大锤"]),
        (f"李小龙\t100\r\n{NAME}\t50\r\n", ["李小龙", NAME]),
        (f'"No","姓名"\n"1","李, 小龙"\n"2","{NAME}"\n', ["李, 小龙", NAME]),
        (f"| 甲 | {NAME} |\n| 乙 | 李小龙 |\n\n| 丙 | 王大锤 |\n", [NAME, "李小龙"]),
        (f"说明：以下为名单\nA;{NAME}\nB;李小龙\n完", [NAME, "李小龙"]),
        (f"观众,金额\n{NAME},100\n", None),
        (f"投诉人{NAME}来信,1\n李小龙,2\n", None),
        (f"投诉人是{NAME}。", None),
        ("", None),
    ],
)
def test_every_other_cell_of_the_column_goes_too(text: str, wanted: list[str] | None) -> None:
    if not text:
        assert whole_columns(text, [Replacement(0, 1, "name")]) is None
    else:
        assert taken(text) == wanted


def test_one_that_is_no_cell_is_enough_to_hold() -> None:
    assert taken(f"李小龙,1\n{NAME},2\n\n请问是李雷吗", NAME, "李雷") is None


@given(
    st.lists(st.lists(st.sampled_from(["李小龙", "王大锤", "甲", ""]), min_size=3, max_size=3), min_size=1, max_size=8),
    st.data(),
)
def test_no_cell_of_the_column_is_left_and_no_other_is_touched(rows: list[list[str]], data: st.DataObject) -> None:
    row, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 2))
    rows[row][column] = NAME
    text = "\n".join(",".join(cells) for cells in rows)
    start = sum(len(",".join(cells)) + 1 for cells in rows[:row]) + sum(len(cell) + 1 for cell in rows[row][:column])
    found = whole_columns(text, [Replacement(start, start + 3, "name")])
    others = [cells[column] for number, cells in enumerate(rows) if number != row and cells[column]]
    if not others:
        assert found is None
        return
    assert found is not None
    for cut in reversed(found):
        text = text[: cut.start] + text[cut.end :]
    for before, after in zip(rows, text.split("\n"), strict=True):
        cells = after.split(",")
        assert cells[column] == ""
        assert [cell for n, cell in enumerate(cells) if n != column] == [c for n, c in enumerate(before) if n != column]
