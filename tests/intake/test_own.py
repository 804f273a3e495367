"""What is the organisation's is never learned as a reporter's, and a reporter's own name is, with ours in it."""

import pytest

from gateway.intake.learn import learn
from gateway.model import Location, Party, Reading, TextFragment
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
