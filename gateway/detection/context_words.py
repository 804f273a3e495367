"""Words that say that a sentence speaks of somebody who reports, watches or writes.

A given name, 张先生 or an everyday word is a sign of the reporter only in such company. The words of a text are found
once, by one automaton over its letters; whether one stands by a place is then a matter of numbers. Sentences end at
。！？； and at empty lines; a line end alone ends nothing, since mail programs break lines anywhere.

In: the views of a text. Out: whether there is a cue, and which. Nothing here fails.
"""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cached_property

import numpy as np
from ahocorasick_rs import AhoCorasick

from gateway.detection.english_places import folded_sides
from gateway.detection.fields import NOWHERE, Spans
from gateway.detection.places import is_names_place
from gateway.identity.patterns import Cue
from gateway.text.blocks import BLOCK, Pause, literals, matches, nothing
from gateway.text.everyday import is_everyday
from gateway.text.han import is_han
from gateway.text.normalize import Normal

_AT = re.compile("[@＠]")
REACH = 60  # letters
_FULL_STOP = re.compile(r"(?<=[a-z0-9)\]]{2})\.(?=\s)")
_STOPS = np.array([ord(stop) for stop in "。！？!?；;"], np.uint32)
_LINE, _BLANKS = ord("\n"), np.array([ord(blank) for blank in "\n \t\r"], np.uint32)

_REPORTING_ZH = "举报 投诉 反映 检举 来信 来函 实名 报案 控告 申诉 信访 告状 举告 反馈者 爆料"
_REPORTING_EN = "complain complained complains complaint complaints complainant complainants report reporter"
_REPORTING_EN += " reporters"
_REPORTING_EN += " reported reports reporting whistleblower whistle informant"
_PERSON_ZH = (
    "观众 用户 网友 粉丝 先生 女士 小姐 同学 报告 发件人 寄件人 署名 落款 联系人 当事人 这位 那位 此人 该人 姓名 真名"
)
_PERSON_ZH += " 本名 名叫 叫做 名字 化名 人名"
_PERSON_EN = "mr ms mrs miss viewer viewers user users fan fans follower followers sender name named signed"
_ACCOUNT_ZH = "微信 抖音 快手 微博 小红书 b站 哔哩 贴吧 知乎 账号 帐号 账户 昵称 网名 用户 网友 粉丝 观众"
_ACCOUNT_ZH += " 号码 电话 手机 尾号 邮箱 加v 邮件 联系"
_ACCOUNT_EN = (
    "wechat weixin wx vx qq uid id account nick nickname user username handle phone tel mobile email mail call"
)
# What stands right before a name: who it is, or that a name comes.
_BEFORE_ZH = (
    "举报人 投诉人 举报者 投诉者 反映人 来信人 检举人 控告人 申诉人 信访人 写信人 报案人 爆料人 举报方 投诉方 告发人"
)
_BEFORE_ZH += " 观众 用户 网友 粉丝 昵称 网名 署名 落款 姓名 微信名 发件人 寄件人 发信人 联系人 签名 签字"
_BEFORE_ZH += " 名叫 真名 本名 名字 叫做 这位 那位"
_BEFORE_ZH += " 举报的人 投诉的人 举报您的 投诉您的 举报你的 投诉你的 举报的是 投诉的是 致电人 来电人 当事人"
_BEFORE_ZH += " 申请人 投诉用户 我叫 他叫 她叫 人叫"
_BEFORE_ZH += " 找一下 找到 联系一下 问一下 问问 转告 私信 约见 拜访"  # whoever is told to get in touch with somebody
_BEFORE_EN = "reporter user nickname viewer complainant mr ms mrs miss by from named name sender signed fan follower"
_AFTER_ZH = (
    "先生 女士 小姐 同学 老师 这位 举报 投诉 反映 检举 实名 控告 报案 来信 来函 提交 提供 写信 写的 告诉 告发 说的 反馈"
)
_AFTER_ZH += " 本人 的举报 的投诉 的来信 的邮件 的材料 的微信 的电话 的手机 的账号 的邮箱 向我们 向平台"
_AFTER_ZH += " 给平台 给我们 寄来 发来 发给 表示 声称 道歉 致歉 赔礼 和解 对质 撤诉"
_AFTER_EN = "complained reported wrote says said told sent filed has who"
# 举报张先生 says who was reported, 张先生举报 who did it.
_REPORTS_ZH = "举报人 投诉人 反映人 来信人 检举人 申诉人 报告人 控告人 举报者 投诉者 反映者 检举者 控告者"
_REPORTS_ZH += " 信访人 发件人 写信人 爆料人 署名 落款"
_REPORTS_ZH += (
    " 报案人 告发人 举报您的 投诉您的 举报你的 投诉你的 举报的人 投诉的人 举报的是 投诉的是 来信的是 写信的是"
)
_REPORTS_EN = "reporter complainant whistleblower informant"
_REPORT_AFTER_ZH = "举报 投诉 反映 检举 来信 来函 实名 控告 报案 写信 告发 的举报 的投诉 的来信 交来 寄来 提交"
_REPORT_AFTER_EN = "complained complains reported reports report complaint complaints whistle"
_FILLERS_BEFORE = (
    "",
    "名",
    "是",
    "为",
    "叫",
    "系",
    "姓",
    "is",
    "was",
    "named",
    "即",
    "也就是",
    "就是",
    "叫做",
    "名字",
    "姓名",
    "实名",
    "本人",
    "名叫",
    "的",
)
_FILLERS_AFTER = (
    "",
    *"的已也曾还又来她他您你",
    "多次",
    "此前",
    "昨天",
    "今天",
    "对您",
    "对你",
    "向我们",
    "向平台",
    "给我们",
    "实名",
    "has",
    "had",
    "have",
)
_FILLERS_AFTER += (
    "also",
    "本人",
    "这位",
    "进行",
    "昨日",
    "日前",
    "已经",
    "再次",
    "曾经",
    "那位",
    "刚刚",
    "上周",
    "于",
    "就",
    "已向平台",
    "已向我们",
)
_SEEN = 60  # characters of the original on each side of a word, signs that nobody sees among them
_FILLED = 6  # letters of a filler, at most
_NEAR = 16  # characters of signs and blanks between a name and the word at its side

_CLASSES: dict[str, tuple[str, ...]] = {
    "reporting": (_REPORTING_ZH, _REPORTING_EN),
    "person": (_PERSON_ZH, _PERSON_EN),
    "account": (_ACCOUNT_ZH, _ACCOUNT_EN),
    "before": (_BEFORE_ZH, _BEFORE_EN),
    "after": (_AFTER_ZH, _AFTER_EN),
    "reports": (_REPORTS_ZH, _REPORTS_EN),
    "report_after": (_REPORT_AFTER_ZH, _REPORT_AFTER_EN),
}
_IN_SENTENCE: dict[Cue, tuple[str, ...]] = {"person": ("reporting", "person"), "account": ("reporting", "account")}


def _vocabulary() -> dict[str, tuple[str, ...]]:
    words: dict[str, list[str]] = {}
    for name, lists in _CLASSES.items():
        for word in " ".join(lists).split():
            words.setdefault(word, []).append(name)
    return {word: tuple(names) for word, names in words.items()}


_WORDS = _vocabulary()
_LIST = tuple(_WORDS)
CUE_WORDS = frozenset(_WORDS)
_AUTOMATON = AhoCorasick(_LIST)
_LONGEST = max(map(len, _LIST))


class Cues:
    """The cue words of one text, by class, in places of its letters. Made when first asked."""

    def __init__(
        self,
        original: str,
        letters: Normal,
        field: bool = False,
        pause: Pause = nothing,
        value: bool = False,
        alone: Callable[[], Spans] = lambda: NOWHERE,
    ) -> None:
        self._original, self._letters, self._pause = original, letters, pause
        self._alone = alone  # where names stand without a sentence
        self._value = value  # the text stands by itself: a word that is all of it may be a name
        self._field = field  # the text is a field that names people: all of it is a name's place

    @cached_property
    def _places(self) -> dict[str, tuple[list[int], list[int]]]:
        """For each class the starts and the ends of its words, both sorted."""
        starts: dict[str, list[int]] = {name: [] for name in _CLASSES}
        ends: dict[str, list[int]] = {name: [] for name in _CLASSES}
        for index, start, end in literals(_AUTOMATON, _LONGEST, self._letters.text, self._pause):
            word = _LIST[index]
            if word[0] <= "z" and not self._stands_alone(start, end):
                continue
            for name in _WORDS[word]:
                starts[name].append(start)
                ends[name].append(end)
        for at in matches(_AT, self._original, 1, self._pause):
            place = self._letter_after(at.start())
            starts["account"].append(place)
            ends["account"].append(place)
        return {name: (sorted(starts[name]), sorted(ends[name])) for name in _CLASSES}

    @cached_property
    def _near(self) -> bytearray:
        """For each place between letters, whether a word that stands beside a name is near enough to be asked about."""
        near = bytearray(len(self._letters.text) + _FILLED + 1)
        for name, way in (("before", 0), ("reports", 0), ("after", 1), ("report_after", 1)):
            for place in self._places[name][1 - way]:
                low = max(0, place - _FILLED * way)
                high = place + _FILLED * (1 - way) + 1
                near[low:high] = b"\1" * (high - low)
        return near

    @cached_property
    def _ends(self) -> "array[int]":
        """Letters before which a sentence ends, sorted."""
        ends = array("i")
        blank = False  # whether nothing stands between the last line end and here
        for at in range(0, len(self._original), BLOCK):
            self._pause()
            text = self._original[at : at + BLOCK]
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            places = [match.start() for match in _FULL_STOP.finditer(self._original, at, at + BLOCK + 1)]
            places += (np.flatnonzero(np.isin(codes, _STOPS)) + at).tolist()
            lines = np.flatnonzero(codes == _LINE)
            others = np.flatnonzero(~np.isin(codes, _BLANKS))
            between = np.searchsorted(others, lines)
            same = np.diff(between, prepend=0 if blank else -1) == 0
            places += (lines[same] + at).tolist()
            if len(lines) or len(others):
                last = int(others[-1]) if len(others) else -1
                blank = bool(len(lines) and lines[-1] > last) or (blank and last < 0)
            places.sort()
            ends.extend(map(self._letter_after, places))
        return ends

    def stands_by(self, cue: Cue, start: int, end: int) -> str:
        """The class of a word that stands by letters `start` to `end` as `cue` asks; empty where there is none.

        `person`, `account`: in the same sentence. `beside`: at the words themselves. `report`: at the words, and only
        words of reporting. What is a word of everyday Chinese has to stand where a name stands.
        """
        if cue == "beside" and is_everyday(self._letters.text[start:end]):
            return self._names_place(start, end)
        if cue in ("beside", "person") and (self._field or self._stands_alone_as_name(start, end)):
            return "field"
        if cue in _IN_SENTENCE:
            first, last = self._sentence(start, end)
            for name in _IN_SENTENCE[cue]:
                if self._within(name, max(first, start - REACH), start, end, min(last, end + REACH)):
                    return name
        elif not (self._near[start] or self._near[end]):
            return ""
        elif cue == "beside":
            if self._touches("before", start, before=True, fillers=_FILLERS_BEFORE):
                return "before"
            if self._touches("after", end, before=False, fillers=_FILLERS_AFTER):
                return "after"
        elif cue == "report":
            if self._touches("reports", start, before=True, fillers=_FILLERS_BEFORE):
                return "reports"
            if self._touches("report_after", end, before=False, fillers=_FILLERS_AFTER):
                return "report_after"
        return ""

    def _names_place(self, start: int, end: int) -> str:
        """`field`, `alone` or `place` where a word stands as a name does."""
        first, last = self._letters.origin(start, end)
        if (self._field and self._is_apart(start, end)) or self._alone().fits(self._original, first, last):
            return "field"
        if self._value and end - start == len(self._letters.text) and not self._original.lstrip().startswith("["):
            return "alone"  # but [微笑] is the sign of a face
        before, after = folded_sides(self._original[max(0, first - _SEEN) : first], self._original[last : last + _SEEN])
        return "place" if is_names_place(before, after, self._letters.text[start:end]) else ""

    def _stands_alone_as_name(self, start: int, end: int) -> bool:
        return start < end and self._alone().fits(self._original, *self._letters.origin(start, end))

    def _is_apart(self, start: int, end: int) -> bool:
        """Whether no Chinese letter touches it: 平安 in 平安客服 is no name."""
        text, letters = self._letters.text, self._letters
        before = start > 0 and is_han(text[start - 1]) and letters.gap(start) == 0
        after = end < len(text) and is_han(text[end]) and letters.gap(end) == 0
        return not (before or after)

    def _within(self, name: str, low: int, start: int, end: int, high: int) -> bool:
        starts, ends = self._places[name]
        i = bisect_right(ends, start)
        if i and ends[i - 1] > low:
            return True
        i = bisect_left(starts, end)
        return i < len(starts) and starts[i] < high

    def _touches(self, name: str, place: int, before: bool, fillers: tuple[str, ...]) -> bool:
        """Whether a word of the class stands at the place, with nothing but signs and a filler between."""
        starts, ends = self._places[name]
        places = ends if before else starts
        low, high = (place - _FILLED, place) if before else (place, place + _FILLED)
        for i in range(bisect_left(places, low), bisect_right(places, high)):
            between = self._letters.text[places[i] : place] if before else self._letters.text[place : places[i]]
            if between in fillers and not self._parted(min(place, places[i]), max(place, places[i])):
                return True
        return False

    def _parted(self, low: int, high: int) -> bool:
        """Whether a sentence ends, or too much stands, between the letters before `low` and those from `high`."""
        i = bisect_left(self._ends, low)
        if i < len(self._ends) and self._ends[i] <= high:
            return True
        return self._blank(low, high) > _NEAR

    def _blank(self, low: int, high: int) -> int:
        starts, ends = self._letters.starts, self._letters.ends
        if starts is None or ends is None or low == 0 or high >= len(self._letters.text):
            return 0
        return starts[high] - ends[low - 1] - (high - low)

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        i = bisect_right(self._ends, start)
        first = self._ends[i - 1] if i else 0
        j = bisect_left(self._ends, end)
        return first, self._ends[j] if j < len(self._ends) else len(self._letters.text)

    def _letter_after(self, place: int) -> int:
        """The first letter at or after a place of the original."""
        starts = self._letters.starts
        return min(place, len(self._letters.text)) if starts is None else bisect_left(starts, place)

    def _stands_alone(self, start: int, end: int) -> bool:
        """A Latin word, not a piece of one."""
        text, letters = self._letters.text, self._letters
        before = start > 0 and _latin(text[start - 1]) and letters.gap(start) == 0
        after = end < len(text) and _latin(text[end]) and letters.gap(end) == 0
        return not (before or after)


def _latin(character: str) -> bool:
    return "a" <= character <= "z"
