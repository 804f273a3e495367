"""Places, days, gifts, schools: one says nothing, several of one reporter near each other say who it was."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import detect
from gateway.detection.pattern_index import PatternIndex, Segment
from gateway.detection.quasi_identifiers import NEAR, NEEDED, quasi_identifier_hits
from gateway.detection.search import Hit, Placed
from gateway.identity import Subject, compile_report
from gateway.identity.circumstance_patterns import SORTS, circumstance
from gateway.model import Finding, Item, Location, Party, Reading, Report, TextFragment
from gateway.text.digits import fold_digits
from gateway.text.normalize import letters

LIFE = (
    Item("name", "张小鸣"),
    Item("circumstance", "佛山市", "place", score=0.8, state="suggested"),
    Item("circumstance", "2020年9月3日", "time", score=0.8, state="suggested"),
    Item("circumstance", "火箭", "gift", score=0.8, state="suggested"),
    Item("circumstance", "广州美术学院", "school", score=0.8, state="suggested"),
    Item("circumstance", "5200", "amount", score=0.8, state="suggested"),
    Item("circumstance", "4200000712202009031234567890", "number", score=0.8, state="suggested"),
    Item("circumstance", "广东省佛山市禅城区汾江中路12号", "residence"),
)


def subject(*items: Item, report: str = "R-1") -> Subject:
    return compile_report(Report(report, "open", "", (Party("星儿", ("xinger@streamers.example",)),), items))


def look(text: str, *subjects: Subject, threshold: float = 0.6) -> tuple[Finding, ...]:
    return detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), subjects or (subject(*LIFE),), threshold)


@pytest.mark.parametrize(
    "text",
    [
        "是9月3日从佛山送火箭的那位用户。",
        "九月三号那天，佛山有人给您送了火箭吧",
        "the user who gifted a 火箭 on 3 September from Foshan",
        "On Sept. 3rd somebody from Foshan paid 5,200 yuan",
        "就是广州美术学院的那个学生，送您火箭的",
        "2020-09-03 充值 5200 元的佛山用户",
        "您还记得小张吗，9月3日送火箭的",
        "订单号 4200000712202009031234567890 的付款人",
        "住在佛山市禅城区汾江中路12号的观众",
        "广州美术学院，汾江中路12号",
    ],
)
def test_several_together_are_found(text: str) -> None:
    found = look(text)
    assert {finding.kind for finding in found} - {"name"} == {"circumstance"}
    assert all(finding.support == "together" or (finding.base and finding.base >= 0.6) for finding in found)
    assert {finding.report for finding in found} == {"R-1"}


@pytest.mark.parametrize(
    "text",
    [
        "请说明9月3日晚上在直播间播出的内容。",
        "9月3日有用户送火箭，请说明当时的互动内容。",
        "您在佛山的线下活动定于9月30日举行，请携带火箭模型。",
        "请于12月3日前回复，9月13日的录屏也请一并提供。佛山火箭",
        "佛山、佛山市、Foshan，9月3日、九月三日。",
        "广州的活动与火箭无关。",
        "金额15200元，佛山，火箭",
        "我们在佛山。" + "请按规定提供材料。" * 40 + "9月3日。" + "请按规定提供材料。" * 40 + "火箭。",
    ],
)
def test_one_or_two_say_nothing(text: str) -> None:
    assert look(text, threshold=0.4) == ()


def test_the_signs_of_two_reporters_are_not_added_up() -> None:
    one = subject(LIFE[1], LIFE[2])
    other = subject(LIFE[3], LIFE[5], report="R-2")
    assert look("9月3日从佛山送火箭，共5200元", one, other, threshold=0.4) == ()


def test_what_many_reporters_share_is_no_sign_of_one() -> None:
    shared = [subject(*LIFE[1:4], report=f"R-{number}") for number in range(9)]
    assert look("9月3日从佛山送火箭", *shared) == ()
    own = subject(*LIFE[1:4], LIFE[4], report="R-own")
    assert {f.report for f in look("9月3日从佛山送火箭，广州美术学院", *shared[:3], own)} == {
        "R-0",
        "R-1",
        "R-2",
        "R-own",
    }


def test_what_others_share_who_are_not_asked_for_hides_nobody() -> None:
    """Among thousands of reports of other parties nine have the same circumstances: only those looked for count."""
    everybody = [subject(*LIFE[1:4], report=f"R-{number}") for number in range(9)]
    assert look("9月3日从佛山送火箭", *everybody) == ()  # they are indexed together from now on
    assert {finding.report for finding in look("9月3日从佛山送火箭", everybody[4])} == {"R-4"}


def test_several_reporters_in_one_text_are_each_found() -> None:
    cities = ["佛山", "绵阳", "洛阳", "泉州", "无锡", "柳州", "遵义", "烟台", "保定", "湘潭"]
    subjects = [
        subject(Item("circumstance", city, "place"), *LIFE[2:4], report=f"R-{number}")
        for number, city in enumerate(cities)
    ]
    text = "\n".join(f"{city}，9月3日，火箭" for city in cities)
    assert {finding.report for finding in look(text, *subjects)} == {f"R-{number}" for number in range(10)}


@pytest.mark.parametrize("one", ["小张", "佛山火箭9月3日，", "张小鸣小鸣", "佛山，广州美术学院。"])
def test_a_text_may_repeat_signs_as_often_as_it_likes(one: str) -> None:
    started = time.process_time()
    look(one * 8000)
    assert time.process_time() - started < 40  # in the square of the signs it takes many minutes


HITS = st.lists(st.tuples(st.integers(0, 900), st.integers(1, 9), st.sampled_from(("place", "time", "gift", "school"))))


@given(HITS)
def test_signs_near_each_other_are_those_that_a_plain_search_finds(signs: list[tuple[int, int, str]]) -> None:
    form = next(circumstance("火箭", "gift")).form
    segment = Segment((subject(*LIFE),))
    group = [Placed(0, Hit(form, sort, at, at + size, 0, 0, 0.3, segment, (0,))) for at, size, sort in signs]
    spans = [(p.hit.start, p.hit.end) for p in group]
    left = [
        p
        for p, own in zip(group, spans, strict=True)
        if not any(span != own and span[0] <= own[0] and own[1] <= span[1] for span in spans)
    ]
    wanted = []
    for p in left:
        sorts = {other.hit.variant for other in left if abs(other.hit.start - p.hit.start) <= NEAR}
        if len(sorts) + 0.5 * ("school" in sorts) >= NEEDED:
            wanted.append(p)
    found = [placed for placed, _ in quasi_identifier_hits(group, PatternIndex((segment,)), 8)]
    assert sorted(map(id, found)) == sorted(map(id, wanted))


def test_each_is_explained_by_its_sort() -> None:
    text = "是9月3日从佛山送火箭的那位用户。"
    assert {(f.variant, text[f.span[0] : f.span[1]], f.detector) for f in look(text) if f.span} == {
        ("time", "9月3日", "circumstances"),
        ("place", "佛山", "circumstances"),
        ("gift", "火箭", "circumstances"),
    }


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_every_day_is_found_as_it_is_written(day: date) -> None:
    forms = {pattern.literal for pattern in circumstance(f"{day.year}年{day.month}月{day.day}日", "time")}
    english = letters(f"{day:%B} {day.day}").text
    assert {fold_digits(f"{day.month}月{day.day}日"), f"{day:%Y%m%d}", english} <= forms
    other = day + timedelta(days=1)
    assert fold_digits(f"{other.month}月{other.day}日") not in forms


@given(st.text(max_size=60), st.sampled_from(SORTS))
def test_any_value_can_be_compiled(value: str, sort: str) -> None:
    assert all(pattern.literal and pattern.variant in SORTS for pattern in circumstance(value, sort))


HOUR = (
    Item("circumstance", "20:15", detail="time"),
    Item("circumstance", "佛山", detail="place"),
    Item("circumstance", "520", detail="amount"),
)


@pytest.mark.parametrize("hour", ["晚上8点15分", "八点十五分", "20:15", "二十点十五分", "8:15 pm"])
def test_an_hour_a_city_and_a_sum_are_three_circumstances(hour: str) -> None:
    text = f"有人在{hour},从佛山付了520元。"
    found = detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (of_hour(),))
    assert [f.kind for f in found] == ["circumstance"] * 3


@pytest.mark.parametrize("text", ["佛山站2015年的活动,520元。", "晚上8点从佛山付了520元。", "20:15有人付了520元。"])
def test_another_hour_or_two_of_them_are_none(text: str) -> None:
    assert detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (of_hour(),)) == ()


def of_hour() -> Subject:
    return compile_report(Report("R-1", "open", "", (Party("清凌凌"),), HOUR))
