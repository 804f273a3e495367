"""The ways in which a reporter gets into a text, one function a variant; each gives (variant, difficulty, weak, written).

`weak` forms are written where the sentence speaks of a report, for alone they are nobody's.
"""

import random
from collections.abc import Iterator

from texts.people import Person

Written = tuple[str, str, bool, str]
CYRILLIC = str.maketrans("aoecpxy", "аоесрху")
FULL_WIDTH = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})
SPOKEN = str.maketrans("0123456789", "零幺二三四五六七八九")
BANKERS = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
RINGED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
TONES = {"a": "āáǎà", "o": "ōóǒò", "e": "ēéěè", "i": "īíǐì", "u": "ūúǔù", "v": "ǖǘǚǜ"}


def writings(person: Person, r: random.Random) -> Iterator[Written]:
    """Everything that can be written of one person."""
    yield from {"chinese": _chinese, "minority": _minority, "western": _western, "word": _word}[person.sort](person, r)
    yield from _contacts(person, r)


def _chinese(person: Person, r: random.Random) -> Iterator[Written]:
    name, forms = person.name, person.forms
    family, given = _parts(name, forms["pinyin"])
    yield "exact", "plain", False, name
    yield "traditional", "plain", False, forms["traditional"]
    yield "spaces", "varied", False, " ".join(name)
    yield "wide spaces", "varied", False, "\u3000".join(name)
    yield "zero width", "varied", False, r.choice("\u200b\u200d\ufeff\u2060").join(name)
    yield "bidi", "varied", False, f"\u202d{name[:1]}\u2066{name[1:]}\u2069\u202c"
    yield "punctuation", "varied", False, r.choice("-_/|+~、.*").join(name) if len(name) > 2 else "-".join(name)
    yield "vertical", "varied", False, "\n".join(name)
    yield "line break", "varied", False, f"{name[:-1]}\n{name[-1]}"
    yield "reversed", "hard", False, name[::-1] if len(name) > 2 else given + family
    yield "given first", "varied", False, given + family
    yield from _pinyin(person, family, given, r)
    if len(given) > 1:
        yield "given alone", "varied", True, given
    title = forms["title"]
    yield "surname title", "varied", True, family + title
    yield (
        "surname title",
        "varied",
        True,
        family + r.choice(("某", "某某", "总", "老师", "哥" if title == "先生" else "姐")),
    )
    if len(family) == 1:
        yield "surname call", "varied", True, r.choice("小老") + family
    if len(name) > 2:
        yield "masked", "varied", False, f"{family}{r.choice(('*', 'X', '某', '○', '×', '＊'))}{name[-1]}"
        yield "masked", "varied", False, name[:-1] + r.choice("*＊×")
    yield "masked to the surname", "varied", True, family + "*" * len(given)
    yield "homophone", "hard", True, forms["homophone"]
    yield "look-alike", "hard", True, forms["look_alike"]
    if "split" in forms:
        yield "taken apart", "hard", False, forms["split"]
        yield "taken apart", "hard", False, " ".join(forms["split"])
    yield "bopomofo", "hard", False, forms["bopomofo"]
    yield "bopomofo", "hard", False, forms["bopomofo"].replace(" ", "")


def _parts(name: str, pinyin: str) -> tuple[str, str]:
    family_syllables = sum(c.isdigit() for c in pinyin.split("+")[0])
    return name[:family_syllables], name[family_syllables:]


def _pinyin(person: Person, family: str, given: str, r: random.Random) -> Iterator[Written]:
    first, rest = person.forms["pinyin"].split("+")
    toned = rest.split()
    plain = [_bare(syllable) for syllable in toned]
    head, tail = _bare(first), "".join(plain)
    yield "pinyin", "varied", False, f"{head.title()} {tail.title()}"
    yield "pinyin", "varied", False, head + tail
    yield "pinyin", "varied", False, f"{tail.title()} {head.title()}"
    yield "pinyin", "varied", False, f"{head.upper()} {'-'.join(plain)}"
    yield "pinyin", "varied", False, f"{head.title()} {' '.join(s.title() for s in plain)}"
    yield "pinyin with tones", "varied", False, " ".join(_accented(s) for s in (*_syllables(first), *toned)).title()
    yield "tone numbers", "hard", False, " ".join((*_syllables(first), *toned))
    yield "pinyin homoglyph", "hard", False, f"{head.title()} {tail.title()}".translate(CYRILLIC)
    yield "mixed", "hard", False, f"{head}{given}"
    if len(given) > 1:
        yield "mixed", "hard", False, f"{family}{tail}"
        yield "given in pinyin", "varied", True, tail.title()
        yield "initials", "hard", True, family + "".join(s[0] for s in plain)
        yield "initials", "hard", True, "".join(s[0] for s in (head, *plain))
        yield "initials", "hard", True, ".".join(s[0].upper() for s in (head, *plain)) + "."
        yield "initials", "hard", True, f"{head.title()} {''.join(s[0].upper() for s in plain)}"
    title = "Ms." if person.forms["title"] in ("女士", "小姐") else "Mr."
    yield "English title", "varied", True, f"{title} {head.title()}"


def _syllables(text: str) -> list[str]:
    found = [""]
    for c in text:
        found[-1] += c
        if c.isdigit():
            found.append("")
    return found[:-1]


def _bare(text: str) -> str:
    return "".join(c for c in text if not c.isdigit())


def _accented(syllable: str) -> str:
    """The mark stands on a or e, on the o of ou, else on the last vowel."""
    plain, tone = syllable[:-1], int(syllable[-1])
    vowels = [i for i, c in enumerate(plain) if c in TONES]
    at = next((i for i in vowels if plain[i] in "ae"), -1)
    if at < 0:
        at = plain.index("ou") if "ou" in plain else vowels[-1]
    return plain[:at] + TONES[plain[at]][tone - 1] + plain[at + 1 :]


def _minority(person: Person, r: random.Random) -> Iterator[Written]:
    name, first, last = person.name, person.forms["first"], person.forms["last"]
    yield "exact", "plain", False, name
    yield "middle dot", "varied", False, name.replace("·", "•")
    yield "middle dot", "varied", False, name.replace("·", "")
    yield "middle dot", "varied", False, name.replace("·", ".")
    yield "middle dot", "varied", False, name.replace("·", " ")
    yield "vertical", "varied", False, "\n".join(name.replace("·", ""))
    yield "given alone", "varied", True, first
    yield "surname title", "varied", True, first + r.choice(("先生", "女士"))
    yield "masked", "varied", False, f"{first}·*{last[-1]}"


def _western(person: Person, r: random.Random) -> Iterator[Written]:
    first, last = person.name.split()
    plain_first, plain_last = person.forms["plain"].split()
    yield "exact", "plain", False, person.name
    yield "Western order", "varied", False, f"{last}, {first}"
    yield "Western order", "varied", False, f"{last.upper()} {first}"
    yield "diacritics", "varied", False, f"{plain_first.title()} {plain_last.title()}"
    yield "joined", "varied", False, plain_first + plain_last
    yield "joined", "varied", False, f"{plain_first}.{plain_last}"
    yield "Western initials", "varied", True, f"{first[0]}. {last}"
    yield "Western initials", "varied", True, f"{first} {last[0]}."
    yield "given alone", "varied", True, first
    yield "English title", "varied", True, f"{r.choice(('Mr.', 'Ms.'))} {last}"
    yield "pinyin homoglyph", "hard", False, f"{plain_first.title()} {plain_last.title()}".translate(CYRILLIC)


def _word(person: Person, r: random.Random) -> Iterator[Written]:
    for _ in range(4):
        yield "a word that is a name", "hard", True, person.name
    yield "a word that is a name", "hard", True, f"{person.name}{r.choice(('先生', '女士', '同学'))}"
    yield "spaces", "hard", True, " ".join(person.name)


def _contacts(person: Person, r: random.Random) -> Iterator[Written]:
    phone, wechat, id_number = person.phone, person.wechat, person.id_number
    local, domain = person.address.split("@")
    yield "nickname", "plain", False, person.nickname
    yield "phone", "plain", False, phone
    yield "account", "plain", False, wechat
    yield "address", "plain", False, person.address
    yield "government id", "plain", False, id_number
    yield (
        "phone separated",
        "varied",
        False,
        r.choice((" ", "-", ".", "\u2003")).join((phone[:3], phone[3:7], phone[7:])),
    )
    yield "phone +86", "varied", False, r.choice(("+86 ", "0086", "+86-", "(86)")) + phone
    yield "phone full width", "varied", False, phone.translate(FULL_WIDTH)
    yield "phone in words", "varied", False, phone.translate(r.choice((SPOKEN, BANKERS, RINGED)))
    yield "phone masked", "varied", False, f"{phone[:3]}{r.choice(('****', 'xxxx', '●●●●', ' **** '))}{phone[-4:]}"
    yield "phone masked", "varied", False, phone[:7] + "****"
    yield "phone over lines", "varied", False, f"{phone[:4]}\n{phone[4:8]}\n{phone[8:]}"
    yield "id separated", "varied", False, " ".join((id_number[:6], id_number[6:14], id_number[14:]))
    yield "id masked", "varied", False, f"{id_number[: r.choice((3, 4, 6))]}{'*' * 10}{id_number[-4:]}"
    yield "id in words", "hard", False, id_number.translate(SPOKEN)
    yield "address spelled", "varied", False, f"{local}[at]{domain}"
    yield "address spelled", "varied", False, f"{local} (at) {domain.replace('.', ' dot ')}"
    yield "address spaced", "varied", False, f"{local} @ {domain.replace('.', ' . ')}"
    yield "address linked", "varied", False, f"mailto:{person.address}"
    yield "local part", "varied", False, local
    yield "address masked", "hard", False, f"{local[:2]}***@{domain}"
    yield "account named", "varied", False, f"{r.choice(('vx: ', '微信', 'V信:', 'wx '))}{wechat}"
    yield "account spaced", "varied", False, " ".join(wechat)
    yield "account capitals", "varied", False, wechat.upper()
    yield "account masked", "hard", False, f"微信{wechat[:4]}***{wechat[-3:]}"
    yield "QQ", "plain", False, f"QQ{person.qq}"
    yield (
        "QQ separated",
        "varied",
        False,
        f"{r.choice(('扣扣', 'QQ号 ', 'q'))}{'-'.join((person.qq[:3], person.qq[3:6], person.qq[6:]))}",
    )
    yield "nickname spaced", "varied", False, " ".join(person.nickname[:4]) + person.nickname[4:]
    yield "nickname punctuated", "varied", False, f"{person.nickname[:2]}·{person.nickname[2:]}"
