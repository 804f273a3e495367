"""Lines of letters and forms that say who wrote them.

Labels stand at the start of a line or after a separator, so `被举报人:清凌凌` is never `举报人:清凌凌`. A heading such
as `被举报人信息` opens a section whose plain labels (姓名, 昵称, 电话, 账号) belong to the reported party, until a
heading or label of the reporter, an empty line, or a second 姓名.

In: text. Out: what was learned, each with a score and a word for its place (never the value). Nothing here fails.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from gateway.intake.learned import Learned
from gateway.text.addresses import fold_address
from gateway.text.chinese import all_han, is_ordinary_word, is_platform_word, is_plausible_name, split_name

_REPORTER = r"(?:实名)?(?:举报人|投诉人|举报者|投诉者|检举人|反映人|来信人|申诉人|报告人|写信人|控告人|信访人)"
_WHOSE = rf"(?:{_REPORTER}(?:的)?|本人(?:的)?|我的|您的|联系人)?"
_SEPARATOR = r"[ 　\t]{0,12}(?:[:：=﹕︰|｜\t]|是(?=[^否不]))\s{0,12}"
_START = (
    r"(?:^|[\n;；,，。|｜\t(（【\[]|(?<=[ 　]{2})(?![ 　]))[ 　\t>*·•\-—#]{0,12}"
    r"(?:(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})[.、．)）]|[(（]\d{1,2}[)）])[ 　]{0,12})?"
)
_END = r"(?=$|[\n;；,，。|｜\t]|[ 　]{2}|[ 　](?=[\u4e00-\u9fff]{2,8}\s*[:：]))"


def _label(words: str, value: str) -> re.Pattern[str]:
    return re.compile(rf"{_START}(?P<label>{words}){_SEPARATOR}(?P<value>{value})", re.IGNORECASE | re.MULTILINE)


_TEXT_VALUE = rf"[^\n;；,，。|｜\t:：]{{1,40}}?{_END}"
_NAME_LABEL = _label(
    rf"{_REPORTER}(?:信息)?(?:[(（][^()（）\n]{{0,8}}[)）])?(?:的)?(?:真实)?(?:姓名|名字|名称)?"
    rf"|{_WHOSE}(?:真实)?姓\s*名|{_WHOSE}名字|署\s*名|落\s*款|签\s*名|联系人(?:姓名)?"
    r"|(?:声明|承诺|填表|填报|陈述|求助|当事|申请|消费|购买|受害)人(?:[(（][^()（）\n]{0,8}[)）])?(?:姓名|签名|签字)?"
    r"|reporter(?:'s)?(?: name)?|complainant(?: name)?|reported by|(?:full |your )?name|signed(?: by)?",
    _TEXT_VALUE,
)
_PHONE_LABEL = _label(
    rf"{_WHOSE}(?:联系|固定)?(?:电\s*话|手\s*机|方式)(?:号码?|号)?|{_WHOSE}联系方式"
    r"|(?:phone|telephone|mobile|tel|cell|contact)(?: (?:number|no\.?))?",
    r"\+?[0-9０-９][0-9０-９ \-－()（）]{5,22}[0-9０-９]",
)
_ID_LABEL = _label(
    rf"{_WHOSE}(?:居民)?(?:身份证|证件|护照)(?:号码?|编号)?"
    r"|id (?:card )?(?:number|no\.?)|passport(?: (?:number|no\.?))?",
    r"[A-Za-z0-9０-９Ｘ][A-Za-z0-9０-９Ｘ \-]{4,24}[A-Za-z0-9０-９Ｘ]",
)
_ADDRESS_LABEL = _label(
    rf"{_WHOSE}(?:联系|电子)?(?:邮\s*箱|邮\s*件|信箱)(?:地址)?|e-?mail(?: address)?",
    r"[^\s;；,，。|｜<>()（）]{1,64}[@＠][^\s;；,，。|｜<>()（）]{3,100}",
)
_NICK_LABEL = _label(
    rf"{_WHOSE}(?:平台|直播间|用户|微信|抖音|快手|b站|微博|qq)?(?:昵\s*称|网名|用户名)"
    r"|nick ?name|user ?name",
    _TEXT_VALUE,
)
_SERVICES = {
    "微信": "wechat",
    "wechat": "wechat",
    "weixin": "wechat",
    "qq": "qq",
    "抖音": "douyin",
    "快手": "kuaishou",
    "b站": "bilibili",
    "哔哩哔哩": "bilibili",
    "bilibili": "bilibili",
    "微博": "weibo",
    "小红书": "xiaohongshu",
    "斗鱼": "douyu",
    "虎牙": "huya",
    "平台": "platform",
    "用户": "platform",
    "账号": "platform",
    "帐号": "platform",
    "uid": "platform",
}
_ACCOUNT_LABEL = _label(
    rf"{_WHOSE}(?P<service>{'|'.join(_SERVICES)})\s*(?:账号|帐号|账户|号码|号|id|uid|编号|account|number)?",
    r"[A-Za-z0-9_][A-Za-z0-9_.\-]{3,31}(?![\u4e00-\u9fffA-Za-z0-9_@＠])",
)
_LIFE_LABELS = (
    ("residence", _label(rf"{_WHOSE}(?:家庭|通讯|联系|居住|现居|户籍)?(?:住\s*址|地\s*址|居住地)", _TEXT_VALUE)),
    ("employer", _label(rf"{_WHOSE}(?:工作|就职|任职|所在)单位", _TEXT_VALUE)),
    ("school", _label(rf"{_WHOSE}(?:就读|所在)?学校", _TEXT_VALUE)),
)
"""Where somebody lives, works and learns: circumstances, by their sort."""
_BULLET = r"^[\s\d一二三四五六七八九十、.．()（）【\[*#]*"
_PARTY_HEADING = re.compile(
    _BULLET + r"(?:被举报|被投诉|被反映|被申诉|举报对象|投诉对象|被控告|涉事主播|主播信息|违规主播|违规账号"
    r"|reported (?:party|person|user|streamer))[^\n:：]{0,14}[:：】\]]?[ \t]*$",
    re.IGNORECASE,
)
_PARTY_LABEL = re.compile(
    r"(?:被举报|被投诉|被反映|举报对象|投诉对象|主播|房间|直播间|对方|嫌疑|reported|streamer)[^\n:：,，;；]{0,8}$",
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
    re.compile(r"(?i:my name is|i am|i'm|this is)\s+(?P<value>[A-Z][a-z'’]+(?:[ -][A-Z][a-z'’]+){1,3})(?=[\s,.;!]|$)"),
)
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
_SENDER = re.compile(
    r"(?:^|\n)[ 　\t]{0,20}(?:发件人|寄件人|发信人|from|sender)\s{0,6}[:：]?\s{0,6}(?P<name>[^\n<>@＜＞()（）]{0,40}?)"
    r"\s{0,6}[<＜(（\s]\s{0,6}(?P<address>[A-Za-z0-9._%+\-]{1,64}[@＠][A-Za-z0-9.\-]{3,100})",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    (
        "无",
        "没有",
        "匿名",
        "保密",
        "略",
        "不详",
        "未填",
        "未填写",
        "暂无",
        "none",
        "n/a",
        "na",
        "anonymous",
        "x",
        "-",
        "/",
    )
)


def from_letter(text: str) -> Iterator[Learned]:
    """Form lines, sentences about oneself, and the signature."""
    text = text.replace("\r\n", "\n").replace("\u00a0", " ")
    own = _without_party_sections(text)
    yield from _form_lines(own)
    for expression in _SAYS_NAME:
        for match in expression.finditer(own):
            value = match["value"].strip()
            if is_plausible_name(value) and not (len(value) == 2 and is_ordinary_word(value)):
                yield Learned("name", value, 0.75, "sentence")
    yield from _signature(own)


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


def _form_lines(text: str) -> Iterator[Learned]:
    for match in _NAME_LABEL.finditer(text):
        value = _clean(match["value"])
        if not _is_party(text, match) and _could_be_name(value):
            sure = "举报" in match["label"] or "投诉" in match["label"] or "report" in match["label"].lower()
            yield Learned("name", _joined(value), 0.95 if sure else 0.85, "form line")
    for match in _NICK_LABEL.finditer(text):
        value = _clean(match["value"])
        if not _is_party(text, match) and value and value.lower() not in _NOTHING and len(value) <= 24:
            yield Learned("nickname", value, 0.85, "form line")
    for match in _PHONE_LABEL.finditer(text):
        if not _is_party(text, match) and sum(c.isdecimal() for c in match["value"]) >= 7:
            yield Learned("phone", _half_width(match["value"]), 0.9, "form line")
    for match in _ID_LABEL.finditer(text):
        value = _half_width(match["value"]).replace(" ", "")
        if not _is_party(text, match) and sum(c.isdecimal() for c in value) >= 6:
            yield Learned("government_id", value, 0.9, "form line")
    for match in _ADDRESS_LABEL.finditer(text):
        value = _half_width(match["value"]).rstrip(".")
        if not _is_party(text, match) and fold_address(value):
            yield Learned("address", value, 0.9, "form line", address=value)
    for sort, label in _LIFE_LABELS:
        for match in label.finditer(text):
            value = _clean(match["value"])
            if not _is_party(text, match) and len(value) >= 4 and value.lower() not in _NOTHING and "@" not in value:
                yield Learned("circumstance", value, 0.85, "form line", detail=sort)
    for match in _ACCOUNT_LABEL.finditer(text):
        value = match["value"].rstrip(".-")
        if not _is_party(text, match) and value.lower() not in _NOTHING and len(value) >= 4:
            service = _SERVICES[match["service"].lower()]
            yield Learned("account", value, 0.85, "form line", detail=service)


def _is_party(text: str, match: re.Match[str]) -> bool:
    """`主播姓名`, `被举报人 联系电话`: what stands before the label in its own cell says whose it is."""
    before = text[max(0, match.start("label") - 16) : match.start("label")]
    return bool(_PARTY_LABEL.search(before.rsplit("\n", 1)[-1]))


def _clean(value: str) -> str:
    value = re.sub(r"[(（\[【].*$", "", value.strip()).strip()
    value = value.strip(" \"'“”‘’「」_*＿-—")
    return re.sub(r"\s*(?:先生|女士|小姐|同学)$", "", value)


def _joined(name: str) -> str:
    """`张 小 鸣`, set apart to fill a line of a form, is 张小鸣."""
    squeezed = re.sub(r"\s+", "", name)
    return squeezed if all_han(squeezed) else name


def _could_be_name(value: str) -> bool:
    """More is taken after a label than elsewhere: 2 to 4 Han even without a known surname, a single Latin word."""
    if not value or value.lower() in _NOTHING or is_platform_word(value):
        return False
    if all_han(_joined(value)):
        return 2 <= len(_joined(value)) <= 4
    return is_plausible_name(value) or bool(
        re.fullmatch(r"[A-Za-z][A-Za-z'’.\-]{1,20}(?: [A-Za-z'’.\-]{1,20}){0,3}", value)
    )


def _half_width(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def _without_party_sections(text: str) -> str:
    """The text with sections about the reported party left blank."""
    kept: list[str] = []
    section: Literal["", "party"] = ""
    named = False
    for line in text.split("\n"):
        if _PARTY_HEADING.match(line):
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
    """The last lines, after a closing where there is one: a short line that can be a name, before or after a date."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    closings = [i for i, line in enumerate(lines) if len(line) <= 30 and _CLOSING.search(line)]
    closed = bool(closings) and len(lines) - closings[-1] <= 6
    tail = lines[closings[-1] :] if closed else lines[-2:]
    for line in reversed(tail[-6:]):
        value = _signed_name(line)
        if not value:
            continue
        if is_plausible_name(value) and not (not closed and is_ordinary_word(value)):
            # Without a closing a short last line may be anything; a surname and one character are too little then.
            if closed or (len(lines) > 1 and (len(split_name(value)[1]) > 1 or not all_han(value))):
                yield Learned("name", value, 0.9 if closed else 0.65, "signature")
            return


def _signed_name(line: str) -> str:
    if len(line) > 60:
        return ""
    line = _CLOSING.sub("", _DATE.sub("", line))
    line = _AFTER_SIGNATURE.sub("", line.strip())
    line = _SIGNED_AS.sub("", line.strip()).strip(" ,，.。:：_—-")
    joined = _joined(line)
    return joined if len(joined) <= (4 if all_han(joined) else 30) else ""
