"""Where a text has places for people's names though no sentence stands around them: cells under a head, values beside a
label, pieces of a file's name, brackets of a subject.

A list as text has its cells between tabs, commas, bars or blanks, or a cell a line. A head is a cell that says that
names stand below it (投诉人, 用户昵称, Name). In a file's name and in a subject a piece alone may be a name where the
other pieces speak of a report, a ticket or a date: `投诉_文静.pdf`, `[安心] 工单待回复`; not in `安全_培训.pdf`.

In: a text. Out: places of it that a name may fill. Nothing here fails; linear time.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.text.blocks import BLOCK, Pause, nothing

_WHO = (
    "举报人|投诉人|反映人|来信人|检举人|控告人|申诉人|信访人|写信人|报案人|爆料人|反馈人|告发人|报告人|提交人|提交者|申请人|联系人"
    "|当事人|发件人|寄件人|收件人|发信人|举报者|投诉者|反馈者|举报方|投诉方|创建人|创建者|经办人|作者|客户|顾客|会员|用户|观众|网友|粉丝"
    "|买家|玩家|评论人|评论者|批注人|签名人|证人|家长|学生"
)
_CALLED = "姓名|名字|真名|昵称|网名|用户名|微信名|署名|落款|称呼"
_HEAD = re.compile(
    rf"(?:(?:{_WHO})?(?:真实|中文|微信|抖音|账号|帐号)?(?:{_CALLED})|(?:{_WHO})(?:名称|名|信息)?"
    r"|(?:full |first |last |user |nick |display |customer |reporter )?name|surname|nickname|username|reporter"
    r"|complainant|author|customer|contact|requester|viewer|submitted by|reported by|created by)"
    r"(?:[(（][^()（）]{0,8}[)）])?[\s:：*]*\Z",
    re.IGNORECASE,
)
_ALONE_HEAD = re.compile(
    rf"(?:{_WHO})?(?:{_CALLED})|(?:举报|投诉|反映|来信|检举|反馈|提交|申请|联系|发件)(?:人|者|方)|name|reporter|complainant|nickname|author",
    re.IGNORECASE,
)
_ANY_HEAD = re.compile(rf"{_WHO}|{_CALLED}|name|reporter|complainant|author|customer|contact|viewer|by", re.IGNORECASE)
_SEPARATORS = (("\t", re.compile("\t")), ("|", re.compile(r"[|｜]")), (",", re.compile(r"[,，;；]")))
_BLANKS = re.compile(r"[ \u3000\u00a0]+")
_LONGEST_HEAD, _LONGEST_CELL, _MOST_COLUMNS, _BELOW = 16, 40, 64, 60
_LINE = re.compile(r"[^\n]*\n?")
_PIECES = re.compile(r"[^\s_\-—–.+,，、()（）\[\]【】《》「」“”\"'&@#~]+")
_BESIDE_IN_FILE = re.compile(
    r"(?:投诉|举报|反映|检举|控告|申诉|信访|来信|来函|材料|证据|截图|录音|录屏|聊天|记录|身份证|正面|反面|信|函|书|表|单|工单|回执|说明"
    r"|证明|附件|扫描件?|照片|副本|最终版?|终稿|版|第|号|份|人|者|的|实名|匿名|姓名|关于|complaint|report|evidence|id|scan|copy|final|v|img|doc"
    r"|[0-9年月日]+)+\Z",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:\.[A-Za-z0-9]{1,5}){1,2}\Z")
_BRACKETED = re.compile(r"[\[【(（「《“<]([^\[\]【】()（）「」《》“”<>]{1,24})[\]】)）」》”>]")
_SUBJECT_PIECES = re.compile(r"[^\-_|｜/—–~·]+")
_TICKET = re.compile(
    r"工单|投诉|举报|反馈|来信|回复|答复|受理|案件|编号|诉求|信访|核实|咨询|待办|待处理|已处理|转办|回访|ticket|case|complaint|report"
    r"|request|\bre\b|\bfw",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Places:
    """Places in order, half open; none overlaps another."""

    starts: "array[int]" = field(repr=False)
    ends: "array[int]" = field(repr=False)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.starts, self.ends, strict=True)

    def fits(self, text: str, start: int, end: int) -> bool:
        """Whether a word from `start` to `end` is all that stands in one of the places."""
        at = bisect_right(self.starts, start) - 1
        if at < 0 or self.ends[at] < end or self.ends[at] - self.starts[at] > _LONGEST_CELL:
            return False
        around = text[self.starts[at] : start] + text[end : self.ends[at]]
        return not any(character.isalnum() for character in around)


NOWHERE = Places(array("i"), array("i"))


def places(text: str, sort: str = "", pause: Pause = nothing) -> Places:
    """Where a name may stand alone. `sort`: what the text is, `file_name`, `subject` or anything else."""
    if sort == "file_name":
        found = _in_file_name(text)
    elif sort == "subject":
        found = _in_subject(text)
    elif not _says_head(text, pause):
        return NOWHERE
    else:
        found = _in_lines(text, pause)
    starts, ends = array("i"), array("i")
    for start, end in found:
        if not ends or start >= ends[-1]:
            starts.append(start)
            ends.append(end)
    return Places(starts, ends)


def _says_head(text: str, pause: Pause) -> bool:
    for at in range(0, len(text), BLOCK):
        pause()
        if _ANY_HEAD.search(text, at, at + BLOCK + _LONGEST_HEAD):
            return True
    return False


def _in_file_name(text: str) -> Iterator[tuple[int, int]]:
    """`投诉_文静.pdf`, `文静.pdf`, `文静 身份证.jpg`: one piece is the name, the others speak of what is sent."""
    if len(text) > 512:
        return
    first = max(text.rfind("/"), text.rfind("\\")) + 1
    ending = _ENDING.search(text, first)
    pieces = [m.span() for m in _PIECES.finditer(text, first, ending.start() if ending else len(text))]
    others = [not _BESIDE_IN_FILE.match(text[start:end]) for start, end in pieces]
    for (start, end), other in zip(pieces, others, strict=True):
        if others.count(True) - other == 0:
            yield start, end


def _in_subject(text: str) -> Iterator[tuple[int, int]]:
    """`[安心] 工单待回复`, `投诉-文静`: where the rest speaks of a ticket or a report."""
    if len(text) > 2048:
        return
    found = [m.span(1) for m in _BRACKETED.finditer(text)]
    pieces = [m.span() for m in _SUBJECT_PIECES.finditer(text)]
    if len(pieces) > 1:
        found += pieces
    for start, end in sorted(found):
        if _TICKET.search(text[:start] + " " + text[end:]):
            yield start, end


def _in_lines(text: str, pause: Pause) -> Iterator[tuple[int, int]]:
    """Cells below a head and behind a label, a line at a time."""
    heads: dict[str, tuple[int, ...]] = {}  # by separator, the columns that hold names
    width = 0  # of a row whose cells have blanks between them
    below = 0  # lines for which a head that stood alone still holds
    for number, line in enumerate(_LINE.finditer(text)):
        if number % 1024 == 0:
            pause()
        start = line.start()
        written = line[0].rstrip("\r\n")
        if not written.strip():
            continue
        separator, cells = _cells(written)
        if len(cells) == 1:
            below -= 1
            bare = written.strip(" \t\u3000:：*>")
            if len(bare) <= _LONGEST_HEAD and _ALONE_HEAD.fullmatch(bare):
                below = _BELOW
            elif below > 0 and len(bare) <= _LONGEST_CELL:
                yield start, start + len(written)
            continue
        named = tuple(
            place
            for place, (low, high) in enumerate(cells[:_MOST_COLUMNS])
            if high - low <= _LONGEST_HEAD and _HEAD.match(written[low:high].strip(" \"'\u3000*>"))
        )
        short = all(high - low <= 2 * _LONGEST_HEAD for low, high in cells[:_MOST_COLUMNS])
        if named and short:
            heads[separator], width = named, len(cells)
            for place in named:  # a label, and its value in the next cell
                if place + 1 < len(cells) and place + 1 not in named:
                    low, high = cells[place + 1]
                    yield start + low, start + high
            continue
        if separator == " " and len(cells) != width:
            continue
        for place in heads.get(separator, ()):
            if place < len(cells):
                low, high = cells[place]
                yield start + low, start + high


def _cells(written: str) -> tuple[str, list[tuple[int, int]]]:
    """What parts the cells of a line, and where they are."""
    if len(written) > 64 * _LONGEST_CELL:
        return "", [(0, len(written))]
    for separator, pattern in _SEPARATORS:
        if pattern.search(written):
            return separator, _between(pattern, written)
    stripped = written.rstrip()
    return " ", _between(_BLANKS, stripped) if _BLANKS.search(stripped.lstrip()) else [(0, len(written))]


def _between(pattern: re.Pattern[str], written: str) -> list[tuple[int, int]]:
    cells, at = [], 0
    for found in pattern.finditer(written):
        if found.start() > 0 or found[0].strip(" \u3000\u00a0"):
            cells.append((at, found.start()))
        at = found.end()
    return [*cells, (at, len(written))]
