"""Words that say that a sentence speaks of somebody who reports, watches or writes.

A given name, 张先生 or an everyday word is a sign of the reporter only in such company. In: a text and a span of it.
Out: whether there is a cue. Sentences end at 。！？; and at empty lines; a line end alone ends nothing, since mail
programs break lines anywhere.
"""

import re

from gateway.reports.variants import Cue
from gateway.text.normal import normalise

_REACH = 60
_END = re.compile(r"[。！？!?；;]|\n[ \t\r]*\n")
_REPORTING = r"举报|投诉|反映|检举|来信|来函|实名|报案|complain|report(?:er|ed|s|ing)?\b|whistle"
_PERSON = re.compile(
    _REPORTING
    + r"|观众|用户|网友|粉丝|先生|女士|小姐|同学|报告"
    + r"|\b(?:mr|ms|mrs|miss|viewer|user|fan|follower)s?\b"
)
_ACCOUNT = re.compile(
    _REPORTING + r"|微信|抖音|快手|微博|小红书|b站|哔哩|贴吧|知乎|账号|帐号|账户|昵称|网名"
    r"|用户|网友|粉丝|观众|号码|电话|手机|尾号|邮箱"
    r"|\b(?:wechat|weixin|wx|vx|qq|uid|id|account|nick(?:name)?|user(?:name)?|handle|phone|tel|mobile|e-?mail)\b|@"
)
_BEFORE = re.compile(
    r"(?:举报人|投诉人|举报者|投诉者|反映人|来信人|检举人|观众|用户|网友|粉丝|昵称|网名|署名|姓名|微信名"
    r"|reporter|user|nickname|viewer|complainant|mr|ms|mrs|miss)(?:名|是|为|叫|is|named)?[\s:：.,，\"'“”‘’「『【《〈(（\[<@-]*$"
)
_AFTER = re.compile(
    r"^[\s\"'“”‘’」』】》〉)）\]>,，]*"
    r"(?:先生|女士|小姐|同学|这位用户|这位观众|(?:进行|向\S{0,6}|对\S{0,6})?(?:举报|投诉|反映|检举|实名))"
)
# 举报张先生 says who was reported, 张先生举报 who did it.
_REPORT_BEFORE = re.compile(
    r"(?:(?:举报|投诉|反映|来信|检举|申诉|报告|控告)[人者]|reporter|complainant|whistle-?blower)"
    r"(?:是|为|叫|系|姓|is|was)?[\s:：,，\"'“”(（]*$"
)
_REPORT_AFTER = re.compile(
    rf"^[\s\"'”)）]*(?:的|已|也|曾|还|又|来|实名|多次|此前|昨天|今天|对您|对你|向我们|向平台|给我们|has|had|have|also){{0,3}}\s*(?:{_REPORTING})"
)


def has_cue(cue: Cue, original: str, span: tuple[int, int]) -> bool:
    """Whether a cue of this sort stands by the characters `span`.

    `person`, `account`: in the same sentence. `beside`: at the words themselves. `report`: at the words, and only
    words of reporting.
    """
    if not cue:
        return False
    before = _after_last_end(original[max(0, span[0] - _REACH) : span[0]])
    after = _before_first_end(original[span[1] : span[1] + _REACH])
    before, after = normalise(before).text, normalise(after).text
    if cue == "beside":
        return bool(_BEFORE.search(before) or _AFTER.search(after))
    if cue == "report":
        return bool(_REPORT_BEFORE.search(before) or _REPORT_AFTER.search(after))
    words = _PERSON if cue == "person" else _ACCOUNT
    return bool(words.search(before) or words.search(after))


def _after_last_end(text: str) -> str:
    ends = [match.end() for match in _END.finditer(text)]
    return text[ends[-1] :] if ends else text


def _before_first_end(text: str) -> str:
    end = _END.search(text)
    return text[: end.start()] if end else text
