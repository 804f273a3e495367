"""What a letter says of its writer's life is learned; what it says of the streamer and of the broadcast is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.intake.circumstances import circumstances_of
from gateway.intake.extract import learn
from gateway.model import Location, Party, Reading, TextFragment, steps


def told(text: str) -> set[tuple[str, str]]:
    return {(learned.detail, learned.value) for learned in circumstances_of(text)}


@pytest.mark.parametrize(
    ("letter", "wanted"),
    [
        (
            "我住在佛山市禅城区，9月3日晚上在星儿直播间送了一个火箭。",
            {("place", "佛山市"), ("place", "禅城区"), ("time", "9月3日"), ("gift", "火箭")},
        ),
        ("我是广州美术学院的大三学生，去年在他直播间刷了三个嘉年华", {("school", "广州美术学院"), ("gift", "嘉年华")}),
        ("我在深圳腾讯科技公司上班", {("employer", "深圳腾讯科技公司")}),
        (
            "本人于2020年9月3日通过微信支付充值了5200元，订单号4200000712202009031234567890",
            {("time", "2020年9月3日"), ("amount", "5200"), ("number", "4200000712202009031234567890")},
        ),
        ("我9月3号从佛山给主播送了火箭", {("time", "9月3日"), ("place", "佛山"), ("gift", "火箭")}),
        (
            "I am from Foshan and I gifted a rocket on 3 September 2020.",
            {("place", "Foshan"), ("gift", "rocket"), ("time", "2020年9月3日")},
        ),
        (
            "On September 3rd I sent the streamer a rocket from Foshan.",
            {("place", "Foshan"), ("gift", "rocket"), ("time", "9月3日")},
        ),
        ("I study at Lingnan Art College.", {("school", "Lingnan Art College")}),
    ],
)
def test_what_writers_say_of_themselves(letter: str, wanted: set[tuple[str, str]]) -> None:
    assert told(letter) == wanted


@pytest.mark.parametrize(
    "letter",
    [
        "我在直播间看到主播骂人",
        "我在9月3日晚上看到主播在成都的街上骂人",
        "主播9月3日在成都骂我，他说要来北京打我",
        "2020年9月18日晚上八点,主播星儿在直播间里反复劝说孩子打赏,我看了觉得非常过分,希望平台认真处理",
        "我希望平台处理。主播住在上海，9月3日送了粉丝一个手机",
        "I saw the streamer in Chengdu on 3 September",
        "My complaint is about the show of 3 September",
        "请在9月30日前回复我",
    ],
)
def test_what_is_said_of_the_broadcast_is_nobodys(letter: str) -> None:
    assert told(letter) == set()


def test_they_are_suggested_with_their_place_and_never_the_partys_own() -> None:
    letter = "我住在佛山市，9月3日送了一个星儿。举报人:张小鸣"
    reading = Reading(texts=(TextFragment(Location("1", (steps.file("信.docx"),)), "document", letter),))
    items = [item for item in learn(reading, "材料 信.docx", (Party("星儿"),)) if item.kind == "circumstance"]
    assert {(item.detail, item.value, item.state) for item in items} == {
        ("place", "佛山市", "suggested"),
        ("time", "9月3日", "suggested"),
    }
    assert {item.source for item in items} == {"材料 信.docx: sentence"}


def test_lines_of_forms_say_where_somebody_lives_works_and_learns() -> None:
    form = (
        "举报人:张小鸣\n住址:广东省佛山市禅城区汾江中路12号\n工作单位:明川电子厂\n就读学校:无\n邮箱地址:xm@mail.example\n"
        "被举报人信息:\n姓名:星儿\n工作单位:星河公会传媒"
    )
    reading = Reading(texts=(TextFragment(Location("1", (steps.file("表.docx"),)), "document", form),))
    items = [item for item in learn(reading, "材料 表.docx", (Party("星儿"),)) if item.kind == "circumstance"]
    assert {(item.detail, item.value) for item in items} == {
        ("residence", "广东省佛山市禅城区汾江中路12号"),
        ("employer", "明川电子厂"),
    }


@given(st.text(max_size=300).map(lambda text: f"我送了{text}"))
@settings(max_examples=60)
def test_any_letter_can_be_asked(letter: str) -> None:
    assert len(circumstances_of(letter)) <= 24


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("我晚上8点15分给主播刷了火箭。", "20:15"),
        ("我晚八点半送了火箭。", "20:30"),
        ("我20:15充值520元。", "20:15"),
        ("我凌晨12点付款。", "0:00"),
        ("我二十点一刻打赏。", "20:15"),
    ],
)
def test_the_hour_of_a_deed_is_learned(text: str, hour: str) -> None:
    assert ("time", hour) in {(one.detail, one.value) for one in circumstances_of(text)}


@pytest.mark.parametrize("text", ["主播晚上8点开播。", "我打赏时间很长。", "我充了20:99元。"])
def test_no_hour_is_learned_where_the_writer_did_nothing_then(text: str) -> None:
    assert not [one for one in circumstances_of(text) if one.detail == "time"]
