"""Whole texts: greeting, a few sentences of everyday, and in a leak one more that names a reporter.

Split by the seed: half of the sentences that name somebody, and half of the everyday ones, are for tuning; the other
half of both is only reported, so that what was tuned cannot have seen it.
"""

import random
from dataclasses import dataclass

from texts import sentences
from texts.people import Person
from texts.writing import writings

HELLO_ZH, HELLO_EN = ("您好！", "主播您好，", "尊敬的主播：", ""), ("Dear streamer,", "Hello,", "")


@dataclass(frozen=True)
class Leak:
    """`start` to `end` is where the reporter stands."""

    person: Person
    text: str
    start: int
    end: int
    variant: str
    difficulty: str


@dataclass(frozen=True)
class Clean:
    """`person` is who is looked for."""

    person: Person
    text: str


def halves(lines: str, r: random.Random) -> tuple[list[str], list[str]]:
    found = [line for line in lines.split("\n") if line]
    r.shuffle(found)
    middle = (len(found) + 1) // 2
    return found[:middle], found[middle:] or found


def sets(people: list[Person], seed: int) -> dict[str, tuple[list[Leak], list[Clean]]]:
    """`tuning` and `report`, each a list of leaks and one of clean texts."""
    r = random.Random(seed)
    pools = {
        name: halves(getattr(sentences, name), r)
        for name in ("NAMED_ZH", "NAMED_EN", "BARE_ZH", "BARE_EN", "WEAK_ZH", "WEAK_EN", "CLEAN_ZH", "CLEAN_EN")
    }
    leaks: dict[int, list[Leak]] = {0: [], 1: []}
    for person in people:
        for variant, difficulty, weak, written in writings(person, r):
            half = r.randrange(2)
            leaks[half].append(_leak(person, variant, difficulty, weak, written, pools, half, r))
    cleans = {half: [_clean(r.choice(people), pools, half, r) for _ in range(400)] for half in (0, 1)}
    return {"tuning": (leaks[0], cleans[0]), "report": (leaks[1], cleans[1])}


def _leak(
    person: Person,
    variant: str,
    difficulty: str,
    weak: bool,
    written: str,
    pools: dict[str, tuple[list[str], list[str]]],
    half: int,
    r: random.Random,
) -> Leak:
    language = (
        "EN" if (written.isascii() and r.random() < 0.6) or (person.sort == "western" and r.random() < 0.7) else "ZH"
    )
    sort = "NAMED" if difficulty != "hard" and r.random() < 0.5 else "BARE"
    if weak:
        sort = "WEAK" if person.sort != "word" else "NAMED"
    if difficulty == "hard" and not weak:
        sort = r.choice(("NAMED", "BARE"))
    if person.sort == "word":
        language = "ZH"
    sentence = r.choice(pools[f"{sort}_{language}"][half])
    before, after = sentence.split("{}")
    if language == "EN" or (written.isascii() and written[0].isalnum() and r.random() < 0.5):
        before, after = (
            before if not before or before.endswith(" ") else before + " ",
            after if after[:1] in ",.: " else " " + after,
        )
    around = _everyday(pools, language, half, r, 4)
    hello = r.choice(HELLO_ZH if language == "ZH" else HELLO_EN)
    place = r.randrange(len(around) + 1)
    head = "\n".join([hello, *around[:place]]) + "\n" + before
    text = head + written + after + "\n" + "\n".join(around[place:])
    return Leak(person, text, len(head), len(head) + len(written), variant, difficulty)


def _clean(person: Person, pools: dict[str, tuple[list[str], list[str]]], half: int, r: random.Random) -> Clean:
    language = "ZH" if r.random() < 0.75 else "EN"
    lines = [r.choice(HELLO_ZH if language == "ZH" else HELLO_EN), *_everyday(pools, language, half, r, 7)]
    near = _near(person, language, r)
    if near and r.random() < 0.6:
        lines.insert(r.randrange(1, len(lines) + 1), near)
    return Clean(person, "\n".join(lines))


def _near(person: Person, language: str, r: random.Random) -> str:
    """A sentence that comes close to somebody and is not about them."""
    digits = list(person.phone)
    digits[r.randrange(3, 11)] = r.choice("0123456789")
    other_phone = "".join(digits)
    options = [
        f"仓库电话{other_phone}。" if other_phone != person.phone else "",
        f"单号{person.phone[:8]}{r.randrange(1000):03}。",
    ]
    if person.sort == "chinese":
        family = person.name[:2] if person.name[:2] in ("欧阳", "司马", "诸葛") else person.name[0]
        given = person.name[len(family) :]
        other = r.choice([s for s in "孔邵钱汪尹邹熊" if s != family])
        options += [
            f"请联系运营{other}{given}。" if len(given) > 1 else "",
            f"{family}经理会把合同发给您的公会。",
            f"{family}{person.forms['title']}您好，您的结算单已发送。",
            f"新来的编导小{family[0]}会协助您布置场景。",
        ]
    elif person.sort == "word":
        options += [
            f"{w}"
            for w in (
                f"看到您的节目{person.name}又有内容，我们都很满意。",
                f"这次活动很{person.name}。",
                f"{person.name}的氛围很重要。",
            )
        ]
    elif person.sort == "western":
        first, last = person.name.split()
        options += [
            f"{first} Schmidt from our legal team will join the meeting.",
            f"Prof. {last} wrote the book on stage lighting.",
        ]
    return r.choice([option for option in options if option])


def _everyday(
    pools: dict[str, tuple[list[str], list[str]]], language: str, half: int, r: random.Random, most: int
) -> list[str]:
    pool = pools[f"CLEAN_{language}"][half]
    return r.sample(pool, min(len(pool), r.randrange(2, most)))
