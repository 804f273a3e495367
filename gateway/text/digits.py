"""Digits in all the ways in which a number can be written out in Chinese mail.

Digits of any script, full-width, bold and circled ones are digits after `normalise` already; here come the Chinese
numerals, their banker's forms and those of Suzhou, and the spoken ones of radio and telephone (幺 1, 两 2, 拐 7, 勾 9,
洞 0). One character for one, so the offsets of the view it is applied to hold.

Only for looking for a number that is known: 三 is a digit in `一三八`, and a word nearly everywhere else.
"""

from array import array

from gateway.text.normalize import Normal, letters

NUMERALS = str.maketrans(
    {
        **dict(zip("零〇洞", "000", strict=True)),
        **dict(zip("一壹幺弌", "1111", strict=True)),
        **dict(zip("二贰两弍", "2222", strict=True)),
        **dict(zip("三叁弎参", "3333", strict=True)),
        **dict(zip("四肆", "44", strict=True)),
        **dict(zip("五伍", "55", strict=True)),
        **dict(zip("六陆", "66", strict=True)),
        **dict(zip("七柒拐", "777", strict=True)),
        **dict(zip("八捌", "88", strict=True)),
        **dict(zip("九玖勾", "999", strict=True)),
        **dict(zip("〡〢〣〤〥〦〧〨〩", "123456789", strict=True)),
    }
)
"""For `str.translate` on a normalised text."""


def fold_digits(text: str) -> str:
    """A normalised text with Chinese numerals as digits; the same length.

    >>> fold_digits("电话幺三八洞洞一三八洞洞洞")
    '电话13800138000'
    """
    return text.translate(NUMERALS)


def digits(text: str) -> Normal:
    """Only the digits of a text, with the way back.

    >>> digits("电话:①③⑧ 零零").text
    '13800'
    """
    view = letters(text)
    folded = fold_digits(view.text)
    kept = [i for i, c in enumerate(folded) if c.isdecimal() and c.isascii()]
    places = [view.origin(i, i + 1) for i in kept]
    starts, ends = (array("i", [place[side] for place in places]) for side in (0, 1))
    return Normal("".join([folded[i] for i in kept]), starts, ends)
