"""Personal data of anybody, by its shape: Presidio's own recognizers, and what they lack for China.

Mobile numbers by Presidio's `PhoneRecognizer` (phonenumbers), cards by its `CreditCardRecognizer` (Luhn) with the
ranges that issuers have; resident ids (GB 11643: division, date, check digit ISO 7064 MOD 11-2), identity cards of Hong
Kong, travel documents behind their word, and number plates (GA 36) as pattern recognizers of ours.

Patterns say where a number ends themselves: `\\b` sees no end beside a Chinese character. Each is linear, and a text is
given to the analyzer in bounded pieces, so that no pattern comes near the limit at which Presidio drops it in silence.

In: a piece of a text as `text.numbers` has it. Out: places and what they are. Raises whatever a recognizer raises.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, cast

import phonenumbers

from gateway.detection.presidio import (
    AnalyzerEngine,
    CreditCardRecognizer,
    EntityRecognizer,
    NlpArtifacts,
    NoOpNlpEngine,
    Pattern,
    PatternRecognizer,
    PhoneRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from gateway.text.blocks import BLOCK, Pause, matches, nothing

LANGUAGE = "zh"
VARIANTS = ("resident_id", "hk_id", "travel_document", "bank_card", "phone", "plate")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_DIVISIONS = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43"),
        *("44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82", "83"),
    )
)
"""GB/T 2260; 81 to 83 stand on the residence permits of people from Hong Kong, Macau and Taiwan."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10x98765432"
_START, _END = r"(?<![0-9a-z])", r"(?![0-9a-z])"
_NUMBER_WORD = r"(?:号码?|编号|码| ?(?:no|number|id))?[\s:是为.#()\[\]'\"-]{0,4}"
_PHONE = "(?:电话|手机)(?:号码?)?|致电|telephone|tel|phone|mobile|cell|whatsapp"
_ANY_PHONE_WORD = re.compile(_PHONE)
_PHONE_WORD = re.compile(rf"(?:{_PHONE})[\s:;是为.+-]{{0,4}}\Z")


def _entity(variant: str) -> str:
    return f"ANYBODYS_{variant.upper()}"


class MobileRecognizer(PhoneRecognizer):
    """Mobile numbers alone: landlines, 400 and short numbers belong to organisations.

    `behind_word`: only where a word for telephone stands before it. Eight digits, as Hong Kong and Macau have, may be
    anything.
    """

    SCORE = 0.9

    def __init__(self, regions: tuple[str, ...], behind_word: bool = False) -> None:
        super().__init__(
            supported_language=LANGUAGE,
            supported_entity=_entity("phone"),
            supported_regions=regions,
            name=f"mobile_{'_'.join(regions).lower()}",
        )
        self._behind_word = behind_word

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        if self._behind_word and _ANY_PHONE_WORD.search(text) is None:
            return []
        found: list[RecognizerResult] = super().analyze(text, entities, cast(Any, nlp_artifacts))
        return [result for result in found if self._counts(text, result.start, result.end)]

    def _counts(self, text: str, start: int, end: int) -> bool:
        if self._behind_word and _PHONE_WORD.search(text[max(0, start - 24) : start]) is None:
            return False
        return _is_grouped(text[start:end]) and any(
            _is_mobile(text[start:end], region) for region in self.supported_regions
        )


class CardRecognizer(CreditCardRecognizer):
    """Presidio's, with patterns that end beside Chinese, and begin as issuers' do (ISO/IEC 7812): a serial number of 16
    digits passes the check digit one time in ten."""

    def __init__(self) -> None:
        fours = r"(?:[ .-]?[0-9]{4})"
        issuers = (
            r"4[0-9]{3}", r"5[1-5][0-9]{2}", r"222[1-9]", r"22[3-9][0-9]", r"2[3-6][0-9]{2}", r"27[01][0-9]", r"2720",
            r"35(?:2[89]|[3-8][0-9])", r"6011", r"64[4-9][0-9]", r"65[0-9]{2}",
        )  # fmt: skip
        patterns = [
            Pattern("unionpay", rf"{_START}62[0-9]{{2}}{fours}{{3}}(?:[ .-]?[0-9]{{1,3}})?{_END}", 0.5),
            Pattern("unionpay_two", rf"{_START}62[0-9]{{4}}[ -][0-9]{{10,13}}{_END}", 0.5),
            Pattern("of_old", rf"{_START}(?:9558|4367){fours}{{3}}[ .-]?[0-9]{{3}}{_END}", 0.5),
            Pattern("sixteen", rf"{_START}(?:{'|'.join(issuers)}){fours}{{3}}{_END}", 0.5),
            Pattern("amex", rf"{_START}3[47][0-9]{{2}}[ .-]?[0-9]{{6}}[ .-]?[0-9]{{5}}{_END}", 0.5),
        ]
        super().__init__(
            patterns=patterns,
            supported_language=LANGUAGE,
            supported_entity=_entity("bank_card"),
            replacement_pairs=[("-", ""), (" ", ""), (".", "")],
            name="bank_card",
        )


class _Shaped(PatternRecognizer):
    """One variant by its patterns; a subclass says what is right."""

    variant = ""
    shapes: tuple[str, ...] = ()

    def __init__(self) -> None:
        super().__init__(
            _entity(self.variant),
            name=self.variant,
            supported_language=LANGUAGE,
            patterns=[Pattern(f"{self.variant}_{i}", shape, 0.5) for i, shape in enumerate(self.shapes)],
        )


class ResidentIdRecognizer(_Shaped):
    """GB 11643-1999: division, date of birth, number, check digit."""

    variant = "resident_id"
    shapes = (
        rf"{_START}[1-8][0-9]{{5}}[ -]?(?:19|20)[0-9]{{2}}[ -]?[0-9]{{4}}[ -]?[0-9]{{3}}[0-9x]{_END}",
        rf"{_START}[1-8][0-9]{{2}} [0-9]{{3}} (?:19|20)[0-9]{{2}} [0-9]{{4}} [0-9]{{3}}[0-9x]{_END}",
    )

    def validate_result(self, pattern_text: str) -> bool:
        written = pattern_text.replace(" ", "").replace("-", "")
        check = _CHECKS[sum(int(d) * w for d, w in zip(written[:17], _WEIGHTS, strict=True)) % 11]
        return check == written[17] and _is_someones(written)


class SaidResidentIdRecognizer(_Shaped):
    """Behind its word also one that was mistyped, and the 15 digits of before 1999, which have no check digit."""

    variant = "resident_id"
    shapes = (rf"(?<=身份证件?{_NUMBER_WORD})[1-8](?:[0-9]{{14}}|[0-9]{{16}}[0-9x]){_END}",)

    def validate_result(self, pattern_text: str) -> bool:
        written = pattern_text
        return _is_someones(written if len(written) == 18 else f"{written[:6]}19{written[6:]}")


class HongKongIdRecognizer(_Shaped):
    """One or two letters, six digits, a check digit in parentheses (modulus 11)."""

    variant = "hk_id"
    shapes = (rf"{_START}[a-z]{{1,2}}[0-9]{{6}} ?\([0-9a]\)",)

    def validate_result(self, pattern_text: str) -> bool:
        signs = [c for c in pattern_text if c.isalnum()]
        values = [int(c, 36) for c in signs]
        values[-1] = 10 if signs[-1] == "a" else int(signs[-1]) if signs[-1].isdigit() else -1
        if len(values) == 8:
            values.insert(0, 36)  # a blank before a single letter
        return sum(value * weight for value, weight in zip(values, (9, 8, 7, 6, 5, 4, 3, 2, 1), strict=True)) % 11 == 0


class TravelDocumentRecognizer(_Shaped):
    """Passports and permits have no check digit that is written: only behind their word."""

    variant = "travel_document"
    shapes = (
        rf"(?<=(?:护照|passport){_NUMBER_WORD})[a-z]{{0,2}}[0-9]{{7,9}}{_END}",
        rf"(?<=(?:通行证|回乡证|台胞证|返乡证){_NUMBER_WORD})[a-z]?[0-9]{{8,10}}{_END}",
    )

    def validate_result(self, pattern_text: str) -> bool:
        return True


class PlateRecognizer(_Shaped):
    """GA 36-2018: province, letter, five signs with at least three digits, or six of a car that runs on new energy.

    新 and 云 end everyday words (最新, 阿里云), and then no plate begins there.
    """

    variant = "plate"
    shapes = (
        rf"(?<![最全更刷创革里讯为度上])[{_PROVINCES}] ?[a-hj-z] ?[.·•-]? ?"
        rf"(?:[a-hjk][a-hj-np-z0-9][0-9]{{4}}|[0-9]{{5}}[a-hjk]|[a-hj-np-z0-9]{{4}}[a-hj-np-z0-9学警港澳挂试领]){_END}",
    )

    def validate_result(self, pattern_text: str) -> bool:
        return sum(c.isdigit() for c in pattern_text) >= 3


_GAP = r"[ ().+/-]"
_INTERESTING = re.compile(
    # mobile numbers: whole, in two or three groups, sign by sign; of Taiwan; of any country
    rf"(?<![0-9])(?:\(?(?:00)?86\)?[ .-]{{0,2}})?(?=1{_GAP}?[3-9](?:{_GAP}{{0,3}}[0-9]){{9}}(?![0-9]))"
    rf"(?:1[0-9]{{10}}|1[0-9]{{2,6}}(?:{_GAP}{{1,3}}[0-9]{{3,8}}){{1,2}}|1(?:{_GAP}[0-9]){{10}})"
    r"|(?<![0-9])09[0-9]{2}[ -]?[0-9]{3}|(?:\+|(?<![0-9])00)[ (]?[1-9][0-9 ().-]{6}"
    # ids and cards: whole, in groups
    r"|(?<![0-9])(?:[1-9][0-9]{14,18}(?![0-9])|[2-69][0-9]{3}(?:[ .-][0-9]{4}){3}|62[0-9]{4}[ -][0-9]{10}"
    r"|3[47][0-9]{2}[ .-][0-9]{6}|[1-8][0-9]{5}[ -](?:19|20)[0-9]{2}|[1-8][0-9]{2} [0-9]{3} (?:19|20)[0-9]{2})"
    # what is only known by its word, or by its shape
    r"|身份证|护照|passport|(?:通行|回乡|台胞|返乡)证|[a-z]{1,2}[0-9]{6} ?\("
    r"|(?:电话|手机|致电|tel|phone|mobile|cell|whatsapp)[^0-9\n]{0,12}[0-9]{4}"
    rf"|[{_PROVINCES}] ?[a-z](?=[ .·•-]{{0,3}}[a-z0-9]{{4}})"
)
"""Where it is worth asking Presidio: a table of numbers has nothing of it, and phonenumbers takes a tenth of a
millisecond for each character of one."""
_BEFORE, _BEHIND = 32, 48
_LONGEST, _OVERLAP = 2000, 96
_DIGIT, _FEWEST = re.compile("[0-9]"), 3  # a plate has three, everything else has more


_ANCHOR = re.compile(f"[0-9]{{1,32}}|[证照]|passport|[{_PROVINCES}] ?[a-z]")
"""Some of this is in every interesting place; most of a text is nowhere near."""
_REACH = 96  # characters: from where a place or an anchor begins to the last that is looked at


def pieces(view: str, pause: Pause = nothing) -> Iterator[tuple[int, int]]:
    """Where anything may stand, with what is around it: half open, none longer than 2,000 characters, so overlapping
    that whatever is looked for lies in one of them whole. `pause` is called now and then."""
    start = end = -1
    for match in _interesting(view, pause):
        first, last = max(0, match.start() - _BEFORE), min(len(view), match.end() + _BEHIND)
        if first <= end and start >= 0:
            end = max(end, last)
            continue
        yield from _cut(start, end)
        start, end = first, last
    yield from _cut(start, end)


def _interesting(view: str, pause: Pause) -> Iterator[re.Match[str]]:
    """As `_INTERESTING.finditer`, but looked for about the anchors alone."""
    at = 0
    for first, last in _about_anchors(view, pause):
        at = max(at, first)
        while at < last:
            pause()
            stop = min(at + BLOCK, last)
            for match in _INTERESTING.finditer(view, at, stop + _REACH):
                if match.start() >= stop:
                    break
                yield match
                at = match.end()
            at = max(at, stop)


def _about_anchors(view: str, pause: Pause) -> Iterator[tuple[int, int]]:
    """Stretches, in order and apart, in which an interesting place may begin."""
    first = last = 0
    for anchor in matches(_ANCHOR, view, _REACH, pause):
        if anchor.start() - _REACH > last:
            yield first, last
            first = anchor.start() - _REACH
        last = anchor.end()
    yield first, last


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    while 0 <= start < end:
        yield start, min(end, start + _LONGEST)
        if end - start <= _LONGEST:
            return
        start += _LONGEST - _OVERLAP


def recognised(piece: str) -> list[tuple[int, int, str]]:
    """(start, end, variant) of what stands in a piece."""
    if len(_DIGIT.findall(piece)) < _FEWEST:
        return []  # a word for a number alone: Presidio takes half a millisecond to say so
    found: list[Any] = _engine().analyze(piece, LANGUAGE, entities=list(_BY_ENTITY))
    return [(result.start, result.end, _BY_ENTITY[result.entity_type]) for result in found]


_BY_ENTITY = {_entity(variant): variant for variant in VARIANTS}


@cache
def _engine() -> AnalyzerEngine:
    """Made when first asked for: where the rule is off it costs nothing, and it never makes a start slower."""
    recognizers: list[EntityRecognizer] = [
        MobileRecognizer(("CN", "TW")),
        MobileRecognizer(("HK", "MO"), behind_word=True),
        CardRecognizer(),
        ResidentIdRecognizer(),
        SaidResidentIdRecognizer(),
        HongKongIdRecognizer(),
        TravelDocumentRecognizer(),
        PlateRecognizer(),
    ]
    registry = RecognizerRegistry(supported_languages=[LANGUAGE], recognizers=recognizers)
    nothing = NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": ""}])
    return AnalyzerEngine(registry=registry, nlp_engine=nothing, supported_languages=[LANGUAGE])


def _is_mobile(written: str, region: str) -> bool:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def _is_grouped(written: str) -> bool:
    """People write a mobile number in groups of three and more, or sign by sign; `15 20 26 11 25 1` is a row of a
    table. Numbers with a country code may be grouped in any way."""
    if written.lstrip("(").startswith(("+", "00")):
        return True
    groups = [len(group) for group in re.findall("[0-9]+", re.sub(r"\A\(?86\)?(?=[^0-9])", "", written))]
    return min(groups) >= 3 or max(groups) == 1


def _is_someones(written: str) -> bool:
    """The division exists, and the day of birth."""
    return written[:2] in _DIVISIONS and _is_date(written[6:14])


def _is_date(written: str) -> bool:
    try:
        date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return False
    return True
