"""What in a text may call somebody: a name of three letters anywhere, shorter ones where somebody is called."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.fingerprints.mentions import callings, callings_of

NAMES = ["小鱼丸", "清凌凌的水", "欧阳小星儿", "starlight88", "Star Light", "DJ小白龙", "星儿", "Ann", "88412345"]


def called(name: str, text: str, *lines: str) -> bool:
    return bool(np.isin(callings_of(name), callings(text, lines)).any())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("小鱼丸", "我们收到关于小鱼丸的反映。"),
        ("小鱼丸", "關於小魚丸的反映"),
        ("小鱼丸", "关于 小 鱼 丸 的反映"),
        ("清凌凌的水", "昨晚清凌凌的水在直播中"),
        ("星儿", "星儿您好：\n请说明。"),
        ("星儿", "星儿：\n\n请说明。"),
        ("星儿", "尊敬的星儿主播，您好"),
        ("星儿", "尊敬的星儿女士：\n请说明"),
        ("星儿", "用户反映“星儿”的言行"),
        ("星儿", "关于【星儿】的说明"),
        ("星儿", "请主播星儿说明"),
        ("星儿", "当晚星儿的直播间里"),
        ("星儿", "@星儿 请说明"),
        ("Ann", "Dear Ann,\nplease explain"),
        ("Star Light", "Hi Star Light,\nplease explain"),
        ("starlight88", "the account starlight88 said"),
        ("starlight88", "the account STARLIGHT88, on air"),
        ("DJ小白龙", "主播DJ小白龙当晚"),
        ("88412345", "直播间88412345当晚"),
        ("88412345", "room 88412345."),
        ("R-2020-0918", "关于R-2020-0918号举报"),
        ("R-2020-0918", "[r-2020-0918] please explain"),
        ("（2020）粤0192民初1号", "案号：(2020)粤0192民初1号。"),
        ("举报2020-0918-77", "编号 举报2020-0918-77 一案"),
    ],
)
def test_who_is_called(name: str, text: str) -> None:
    assert called(name, text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("星儿", "明星儿童节目的安排"),
        ("星儿", "请说明当晚情况。"),
        ("小鱼丸", "小鱼和丸子"),
        ("Ann", "an announcement about planning"),
        ("star", "starlight88 said"),
        ("88412345", "room 884123456"),
        ("R-2020-0918", "R-2020-0919"),
        ("12", "on the 12th, 12 people"),
    ],
)
def test_who_is_not(name: str, text: str) -> None:
    assert not called(name, text)


def test_a_name_beside_an_address_is_called_however_short() -> None:
    for line in ("星儿 <x@y.example>", '"星儿" <x@y.example>', "a@b.example, 星儿 <x@y.example>"):
        assert called("星儿", "", line), line
    assert not called("星儿", "", "星儿@y.example")


@given(st.sampled_from(NAMES), st.text("请说明，。\n 的是abc123", max_size=60), st.text("，。\n 您好the", max_size=60))
def test_a_name_in_quotation_marks_is_called_wherever_it_stands(name: str, before: str, behind: str) -> None:
    assert called(name, f"{before}\n「{name}」\n{behind}")


@given(st.text(max_size=300), st.text(max_size=80))
def test_nothing_fails_on_any_text(text: str, line: str) -> None:
    found = callings(text, (line,))
    assert found.dtype == np.uint64
    assert len(np.unique(found)) == len(found)
    assert len(callings_of(line)) <= 4


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    for piece in ("主播", "“", "dear ", "\n", "(2020)", "@"):
        assert len(callings(piece * 200_000)) < 200_000


@pytest.mark.parametrize("gap", [" ", "\t", '"', "x", ","])
def test_a_hostile_address_line_costs_no_more_than_its_length(gap: str) -> None:
    start = time.thread_time()
    callings("", (f"a,{gap * 60_000}x",))
    assert time.thread_time() - start < 10  # a search that goes back over every blank would take minutes


@pytest.mark.parametrize(
    "text",
    [
        "https://live.example/88412345",
        "https://live.example/room/88412345?from=mail",
        "live.example/?uid=88412345&x=1",
        "88412345.zip",
        "star_88412345_1.zip",
        "room88412345.zip",
    ],
)
def test_a_number_is_asked_for_in_a_link_and_in_a_file_s_name(text: str) -> None:
    assert np.isin(callings_of("88412345"), callings(text)).any()


@pytest.mark.parametrize("text", ["SF88412345001", "https://live.example/188412345", "884-123-4", "a88412345b"])
def test_a_number_inside_another_is_not(text: str) -> None:
    assert not np.isin(callings_of("88412345"), callings(text)).any()


def test_a_long_link_is_taken_apart_once() -> None:
    times = []
    for length in (20_000, 80_000):
        before = time.thread_time()
        callings("a1/b_2." * (length // 7) + " " + "/" * length + " " + "room12345." * (length // 10))
        times.append(time.thread_time() - before)
    assert times[1] < 12 * times[0] + 0.5
