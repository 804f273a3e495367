"""The audit log."""

TEXTS: dict[str, tuple[str, str]] = {
    "log": ("审计日志", "Audit log"),
    "log_hint": (
        "谁在什么时候做了什么、为什么。日志只增不改，前后相扣并定期签名。",
        "Who did what, when and why. The log only grows; its entries are chained, and signed from time to time.",
    ),
    "log_person": ("人员", "Person"),
    "log_event": ("事项", "What"),
    "log_any": ("全部", "Anything"),
    "log_subject": ("邮件、举报或账号", "Message, report or account"),
    "log_since": ("从", "From"),
    "log_until": ("到", "To"),
    "log_find": ("查找", "Find"),
    "log_clear": ("清除条件", "Clear"),
    "log_none": ("没有符合条件的记录。", "No entry is like that."),
    "log_bad_date": ("日期的格式不对。", "This is no date."),
    "log_about": ("与 {} 有关的记录", "All about {}"),
    "log_entry": ("记录", "Entry"),
    "log_digest": ("摘要", "Digest"),
    "log_sealed": ("已封存", "sealed"),
    "log_code": ("代码", "Code"),
    "log_actor": ("操作者", "By"),
    "log_newest": ("最新", "Newest"),
    "log_older": ("更早 →", "Older →"),
    "log_key": ("签名公钥", "Public key of the signatures"),
    "log_key_hint": (
        "请把它交给系统之外的人保存：有了它，任何人都能核对导出的日志（hushgate audit export）。",
        "Give it to somebody outside: with it anybody can check an exported log (hushgate audit export).",
    ),
    "log_reveal": ("显示本页封存的理由", "Show the sealed reasons of this page"),
    "log_reveal_hint": (
        "理由由人填写，可能涉及举报人，因此封存。显示须写明理由，并记入审计日志。",
        "Reasons are sealed since they may name a reporter. To show them, say why; it is audited.",
    ),
    "log_why": ("为何要看（必填）", "Why you need them (required)"),
    "log_open": ("本页的理由已显示，此次查看已记入日志。", "The reasons of this page are shown, and it is in the log."),
}
