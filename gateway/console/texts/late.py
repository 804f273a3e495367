"""The page of late matches."""

TEXTS: dict[str, tuple[str, str]] = {
    "late_matches": ("事后发现", "Late matches"),
    "late_hint": (
        "这些邮件放行时，有关举报还没有立案，或还不知道这些信息；按现在的举报看，里面有应当保护的内容。"
        "网关只留有加密的特征值，没有邮件本身；编号写在收到的邮件的 Received 字段和网关日志里，可据此找回原信。",
        "When this mail passed, the report was not there yet or did not say this; by the reports of now there is "
        "something in it that is to be protected. Only keyed fingerprints were kept, not the mail: its id stands in "
        "the Received field of the mail that was received, and in the log of the relay.",
    ),
    "late_none": ("没有事后发现的邮件。", "Nothing was found afterwards."),
    "late_off": (
        "没有留存已放行邮件的特征值（retention.passed_days = 0），因此不会有事后发现。",
        "No fingerprints of passed mail are kept (retention.passed_days = 0), so nothing is found afterwards.",
    ),
    "late_kept": ("特征值保留 {0} 天。", "Fingerprints are kept for {0} days."),
    "late_id": ("邮件编号", "Mail id"),
    "late_passed": ("放行时间", "Passed"),
    "late_found": ("发现时间", "Found"),
    "late_sender": ("发件人", "From"),
    "late_recipients": ("收件人", "To"),
    "late_report": ("举报", "Report"),
    "late_kinds": ("含有", "What is in it"),
    "ret_passed": ("已放行邮件的特征值", "Fingerprints of passed mail"),
    "ret_passed_days": (
        "保留 {0} 天，供事后查找；不含邮件内容。",
        "Kept for {0} days, to find what a later report guards; nothing of the mail is in them.",
    ),
    "ret_passed_none": ("不留存。", "None are kept."),
    "late_older": ("更早的", "Older"),
}
