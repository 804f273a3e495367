"""Letters that tell of their writer's life, and mails that tell of it again, or only of the broadcast.

A life is a city, a day, a gift, a sum and a school or an employer. A letter mentions what its sentences say; a leaking
mail repeats three sorts of what was mentioned, in other words; a clean one asks about the broadcast of another day, and
may share one or two things by chance, as mails do.
"""

import random
from dataclasses import dataclass

CITIES = "佛山 绵阳 洛阳 泉州 无锡 柳州 遵义 烟台 保定 湘潭 赣州 芜湖 襄阳 曲靖 大庆 咸阳 银川 西宁 海口 三亚".split()
GIFTS = "火箭 嘉年华 游轮 城堡 跑车 飞机 皇冠 钻戒 玫瑰 灯牌".split()
SCHOOLS = (
    "岭南美术学院 绵江师范大学 洛川职业技术学院 泉东大学 湘北第一中学 赣南医学院 海峡理工大学 北湖实验中学".split()
)
FIRMS = "锦程物流公司 明川电子厂 华岭建筑公司 青禾食品有限公司 远帆科技有限公司 安澜物业公司".split()
ENGLISH = {
    "佛山": "Foshan",
    "绵阳": "Mianyang",
    "洛阳": "Luoyang",
    "泉州": "Quanzhou",
    "无锡": "Wuxi",
    "烟台": "Yantai",
}
MONTHS = "January February March April May June July August September October November December".split()


@dataclass(frozen=True)
class Life:
    """One invented person's circumstances."""

    city: str
    month: int
    day: int
    gift: str
    amount: int
    place: str
    is_school: bool

    @property
    def date(self) -> str:
        return f"{self.month}月{self.day}日"


def life(r: random.Random) -> Life:
    """One drawn by the seed."""
    is_school = r.random() < 0.5
    place = r.choice(SCHOOLS if is_school else FIRMS)
    amount = r.choice((1, 2, 3, 5, 8)) * 1000 + r.randrange(100, 999)
    return Life(r.choice(CITIES), r.randrange(1, 13), r.randrange(1, 29), r.choice(GIFTS), amount, place, is_school)


def letter(one: Life, r: random.Random) -> str:
    """What the reporter wrote; the broadcast was on another day."""
    where = r.choice(
        (
            f"我住在{one.city}市。",
            f"我是{one.city}人，平时喜欢看直播。",
            f"我来自{one.city}，看直播已经三年了。",
            f"本人家住{one.city}，收入不高。",
            f"我人在{one.city}，平常工作很忙。",
        )
    )
    gave = r.choice(
        (
            f"我{one.date}给主播送了一个{one.gift}，",
            f"本人于{one.date}在直播间刷了三个{one.gift}，",
            f"{one.date}晚上我打赏了主播两个{one.gift}，",
            f"我在{one.date}花钱送出一个{one.gift}，",
        )
    )
    paid = r.choice((f"一共充值了{one.amount}元。", f"前后支付了{one.amount}元。", f"为此转账{one.amount}元。"))
    does = r.choice(
        (f"我在{one.place}读书。", f"我是{one.place}的学生。", f"本人就读于{one.place}。")
        if one.is_school
        else (f"我在{one.place}上班。", f"本人就职于{one.place}。", f"我在{one.place}工作了五年。")
    )
    own = [where, gave + paid, does]
    r.shuffle(own)
    return (
        "尊敬的平台:\n"
        + "".join(own)
        + "主播在直播中承诺抽奖，之后没有兑现，还在直播间辱骂观众。希望平台处理，并替我保密。\n此致\n敬礼"
    )


def leaking(one: Life, r: random.Random) -> str:
    """What staff should not have written: three sorts of it."""
    school = "上学" if one.is_school else "上班"
    return r.choice(
        (
            f"您好，反映人是{one.date}从{one.city}给您送{one.gift}的那位用户，请回忆一下。",
            f"就是那个在{one.place}{school}、人在{one.city}的观众，您应该有印象。",
            f"这位用户{one.date}送过{one.gift}，前后一共花了{one.amount}元。",
            f"请说明您与{one.city}一位充值{one.amount}元、送{one.gift}的观众之间的往来。",
            f"投诉来自{one.place}的一位{'学生' if one.is_school else '员工'}，{one.date}打赏过您。",
            f"{_spoken(one.month)}月{_spoken(one.day)}号那天，{one.city}有位朋友送了{one.gift}，是他写信来的。",
            f"The complaint is from the viewer in {ENGLISH.get(one.city, one.city)} who paid {one.amount:,} yuan "
            f"for a {one.gift} on {one.day} {MONTHS[one.month - 1]}.",
        )
    )


def clean(one: Life, r: random.Random) -> str:
    """What staff may write; one or two things may be the reporter's by chance."""
    other = life(r)
    return r.choice(
        (
            f"您好，请说明{other.date}晚八点直播间抽奖活动的规则，以及礼物{one.gift}的发放情况。",
            f"您在{one.city}的线下活动将于{other.date}举行，请提交活动方案。",
            f"平台正在核实{one.date}的直播内容，请提供当晚的录屏。",
            f"有观众反映您在{other.date}的直播中承诺抽奖未兑现，请说明{other.gift}、{one.gift}等礼物的统计。",
            f"您{one.date}的直播数据如下：{one.gift}12个，{other.gift}3个，合计收入{other.amount}元。",
            f"请于{other.date}前回复本邮件，并附上{other.city}活动的报名名单，金额{one.amount}元以内无需审批。",
            f"Please tell us about the show of {one.day} {MONTHS[one.month - 1]} and the prize draw in it.",
        )
    )


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    numerals = "零一二三四五六七八九"
    return ("" if not tens else "十" if tens == 1 else numerals[tens] + "十") + (numerals[ones] if ones else "")
