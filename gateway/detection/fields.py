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

_ACTS = (
    "举报|投诉|反映|反馈|来信|检举|控告|申诉|信访|写信|报案|爆料|告发|揭发|报告|提交|申请|留言|咨询|评论|批注|来访|来电|维权"
    "|求助|建议|提问|申报|登记|报名|签名|签字|签收|受害|被侵权|联系|当事|发件|寄件|收件|发信|收货|创建|经办|提供|诉求"
)
_ROLES = "人员?|者|方|用户|客户|顾客|会员|观众|网友|粉丝|群众|账号"
_WHO = rf"(?:实名|匿名)?(?:{_ACTS})(?:{_ROLES})|作者|客户|顾客|会员|用户|观众|网友|粉丝|水友|买家|玩家|证人|家长|学生"
_CALLED = "姓名|名字|真名|昵称|网名|用户名|微信名|署名|落款|称呼"
_ENGLISH_WHO = (
    "reporter|complainant|author|customer|contact|requester|viewer|user|client|informant|whistle-?blower|claimant"
    "|petitioner|applicant|sender|member"
)
_HEAD = re.compile(
    rf"(?:(?:{_WHO})?(?:真实|中文|微信|抖音|账号|帐号)?(?:{_CALLED})|(?:{_WHO})(?:名称|名|信息|姓名/名称)?"
    r"|(?!被|[^\s:：]{0,8}(?:主播|艺人|公司|商品|产品|项目|文件|功能|店铺|机构|单位|平台|活动|课程|礼物))"
    r"[^\s:：]{0,8}(?:姓名|真名|昵称|网名|署名)"
    rf"|(?:{_ENGLISH_WHO})(?:[ _-]?name)?|(?:full |first |last |nick |display )?name|surname|nick-?name|username"
    r"|(?:submitted|reported|created|filed|raised|opened|written|sent|complaint) by)"
    r"(?:[(（][^()（）]{0,8}[)）])?[\s:：*]*\Z",
    re.IGNORECASE,
)
_ALONE_HEAD = re.compile(
    rf"(?:{_WHO})?(?:{_CALLED})|(?:实名|匿名)?(?:{_ACTS})(?:{_ROLES})|name|reporter|complainant|nickname|author",
    re.IGNORECASE,
)
_ANY_HEAD = re.compile(
    rf"(?:{_ACTS})(?:{_ROLES})|作者|客户|顾客|会员|用户|观众|网友|粉丝|水友|买家|玩家|证人|家长|学生|{_CALLED}|name"
    rf"|{_ENGLISH_WHO}|by",
    re.IGNORECASE,
)
_SEPARATORS = (("\t", re.compile("\t")), ("|", re.compile(r"[|｜]")), (",", re.compile(r"[,，;；]")))
_EITHER = re.compile(r"[/／]")
_IN_CELL = re.compile(r"[^、/／,，;；&+()（）|]+")
_BESIDE_IN_CELL = re.compile(r"[\s:：]*(?:\+?[0-9][0-9 \-*]{4,}|(?<=[\s:：])[男女])\s*\Z")
_NUMBERED = re.compile(r"\s*[A-Za-z#\-]{0,4}\d+\s")
_BLANKS = re.compile(r"[ \u3000\u00a0]+")
_LONGEST_HEAD, _LONGEST_CELL, _MOST_COLUMNS, _BELOW, _MOST_PIECES = 16, 40, 64, 60, 64
_LINE = re.compile(r"[^\n]*\n?")
_PIECES = re.compile(r"[^\s_\-—–.+:：,，、()（）\[\]【】《》「」“”\"'&@#~]+")
_BESIDE_IN_FILE = re.compile(
    r"(?:投诉|举报|反映|检举|控告|申诉|信访|来信|来函|材料|证据|截图|录音|录屏|聊天|记录|身份证|正面|反面|信|函|书|表|单|工单|回执|说明"
    r"|证明|附件|回复|答复|微信|qq|案|卷|扫描件?|照片|副本|最终版?|终稿|版|第|号|份|人|者|的|实名|匿名|姓名|关于|complaint|report"
    r"|evidence|screen ?shots?|letter|statement|chat|log|record(?:ing)?|wechat|witness|photo|id|scan|copy|final|v"
    r"|img|doc|[0-9年月日#]++|re|fwd?)++\Z",
    re.IGNORECASE,
)
_HEARD = re.compile(r"\.(?:mp3|m4a|wav|wma|flac|aac|ogg|amr|mp4|m4v|mov|avi|mkv|flv|wmv|webm|lrc)\Z", re.IGNORECASE)
"""Of sound and films: 江山.mp3 is a song."""
# In a title words stand side by side: 关于文静投诉的处理, 文静举报信, 文静的聊天记录, 致文静的回复.
_COMPLAINED = r"的?(?:投诉|举报|反映|来信|检举|控告|申诉)"
_ANSWERED = r"(?:处理|回复|答复|核查|调查|核实|情况|结果|进展|回访)"
_TITLE = re.compile(
    r"(?:(?:\A|[\s:：_\-—(（\[【、])(?:关于|就|对|致|给|答复|告知|回访|用户|观众|网友|粉丝|客户|(?:举报|投诉|反馈|反映|来信)人)?|关于)"
    r"(?P<who>[\u4e00-\u9fff]{2,4}?)"
    rf"(?={_COMPLAINED}(?:[\W\d_]*\Z|一事|一案|案(?!例)|件|信|函|书|材料|证据|截图|录音|单(?!位)"
    rf"|(?:的|情况的?|问题的?|事项的?)?{_ANSWERED}(?:结果|意见|情况|进展|函|通知)?(?:\W|的|\Z))"
    r"|的?(?:微信|qq)(?:截图|聊天|记录|账号|号码|头像|名片|[\W\d_]*\Z)|的?(?:身份证|证词|证言|自述)"
    r"|的聊天记录[\W\d_]*\Z)",
    re.IGNORECASE,
)
_TITLE_ENDS = re.compile(
    r"(?:\A|[\s:：_\-—(（\[【])(?:(?:举报|投诉|反馈|反映|来信|申诉)(?:人|用户)|网友|致|答复|告知|回访)"
    r"(?P<who>[\u4e00-\u9fff]{2,4}?)(?=的?(?:回复|答复|函|信)?[\W\d_]*\Z)"
)
_COMPLAINT = re.compile(r"投诉|举报|工单|来信|检举|反映|诉求|信访|case|ticket|complaint|report", re.IGNORECASE)
_ENDING = re.compile(r"(?:\.[A-Za-z0-9]{1,5}){1,2}\Z")
_BRACKETED = re.compile(r"[\[【(（「《“<]([^\[\]【】()（）「」《》“”<>]{1,24})[\]】)）」》”>]")
_SUBJECT_PIECES = re.compile(r"[^\-_|｜/—–~·]+")
_TICKET = re.compile(
    r"工单|投诉|举报|反馈|来信|回复|答复|受理|案件|编号|诉求|信访|核实|咨询|待办|待处理|已处理|转办|回访|ticket|case|complaint|report"
    r"|request|\bre\b|\bfw",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Spans:
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


NOWHERE = Spans(array("i"), array("i"))


def places(text: str, sort: str = "", pause: Pause = nothing) -> Spans:
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
    return Spans(starts, ends)


def _apart(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without those around a shorter one: in `致文静的回复` the name is more of a name than the whole."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda place: place[1] - place[0])[:_MOST_PIECES]:
        if all(end <= low or high <= start for low, high in kept):
            kept.append((start, end))
    return sorted(kept)


def _says_head(text: str, pause: Pause) -> bool:
    for at in range(0, len(text), BLOCK):
        pause()
        if _ANY_HEAD.search(text, at, at + BLOCK + _LONGEST_HEAD):
            return True
    return False


def _in_file_name(text: str) -> Iterator[tuple[int, int]]:
    """`投诉_文静.pdf`, `文静.pdf`, `文静 身份证.jpg`: one piece is the name, the others speak of what is sent. And as
    in a title: `文静举报信.docx`."""
    if len(text) > 512:
        return
    first = max(text.rfind("/"), text.rfind("\\")) + 1
    ending = _ENDING.search(text, first)
    last = ending.start() if ending else len(text)
    found = list(_in_title(text, first, last))
    pieces = list(_lone_pieces(text, first, last))
    if len(pieces) > 1 or not _HEARD.search(text):
        found += (place for place, other in pieces if other)
    yield from _apart(found)


def _lone_pieces(text: str, first: int, last: int) -> Iterator[tuple[tuple[int, int], bool]]:
    """Each piece, and whether all others speak of what is sent."""
    pieces = [m.span() for m in _PIECES.finditer(text, first, last)]
    others = [not _BESIDE_IN_FILE.match(text[start:end]) for start, end in pieces]
    for place, other in zip(pieces, others, strict=True):
        yield place, others.count(True) - other == 0


def _in_title(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    title = text[first:last]
    for pattern in (_TITLE, _TITLE_ENDS):
        for found in pattern.finditer(title):
            yield first + found.start("who"), first + found.end("who")


def _in_subject(text: str) -> Iterator[tuple[int, int]]:
    """`[安心] 工单待回复`, `投诉-文静`, `关于文静投诉的处理`: where the rest speaks of a ticket or a report."""
    if len(text) > 2048:
        return
    found = [m.span(1) for m in _BRACKETED.finditer(text)]
    pieces = [m.span() for m in _SUBJECT_PIECES.finditer(text)]
    if len(pieces) > 1:
        found += pieces
    found = [(start, end) for start, end in found if _TICKET.search(text[:start] + " " + text[end:])]
    found += _in_title(text, 0, len(text))
    for (start, end), alone in _lone_pieces(text, 0, len(text)):
        if alone and _COMPLAINT.search(text[:start] + " " + text[end:]):  # 投诉：文静, 工单 1234 文静
            found.append((start, end))
    yield from _apart(found)


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
                yield from _moved(_people(written, 0, len(written)), start)
            continue
        named = tuple(
            place
            for place, (low, high) in enumerate(cells[:_MOST_COLUMNS])
            if high - low <= _LONGEST_HEAD and _is_head(written[low:high].strip(" \"'\u3000*>"))
        )
        short = all(high - low <= 2 * _LONGEST_HEAD for low, high in cells[:_MOST_COLUMNS])
        if named and short and not (separator == " " and _is_sentence(written)):
            heads[separator], width = named, len(cells)
            for place in named:  # a label, and its value in the next cell
                if place + 1 < len(cells) and place + 1 not in named:
                    yield from _moved(_people(written, *cells[place + 1]), start)
            continue
        if separator == " " and len(cells) != width and not (len(cells) >= width and _NUMBERED.match(written)):
            continue  # a row with a number, or 9 月 3 日, which a PDF writes so, is a row
        for place in heads.get(separator, ()):
            if place < len(cells):
                yield from _moved(_people(written, *cells[place]), start)


def _is_sentence(written: str) -> bool:
    """Whether words with small letters say that blanks part words here, and no cells."""
    return any(word[0].islower() and word.isascii() for word in written.split())


def _is_head(cell: str) -> bool:
    """投诉人, or one of two: 投诉人/时间."""
    return any(_HEAD.match(piece) for piece in _EITHER.split(cell))


def _moved(places_: Iterator[tuple[int, int]], by: int) -> Iterator[tuple[int, int]]:
    return ((start + by, end + by) for start, end in places_)


def _people(written: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The pieces of a cell that may be a name each: 安心、文静; 安心（女）; 安心 138…"""
    for piece in _IN_CELL.finditer(written, low, high):
        if piece.end() - piece.start() > _LONGEST_CELL:
            continue
        told = _BESIDE_IN_CELL.search(written, piece.start(), piece.end())
        yield piece.start(), told.start() if told else piece.end()


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
