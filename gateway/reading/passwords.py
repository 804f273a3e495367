"""Which words of a mail may be the password of a file in it, or in the next one.

Whoever sends an encrypted file says how it is opened: behind a word (`密码：1234`, `the password is …`), as the name of
the file or in it, as the last digits of a telephone number, as a date, in a line of its own, in another mail. What the
recipient can open with it is opened. A bounded list, the likeliest first; nothing is guessed beyond what is written.

In: the texts of a mail, names of files, what earlier mail said. Out: passwords. Nothing here fails; linear in the
length of the texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from email.utils import parsedate

from gateway.model import TextFragment

MOST = 64
MOST_TOLD = 12
"""That one mail says for others."""
LONGEST = 64
LONGEST_GIVEN = 256
"""Of a password that a person gives."""
_MOST_TEXT = 200_000
"""Characters of a text that are looked through: a password is said in a letter, not in a book."""
_MOST_CUES = 2000
_AROUND = 60
_SAYING = frozenset(("text", "html", "document", "picture"))
_CUE = re.compile(
    r"密\s{0,2}[码碼]|口令|暗号|暗號|提取码|提取碼|解压码|解壓碼|访问码|pass\s?-?words?|passwd|pass\s?codes?"
    r"|pass\s?phrases?|\bpwds?\b|\bpsw\b|\bpw\b|\bpins?\b|\bunlock\b|\bencrypt",
    re.IGNORECASE,
)
_HINTS = (
    "密",
    "口令",
    "暗",
    "取码",
    "取碼",
    "压码",
    "壓碼",
    "问码",
    "pass",
    "pwd",
    "psw",
    "pw",
    "pin",
    "unlock",
    "encrypt",
)
"""One of them stands in whatever has a cue; looking for them costs next to nothing."""
_JOINT = re.compile(
    r"[\s:：=＝>→\-—–“”\"'‘’「」『』【】\[\](（<《*`是为為系即：,，]{0,12}(?:(?:is|was|will\s+be|are|set\s+to|设为|设置为|就是|仍是|还是|都是"
    r"|改为|统一为)[\s:：“”\"'‘’「」『』【】\[\](（<《*`]{0,8})?",
    re.IGNORECASE,
)
_SAYS = re.compile(r"[:：=＝是为為系即→“\"'‘「『【\[(（]|\b(?:is|to)\b", re.IGNORECASE)
"""In a joint: what stands behind it is said to be the password, and does not only follow the word."""
_QUOTES = {"“": "”", "‘": "’", "「": "」", "『": "』", "【": "】", "[": "]", "(": ")", "（": "）", "《": "》", "<": ">",
           '"': '"', "'": "'", "`": "`"}  # fmt: skip
_TOKEN = re.compile(r"[^\s，。；、！？“”‘’「」『』【】《》（）<>]{1,64}")
_LINE = re.compile(r"[^\r\n，。；！？“”「」『』【】（）]{1,64}")
_WORD = re.compile(r"[!-~]{3,64}")
_WRAPPING = "\"'`()[]{}<>*_,.;:!?，。；：！？、“”‘’「」『』【】《》（）"
_CLOSING = re.compile(r"[\])}]")
_TAIL = re.compile(r"(?:后|後|末|尾|最后|最後|last)\s{0,2}-?(?:[4568四五六八]|four|six|eight)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\+?\d[\d \-]{5,22}[\dXx](?![\dA-Za-z])")
_SUFFIX = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}\Z")
_ALONE = re.compile(r"^[ \t>]{0,8}([!-~]{4,32})[ \t\r]{0,8}$", re.MULTILINE)
_REPEATED = re.compile(r"([2-9]|1[0-2]|[两二三四五六七八九十])\s?[个個]\s?([0-9零一二三四五六七八九])")
_DIGITS = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九十")} | {"两": "2"}
_OF_A_DATE = re.compile(r"日期|生日|今天|今日|当天|當天|当日|today|\bdate\b", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)")
_OF_A_NUMBER = re.compile(r"号|號|编码|邮箱|郵箱|用户名|\bno\b|number|\bid\b|account|e-?mail", re.IGNORECASE)
_NUMBERED = re.compile(r"(?<![!-~])[A-Za-z#\-]{0,12}\d[\w\-]{3,30}(?![\w@])", re.ASCII)
_MAILBOX = re.compile(r"(?<![\w.+\-])([\w.+\-]{3,40})@[\w\-]{1,40}\.", re.ASCII)
_MOST_OF_A_KIND = 16


def candidates(texts: Iterable[TextFragment], names: Sequence[str], earlier: Sequence[str] = ()) -> tuple[str, ...]:
    """At most `MOST` passwords, the likeliest first: those of earlier mail, then those of this one."""
    letters: list[str] = []
    said: list[str] = []
    dates: list[str] = []
    for one in texts:
        if one.medium in _SAYING or one.label == "subject":
            said += _spelt(one.text[:_MOST_TEXT])
        elif one.label == "date":
            dates.append(one.text[:100])
        if one.medium in ("text", "html"):
            letters.append(one.text[:_MOST_TEXT])
    cued = [text for text in (*said, *_without_suffix(names)) if _is_cued(text)]
    found = dict.fromkeys(earlier[:MOST])
    sources = (
        _behind_cues(cued, False),
        _of_names(names),
        _tails((*said, *earlier), said),
        _described(cued, said, dates),
        _beside_cues(cued),
        _alone(letters),
    )
    for source in sources:
        for word in source:
            if len(found) >= MOST:
                return tuple(found)
            if 0 < len(word) <= LONGEST:
                found.setdefault(word)
    return tuple(found)


def passwords_for_others(texts: Iterable[TextFragment], names: Sequence[str] = ()) -> tuple[str, ...]:
    """At most `MOST_TOLD` words that a mail gives as passwords, or by which it says what one is, for a file in another
    mail: what stands right behind a cue that says so, and what beside one looks like a password."""
    said: list[str] = []
    letters: list[str] = []
    for one in texts:
        if one.medium in _SAYING or one.label == "subject":
            said += _spelt(one.text[:_MOST_TEXT])
        if one.medium in ("text", "html"):
            letters.append(one.text[:_MOST_TEXT])
    cued = [text for text in (*said, *_without_suffix(names)) if _is_cued(text)]
    if not cued:
        return ()
    behind = tuple(_behind_cues(cued, True))
    beside = (word for word in (*_beside_cues(cued), *_alone([text for text in letters if text in cued])))
    tails = [phrase[0] for text in cued for phrase in _TAIL.finditer(text)][:1]
    described = (*_tails(cued, said), *_described(cued, said, ()))
    found = dict.fromkeys(tails)
    for word in (*behind, *described, *(word for word in beside if _looks_like_one(word))):
        if len(found) >= MOST_TOLD:
            break
        if 1 < len(word) <= LONGEST and "://" not in word:
            found.setdefault(word)
    return tuple(found)


def _without_suffix(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for stem in dict.fromkeys((name.rpartition(".")[0] or name, _SUFFIX.sub("", name))):
            yield from _spelt(stem)


def _is_cued(text: str) -> bool:
    lower = text.lower()
    return any(hint in lower for hint in _HINTS) and _CUE.search(text) is not None


def _looks_like_one(word: str) -> bool:
    """Not a word of a sentence, an address or a link."""
    if len(word) < 4 or "://" in word or word.lower().startswith("www.") or _MAILBOX.match(word):
        return False
    mixed = word[1:].lower() != word[1:] and word.upper() != word
    return mixed or any(character.isdigit() for character in word) or any(sign in "@#$%^&*!+=~?_" for sign in word)


def _spelt(text: str) -> Iterator[str]:
    """As written, and with full-width letters and other forms folded."""
    yield text
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", text)
        if folded != text:
            yield folded


def _cues(text: str) -> Iterator[re.Match[str]]:
    for number, cue in enumerate(_CUE.finditer(text)):
        if number == _MOST_CUES:
            return
        yield cue


def _behind_cues(said: Sequence[str], only_said: bool) -> Iterator[str]:
    """`only_said`: where something between the two says that it is one."""
    for text in said:
        for cue in _cues(text):
            joint = _JOINT.match(text, cue.end())
            start = joint.end() if joint else cue.end()
            if only_said and not _SAYS.search(text, cue.end(), start):
                continue
            yield from _quoted(text, cue.end(), start)
            token = _TOKEN.match(text, start)
            if token is not None:
                yield from _forms(token[0])
            yield from _of_line(text, start)


def _quoted(text: str, begin: int, start: int) -> Iterator[str]:
    """What stands in quotes or brackets, with the blanks in it."""
    for at in range(begin, min(start + 1, len(text))):
        closing = _QUOTES.get(text[at])
        if closing is not None and (end := text.find(closing, at + 1, at + 2 + LONGEST)) > at + 1:
            yield text[at + 1 : end].strip()
            return


def _of_line(text: str, start: int) -> Iterator[str]:
    """The rest of the line: a password may have blanks in it, and one may be written apart (`1 2 3 4`)."""
    line = _LINE.match(text, start)
    if line is None or len(words := line[0].split()) < 2:
        return
    whole = line[0].strip()
    yield whole
    yield whole.rstrip(".,;:!?")
    if all(len(word) <= 2 for word in words):
        yield "".join(words)


def _forms(token: str) -> Iterator[str]:
    """The token, without what wraps it, and its part in plain letters and signs."""
    bare = token.strip(_WRAPPING)
    yield bare
    yield token
    yield token.rstrip(",.;:")
    yield _CLOSING.split(bare, maxsplit=1)[0]
    if (plain := _WORD.search(bare)) is not None:
        yield plain[0].strip(_WRAPPING)
        yield plain[0]


def _beside_cues(said: Sequence[str]) -> Iterator[str]:
    for text in said:
        for cue in _cues(text):
            for start, end in ((cue.end(), cue.end() + _AROUND), (max(0, cue.start() - _AROUND), cue.start())):
                for word in _WORD.findall(text[start:end]):
                    yield word.strip(_WRAPPING)


def _of_names(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        stem = _SUFFIX.sub("", name)
        yield stem
        yield name


def _tails(saying: Sequence[str], said: Sequence[str]) -> Iterator[str]:
    """Last digits of numbers, where a text speaks of such."""
    if not any(_TAIL.search(text) for text in saying):
        return
    for text in said:
        for number in _NUMBER.findall(text):
            digits = "".join(sign for sign in number if sign.isdigit() or sign in "Xx")
            for count in (4, 6, 8, 5):
                yield digits[-count:]


def _described(cued: Sequence[str], said: Sequence[str], dates: Sequence[str]) -> Iterator[str]:
    """What a text says of a password in place of writing it: six eights, a date, the number of something."""
    behind = "\n".join(text[cue.end() : cue.end() + 24] for text in cued for cue in _cues(text))
    for count, sign in _REPEATED.findall(behind):
        yield _DIGITS.get(sign, sign) * int(_DIGITS.get(count, count))
    if _OF_A_DATE.search(behind):
        yield from _dates(said, dates)
    if _OF_A_NUMBER.search(behind):
        for text in said:
            for word in _NUMBERED.findall(text)[:_MOST_OF_A_KIND]:
                yield word
                yield word.lstrip("#")
            for number in _NUMBER.findall(text)[:_MOST_OF_A_KIND]:
                yield "".join(sign for sign in number if sign.isdigit() or sign in "Xx")
            yield from _MAILBOX.findall(text)[:_MOST_OF_A_KIND]


def _dates(said: Sequence[str], dates: Sequence[str]) -> Iterator[str]:
    days = [(int(y), int(m), int(d)) for text in said for y, m, d in _DATE.findall(text)[:_MOST_OF_A_KIND]]
    days += [stated[:3] for date in dates if (stated := parsedate(date)) is not None]
    for year, month, day in days:
        yield f"{year:04}{month:02}{day:02}"
        yield f"{year % 100:02}{month:02}{day:02}"
        yield f"{month:02}{day:02}"
        yield f"{year:04}-{month:02}-{day:02}"


def _alone(said: Sequence[str]) -> Iterator[str]:
    for text in said:
        yield from _ALONE.findall(text)
