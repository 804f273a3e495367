"""Is what was taken out of a text one of several that stay: in a list, a table, lines of the same make?

In: a text in which one sign stands for each cut (`WHO` for a name, `CONTACT` for a number or address, `OTHER`), and the
place of one of them. Out: yes or no. Pure; looks at no more than a page around the place.
"""

import re
from collections.abc import Iterable, Sequence

from gateway.text.chinese import is_plausible_name, is_word
from gateway.text.han import all_han

WHO, CONTACT, OTHER = "\ue000", "\ue001", "\ue002"
TAKEN = re.compile("[\ue000-\ue002]")
CUT = re.compile("[\ue000\ue001]")
AROUND = 240
"""Characters on either side of a cut that are looked at."""

REPORTS = re.compile(
    r"举报|舉報|投诉|投訴|反映|反應|检举|檢舉|控告|告发|来信|來信|来函|申诉|信访|来电|所述|所称|report|complain|wrote|accus|alleg",
    re.IGNORECASE,
)
"""Words of a text that speaks of a report anyway."""

_CALLED = re.compile(
    r"(?:观众|觀眾|用户|用戶|网友|粉丝|水友|玩家|顾客|买家|同学|主播|viewers?|users?|fans?)\Z", re.IGNORECASE
)
_OPENING = "“‘\"'「『《【〈[(（<@"
_BEHIND = re.compile(
    r"\A[”’\"'」』》】〉\])）>]*(?:[ \t]*(?:先生|女士|小姐|同学|老师|哥|姐|本人))?"
    r"(?:[ \t]*(?:[(（][^()（）\n]{0,40}[)）]|<[^<>\n]{0,80}>))?[ \t]*"
)
_STRONG, _WEAK = "、﹑､／/∕⁄｜|∣·•・‧&＆+＋", "，,;；"
_JOINS = "和|与|與|及|以及|跟|同|还有|還有|或者?|[-—–~～→]"
_JOINED = re.compile(rf"\A[，,]?[ \t]*(?:{_JOINS}|(?:and|or|nor)\b)[ \t]*", re.IGNORECASE)
_JOINING = re.compile(rf"(?:{_JOINS}|\b(?:and|or|nor))[ \t]*\Z", re.IGNORECASE)
_BLANKS = "[ \t\u3000\u00a0]"
_APART_BEFORE = re.compile(rf"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{{2,4}}){_BLANKS}+\Z")
_APART_BEHIND = re.compile(rf"\A{_BLANKS}+([\u4e00-\u9fff]{{2,4}})(?![\u4e00-\u9fff])")
_ITEM_END = re.compile(rf"[{re.escape(_STRONG + _WEAK)}。！!？?:：\n\t]")
_LATIN = re.compile(r"[A-ZÀ-Þ][\w'’.-]*(?: [A-ZÀ-Þ][\w'’.-]*){0,2}")
_LATIN_AT_END = re.compile(rf"{_LATIN.pattern}\Z")
_NO_NAMES = frozenset(
    """
    Hello Hi Hey Dear Thanks Thank Regards Best Kind Sincerely Yours Please Yes No We You I The Your Our This That It On
    In At As If When After Before However Also Sir Madam Team Support Customer Platform Good Morning Afternoon Today
    Yesterday Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """.split()  # noqa: SIM905  # a table of words is read as one
)
_PLAIN_WORDS = re.compile("[您你我们的了是请在有吗呢吧好谢敬此致将把被就都也还不会要能说称向对于从到]")
_PRONOUNS = re.compile("[您你我他她它咱们們]")
_MAILBOX = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"\+?\d[\d \-]{5,}\d")
_BULLET = re.compile(
    r"(?:[-*•·●○■□◆▪◦‣–—+✓✔→]|[(（]?\d{1,3}[.)、）．:：]|#\d{1,3}[.):]?|\d{1,3}(?=[ \t]{1,4}[^\s\d])"
    r"|[①-⑳]|[(（]?[一二三四五六七八九十]{1,3}[)）、.．]"
    r"|第[一二三四五六七八九十\d]{1,3}[名位]?[:：、]?|no\.? ?\d+[:.]?)[ \t]*",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[^:：，,。\n]{1,12}[:：][ \t]*")
_OWN_LABEL = re.compile(
    r"举报|投诉|反映|检举|来信|署名|联系|经办|客服|姓名|称呼|report|complain|name|from|contact", re.IGNORECASE
)
_CALLS = re.compile(
    rf"(?:{_OWN_LABEL.pattern}|人|者|用户|客户|方式|电话|手机|号码|邮箱|邮件|微信|账号|er|ed|ant|phone| )+[:：]?",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"[。！!？?]|您好|你好|此致|敬礼|客服|平台|dear|regards|hello", re.IGNORECASE)
_COLUMN = re.compile(r"[\t|｜]")
_FIELD = re.compile(r"[,，;；]")
_CARD = re.compile(r"\s*BEGIN:(?:VCARD|VCALENDAR)", re.IGNORECASE)
_PROPERTY = re.compile(r"^(?:[\w-]+\.)?([A-Za-z-]+)(?=[;:])(.*(?:\n(?![\w.-]+[;:]).*)*)", re.MULTILINE)
_PEOPLE = frozenset(("FN", "N", "ATTENDEE", "CONTACT", "MEMBER", "RELATED", "ORGANIZER"))
_PROSE = frozenset(("NOTE", "DESCRIPTION", "SUMMARY", "COMMENT", "LOCATION", "X-ALT-DESC"))
_SHORT_CELL, _SHORT_ITEM, _SHORT_LINE, _LABEL_LINE = 12, 20, 10, 16


_DIGIT = re.compile(r"\d")
_LONGEST_CONTACT = 64
_DAY = 8
"""Digits of a date without signs between them."""


def in_row(text: str, at: int) -> bool:
    """One of several in a line, with others that stay."""
    if text[at] == WHO and _stands_beside_a_name(text, at):
        return True
    before = _without_title(text[max(0, at - AROUND) : at])
    behind = text[at + 1 : at + 1 + AROUND]
    behind = behind[_BEHIND.match(behind).end() :]  # type: ignore[union-attr]  # it matches nothing too
    left, right = before[-1:], behind[:1]
    if left and left in _STRONG and _stays(_last_item(before[:-1])):
        return True
    if right and right in _STRONG and _stays(_first_item(behind[1:])):
        return True
    if (joined := _JOINED.match(behind)) and _starts_with_name(behind[joined.end() :]):
        return True
    if (joining := _JOINING.search(before)) and _ends_with_name(before[: joining.start()].rstrip(" ，,")):
        return True
    if text[at] == CONTACT and (_has_contact(before, behind) or _has_contact_behind_a_blank(text, at)):
        return True
    return _between_commas(before, behind)


def in_lines(text: str, at: int, *, shown: bool) -> bool:
    """One of several lines of the same make, of which others stay."""
    start = text.rfind("\n", max(0, at - AROUND), at) + 1 or max(0, at - AROUND)
    end = text.find("\n", at, at + AROUND)
    bare, bulleted = _without_bullet(text[start : at + AROUND if end < 0 else end])
    neighbours = (_line_before(text, start), _line_behind(text, end))
    others = [line for line in neighbours if line and TAKEN.search(line) is None and not _calls(line)]
    if any(_is_of_its_make(bare, bulleted, *_without_bullet(line)) for line in others):
        return True
    return shown and CUT.fullmatch(bare) is not None and _among_short_lines(text, start, end)


def _is_of_its_make(bare: str, bulleted: bool, other: str, other_bulleted: bool) -> bool:
    """Whether a line that stays makes a list of the one with the cut; both without their bullets."""
    if _is_record(bare, other):
        return True
    own, label = _LABEL.match(bare), _LABEL.match(other)
    rest = TAKEN.sub("", bare[own.end() :] if own is not None else bare).strip()
    if own is not None:
        named = label is not None and _starts_with_name(other[label.end() :])
        return named and not rest and not _OWN_LABEL.search(own[0])
    if bulleted and other_bulleted and len(rest) <= _SHORT_ITEM:
        named = CUT.match(bare) is not None and (_starts_with_name(other) or _is_contact(_first_word(other)))
        if named or not REPORTS.search(bare):
            return True
    if not CUT.match(bare) or len(rest) > _SHORT_CELL or _SPEAKS.search(rest):
        return False
    return _is_name(other) or _is_contact(other) or _starts_like_a_record(other)


def names_among(lines: Iterable[str]) -> int:
    """How many are a person's name and nothing else."""
    return sum(map(_is_name, lines))


def is_card(text: str) -> bool:
    """Whether it is a card or calendar, line by line."""
    return _CARD.match(text) is not None


def in_cards(text: str) -> bool:
    """Any cut in a person's place of a card or calendar that has another person in such a place."""
    cut, stay = set[str](), set[str]()
    for line in _PROPERTY.finditer(text):
        if line[1].upper() in _PEOPLE:
            (cut if TAKEN.search(line[2]) else stay).add(line[1].upper())
    return bool(cut & stay)


def without_people(text: str) -> str:
    """The values of a card that are words, each a paragraph of its own."""
    return "\n\n".join(line[2] for line in _PROPERTY.finditer(text) if line[1].upper() in _PROSE)


def in_names(names: Sequence[str]) -> bool:
    """Any cut in the name of a file, or of its folder, that is made like that of another, with another person's name in
    its place."""
    paths = [name.rstrip("/").rpartition("/") for name in names]
    return any(_is_one_of_them([path[which] for path in paths]) for which in (0, 2))


def _is_one_of_them(names: Sequence[str]) -> bool:
    names = [_DIGIT.sub("0", name) for name in names]  # `李小龙_1.txt` is made like `张三_2.txt`
    others = {name for name in names if name and TAKEN.search(name) is None}
    for name in {name for name in names if TAKEN.search(name)}:
        signs = list(TAKEN.finditer(name))
        before, behind = name[: signs[0].start()], name[signs[-1].end() :]
        made_alike = (one for one in others if one.startswith(before) and one.endswith(behind))
        if any(_is_name(one[len(before) : len(one) - len(behind)]) for one in made_alike):
            return True
    return False


def in_table(text: str) -> bool:
    """Any cut in a cell of its own, in a row of several cells."""
    for line in text.split("\n"):
        if CUT.search(line) is None or _COLUMN.search(line) is None:
            continue
        cells = [cell.strip() for cell in _COLUMN.split(line)]
        if sum(map(bool, cells)) > 1 and any(
            CUT.search(cell) and len(TAKEN.sub("", cell).strip()) <= _SHORT_CELL for cell in cells
        ):
            return True
    return False


def _without_title(before: str) -> str:
    """What stands before a cut, without signs that open a quotation and what the one is called by (`观众“`)."""
    # Stripped, not searched for: a pattern that ends at the end tries every way to share out a run of blanks.
    return _CALLED.sub("", before.rstrip(" \t").rstrip(_OPENING).rstrip(" \t")).rstrip(" ")


def _stands_beside_a_name(text: str, at: int) -> bool:
    """With blanks between: `李小龙 张小鸣`; `来信人 张小鸣` says what the one is."""
    found = (_APART_BEFORE.search(text, max(0, at - AROUND), at), _APART_BEHIND.match(text[at + 1 : at + 1 + AROUND]))
    return any(one is not None and _is_name(one[1]) and not _OWN_LABEL.search(one[1]) for one in found)


def _between_commas(before: str, behind: str) -> bool:
    """Commas part clauses too: what stands beside it must be a name, or there must be several short items."""
    begins = not before or before[-1] in _WEAK + "：:\n\t。！!"
    ends = not behind or behind[0] in _WEAK + "。.！!？?\n\t" or _JOINED.match(behind) is not None
    if not (begins and ends):
        return False
    items: list[str] = []
    while before and before[-1] in _WEAK and len(items) < 4:
        items.append(_last_item(before[:-1]))
        before = before[: -1 - len(items[-1])]
    while behind and behind[0] in _WEAK and len(items) < 8:
        items.append(_first_item(behind[1:]))
        behind = behind[1 + len(items[-1]) :]
    items = [item.strip() for item in items]
    if any(_is_name(_JOINED.sub("", item)) for item in items):
        return True
    short = [item for item in items if 1 < len(item) <= 6 and all_han(item) and not _PLAIN_WORDS.search(item)]
    return len(short) > 1 and len(short) == len(items)


def _has_contact(before: str, behind: str) -> bool:
    """Another number or address right beside it."""
    left = _last_item(before[:-1]) if before and before[-1] in _STRONG + _WEAK else before[: _joint(before)]
    if left != before and (_MAILBOX.search(left) or _NUMBER.search(left)):
        return True
    joined = _JOINED.match(behind)
    right = _first_item(behind[1:]) if behind and behind[0] in _STRONG + _WEAK else ""
    right = behind[joined.end() :] if joined is not None else right
    return _is_contact(right)


def _has_contact_behind_a_blank(text: str, at: int) -> bool:
    """`a@x b@x`, with nothing but blanks between."""
    before, behind = text[max(0, at - _LONGEST_CONTACT) : at], text[at + 1 : at + 1 + _LONGEST_CONTACT]
    words = before.split()[-1:] if before[-1:].isspace() else []
    words += behind.split()[:1] if behind[:1].isspace() else []
    # A number of a telephone or account: eight digits may be a day.
    return any(_is_contact(word) and ("@" in word or len(_DIGIT.findall(word)) > _DAY) for word in words)


def _first_word(line: str) -> str:
    return line.split(maxsplit=1)[0] if line.strip() else ""


def _joint(before: str) -> int:
    joining = _JOINING.search(before)
    return joining.start() if joining is not None else len(before)


def _among_short_lines(text: str, start: int, end: int) -> bool:
    """With two more lines around it that are a word or two: a list of nicknames."""
    before = text[max(0, start - AROUND) : max(0, start - 1)].split("\n")[::-1] if start else []
    behind = text[end + 1 : end + 1 + AROUND].split("\n") if end >= 0 else []
    if _is_value_of_a_form(before, behind):
        return False
    count = 0
    for lines in (before, behind):
        for line in lines:
            bare = line.strip()
            if not 1 < len(bare) <= _SHORT_LINE or _SPEAKS.search(bare) or _PLAIN_WORDS.search(bare):
                break
            if _ITEM_END.search(bare) or bare[0].isdecimal():
                break
            count += 1
    return count > 1


def _is_value_of_a_form(before: Sequence[str], behind: Sequence[str]) -> bool:
    """`来信人`, the name, `联系电话`: under what a form calls it, and no other name or number under the same."""
    label = before[0].strip() if before else ""
    following = behind[0].strip() if behind else ""
    if not _calls(label) or TAKEN.search(label):
        return False
    return _calls(following) or not (_is_name(following) or _is_contact(following) or _starts_with_name(following))


def _calls(line: str) -> bool:
    """What a form calls one who writes, alone in its line: `来信人`."""
    line = line.strip()
    return 0 < len(line) <= _LABEL_LINE and _CALLS.fullmatch(line) is not None


def _is_record(line: str, other: str) -> bool:
    """Two lines of as many fields, as programs write tables."""
    own, others = _FIELD.split(line), _FIELD.split(other)
    return (
        1 < len(own) == len(others)
        and all(0 < len(field.strip()) <= _SHORT_ITEM for field in (*own, *others))
        and any(CUT.fullmatch(field.strip(" \"'")) for field in own)
        and not _SPEAKS.search(other)
    )


def _starts_like_a_record(line: str) -> bool:
    """`李小龙 100`: a name with a short value."""
    name, _, value = line.partition(" ")
    return _is_name(name) and len(value) <= _SHORT_CELL and not _SPEAKS.search(value)


def _without_bullet(line: str) -> tuple[str, bool]:
    line = line.strip()
    bullet = _BULLET.match(line)
    return (line, False) if bullet is None else (line[bullet.end() :], True)


def _line_before(text: str, start: int) -> str:
    return text[max(0, start - AROUND) : start].strip("\n").rpartition("\n")[2].strip()


def _line_behind(text: str, end: int) -> str:
    return text[end + 1 : end + 1 + AROUND].partition("\n")[0].strip() if end >= 0 else ""


def _stays(item: str) -> bool:
    return bool(item.strip()) and TAKEN.search(item) is None


def _last_item(text: str) -> str:
    ends = list(_ITEM_END.finditer(text))
    return text[ends[-1].end() :] if ends else text


def _first_item(text: str) -> str:
    end = _ITEM_END.search(text)
    return text[: end.start()] if end is not None else text


def _is_name(item: str) -> bool:
    """A name and nothing else."""
    item = item.strip(" “”‘’\"'「」『』《》【】()（）.")
    if not item or TAKEN.search(item) or _PRONOUNS.search(item):
        return False
    if all_han(item):
        return 1 < len(item) <= 4 and is_plausible_name(item) and not is_word(item)
    return _LATIN.fullmatch(item) is not None and not _NO_NAMES.intersection(item.split())


def _starts_with_name(text: str) -> bool:
    text = text.lstrip(" “‘\"'「『")
    if any(_is_name(text[:length]) for length in (4, 3, 2) if all_han(text[:length])):
        return True
    latin = _LATIN.match(text)
    return latin is not None and latin[0].split()[0] not in _NO_NAMES


def _ends_with_name(text: str) -> bool:
    text = text.rstrip(" ”’\"'」』")
    if any(_is_name(text[-length:]) for length in (4, 3, 2) if all_han(text[-length:])):
        return True
    latin = _LATIN_AT_END.search(text)
    return latin is not None and latin[0].split()[-1] not in _NO_NAMES


def _is_contact(item: str) -> bool:
    item = item.strip()
    return _MAILBOX.match(item) is not None or _NUMBER.match(item) is not None
