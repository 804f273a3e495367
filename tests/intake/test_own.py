"""What is the organisation's is never learned as a reporter's, and a reporter's own name is, with ours in it."""

import pytest

from gateway.intake.extract import learn
from gateway.model import Location, MailAddress, MailFacts, Party, Reading, TextFragment, steps
from gateway.model.organization import Colleague, Ours

PARTIES = (Party("清凌凌", ("qll@streamers.example",)),)
OFFICIAL = ("platform.example",)
OURS = Ours(("云雀", "云雀直播", "400-800-1234", "Lark"), (Colleague("李雷", "lilei@corp.example"), Colleague("王芳")))


@pytest.mark.parametrize(
    "text",
    [
        "姓名:云雀",
        "昵称:云雀直播充值",
        "昵称:云雀官方客服",
        "昵称:Lark",
        "联系人:李雷",
        "昵称：王 芳",
        "电话:400-800-1234",
        "电话：4008001234",
        "邮箱:lilei@corp.example",
        "商户:云雀直播充值\n商品:云雀充值",
    ],
)
def test_what_is_ours_is_never_a_reporters(text: str) -> None:
    reading = Reading(texts=(TextFragment(Location("1"), "document", text),))
    assert learn(reading, "m", PARTIES, OFFICIAL, OURS) == ()


@pytest.mark.parametrize(("text", "value"), [("昵称:云雀的小迷妹", "云雀的小迷妹"), ("姓名:李雷雷", "李雷雷")])
def test_a_viewers_own_name_with_ours_in_it_is_learned(text: str, value: str) -> None:
    reading = Reading(texts=(TextFragment(Location("1"), "document", text),))
    assert [item.value for item in learn(reading, "m", PARTIES, OFFICIAL, OURS)] == [value]


@pytest.mark.parametrize(
    ("text", "party", "learned"),
    [
        ("此致\n敬礼\n罗小星的粉丝\n小星 13600001111", "罗小星电台", set()),
        ("我叫苏小小。", "苏小小电台", set()),
        ("苏小小（13600001111）", "苏小小电台", set()),
        ("昵称：苏苏", "苏苏电台", set()),
        ("举报人：苏小小", "苏小小电台", {"苏小小"}),
        ("举报人：苏小小", "大苏电台", {"苏小小"}),
        ("我叫苏小小。", "苏大大电台", {"苏小小"}),
    ],
)
def test_a_part_of_the_reported_partys_name_is_theirs_unless_a_field_gives_it(
    text: str, party: str, learned: set[str]
) -> None:
    fragment = TextFragment(Location("1", (steps.file("信.docx"),)), "document", text)
    found = learn(Reading(texts=(fragment,)), "信", (Party(party),))
    assert {item.value for item in found if item.kind in ("name", "nickname")} == learned


def test_whoever_sent_the_mail_keeps_a_name_that_is_a_part_of_the_partys() -> None:
    sender = MailAddress("from", "小雨", "xy@mail.example")
    facts = MailFacts(Location(""), addresses=(sender,))
    found = learn(Reading(mails=(facts,)), "信", (Party("小雨点"),))
    assert ("nickname", "小雨") in {(item.kind, item.value) for item in found}
