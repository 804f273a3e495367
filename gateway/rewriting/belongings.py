"""What belongs to a name or number that is taken out, and goes with it.

A nickname's ornaments say whose it is as well as the nickname does (`@✨…^_^`), a title says man or woman, a prefix
says which country or town a telephone is in; and a pair of brackets around nothing only looks odd.

In: a text, a span of it, and what the span is. Out: the span with what belongs to it. Pure; it looks at no more than
`FURTHEST` characters on either side.
"""

import re
import unicodedata

from gateway.model import Kind

FURTHEST = 24
_WHO: frozenset[Kind] = frozenset(("name", "nickname"))
_OPENING, _CLOSING = "“‘\"'「『《〈【〖[［(（<＜{«", "”’\"'」』》〉】〗]］)）>＞}»"
_PAIRS = dict(zip(_OPENING, _CLOSING, strict=True))
_DRAWN = frozenset("^_~～*＊★☆♪♫♥♡·•°`´¯|｜=+#＃﹏﹋ω◕‿⌒∩∪")
"""Signs that people draw faces and borders with, beside symbols."""
_TITLE = re.compile(
    r"[ \t\u3000]?"
    r"(?:先生|女士|小姐姐|小哥哥|小姐|太太|夫人|同学|老师|大哥|大姐|阿姨|叔叔|[哥姐叔姨](?![\u4e00-\u9fff]))"
)
_TITLE_EN = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Madam)\b\.?[ \t\u00a0])\Z", re.IGNORECASE)
_COUNTRY = r"(?:[（(][ \t]?(?:[+＋]|00)[ \t]?\d{1,3}[ \t]?[)）]|(?<![\w+])(?:[+＋]|00)[ \t]?\d{1,3})[-—–. \t]{0,2}"
_AREA = r"(?:[（(]0?\d{1,4}[)）]|(?<!\d)0\d{2,3}[-—–])[-—–. \t]{0,2}"
_PREFIX = re.compile(rf"(?:{_COUNTRY})?(?:{_AREA})?\Z")


def with_belongings(text: str, span: tuple[int, int], kind: Kind) -> tuple[int, int]:
    """The span, widened by what belongs to what it is."""
    start, end = span
    if kind in _WHO:
        start, end = _with_ornaments(text, start, end)
        start, end = _with_pair(text, start, end)
        start, end = _with_title(text, start, end)
        return (start - 1, end) if text[start - 1 : start] in ("@", "＠") else (start, end)
    if kind == "phone":
        prefix = _PREFIX.search(text, max(0, start - FURTHEST), start)
        start = prefix.start() if prefix is not None else start
    return _with_pair(text, start, end)


def _with_ornaments(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = max(0, start - FURTHEST), min(len(text), end + FURTHEST)
    while start > low and _is_ornament(text[start - 1]):
        start -= 1
    while end < high and _is_ornament(text[end]):
        end += 1
    return start, end


def _is_ornament(sign: str) -> bool:
    """A symbol, what joins or colours symbols, or a sign that faces are drawn with."""
    return sign in _DRAWN or unicodedata.category(sign) in ("So", "Sk", "Mn", "Me", "Cf")


def _with_pair(text: str, start: int, end: int) -> tuple[int, int]:
    """With the quotation marks or brackets around it, if there is nothing else between them."""
    for _ in range(2):
        if start == 0 or end >= len(text) or _PAIRS.get(text[start - 1]) != text[end]:
            break
        start, end = start - 1, end + 1
    return start, end


def _with_title(text: str, start: int, end: int) -> tuple[int, int]:
    behind = _TITLE.match(text, end, end + FURTHEST)
    before = _TITLE_EN.search(text, max(0, start - FURTHEST), start)
    return before.start() if before is not None else start, behind.end() if behind is not None else end
