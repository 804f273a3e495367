"""What identifies the reporter is listed once, in whatever way its sources write it."""

import pytest

from gateway.intake.importer import _merged
from gateway.model import Item, Kind


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("phone", ("+86 138 0013 8000", "13800138000", "138-0013-8000", "8613800138000", "0086 13800138000")),
        ("phone", ("010-82345678", "+86 10 8234 5678", "(010) 8234 5678")),
        ("government_id", ("11010519491231002X", "110105 19491231 002x", "11010519491231００２Ｘ")),
        ("address", ("Xiaoming@Mail.example", "xiaoming@mail.example ")),
        ("account", ("XM_feifei90", "xm_feifei90", "ｘｍ_feifei90")),
        ("name", ("張小鳴", "张小鸣")),
    ],
)
def test_one_item_is_listed_once(kind: Kind, written: tuple[str, ...]) -> None:
    items = [Item(kind, value, source=f"材料 {n}: x", state="learned") for n, value in enumerate(written)]
    merged = _merged([*items, Item(kind, written[0])])
    assert [(item.value, item.state) for item in merged] == [(written[0], "given")]


def test_two_items_stay_two() -> None:
    items = (
        Item("phone", "13800138000"),
        Item("phone", "13800138001"),
        Item("account", "xm_feifei90"),
        Item("account", "xmfeifei90"),
        Item("account", "13800138000"),
        Item("phone", "82345678"),
        Item("phone", "x"),
        Item("phone", "y"),
    )
    assert _merged(items) == items
