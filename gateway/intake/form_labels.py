"""The labels of forms: what a word before a value calls it, and whose it says that the value is.

A label is made of who (`举报人`, `被举报人`, `受理人`), what (`姓名`, `联系电话`), or both (`举报人联系电话`), with
blanks between its characters where a form spreads them (`姓　　名`), and a remark in brackets behind it
(`举报人（签名）`).

In: one line. Out: the labels in it, in their order. Nothing here fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Field = Literal[
    "person",
    "name",
    "nickname",
    "phone",
    "government_id",
    "address",
    "account",
    "residence",
    "employer",
    "school",
    "rest",
]
"""`person` is a label that says who and not what (`被举报人`); `rest` one whose value identifies nobody (`日期`)."""
Owner = Literal["", "reporter", "party", "office"]
"""Whose the value is, as far as the label says: empty where it says nothing, the reported party, or anybody else."""

BLANK = "[ \u3000\u00a0]"
_BETWEEN = f"{BLANK}{{0,6}}"

_REPORTER = (
    "举报人 投诉人 举报者 投诉者 检举人 反映人 来信人 申诉人 报告人 写信人 控告人 信访人 诉求人 反馈人 "
    "举报方 投诉方 联系人 联络人 声明人 承诺人 填表人 填报人 陈述人 求助人 当事人 申请人 消费者 消费人 "
    "购买人 受害人 反馈用户 投诉用户 举报用户 反馈者 反映者 检举者 控告者 来信者 来访人 来访者 来电人 提交人 提交者 "
    "报案人 咨询人 留言人 求助者 维权人 爆料人"
)
_CONTACTS = frozenset(("联系人", "联络人"))
"""Whose contact it is, what stands before says: the reporter's, where nothing does."""
_POSSESSIVE = "本人 我的 您的 个人 我"
_PARTY = (
    "被举报 被投诉 被反映 被申诉 被控告 被检举 被告发 被告 被诉 被申请 举报对象 投诉对象 反映对象 涉事 涉嫌 "
    "涉案 违规 嫌疑 主播 房间 直播间 对方 商家 商户 店铺 卖家 收款"
)
_OFFICE = (
    "受理 承办 经办 转办 交办 签收 接收 审核 审批 处理 负责 记录 办案 接待 回复 监护 紧急联系 证明 收件 收信 平台 客服 "
    "客户经理 客户服务 售后"
)
_PARTY_ENGLISH = (
    "reported party|reported person|reported user|reported streamer|reported account|accused|respondent|defendant"
    "|streamer"
)
_OFFICE_ENGLISH = "handled by|case officer|officer|witness|emergency contact"
_WHAT: dict[Field, str] = {
    "name": ("姓名 真实姓名 名字 名称 署名 落款 签名 签字 客户姓名 顾客姓名 会员姓名 用户姓名 买家姓名"),
    "nickname": (
        "昵称 网名 用户名 网络昵称 平台昵称 直播间昵称 用户昵称 微信昵称 微信名 抖音昵称 快手昵称 b站昵称 "
        "微博昵称 qq昵称"
    ),
    "phone": (
        "电话 手机 联系电话 联系手机 联络电话 联系方式 联络方式 移动电话 固定电话 座机 电话号码 电话号 手机号码 "
        "手机号 联系电话号码 联系手机号 联系手机号码 手机电话 电话手机 方式 本机号码 电话/手机 手机/电话 固话 "
        "客户电话 客户手机 客户手机号 用户电话 用户手机 用户手机号"
    ),
    "government_id": (
        "身份证 身份证号 身份证号码 居民身份证 居民身份证号 居民身份证号码 证件号 证件号码 证件编号 护照 护照号 "
        "护照号码 公民身份号码"
    ),
    "address": ("邮箱 邮箱地址 电子邮箱 电子邮件 邮件地址 电子邮件地址 联系邮箱 邮件 信箱 电子信箱 电邮"),
    "residence": (
        "住址 家庭住址 通讯地址 通信地址 联系地址 居住地址 现居地址 现住址 户籍地址 联系住址 居住地 现居住地 "
        "地址 详细地址 家庭地址 住所"
    ),
    "employer": ("工作单位 就职单位 任职单位 所在单位"),
    "school": ("学校 就读学校 所在学校"),
    "rest": (
        "性别 年龄 民族 职业 职务 学历 籍贯 出生日期 出生年月 生日 国籍 邮编 邮政编码 日期 时间 填表日期 "
        "举报时间 举报日期 投诉时间 事由 内容 事项 诉求 要求 请求 备注 附件 序号 编号 证据 类型 类别 标题 主题 "
        "举报内容 投诉内容 举报事由 投诉事由 举报事项 举报类型 投诉类型 举报平台 举报链接 事实与理由 证件类型 "
        "情况说明 金额 数量 单号 状态 信息 资料 情况 基本信息 基本情况 个人信息 号 号码 名 单位 部门 机关 科室 "
        "网址 链接 线索 问题 关系"
    ),
}
_ENGLISH: dict[Field, str] = {
    "name": "(?:full |your |reporter(?:'s)? |complainant(?:'s)? |contact )?name|reporter|complainant|reported by"
    "|signed by|signed|contact person|submitted by",
    "phone": r"[tmp](?=\s?[:：]\s?[+(\d])"
    r"|(?:(?:contact|mobile|cell|work|home|tele) ?)?(?:phone|telephone|mobile|tel|cell)(?: (?:number|no))?"
    r"|contact (?:number|no)|contact|ph",
    "government_id": "id (?:card )?(?:number|no)|passport(?: (?:number|no))?",
    "address": "e-?mail(?: address)?",
    "nickname": "nick ?name|user ?name",
    "residence": "(?:home |postal |mailing |street )?address",
    "employer": "employer",
    "school": "school|university",
    "rest": "date|subject|gender|sex|age|occupation|details|description|reason|case|remarks?|nationality",
}
_ATTACHED = frozenset(
    ("号", "号码", "名", "名称", "方式", "单位", "部门", "机关", "科室", "情况", "关系", "状态", "问题", "要求", "请求")
)
"""Labels behind a word for somebody alone: by themselves they are words."""
SERVICES = {
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


def _spread(words: str) -> str:
    """Any of the words, the longest first, with blanks between their characters."""
    return "|".join(_BETWEEN.join(map(re.escape, word)) for word in sorted(words.split(), key=len, reverse=True))


_FIELDS: dict[str, Field] = {word: kind for kind, words in _WHAT.items() for word in words.split()}
_SERVICE = rf"(?:{'|'.join(SERVICES)})[ ]{{0,3}}(?:账号|帐号|账户|号码|号|id|uid|编号|account|number)?"
_REMARK = rf"(?:{_BETWEEN}[(（\[【][^()（）\[\]【】\n\t:：0-9０-９]{{0,8}}[)）\]】])?"
_WHO = (
    rf"(?P<own>(?:实名)?(?:{_spread(_REPORTER)}|{_spread(_POSSESSIVE)}))"
    rf"|(?P<party>(?:{_spread(_PARTY)}){{1,3}}(?:人|方|者|员)?)|(?P<office>(?:{_spread(_OFFICE)}){{1,3}}(?:人|方|者|员)?)"
)
_THING = rf"(?P<nick>{_spread(_WHAT['nickname'])})|(?P<account>{_SERVICE})|(?P<what>{_spread(' '.join(_FIELDS))})"
_LABEL = re.compile(
    rf"(?:(?:{_WHO})(?:的|{_REMARK}{_BETWEEN})(?:{_THING})?|(?:{_THING.replace('P<', 'P<lone_')}))"
    rf"(?:{_BETWEEN}(?:信息|资料|真实姓名|姓名|名字|名称|签名|签字|号码))?{_REMARK}"
    rf"|(?<![A-Za-z])(?:(?:(?P<en_party>{_PARTY_ENGLISH})|(?P<en_office>{_OFFICE_ENGLISH}))"
    r"(?:'s)?(?: (?:name|phone|e-?mail|account|address|tel))?"
    + "".join(f"|(?P<en_{kind}>{words})" for kind, words in _ENGLISH.items())
    + r")\.?(?![A-Za-z])",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"(?<![\u4e00-\u9fffA-Za-z])(?:[\u4e00-\u9fff][\u4e00-\u9fff/ ]{0,9}|[A-Za-z][A-Za-z ]{0,23})"
    r"(?=[ \u3000]{0,3}[:：])"
)
"""A label by its colon alone: of a value that concerns us no more, and the end of the one before."""


@dataclass(frozen=True, slots=True)
class Label:
    """`start` and `end` are its place in the line; `service` that of an account; `sure` where the reporter is named."""

    start: int
    end: int
    field: Field
    owner: Owner
    service: str = ""
    sure: bool = False


def labels_of(line: str) -> Iterator[Label]:
    """Everything in the line that reads as a label. Whether it is one, what stands around it says."""
    for match in _LABEL.finditer(line):
        kind, service = _field_of(match)
        if match["lone_what"] in _ATTACHED:
            continue
        plain = re.sub(BLANK, "", match["own"] or "")
        owner: Owner = "reporter" if plain and plain not in _CONTACTS else ""
        if match["party"] or match["en_party"]:
            owner = "party"
        elif match["office"] or match["en_office"]:
            owner = "office"
        if kind == "person" and plain:
            if plain in _POSSESSIVE.split() and plain != "本人":
                continue  # `我` and `个人` with nothing behind them are words
            kind = "name"
        english = (match["en_name"] or "").lower()
        sure = (
            bool(re.search("举报|投诉|检举|控告|信访|申诉|反映|反馈|来访|来信", plain))
            or "report" in english
            or "complain" in english
        )
        end = match.start() + len(match[0].rstrip(" \u3000\u00a0"))
        yield Label(match.start(), end, kind, owner, service, sure)


def unknown_label(text: str, start: int) -> int:
    """Where a label begins that only its colon shows, or the end of the text."""
    match = _UNKNOWN.search(text, start)
    return match.start() if match else len(text)


def _field_of(match: re.Match[str]) -> tuple[Field, str]:
    for kind in _ENGLISH:
        if match[f"en_{kind}"]:
            return kind, ""
    if match["nick"] or match["lone_nick"]:
        return "nickname", ""
    if account := match["account"] or match["lone_account"]:
        word = next(word for word in sorted(SERVICES, key=len, reverse=True) if account.lower().startswith(word))
        return "account", SERVICES[word]
    if what := match["what"] or match["lone_what"]:
        return _FIELDS[re.sub(BLANK, "", what).lower()], ""
    return "person", ""
