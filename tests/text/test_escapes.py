"""What is written in another writing is undone; what only has its letters is left."""

import base64

import pytest

from gateway.text.escapes import undone
from gateway.text.offset_map import whole


def views(text: str) -> list[str]:
    return [view.text for view in undone(whole(text))]


@pytest.mark.parametrize("day", ["2026-05-01", "2026-9-8", "2026/05/01", "1999-12-31"])
@pytest.mark.parametrize("around", ["{}", "{} 20:14:33", "日期,{},328", "{0}\t打赏\n{0}\t充值"])
def test_a_day_is_no_base64(day: str, around: str) -> None:
    assert not any("û" in view or "跰" in view or "腏" in view for view in views(around.format(day)))


@pytest.mark.parametrize("name", ["张小鸣", "欧阳文静", "Zhang Xiaoming"])
@pytest.mark.parametrize("around", ["{}", "2026-05-01 {}", "2026-05-01\n{}\n2026-05-02"])
def test_base64_beside_days_is_read(name: str, around: str) -> None:
    assert any(name in view for view in views(around.format(base64.b64encode(name.encode()).decode())))
