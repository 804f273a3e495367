"""A quoted mail, from the head that says whose it is to its last line.

Programs quote in two ways. Behind `On … wrote:` or `… 写道：` each line begins with `>`, and the answer goes on below.
Or a block of fields (`发件人: …`, `From: …`) opens what goes to the end, the mails quoted in it too: they came with it.
Where answers stand between quoted lines, what comes behind the first is not part of the span (`is_quoted_on`).

In: a text, and the place in it that says who wrote what is quoted. Out: a span. Pure; each call looks at the text once.
"""

import re
from collections.abc import Sequence

_FIELD = re.compile(
    r"[>\s|*_]*(?:发件人|寄件者|寄件人|发信人|发送人|发送者|發件人|發信人|收件人|收件者|收信人|抄送|副本|密送|回复至|答复地址|发送时间|发件时间"
    r"|发送日期|发信时间|寄件日期|傳送時間|时间|日期|主题|主旨|主題|标题|重要性|附件|From|To|Cc|Bcc|Sender|Reply-To|Sent|Date"
    r"|Subject|Importance|Attachments?|Return-Path|Message-ID)[ \t\u3000\u00a0*_]*[:：]",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"[>\s|]*(?:[-—–_=*]{3,}[^\n]{0,40}?[-—–_=*]*|[^\n]{0,20}(?:原始邮件|原邮件|转发的?邮件|原始郵件|original message"
    r"|forwarded message)[^\n]{0,20})\s*",
    re.IGNORECASE,
)
_DEPTH = re.compile(r"(?:[ \t]*[>＞])*")
_QUOTED_LINE = re.compile(r"^[ \t]*[>＞][^\n]*[^\s>＞]", re.MULTILINE)
_MOST_FIELDS = 16


def quotation(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The quotation in whose head the span stands; never less than the span but blanks before it. Of a field that
    stands alone, in a form that somebody filled in, it is the line."""
    first = span[0]
    while first < span[1] and text[first].isspace():
        first += 1
    start = text.rfind("\n", 0, first) + 1
    end = text.find("\n", max(first, span[1] - 1))
    end = len(text) if end < 0 else end
    by_fields = _FIELD.match(text, start, end) is not None
    if by_fields and not _is_a_head(text, start, end):
        return min(first, start), max(span[1], _line_end(text, end))
    for _ in range(_MOST_FIELDS):
        before = text.rfind("\n", 0, max(0, start - 1)) + 1
        line = text[before : max(0, start - 1)]
        if start == 0 or not (_FIELD.match(line) or (line.strip() and _RULE.fullmatch(line))):
            break
        start = before
    depth = _depth_of(text, start)
    if depth:
        last = _last_quoted(text, end + 1, depth)
    elif not by_fields and _depth_of(text, below := _below(text, end + 1)) and below < len(text):
        last = _last_quoted(text, below, 1)
    else:
        last = len(text)
    return min(first, start), max(span[1], _line_end(text, min(len(text), max(last, end))))


def is_quoted_on(text: str, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether quoted lines stay behind one of the quotations that are taken out: an answer stood between them."""
    if not taken:
        return False
    spans = sorted(taken)
    reached = spans[0][1]
    for start, end in spans[1:]:
        if reached < start and _QUOTED_LINE.search(text, reached, start):
            return True
        reached = max(reached, end)
    return _QUOTED_LINE.search(text, reached) is not None


def _is_a_head(text: str, start: int, end: int) -> bool:
    """Whether another field of a mail stands on the next line or on the one before."""
    before = text.rfind("\n", 0, max(0, start - 1)) + 1
    below = _below(text, end + 1)
    return (start > 0 and _FIELD.match(text, before, start) is not None) or _FIELD.match(text, below) is not None


def _line_end(text: str, end: int) -> int:
    """Without the first half of a line's end (CR LF), which stays with the other."""
    return end - 1 if 0 < end < len(text) and text[end - 1] == "\r" and text[end] == "\n" else end


def _depth_of(text: str, start: int) -> int:
    """How many `>` the line at `start` begins with."""
    signs = _DEPTH.match(text, start)
    return 0 if signs is None else sum(sign in ">＞" for sign in signs[0])


def _below(text: str, start: int) -> int:
    """The first line that says something."""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            return start
        start = end + 1
    return len(text)


def _last_quoted(text: str, start: int, depth: int) -> int:
    """The end of the last line that is quoted so deeply; lines that say nothing may stand between."""
    last = start
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if _depth_of(text, start) >= depth:
            last = end
        elif text[start:end].strip(" \t\r>＞"):
            break
        start = end + 1
    return last
