"""Letters of reporters in ten layouts, with other people in them who are not the reporter.

Out: letters with the name that should be learned and the names that must not be learned as sure. Written by hand; the
people are drawn by the seed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

FAMILY = "陈李王刘赵周吴孙徐胡林郑何杨黄曾马韩唐吕任欧阳 司马 诸葛".replace("欧阳 司马 诸葛", "")
COMPOUND = ("欧阳", "司马", "诸葛", "上官")
GIVEN = "思远 晓梅 海峰 佳怡 明轩 雨婷 志强 丽娟 浩然 静雯 晓东 凯文 梦琪 晨曦 俊杰 凡一 超群 雪莹 一鸣 若兰 文博 青云 英杰 诗涵 嘉禾 伟 芳 敏 磊 静".split()
WESTERN = "Maria Lopez;Peter Novak;Anna Kowalska;John Miller;Emily Clarke;Lars Sorensen;Sofia Rossi;Daniel Weber".split(
    ";"
)
MINORITY = "阿迪力·买买提;古丽娜尔·艾合买提;扎西·多吉;米吉提·吐尔逊".split(";")

LAYOUTS: dict[str, str] = {
    "form": "举 报 信\n举报人：{name}\n联系电话：{phone}\n身份证号：{id}\n微信号：{wechat}\n被举报人：{other}（主播）\n举报内容：{other}在直播间诱导打赏，{witness}也可以作证。",
    "table": "| 项目 | 内容 |\n| 姓名 | {name} |\n| 电话 | {phone} |\n| 微信 | {wechat} |\n| 被举报人姓名 | {other} |\n| 情况说明 | 多次诱导未成年人打赏 |",
    "letter": "尊敬的平台领导：\n    您好！我要反映主播{other}的问题。他在九月十八日晚的直播中多次劝说未成年人打赏，我的朋友{witness}当时也在看。\n    请严肃处理。\n    此致\n敬礼！\n                    {name}\n                    2026年9月20日",
    "self": "平台工作人员您好，本人{name}，身份证号{id}，现实名举报主播{other}虚假宣传。我的微信号是{wechat}，电话{phone}。",
    "i am": "你好，我是{name}，一名普通观众。上周{other}卖给我的手机是假货，客服{witness}让我来投诉。我的电话是{phone}，请尽快回复。",
    "sections": "一、被举报人信息\n姓名：{other}\n平台账号：live_{digits}\n\n二、举报人信息\n姓名：{name}\n手机：{phone}\n邮箱：{mail}\n\n三、举报事项\n详见附件。",
    "mail": "主播{other}骗了我三千元，麻烦处理。\n聊天记录见附件。\n\n--\n{name}\n手机 {phone}\n微信 {wechat}",
    "statement": "情况说明\n\n我于2026年9月18日观看{other}的直播，购买商品后未收到货。以上情况属实，愿承担法律责任。\n\n声明人（签名）：{name}\n日期：2026.9.21\n联系方式：{phone}",
    "picture": "主题：举报主播{other}\n发件人：{name} <{mail}>\n收件人：客服 <service@platform.example>\n时间：2026年9月20日 21:14\n\n您好，附件是截图，请查收。",
    "english": "To whom it may concern,\n\nMy name is {name} and I watch the show of {other}. On 18 September I paid for a phone that never came. You can reach me at {phone} or {mail}.\n\nYours sincerely,\n{name}",
    "english form": "COMPLAINT FORM\nReporter: {name}\nPhone: {phone}\nE-mail: {mail}\nReported party: {other}\nWitness: {witness}\nWhat happened: the parcel never came.",
    "vcard": "请联系我，名片如下。\nBEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;TYPE=CELL:{phone}\nEMAIL:{mail}\nEND:VCARD\n举报对象是主播{other}。",
}


@dataclass(frozen=True)
class Letter:
    """`others` are people who stand in it and did not write it."""

    layout: str
    text: str
    name: str
    others: tuple[str, ...]
    phone: str


def letters(seed: int, each: int = 25) -> Iterator[Letter]:
    """`each` letters of every layout."""
    r = random.Random(seed)
    for layout, template in LAYOUTS.items():
        english = layout.startswith("english")
        for _ in range(each):
            name, other, witness = (_person(r, english) for _ in range(3))
            if len({name, other, witness}) < 3:
                continue
            phone = f"1{r.choice('3578')}{r.randrange(10**8, 10**9)}"
            values = {
                "name": name,
                "other": other,
                "witness": witness,
                "phone": phone,
                "id": f"99001{r.randrange(10**12, 10**13 - 1)}",
                "wechat": f"wx_{r.randrange(10**5, 10**6)}",
                "mail": f"m{r.randrange(10**4, 10**5)}@mail.example",
                "digits": str(r.randrange(10**5)),
            }
            others = tuple(person for person in (other, witness) if person in template.format(**values))
            yield Letter(layout, template.format(**values), name, others, phone)


def _person(r: random.Random, english: bool) -> str:
    if english and r.random() < 0.6:
        return r.choice(WESTERN)
    if r.random() < 0.08:
        return r.choice(MINORITY)
    family = r.choice(COMPOUND) if r.random() < 0.08 else r.choice(FAMILY.strip())
    return family + r.choice(GIVEN)
