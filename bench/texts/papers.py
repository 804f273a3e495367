"""Letters as unrelated people write them: each in its own words, within what all of them share. Nobody in them is real.

Shared are salutation and end, the labels of the form, the phrases that everybody uses (`STOCK`, two to five of them in
a letter); everything else is put together from templates full of choices, by topic, person, order, connectives and
layout. `bench/apart.py` prints how far two letters are apart.
"""

import random
from dataclasses import dataclass

from texts import english
from texts.clauses import GENERAL, STOCK, TOPICS
from texts.documents import said
from texts.grammar import lines, written
from texts.lexicon import WORDS
from texts.voices import english_voice, voice

_OPENINGS = lines(
    """
尊敬的平台工作人员:您好!
尊敬的平台领导:
平台客服你好,
你好,我要举报。
您好,我要投诉“{店}”直播间。
举报信
投诉内容如下:
敬启者:
各位领导好:
"""
)
_ENDINGS = lines("此致敬礼\n此致\n敬礼!\n特此举报。\n谢谢!\n恳请受理。\n祝工作顺利")
_FORM = (
    "举报人姓名:{姓名}",
    "被举报人:{店}",
    "举报时间:{日}",
    "举报类型:[虚假宣传|侮辱谩骂|诱导打赏|违规内容|其他]",
    "具体情况:",
)
_JOINTS = (
    "另外,",
    "后来,",
    "更让人想不通的是,",
    "还有,",
    "再说,",
    "可是,",
    "结果,",
    "其实,",
    "不仅如此,",
    "最后,",
    "当时,",
    "说来话长,",
)
_TITLES = lines(
    """
关于“{店}”[的情况说明|的投诉|一事]
[投诉|举报]“{店}”:{物}
{日}[购物|打赏|直播]一事的[经过|情况]
[请|求][平台|你们]查[查|一查]“{店}”
{钱}[买|换]来的教训
"""
)
_ENGLISH_OPENINGS = ("Dear Sir or Madam,", "To whom it may concern,", "Dear support team,", "Hello,")
_ENGLISH_ENDINGS = ("Yours faithfully,", "Yours sincerely,", "Kind regards,", "Thank you,")


@dataclass(frozen=True, slots=True)
class Paper:
    """`body` has paragraphs of several `sentences` each, `head` and `end` stand above and below. `rows` are a table,
    `talk` a chat of the same person. `stock` are those of the sentences that others write too."""

    title: str
    sentences: tuple[str, ...]
    head: tuple[str, ...]
    body: tuple[str, ...]
    end: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    talk: tuple[str, ...]
    stock: frozenset[str]

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return (*self.head, *self.body, *self.end)

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.paragraphs))


def paper(seed: str, number: int, sentences: int = 0) -> Paper:
    """Every fourth is English. Six to twenty-four sentences where nothing else is said."""
    dice = random.Random(f"paper {seed} {number}")
    in_english = number % 4 == 3
    many = sentences or dice.randint(6, 24)
    own, stock = _english(dice, many) if in_english else _chinese(dice, many)
    head, end = _frame(dice, in_english)
    joint = " " if in_english else ""
    paragraphs, at = [], 0
    while at < len(own):
        size = dice.randint(2, 6)
        paragraphs.append(joint.join(own[at : at + size]))
        at += size
    title = written(
        dice, dice.choice(english.TITLES if in_english else _TITLES), english.WORDS if in_english else WORDS
    )
    talk = tuple(said(dice, 12))
    return Paper(title, tuple(own), head, tuple(paragraphs), end, _table(dice), talk, frozenset(stock))


def _chinese(dice: random.Random, many: int) -> tuple[list[str], list[str]]:
    """(sentences in their order, those of them that others say too)."""
    main, other = dice.sample([*TOPICS], 2)
    share = dice.uniform(0.35, 0.65)
    of_topic = dice.sample(TOPICS[main], min(len(TOPICS[main]), max(3, int(many * share))))
    stock = [line + "。" for line in dice.sample(STOCK, dice.randint(2, 5))]
    own = [*of_topic]
    pool = [*GENERAL, *dice.sample(TOPICS[other], 3)]
    while len(own) < many - len(stock):
        own += dice.sample(pool, min(len(pool), many - len(stock) - len(own)))
        pool = [*GENERAL, *TOPICS[main], *TOPICS[dice.choice([*TOPICS])]]
    first = [line for line in own if line in of_topic]
    rest = [line for line in own if line not in of_topic]
    ordered = [*first, *rest] if dice.random() < 0.5 else dice.sample(own, len(own))
    mark, worded = dice.choice((0.1, 0.25, 0.4)), voice(dice)
    told = []
    for line in ordered:
        text = worded(written(dice, line, WORDS))
        end = dice.choice("。。。。!") if dice.random() < 0.9 else "…"
        told.append((dice.choice(_JOINTS) if dice.random() < mark else "") + text + end)
    for line in stock:
        told.insert(dice.randint(len(told) // 2, len(told)), line)
    return told[: max(many, 1)], stock


def _english(dice: random.Random, many: int) -> tuple[list[str], list[str]]:
    stock = dice.sample(english.STOCK, dice.randint(1, 3))
    own: list[str] = []
    while len(own) < many - len(stock):
        pool = english.SENTENCES
        own += dice.sample(pool, min(len(pool), many - len(stock) - len(own)))
    worded = english_voice(dice)
    told = [worded(written(dice, line, english.WORDS)) for line in own]
    for line in stock:
        told.insert(dice.randint(len(told) // 2, len(told)), line)
    return told, stock


def _frame(dice: random.Random, in_english: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if in_english:
        name = written(dice, "{who}", english.WORDS)
        return (dice.choice(_ENGLISH_OPENINGS),), (dice.choice(_ENGLISH_ENDINGS), name)
    opening = _FORM if dice.random() < 0.3 else (dice.choice(_OPENINGS),)
    ending = (dice.choice(_ENDINGS), "{姓名}", "{日}")
    return tuple(written(dice, line, WORDS) for line in opening), tuple(written(dice, line, WORDS) for line in ending)


_TABLES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("日期", "{日}"), ("商品", "{物}"), ("金额", "{钱}"), ("付款方式", "{付}"), ("备注", "{样},{地}[退|换|签收]")),
    (("时间", "{时}"), ("礼物", "{礼}"), ("主播", "{店}"), ("金额", "{钱}")),
    (("序号", "{数}"), ("姓名", "{姓名}"), ("损失", "{钱}"), ("经过", "{店}买{物},{样}")),
    (("时间", "{时}"), ("谁", "{姓名}"), ("说了什么", "{话}")),
    (("订单", "{数}"), ("店铺", "{店}"), ("货品", "{物}"), ("收货地", "{地}"), ("结果", "[退款|未发|{样}]")),
    (("日期", "{日}"), ("证据", "{证}"), ("内容", "{姓名}[说|发]{话}"), ("存放", "{地}")),
)


def _table(dice: random.Random) -> tuple[tuple[str, ...], ...]:
    columns = dice.choice(_TABLES)
    rows = tuple(tuple(written(dice, cell, WORDS) for _, cell in columns) for _ in range(20))
    return (tuple(name for name, _ in columns), *rows)
