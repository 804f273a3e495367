"""What belongs to a name or number goes with it, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Kind
from gateway.rewriting.belongings import with_belongings

CASES: list[tuple[Kind, str, str, str]] = [
    ("nickname", "用户@✨鸣鸣不飞✨^_^ 反映了此事。", "鸣鸣不飞", "用户| 反映了此事。"),
    ("nickname", "观众🌸鸣鸣不飞🌸说", "鸣鸣不飞", "观众|说"),
    ("name", "举报人“张小鸣”反映。", "张小鸣", "举报人|反映。"),
    ("name", "投诉人【张小鸣】（已核实）", "张小鸣", "投诉人|（已核实）"),
    ("name", "张小鸣女士来信", "张小鸣", "|来信"),
    ("name", "张小鸣姐姐家", "张小鸣", "|姐姐家"),
    ("name", "from Mr. Will Young, who", "Will Young", "from |, who"),
    ("phone", "电话（+86 138-0013-8000）已登记", "138-0013-8000", "电话|已登记"),
    ("phone", "电话：+86-13800138000。", "13800138000", "电话：|。"),
    ("phone", "call +44 (0)20 7946 0018 now", "20 7946 0018", "call | now"),
    ("phone", "座机 020-87654321 转", "87654321", "座机 | 转"),
    ("phone", "订单 2020-13800138000", "13800138000", "订单 2020-|"),
    ("address", "邮箱 <a@b.example> 投诉", "a@b.example", "邮箱 | 投诉"),
    ("account", "微信 xm_feifei90，", "xm_feifei90", "微信 |，"),
]


@pytest.mark.parametrize(("kind", "text", "found", "left"), CASES)
def test_what_belongs_to_it_goes_with_it(kind: Kind, text: str, found: str, left: str) -> None:
    at = text.index(found)
    start, end = with_belongings(text, (at, at + len(found)), kind)
    assert f"{text[:start]}|{text[end:]}" == left


@given(st.text(max_size=60), st.data(), st.sampled_from(["name", "nickname", "phone", "address", "material"]))
def test_it_never_shrinks_nor_leaves_the_text(text: str, data: st.DataObject, kind: Kind) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    low, high = with_belongings(text, (start, end), kind)
    assert 0 <= low <= start
    assert end <= high <= len(text)
