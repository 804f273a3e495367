"""By what an item is met in ordinary mail: by its own letters, wherever it counts, and by nothing that is only near."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.fingerprints.mentions import callings, own_callings
from gateway.fingerprints.sightings import groups_of
from gateway.model import Fingerprints
from gateway.reading.plain import plain_fingerprints

HAN = st.text("张王云雀鸣飞海棠晓梁岳霜溪澄", min_size=2, max_size=7)


def mail(text: str, sender: str = "客服", subject: str = "回复") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender, addr_spec="kefu@platform.example")
    message["To"], message["Subject"] = "kunde@firma.example", subject
    message.set_content(text)
    return message.as_bytes()


def said(text: str, sender: str = "客服") -> Fingerprints:
    """Of the parts that count."""
    return Fingerprints(words=own_callings(text, [f"{sender} <a@b.example>"], ()).tobytes() + callings(text).tobytes())


def has(fingerprints: Fingerprints, kind: str, value: str) -> bool:
    values = set(np.frombuffer(fingerprints.words + fingerprints.identifiers, "<u8").tolist())
    return any(values.issuperset(group) for group in groups_of(kind, value))


@pytest.mark.parametrize(
    ("kind", "value", "sender", "text", "is_there"),
    [
        # What an organisation calls itself.
        ("name", "云雀", "云雀直播客服", "请查收。", True),
        ("name", "云雀", "客服 (云雀)", "请查收。", True),
        ("nickname", "Skylark", "Skylark Support", "Hello.", True),
        ("nickname", "skylark live", "Skylark-Live Support", "Hello.", True),
        ("name", "小鹿云", "客服", "祝好\n小鹿云直播 运营部", True),
        ("name", "霜溪", "客服", "霜溪互娱客服中心敬上", True),
        ("phone", "+86 400 800 1234", "客服", "热线：400-800-1234", True),
        ("account", "xm_feifei90", "客服", "公众号 xm_feifei90", True),
        ("address", "hotline@partner.example", "客服", "请联系 hotline@partner.example", True),
        ("nickname", "luckyfox", "客服", "by LuckyFox", True),
        # What only begins like it, or has its pieces.
        ("nickname", "云雀的小迷妹", "云雀直播客服", "云雀的活动", False),
        ("nickname", "云雀直播的小迷妹", "云雀直播客服", "云雀直播的活动", False),
        ("name", "张小鸣", "客服", "张小明 张小 小鸣", False),
        ("nickname", "luna vale", "客服", "Luna is in the vale", False),
        ("phone", "13800138000", "客服", "13800138001", False),
        # Words of everyday speech, names of one letter, circumstances.
        ("name", "高兴", "客服", "很高兴为您服务", False),
        ("name", "安心", "安心客服", "请安心消费", True),
        ("nickname", "support", "客服", "our support team", False),
        ("nickname", "A", "A", "A", False),
        ("circumstance", "广州美术学院", "客服", "广州美术学院", False),
        ("avatar", "", "客服", "", False),
    ],
)
def test_what_is_met(kind: str, value: str, sender: str, text: str, is_there: bool) -> None:
    found = plain_fingerprints(mail(text, sender))
    assert found is not None
    assert has(found, kind, value) is is_there


@given(HAN, HAN)
def test_a_sender_called_so_is_met_whatever_stands_around(name: str, other: str) -> None:
    assert has(said("请查收。", f"{name} {other}"), "name", name)
    assert has(said("请查收。", f"{other}{name}"), "name", name)


@given(HAN.filter(lambda name: len(name) > 2), st.data())
def test_a_name_with_another_letter_is_another_name(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    other = name[:at] + "㵘" + name[at + 1 :]
    assert has(said(f"由{name}经办"), "name", name)
    assert not has(said(f"由{other}经办"), "name", name)


def test_groups_of_nothing_are_none() -> None:
    for kind in ("name", "nickname", "phone", "address", "account", "government_id", "qr_code"):
        assert groups_of(kind, "") == ()
        assert groups_of(kind, "\ud800 \0") == () or all(groups_of(kind, "\ud800 \0"))
