"""Sets of pages with known content. The same number gives the same page; nobody in them is real.

`Case` has the picture, the reporter's name as often as it stands in it, and where the reporter's face is.
"""

import base64
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from gateway.demo.drawing import font
from scenes.chromium import Browser, Place, key
from scenes.pages import LAYOUTS, Person, Said

NAMES = ("张小鸣", "欧阳思远", "李雪莹", "陈嘉豪", "王梓涵", "赵子墨", "林晓彤", "周俊熙", "吴雨桐", "徐若曦")
_OTHERS = ("刘强", "孙丽", "何伟", "高敏", "郑凯", "罗兰", "梁宇", "宋佳", "唐宁", "韩磊", "冯静", "董洁")
_TALK = (
    "在吗,请问这个怎么处理呀",
    "好的收到,我们会尽快核实",
    "我昨天已经把截图发过去了",
    "他在直播间让大家加微信付款",
    "谢谢您的配合",
    "那个链接现在打不开了",
    "时间是9月18日晚上21:30左右",
    "请提供一下您的联系方式",
    "嗯嗯",
    "希望平台严肃处理这种行为",
)
_TOLD = ("我是{},要举报这个主播", "这里是{},请问进展如何", "{}提交的材料已收到", "请转告{}尽快回复")


@dataclass(frozen=True, slots=True)
class Case:
    """`faces` are the places of the reporter's face; empty where the page is other people's."""

    picture: Image.Image
    layout: str
    dark: bool
    name: str
    times: int
    faces: tuple[Place, ...]


def uri(picture: Image.Image) -> str:
    out = BytesIO()
    picture.convert("RGB").save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode("ascii")


def face_names() -> tuple[str, ...]:
    return _OTHERS


def font_uri() -> str:
    return Path(str(font(10).path)).as_uri()


def page(
    browser: Browser, number: int, reporter: Image.Image | None, others: Sequence[Image.Image], layout: str, dark: bool
) -> Case:
    """One page. The reporter, where there is one, speaks every third time, and others say the name now and then."""
    dice = random.Random(number)
    name = NAMES[number % len(NAMES)]
    people = [Person(dice.choice(_OTHERS), uri(face)) for face in others]
    me = Person(name, uri(reporter)) if reporter is not None else None
    said = []
    for turn in range(12):
        if me is not None and turn % 3 == 0:
            told = dice.choice(_TOLD).format(name) if dice.random() < 0.5 else dice.choice(_TALK)
            said.append(Said(me, told, mine=layout in ("phone chat", "phone group") and dice.random() < 0.5))
        else:
            said.append(Said(people[turn % len(people)], dice.choice(_TALK), mine=False))
    drawn = browser.shoot(LAYOUTS[layout](said, dark, font_uri()))
    own = key(me.face) if me is not None else ""
    return Case(
        picture=drawn.picture,
        layout=layout,
        dark=dark,
        name=name,
        times=sum(place.what.count(name) for place in drawn.words),
        faces=tuple(place for place in drawn.faces if place.what == own),
    )


def pages(
    browser: Browser, faces: Sequence[Image.Image], others: Sequence[Image.Image], rounds: int, start: int = 0
) -> Iterator[Case]:
    """`rounds` pages of each layout, light and dark, each with another reporter's face of `faces`."""
    number = start
    for _ in range(rounds):
        for layout in LAYOUTS:
            for dark in (False, True):
                dice = random.Random(1000 + number)
                company = dice.sample(list(others), 7)
                yield page(browser, number, faces[number % len(faces)] if faces else None, company, layout, dark)
                number += 1
