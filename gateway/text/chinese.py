"""Chinese characters and names: what is Han, how a name is read, what can be a name.

Readings are Hanyu Pinyin without tones (pypinyin, every reading of every character), plus the readings that a
character has as a surname (曾 Zeng, 仇 Qiu, 单于 Chanyu) and the spellings of ü in passports and account names.
What can be a name is decided by the tables of `chinese_names`.

In: normalised or raw text. Out: answers; nothing here fails.
"""

import functools
import itertools
import re

from pypinyin import Style, pinyin
from pypinyin.phrases_dict import phrases_dict

from gateway.text.chinese_names import (
    COMPOUND_READINGS,
    COMPOUND_SURNAMES,
    ORDINARY_WORDS,
    SURNAME_READINGS,
    SURNAMES,
)
from gateway.text.chinese_words import dictionary
from gateway.text.han import all_han

_PLATFORM_WORDS = re.compile(
    "平台|客服|管理员|直播|主播|抖音|快手|微博|微信|哔哩|公司|有限|中心|工作|部门|审核|举报|投诉|被告|用户|网友|观众|粉丝|"
    "匿名|保密|不详|未知|没有|先生|女士|同学|小姐|姓名|电话|地址|邮箱|日期|时间|内容|标题|附件|编号|领导|同志|您好|你好|"
    "谢谢|感谢|此致|敬礼|尊敬|以上|如下|情况|事项|材料|证据|网信|公安|法院|政府|办公|单位|个人|本人|无名|主管|经理|系统|通知"
)
_PLAIN_SURNAMES = frozenset(
    "王李张刘陈杨赵吴徐孙朱胡郭罗郑梁宋韩冯邓曹彭董袁潘蒋蔡杜苏魏吕丁沈姚卢姜崔谭汪范廖贾韦邹孟邱尹薛闫侯郝龚邵"
)
_LATIN_NAME = re.compile(r"[A-Z][a-z'’]+(?:[ -][A-Z][a-z'’.]*){1,3}")
_TONES = "ˊˇˋ˙"
_DOTS = "·•・‧∙．"
_MINORITY_NAME = re.compile(f"[\u4e00-\u9fff]{{1,8}}(?:[{_DOTS}][\u4e00-\u9fff]{{1,8}}){{1,3}}")


def split_name(name: str) -> tuple[str, str]:
    """(surname, given name) of a Chinese name; surname empty where it begins with none that is known.

    >>> split_name("欧阳小鸣")
    ('欧阳', '小鸣')
    """
    for length in (4, 2):
        if name[:length] in COMPOUND_SURNAMES and len(name) > length:
            return name[:length], name[length:]
    if len(name) > 1 and name[0] in SURNAMES:
        return name[0], name[1:]
    return "", name


def readings(name: str, limit: int = 32) -> tuple[tuple[str, ...], ...]:
    """Every way to read a name, a tuple of syllables each; the likeliest first, at most `limit`.

    >>> readings("曾凡")[0]
    ('zeng', 'fan')
    """
    if not all_han(name):
        return ()
    options = [list(_syllables(c)) for c in name]
    surname, _ = split_name(name)
    if surname in COMPOUND_READINGS:
        for i, syllable in enumerate(COMPOUND_READINGS[surname]):
            options[i] = [syllable, *(s for s in options[i] if s != syllable)]
    elif name[0] in SURNAME_READINGS:
        first = SURNAME_READINGS[name[0]]
        options[0] = [first, *(s for s in options[0] if s != first)]
    if not all(options):
        return ()
    return tuple(itertools.islice(itertools.product(*options), limit))


def bopomofo(name: str, surname: str) -> tuple[tuple[str, ...], ...]:
    """The name in bopomofo without tone marks, and with the given name first where there is a surname."""
    syllables = _styled(name, Style.BOPOMOFO)
    given = syllables[len(surname) :] + syllables[: len(surname)]
    return () if not syllables else (syllables,) if given == syllables else (syllables, given)


def _styled(name: str, style: Style) -> tuple[str, ...]:
    usual = readings(name, 1)
    syllables = tuple(_in_style(c, read, style) for c, read in zip(name, usual[0], strict=True)) if usual else ()
    return syllables if all(syllables) else ()


@functools.lru_cache(maxsize=65536)
def _in_style(character: str, read: str, style: Style) -> str:
    """One character in one of its readings; empty where pypinyin does not know it so (a surname's own reading)."""
    plain = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)[:1] or [[]]
    styled = pinyin(character, style=style, heteronym=True, errors="ignore", v_to_u=False)[:1] or [[]]
    for heard, written in zip(plain[0], styled[0], strict=False):
        if heard in (read, read.replace("yu", "v")):
            return "".join(c for c in written if c not in _TONES)
    return ""


@functools.lru_cache(maxsize=16384)
def _syllables(character: str) -> tuple[str, ...]:
    found: list[str] = []
    for syllable in pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore", v_to_u=False)[:1] or [[]]:
        for spelling in syllable:
            forms = [spelling]
            if "v" in spelling:  # 吕 is Lv on a keyboard, Lyu in a passport, Lu on a card
                forms += [spelling.replace("v", "yu"), spelling.replace("v", "u")]
            found += [form for form in forms if form not in found]
    return tuple(found)


def is_surname(character: str) -> bool:
    """Whether one character is borne as a surname."""
    return character in SURNAMES


def is_ordinary_word(text: str) -> bool:
    """A word of everyday Chinese that can be a given name too: alone it says nothing of a person."""
    return text in ORDINARY_WORDS


def is_word(text: str) -> bool:
    """Known to be a word: those of our tables and of pypinyin's, and of LAC's where they are no names of people.

    >>> [is_word(t) for t in ("常青", "李娜", "明天")]
    [True, False, True]
    """
    if text in ORDINARY_WORDS or text in phrases_dict:
        return True
    # Words of two characters that begin with one of these are mostly names of people, in a dictionary from the news.
    return text[:1] not in _PLAIN_SURNAMES and text in dictionary()


def is_plausible_name(text: str) -> bool:
    """What could be a person's name: a Chinese one with a known surname, one with a dot, or a Latin one.

    >>> [is_plausible_name(t) for t in ("张小鸣", "阿不都·热合曼", "Maria Lopez", "直播平台", "张先生")]
    [True, True, True, False, False]
    """
    text = text.strip()
    if _PLATFORM_WORDS.search(text):
        return False
    if all_han(text):
        surname, given = split_name(text)
        return bool(surname) and 1 <= len(given) <= 2 + (len(surname) == 1 and text[1:2] in SURNAMES)
    return bool(_MINORITY_NAME.fullmatch(text) or _LATIN_NAME.fullmatch(text))


def is_common_surname(character: str) -> bool:
    """One of the surnames that few words begin with: 王, 李, not 高 or 平."""
    return character in _PLAIN_SURNAMES


def is_platform_word(text: str) -> bool:
    """A word of forms, platforms and offices, not of a person."""
    return bool(_PLATFORM_WORDS.search(text))
