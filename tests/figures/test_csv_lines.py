"""A table that a spreadsheet opens: UTF-8, quoted, and no cell a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.figures.csv_lines import csv_of, guarded

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1", "\uff1d1+1", "\uff0d2",
    '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_begins_like_a_formula(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    (row,) = csv.reader(io.StringIO(csv_of([], [[cell]]).decode("utf-8-sig").split("\r\n", 1)[1], newline=""))
    assert row == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["客服一组", "<5", "a@b.example", "x=1", "2026-11-30", "s***@mail.example", ""])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell


@given(st.lists(st.lists(st.text() | st.integers(), min_size=3, max_size=3), max_size=8))
def test_what_is_written_is_read_again(rows: list[list[str | int]]) -> None:
    body = csv_of(("a", "b", "c"), rows)
    assert body.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert read[0] == ["a", "b", "c"]
    for given_row, read_row in zip(rows, read[1:], strict=True):
        for before, after in zip(given_row, read_row, strict=True):
            if isinstance(before, int):
                assert after == str(before)
            else:
                plain = before.encode("utf-8", "replace").decode()
                assert after in (plain, f"'{plain}")
                assert not after.startswith(("=", "+", "-", "@"))
