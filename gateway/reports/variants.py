"""The forms in which one thing about a person turns up in writing, each with how sure a sign it is.

A pattern is a literal in the `letters` view (or in the same with Chinese numerals as digits), so blanks, punctuation,
case, width, accents and traditional characters are settled before anything is compared. What is left to say is how far
apart its letters may stand, whether it may be a piece of a longer word, and whether it needs a cue beside it.

Scores: 0.6 is the default threshold. A weak form (a given name alone, 张先生, an everyday word) stays below it by
itself, and rises above it only where the sentence speaks of somebody who reports, watches or writes.

In: an `Item`. Out: patterns. Nothing here fails: a value that says nothing gives none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from gateway.model import Item, Kind
from gateway.text.addresses import fold_address
from gateway.text.chinese import all_han, has_han, is_ordinary_word, readings, split_name
from gateway.text.normal import letters, normalise

View = Literal["letters", "digits", "masked"]
Cue = Literal["", "person", "beside", "report", "account"]
Gaps = Literal["name", "latin", "tight", "address", "digits"]

TITLES = ("先生", "女士", "小姐", "同学", "老师", "太太", "某", "某某", "姓用户", "姓观众", "姓网友", "姓粉丝")
_ENGLISH_TITLES = ("mr", "ms", "mrs", "miss")
_AT = ("", "at", "艾特", "圈a", "40")
_DOT = ("", "dot", "点")
_COUNTRY_CODES = ("86", "852", "853", "886", "81", "82", "65", "60", "44", "49", "33", "61", "1")
_MASK = r"[*xX×•●…·_#＊※○〇█-]{2,14}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """What to look for, and how.

    `literal` is text of the view; for `masked` a regular expression over the normalised text. `cued` is the score
    where a cue of sort `cue` stands by. `word`: no Latin letter or digit may touch it. `joints` are the places inside
    the literal where a gap is natural (between syllables, between words). `needs`: an expression is not tried on a
    text without these characters.
    """

    kind: Kind
    variant: str
    literal: str = field(repr=False)
    view: View
    score: float
    cued: float
    cue: Cue = ""
    gaps: Gaps = "name"
    word: bool = False
    joints: tuple[int, ...] = ()
    needs: str = field(default="", repr=False)


def forms(item: Item, own: frozenset[str]) -> Iterator[Pattern]:
    """Every form of one item. `own` are words of the reported party: a form that is one of them is left out."""
    makers = {
        "name": _name,
        "nickname": _nickname,
        "address": _address,
        "phone": _phone,
        "account": _account,
        "government_id": _government_id,
    }
    if item.kind not in makers:
        return
    # A learned item protects at once; how surely it was learned only shades the score.
    trust = 0.8 + 0.2 * min(1.0, max(0.0, item.score))
    for pattern in makers[item.kind](item):
        if pattern.literal in own or not pattern.literal:
            continue
        if pattern.variant == "surname_title" and any(word[0] == pattern.literal[0] for word in own):
            continue  # the reported is a 张先生 too
        if trust < 1.0:
            pattern = _scaled(pattern, trust)
        if pattern.view != "masked" and pattern.score >= 0.6 and any(pattern.literal in word for word in own):
            # 凌凌 is a viewer's nickname, and what viewers call 清凌凌.
            pattern = _weakened(pattern, "person")
        yield pattern


def _scaled(pattern: Pattern, trust: float) -> Pattern:
    return _with(pattern, pattern.score * trust, pattern.cued * trust, pattern.cue)


def _weakened(pattern: Pattern, cue: Cue) -> Pattern:
    return _with(pattern, min(pattern.score, 0.45), 0.75, cue)


def _with(pattern: Pattern, score: float, cued: float, cue: Cue) -> Pattern:
    return Pattern(
        pattern.kind,
        pattern.variant,
        pattern.literal,
        pattern.view,
        round(score, 3),
        round(cued, 3),
        cue,
        pattern.gaps,
        pattern.word,
        pattern.joints,
        pattern.needs,
    )


def _name(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    if all_han(plain) and not any(dot in item.value for dot in "·•・‧"):
        if len(plain) > 1:
            yield from _han_name(plain)
    elif has_han(plain):
        yield from _dotted_name(item.value, plain)
    else:
        yield from _latin_name(item.value)


def _han_name(name: str) -> Iterator[Pattern]:
    if len(name) == 2 and is_ordinary_word(name):
        yield Pattern("name", "exact", name, "letters", 0.5, 0.85, "beside")
    else:
        yield Pattern("name", "exact", name, "letters", 0.98, 0.98)
    surname, given = split_name(name)
    if len(given) >= 2 and surname:
        beside: Cue = "beside" if is_ordinary_word(given) else "person"
        yield Pattern("name", "given_name", given, "letters", 0.45, 0.75, beside)
        yield Pattern("name", "reversed", given[::-1] + surname, "letters", 0.65, 0.75, "person")
        yield Pattern("name", "given_first", given + surname, "letters", 0.65, 0.8, "person")
    for title in TITLES if surname else ():
        yield Pattern("name", "surname_title", surname + title, "letters", 0.4, 0.7, "report")
    for syllables in readings(name):
        yield from _pinyin(syllables, surname, given)


def _pinyin(syllables: tuple[str, ...], surname: str, given: str) -> Iterator[Pattern]:
    """张小鸣 as Zhang Xiaoming, zhangxiaoming, Xiao-Ming Zhang, ZHANG小鸣."""
    family, own_name = syllables[: len(surname)], syllables[len(surname) :]
    for order in {family + own_name, own_name + family}:
        joined = "".join(order)
        joints = _joints(order)
        if len(joined) < 6:  # `make`, `he yu`, `Anna`: too short to be anybody
            yield Pattern("name", "pinyin", joined, "letters", 0.45, 0.75, "person", "latin", True, joints)
        else:
            yield Pattern("name", "pinyin", joined, "letters", 0.9, 0.95, "person", "latin", True, joints)
    if not surname:
        return
    first, last = "".join(family), "".join(own_name)
    for mixed, joint in ((first + given, len(first)), (surname + last, 1), (last + surname, len(last))):
        if len(last) > 2:
            yield Pattern("name", "mixed", mixed, "letters", 0.85, 0.9, "person", "latin", True, (joint,))
    if len(own_name) > 1 and len(last) >= 6:
        yield Pattern("name", "given_pinyin", last, "letters", 0.45, 0.75, "person", "latin", True, _joints(own_name))
    for title in _ENGLISH_TITLES:
        literal = title + first
        yield Pattern("name", "surname_title", literal, "letters", 0.4, 0.7, "report", "latin", True, (len(title),))


def _dotted_name(value: str, plain: str) -> Iterator[Pattern]:
    """阿不都·热合曼: whole, and its first part where there is a cue."""
    yield Pattern("name", "exact", plain, "letters", 0.98, 0.98)
    parts = [letters(part).text for part in re.split(r"[·•・‧.\s]+", value)]
    for part in parts:
        if len(part) >= 2 and part != plain:
            yield Pattern("name", "given_name", part, "letters", 0.45, 0.75, "person")


def _latin_name(value: str) -> Iterator[Pattern]:
    words = [letters(word).text for word in re.split(r"[\s.,·-]+", normalise(value).text)]
    words = [word for word in words if word]
    if len(words) > 1:
        for order in {tuple(words), (words[-1], *words[:-1]), (words[0], words[-1]), (words[-1], words[0])}:
            joined = "".join(order)
            score = 0.95 if len(joined) >= 6 else 0.5
            yield Pattern(
                "name", "exact", joined, "letters", score, max(score, 0.8), "person", "latin", True, _joints(order)
            )
        if len(words[0]) >= 3:
            yield Pattern("name", "given_name", words[0], "letters", 0.4, 0.65, "person", "latin", True)
        yield from (
            Pattern("name", "surname_title", t + words[-1], "letters", 0.4, 0.7, "report", "latin", True, (len(t),))
            for t in _ENGLISH_TITLES
        )
    elif words and len(words[0]) >= 3:
        strong = len(words[0]) >= 9  # one long word: a name written without a blank
        yield Pattern("name", "exact", words[0], "letters", 0.8 if strong else 0.45, 0.8, "person", "latin", True)


def _nickname(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    if not plain:  # signs alone: compared as they are
        literal = re.sub(r"\s+", "", normalise(item.value).text)
        if len(literal) >= 2:
            yield Pattern("nickname", "exact", re.escape(literal), "masked", 0.7, 0.8, "person")
        return
    han = sum(has_han(c) for c in plain)
    distinctive = han >= 2 or (han and len(plain) >= 3) or len(plain) >= 4
    if all_han(plain) and (len(plain) < 3 and is_ordinary_word(plain)):
        yield Pattern("nickname", "exact", plain, "letters", 0.4, 0.75, "beside")
    elif not distinctive:
        if len(plain) > 1 or han:
            yield Pattern("nickname", "exact", plain, "letters", 0.3, 0.65, "beside", "latin", not han)
    elif han:
        yield Pattern("nickname", "exact", plain, "letters", 0.95, 0.95, "", "name", not all_han(plain))
    else:
        yield _latin_handle("nickname", item.value, plain)


def _latin_handle(kind: Kind, value: str, plain: str) -> Pattern:
    """A word chosen by its owner: with digits or signs in it nobody else's, else perhaps a word of English."""
    joints = _joints([letters(word).text for word in re.split(r"[^0-9a-z]+", normalise(value).text)])
    if not plain.isalpha() or joints:
        return Pattern(kind, "exact", plain, "letters", 0.95, 0.95, "", "tight", True, joints)
    if len(plain) >= 10:
        return Pattern(kind, "exact", plain, "letters", 0.75, 0.9, "account", "tight", True)
    return Pattern(kind, "exact", plain, "letters", 0.55, 0.85, "account", "tight", True)


def _account(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    if plain.isdecimal() and plain.isascii():
        if len(plain) >= 7:
            yield Pattern("account", "exact", plain, "digits", 0.95, 0.95, "", "digits", True)
        elif len(plain) >= 5:
            yield Pattern("account", "exact", plain, "digits", 0.7, 0.9, "account", "digits", True)
        elif len(plain) >= 3:
            yield Pattern("account", "exact", plain, "digits", 0.3, 0.65, "account", "digits", True)
    elif has_han(plain):
        for pattern in _nickname(item):
            yield Pattern(
                "account",
                pattern.variant,
                pattern.literal,
                pattern.view,
                pattern.score,
                pattern.cued,
                pattern.cue,
                pattern.gaps,
                pattern.word,
            )
    elif len(plain) >= 3:
        yield _latin_handle("account", item.value, plain)


def _address(item: Item) -> Iterator[Pattern]:
    folded = fold_address(item.value)
    if not folded:
        return
    local, _, domain = normalise(folded).text.rpartition("@")
    name = letters(local).text
    labels = [letters(label).text for label in domain.split(".")]
    if not name or not all(labels):
        return
    for at in _AT:
        for dot in _DOT:
            joints = _joints([name, at, *_between(labels, dot)])
            literal = name + at + dot.join(labels)
            variant = "exact" if not at and not dot else "spelled"
            score = 0.95 if len(literal) >= 8 else 0.6
            yield Pattern("address", variant, literal, "letters", score, score, "", "address", True, joints)
    if name.isdecimal() and len(name) >= 7:  # a QQ number, or a telephone number
        yield Pattern("address", "local_part", name, "digits", 0.75, 0.9, "account", "digits", True)
    elif len(name) >= 6 and (any(c.isdecimal() for c in name) or any(c in "_.-" for c in local)):
        joints = _joints([letters(word).text for word in re.split(r"[^0-9a-z]+", local)])
        yield Pattern("address", "local_part", name, "letters", 0.7, 0.85, "account", "tight", True, joints)


def _between(labels: list[str], dot: str) -> list[str]:
    return [piece for label in labels for piece in (label, dot)][:-1]


def _phone(item: Item) -> Iterator[Pattern]:
    written = normalise(item.value).text
    number = "".join(c for c in written if c.isdecimal() and c.isascii())
    national = number
    if written.strip().startswith(("+", "00")):
        number = number.removeprefix("00")
        code = next((c for c in _COUNTRY_CODES if number.startswith(c) and len(number) - len(c) >= 7), "")
        national = number.removeprefix(code)
    elif len(number) == 13 and number.startswith("861"):
        national = number[2:]
    if len(national) < 7:
        return
    yield Pattern("phone", "exact", national, "digits", 0.97, 0.97, "", "digits", True)
    if national.startswith("0") and len(national) >= 10:  # a fixed line, without its area code
        for code_length in (3, 4):
            local = national[code_length:]
            if len(local) in (7, 8):
                yield Pattern("phone", "without_area", local, "digits", 0.65, 0.85, "account", "digits", True)
    if len(national) == 11 and national.startswith("1"):
        head, tail = national[:3], national[-4:]
        masked = rf"(?:(?<!\d)|(?<=86)){head}{_MASK}{tail}(?!\d)"
        yield Pattern("phone", "masked", masked, "masked", 0.7, 0.8, "account", needs=tail)
        ending = rf"(?:尾号|末四位|后四位|ending(?: in| with)?)[^0-9\n]{{0,6}}{tail}(?!\d)"
        yield Pattern("phone", "ending", ending, "masked", 0.65, 0.75, "account", needs=tail)


def _government_id(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    if len(plain) < 6:
        return
    if plain.isascii() and sum(c.isdecimal() for c in plain) >= 6:
        yield Pattern("government_id", "exact", plain, "digits", 0.97, 0.97, "", "digits", True)
    else:
        yield Pattern("government_id", "exact", plain, "letters", 0.95, 0.95, "", "tight", True)
    if len(plain) in (15, 18):
        for head in (3, 4, 6):
            masked = rf"(?<![0-9a-z]){plain[:head]}{_MASK}{plain[-4:]}(?![0-9a-z])"
            yield Pattern("government_id", "masked", masked, "masked", 0.7, 0.8, "account", needs=plain[-4:])


def _joints(words: tuple[str, ...] | list[str]) -> tuple[int, ...]:
    places = []
    at = 0
    for word in words[:-1]:
        at += len(word)
        places.append(at)
    return tuple(sorted({place for place in places if 0 < place < at + len(words[-1])}))
