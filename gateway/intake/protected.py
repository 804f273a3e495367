"""What a report protects, in kinds and counts, and what was not found: nobody is told that a letter gave no name unless
somebody says so.

In: a report. Out: `Protection`, and its lines in Chinese and English, which hold nothing of the reporter.
"""

from dataclasses import dataclass
from typing import Literal

from gateway.model import Item, Kind, Report
from gateway.text.addresses import fold_address

Missing = Literal["name", "phone"]
MARKED = "marked"
"""The source of what a person marked in the letter."""
MARKABLE: tuple[Kind, ...] = ("name", "nickname", "phone", "address", "account", "government_id")
_WORDS = {
    "name": "姓名",
    "nickname": "昵称",
    "phone": "电话",
    "address": "邮箱",
    "account": "账号",
    "government_id": "证件号",
    "avatar": "头像",
    "qr_code": "二维码",
    "circumstance": "情况",
}


@dataclass(frozen=True, slots=True)
class Protection:
    """`counts` by kind, of what mail is searched for; `missing` is what a letter should give and did not; `to_decide`
    is how many items a person is asked about, which protect nobody meanwhile."""

    report: str
    counts: tuple[tuple[str, int], ...]
    missing: tuple[Missing, ...]
    to_decide: int = 0

    @property
    def is_nobody(self) -> bool:
        """Whether nothing says who is to be protected: material alone does not know a name when it meets one."""
        return not any(kind in (*MARKABLE, "avatar") for kind, _ in self.counts)


def protection_of(report: Report) -> Protection:
    """What the report protects now. Missing is a name where there is neither name nor nickname, and a telephone."""
    active = [item.kind for item in report.identity if item.acts]
    counts: dict[str, int] = {}
    for kind in (*active, *("avatar" for avatar in report.avatars if avatar.usable and avatar.state != "struck")):
        counts[kind] = counts.get(kind, 0) + 1
    missing: list[Missing] = [] if {"name", "nickname"} & set(active) else ["name"]
    if "phone" not in active:
        missing.append("phone")
    order = [kind for kind in _WORDS if kind in counts]
    asked = sum(item.state == "asked" for item in report.identity)
    return Protection(report.id, tuple((kind, counts[kind]) for kind in order), tuple(missing), asked)


def marked(kind: str, value: str) -> Item | None:
    """What a person says of the reporter, as an item; None for what cannot be one. An account may be `wechat:xm_90`."""
    value, service = value.strip(), ""
    sort = next((one for one in MARKABLE if one == kind), None)
    if sort is None:
        return None
    if kind == "account" and ":" in value:
        service, _, value = value.partition(":")
    if len(value) < 1 or len(value) > 200 or not value.isprintable():
        return None
    if (kind == "address" and not fold_address(value)) or (kind == "phone" and sum(map(str.isdecimal, value)) < 5):
        return None
    return Item(kind=sort, value=value, detail=service, source=MARKED, state="confirmed")


def protected_counts(protection: Protection) -> str:
    """`姓名 name 1, 电话 phone 1`, or that there is nobody; and how much a person is to decide."""
    asked = f"待决定 to be decided {protection.to_decide}" if protection.to_decide else ""
    if protection.is_nobody:
        return "无人可保护 nobody to protect" + (f"; {asked}" if asked else "")
    counts = [f"{_WORDS[kind]} {kind} {count}" for kind, count in protection.counts]
    return ", ".join((*counts, asked) if asked else counts)


def question(protection: Protection) -> str:
    """One line for whoever is to decide; empty where nothing is asked."""
    if not protection.to_decide:
        return ""
    return (
        f"{protection.report}: 有 {protection.to_decide} 项来自材料的信息也常见于本单位的日常邮件，在确认前不起作用；"
        f"{protection.to_decide} suggested item(s) stand in the organisation's ordinary mail and protect nobody until "
        f"somebody decides: hushgate reports show {protection.report}, then confirm or strike"
    )


def warning(protection: Protection) -> str:
    """One line for whoever imported the report; empty where nothing is missing."""
    if not protection.missing:
        return ""
    zh = "、".join(_WORDS[kind] for kind in protection.missing)
    en = " and no ".join("telephone" if kind == "phone" else kind for kind in protection.missing)
    option = " ".join(f"--{kind} …" for kind in protection.missing)
    nobody = "无人可保护 nobody to protect; " if protection.is_nobody else ""
    return (
        f"{protection.report}: {nobody}未找到举报人的{zh}，提及者不会被拦下；"
        f"no {en} of the reporter was found, and mail with it passes: "
        f"hushgate reports protect {protection.report} {option}"
    )
