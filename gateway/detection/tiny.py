"""Nicknames of one sign: 🌿, A or a full stop. They are found only where a text says that somebody is called so.

Such a sign stands everywhere, so it is not looked for: the places where a name is announced are (昵称为“…”, 举报人：…,
用户…举报), and the sign that stands there is looked up.

In: a text, folded. Out: places of single signs that are somebody's name. Nothing here fails; linear time.
"""

import re
from collections.abc import Iterator

from gateway.text.blocks import Pause, matches, nothing

_OPENING, _CLOSING = "\"'“‘「『《【\\[(<*", "\"'”’」』》】\\])>*"
_LABEL = (
    "昵称|网名|微信名|用户名|账号名|名字|姓名|名叫|名为|叫做|署名|落款|签名|举报人|投诉人|反映人|来信人|检举人|反馈人|联系人|发件人"
    "|举报者|投诉者|反馈者|举报方|投诉方|(?<![a-z0-9])id|账号|帐号|(?<=[位个])叫"
    "|nickname|nick|username|user name|reporter|complainant|named|called"
)
_AUDIENCE = "用户|观众|网友|粉丝|会员|水友|user|viewer|fan|follower|微信|抖音|qq"
_ANNOUNCED = re.compile(
    rf"(?:(?P<label>{_LABEL})|(?P<audience>{_AUDIENCE}))(?P<is>名|名称|昵称)?(?P<copula>是|为|叫|即|is|was)?"
    rf"(?P<sep>[\s:=|@{_OPENING}]{{0,6}})(?P<sign>\S)"
)
_LONGEST = 40
_ACTING = re.compile(
    rf"[{_OPENING}@](?P<sign>\S)[{_CLOSING}]?[ \t]*"
    r"(?=说|称|举报|投诉|反映|检举|告诉|来信|的(?:举报|投诉|来信|描述))"
)
_ACTS = re.compile(
    r"[ \t]*(?:也|又|曾|已|已经|多次|昨天|今天|实名){0,2}(?:说(?!明|法)|称(?!号|呼|赞)|表示|举报|投诉|反映|检举"
    r"|控告|来信|告诉|反馈|提供|发来|写|said|says|told|wrote|complained|reported|的(?:举报|投诉|来信|描述|材料|截图|证据|观众|用户|粉丝|网友|微信|账号))"
)
_ENDS = re.compile(rf"[\s,.。;!?、|{_CLOSING}]|\Z")
_CROWD = re.compile(r"(?:感谢|谢谢|各位|亲爱的|尊敬的|广大|所有|全体|每位|致)[^。!?\n]{0,6}\Z")
_PIECE = re.compile(r"(?:^|[<>,;\"])[ \t]*(\S)[ \t]*(?=$|[<>,;\"])", re.MULTILINE)


def tiny_names(
    text: str, field: bool = False, value: bool = False, pause: Pause = nothing
) -> Iterator[tuple[str, int]]:
    """(sign, place) of each sign that is said to be a name. `field`: the text names people; `value`: it stands by
    itself, and a sign that is all of it, and is no letter of ASCII, is a name."""
    alone = text.strip()
    if len(alone) == 1 and (field or (value and not alone.isascii() and not alone.isalnum())):
        yield alone, text.index(alone)
        return
    if field:
        for piece in matches(_PIECE, text, _LONGEST, pause):
            yield piece[1], piece.start(1)
    for found in matches(_ANNOUNCED, text, _LONGEST, pause):
        sign, at = found["sign"], found.start("sign")
        if _is_called(text, found, sign, at):
            yield sign, at
    for found in matches(_ACTING, text, _LONGEST, pause):
        yield found["sign"], found.start("sign")


def _is_called(text: str, found: re.Match[str], sign: str, at: int) -> bool:
    """Whether the sign is all of what somebody is called there."""
    after = text[at + 1 : at + 16]
    sep = found["sep"]
    quoted = bool(re.search(rf"[{_OPENING}]\Z", sep)) and bool(re.match(rf"[{_CLOSING}]", after))
    if quoted:
        return True
    acts = _ACTS.match(after)
    announced = bool(found["label"] or found["is"]) and bool(found["copula"] or any(mark in sep for mark in ":=|@"))
    if sign.isalnum():
        return bool((announced and _ENDS.match(after)) or (acts and (found["label"] or found["audience"])))
    if sign.isascii():  # a full stop, a dash: only where nothing else is said
        return announced and bool(re.match(r"\s|\Z", after)) and ":" in sep
    if not (_ENDS.match(after) or acts):
        return False
    return bool(acts or announced or found["label"]) or not _CROWD.search(
        text[max(0, found.start() - 12) : found.start()]
    )
