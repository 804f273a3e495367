"""Letters as people write them: each its own, in phrases that many of them share. Nobody in them is real.

A sentence is put together from a few turns of speech and a few facts, so that letters of unrelated people have words
and half sentences in common, as they do; whole sentences differ, for the facts do.
"""

import random
from dataclasses import dataclass

_ZH = (
    "{day}晚上{hour}点左右,我在{show}直播间里{did},主播当时说{said}。",
    "我前后一共付了{sum}元,都是通过{pay}转过去的,{proof}我都保存着。",
    "付款之后对方发来的却是{thing},和直播间里展示的{other}完全不是一回事。",
    "{day}我联系了店铺的客服,对方答复说{said},之后就再也没有回音。",
    "和我有同样遭遇的还有群里的{count}个人,大家都在{day}前后买过{thing}。",
    "主播为了让大家相信,还把{other}的照片放在镜头前,说{said}。",
    "我要求退还{sum}元货款,并且请平台核查{show}直播间{day}的录像。",
    "寄来的包裹单号尾数是{sum},里面只有{thing}和一张写着{said}的卡片。",
    "{proof}可以证明,{day}的那一场里,主播让我们加私人号码,再用{pay}付款。",
    "因为这件事,家里老人{did}以后连着{count}天没有睡好,精神压力很大。",
)
_EN = (
    "On {day_en} at about {hour} in the evening I was watching the {show_en} room and the host said that {said_en}.",
    "I paid {sum} yuan in all through {pay_en}, and I have kept {proof_en} for every single payment.",
    "What came in the parcel was {thing_en}, which has nothing to do with {other_en} that was shown on the screen.",
    "When I wrote to the shop on {day_en} they answered that {said_en}, and after that nobody replied any more.",
    "There are {count} more people in our group who bought {thing_en} around {day_en} and were treated in the same way.",
    "To make us believe it, the host held {other_en} in front of the camera and told everybody that {said_en}.",
    "I ask for the {sum} yuan back and for a look at the recording of the {show_en} room of {day_en}.",
)
_SLOTS: dict[str, tuple[str, ...]] = {
    "show": (
        "静水流深",
        "小满优选",
        "半山茶铺",
        "夜航船",
        "东篱",
        "蓝鲸数码",
        "晴耕",
        "七号仓库",
        "木子家",
        "云上牧场",
    ),
    "did": ("下单买东西", "连着打赏", "参加抽奖", "看到别人晒单", "跟着刷礼物", "抢到一个名额"),
    "said": (
        "“七天之内不满意全额退”",
        "“今天是最后一批货”",
        "“厂家已经停产了”",
        "“先付定金才能锁单”",
        "“我个人给大家担保”",
        "“这是内部价,不要外传”",
        "“系统问题,过几天会补发”",
        "“仓库在盘点,请耐心等”",
    ),
    "pay": ("扫码", "私下转账", "红包", "代付链接", "银行卡", "朋友代付"),
    "proof": ("聊天记录", "付款截图", "录屏", "快递单", "通话录音", "订单页面"),
    "thing": ("一副旧耳机", "几张贴纸", "一盒过期茶叶", "没有标签的外套", "塑料手串", "空盒子", "翻新手机", "半袋大米"),
    "other": ("正品耳机", "限量画册", "明前茶", "羊毛外套", "和田玉手串", "新款手机", "有机大米", "真丝围巾"),
    "show_en": ("Quiet Water", "Night Boat", "Blue Whale", "East Hedge", "Cloud Ranch", "Number Seven"),
    "said_en": (
        "everything can be sent back within seven days",
        "this was the last lot from the factory",
        "a deposit holds the price for us",
        "the warehouse was counting its stock",
        "the parcel would come again in a few days",
    ),
    "pay_en": ("a code on the screen", "a private transfer", "red packets", "a link for friends", "a bank card"),
    "proof_en": ("the chat", "a screenshot", "the recording", "the slip of the parcel", "the page of the order"),
    "thing_en": ("an old headset", "a few stickers", "a box of stale tea", "a plastic bracelet", "an empty box"),
    "other_en": ("a new headset", "a numbered print", "spring tea", "a jade bracelet", "the latest phone"),
}
_COLUMNS = ("日期", "商品", "金额", "付款方式", "备注")


@dataclass(frozen=True, slots=True)
class Paper:
    """`paragraphs` are of several sentences each; `rows` are a table of payments."""

    title: str
    sentences: tuple[str, ...]
    paragraphs: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.paragraphs))


def paper(seed: int, sentences: int = 24) -> Paper:
    """Every fourth is English."""
    dice = random.Random(f"paper {seed}")
    english = seed % 4 == 3
    written = tuple(_sentence(dice, _EN if english else _ZH) for _ in range(sentences))
    joint = " " if english else ""
    paragraphs = tuple(joint.join(written[at : at + 4]) for at in range(0, len(written), 4))
    rows = tuple(
        (
            _day(dice),
            dice.choice(_SLOTS["thing"]),
            f"{dice.randrange(30, 90000) / 10:.1f}",
            dice.choice(_SLOTS["pay"]),
            _sentence(dice, _ZH)[:22],
        )
        for _ in range(20)
    )
    title = f"Complaint about an order of {_day_en(dice)}" if english else f"关于{_day(dice)}购物一事的情况说明"
    return Paper(title, written, paragraphs, (_COLUMNS, *rows))


def _sentence(dice: random.Random, templates: tuple[str, ...]) -> str:
    facts = {name: dice.choice(words) for name, words in _SLOTS.items()}
    facts |= {"day": _day(dice), "day_en": _day_en(dice), "hour": str(dice.randrange(6, 12))}
    facts |= {"sum": str(dice.randrange(100, 10_000)), "count": str(dice.randrange(3, 60))}
    return dice.choice(templates).format(**facts)


def _day(dice: random.Random) -> str:
    return f"{dice.randrange(1, 13)}月{dice.randrange(1, 29)}日"


def _day_en(dice: random.Random) -> str:
    months = ("January", "February", "March", "April", "May", "June", "August", "September", "October", "November")
    return f"{dice.randrange(1, 29)} {dice.choice(months)}"
