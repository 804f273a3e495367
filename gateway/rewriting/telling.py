"""Would what remains tell whose words were taken out? Then the message is held, and no placeholder is written.

A placeholder is neutral, but its place may not be: the one name missing from a list, the answer to "is it …?", the gap
in what the reader wrote and can compare, the sender of last night's rocket. Lists, tables, questions and quotations are
held rather too often than once too seldom; a name that stands alone in a sentence about a report or complaint is not.

In: a text, and what is to be cut out of it. Out: why its placeholders would tell, as one word, or None. Pure. Linear in
the text, but for a look at a page around each cut.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.model import Kind, TextFragment
from gateway.rewriting.listed import (
    AROUND,
    CONTACT,
    CUT,
    OTHER,
    REPORTS,
    TAKEN,
    WHO,
    in_cards,
    in_lines,
    in_names,
    in_row,
    in_table,
    is_card,
    names_among,
    without_people,
)
from gateway.text.own_business import OWN_BUSINESS

Why = Literal["quoted", "question", "list", "table", "pointing"]


@dataclass(frozen=True, slots=True)
class Replacement:
    """Characters to replace, and what they were."""

    start: int
    end: int
    kind: Kind
    score: float = 1.0
    report: str = ""


_SIGNS: dict[Kind, str] = {
    "name": WHO, "nickname": WHO, "address": CONTACT, "phone": CONTACT, "account": CONTACT, "government_id": CONTACT,
    "personal_data": CONTACT,
}  # fmt: skip
_ANY = CUT.pattern

_QUOTED_LINE = re.compile(r"^[ \t]*(?:[>＞｜]|\|[ \t]?>).*[\ue000-\ue002]", re.MULTILINE)
_QUOTE_HEAD = re.compile(
    r"(?:写道|寫道|撰写|wrote|writes)[ \t]*[:：][ \t]*$"
    r"|^[ \t]*[-—–_]{2,}[ \t]*(?:原始邮件|原邮件|转发的?邮件|原始郵件|original message|forwarded message)"
    r"|^[ \t*]*(?:发件人|寄件者|寄件人|發件人|from)[ \t*]*[:：][^\n]*\n[ \t*]*"
    r"(?:发送时间|发件时间|时间|日期|收件人|收件者|主题|主旨|sent|date|to|subject)[ \t*]*[:：]",
    re.IGNORECASE | re.MULTILINE,
)
_ANSWER = re.compile(r"[ \t]*(?:re|aw|sv|回复|回覆|答复|答覆|回信)(?:\[\d+\])?[ \t]*[:：]", re.IGNORECASE)

_SENTENCE_END = re.compile(r"[。！!？?\n]|\.(?=\s|\Z)")
_ASKS = re.compile(
    r"[?？]|吗|么[ \t]*\Z|嘛[ \t]*\Z|呢[ \t]*\Z|是不是|是否|难道|莫非|该不会|会不会|哪位|是谁|谁是|誰", re.IGNORECASE
)
_ASKED_ZH = re.compile(
    rf"(?:是不是|是否|难道|莫非|该不会|会不会|不会|可是|就是|是|叫|认识|认得|知道|记得|怀疑|猜|指的?|说的|哪位|谁|找过?)"
    rf"[^，,。；;]{{0,8}}{_ANY}"
    rf"|{_ANY}[^，,。；;]{{0,6}}(?:吗|嘛|么|呢|吧|是谁|[?？])|{_ANY}[^，,。；;]{{0,2}}(?:是不是|是否|对吧|对吗)"
    rf"|{_ANY}[，,]?[ \t]*(?:请|請)?(?:您|你)(?:是否)?(?:认识|记得|知道|还?有印象)"
)
_ASKED_EN = re.compile(
    rf"\b(?:is|was|are|were|isn't|wasn't|did|does|do|who|whom|which|whether|could|can|know|recogni[sz]e|suspect|guess"
    rf"|remember|mean|it's)\b[^.?!]{{0,40}}{_ANY}[^.?!]{{0,60}}\?|{_ANY}[^.?!]{{0,8}}\?",
    re.IGNORECASE,
)
_WHO_ASKED = re.compile(
    r"(?:谁|誰|哪位|哪个|哪一位|什么人|\bwho(?:m|se)?\b)[^。！!\n?？]{0,80}[?？]\s*\Z", re.IGNORECASE
)

_QUERY = re.compile(r"\b(?:mailto|tel|https?):[!->@-~\ue000-\ue002]{0,500}\?(?=[\w&=%])")
"""An address of the web or of mail up to its question mark, which asks nobody."""

_ACTS = re.compile(
    r"送(?:了|出|过|给|上|[ \t]?\d)|刷(?:了|过|出|屏)|打赏(?:了|过|[ \t]*\d)|赠送|火箭|嘉年华|游艇|穿云箭|跑车|飞机"
    r"|城堡|棒棒糖|榜[一二三首]|(?:首|前|上了?)榜|榜单|排行|排名|第[一二三四五六七八九十\d]+(?:名|位|排|个)|\d+[号排]?座|[座席]位|\d排"
    r"|连了?麦|上麦|上舰|舰长|提督|总督|大航海|守护|房管|超管|中了?奖|抽中|获奖|贡献(?:值|榜)|亲密度|等级"
    r"|gifted|tipped|donat(?:ed|ion)|\b(?:rocket|yacht|castle)s?\b"
    r"|\bsent (?:you )?(?:an?|the|\d+) (?:gift|rose|lion)|top (?:fan|gifter|donor|supporter|spender)|rank(?:ed|ing)"
    r"|seat(?:ed)? (?:no|number|in|\d)|\bwon (?:the|a)\b|moderator|leaderboard",
    re.IGNORECASE,
)
"""What one person did, had or was: who it was is known to whoever was there."""
_OF_THEMSELVES = re.compile(
    rf"(?:(?<![导让求骗劝迫使叫给])(?:他|她|自己|本人)|\b(?:he|she)\b)[^，,。]{{0,16}}(?:{_ACTS.pattern})",
    re.IGNORECASE,
)
_SAID = re.compile(r"称[，,：:“]|说[，,：:“]|表示[，,：:“]|\bsa(?:ys|id) that\b", re.IGNORECASE)


_TO_THE_READER = re.compile(
    rf"[您你](?:的|们的|家的?|昨[天晚]|之前|以前|曾经?|所)?[^，,。；;！？\n]{{0,6}}(?:前女友|前男友|前妻|前夫|女友|男友|女朋友|男朋友|妻子|丈夫|老婆|老公"
    rf"|太太|先生|房东|租客|同事|助理|同学|同桌|邻居|亲戚|朋友|闺蜜|室友|员工|下属|经纪人|表[哥姐弟妹]|堂[哥姐弟妹]|父亲|母亲|儿子|女儿|司机|保姆|老师"
    rf"|拉黑的|禁言的|踢出的|认识的|开除的|辞退的)(?:是|为|叫|：)?[“\"「]?{_ANY}"
    rf"|(?:只有|唯一(?:一[位个])?(?:的是)?|其中(?:一[位个])?(?:是)?)[“\"「]?{_ANY}"
    rf"|\byour (?:own |old |former )?(?:ex(?:-\w+)?|girlfriend|boyfriend|wife|husband|landlord|tenant|colleague"
    rf"|assistant|neighbou?r|friend|roommate|employee|agent|cousin|brother|sister|mother|father|driver|teacher)"
    rf",? {_ANY}"
    rf"|\bonly {_ANY}",
    re.IGNORECASE,
)
"""What one is to the reader: there is but one landlord, and of three assistants one alone."""


def tells(fragment: TextFragment, cuts: Sequence[Replacement]) -> Why | None:
    """Why, where one of the cuts would tell; None where none does."""
    text = _taken_out(fragment.text, cuts)
    if fragment.medium == "file_name":
        text = text.replace("/", "。")  # a folder and what is in it are no list
    if is_card(text):
        if in_cards(text):
            return "list"
        text = without_people(text)
    if _is_quoted(fragment, text):
        return "quoted"
    if fragment.medium == "header" and CUT.search(text) and text.count("@") > 1:
        return "list"  # of those who get it, or wrote it
    if fragment.medium == "metadata":
        return _metadata_tells(text.split("\n"), names=fragment.names_people)
    if in_table(text):
        return "table"
    for at in (sign.start() for sign in CUT.finditer(text)):
        if in_row(text, at) or in_lines(text, at, shown=fragment.medium != "markup"):
            return "list"
    return _sentences_tell(text)


def _metadata_tells(lines: Sequence[str], *, names: bool) -> Why | None:
    """Each line is a field or an attribute of its own, and stands beside another by chance. Of people who wrote or
    commented a document nobody sees a list where there are but two."""
    cut = [line for line in lines if TAKEN.search(line)]
    if names:
        return "list" if cut and names_among(lines) > 1 else None
    for line in cut:
        if in_table(line):
            return "table"
        if any(in_row(line, sign.start()) for sign in CUT.finditer(line)):
            return "list"
        if (why := _sentences_tell(line)) is not None:
            return why
    return None


def _sentences_tell(text: str) -> Why | None:
    text = _QUERY.sub(lambda address: address[0][:-1] + "&", text)
    for before, sentence in _sentences(text):
        if _WHO_ASKED.search(before) or (_ASKS.search(sentence) and _is_asked(sentence)):
            return "question"
        if _points(sentence):
            return "pointing"
    return None


def tells_among_names(names: Sequence[tuple[str, Sequence[Replacement]]]) -> Why | None:
    """Why, where one of the files beside each other would be seen to be of somebody, for others are named after
    others."""
    return "list" if in_names([_taken_out(name, cuts) for name, cuts in names]) else None


def _taken_out(text: str, cuts: Sequence[Replacement]) -> str:
    """The text with one sign for each cut, by which who and what can be told apart."""
    pieces, at = [], 0
    for cut in cuts:
        pieces += [TAKEN.sub(" ", text[at : cut.start]), _SIGNS.get(cut.kind, OTHER)]
        at = cut.end
    whole = "".join((*pieces, TAKEN.sub(" ", text[at:])))
    return whole.replace("\r\n", "\n").replace("\r", "\n")


def _is_quoted(fragment: TextFragment, text: str) -> bool:
    """In words that the reader, or somebody whose words the reader has, wrote: they can be compared."""
    if fragment.label == "subject":
        return _ANSWER.match(text) is not None and TAKEN.search(text) is not None
    if _QUOTED_LINE.search(text) is not None:
        return True
    head = _QUOTE_HEAD.search(text)
    return head is not None and TAKEN.search(text, head.end()) is not None


def _sentences(text: str) -> Iterator[tuple[str, str]]:
    """Those that something was taken out of, with the sign that ends them; and before each what stands before it."""
    done = -1
    for sign in CUT.finditer(text):
        if sign.start() < done:
            continue
        first = max(0, sign.start() - AROUND)
        ends = [end.end() for end in _SENTENCE_END.finditer(text, first, sign.start())]
        start = ends[-1] if ends else first
        end = _SENTENCE_END.search(text, sign.end(), sign.end() + AROUND)
        done = end.end() if end is not None else min(len(text), sign.end() + AROUND)
        yield text[max(0, start - AROUND) : start], text[start:done].rstrip("\n")


def _is_asked(sentence: str) -> bool:
    return _ASKED_ZH.search(sentence) is not None or _ASKED_EN.search(sentence) is not None


def _points(sentence: str) -> bool:
    """Does it say what one person did or is to the reader, or is it about the reader's own doings and no report?"""
    if _TO_THE_READER.search(sentence):
        return True
    if REPORTS.search(sentence) is None:
        doings = OWN_BUSINESS.search(sentence) is not None and _SAID.search(sentence) is None
        return doings or _ACTS.search(sentence) is not None
    if _OF_THEMSELVES.search(sentence):
        return True
    for sign in CUT.finditer(sentence):
        # `…反映您诱导打赏` says what the reader did; `…送了火箭后投诉` what the one did who is not named.
        behind, before = sentence[sign.end() :], sentence[: sign.start()]
        spoken = REPORTS.search(behind)
        if _ACTS.search(behind[: spoken.start()] if spoken else ""):
            return True
        if _ACTS.search(re.split(r"[，,；;]", before)[-1]):
            return True
    return False
