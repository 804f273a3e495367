"""Forms of what a reporter's life is known by: places, days, schools, firms, gifts, sums.

Each alone is far below any threshold: half a city lives there too. `detection.quasi_identifiers` weighs them together.
What only one person can have (the number of a payment, a whole postal address) counts by itself.

In: a value and its sort. Out: patterns, whose variant is the sort. Nothing here fails.
"""

import re
from collections.abc import Callable, Iterator

from gateway.identity.patterns import Gaps, Pattern, PatternSpec, View, joints_of, shared
from gateway.text.chinese import readings
from gateway.text.digits import fold_digits
from gateway.text.han import all_han, has_han
from gateway.text.normalize import letters, normalise

ALONE = 0.3
_WHOLE_ADDRESS, _PAYMENT = 0.8, 0.75
_READINGS = 4  # 佛 is fo here, and fu elsewhere
_REGION = re.compile(r"(?<=[\u4e00-\u9fff]{2})(?:特别行政区|自治区|自治州|地区|省|市|区|县|州|盟|旗)$")
_ADDRESS = re.compile(
    r"^(?P<province>[^省市区县]{2,8}(?:省|自治区))?(?P<city>[^省市区县]{2,8}[市州盟])?(?P<district>[^市区县]{1,8}[区县旗市])?"
    r"(?P<street>.*)$"
)
_DATE = re.compile(r"(?:(?P<year>20\d\d)\D)?\D?(?P<month>\d{1,2})\D(?P<day>\d{1,2})\D?$")
_HOUR = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)")
_NUMERALS = "零一二三四五六七八九"
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)


def circumstance(value: str, sort: str) -> Iterator[Pattern]:
    """Every form of one circumstance."""
    yield from _MAKERS.get(sort, _words)(value, sort if sort in _MAKERS else "other")


def _weak(
    sort: str, view: View, gaps: Gaps = "name", joints: tuple[int, ...] = (), score: float = ALONE
) -> PatternSpec:
    return shared("circumstance", sort, view, score, score, "", gaps, True, joints)


def _words(value: str, sort: str) -> Iterator[Pattern]:
    """As it is written: a gift, a school, a firm."""
    plain = letters(value).text
    if has_han(plain):
        if len(plain) > 1:
            yield Pattern(plain, _weak(sort, "letters"))
    elif len(plain) >= 4:
        parts = [letters(word).text for word in re.split(r"[^\w]+", normalise(value).text)]
        yield Pattern(plain, _weak(sort, "letters", "latin", joints_of([part for part in parts if part])))


def _place(value: str, sort: str) -> Iterator[Pattern]:
    """佛山市 is 佛山, and Foshan."""
    plain = letters(value).text
    short = _REGION.sub("", plain)
    yield from _words(short if len(short) > 1 else plain, sort)
    if all_han(short) and len(short) > 1:
        for syllables in readings(short, _READINGS):
            yield Pattern("".join(syllables), _weak(sort, "letters", "latin", joints_of(syllables)))


def _time(value: str, sort: str) -> Iterator[Pattern]:
    """9月3日, 九月三号, 3 September, Sept. 3rd; with its year also 2020-09-03. An hour: 20:15, 晚8点15分, 8:15 pm."""
    written = normalise(value).text
    if hour := _HOUR.fullmatch(written):
        yield from _hour(int(hour["hour"]), int(hour["minute"]), sort)
        return
    found = _DATE.search(written)
    if not found:
        return
    month, day = int(found["month"]), int(found["day"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    months, days = {str(month), f"{month:02}", _spoken(month)}, {str(day), f"{day:02}", _spoken(day)}
    literals = {fold_digits(f"{m}月{d}{end}") for m in months for d in days for end in "日号"}
    for literal in sorted(literals):
        yield Pattern(literal, _weak(sort, "digits"))
    name = MONTHS[month - 1]
    for written in {name, name[:3], name[:4] if name == "september" else name[:3]}:
        for number in (str(day), f"{day}{_ordinal(day)}"):
            for words in ((number, written), (written, number)):
                yield Pattern("".join(words), _weak(sort, "letters", "latin", joints_of(words)))
    if found["year"]:
        yield Pattern(f"{found['year']}{month:02}{day:02}", _weak(sort, "digits", "tight", (4, 6)))


def _hour(hour: int, minute: int, sort: str) -> Iterator[Pattern]:
    """A time of the day, in 24 hours and in twelve; with its minutes, where it was told with minutes."""
    if hour > 23 or minute > 59:
        return
    hours = {hour, hour % 12 or 12}
    for written in sorted({f"{h}:{minute:02}" for h in hours} | {f"{hour:02}:{minute:02}"}):
        yield Pattern(written, _weak(sort, "signs"))
    minutes = {"": ("",), "半": ("半", "30")}.get("" if not minute else "半" if minute == 30 else "-", (str(minute),))
    spoken = {fold_digits(number) for h in hours for number in (str(h), _spoken(h))}
    for literal in sorted(
        {fold_digits(f"{h}{word}{m}") for h in spoken for word in "点时" for m in (*minutes, *map(_in_words, minutes))}
    ):
        yield Pattern(literal, _weak(sort, "digits"))
    half, joints = "am" if hour < 12 else "pm", (len(str(hour % 12 or 12)),)
    if not minute:
        yield Pattern(f"{hour % 12 or 12}{half}", _weak(sort, "letters", "latin", joints))


def _in_words(minutes: str) -> str:
    return _spoken(int(minutes)) if minutes.isdecimal() and int(minutes) else minutes


def _spoken(number: int) -> str:
    """12 as 十二."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens] + "十") + (_NUMERALS[ones] if ones else "")


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _amount(value: str, sort: str) -> Iterator[Pattern]:
    plain = "".join(c for c in normalise(value).text.partition(".")[0] if c.isdecimal())
    if len(plain) >= 3:
        thousands = tuple(range(len(plain) % 3 or 3, len(plain), 3))
        yield Pattern(plain, _weak(sort, "digits", "tight", thousands))


def _number(value: str, sort: str) -> Iterator[Pattern]:
    """Of an order or a payment: nobody else's."""
    plain = letters(value).text
    if len(plain) >= 10:
        yield Pattern(plain, _weak(sort, "letters", "tight", score=_PAYMENT))


def _address(value: str, sort: str) -> Iterator[Pattern]:
    """A postal address: whole it is one household's; street and city stand for less."""
    plain = letters(value).text
    parts = _ADDRESS.match(plain)
    street = parts["street"] if parts else plain
    if len(plain) > len(street) >= 4:
        yield Pattern(fold_digits(plain), _weak(sort, "digits", score=_WHOLE_ADDRESS))
    if len(street) >= 4:
        yield Pattern(fold_digits(street), _weak(sort, "digits"))
    if parts:
        for region in (parts["city"], parts["district"]):
            if region:
                yield from _place(region, "place")


_MAKERS: dict[str, Callable[[str, str], Iterator[Pattern]]] = {
    "place": _place,
    "time": _time,
    "school": _words,
    "employer": _words,
    "gift": _words,
    "amount": _amount,
    "number": _number,
    "residence": _address,
}
SORTS = tuple(_MAKERS)
"""What a circumstance can be."""
