"""Numbers, cards and plates in one form, and a view of a text in which they can be looked for without knowing them.

The view is made of `normalise`'s (full width, circled, bold and look-alike letters are folded there, invisible ones
gone) and has its length, so that offsets lead back the same way. In it every digit is ASCII, every dash between digits
a hyphen and every middle dot there a full stop, a telephone number spelled in Chinese numerals is in digits, and the
word that runs into a number (`tel138…`) or the date that stands before it does not hide where the number begins.

In: any text. Out: text. Nothing here fails.
"""

import re

from gateway.text.digits import NUMERALS
from gateway.text.normalize import Normal, letters

_COUNTRY = re.compile(r"\A(?:00)?86(?=1[3-9][0-9]{9}\Z)")
_DASHES = re.compile(r"(?<=[0-9])[\u2010-\u2015\u2212\u2500\u30fc一](?=[0-9])")
_DOTS = re.compile(r"(?<=[0-9])[\u00b7\u2022\u2027\u2219\u30fb](?=[0-9])")
_NUMERAL = "".join(map(chr, NUMERALS))
_SPOKEN = re.compile(f"(?<![{_NUMERAL}0-9])[{_NUMERAL}]{{11}}(?![{_NUMERAL}0-9])")
"""As long as a mobile number and no longer: nothing else is written so."""
_RUN_IN = re.compile(
    r"(?<![a-z])(?:tele?|phone|telephone|mobile|mob|cell|call|hp|fax|sms|whatsapp|card|id|no|passport)(?=\+?[0-9])"
)
_DATE_BEFORE = re.compile(r"(?<=(?:19|20)[0-9]{6})[ _.-](?=1[3-9][0-9]{9}(?![0-9]))")


def plain_number(written: str) -> str:
    """Letters and digits alone, folded; a mobile number of the mainland without its country code.

    >>> plain_number("+86 138-0013 ８000"), plain_number("粤Ｂ·12345")
    ('13800138000', '粤b12345')
    """
    return _COUNTRY.sub("", letters(written).text, count=1)


def with_plain_numbers(normal: Normal) -> str:
    """The view; as long as `normal.text`.

    >>> from gateway.text.normalize import normalise
    >>> with_plain_numbers(normalise("电话幺三八零零一三八零零零，tel13800138000"))
    '电话13800138000,;;;13800138000'
    """
    text = normal.text
    if not text.isascii():
        text = _SPOKEN.sub(lambda match: match[0].translate(NUMERALS), text)
        text = _DOTS.sub(".", _DASHES.sub("-", text))
    text = _RUN_IN.sub(lambda match: ";" * len(match[0]), text)
    return _DATE_BEFORE.sub(";", text)
