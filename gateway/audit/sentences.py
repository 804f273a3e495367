"""What each entry of the audit log says, as a sentence in Chinese and in English: who did what, and why.

In: an entry, and its detail, with its sealed texts opened or without. A sealed text that is not open is said to be
sealed, and never guessed at. An event that nobody wrote a sentence for is named as it is.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Literal

from gateway.errors import StoreUnavailable
from gateway.storage.audit_protocols import SEALED, Audit, AuditEntry, AuditFilter

Language = Literal["zh", "en"]

SENTENCES: dict[str, tuple[str, str]] = {
    # messages
    "held": ("扣留了邮件 {subject}（规则 {rule}）", "held message {subject} (rule {rule})"),
    "rewritten": ("将邮件 {subject} 改写后发出（规则 {rule}）", "sent message {subject} rewritten (rule {rule})"),
    "rejected": ("拒收了邮件 {subject}（规则 {rule}）", "refused message {subject} (rule {rule})"),
    "evidence_completed": ("看完了邮件 {subject} 的其余部分", "looked through the rest of message {subject}"),
    "opened_with_password": (
        "用密码打开了邮件 {subject} 的附件并重新检查",
        "opened a file of message {subject} with a password and inspected it again",
    ),
    "justified": ("收到发件人对邮件 {subject} 的说明", "took in what the sender says of message {subject}"),
    # decisions
    "release_claimed": ("开始放行邮件 {subject}", "began to release message {subject}"),
    "release_sending": ("正在把邮件 {subject} 交给上游服务器", "was handing message {subject} to upstream"),
    "released": ("放行了邮件 {subject}", "released message {subject}"),
    "release_refused": (
        "放行邮件 {subject} 时未能发出，邮件仍在待审",
        "could not send message {subject}; it stays held",
    ),
    "release_uncertain": (
        "放行邮件 {subject} 时断线，是否送达不明",
        "lost the line while releasing message {subject}; whether it arrived is unknown",
    ),
    "lease_swept": (
        "收回了中断的放行，邮件 {subject} 的状态为{state}",
        "ended a release of message {subject} that was interrupted; it is {state} now",
    ),
    "discarded": ("作废了邮件 {subject}", "discarded message {subject}"),
    "returned": ("把邮件 {subject} 退回发件人", "returned message {subject} to its sender"),
    "release_proposed": (
        "提议处理邮件 {subject}，等待第二人复核",
        "proposed a decision on message {subject}, for a second person",
    ),
    "proposal_withdrawn": ("撤回了对邮件 {subject} 的提议", "withdrew the proposal on message {subject}"),
    "proposal_turned_down": ("驳回了对邮件 {subject} 的提议", "turned down the proposal on message {subject}"),
    # looks
    "opened": ("查看了邮件 {subject}{purpose}", "looked at message {subject}{purpose}"),
    "report.viewed": ("查看了举报 {subject}", "looked at report {subject}"),
    "report.revealed": (
        "查看了举报 {subject} 中举报人的明文信息",
        "looked at the reporter of report {subject} in clear",
    ),
    "identity.revealed": (
        "显示了邮件 {subject} 中被遮盖的身份信息",
        "looked at an identity in message {subject} in clear",
    ),
    "inspection.revealed": (
        "检查一封邮件时显示了其中被遮盖的身份信息（{subject}）",
        "looked at identities in a mail that was inspected by hand ({subject}), in clear",
    ),
    "list_viewed": ("查看了{subject}", "looked at {subject}"),
    "log_revealed": (
        "显示了审计日志第 {from}–{to} 条中封存的文字",
        "opened the sealed texts of log entries {from} to {to}",
    ),
    # reports
    "report_added": ("录入了举报 {subject}", "added report {subject}"),
    "report_changed": ("更新了举报 {subject}", "changed report {subject}"),
    "report_closed": ("结案了举报 {subject}", "closed report {subject}"),
    "report_withdrawn": ("登记举报 {subject} 已撤回", "marked report {subject} as withdrawn"),
    "report_reopened": ("重新打开了举报 {subject}", "reopened report {subject}"),
    "report_erased": ("永久删除了举报 {subject} 的内容", "erased report {subject} for good"),
    "item_confirmed": ("确认举报 {subject} 的第 {item} 项属于举报人", "confirmed item {item} of report {subject}"),
    "item_struck": ("剔除了举报 {subject} 的第 {item} 项", "struck item {item} of report {subject}"),
    "item_marked": ("为举报 {subject} 补充了一项受保护的信息", "added an item to what report {subject} protects"),
    "item_asked": ("请审核员确认举报 {subject} 的一项信息", "asked reviewers about an item of report {subject}"),
    "parties_imported": (
        "导入了主播名录（新增 {added}，更新 {changed}）",
        "imported the directory of parties ({added} new, {changed} changed)",
    ),
    # accounts
    "setup_issued": ("签发了首个账号的设置链接", "issued the link for the first account"),
    "person_set_up": ("设置了自己的账号（角色：{role}）", "set up their account (role: {role})"),
    "invited": ("邀请了 {subject}（角色：{role}）", "invited {subject} (role: {role})"),
    "password_set": ("设置了密码", "set a password"),
    "password_changed": ("修改了密码", "changed their password"),
    "account_disabled": ("停用了账号 {subject}", "disabled the account {subject}"),
    "account_enabled": ("启用了账号 {subject}", "enabled the account {subject}"),
    "account_reset": ("重置了账号 {subject}", "reset the account {subject}"),
    "role_changed": (
        "把 {subject} 的角色由{before}改为{role}",
        "changed the role of {subject} from {before} to {role}",
    ),
    "provider_linked": ("关联了统一登录", "linked single sign-on"),
    "provider_unlinked": ("取消了统一登录的关联", "unlinked single sign-on"),
    "totp_on": ("启用了两步验证", "turned on the second factor"),
    "totp_off": ("关闭了两步验证", "turned off the second factor"),
    "recovery_used": ("用了一个恢复码", "used a recovery code"),
    "recovery_renewed": ("更换了恢复码", "renewed their recovery codes"),
    # tokens
    "token_created": ("创建了接口令牌 {subject}（权限：{scopes}）", "created the API token {subject} ({scopes})"),
    "token_rotated": ("更换了接口令牌 {subject} 的密钥", "gave the API token {subject} a new secret"),
    "token_revoked": ("吊销了接口令牌 {subject}", "revoked the API token {subject}"),
    # sign-ins
    "signed_in": ("登录", "signed in"),
    "signed_out": ("退出登录", "signed out"),
    "sign_in_failed": ("登录失败", "failed to sign in"),
    "sessions_ended": ("结束了 {subject} 的会话", "ended sessions of {subject}"),
    # rules, exports, notices
    "rules_changed": ("启用了 {subject} 的新内容", "put {subject} into force as it is now"),
    "rules_refused": (
        "没有启用改动后的规则：{subject} 有错，仍按原来的规则运行",
        "did not put changed rules into force: there is a mistake at {subject}, and the old ones hold",
    ),
    "log_exported": ("导出了审计日志（{format}）", "exported the audit log ({format})"),
    "notice_sent": ("就邮件 {subject} 发出了通知", "sent a notice about message {subject}"),
    "legal_hold": ("对邮件 {subject} 设置了法律保全", "put message {subject} under a legal hold"),
    "legal_hold_ended": ("解除了邮件 {subject} 的法律保全", "ended the legal hold on message {subject}"),
    "purged": ("彻底删除了邮件 {subject}", "removed message {subject} for good"),
    "watched_marked": (
        "标记了只观察的邮件 {subject}（{verdict}）",
        "marked message {subject}, which was only watched ({verdict})",
    ),
    "drilled": ("做了一次演练，编造的泄露邮件都被拦下", "ran a drill: every made-up leak was stopped"),
    "drill_failed": (
        "做了一次演练，结果不合格",
        "ran a drill, and it failed",
    ),
    "drill_abandoned": ("清除了一次中断的演练", "cleared away a drill that was interrupted"),
    "backed_up": ("备份了数据", "made a backup of the store"),
    "restored": (
        "从备份恢复了数据（恢复后有 {entries} 条记录，回退 {set_back_by} 条）",
        "restored the store from a backup ({entries} entries then, set back by {set_back_by})",
    ),
    "figures_exported": ("导出了统计数据", "exported figures"),
    "notice_failed": ("未能就邮件 {subject} 发出通知", "could not send a notice about message {subject}"),
}

GROUPS: dict[str, tuple[str, ...]] = {
    "decisions": (
        "released", "discarded", "returned", "release_claimed", "release_sending", "release_refused",
        "release_uncertain", "lease_swept", "release_proposed", "proposal_withdrawn", "proposal_turned_down",
    ),
    "messages": ("held", "rewritten", "rejected", "evidence_completed", "opened_with_password", "justified"),
    "looks": ("opened", "report.viewed", "list_viewed"),
    "reveals": ("report.revealed", "identity.revealed", "inspection.revealed", "log_revealed"),
    "reports": (
        "report_added", "report_changed", "report_closed", "report_withdrawn", "report_reopened", "report_erased",
        "item_confirmed", "item_struck", "item_marked", "item_asked", "parties_imported",
    ),
    "accounts": (
        "setup_issued", "person_set_up", "invited", "password_set", "password_changed", "account_disabled",
        "account_enabled", "account_reset", "role_changed", "provider_linked", "provider_unlinked", "totp_on",
        "totp_off", "recovery_used", "recovery_renewed", "token_created", "token_rotated", "token_revoked",
    ),
    "sign_ins": ("signed_in", "signed_out", "sign_in_failed", "sessions_ended"),
    "rules": ("rules_changed", "rules_refused"),
    "exports": ("log_exported", "figures_exported"),
    "keeping": ("legal_hold", "legal_hold_ended", "purged", "backed_up", "restored"),
    "notices": ("notice_sent", "notice_failed"),
    "watched": ("watched_marked",),
    "drills": ("drilled", "drill_failed", "drill_abandoned"),
}  # fmt: skip
"""Events that are asked for together. A test holds that each sentence is in one."""

GROUP_NAMES: dict[str, tuple[str, str]] = {
    "decisions": ("处理决定", "Decisions"),
    "messages": ("扣留与改写", "Holds and rewritings"),
    "looks": ("查看", "Looks"),
    "reveals": ("显示封存内容", "Reveals"),
    "reports": ("举报", "Reports"),
    "accounts": ("账号", "Accounts"),
    "sign_ins": ("登录", "Sign-ins"),
    "rules": ("规则变更", "Rule changes"),
    "exports": ("导出", "Exports"),
    "notices": ("通知", "Notices"),
    "keeping": ("留存与删除", "Keeping and removing"),
    "watched": ("只观察的邮件", "Mail that was only watched"),
    "drills": ("演练", "Drills"),
    "others": ("其他", "Others"),
}

_WORDS: dict[str, tuple[str, str]] = {
    "verdict:right": ("该拦", "right to stop"),
    "verdict:false": ("误报", "a false alarm"),
    "verdict:none": ("取消标记", "the mark taken back"),
    # what is looked at
    "queue": ("待审邮件列表", "the list of held messages"),
    "rewritten_list": ("已改写邮件列表", "the list of rewritten messages"),
    "reports": ("举报列表", "the list of reports"),
    "late": ("事后发现的邮件列表", "the list of late matches"),
    "watched": ("只观察的邮件列表", "the list of mail that was only watched"),
    "log": ("审计日志", "the audit log"),
    "figures": ("统计数据", "the figures"),
    "senders": ("发件人试探情况", "who may be probing"),
    "accounts": ("账号列表", "the list of accounts"),
    "parties": ("主播名录", "the directory of parties"),
    # states
    "state:held": ("待审", "held"),
    "state:releasing": ("放行中", "being released"),
    "state:uncertain": ("结果不明", "uncertain"),
    # roles
    "role:reviewer": ("审核员", "reviewer"),
    "role:lead": ("主管", "lead"),
    "role:admin": ("管理员", "admin"),
    "role:auditor": ("审计员", "auditor"),
    # purposes
    "purpose:release": ("，以便放行", " to release it"),
    "purpose:unlock": ("，以便用密码打开附件", " to open its files"),
    "purpose:rewrite": ("，以便改写", " to rewrite it"),
}
_ACTORS: dict[str, tuple[str, str]] = {
    "relay": ("网关", "The relay"),
    "inspector": ("检查进程", "The inspector"),
    "sweeper": ("清理进程", "The sweeper"),
    "notifier": ("通知进程", "The notifier"),
    "settings": ("设置", "The settings"),
    "console": ("审核后台", "The console"),
    "service": ("系统", "The service"),
}
_THROUGH: dict[str, tuple[str, str]] = {
    "console": ("{name}", "{name}"),
    "cli": ("命令行用户 {name}", "{name} on the command line"),
    "token": ("接口令牌 {name}", "API token {name}"),
}


def detail_of(entry: AuditEntry) -> dict[str, str | int | None]:
    """The detail; None for each text that is sealed. Nothing where somebody made it something else than an object."""
    try:
        detail = json.loads(entry.detail)
    except ValueError:
        detail = {}
    if not isinstance(detail, dict):
        detail = {}
    return {key: None if str(value).startswith(SEALED) else value for key, value in detail.items()}


def opened_detail(audit: Audit, entry: AuditEntry) -> dict[str, str | int | None]:
    """The detail with its sealed texts opened, for whoever may read them; None for one that does not open."""
    detail = detail_of(entry)
    if None not in detail.values():
        return detail
    try:
        return {**audit.reveal(entry)}
    except StoreUnavailable:  # somebody changed it
        return detail


def sentence(entry: AuditEntry, language: Language, detail: Mapping[str, str | int | None] | None = None) -> str:
    """Who did what, and why. `detail` is that of the entry with its sealed texts opened, for whoever may read them."""
    index = 0 if language == "zh" else 1
    known = detail_of(entry) if detail is None else detail
    said = SENTENCES.get(entry.event)
    body = said[index] if said else "{event} {subject}"
    body = body.format_map(_Fields(entry, known, index)).rstrip()
    return f"{actor(entry.actor, language)} {body}{_reason(known, index)}"


def actor(name: str, language: Language) -> str:
    """Who it was, and by what way where it was not the console."""
    index = 0 if language == "zh" else 1
    way, _, who = name.partition(":")
    if not who or way not in _THROUGH:
        return _ACTORS.get(name, (name, name))[index]
    return _THROUGH[way][index].format(name=who)


def actors_named(name: str) -> tuple[str, ...]:
    """As whom somebody may stand in the log: 陈静 as `console:陈静`, or as a user of the machine."""
    return (name,) if not name or ":" in name else (name, *(f"{way}:{name}" for way in _THROUGH))


def events_named(name: str) -> tuple[str, ...]:
    """The events of a group, or the one of that name."""
    return GROUPS.get(name, (name,) if name else ())


def group_of(event: str) -> str:
    """The group that an event is in."""
    return next((group for group, events in GROUPS.items() if event in events), "others")


def wanted(person: str, event: str, subject: str) -> AuditFilter:
    """A filter as people write it."""
    return AuditFilter(actors_named(person) if person else (), events_named(event), subject)


def _reason(detail: Mapping[str, str | int | None], index: int) -> str:
    if "reason" not in detail:
        return ""
    reason = detail["reason"]
    if reason is None:
        return ("，理由已封存", "; the reason is sealed")[index]
    return ("，理由：{}", "; reason: {}")[index].format(reason)


class _Fields(dict[str, str]):
    """What a sentence may name."""

    def __init__(self, entry: AuditEntry, detail: Mapping[str, str | int | None], index: int) -> None:
        super().__init__(self._pairs(entry, detail, index))

    def __missing__(self, key: str) -> str:
        return ""

    @staticmethod
    def _pairs(entry: AuditEntry, detail: Mapping[str, str | int | None], index: int) -> Iterator[tuple[str, str]]:
        for key, value in detail.items():
            sort = "role" if key == "before" and "role" in detail else key
            word = _WORDS.get(f"{sort}:{value}")
            shown = "" if value is None else str(value)
            yield key, word[index] if word else "" if key == "purpose" else shown
        listed = _WORDS.get(entry.subject) if entry.event == "list_viewed" else None
        yield "subject", listed[index] if listed else entry.subject
        yield "event", entry.event
