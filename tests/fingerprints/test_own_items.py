"""What a letter says of its writer is told from what merely stands in it."""

import pytest

from gateway.fingerprints.own_items import own_items
from gateway.intake.extract import learn
from gateway.model import Item, Location, Party, Reading, TextFragment, steps

OWN, SHOPS = "13900139000", "13800138000"


def learned(*texts: str) -> tuple[Item, ...]:
    found: tuple[Item, ...] = ()
    for number, text in enumerate(texts):
        where = Location("1", (steps.file(f"{number}.docx"),))
        reading = Reading(texts=(TextFragment(where, "document", text),))
        found += learn(reading, f"材料 {number}: 甲.docx", (Party("星儿"),))
    return found


@pytest.mark.parametrize(
    "letter",
    [
        f"举报人：张小鸣\n联系电话：{OWN}\n举报内容：……",
        f"尊敬的平台：\n……\n此致\n敬礼\n张小鸣\n{OWN}\n2020年9月1日",
        f"举报人张小鸣（{OWN}）反映如下",
        f"反映如下。\n张小鸣 {OWN}",
        f"我叫张小鸣，联系我的手机号是{OWN}。",
    ],
)
def test_the_writers_own_number_is_own_beside_a_sheet_of_a_shop_too(letter: str) -> None:
    assert [item.value for item in own_items(learned(letter)) if item.kind == "phone"] == [OWN]
    sheet = f"微信支付凭证\n收款方\n小狐店\n联系方式\n{SHOPS}\n"
    assert SHOPS in {item.value for item in learned(sheet)}
    assert [item.value for item in own_items(learned(letter, sheet)) if item.kind == "phone"] == [OWN]


@pytest.mark.parametrize(
    "text",
    [
        f"收款方：小狐数码店\n电话：{SHOPS}\n订单号：1234567890\n金额：300.00元\n",
        f"小狐数码店\n联系电话：{SHOPS}\n",
        f"举报人：张小鸣\n联系电话：{OWN}\n对方给的号码\n电话：{SHOPS}\n",
    ],
)
def test_a_shops_number_is_not(text: str) -> None:
    assert SHOPS in {item.value for item in learned(text)}
    assert SHOPS not in {item.value for item in own_items(learned(text))}


AGENTS = "13800138000"


@pytest.mark.parametrize(
    "beside",
    [
        f"王丽 {AGENTS}\n他是店家的客服",
        f"王丽 {AGENTS}，她是店家的客服。",
        f"王丽（{AGENTS}）是店家的客服",
        f"王丽 {AGENTS}\n此人是客服。",
        f"王丽：{AGENTS} 对方的客服",
    ],
)
@pytest.mark.parametrize(
    "letter",
    [
        "反映如下。\n{}\n",
        "我叫张小鸣。\n{}\n",
        f"举报人：张小鸣\n联系电话：{OWN}\n{{}}\n",
        f"反映如下。\n张小鸣 {OWN}\n{{}}\n",
        "反映如下。\n{}\n此致\n敬礼\n张小鸣\n2020年9月1日",
    ],
)
def test_a_number_beside_a_name_of_somebody_else_is_not_its_writers(letter: str, beside: str) -> None:
    items = learned(letter.format(beside))
    assert AGENTS in {item.value for item in items}  # it is guarded all the same
    assert AGENTS not in {item.value for item in own_items(items)}
    if OWN in letter:
        assert OWN in {item.value for item in own_items(items)}


def test_of_two_names_with_numbers_it_is_the_signed_one_or_nobodys() -> None:
    both = f"反映如下。\n张小鸣 {OWN}\n王丽 {AGENTS}\n"
    assert not {item.value for item in own_items(learned(both)) if item.kind == "phone"}
    signed = f"{both}此致\n敬礼\n张小鸣\n2020年9月1日"
    assert {item.value for item in own_items(learned(signed)) if item.kind == "phone"} == {OWN}


@pytest.mark.parametrize("place", ["From", "Reply-To", "Sender", "sender line", "mail signature", "code", "recognised"])
def test_whoever_sent_a_mail_on_is_not_its_writer(place: str) -> None:
    items = (
        Item("name", "张小鸣", source="材料 a.eml: form line", state="learned"),
        Item("address", "hotline@partner.example", source=f"材料 a.eml: {place}", state="learned"),
        Item("phone", SHOPS, source="report", state="learned"),
    )
    assert own_items(items) == ()


@pytest.mark.parametrize("state", ["struck", "asked", "given", "confirmed"])
def test_what_a_person_decided_is_not_decided_here(state: str) -> None:
    assert own_items([Item("phone", OWN, source="材料 a: signature", state=state)]) == ()  # type: ignore[arg-type]
