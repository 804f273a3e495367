"""What in a text may call somebody by a name, an account or a number: to be looked up among all that are reported.

Nobody is known yet, so every candidate is asked for. A run of Han letters can be a name of any length at any place: of
three letters as it is, of four and more by its first four. A Latin word or number of some length as it is. Names of two
letters, and of letters of both sorts, are everybody's words, so they count only where somebody is called: in the
names beside addresses, in a greeting, in quotation marks, after 主播 or before 直播间.

In: texts, or what a report says. Out: 64-bit numbers without a key, each once. Nothing here fails.
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.folding import ascii_of, thinned
from gateway.text.normalize import letters_alone, normalise
from gateway.text.qr_payload import fold_payload
from gateway.text.sorted_unique import each_once
from gateway.text.splitmix import half_mixed

Callings = NDArray[np.uint64]

SHORTEST_WORD, SHORTEST_NUMBER, LONGEST = 4, 5, 24
_HAN = np.uint32(0x2E80)
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)
_TOKENS = bytes(c if chr(c) in "0123456789abcdefghijklmnopqrstuvwxyz-_./#" else 0x20 for c in range(256))
_JOINS = b"-_./#"
_PARTS = re.compile(rb"[^_./#]+")
_NUMBERED = re.compile(rb"(?<![0-9a-z])[a-z]{2,8}([0-9]{5,24})(?![0-9a-z])")
_OPENING = '“"「『【《〈‘'
_QUOTED = re.compile(f'[{_OPENING}]([^{_OPENING}”」』】》〉’\r\n]{{1,40}})[”"」』】》〉’]')
_BEFORE = (
    "主播", "艺人", "昵称", "网名", "用户名", "账号", "帐号", "房间", "直播间", "频道", "玩家", "达人", "up主",
    "streamer", "host", "channel", "nickname", "@",
)  # fmt: skip
_BEHIND = ("的直播", "直播间", "的视频", "的账号", "的主页", "的频道", "的粉丝", "'s channel", "'s stream")
_STOPS = r"\s,，。.!！?？;；:：、()（）<>“”\"「」『』【】《》"
_FOLLOWING = re.compile(rf"[号 \t:：“\"「『【《]{{0,3}}([^{_STOPS}]{{1,16}})")
_PRECEDING = re.compile(rf"[^{_STOPS}]{{1,12}}\Z")
_GREETING = re.compile(
    r"^[ \t>]*(?:尊敬的|亲爱的|敬爱的|致|给|dear|hi|hello|hey|to)?[ \t]*"
    r"([^\s,，。!！?？;；:：]{1,24}(?:[ ][a-z][^\s,，:：]{1,20}){0,2}?)"
    r"[ \t]*(?:主播|老师|先生|女士|小姐|同学|您|你|亲)?[ \t]*(?:您好|你好|[,，:：!！]|(?=\r?\n)|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_CASE = re.compile(r"[(（〔\[][ \t]*(?:19|20)\d\d[ \t]*[)）〕\]][^\s,，。;；]{2,24}?号")
_BESIDE = re.compile(r"(?:^|[,;])([^<>,;@]*+)<")
_FIRST_LINES = 800
_UNIT = re.compile(r"[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\W_]+")
LONGEST_RUN = 8
"""Han letters or words of a sender's name that one item may be."""
_MOST_SENDERS, _MOST_PAIRED = 8, 20_000
_WINDOWS = range(1, 9)


def callings(text: str, address_lines: Iterable[str] = ()) -> Callings:
    """All candidates of a text; `address_lines` are header fields that hold names beside addresses."""
    words = {*_words(text, parts=True)}
    spoken: set[str] = {phrase for line in address_lines for name in _BESIDE.findall(line) for phrase in _whole(name)}
    for phrase in _QUOTED.findall(text):
        spoken.update(_whole(phrase))
    behind, before = _called(text.lower())
    for phrase in behind:
        spoken.update(_beginnings(phrase))
    for phrase in before:
        spoken.update(_endings(phrase))
    for name in _GREETING.findall(text[:_FIRST_LINES]):
        spoken.update(_whole(name))
        spoken.update(_beginnings(name))
    for number in _CASE.findall(text):
        spoken.update(_whole(number))
    return each_once(np.concatenate([_han(text), phrase_digests("w", words), phrase_digests("p", spoken)]))


def own_callings(text: str, sender_lines: Iterable[str], codes: Iterable[str]) -> Callings:
    """What a mail says of whoever sends it, for counting what is the organisation's own: names of senders and their
    pieces, every two Han letters of the text, what codes say. None of it calls anybody that is reported."""
    names = {name for line in sender_lines for name in (*_BESIDE.findall(line[:_FIRST_LINES]), *_comments(line))}
    found = [_pieces_of(name) for name in sorted(names)[:_MOST_SENDERS]]
    found += [code_print(code) for code in codes]
    if not text.isascii():
        found.append(han_windows(thinned(text[:_MOST_PAIRED]), 2))
    return each_once(np.concatenate([np.zeros(0, np.uint64), *found]))


def called_itself(plain: str) -> Callings:
    """By which a name (as letters) is found among the names of senders."""
    return phrase_digests("o", (plain,))


def code_print(said: str) -> Callings:
    """By which what a code says is found."""
    return phrase_digests("q", (folded,)) if (folded := fold_payload(said)) else np.zeros(0, np.uint64)


@functools.lru_cache(maxsize=4096)
def _pieces_of(name: str) -> Callings:
    """Of every run of Han letters and words in a sender's name: 云雀 of 云雀直播客服, Skylark of `Skylark Support`."""
    units = [letters_alone(unit) for unit in _UNIT.findall(normalise(name[: 4 * LONGEST]).text)]
    units = [unit for unit in units if unit][:LONGEST]
    places = range(len(units))
    runs = {"".join(units[at : at + length]) for at in places for length in range(1, LONGEST_RUN + 1)}
    return phrase_digests("o", sorted(run for run in runs if 2 <= len(run) <= LONGEST))


def _comments(line: str) -> Iterator[str]:
    """`kefu@platform.example (云雀客服)`, and a name with nothing beside it."""
    if "<" not in line:
        yield line.partition("(")[2].rpartition(")")[0] if "@" in line else line[: 4 * LONGEST]


def greeted(text: str) -> tuple[str, str]:
    """The line that greets somebody at the beginning of a text, and the text without it."""
    for found in _GREETING.finditer(text[:_FIRST_LINES]):
        if found[0].rstrip().endswith(("您好", "你好", ",", "，", ":", "：", "!", "！")):
            return found[0], text[: found.start()] + "\n" + text[found.end() :]
    return "", text


def callings_of(name: str) -> Callings:
    """The candidates by any of which a name, an account or a number is found."""
    plain = letters_alone(name)[:LONGEST]
    if not plain:
        return np.zeros(0, np.uint64)
    found = [phrase_digests("p", (plain,))]
    shown = thinned(name[: 4 * LONGEST])
    if len(shown) >= 3 and (shown[:4] >= _HAN).all():
        found.append(han_windows(shown[:4], min(4, len(shown))) if len(shown) > 3 else han_windows(shown, 3))
    tokens = sorted(_words(name), key=len)
    if plain.isascii() and len(tokens) == 1:
        found.append(phrase_digests("w", tokens))
    elif not plain.isascii():
        found.append(phrase_digests("w", [token for token in tokens[-1:] if _has_digit(token) and len(token) > 5]))
    return each_once(np.concatenate(found))


def _called(text: str) -> tuple[set[str], set[str]]:
    """What stands behind a word that announces a name, and before one that follows it; nobody knows where it ends."""
    behind, before = set[str](), set[str]()
    for cue in _BEFORE:
        at = text.find(cue)
        while at >= 0:
            at += len(cue)
            behind.add(text[at : at + 20])
            at = text.find(cue, at)
    for cue in _BEHIND:
        at = text.find(cue)
        while at >= 0:
            before.add(text[max(0, at - 12) : at])
            at = text.find(cue, at + 1)
    return (
        {found[1] for piece in behind if (found := _FOLLOWING.match(piece))},
        {found[0] for piece in before if (found := _PRECEDING.search(piece))},
    )


def _words(text: str, parts: bool = False) -> Iterator[str]:
    """Latin words and numbers, each with its inner signs taken out: `R-2020-0918` is one. With `parts` also what a link
    or the name of a file is made of: `live.example/88412345?id=1`, `room88412345_1.zip`."""
    words = set(ascii_of(text).translate(_TOKENS).split())
    if parts:
        joined = [word for word in words if len(word) > SHORTEST_WORD and not word.isalpha()]
        words.update(step for word in joined for step in word.split(b"/"))
        words.update(part for word in joined for part in _PARTS.findall(word))
        words.update(found[1] for word in joined for found in _NUMBERED.finditer(word))
    for word in words:
        bare = word.strip(_JOINS).translate(None, _JOINS)
        if SHORTEST_WORD <= len(bare) <= LONGEST and (len(bare) >= SHORTEST_NUMBER or not bare.isdigit()):
            yield bare.decode("ascii")


def _has_digit(token: str) -> bool:
    return any(c.isdigit() for c in token)


def _whole(phrase: str) -> Iterator[str]:
    plain = letters_alone(phrase)
    if 0 < len(plain) <= LONGEST:
        yield plain


def _beginnings(phrase: str) -> Iterator[str]:
    plain = letters_alone(phrase)
    if plain.isascii():  # words are not cut
        yield plain[:LONGEST]
    else:
        yield from (plain[:length] for length in _WINDOWS if length <= len(plain))


def _endings(phrase: str) -> Iterator[str]:
    plain = letters_alone(phrase)
    if plain.isascii():
        yield plain[-LONGEST:]
    else:
        yield from (plain[-length:] for length in _WINDOWS if length <= len(plain))


def phrase_digests(sort: str, phrases: Iterable[str]) -> Callings:
    """Of each phrase, apart for each sort: what is said of somebody is not what somebody is called."""
    data = b"".join(
        hashlib.blake2b(f"{sort}{phrase}".encode("utf-8", "replace"), digest_size=8, person=b"hushgate-call-1").digest()
        for phrase in phrases
    )
    return np.frombuffer(data, "<u8").astype(np.uint64)


def _han(text: str) -> Callings:
    """Every run of three and of four Han letters."""
    if text.isascii():
        return np.zeros(0, np.uint64)
    shown = thinned(text)
    return np.concatenate([han_windows(shown, 3), han_windows(shown, 4)])


def han_windows(shown: NDArray[np.uint32], length: int) -> Callings:
    """Of every run of so many Han letters."""
    count = len(shown) - length + 1
    if count <= 0:
        return np.zeros(0, np.uint64)
    han = shown >= _HAN
    so = han[:count].copy()
    total = np.full(count, length, np.uint64)
    for step in range(length):
        so &= han[step : step + count]
        total += shown[step : step + count] * _FACTORS[step]
    return half_mixed(total[so])
