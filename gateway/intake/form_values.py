"""The values of form fields: what a region behind a label says, by what the label calls it.

In: a label, the text behind it, what parts the two, the name that stands before in the line. Out: what was learned.
Nothing here fails.
"""

import re
import unicodedata
from collections.abc import Iterator

from gateway.intake.extracted import Learned
from gateway.intake.form_labels import Label
from gateway.text.addresses import fold_address
from gateway.text.chinese import is_ordinary_word, is_platform_word, is_plausible_name, is_word
from gateway.text.han import all_han

PLACE = "form line"
_SPLIT = re.compile(r"[;；,，。、|｜\t/／\\(（\[【:：)）\]】<>]|[ \u3000]{2}")
_TEXT_SPLIT = re.compile(r"[;；,，。|｜\t:：]|[ \u3000]{2}|\u3000")
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’.\-]{0,20}(?: [A-Za-z'’.\-]{1,20}){0,3}")
PHONE = re.compile(
    r"(?<![0-9０-９A-Za-z@.])(?P<value>[+＋]?[(（]?[0-9０-９]"
    r"(?:[0-9０-９]|[ \-－()（）.](?=[ \-－()（）]?[0-9０-９])){5,22})"
    r"(?![0-9０-９A-Za-z@])"
)
_MOBILE = re.compile(r"(?:\+?(?:00)?86)?1[3-9][0-9]{9}|(?:\+|00)[1-9][0-9]{8,14}|0[0-9]{9,10}|[2-9][0-9]{9}")
_DATE = re.compile(r"(?:19|20)[0-9]{2}[-./ ][01]?[0-9][-./ ][0-3]?[0-9]")
MAIL = re.compile(r"[^\s;；,，。|｜<>()（）:：]{1,64}[@＠][^\s;；,，。、|｜<>()（）]{3,100}")
_ID = re.compile(
    r"(?<![A-Za-z0-9])[A-Za-z0-9０-９Ｘ](?:[A-Za-z0-9０-９Ｘ]|[ \-](?=[A-Za-z0-9])){4,24}[A-Za-z0-9０-９Ｘ]"
)
_ACCOUNT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]{3,31}(?![\u4e00-\u9fffA-Za-z0-9_@＠])")
_TITLE = re.compile("(?:科长|处长|局长|所长|队长|主任|警官|法官|书记|专员|科员|老师|律师|医生|大夫|同志)$")
"""An office's people sign so; a reporter does not."""
_NOTHING_SAID = (
    "无 没有 匿名 保密 略 不详 未填 未填写 暂无 空 同上 张三 李四 王五 某某 none n/a na anonymous x xx xxx - /"
)
_NOTHING = frozenset(_NOTHING_SAID.split())
"""Values that say nothing. 张三, 李四 and 王五 are the John Does of forms."""
MARKS = frozenset(":：=﹕︰|｜")


def values_of(label: Label, region: str, parted: str, name: str) -> Iterator[Learned]:
    """What the text behind a label says. `name` is whoever stands before it in the line."""
    if label.field in ("name", "person"):
        yield from _named(label, region, parted)
    elif label.field == "phone":
        yield from _phones(region, name)
    elif label.field == "government_id":
        match = _ID.search(region[:80])
        value = _half_width(match[0]).replace(" ", "") if match else ""
        if sum(c.isdecimal() for c in value) >= 6:
            yield Learned("government_id", value, 0.9, PLACE)
    elif label.field == "address":
        match = MAIL.search(region[:300])
        value = _half_width(match[0]).rstrip(".") if match else ""
        if fold_address(value):
            yield Learned("address", value, 0.9, PLACE, address=value)
    elif label.field == "account":
        match = _ACCOUNT.match(region.lstrip(" \t\u3000(（"))
        value = match[0].rstrip(".-") if match else ""
        if len(value) >= 4 and value.lower() not in _NOTHING:
            yield Learned("account", value, 0.85, PLACE, detail=label.service)
    elif label.field == "nickname":
        value = _clean(_first(region, _TEXT_SPLIT))
        if value and value.lower() not in _NOTHING and len(value) <= 24:
            yield Learned("nickname", value, 0.85, PLACE)
    elif label.field in ("residence", "employer", "school"):
        value = _clean(_first(region, _TEXT_SPLIT))
        if 4 <= len(value) <= 40 and value.lower() not in _NOTHING and "@" not in value:
            yield Learned("circumstance", value, 0.85, PLACE, detail=label.field)


def _named(label: Label, region: str, parted: str) -> Iterator[Learned]:
    """The name at the start of a region, and a number that stands with it."""
    chunk = _first(region, _SPLIT)
    value = _name_in(chunk)
    lax = parted in MARKS or parted in ("end", "bracket")
    if not could_be_name(value) or not (lax or _is_name(value)):
        value = ""
    elif parted == "" and len(_clean(chunk)) > len(value):
        value = ""  # a sentence goes on
    if value:
        yield Learned("name", value, 0.95 if label.sure and lax else 0.85 if lax else 0.8, PLACE)
    for match in PHONE.finditer(region[:80]):
        if is_phone(match["value"], mobile=True):
            yield Learned("phone", number_in(match["value"]), 0.9 if value else 0.8, PLACE, beside=value)
            return


def _phones(region: str, name: str) -> Iterator[Learned]:
    region = region[:120]
    matches = [match for match in PHONE.finditer(region) if is_phone(match["value"], mobile=False)]
    if not matches or len(re.sub(r"\s", "", region[: matches[0].start()])) > 16:
        return
    around = (region[: matches[0].start()], region[matches[-1].end() :])
    owner = next((found for part in around if (found := name_alone(part))), "")
    if owner and not name:
        yield Learned("name", owner, 0.8, PLACE)
    for match in matches[:3]:
        yield Learned("phone", number_in(match["value"]), 0.9, PLACE, beside=name or owner)


def is_phone(value: str, *, mobile: bool) -> bool:
    """Whether digits are a telephone number; with `mobile`, one of a person, whatever label it has."""
    plain = _half_width(value)
    digits = re.sub(r"[^0-9+]", "", plain)
    if not 7 <= len(digits.lstrip("+")) <= 15 or _DATE.search(plain):
        return False
    return not mobile or _MOBILE.fullmatch(digits) is not None


def number_in(value: str) -> str:
    plain = _half_width(value)
    return plain if ")" in plain else plain.lstrip("(")


def _first(region: str, split: re.Pattern[str]) -> str:
    """The first piece of a region that says anything."""
    return next((piece for piece in split.split(region[:200]) if piece.strip(" \t\u3000\u00a0_＿*-—\"'“”‘’「」")), "")


def plausible_first(region: str) -> bool:
    """Whether the first piece of a region is a name and no more."""
    return _is_name(_name_in(_first(region, _SPLIT)))


def _name_in(chunk: str) -> str:
    """`张 小 鸣`, set apart to fill a line of a form, is 张小鸣; `张小鸣 男` and `张小鸣 138…` are 张小鸣 too."""
    value = _clean(chunk)
    pieces = value.split()
    if not pieces or not all_han(pieces[0]):
        match = _LATIN.match(value)
        return match[0].strip(" .-") if match and not value[match.end() :].strip(" \t,，.()（）-+0123456789") else value
    joined = "".join(pieces)
    if len(pieces) > 1 and all_han(joined) and len(joined) <= 4 and (len(pieces[0]) == 1 or len(joined) == 2):
        return joined
    return pieces[0]


def name_alone(text: str) -> str:
    """The name that a piece of text is, and no more."""
    plain = _clean(text.strip(" \t\u3000\u00a0,，.。;；:：/／|｜、-—_()（）[]【】<>*·•"))
    joined = re.sub(r"\s+", "", plain)
    value = joined if all_han(joined) else plain
    return value if _is_name(value) else ""


def _is_name(value: str) -> bool:
    """What can be taken for a name where no mark says that one follows."""
    if not is_plausible_name(value) or is_ordinary_word(value) or _TITLE.search(value) or value in _NOTHING:
        return False
    return len(value) != 2 or not is_word(value)


def could_be_name(value: str) -> bool:
    """More is taken after a label than elsewhere: 2 to 4 Han even without a known surname, a single Latin word."""
    if not value or value.lower() in _NOTHING or is_platform_word(value) or _TITLE.search(value):
        return False
    if all_han(value):
        return 2 <= len(value) <= 4
    return is_plausible_name(value) or _LATIN.fullmatch(value) is not None


def _clean(value: str) -> str:
    value = re.sub(r"[(（\[【].*$", "", value.strip()).strip()
    value = value.strip(" \t\u3000\u00a0\"'“”‘’「」_*＿-—.。")
    return re.sub(r"\s*(?:先生|女士|小姐|同学)$", "", value)


def _half_width(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def is_a_number(line: str) -> bool:
    """Whether a line is the telephone number of a person and no more."""
    match = PHONE.fullmatch(line.strip())
    return match is not None and is_phone(match["value"], mobile=True)
