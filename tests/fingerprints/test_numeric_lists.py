"""A number, a date and a time are the same however a program writes them, and a long run is looked through once."""

import time
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.fingerprints.list_elements import element_prints, elements
from gateway.fingerprints.numeric_lists import LONG, figures

moments = st.datetimes(datetime(2000, 1, 1), datetime(2049, 12, 31)).map(lambda at: at.replace(microsecond=0))
numbers = st.integers(1, 10**11).filter(lambda n: len(str(n)) not in (5, 8))

MONTHS = "January February March April May June July August September October November December".split(" ")  # noqa: SIM905


def values(text: str) -> list[int]:
    found: list[int] = figures(text, sparse=True).values.tolist()
    return found


def serial(at: datetime) -> str:
    return repr((at - datetime(1899, 12, 30)) / timedelta(days=1))


@given(moments)
@example(datetime(2000, 1, 1, 3, 7, 12))  # a sheet keeps 36526.13, and that may be a price
def test_a_moment_is_one_in_every_format(at: datetime) -> None:
    (day, clock) = values(f"{at:%Y-%m-%d %H:%M:%S}")
    for written in (
        f"{at:%Y/%m/%d %H:%M}",
        f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M}",
        f"{at.year}年{at.month}月{at.day}日 {at:%H：%M}",
        f"{at:%Y.%m.%d}\t{at:%H:%M:%S}",
        f"{at:%Y%m%d},{at:%H:%M}",
        f"{at:%Y%m%d%H%M%S}",
        f"{at:%Y%m%d%H%M}",
        f"{at:%Y-%m-%dT%H:%M:%S}+08:00",
        f"{at:%Y-%m-%dT%H:%M:%S}Z",
        f"{at.month}月{at.day}日{at.hour}点{at.minute}分",
        f"{at.year}年{at.month}月{at.day}日 {at.hour}时{at:%M}分{at:%S}秒",
        f"{at:%m-%d %H:%M}",
        f"{at:%m/%d/%Y %I:%M:%S %p}",
        f"{at:%d.%m.%Y %H:%M}",
        f"{at:%d/%m/%Y} {at:%H:%M}",
        f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M}",
        f"{at.day}-{MONTHS[at.month - 1][:3]}-{at.year} {at:%H:%M:%S}",
        f"{MONTHS[at.month - 1]} {at.day}, {at.year} {at:%I:%M %p}",
        f"{MONTHS[at.month - 1][:3]}. {at.day}th, {at.year}\t{at:%H:%M}",
        f"{at.year}/{at.month}/{at.day} 下午{(at.hour - 1) % 12 + 1}:{at:%M}",
    ):
        assert values(written) == [day, clock], written
    assert values(serial(at.replace(hour=0, minute=0, second=0)).removesuffix(".0"))[0] == day
    kept = serial(at)
    if at.hour or at.minute:
        told_from_a_price = len(kept.partition(".")[2]) > 2
        assert values(kept)[:2] == ([day, clock] if told_from_a_price else values(f"￥{kept}")[:2])


@given(numbers, st.integers(0, 99))
def test_a_number_is_one_in_every_format(whole: int, cents: int) -> None:
    (value,) = values(f"{whole}.{cents:02}")
    assert values(f"￥{whole:,}.{cents:02}元") == [value]
    assert values("".join(chr(ord(c) + 0xFEE0) for c in f"{whole}") + f".{cents:02}") == [value]
    assert values("\u200b".join(f"{whole}.{cents:02}")) == [value]
    assert values(f"00{whole}.{cents:02}00") == [value] or len(f"00{whole}") == 5
    assert values(f"{whole}.{(cents + 1) % 100:02}") != [value]


@given(st.integers(10**15, 10**19 - 1))
def test_a_number_counts_as_far_as_excel_keeps_it(number: int) -> None:
    kept = str(number)[:15] + "0" * (len(str(number)) - 15)
    assert values(str(number)) == values(kept)
    assert values(str(number)) != values(str(number)[:15])


@given(st.integers(10**15, 10**16 - 1), st.sampled_from(" -"))
def test_a_number_in_groups_is_one(number: int, sign: str) -> None:
    written = str(number)
    assert values(sign.join(written[at : at + 4] for at in range(0, 16, 4))) == values(written)


@pytest.mark.parametrize("order", ["4200001234202009181234567890", "HB20260908XK33", "tb-2026-1188-3310"])
def test_the_number_of_an_order_tells_by_itself(order: str) -> None:
    found = elements(figures(f"订单{order}，", sparse=True))
    assert found.said.tolist() == [LONG]
    other = order.replace("8", "9")
    assert not np.isin(element_prints(f" {other} ", sparse=True), found.prints).any()


@given(st.permutations(["2026-09-08", "20:14", "328"]), st.sampled_from(["\t", " ", ",", "，", "\n"]))
def test_a_row_is_the_same_in_any_order(cells: list[str], sign: str) -> None:
    row = element_prints("2026/9/8\t20:14\t328.00", sparse=True)
    assert len(row) == 1
    assert set(row.tolist()) <= set(element_prints(f"x {sign.join(cells)} y", sparse=True).tolist())


@given(st.permutations(["2026-09-08", "3", "星儿 77", "328.50"]), st.sampled_from(["\t", " ", "|", "\n"]))
def test_a_moment_and_a_sum_are_found_whatever_other_columns_stand_between(cells: list[str], sign: str) -> None:
    """The date keeps its time."""
    row = element_prints("2026/9/8\t20:14\t328.5", sparse=True).tolist()
    written = sign.join(cells).replace("2026-09-08", "2026-09-08 20:14")
    assert set(row) <= set(element_prints(f"x {written} y", sparse=True).tolist())


def test_a_day_and_a_sum_of_four_digits_are_known_without_the_time() -> None:
    (pair,) = element_prints("2026-09-08\t1298.50", sparse=True).tolist()
    for written in ("2026-09-08 20:14 1298.50", "1298.5元 9月8日", "2026-09-08\t3\t1298.50"):
        assert pair in element_prints(written, sparse=True).tolist()
    for other in ("2026-09-09\t1298.50", "2026-09-08\t1298.51", "2026-09-08\t328"):
        assert pair not in element_prints(other, sparse=True).tolist()


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-08 2026",
        "9月8日 2026年 328",
        "2026-09-08 2026-09-09 98",
        "20:14 20:15 20:16",
        "6 30 98",
        "2026-09-08 328",
        "版本 1.2.3",
    ],
)
def test_what_many_lists_have_is_no_element(text: str) -> None:
    assert len(element_prints(text, sparse=True)) == 0


@given(st.text("0123456789.:,/- 年月\nab\u200b", max_size=80))
def test_figures_stand_one_behind_the_other_within_the_text(text: str) -> None:
    found = figures(text, sparse=True)
    assert (found.starts < found.ends).all()
    assert (found.ends[:-1] <= found.starts[1:]).all()
    assert found.ends.max(initial=0) <= len(text)
    assert all(text[start].isdigit() or text[start].isalpha() for start in found.starts.tolist())


@pytest.mark.parametrize(
    "run",
    [
        "1",
        "1a",
        "1-",
        "1 ",
        "2026-",
        "2026-1-",
        "1234 ",
        "1,234",
        "198,328,648\n",
        "1234 1234 1234\n",
        "20:14:",
        "jan 1 ",
        "1 jan",
        "sep",
        "9月8日",
        "1点2分",
        "12t12:",
        "1.",
        "a1",
    ],
)
def test_a_long_run_is_looked_through_once(run: str) -> None:
    times = []
    for length in (200_000, 800_000):
        before = time.thread_time()
        element_prints(run * (length // len(run)))
        times.append(time.thread_time() - before)
    assert times[1] < 12 * times[0] + 0.5
