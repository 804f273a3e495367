"""Chinese characters taken apart (拆字): 弓长 for 张, 口鸟 for 鸣, 木子 for 李.

`parts.txt` has the parts (its licence beside it; `deploy/parts_table.py` makes it); what is no character of its own is
folded by `normalise` to one that is (氵 to 水).

In: a name as letters. Out: texts in the `letters` view. Nothing here fails.
"""

import itertools
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources

from gateway.text.normalize import letters

_WRITTEN = {"阜": "耳", "邑": "耳", "艸": "草", "糸": "丝", "攴": "文", "辵": "走", "玉": "王", "肉": "月", "囗": "口"}
_FAMILIAR = {
    "刘": ("文刂",),
    "赵": ("走叉",),
    "杨": ("木易",),
    "郑": ("关耳",),
    "陈": ("耳东",),
    "孙": ("子小",),
    "许": ("言午",),
}
_MOST = 4


@cache
def _table() -> dict[str, str]:
    """The ways of each character, with a blank between; each way is two or three characters."""
    text = resources.files("gateway.text").joinpath("parts.txt").read_text(encoding="utf-8")
    lines = (line.partition("\t") for line in text.split("\n") if not line.startswith("#"))
    return {character: ways for character, _, ways in lines if character}


@lru_cache(maxsize=8192)
def _spellings(character: str) -> tuple[str, ...]:
    """How one character is written in parts, the likeliest first; none where it has none or too many."""
    found = list(_FAMILIAR.get(character, ()))
    for parts in _table().get(character, "").split():
        written = "".join(_WRITTEN.get(part, part) for part in parts)
        for option in (written, parts):
            plain = letters(option).text
            if len(plain) == len(parts) and plain not in found:
                found.append(plain)
    return tuple(found[:_MOST])


def taken_apart(name: str, most: int = 6) -> Iterator[str]:
    """The name with all of its characters in parts, and with all but one of them.

    >>> "弓长小口鸟" in taken_apart("张小鸣")
    True
    """
    spelled = [_spellings(c) for c in name]
    whole = itertools.product(*((options[:2] or (c,)) for c, options in zip(name, spelled, strict=True)))
    parted = ["".join(options[:1]) or c for c, options in zip(name, spelled, strict=True)]
    some = ((*parted[:i], name[i], *parted[i + 1 :]) for i in range(len(name)))
    seen = {name}
    for choice in itertools.islice(itertools.chain(itertools.islice(whole, most // 2), some), most):
        literal = "".join(choice)
        if literal not in seen:
            seen.add(literal)
            yield literal
