"""Does a word of everyday Chinese stand where a name stands? 安心 does in 据安心描述, and not in 让用户安心消费.

Chinese writes a name like any other word, so its neighbours decide: who is named before it (举报人, 昵称：, 联系), what
it does (说, 举报了您, 先生), or that it is addressed (安心：, @安心). One neighbour that fits is not enough where the
sentence goes on as it would behind the word (用户安心消费, 请举报人安心等待).

In: what stands before and behind the word, folded, a few characters of each; a line end stands for the edge of the
text. Out: whether it is a name's place. Nothing here fails; each question costs the same, however long the text is.
"""

import re

from gateway.text.chinese import is_common_surname
from gateway.text.everyday import is_everyday

REACH = 28
"""Characters on each side that are looked at."""

_ROLE = re.compile(
    r"(?:(?:举报|投诉|反映|检举|控告|申诉|信访|写信|来信|报案|爆料|反馈|告发|报告|提交|申请|联系|当事|发件|寄件|发信|致电"
    r"|来电|受害|告状|揭发|推荐|介绍|来访|求助|留言|维权|签名|签字)(?:人|者|方)|(?:举报|投诉|检举|反映|反馈|告发|揭发|控告)了?(?:您|你|我们|他|她)的"
    r"(?:人|是|就是)?|(?:举报|投诉|反映|检举|来信|写信|反馈|爆料)的(?:人|是|就是)|证人|(?:投诉|举报|反馈|申诉|来信|反映|留言|来电|咨询)(?:用户|客户|观众|会员|顾客|网友|粉丝)|reporter|complainant"
    r"|whistleblower|informant)\Z"
)
_LABEL = re.compile(
    r"(?:姓名|真名|本名|全名|名字|昵称|网名|署名|落款|签名|签字|称呼|微信名|用户名|账号名|帐号名|客户名|会员名|抄送|密送|主送|收件人|nickname"
    r"|name|signed|sender)\Z"
)
_LABEL_ALONE = re.compile(r"(?:^|\n)[^,;\t|\n]*\Z")
_ACCOUNT = re.compile(r"(?:账号|帐号|账户|微信|微信号|抖音|抖音号|快手|微博|小红书|qq|id|用户|from|by|user|viewer)\Z")
_CALLED = re.compile(
    r"(?:名叫|名为|叫做|化名|署名为?|自称|(?:我|他|她|人|友|众|丝|户|位|个)叫|姓\w{1,2}\W{0,3}(?:单?名|名字)(?:叫|是|为)?"
    r"|(?:姓名|名字|昵称|网名|用户名|微信名|真名)"
    r"(?:是|为|叫|即))\Z"
)
_AUDIENCE = re.compile(
    r"(?:用户|观众|网友|粉丝|会员|顾客|客户|买家|消费者|水友|听众|读者|家长|学生|同学|同事|邻居|朋友|女儿|儿子|妻子|丈夫"
    r"|这位|那位|此人|viewer|user|fan|follower)\Z"
)
_WISH = re.compile(r"(?:请|让|使|令|望|祝|愿|为|给|帮|助|保障|确保|方便|支持|感谢|欢迎)[^。!?;\n]{0,10}\Z")
_CONTACT = re.compile(
    r"(?:联系(?:到|上|了|过|一下)?|找(?:到|过|一下)|问(?:问|过|了|一下)|询问(?:了|过|一下)?|转告|告诉(?:了|过)?|约见|约谈"
    r"|拜访(?:了|过)?|私信(?:了|过)?|致电|采访(?:了|过)?|认识|得罪(?:了|过)?|contact|ask|mr|ms|mrs|miss|dear|hi|hello|with)\Z"
)
_COPULA = re.compile(r"(?:就是|正是|是|为|由|系|被)\Z")
_RECEIVED = re.compile(r"(?:收到|接到|受理|转来|看到|附上|附件是)(?:了|过)?\Z")
_FROM = re.compile(r"(?:举报|投诉|反馈|来信|来电|邮件|材料|截图|录音|反映)\w{0,3}(?:来自|出自|由)\Z")
_ABUSED = re.compile(r"(?:骚扰|辱骂|谩骂|打扰|报复|诋毁|诽谤|人肉|恐吓)(?:了|过)?\Z")
_WHEN = re.compile(r"(?:昨天|今天|昨晚|今早|前天|昨日|今日|刚才|刚刚|日前|上周|上月|当晚|随后|后来|\d[日号])\Z")
_DATE = r"(?:(?:于|在)?(?:\d{1,4}[年月日号./-]?){2,6}|于?(?:昨天|今天|昨晚|前天|昨日|上周))?"
_ACCORDING = re.compile(r"(?:据|按照|按)\Z")
_TOWARDS = re.compile(r"(?:对|向|和|与|跟|同|给|找|替)\Z")

_FILLER = (
    r"(?:也|又|还|曾经|曾|已经|已|此前|之前|昨天|今天|昨日|今日|日前|刚刚|刚才|上周|上月|多次|再次|实名|匿名|对此|随后|后来"
    r"|本人|这位|向(?:我们|平台|客服|公司)|给(?:我们|平台)|对(?:您|你)|就|于|所|进行){0,2}"
)
_SAYS = (
    r"(?:说(?![明法服教唱话])|称(?![号呼谓赞为作职重心霸道得])|表示(?!器)|声称|坚称|反映(?!出)|描述|陈述|讲述|介绍(?!信)|回忆"
    r"|指出|指认|承认|告诉|告知|告发|举报|投诉|检举|控告|报案|来信|来函|来电(?!显示)|致电|来访|写信|写道|写的|写给|寄来|发来"
    r"|发给|发的|提交|提供(?!保障|服务|便利|支持|帮助|参考)|提出|提到|反馈|认为|要求|希望|质疑|抱怨|撤诉|起诉|爆料|留言"
    r"|said|says|told|wrote|complained|reported)"
)
_SAYING = re.compile(_FILLER + _SAYS)
_AUDIENCE_SAYS = re.compile(
    _FILLER
    + r"(?:说(?![明法服教唱话])|称(?![号呼谓赞为作职重心霸道得])|表示(?!器)|声称|反映(?!出)|描述|讲述|举报|投诉|检举"
    r"|控告|报案|来信|来函|来电(?!显示)|致电|写信|告诉|爆料|质疑|提交了|提供(?:了|的|给)|打来电话|要求(?=退|赔|道歉|处理|平台|您|你|我们|删|封|撤)|said|says|told|wrote|complained|reported)"
)
_BEGINS_SAYING = re.compile(
    _DATE + r"(?:也|又|还|曾经|曾|已经|已|此前|昨天|今天|昨日|日前|多次|再次|实名|本人){0,2}"
    r"(?:说(?![明法服教唱话])|称(?![号呼谓赞为作职重心霸道得])|表示(?!器)|声称|反映(?!出)|描述|讲述|告诉(?:了)?(?:我们|平台|客服|您|你|他|她)"
    r"|(?:举报|投诉|检举|控告|告发)(?:了|过|您|你|称|说|的是|贵|该|主播)|(?:对|向)(?:您|你|我们|平台)\w{0,4}(?:举报|投诉|反映|检举)"
    r"|来信(?:说|称|反映|举报|投诉)|写信(?:说|给|来|称)|打(?:来|了|过)(?:了)?电话|致电(?:说|称|我们|平台)|发来(?:了)?(?:举报|投诉|邮件|材料|截图|私信)"
    r"|提供(?:了|的)(?:证据|截图|录音|材料|聊天)|所[述说称诉言]|所(?:反映|举报|投诉|提供|提交|描述)|写道|said|says|told|wrote|complained|reported)"
)
_DID_IT = re.compile(
    r"(?:本人|实名|匿名|亲自)?(?:举报|投诉|检举|控告|告发|告诉|说的|说出|写的|写信|提供|提交|发来|发的|发起|寄来|反映|告的|揭发|曝光|爆料)"
)
_ITS = re.compile(
    r"的(?:举报|投诉|检举|控告|来信|举报信|投诉信|描述|陈述|说法|诉求|反映|证言|孩子|儿子|女儿|手机号|身份证|材料|截图|录音)"
    r"(?!渠道|方式|平台|机制|环境|流程|入口|通道|电话|处理|率|量|热线|规则|内容规范"
    r"|说明|清单|模板|要求|规定|分类|分析|统计|汇总|类型)"
)
_THEIR = re.compile(
    r"的(?:名字|姓名|昵称|微信|qq|电话|手机|邮箱|账号|帐号|住址|地址|联系方式|身份|个人信息|家|单位|同事|丈夫|妻子)"
)
_DONE = re.compile(r"(?:已|被|正在|尚未|我们|平台|得到|[,。;!?\n]|\Z)")
_WHO = re.compile(r"的(?:用户|观众|网友|粉丝|会员|人|女|男|顾客|客户|水友|玩家|家长|学生|同学|朋友|账号|帐号)")
_THEN = re.compile(
    r"(?:核实|了解|沟通|确认|求证|询问|取证|并|但|后(?![台续果])|时|谈|说明|本人|要求|请|道歉|处理|退款|和|与|及|或|以及|的|了|吗|吧)"
)
_TITLE = re.compile(r"(?:先生|女士|小姐|太太|同学|老师|这位|那位|大哥|大姐|阿姨|叔叔)(?!们|会|录|傅|优先|班)|本人")
_HELLO = re.compile(r"[您你]好")
_TURNS = re.compile(r"(?:[您你]|我们|感谢|谢谢|关于|收到|请)")
_ACTS_ON = re.compile(
    r"(?:本人|当面|公开|亲自|单独){0,2}(?:道歉|致歉|赔礼|赔罪|赔偿|和解|对质|联系(?!密切|紧密|起来|在一起|实际)|联络|见面|通话"
    r"|打电话|打过电话|发(?:过|了|送)?(?:消息|私信|邮件|短信)|核实情况|求证|了解情况|说明情况|解释清楚|协商|聊(?:过|了|天)|谈过|撤诉"
    r"|索要|讨要|当面|骂|吵架|有过|私下)"
)
_REACHED = re.compile(r"[\s(\[:|/]+(?:电话|手机|手机号|联系方式|微信|qq|邮箱|身份证|tel|phone|1[3-9]\d{9}|\+?86)")
_MAILBOX = re.compile(r"\s*[<(]\s*[^\s<>()@]{1,64}@")
_ROLE_BEHIND = re.compile(
    r"\s*[(\[]\s*(?:(?:实名|匿名)?(?:举报|投诉|反映|检举|控告|申诉|来信|反馈|来访|当事|受害)(?:人|者|方|用户|客户)|举报你的|投诉你的"
    r"|reporter|complainant|whistleblower)\s*[)\]]"
)
_PERSONAL = re.compile(r"\s*[,、(]\s*(?:[男女](?:性|士)?(?=[\s,、;。)]|\Z)|\d{1,2}岁)")
_DATED = re.compile(r"\s*\n\s*(?:19|20)\d\d\s*[年./-]")
_SIGNED = re.compile(r"(?:此致|敬礼|谨上|敬上|顺颂商祺|祝好|致礼|签名|签字|regards|sincerely|thanks)\W*\n\s*\Z")
_SIGNS_BEFORE = re.compile(r"[\W_]*\Z")
_SIGNS_BEHIND = re.compile(r"[\W_]*")
_OPENING, _CLOSING = frozenset("\"'“‘「『《〈<([【*"), frozenset("\"'”’」』》〉>)]】*")
_SOFT = _CLOSING | frozenset(" \t")
_STOPS = frozenset("。!?;…\n")
_TIMES = re.compile("[今明昨后前][天晚日年]|去年|早上|上午|下午|晚上|周末|当天|平[时日]|将来|未来")
_NEIGHBOUR_BEFORE = re.compile(r"([\u4e00-\u9fff]{2,4})、\Z")
_NEIGHBOUR_BEHIND = re.compile(r"、([\u4e00-\u9fff]{2,4})(?=\W|和|与|等|\Z)")
_ITEM_BEFORE = re.compile(r"([\u4e00-\u9fff]{2,4})[,;/|]\s?\Z")
_ITEM_BEHIND = re.compile(r"[,;/|]\s?([\u4e00-\u9fff]{2,4})(?=\W|\Z)")


def is_names_place(before: str, after: str, word: str = "") -> bool:
    """Whether a name stands between the two. Of a `word` for a time (明天) less is a sign of one.

    >>> is_names_place("据", "描述,当晚"), is_names_place("让用户", "消费")
    (True, False)
    """
    signs = _SIGNS_BEFORE.search(before)
    sep = signs[0] if signs else ""
    core = before[: len(before) - len(sep)]
    behind = _SIGNS_BEHIND.match(after)
    tail = behind[0] if behind else ""
    follows = after[len(tail) :] if not tail or set(tail) <= _SOFT else ""
    ends = bool(tail) or not after
    if _TITLE.match(follows) or (sep.endswith("@") and (ends or _SAYING.match(follows))):
        return True
    person = bool(_SAYING.match(follows) or _ITS.match(follows) or _THEIR.match(follows))
    parted = bool(_STOPS & set(sep)) or "," in sep  # the clause ends before the word
    quoted = bool(sep) and sep[-1] in _OPENING and tail[:1] in _CLOSING
    if _by_label(core, sep, follows, ends, person, quoted):
        return True
    alone = parted or not core
    if alone and (_REACHED.match(after) or _MAILBOX.match(after)):
        return True
    if (alone or sep) and (_ROLE_BEHIND.match(after) or _PERSONAL.match(after)):
        return True
    if not parted and core:
        if _by_neighbour(core, sep, follows, ends, person, quoted):
            return True
    elif _begins(core, sep, tail, after, follows, _TIMES.fullmatch(word) is not None):
        return True
    return _is_listed(before, after)


def _by_label(core: str, sep: str, follows: str, ends: bool, person: bool, quoted: bool) -> bool:
    """姓名：安心; 举报人（安心）; 用户“安心”; 名叫安心."""
    fits = ends or person
    if _CALLED.search(core) and not set(sep) & _STOPS and (fits or _WHO.match(follows)):
        return True
    if not fits or set(sep) & (_STOPS - {"\n"}) or "," in sep:
        return False
    if "\n" in sep and not _LABEL_ALONE.search(core):
        return False  # the last cell of a row is no label of the next line
    strong = bool(set(sep) & {":", "=", "|", "\t"}) or quoted or bool(sep and sep[-1] in _OPENING)
    if sep and (_LABEL.search(core) or _ROLE.search(core)):
        return True
    return strong and bool(_ACCOUNT.search(core) or _AUDIENCE.search(core))


def _by_neighbour(core: str, sep: str, follows: str, ends: bool, person: bool, quoted: bool) -> bool:
    """What stands right before it says that a person comes, and what comes behind it does not say otherwise."""
    role, audience = _ROLE.search(core), _AUDIENCE.search(core)
    first = role or audience
    if first:
        beginning = core[: first.start()]
        if _WISH.search(beginning):
            return quoted and person
        if role:
            return person or ends
        return bool(_AUDIENCE_SAYS.match(follows) or (_COPULA.search(beginning) and _DID_IT.match(follows)))
    if _LABEL.search(core):
        return person
    if _CONTACT.search(core):
        return ends or person or bool(_THEN.match(follows))
    if copula := _COPULA.search(core):
        asked = core[: copula.start()]
        return bool(_DID_IT.match(follows)) or (ends and bool(_ROLE.search(asked) or _LABEL.search(asked)))
    if _ACCORDING.search(core):
        return person
    if _RECEIVED.search(core):
        return bool(_ITS.match(follows))
    if _FROM.search(core) or _ABUSED.search(core):
        return ends
    if _WHEN.search(core):
        return bool(_BEGINS_SAYING.match(follows))
    if _TOWARDS.search(core):
        return bool(_ACTS_ON.match(follows)) or (quoted and person) or bool(_ITS.match(follows) and core.endswith("据"))
    return quoted and person


def _begins(core: str, sep: str, tail: str, after: str, follows: str, is_time: bool) -> bool:
    """The first word of a clause: it acts, is addressed, or has signed."""
    its = _ITS.match(follows)
    if _BEGINS_SAYING.match(follows) or _HELLO.match(follows):
        return True
    if its and (not is_time or _DONE.match(follows, its.end())):  # 明天的投诉已受理, 明天的投诉会议
        return True
    if core and "\n" not in sep:
        return False
    # A line of its own, or the first of one.
    if tail[:1] in (",", ":", "!"):
        rest = after[len(tail) :]
        if "\n" in tail or _HELLO.match(rest):
            return True
        return bool(not core and tail[0] == "," and _TURNS.match(rest)) and not is_time
    return bool(tail.startswith(("\n", " \n")) and _DATED.match(after)) or bool(
        "\n" in tail[:2] and _SIGNED.search(core + sep)
    )


def _is_listed(before: str, after: str) -> bool:
    """张三丰、安心、李小四: among names. 张三丰,安心,李小四: between two."""
    if _is_person(_NEIGHBOUR_BEFORE.search(before)) or _is_person(_NEIGHBOUR_BEHIND.match(after)):
        return True
    return _is_person(_ITEM_BEFORE.search(before)) and _is_person(_ITEM_BEHIND.match(after))


def _is_person(found: re.Match[str] | None) -> bool:
    return found is not None and is_common_surname(found[1][0]) and len(found[1]) < 4 and not is_everyday(found[1])
