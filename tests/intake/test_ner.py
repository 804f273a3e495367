"""Names that a model finds where no rule tells who wrote a letter: suggested, and never those of the reported."""

import pytest

from gateway.intake.extract import learn
from gateway.intake.ner import people_of
from gateway.model import Location, Party, Reading, TextFragment, steps


def suggested(text: str) -> list[tuple[str, str]]:
    reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
    items = learn(reading, "letter.txt", (Party("清凌凌", ("qll@streamers.example",)),))
    return [(item.value, item.state) for item in items if item.kind == "name"]


@pytest.mark.parametrize(
    "text",
    [
        "直播间虚假宣传，请核实。\n\n望尽快处理，盼复\n陈思远 于广州",
        "本人陈思远在三日晚间看到直播间虚假宣传。\n请核实。",
    ],
)
def test_a_writer_that_no_rule_knows_is_suggested(text: str) -> None:
    assert suggested(text) == [("陈思远", "suggested")]


@pytest.mark.parametrize(
    "text",
    [
        "举报对象:李雷",
        "本人实名举报李雷在直播间虚假宣传。",
        "本人现投诉一个叫李雷的人。",
        "被告李雷",
        "主播李雷多次违规",
        "",
        "\n\n",
        "hello",
    ],
)
def test_who_is_complained_of_is_not_the_writer(text: str) -> None:
    assert people_of(text) == []


CHAT = "与{party}的聊天\n{party}\n这个真没办法，你去问运营吧\n我3月3日付了59074元\n请给我个说法\n{party}\n再闹就拉黑"


@pytest.mark.parametrize("party", ["苏苏电台", "阿澈开黑", "韩雪唱歌", "李静的小屋"])
def test_a_part_of_the_reported_partys_name_is_nobody_elses(party: str) -> None:
    """The model marks 苏苏 in a chat's label 苏苏电台."""
    text = TextFragment(Location("1", (steps.file("图.png"),)), "picture", CHAT.format(party=party))
    names = [item.value for item in learn(Reading(texts=(text,)), "图.png", (Party(party),)) if item.kind == "name"]
    assert not [name for name in names if name in party]


def test_a_writer_who_says_a_part_of_the_reported_partys_name_is_learned() -> None:
    """What the letter itself calls the writer is no guess of the model."""
    text = TextFragment(Location("1"), "document", "举报人：韩雪\n举报韩雪唱歌冒用我的姓名开播。")
    assert "韩雪" in [item.value for item in learn(Reading(texts=(text,)), "信", (Party("韩雪唱歌"),))]
