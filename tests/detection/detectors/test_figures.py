"""Lists of gifts of one show: rows that two viewers have alike by chance tell nothing, the reporter's own do, sorted,
halved or pasted among others'."""

import random
from collections.abc import Sequence

import pytest

from gateway.detection.detectors.figures import shared_stretch
from gateway.fingerprints.list_elements import element_prints, elements
from gateway.fingerprints.numeric_lists import figures

GIFTS = (
    ("小心心", 1),
    ("玫瑰", 1),
    ("棒棒糖", 9),
    ("荧光棒", 10),
    ("爱你哟", 52),
    ("墨镜", 99),
    ("比心", 299),
    ("跑车", 1200),
)
OFTEN = (10, 10, 6, 8, 6, 4, 2, 0.5)
FORMATS = (
    "2026-09-{day:02d} {hour:02d}:{minute:02d}\t{gift}\t{sum}",
    "2026-09-{day:02d} {hour:02d}:{minute:02d}\t{gift}\t{count}\t{price}\t{sum}",
    "9月{day}日 {hour:02d}:{minute:02d} 送出{gift}{count}个，{sum}元",
    "{number}\t2026-09-{day:02d} {hour:02d}:{minute:02d}:07\t{gift}\t{count}\t{sum}.00",
)
Row = tuple[int, int, str, int, int]


def gifts(seed: int, count: int, days: Sequence[int] = (18,), minutes: int = 180) -> list[Row]:
    chance = random.Random(seed)

    def row() -> Row:
        gift, price = chance.choices(GIFTS, OFTEN)[0]
        at = 20 * 60 + chance.randrange(minutes)
        return chance.choice(days), at, gift, price, chance.choice((1, 1, 1, 1, 2, 3, 5, 10, 66))

    return sorted(row() for _ in range(count))


def written(rows: Sequence[Row], form: str) -> str:
    return "\n".join(
        form.format(
            number=number,
            day=day,
            hour=at // 60,
            minute=at % 60,
            gift=gift,
            price=price,
            count=count,
            sum=price * count,
        )
        for number, (day, at, gift, price, count) in enumerate(rows, 1)
    )


def is_known(mail: str, material: str) -> bool:
    found = figures(mail)
    return shared_stretch(elements(found), found, element_prints(material)) is not None


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("own", "other"), [(40, 40), (20, 20), (40, 200), (200, 40)])
def test_two_lists_of_one_show_are_not_one(form: str, own: int, other: int) -> None:
    known = [
        seed for seed in range(12) if is_known(written(gifts(seed, other), form), written(gifts(seed + 100, own), form))
    ]
    assert len(known) <= 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("days", [(18,), (18, 19, 20, 21, 22)])
@pytest.mark.parametrize(
    ("own", "kept", "others"), [(40, 40, 0), (40, 20, 0), (20, 10, 0), (12, 12, 0), (8, 8, 0), (40, 20, 20)]
)
def test_the_reporter_s_list_is_known_sorted_halved_and_among_others(
    form: str, days: tuple[int, ...], own: int, kept: int, others: int
) -> None:
    missed = []
    for seed in range(8):
        mine = gifts(seed, own, days)
        handed_on = random.Random(seed).sample(mine, kept) + gifts(seed + 100, others, days)
        handed_on.sort(key=lambda row: row[3] * row[4])
        if not is_known(written(handed_on, form), written(mine, form)):
            missed.append(seed)
    assert missed == []


def test_a_list_in_another_format_is_known() -> None:
    mine = gifts(1, 30)
    assert all(is_known(written(mine[::2], form), written(mine, FORMATS[1])) for form in FORMATS)


def test_rows_of_a_day_and_a_small_sum_tell_nothing() -> None:
    rows = "\n".join(f"2026-09-{day:02d}\t玫瑰\t{day * 7}" for day in range(1, 29))
    assert not is_known(rows, rows)


def rockets(minutes: Sequence[int]) -> str:
    return "\n".join(f"2026-09-18 20:{minute:02d}\t火箭\t500" for minute in minutes)


@pytest.mark.parametrize("minutes", [range(0, 30, 3), range(0, 30, 2), [*range(5), *range(20, 25)], range(10, 22)])
def test_one_gift_again_and_again_within_half_an_hour_is_known_by_every_row(minutes: Sequence[int]) -> None:
    mine = sorted({*minutes, *random.Random(1).sample(range(30), 14)})
    assert is_known(rockets(mine), rockets(mine))
    assert is_known(rockets(mine[-10:]), rockets(mine))
    assert is_known(rockets(mine[::2]), rockets(mine))


@pytest.mark.parametrize("seed", range(4))
def test_small_gifts_of_one_busy_hour_are_known_when_the_whole_list_stands_there(seed: int) -> None:
    chance = random.Random(seed)
    times = sorted((chance.randrange(30), chance.randrange(60), chance.choice((1, 9))) for _ in range(30))

    def row(number: int, minute: int, second: int, paid: int) -> str:
        return f"{number}\t2026-09-18 20:{minute:02d}:{second:02d}\t玫瑰\t{paid}.00"

    mine = [row(number, *at) for number, at in enumerate(times, 1)]
    shuffled = random.Random(seed + 9).sample(mine, len(mine))
    assert is_known("\n".join(shuffled), "\n".join(mine))


ORDERS = [str(499355187194051800 + 7919 * number**3) for number in range(1, 13)]


@pytest.mark.parametrize("count", [8, 12])
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_list_of_orders_is_known_however_often_it_was_pasted(count: int, times: int) -> None:
    own = "\n".join(ORDERS[:count])
    assert is_known("\n".join(ORDERS[:count] * times), own)
    assert is_known("\n".join("\t".join([order] * times) for order in ORDERS[:count]), own)


@pytest.mark.parametrize("times", [1, 2])
def test_dated_rows_are_known_though_their_orders_stand_in_two_columns(times: int) -> None:
    rows = [f"2026-09-{day + 3:02d} 20:{day * 5:02d}\t{order}\t328" for day, order in enumerate(ORDERS[:8])]
    mail = [row + "\t" + "\t".join([order] * (times - 1)) for row, order in zip(rows, ORDERS, strict=False)]
    assert is_known("\n".join(mail), "\n".join(rows))


def test_the_number_of_a_hotline_in_each_row_tells_nothing() -> None:
    own = [f"2026-09-18 20:{minute:02d}\t4008001234" for minute in range(0, 40, 4)]
    other = [
        f"2026-09-19 21:{minute:02d}\t4008001234\t{order}"
        for minute, order in zip(range(0, 40, 4), ORDERS, strict=False)
    ]
    assert not is_known("\n".join(other), "\n".join(own))
