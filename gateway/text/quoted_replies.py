"""Where a mail program says whose mail it quotes: `发件人: … <…>`, `On … wrote:`, `在 … 写道：`.

Outlook, Foxmail, QQ Mail and Tencent Exmail, NetEase, Apple Mail, Gmail and Thunderbird quote and forward in two ways.
A block of fields, a line each, under names in the language of whoever replies; QQ Mail ends each with `;`, Outlook's
mobile versions write `*From:*`, and a page made flat puts all in one line. Or a sentence with a time or an address in
it before `wrote:` or `写道：`, which is broken anywhere once it is long, each piece behind `>`.

收件人 and 寄件人 stand on parcels too: alone, without an address or another field of a mail near, they quote nothing.

In: a text. Out: spans of it that say who. Nothing is raised; the time does not grow faster than the text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator

_WHO = (
    "发件人|寄件者|寄件人|发信人|发送人|发送者|发自|来自|收件人|收件者|收信人|抄送|副本|密送|密件抄送|密件副本|"
    "回复至|回复到|答复地址|回复地址|回覆至|發件人|發信人"
)
_WHO_EN = "From|To|Cc|CC|Bcc|BCC|Sender|Reply-To|Reply To|Resent-From"
_OTHER = (
    "发送时间|发件时间|发送日期|发信时间|寄件日期|傳送時間|时间|日期|日付|主题|主旨|主題|标题|重要性|附件|"
    "Sent|Date|Subject|Importance|Attachments?|Return-Path|Message-ID"
)
_SIGNS = r"[ \t\u3000\u00a0*_]*"
_LABEL = re.compile(
    rf"(?:(?:{_WHO})|(?:^|(?<=[\s>*_;,，；\-—=|]))(?:{_WHO_EN}))(?P<colon>{_SIGNS}[:：]{_SIGNS})", re.MULTILINE
)
_OF_PARCELS = re.compile(r"(?:收件人|收件者|收信人|寄件人|寄件者)")
_OF_MAILS = re.compile(rf"(?:发送时间|发件时间|发送日期|发信时间|寄件日期|傳送時間|主题|主旨|主題|发件人){_SIGNS}[:：]")
_HEAD = 600  # characters around a field in which the others of a head stand
_NEXT = re.compile(
    rf"[;；]?[ \t*_|]*(?:\r?\n[\s*_>|]*)?(?:{_WHO}|{_OTHER}|(?<![A-Za-z])(?:{_WHO_EN})){_SIGNS}[:：]|\r?\n[>\s|]*\r?\n"
    rf"|\r?\n(?![ \t]*[>|]*[ \t]+[^\s<>]*[<@])"
)
_WROTE = re.compile(r"写道|寫道|写到|撰写|\bwrote\b|\bwrites\b|\bschrieb\b", re.IGNORECASE)
_WHEN = re.compile(r"\d{1,4}\s?[-/.年]\s?\d|\d{1,2}[:：]\d\d|\b(?:19|20)\d\d\b|月\s?\d{1,2}\s?日")
_ADDRESS = re.compile(r"[<＜][^<>\s@]{1,64}@[^<>\s@]{1,200}[>＞]")
_END = re.compile(r"\n[>\s|]*\n|[。！？!?]")
_LONGEST = 400
_LONGEST_SENTENCE = 240


def quoted_people(text: str) -> Iterator[tuple[int, int]]:
    """Spans in which a program says whose mail is quoted, and who else got it; in the order of each way."""
    yield from _fields(text)
    yield from _sentences(text)


def _fields(text: str) -> Iterator[tuple[int, int]]:
    heads: list[int] | None = None
    for label in _LABEL.finditer(text):
        start = label.end()
        # A cell of its own, or a line that was broken behind the name of the field.
        blank = re.compile(r"[\s>|*_\u3000]*").match(text, start)
        start = blank.end() if blank is not None and blank.end() - start <= 40 else start
        stop = _NEXT.search(text, start, start + _LONGEST)
        end = stop.start() if stop is not None else min(len(text), start + _LONGEST)
        if not text[start:end].strip():
            continue
        if _OF_PARCELS.match(label[0]) is not None and "@" not in text[start:end]:
            heads = [found.start() for found in _OF_MAILS.finditer(text)] if heads is None else heads
            if not _stands_by(heads, label.start(), end):
                continue  # `收件人：N，电话：…` says who gets a parcel
        yield start, end


def _stands_by(heads: list[int], start: int, end: int) -> bool:
    """Whether another field of a mail's head stands near."""
    at = bisect_left(heads, start - _HEAD)
    return at < len(heads) and heads[at] <= end + _HEAD


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for wrote in _WROTE.finditer(text):
        low = max(0, wrote.start() - _LONGEST_SENTENCE)
        ends = [stop.end() for stop in _END.finditer(text, low, wrote.start())]
        start = ends[-1] if ends else low
        is_said = _WHEN.search(text, start, wrote.start()) or _ADDRESS.search(text, start, wrote.start())
        if is_said and text[start : wrote.start()].strip():
            yield start, wrote.start()
