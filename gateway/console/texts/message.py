"""The page of one held message, and its decisions."""

TEXTS: dict[str, tuple[str, str]] = {
    "why": ("扣留原因", "Why it is held"),
    "would_see": ("收件人本会看到", "What the recipient would have seen"),
    "would_see_hint": (
        "涉及举报人的内容已遮盖；涂色的是与举报材料相同的文字。",
        "What concerns the reporter is covered; coloured text is the same as in the report's material.",
    ),
    "coarse": (
        "与举报材料相同、图中文字未能读出，或无法确定举报人在图中何处，因此只显示马赛克。",
        "Shown as a mosaic: it is report material, or its text could not be read, or where the reporter is in it is "
        "not known.",
    ),
    "unread": ("邮件内容无法读取，没有可显示的内容。", "The message could not be read; there is nothing to show."),
    "release": ("放行", "Release"),
    "discard": ("作废", "Discard"),
    "release_hint": (
        "放行后，原邮件会原样发给收件人，其中的内容不再遮盖。",
        "A release sends the original as it was written: nothing in it is covered any more.",
    ),
    "uncertain_hint": (
        "上次放行在最后一步断线，对方可能已经收到。再次放行可能重复送达。",
        "The line was cut at the last step of a release: they may have it. Another release may deliver it twice.",
    ),
    "ok_released": ("已放行。", "Released."),
    "ok_discarded": ("已作废。", "Discarded."),
    "not_looked_through": (
        "一有确定的发现就已扣留；其余部分（图片等）还在查看，请稍后刷新。",
        "It was held as soon as this was certain; the rest of it (pictures and the like) is still being looked at.",
    ),
    "unlock": ("加密内容", "What is encrypted"),
    "unlock_hint": (
        "其中有打不开的加密文件。输入密码即可重新检查，邮件不会因此放行；密码只加密留存于此邮件的证据中，不进日志。"
        "留空则只用往来邮件中写明的密码再试。每次查看均记入审计日志。",
        "Something in it is encrypted and was not opened. With a password it is inspected again, and stays held; the "
        "password is kept sealed with the evidence of this message and is in no log. Left empty, what other mail of "
        "the thread gave is tried once more. Every look is audited.",
    ),
    "file_password": ("文件密码", "Password of the file"),
    "look_again": ("重新检查", "Inspect again"),
    "opened_later": (
        "扣留时有加密内容打不开；后来的邮件给出了密码，已重新检查，以下是新的结果。是否放行仍由您决定。",
        "Something in it could not be opened when it was held; a later mail gave the password, and it was inspected "
        "again: this is what was found. It stays held until you decide.",
    ),
    "opened_given": (
        "已用审核员给出的密码重新检查，以下是新的结果。是否放行仍由您决定。",
        "It was inspected again with a password that a reviewer gave: this is what was found. It stays held until you "
        "decide.",
    ),
    "opened_nothing": ("没有再发现任何内容。", "Nothing is found in it any more."),
    "ok_opened": ("已打开并重新检查。", "Opened and inspected again."),
    "still_locked": (
        "没有打开：密码不对，或文件用的是别的密码。",
        "Not opened: it is not the password of what is locked.",
    ),
    "long_password": ("密码过长。", "The password is too long."),
    "look_busy": ("正在重新检查另一封邮件，请稍后再试。", "Another message is being inspected again. Try later."),
    "look_failed": ("重新检查没有完成，请稍后再试。", "Inspecting it again was not finished. Try later."),
    "see_rewritten": ("查看改写后的邮件", "See it rewritten"),
    "rewritten_form": ("改写后的邮件", "The message rewritten"),
    "rewritten_hint": (
        "先列改写后将要发出的内容：扣留的原因已全部略去，并重新检查无误；另附原文以便对照。发出前会再改写、再检查一遍。",
        "First what would leave: everything it is held for is left out, and it was inspected again. Beside it the "
        "original. Before it is sent it is rewritten and inspected once more.",
    ),
    "before": ("原文", "As it is"),
    "after": ("改写后", "Rewritten"),
    "back_to_message": ("返回邮件", "Back to the message"),
    "release_rewritten": ("放行改写后的邮件", "Release it rewritten"),
    "ok_rewritten": ("已放行改写后的邮件。", "Released, rewritten."),
    "not_rewritable": (
        "无法改写：有的内容改不了，或略去之后仍看得出是谁，或状态已变。请看下面的状态。",
        "It cannot be rewritten: something in it cannot be changed, or would still tell who it was, or its state has "
        "changed. See its state below.",
    ),
}
