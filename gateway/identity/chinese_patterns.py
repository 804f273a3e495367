"""How a Chinese name is written, spelled, covered, misread and played with.

张小鸣 is also 张小鸣 in pinyin, bopomofo and initials, 小鸣, 小张, 张先生, 张*鸣, 张小呜 (looks alike), 章晓明 (sounds
alike), 弓长小口鸟 (taken apart), 鸣小张. What another person may be called too is weak: it counts beside other signs.

In: a name as letters (normalised, simplified). Out: patterns. Nothing here fails.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from gateway.identity.patterns import Cue, Pattern, PatternSpec, joints_of, shared
from gateway.model import Kind
from gateway.text.character_decomposition import taken_apart
from gateway.text.chinese import bopomofo, is_word, readings, split_name
from gateway.text.everyday import is_everyday
from gateway.text.han import all_han
from gateway.text.normalize import letters
from gateway.text.phonetic import sound_keys

TITLES = (
    *(
        "先生",
        "女士",
        "小姐",
        "同学",
        "老师",
        "太太",
        "某",
        "某某",
        "某人",
        "总",
        "哥",
        "姐",
        "工",
        "经理",
        "主任",
        "老板",
    ),
    *(
        "师傅",
        "医生",
        "律师",
        "阿姨",
        "叔叔",
        "氏",
        "姓用户",
        "姓观众",
        "姓网友",
        "姓粉丝",
        "姓举报人",
        "姓投诉人",
        "姓男子",
        "姓女子",
    ),
)
CALLS = ("小", "老", "阿", "大")
_ENGLISH_TITLES = ("mr", "ms", "mrs", "miss")
_CALLED = shared("name", "surname_title", "surname", 0.4, 0.7, "report")


def han_name(name: str) -> Iterator[Pattern]:
    """A name in characters, without a middle dot."""
    surname, given = split_name(name)
    if len(name) == 2 and is_everyday(name):
        yield Pattern(name, shared("name", "exact", "letters", 0.5, 0.85, "beside"))
    else:
        yield Pattern(name, shared("name", "exact", "letters", 0.98))
    yield from _turned(name, surname, given)
    if surname:
        yield Pattern(surname, _CALLED)
        yield from _diminutives(given)
    yield from _covered(name, surname)
    yield from sounding_alike("name", name)
    if len(name) >= 3:
        yield Pattern(name, shared("name", "look_alike", "shape", 0.55, 0.8, "person"))
    yield from _apart("name", name)
    for number, syllables in enumerate(readings(name, 8)):
        yield from _pinyin(syllables, surname, given, first=number == 0)
    yield from _zhuyin(name, surname)


def _turned(name: str, surname: str, given: str) -> Iterator[Pattern]:
    if len(given) >= 2 and surname:
        beside: Cue = "beside" if is_everyday(given) else "person"
        yield Pattern(given, shared("name", "given_name", "letters", 0.45, 0.75, beside))
        yield Pattern(given[::-1] + surname, shared("name", "reversed", "letters", 0.65, 0.75, "person"))
        yield Pattern(given + surname, shared("name", "given_first", "letters", 0.65, 0.8, "person"))
        if len(surname) > 1:
            yield Pattern(name[::-1], shared("name", "reversed", "letters", 0.8, 0.85, "person"))
    elif len(name) == 2 and not is_word(name[::-1]):
        yield Pattern(name[::-1], shared("name", "reversed", "letters", 0.4, 0.7, "person"))


@lru_cache(maxsize=8192)
def called(surname: str, form: PatternSpec) -> tuple[Pattern, ...]:
    """张先生, 小张: as many people as bear the surname. Made once for all of them; `form` is that of the surname."""
    share = form.score / _CALLED.score  # how surely the name was learned

    def patterns() -> Iterator[Pattern]:
        title = shared("name", "surname_title", "letters", round(0.4 * share, 3), round(0.7 * share, 3), "report")
        call = shared("name", "surname_call", "letters", round(0.35 * share, 3), round(0.7 * share, 3), "report")
        for word in TITLES:
            yield Pattern(surname + word, title)
        yield Pattern("姓" + surname, title)
        for word in CALLS if len(surname) == 1 else ():
            yield Pattern(word + surname, call)
        for first in {"".join(s) for s in readings(surname, 4)}:
            for word in _ENGLISH_TITLES:
                joint = (len(word),)
                latin = shared(
                    "name", "surname_title", "letters", title.score, title.cued, "report", "latin", True, joint
                )
                yield Pattern(word + first, latin)

    return tuple(patterns())


def _diminutives(given: str) -> Iterator[Pattern]:
    """阿鸣, 鸣鸣, 鸣哥: what friends say, and whole districts are called."""
    last = given[-1:]
    form = shared("name", "diminutive", "letters", 0.35, 0.7, "report")
    for call in ("阿" + last, last + last, last + "哥", last + "姐", "小" + last):
        if call != given and last and not is_word(call):
            yield Pattern(call, form)


def _covered(name: str, surname: str) -> Iterator[Pattern]:
    """张*鸣, 张小*, *小鸣: of 张**, as of 张先生, there are many."""
    first, last = surname or name[0], name[-1]
    if len(name) >= 3:
        yield Pattern(f"{first}*{last}", shared("name", "masked", "masked", 0.7, 0.85, "person"))
        yield Pattern(f"{name[:-1]}*", shared("name", "masked", "masked", 0.65, 0.85, "person"))
        yield Pattern(f"*{name[1:]}", shared("name", "masked", "masked", 0.55, 0.8, "person"))
    yield Pattern(f"{first}*", shared("name", "masked", "masked", 0.4, 0.7, "report"))
    yield Pattern(f"*{last}", shared("name", "masked", "masked", 0.35, 0.65, "report"))


def sounding_alike(kind: Kind, name: str) -> Iterator[Pattern]:
    """Other characters read the same (谐音). Two syllables are somebody else's name more often than not."""
    for key in sound_keys(name):
        if len(name) >= 3:
            yield Pattern(key, shared(kind, "homophone", "sound", 0.5, 0.75, "person"))
        elif len(name) == 2:
            yield Pattern(key, shared(kind, "homophone", "sound", 0.3, 0.65, "beside"))


def _apart(kind: Kind, name: str) -> Iterator[Pattern]:
    """弓长小口鸟: no word has so many pieces in a row."""
    for literal in taken_apart(name):
        if len(literal) >= 5 or len(literal) >= len(name) + 2:
            yield Pattern(literal, shared(kind, "split", "letters", 0.75, 0.85, "person"))
        else:
            yield Pattern(literal, shared(kind, "split", "letters", 0.55, 0.8, "person"))


def _pinyin(syllables: tuple[str, ...], surname: str, given: str, first: bool) -> Iterator[Pattern]:
    """Zhang Xiaoming, zhangxiaoming, Xiao-Ming Zhang, ZHANG小鸣, Zhang XM, zxm."""
    family, own = syllables[: len(surname)], syllables[len(surname) :]
    head, tail = "".join(family), "".join(own)
    for order in {family + own, own + family}:
        joined = "".join(order)
        joints = joints_of(order)
        if len(joined) < 6:  # `make`, `he yu`, `Anna`: too short to be anybody
            yield Pattern(joined, shared("name", "pinyin", "letters", 0.45, 0.75, "person", "latin", True, joints))
        else:
            yield Pattern(joined, shared("name", "pinyin", "letters", 0.9, 0.95, "person", "latin", True, joints))
    if not surname:
        return
    for mixed, joint in ((head + given, len(head)), (surname + tail, len(surname)), (tail + surname, len(tail))):
        if len(tail) > 2:
            form = shared("name", "mixed", "letters", 0.85, 0.9, "person", "latin", True, (joint,))
            yield Pattern(mixed, form)
    if len(own) > 1 and len(tail) >= 4:
        cue: Cue = "person" if len(tail) >= 6 else "report"
        form = shared("name", "given_pinyin", "letters", 0.45, 0.75, cue, "latin", True, joints_of(own))
        yield Pattern(tail, form)
    if first:
        yield from _initials(head, surname, family, own)


def _initials(head: str, surname: str, family: tuple[str, ...], own: tuple[str, ...]) -> Iterator[Pattern]:
    ends = "".join(syllable[0] for syllable in own)
    starts = "".join(syllable[0] for syllable in family)
    alone = {starts + ends, ends + starts, starts[0] + ends} if len(starts + ends) >= 3 else {starts + ends}
    for letters_alone in alone:
        yield Pattern(letters_alone, shared("name", "initials", "token", 0.35, 0.7, "report"))
    form = shared("name", "initials", "letters", 0.5, 0.75, "person", "latin", True, (len(surname),))
    yield Pattern(surname + ends, form)
    for order in ((head, *ends), (*ends, head)):
        literal = "".join(order)
        if len(ends) > 1:
            cue: Cue = "person" if len(literal) >= 6 else "report"
            form = shared("name", "initials", "letters", 0.45, 0.75, cue, "latin", True, joints_of(order))
            yield Pattern(literal, form)


def _zhuyin(name: str, surname: str) -> Iterator[Pattern]:
    """ㄓㄤ ㄒㄧㄠˇ ㄇㄧㄥˊ; `normalise` takes the tone marks off."""
    for syllables in bopomofo(name, surname):
        joints = joints_of(syllables)
        yield Pattern(
            "".join(syllables), shared("name", "bopomofo", "letters", 0.85, 0.95, "person", "latin", False, joints)
        )


def dotted_name(value: str, plain: str) -> Iterator[Pattern]:
    """阿不都·热合曼: whole, and its parts where there is a cue."""
    parts = [letters(part).text for part in re.split(r"[·•・‧.\s]+", value)]
    yield Pattern(plain, shared("name", "exact", "letters", 0.98, joints=joints_of(parts)))
    yield from sounding_alike("name", plain)
    yield Pattern(plain, shared("name", "look_alike", "shape", 0.55, 0.8, "person"))
    if len(parts) > 1 and all(parts):
        yield Pattern("".join(reversed(parts)), shared("name", "given_first", "letters", 0.65, 0.8, "person"))
        yield Pattern(f"{parts[0]}*{parts[-1][-1]}", shared("name", "masked", "masked", 0.7, 0.85, "person"))
        yield Pattern(f"{parts[0]}*", shared("name", "masked", "masked", 0.55, 0.75, "person"))
    for part in parts:
        if len(part) >= 2 and part != plain:
            yield Pattern(part, shared("name", "given_name", "letters", 0.45, 0.75, "person"))
            for word in ("先生", "女士", "同学"):
                yield Pattern(part + word, shared("name", "surname_title", "letters", 0.45, 0.75, "person"))
    for syllables in readings(plain, 2):
        joints = joints_of(syllables)
        yield Pattern(
            "".join(syllables), shared("name", "pinyin", "letters", 0.9, 0.95, "person", "latin", True, joints)
        )


def han_nickname(kind: Kind, plain: str) -> Iterator[Pattern]:
    """A nickname (or account) with Chinese characters in it."""
    whole = all_han(plain)
    if is_everyday(plain):
        yield Pattern(plain, shared(kind, "exact", "letters", 0.4, 0.75, "beside"))
    elif len(plain) >= 3 or (whole and len(plain) == 2):
        yield Pattern(plain, shared(kind, "exact", "letters", 0.95, 0.95, "", "name", not whole))
    else:
        yield Pattern(plain, shared(kind, "exact", "letters", 0.3, 0.65, "beside", "latin", False))
    if whole and len(plain) >= 3:
        yield from sounding_alike(kind, plain)
        yield Pattern(plain, shared(kind, "look_alike", "shape", 0.55, 0.8, "account"))
        for literal in taken_apart(plain):
            if len(literal) >= len(plain) + 2:
                yield Pattern(literal, shared(kind, "split", "letters", 0.75, 0.85, "person"))
        for syllables in readings(plain, 2):
            joined = "".join(syllables)
            if len(joined) >= 8:
                form = shared(kind, "pinyin", "letters", 0.75, 0.85, "account", "latin", True, joints_of(syllables))
                yield Pattern(joined, form)
    if whole and len(plain) >= 4:
        yield Pattern(f"{plain[:2]}*{plain[-1]}", shared(kind, "masked", "masked", 0.6, 0.8, "account"))
