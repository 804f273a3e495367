"""Names of files that a text mentions, and which of them tell one file from all others.

A mail program makes a link of an attachment that is too large, and what is left of the file is its name.
`IMG_2041.jpg`, `截图.png` and `直播回放.mp4` are everybody's; what is left of a name without such words, or the second
at which it was made, is not.

In: texts. Out: names, and 64-bit prints of their ends without a key: before a name in Chinese stands no blank. One
pass; nothing here fails.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gateway.text.han import is_han
from gateway.text.normalize import letters

LONGEST_STEM = 80
_SHORTEST_END, _LONGEST_END = 2, 6
_LEAST_HAN, _LEAST_LATIN, _LEAST_DIGITS = 2, 5, 12
_COMPLAINS_HAN, _COMPLAINS_LATIN = 4, 9

_ENDINGS = (
    "docx?|wps|pdf|odt|rtf|txt|xlsx?|et|ods|csv|pptx?|dps|zip|rar|7z|tar|gz|eml|msg|html?|jpe?g|png|gif|bmp|webp|heic|tiff?"
    "|mp4|mov|avi|mkv|flv|wmv|m4v|mp3|m4a|wav|amr|aac|ogg"
)
_NAME = re.compile(rf"[.．](?:{_ENDINGS})(?![0-9A-Za-z])", re.IGNORECASE)
_ENDING = re.compile(rf"[.．](?:{_ENDINGS})\s*\Z", re.IGNORECASE)
_BEFORE = re.compile(r"[\x00-\x1f/\\<>\"|?*:：=&\u2028\u2029]")
_COPY = re.compile(r"[\s_-]*(?:[(（]\d{1,3}[)）]|副本|- ?copy)\s*\Z", re.IGNORECASE)
_COMPLAINS = re.compile("举报|投诉|控告|检举|控诉|维权|申诉|complain|whistle")
_EVERYBODYS = re.compile(
    "新建|截图|截屏|屏幕|快照|照片|图片|相片|图像|附件|文档|文件|材料|资料|证据|录屏|录音|录像|视频|直播间?|回放|聊天|记录|对话|"
    "充值|打赏|消费|支付|转账|付款|收款|交易|订单|账单|流水|明细|清单|列表|表格|工作[表簿]|合同|协议|说明|声明|通知|公告|报告|申请|"
    "授权|承诺|规则|规范|须知|公约|情况|相关|补充|全部|完整|最新|新版|最终|定稿|初稿|扫描|复印|原件|身份证|营业执照|主播|平台|"
    "用户|观众|粉丝|房间|微信|企业|支付宝|抖音|快手|淘宝|未命名|无标题|演示|文稿|汇总|打包|压缩|模板|样本|登记|副本|备份|"
    "简历|个人|本人|家庭|住址|地址|银行|账户|余额|发票|收据|凭证|小票|音频|语音|铃声|下载|正面|反面|背面|证件|户口[本簿]|户籍|护照|驾照|学生证|"
    "结婚证|房产证|出生|未成年人?|监护人|法定代理人|证明|证书|详情|详细|退款|退货|退费|委托|起诉|答辩|上诉|律师|公证|仲裁|判决|裁定|调解|"
    "会议|通话|电话|短信|邮件|昨天|今天|上午|下午|晚上|"
    "[信函状书表单件图版页张份年月日号时分秒第的和及与之一二三四五六七八九十]|关于|"
    "screenshot|screen|shot|image|img|photo|picture|pic|dsc|scan|document|doc|file|new|copy|final|video|vid|recording|record|"
    "rec|mmexport|wechat|wx|camera|cam|untitled|attachment|data|list|sheet|book|invoice|contract|agreement|chat|log|draft|"
    "version|page|microsoft|word|excel|powerpoint|wps|office|report|evidence|letter|statement|notes?|qq|pdf|"
    "recording|meeting|audio|voice|music|movie|download|unnamed|noname|unknown|resume|receipt|certificate|passport|license|bank|alipay|"
    "iphone|ipad|ios|android|whatsapp|telegram|google|camscanner|scanner|live|stream|refund|payment|order|history|details"
)
_PERIOD = re.compile(r"(?<!\d)(?:20\d\d[01]\d[0-3]\d){2}(?!\d)")
"""From one day to another: everybody exports a bill of September."""

Prints = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters `start` to `end` of a text; the letters of what stands before the ending, and perhaps more before."""

    start: int
    end: int
    stem: str = field(repr=False)


def mentions(text: str) -> Iterator[Mention]:
    """Every name with an ending that a text mentions.

    >>> [mention.stem for mention in mentions("请看 举报材料-直播录屏(1).DOCX（68M）")]
    ['请看举报材料直播录屏']
    """
    last = 0
    for found in _NAME.finditer(text):
        before = text[max(last, found.start() - LONGEST_STEM) : found.start()]
        start = max((sign.end() for sign in _BEFORE.finditer(before)), default=0)
        stem = letters(_COPY.sub("", before[start:])).text
        if stem:
            yield Mention(found.start() - len(before) + start, found.end(), stem)
        last = found.end()


def stem_of(name: str) -> str:
    """The letters of a file's own name without its ending; nothing where it has none."""
    bare, count = _ENDING.subn("", name)
    return letters(_COPY.sub("", bare[-LONGEST_STEM:])).text if count else ""


def tells(stem: str, own: Iterable[str] = ()) -> bool:
    """Whether a name is one file's. `own` are words that are the reader's.

    >>> [tells(stem) for stem in ("img2041", "直播录屏", "星儿骂人", "screenshot20260908201455", "举报材料直播录屏")]
    [False, False, True, True, True]
    """
    if not stem:
        return False
    rest = stem
    for word in sorted((word for word in own if len(word) > 1), key=len, reverse=True):
        rest = rest.replace(word, " ")
    rest = _EVERYBODYS.sub(" ", _PERIOD.sub(" ", rest))
    han, latin = sum(map(is_han, rest)), sum(c.isascii() and c.isalpha() for c in rest)
    if han >= _LEAST_HAN or latin >= _LEAST_LATIN or sum(c.isdecimal() for c in rest) >= _LEAST_DIGITS:
        return not _COMPLAINS.fullmatch(stem)
    if not _COMPLAINS.search(stem):
        return False
    return sum(map(is_han, stem)) >= _COMPLAINS_HAN or len(stem) >= _COMPLAINS_LATIN


def mention_prints(text: str) -> Prints:
    """Of the ends of all names that are mentioned."""
    ends = {
        mention.stem[-length:]
        for mention in mentions(text)
        for length in range(_SHORTEST_END, min(_LONGEST_END, len(mention.stem)) + 1)
    }
    return np.array(sorted(map(_digest, ends)), np.uint64)


def stem_print(stem: str) -> int:
    """That by which a name is found where it is mentioned."""
    return _digest(stem[-_LONGEST_END:])


def _digest(end: str) -> int:
    data = end.encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, person=b"hushgate-file").digest(), "little")
