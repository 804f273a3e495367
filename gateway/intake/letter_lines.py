"""Lines of letters and forms that say who wrote them.

Fields of forms (`form_fields`), sentences about oneself, the signature. A heading such as `被举报人信息` opens a
section whose plain labels (姓名, 昵称, 电话, 账号) belong to the reported party, until a heading or label of the
reporter, an empty line, or a second 姓名.

In: text. Out: what was learned, each with a score and a word for its place (never the value). Nothing here fails.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from gateway.intake.extracted import Learned
from gateway.intake.form_fields import begins_with_label, from_form, is_bare_label, is_label
from gateway.intake.form_values import PHONE, is_a_number
from gateway.text.addresses import fold_address
from gateway.text.chinese import is_ordinary_word, is_platform_word, is_plausible_name, is_word, split_name
from gateway.text.han import all_han

_REPORTER = r"(?:实名)?(?:举报人|投诉人|举报者|投诉者|检举人|反映人|来信人|申诉人|报告人|写信人|控告人|信访人)"
_BULLET = r"^[\s\d一二三四五六七八九十、.．()（）【\[*#]*"
_PARTY_HEADING = re.compile(
    _BULLET + r"(?:被举报|被投诉|被反映|被申诉|举报对象|投诉对象|被控告|涉事主播|主播信息|违规主播|违规账号"
    r"|reported (?:party|person|user|streamer))[^\n:：]{0,14}[:：】\]]?[ \t]*$",
    re.IGNORECASE,
)
_REPORTER_HEADING = re.compile(
    _BULLET + rf"(?:{_REPORTER}|联系人|本人|个人|我的|reporter|complainant)"
    r"(?:的)?(?:基本|个人|联系)?(?:信息|资料|情况|方式)?[:：】\]]?[ \t]*$",
    re.IGNORECASE,
)
_PLAIN_NAME = re.compile(r"^\s*(?:真实)?(?:姓\s*名|名字|name)", re.IGNORECASE)
_HAN_NAME = r"[\u3400-\u9fff]{2,4}(?:[·•・][\u4e00-\u9fff]{1,8}){0,3}"
_NAME_ENDS = r"(?=[\s”\"」,，.。、;；(（!！]|$)"
_SAYS_NAME = (
    re.compile(
        rf"(?:我|本人)(?:的名字)?(?:叫|名叫|姓名是|姓名为|名字叫)(?:做)?[\s“\"「]*(?P<value>{_HAN_NAME}?){_NAME_ENDS}"
    ),
    re.compile(rf"(?:^|[\n,，。;；:：\s])本人[\s:：]*(?P<value>{_HAN_NAME}?){_NAME_ENDS}"),
    re.compile(rf"(?:^|[\n,，。;；:：\s!！])(?:我是|我系)[\s]*(?P<value>{_HAN_NAME}?){_NAME_ENDS}"),
    re.compile(r"\bI,\s*(?P<value>[A-Z][a-z'’]+(?:[ -][A-Z][a-z'’]+){1,3}),"),
    re.compile(r"(?i:my name is|i am|i'm|this is)\s+(?P<value>[A-Z][a-z'’]+(?:[ -][A-Z][a-z'’]+){1,3})(?=[\s,.;!]|$)"),
)
_UPRIGHT = re.compile(
    r"^([ \t|]{0,8})(姓(?=[ \t]{0,4}\n[ \t]{0,4}名)|电(?=[ \t]{0,4}\n[ \t]{0,4}话))"
    r"[ \t]{0,4}\n[ \t]{0,4}([名话])(?=[ \t:：|]|$)",
    re.MULTILINE,
)
"""姓 and 名 in two lines of a narrow cell."""
_LATIN_PART = r"\W{1,6}(?P<%s>[A-Z][A-Za-z'’\-]{1,30})"
_FIRST_NAME, _LAST_NAME = r"\b(?i:first|given|fore)[ -]?(?i:names?)", r"(?i:\b(?:last|family) ?name|\bsurname)"
_IN_TWO = (
    re.compile(_FIRST_NAME + _LATIN_PART % "first" + r"\W{1,6}" + _LAST_NAME + _LATIN_PART % "last"),
    re.compile(_LAST_NAME + _LATIN_PART % "last" + r"\W{1,6}" + _FIRST_NAME + _LATIN_PART % "first"),
    re.compile(
        r"姓[ \t]{0,4}[:：|\t][ \t]{0,4}(?P<last>[\u3400-\u9fff]{1,2})\s{1,6}\|?\s{0,4}"
        r"名[ \t]{0,4}[:：|\t][ \t]{0,4}(?P<first>[\u3400-\u9fff]{1,2})(?![\u3400-\u9fff])"
    ),
)
"""`First name: Maria`, `Last name: Lopez`; 姓：褚　名：云起."""
_ADDRESSED = re.compile(
    r"^[ \t]*(?:dear (?:sir|madam|sirs|support|team)\b|to whom\b"
    r"|尊敬的[^\n]{0,8}(?:领导|客服|平台|工作人员|负责人|部门))",
    re.IGNORECASE | re.MULTILINE,
)
_OFFICES_HEAD = re.compile(
    r"中心|办公室|公司|局|委|工作室|法院|\b(?:ltd|inc|llc|office|studio|agency|department|centre|center|council)\b",
    re.IGNORECASE,
)
_PARTYS = re.compile(r"被|主播|房间|直播间|对方|经办|受理|处理|负责|(?i:reported|streamer|accused|officer)")
_LINES_OF_HEAD = 8
_CLOSING = re.compile(
    r"此\s*致|敬\s*礼|顺祝|祝好|谨上|敬上"
    r"|(?:yours|best|kind|warm)?\s*(?:sincerely|faithfully|regards|truly|thank you|thanks)[,，.]?\s*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:[12]\d{3}|[〇零○一二三四五六七八九]{4})\s*[-/.年]\s*[\d一二三四五六七八九十]{1,3}"
    r"\s*(?:[-/.月]\s*[\d一二三四五六七八九十]{0,3}\s*日?)?"
)
_SIGNED_AS = re.compile(
    rf"^(?:{_REPORTER}|署名|签名|落款|观众|一名观众|用户|网友|粉丝|您的|一位|普通|群众|家长|from|signed|reporter)*[\s:：,，]*",
    re.IGNORECASE,
)
_AFTER_SIGNATURE = re.compile(
    r"[\s,，]*(?:[(（\[【].{0,12}[)）\]】]|敬上|谨上|谨启|敬启|亲笔|手书|上|启|呈|签名|签字|盖章|手印)*\s*$"
)
_CONTACT = re.compile(
    r"@|^\W{0,3}(?:联系|电话|手机|邮箱|微信|地址|住址|qq|附件|附[:：]|(?:tel|phone|mobile|e-?mail|address|attachments?|encl)\b)",
    re.IGNORECASE,
)
_SENDER = re.compile(
    r"(?:^|\n)[ 　\t]{0,20}(?:发件人|寄件人|发信人|from|sender)\s{0,6}[:：]?\s{0,6}(?P<name>[^\n<>@＜＞()（）]{0,40}?)"
    r"\s{0,6}[<＜(（\s]\s{0,6}(?P<address>[A-Za-z0-9._%+\-]{1,64}[@＠][A-Za-z0-9.\-]{3,100})",
    re.IGNORECASE,
)


def from_letter(text: str) -> Iterator[Learned]:
    """Form lines, sentences about oneself, and the signature."""
    text = _UPRIGHT.sub(r"\1\2\3", text.replace("\r\n", "\n").replace("\u00a0", " "))
    own = _without_party_sections(text)
    for expression in _IN_TWO:
        for match in expression.finditer(own):
            line = own[own.rfind("\n", 0, match.start()) + 1 : match.start()]
            if not _PARTYS.search(line[-40:]):
                yield Learned("name", _put_together(match), 0.95, "form line")
        own = expression.sub("", own)
    yield from from_form(own)
    yield from _letterhead(own)
    for expression in _SAYS_NAME:
        for match in expression.finditer(own):
            value = match["value"].strip()
            if is_plausible_name(value) and not (len(value) == 2 and is_ordinary_word(value)):
                yield Learned("name", value, 0.75, "sentence")
    yield from _signature(own)


def _put_together(match: re.Match[str]) -> str:
    first, last = match["first"], match["last"]
    return last + first if all_han(first) else f"{first} {last}"


def _letterhead(text: str) -> Iterator[Learned]:
    """A name and a number in lines of their own above whom the letter is addressed to."""
    addressed = _ADDRESSED.search(text[:2000])
    if addressed is None:
        return
    lines = [line.strip() for line in text[: addressed.start()].split("\n") if line.strip()][-_LINES_OF_HEAD:]
    if any(_OFFICES_HEAD.search(line) for line in lines):
        return
    numbers = [line for line in lines if is_a_number(line)]
    name = next((line for line in lines if is_plausible_name(line) and not is_ordinary_word(line)), "")
    if name and len(numbers) == 1:
        yield Learned("name", name, 0.8, "letterhead")
        yield Learned("phone", numbers[0], 0.8, "letterhead", beside=name)


def from_sender_line(text: str) -> Iterator[Learned]:
    """`发件人:张小鸣 <xiaoming@mail.example>` of a mail that was photographed or printed."""
    for match in _SENDER.finditer(text):
        address = unicodedata.normalize("NFKC", match["address"])
        if not fold_address(address):
            continue
        yield Learned("address", address, 0.7, "sender line", address=address)
        name = match["name"].strip(" :：\"'“”")
        if is_plausible_name(name):
            yield Learned("name", name, 0.7, "sender line", address=address)
        elif 1 < len(name) <= 20 and not is_platform_word(name):
            yield Learned("nickname", name, 0.65, "sender line", address=address)


def _without_party_sections(text: str) -> str:
    """The text without sections about the reported party: blank lines in their places."""
    kept: list[str] = []
    section: Literal["", "party"] = ""
    named = False
    before = ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        # A column of labels with their values below is no heading.
        column = is_bare_label(before) and is_bare_label(line)
        column = column or (
            is_label(before) and is_label(line) and not any(map(begins_with_label, lines[number + 1 : number + 3]))
        )
        before = line
        if not column and _PARTY_HEADING.match(line):
            section, named = "party", False
            kept.append("")
            continue
        if section:
            second_name = named and bool(_PLAIN_NAME.match(line))
            if not line.strip() or _REPORTER_HEADING.match(line) or re.match(rf"\s*{_REPORTER}", line) or second_name:
                section = ""
            else:
                named = named or bool(_PLAIN_NAME.match(line))
                kept.append("")
                continue
        kept.append(line)
    return "\n".join(kept)


def _signature(text: str) -> Iterator[Learned]:
    """The last lines, after a closing where there is one: a short line that can be a name, before or after a date, or
    above lines that say how to reach whoever it is."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    closings = [i for i, line in enumerate(lines) if len(line) <= 30 and _CLOSING.search(line)]
    closed = bool(closings) and len(lines) - closings[-1] <= 8
    tail = lines[closings[-1] :] if closed else lines
    numbers = [line for line in tail[-8:] if is_a_number(line)]
    tail = [line for line in tail[-8:] if not (_CONTACT.search(line) or PHONE.search(_DATE.sub("", line)))]
    signed_off = closed and (bool(numbers) or any(_DATE.search(line) for line in tail))
    for line in reversed(tail if closed else tail[-2:]):
        value = _signed_name(line)
        if not value:
            continue
        if signed_off and not is_plausible_name(value) and _is_unusual_name(value):
            yield Learned("name", value, 0.7, "signature")
            return
        if is_plausible_name(value) and not (not closed and is_ordinary_word(value)):
            # Without a closing a short last line may be anything; a surname and one character are too little then.
            if closed or (len(lines) > 1 and (len(split_name(value)[1]) > 1 or not all_han(value))):
                yield Learned("name", value, 0.9 if closed else 0.65, "signature")
                for number in numbers[:2]:
                    yield Learned("phone", number, 0.8 if closed else 0.65, "signature", beside=value)
            return


def _signed_name(line: str) -> str:
    if len(line) > 60:
        return ""
    line = _CLOSING.sub("", _DATE.sub("", line))
    line = _AFTER_SIGNATURE.sub("", line.strip())
    line = _SIGNED_AS.sub("", line.strip()).strip(" ,，.。:：_—-")
    joined = _joined(line)
    return joined if len(joined) <= (4 if all_han(joined) else 30) else ""


def _joined(name: str) -> str:
    """`张 小 鸣`, set apart to fill a line, is 张小鸣."""
    squeezed = re.sub(r"\s+", "", name)
    return squeezed if all_han(squeezed) else name


def _is_unusual_name(value: str) -> bool:
    """Two or three Han that are no word, where a name has to stand: there are more surnames than any table has."""
    return all_han(value) and 2 <= len(value) <= 3 and not is_platform_word(value) and not is_word(value)
