"""Text under the label of another region's character set."""

import pytest

from gateway.text.charsets import decodings

TRADITIONAL = "張小鳴 您好，關於您在直播間的舉報，我們已經收到並且開始處理。 陳美玲 歐陽曉明 請於三日內回覆"
SIMPLIFIED = "张小鸣 您好，关于您在直播间的举报，我们已经收到并且开始处理。 陈美玲 欧阳晓明 请于三日内回复"


@pytest.mark.parametrize("label", ["gb2312", "gbk", "GB18030"])
@pytest.mark.parametrize("text", [TRADITIONAL, *TRADITIONAL.split()])
def test_big5_under_a_label_of_the_mainland_is_read(label: str, text: str) -> None:
    assert text in [reading.text for reading in decodings(text.encode("big5"), label)]


@pytest.mark.parametrize("text", [SIMPLIFIED, *(piece for piece in SIMPLIFIED.split() if len(piece) > 3)])
def test_gbk_under_the_label_of_taiwan_is_read(text: str) -> None:
    assert text in [reading.text for reading in decodings(text.encode("gbk"), "big5")]


@pytest.mark.parametrize(("text", "label"), [(SIMPLIFIED, "gb2312"), (TRADITIONAL, "big5")])
def test_text_under_its_own_label_has_one_reading(text: str, label: str) -> None:
    charset = {"gb2312": "gbk", "big5": "big5"}[label]
    for piece in (text, *text.split()):
        assert [reading.text for reading in decodings(piece.encode(charset), label)] == [piece]
