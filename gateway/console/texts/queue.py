"""The list of held messages, and of those that went out rewritten."""

TEXTS: dict[str, tuple[str, str]] = {
    "list": ("待审邮件", "Held messages"),
    "waiting": ("待处理", "Waiting"),
    "none": ("没有待处理的邮件。", "Nothing is waiting."),
    "none_hint": ("被扣留的邮件会出现在这里。", "Messages that are held appear here."),
    "held": ("待审", "held"),
    "releasing": ("放行中", "releasing"),
    "released": ("已放行", "released"),
    "returned": ("已退回", "returned"),
    "uncertain": ("结果不明", "uncertain"),
    "discarded": ("已作废", "discarded"),
    "suspects": (
        "以下发件人被扣留或改写的邮件偏多，可能在试探举报人是谁",
        "Much of these senders was held or rewritten: somebody may be guessing who reported",
    ),
    "of_sender": ("该发件人", "This sender"),
    "found_hour": ("一小时内被扣留或改写", "held or rewritten within an hour:"),
    "found_day": ("一天内", "within a day:"),
    "lists_day": ("其中列有大量号码", "of these listing many numbers:"),
    "sender_slowed": (
        "已超过上限：该发件人的外发邮件会晚几秒得到答复",
        "over the limit: this sender's mail to outside is answered some seconds later",
    ),
    "sender_lists_held": (
        "已超过上限：该发件人列有大量号码的外发邮件一律扣留",
        "over the limit: this sender's mail to outside that lists many numbers is held",
    ),
    "sender_all_held": (
        "已超过上限：该发件人的外发邮件一律扣留",
        "over the limit: all of this sender's mail to outside is held",
    ),
    "opened_tag": ("已用密码打开", "opened with a password"),
    "sent_rewritten": ("已改写发出", "Sent rewritten"),
    "sent_rewritten_none": ("没有留存的改写邮件。", "No rewritten message is kept."),
    "sent_rewritten_hint": (
        "这些邮件已略去部分内容后发出；原文加密留存，期满自动删除。每次查看均记入审计日志。",
        "These went out with something left out; the originals are kept sealed for a time. Every look is audited.",
    ),
    "changes": ("改动", "changes"),
}
