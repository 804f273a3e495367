"""What many reports share is silent; what stands between two pieces of it is not."""

import time

import pytest

from gateway.fingerprints.winnowing import text_prints
from gateway.identity.boilerplate import common_prints, common_runs
from gateway.identity.shingles import Run
from gateway.identity.stock_phrases import formula_runs
from gateway.text.normalize import letters

FORM = "被举报的直播间名称以及主播的平台账号请如实填写并附上相关的截图以便我们尽快核实情况与您联系"
OWN = "冷链早就化了围巾泡在汤里少了三斤"


def silent(view: str) -> list[Run]:
    return common_runs(view, common_prints(text_prints(FORM).astype("<u8").tobytes()))


def test_a_form_is_silent_nearly_to_its_ends_and_what_was_written_behind_it_is_not() -> None:
    (run,) = silent("a" * 60 + FORM + "b" * 60)
    assert 60 - 8 <= run.start <= 60 + 8
    assert 60 + len(FORM) - 8 <= run.end <= 60 + len(FORM) + 8


def test_a_persons_own_words_between_two_common_pieces_are_heard() -> None:
    view = FORM + 2 * OWN + FORM + 2 * OWN + FORM
    heard = [i for i in range(len(view)) if not any(run.start <= i < run.end for run in silent(view))]
    assert len(heard) >= 2 * (len(2 * OWN) - 16)


def test_nothing_is_silent_where_nothing_is_common() -> None:
    assert common_runs(FORM, frozenset()) == []


@pytest.mark.parametrize("piece", ["多次", "尽快", "可以", "依法", "已经", "帮忙"])
def test_a_word_of_a_formula_said_without_end_takes_no_more_than_its_length(piece: str) -> None:
    def seconds(times: int) -> float:
        before = time.process_time()
        formula_runs("主播请" + piece * times)
        return time.process_time() - before

    seconds(10)
    assert seconds(24_000) < 30 * max(seconds(2_000), 0.004)


@pytest.mark.parametrize(
    "written",
    [
        "单击此处编辑母版标题样式\n单击此处编辑母版文本样式\n第二级\n第三级\n第四级\n第五级\n单击图标添加图片",
        "点击添加标题\n按一下以編輯母片標題樣式\n第二層",
        "Click to edit Master title style\nEdit Master text styles\nSecond level\nClick icon to add picture",
        'Attribute VB_Name = "ThisWorkbook"\nAttribute VB_Base = "0{00020819-0000-0000-C000-000000000046}"\n'
        "Attribute VB_GlobalNameSpace = False\nAttribute VB_Creatable = False\nAttribute VB_Exposed = True",
    ],
)
def test_what_a_program_writes_into_every_file_is_a_formula(written: str) -> None:
    view = letters(written).text
    assert sum(run.end - run.start for run in formula_runs(view)) == len(view)


@pytest.mark.parametrize("own", ["他让我单击链接再打款", "he told me to click on his second link"])
def test_somebodys_own_words_about_clicking_are_none(own: str) -> None:
    assert formula_runs(letters(own).text) == []
