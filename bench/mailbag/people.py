"""Reporters and reported parties, drawn by a seed, and the letters that reporters send in."""

import random
from dataclasses import dataclass

from texts import helpdesk as words


@dataclass(frozen=True, slots=True)
class Streamer:
    """Who was reported, and who acts for them."""

    name: str
    address: str
    room: str
    agent: str


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported, with all that gives them away."""

    report: str
    name: str
    nickname: str
    phone: str
    wechat: str
    address: str
    streamer: Streamer
    letter: tuple[str, ...]
    message_id: str
    payments: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A name and an address, as a header field has them."""

    name: str
    address: str


def filled(rng: random.Random, text: str, **known: str) -> str:
    """The text with its slots filled by chance, or as given."""
    slots = {
        "day": f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日",
        "hour": str(rng.randint(7, 11)),
        "minute": str(rng.randint(11, 58)),
        "gift": rng.choice(words.GIFTS),
        "sum": f"{rng.randint(120, 98000)}",
        "fee": f"{rng.randint(10, 900)}.{rng.randint(10, 99)}",
        "city": rng.choice(words.CITIES),
        "game": rng.choice(words.GAMES),
        "count": str(rng.randint(4, 29)),
        "thing": rng.choice(words.THINGS),
        "room": str(rng.randint(10_000_000, 99_999_999)),
        "n": str(rng.randint(2, 9)),
        "month": str(rng.randint(1, 12)),
        "name": "主播",
    }
    return text.format(**{**slots, **known})


def chinese_name(rng: random.Random) -> str:
    return rng.choice(words.SURNAMES) + rng.choice(words.GIVEN)


def nickname(rng: random.Random) -> str:
    if rng.random() < 0.2:
        return f"{rng.choice(words.LATIN_NICKS)}{rng.randint(10, 99)}"
    return rng.choice(words.NICK_HEADS) + rng.choice(words.NICK_TAILS)


def streamers(rng: random.Random, count: int) -> list[Streamer]:
    names = rng.sample([head + tail for head in words.STREAM_HEADS for tail in words.STREAM_TAILS], count)
    hosts = ("qq.com", "163.com", "gmail.com", "foxmail.com", "outlook.com", "sina.cn")
    found = []
    for number, name in enumerate(names):
        box = f"live{rng.randint(1000, 999_999)}{rng.choice('abcdefgh')}"
        room = str(rng.randint(10_000_000, 99_999_999))
        found.append(Streamer(name, f"{box}@{rng.choice(hosts)}", room, f"contract{number}@guild-{number % 5}.example"))
    return found


def reporters(rng: random.Random, parties: list[Streamer], count: int) -> list[Reporter]:
    found = []
    used: set[str] = set()
    for number in range(count):
        name = rng.choice(words.LATIN_NAMES) if number % 12 == 11 else chinese_name(rng)
        while name in used:
            name = chinese_name(rng)
        nick = nickname(rng)
        while nick in used:
            nick = nickname(rng)
        used |= {name, nick}
        phone = rng.choice(("135", "138", "151", "177", "186", "199")) + f"{rng.randint(0, 99_999_999):08d}"
        wechat = (
            rng.choice(("wx_", "", "v-"))
            + "".join(rng.choices("bcdfghjklmnpqrstvwxz", k=5))
            + f"{rng.randint(100, 9999)}"
        )
        host = rng.choice(("qq.com", "163.com", "126.com", "outlook.com", "gmail.com", "family.example"))
        box = "".join(rng.choices("aeiounrstlm", k=7)) + str(rng.randint(10, 9999))
        own = zip(rng.sample(words.SEEN, 3), rng.sample(words.DONE, 3), rng.sample(words.FELT, 3), strict=True)
        told = [filled(rng, f"{seen}，{done}，{felt}。") for seen, done, felt in own]
        middle = (*told, *(filled(rng, sentence) for sentence in rng.sample(words.COMPLAINTS, 3)))
        letter = (rng.choice(words.LETTER_HEADS), *middle, rng.choice(words.LETTER_ENDS))
        payments = tuple(
            (
                f"2020-{rng.randint(1, 9):02d}-{rng.randint(1, 28):02d} {rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}",
                f"42000{rng.randint(10**15, 10**16 - 1)}",
                f"{rng.randint(6, 3000)}.{rng.randint(0, 99):02d}",
            )
            for _ in range(12)
        )
        found.append(
            Reporter(
                f"J{2020_0000 + number}",
                name,
                nick,
                phone,
                wechat,
                f"{box}@{host}",
                parties[number % len(parties)],
                letter,
                f"<{rng.getrandbits(64):x}.{number}@{host}>",
                payments,
            )
        )
    return found
