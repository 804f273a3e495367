"""The pages of reports."""

TEXTS: dict[str, tuple[str, str]] = {
    "unresolved": ("缺邮箱的举报", "Reports without addresses"),
    "unresolved_hint": (
        "这些举报只写了被举报人的名字或账号，名录里还查不到邮箱，因此发给他们的邮件只能靠内容识别。"
        "用 hushgate parties import 导入名录即可补上。",
        "These reports name whom they are about without an address, and the directory knows none, so mail to them is "
        "recognised by what it says alone. `hushgate parties import` brings addresses.",
    ),
    "unresolved_none": ("所有立案举报都查得到邮箱。", "Of every open report an address is known."),
    "unresolved_more": ("只显示最早的一部分。", "Only the oldest are shown."),
    "all_reports": ("全部举报", "All reports"),
    "no_reports": ("还没有举报。", "There are no reports yet."),
    "back_to_reports": ("返回举报列表", "Back to the reports"),
    "open_report": ("处理中", "open"),
    "closed_report": ("已结案", "closed"),
    "withdrawn_report": ("已撤回", "withdrawn"),
    "erased_report": ("已清除", "erased"),
    "reported_party": ("被举报人", "Reported"),
    "known_of": ("已知的举报人信息", "What is known of the reporter"),
    "known_of_hint": (
        "从材料中识别出的信息立即受到保护。不是举报人的请剔除：剔除后不再保护，也不再建议。每次查看均记入审计日志。",
        "What was learned from material protects at once. Strike what is not the reporter's: it protects no longer and "
        "is not suggested again. Every look is audited.",
    ),
    "to_decide": ("待决定", "to be decided"),
    "to_decide_hint": (
        "「待决定」的信息也常见于本单位的日常邮件，在您确认之前不对邮件起作用。是举报人的请确认，不是的请剔除。",
        "What is to be decided also stands in the organisation's ordinary mail and does not act on mail until you say. "
        "Confirm what is the reporter's, strike what is not.",
    ),
    "value": ("内容", "Value"),
    "source": ("来源", "Source"),
    "protects": ("保护内容", "Protects"),
    "nobody": ("无人可保护", "nobody to protect"),
    "missing_name": ("未找到姓名", "no name found"),
    "missing_phone": ("未找到电话", "no telephone found"),
    "mark": ("标记为举报人信息", "Mark as the reporter's"),
    "mark_hint": (
        "信中有而上表没有的：写下原文并选择种类。立即生效，记入审计日志，再次导入后仍保留。",
        "What the letter has and the table does not: write it as it stands there and say what it is. In force at once, "
        "audited, and kept when the report is imported again.",
    ),
    "ok_marked": ("已标记，立即生效。", "Marked; in force at once."),
    "not_markable": ("这不是该种类的内容，请核对。", "This is nothing of that kind; look again."),
    "confirm": ("确认", "Confirm"),
    "strike": ("剔除", "Strike"),
    "reveal": ("显示全文（记入审计日志）", "Show in clear (it is audited)"),
    "item_given": ("举报中写明", "given"),
    "item_learned": ("从材料得知", "learned"),
    "item_suggested": ("待确认", "suggested"),
    "item_asked": ("待决定，未生效", "to be decided, not in force"),
    "item_confirmed": ("已确认", "confirmed"),
    "item_struck": ("已剔除", "struck"),
    "item_moved": ("举报内容刚刚有变，请核对后重试。", "The report has changed; look again and repeat."),
    "item_is_given": (
        "这一项由举报本身写明，请修改举报后重新导入。",
        "The report itself gives this item: change it there.",
    ),
    "ok_confirmed": ("已确认。", "Confirmed."),
    "ok_struck": ("已剔除。", "Struck."),
}
