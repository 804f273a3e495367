"""The page of one held message, its rewritten form, and their decisions."""

TEXTS: dict[str, tuple[str, str]] = {
    # the four questions
    "q_who": ("谁会收到", "Who would have got it"),
    "q_what": ("会暴露谁", "Whom it would have given away"),
    "q_do": ("建议", "We propose"),
    "also": ("另有：", "Also:"),
    "next_message": ("下一封 →", "Next →"),
    "details": ("详情：依据、位置、规则", "Details: evidence, places, rule"),
    "relation_party": ("被举报人", "reported party"),
    "relation_representative": ("被举报人的代理人", "represents the reported party"),
    "relation_reporter": ("举报人本人", "a reporter"),
    "relation_colleague": ("本单位同事", "a colleague"),
    "relation_unknown": ("不在任何举报中", "in no report that we know"),
    "of_report": ("举报 {report}", "report {report}"),
    "seen_first": ("首次出现", "never seen before"),
    "seen_since": ("最早见于 {when}，此前 {count} 封", "seen since {when}, {count} earlier"),
    "list_between": ("、", ", "),
    "list_last": ("和", " and "),
    # why, in one sentence
    "the_attachment": ("附件", "the attachment"),
    "attachment_number": ("第 {number} 个附件", "the {ordinal} attachment"),
    "name_of": ("{place}的文件名", "the name of {place}"),
    "place_subject": ("主题", "the subject"),
    "place_header": ("邮件头", "the mail header"),
    "place_envelope": ("收发件地址", "the envelope"),
    "place_body": ("正文", "the text"),
    "why_and_more": ("{places}等处", "{places} and elsewhere"),
    "why_some_report": ("（编号不明）", "(unknown)"),
    "whole_mail": ("举报邮件原件", "the original report mail"),
    "whole_picture": ("举报图片原件", "the original picture"),
    "whole_letter": ("举报信原件", "the original letter"),
    "whole_material": ("举报材料原件", "the original material"),
    "why_material": ("{place}是举报 {report} 的{what}", "{place} is {what} of report {report}"),
    "why_material_inside": ("{place}里装着举报 {report} 的{what}", "{place} holds {what} of report {report}"),
    "why_material_picture": (
        "{place}的图片里能看到举报 {report} 的材料",
        "{place} shows material of report {report} in a picture",
    ),
    "why_material_quoted": (
        "{place}引用了举报 {report} 材料中的原话",
        "{place} quotes the material of report {report}",
    ),
    "why_thread": (
        "{place}是举报 {report} 的来信，或带有它的往来线索",
        "the mail of report {report}, or what leads to it, is in {place}",
    ),
    "why_identity": ("{place}写出了举报 {report} 举报人的{what}", "the reporter of {report} stands in {place}: {what}"),
    "why_avatar": (
        "{place}的图片里有举报 {report} 举报人的头像",
        "the avatar of the reporter of {report} is shown in {place}",
    ),
    "why_qr_code": (
        "{place}里的二维码指向举报 {report} 的举报人",
        "a code that leads to the reporter of {report} is in {place}",
    ),
    "why_circumstance": (
        "{place}有只有举报 {report} 举报人才对得上的细节",
        "details that fit only the reporter of {report} stand in {place}",
    ),
    "why_personal_data": ("{place}含有他人的个人信息", "personal data of somebody else is in {place}"),
    "why_uninspectable": ("{place}看不到内容：{why}", "nobody can see into {place}: {why}"),
    "why_malformed": ("{place}在不同软件里显示不同：{why}", "programs show {place} differently: {why}"),
    "why_nothing": ("没有再发现会暴露举报人的内容", "Nothing is found any more that would give anybody away"),
    # what we propose
    "propose_rewritten": ("放行改写后的邮件", "Send it rewritten"),
    "propose_return": ("退回发件人", "Return it to its sender"),
    "propose_discard": ("作废，不再发出", "Discard it"),
    "propose_release": ("原样放行", "Release it as it is"),
    "advice_words_go": (
        "略去这几处之后，其余内容仍然完整可用。",
        "With these places left out, the rest still says what it has to.",
    ),
    "advice_file_goes": (
        "要略去的是整个附件，剩下的正文不足以说明问题，最好由发件人自己重写。",
        "A whole attachment would have to go; what is left says too little. Its sender had better write it anew.",
    ),
    "advice_file_only": (
        "附件会整个略去，只发出正文。",
        "The attachment goes as a whole; the text alone is sent.",
    ),
    "advice_cannot_change": (
        "略去之后仍看得出是谁，或有的内容无法改写，请发件人换一种写法。",
        "What is left would still tell, or cannot be changed: let its sender put it another way.",
    ),
    "advice_unread": (
        "有内容打不开，谁也不知道里面写了什么。请发件人去掉加密后重发；知道密码也可以在下面输入。",
        "Something in it cannot be opened, so nobody knows what it says. Let its sender send it in the open; if you "
        "know the password, enter it below.",
    ),
    "advice_no_sender": (
        "既不能改写，也不能退回。",
        "It can neither be rewritten nor returned.",
    ),
    "advice_nothing_found": ("没有发现会暴露举报人的内容。", "Nothing in it gives a reporter away."),
    "advice_only_watched": ("只命中仅作记录的规则。", "Only rules that watch have found something."),
    "advice_to_reporter": (
        "收件人就是举报人本人，请发件人确认是否真要发给对方。",
        "It goes to the reporter: let its sender make sure that it should.",
    ),
    # deciding
    "reason_common": ("理由（记入审计日志）", "Reason (it goes into the audit log)"),
    "reason_confirmed": ("已核对，判断无误", "Checked: it was held rightly"),
    "reason_false_alarm": ("已核对，是误报", "Checked: a false alarm"),
    "reason_sender_mends": ("请发件人修改后重发", "Its sender is to mend it"),
    "reason_own": ("或自己写：", "Or in your words:"),
    "note": ("附给发件人的话（可不填；不要提到举报）", "A note to the sender (optional; do not speak of reports)"),
    "return": ("退回发件人", "Return"),
    "release": ("原样放行", "Release as it is"),
    "discard": ("作废", "Discard"),
    "release_hint": (
        "“原样放行”会把未经遮盖的原邮件发给收件人。",
        "“Release as it is” sends the original, with nothing covered.",
    ),
    "uncertain_hint": (
        "结果不明：上次放行在最后一步断线，对方服务器可能收到了，也可能没有，邮件协议本身分辨不出。"
        "如能向收件方核实，请先核实；再次放行可能重复送达，作废则可能其实已经送达。",
        "Nobody knows what became of it: the line was cut at the last step of a release, and mail itself cannot tell "
        "whether the other server has it. Ask there if you can. Another release may deliver it twice; after a discard "
        "it may have been delivered all the same.",
    ),
    "releasing_hint": (
        "正在放行，请稍候刷新。",
        "It is being released just now; look again in a moment.",
    ),
    "ok_released": ("已原样放行。", "Released."),
    "ok_discarded": ("已作废。", "Discarded."),
    "ok_returned": ("已退回发件人。", "Returned to its sender."),
    "ok_returned_untold": (
        "已退回，但不会给发件人发通知，请自行告知。",
        "Returned, but no notice goes to its sender: tell them yourself.",
    ),
    "ok_proposed": (
        "已提出，等第二个人确认；在此之前邮件仍然扣留。",
        "Proposed. It stays held until a second person confirms.",
    ),
    "ok_turned_down": ("已否决，邮件仍然扣留。", "Turned down; it stays held."),
    "done_with": ("{id}：", "{id}: "),
    "and_now": ("接着是这一封。", "This one is next."),
    # four eyes
    "proposed_by": ("{person} 提议：{what}", "{person} proposes: {what}"),
    "proposed_release": ("原样放行", "release as it is"),
    "proposed_release-rewritten": ("放行改写后的邮件", "send it rewritten"),
    "proposed_mine": ("等另一个人确认。您可以撤回。", "Waiting for somebody else. You may withdraw it."),
    "proposed_yours": ("同意请确认，不同意请否决。", "Confirm it, or turn it down."),
    "confirm_proposal": ("确认", "Confirm"),
    "turn_down": ("否决", "Turn down"),
    "withdraw": ("撤回", "Withdraw"),
    # what else there is
    "proposed_since": (
        "刚才有同事提出了处理意见。您这一步会成为最后决定，请先看过再确认。",
        "A colleague proposed something just now. Your word would be the last one: please look first, then confirm.",
    ),
    "justified": ("发件人的说明", "What its sender says"),
    "would_see": ("收件人本会看到", "What the recipient would have seen"),
    "would_see_hint": (
        "涉及举报人的内容已遮盖；涂色的是与举报材料相同的文字。",
        "What concerns the reporter is covered; coloured text is the same as in the report's material.",
    ),
    "mail_frame": ("邮件正文", "The mail"),
    "mail_frame_gone": (
        "正文无法按原样显示，请看下面的文字。",
        "The mail cannot be shown as it looks; see its text below.",
    ),
    "frame_hint": (
        "按原样显示，但链接、脚本、外部图片一律不起作用，字体和排版可能略有出入。",
        "As it looks, but no link, script or outside picture works, and type and layout may differ a little.",
    ),
    "picture_not_loaded": ("图片未加载", "picture not loaded"),
    "text_form": ("正文的文字", "The text of it"),
    "plain_form": ("纯文本", "plain text"),
    "html_form": ("网页格式", "HTML"),
    "attachment": ("附件", "Attachment"),
    "nothing_shown": ("没有可显示的内容。", "There is nothing to show of it."),
    "inside": ("其中：", "inside: "),
    "internal_left_out": (
        "另有 {count} 处程序内部的读取结果（解码后的变体、文件结构、图中文字等）也已检查，但没有人会看到，这里不显示。",
        "{count} more readings that no person would see (decoded forms, parts of files, words of pictures) were "
        "searched too, and are not shown.",
    ),
    "coarse": (
        "与举报材料相同、图中文字未能读出，或无法确定举报人在图中何处，因此只显示马赛克。",
        "Shown as a mosaic: it is report material, or its text could not be read, or where the reporter is in it is "
        "not known.",
    ),
    "unread": ("邮件内容无法读取，没有可显示的内容。", "The message could not be read; there is nothing to show."),
    "why": ("扣留依据", "Evidence"),
    "about_reports": ("相关举报", "The reports"),
    "no_report_known": ("没有相关举报。", "It concerns no report."),
    "earlier_mail": ("以往邮件", "Earlier mail"),
    "earlier_hint": (
        "只算被扣留或改写过的邮件，不算正常发出的。",
        "Mail that was held or rewritten; what went out as it was is not counted.",
    ),
    "earlier_cut": ("更早的没有查看。", "Older ones were not looked at."),
    "earlier_thread": ("同一话题的往来", "Of this thread"),
    "earlier_between": ("同一发件人与收件人之间", "Between these two"),
    "earlier_sender": ("同一发件人", "Of this sender"),
    "earlier_recipient": ("同一收件人", "To this recipient"),
    "earlier_none": ("无", "none"),
    "rewritten": ("已改写发出", "rewritten"),
    # revealing
    "hidden": ("被遮盖的内容", "What is covered"),
    "hidden_hint": (
        "需要看原文才能判断时，可以显示其中一项；理由必填，记入审计日志，只显示这一次。",
        "Where you cannot decide without it, one item can be shown in clear: once, with a reason, audited.",
    ),
    "reveal_one": ("显示这一项", "Show this one"),
    "which": ("哪一项", "Which"),
    "reveal_reason": ("为什么需要看（必填）", "Why you need to see it (required)"),
    "revealed": ("仅此一次显示：", "Shown this once:"),
    "recipient": ("收件人", "recipient"),
    # after a password
    "not_looked_through": (
        "一有确定的发现就已扣留；其余部分（图片等）还在查看，请稍后刷新。在此之前图片只显示马赛克。",
        "It was held as soon as this was certain; the rest of it (pictures and the like) is still being looked at. "
        "Until then pictures are shown as a mosaic.",
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
    # the rewritten form
    "see_rewritten": ("查看改写后的邮件", "See it rewritten"),
    "rewritten_form": ("改写后的邮件", "The message rewritten"),
    "rewritten_hint": (
        "先是改写后将要发出的，旁边或下面是原文。改写后的邮件已重新检查无误；放行时再改写、再检查一遍，发出的与这里看到的一字不差。",
        "First what would leave; beside or below it the original. The rewritten form was inspected again and found "
        "clean; it is made and proved once more when you release it, and is what you see here to the letter.",
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
    "places_that_go": ("略去的地方", "What is left out"),
    "becomes": ("一处文字 → {word}", "words → {word}"),
    "becomes_nothing": ("一处文字删去", "words taken out"),
    "painted": ("图片涂盖 {count} 块", "{count} boxes of a picture covered"),
    "field_goes": ("整个邮件头字段删去", "a header field taken out"),
    "file_is_left_out": ("整个附件略去", "the attachment left out"),
    "stays": ("按您的意见保留了一处", "a place kept as you asked"),
    "drop_place": ("这处不用略去", "Leave this in"),
    "undo_place": ("撤销", "Undo"),
    "add_place": ("再略去一处", "Leave out more"),
    "add_place_hint": (
        "在“原文”里选中文字即可；或在此写一个词，凡是出现的地方都略去。改动之后会重新改写并检查。",
        "Select text in the original, or write a word here: it goes wherever it stands. Whatever you "
        "change is rewritten and proved again.",
    ),
    "add_word": ("要略去的词", "A word to leave out"),
    "add_span": ("略去选中的文字", "Leave out what is selected"),
    "selected": ("已选中 {n} 个字", "{n} characters selected"),
    "add_box": ("遮盖图片的一块", "Cover a part of this picture"),
    "add_box_hint": (
        "在图上拖出一块，或填四个数：左、上、宽、高（像素；图宽 {width}，高 {height}）。",
        "Draw it with the mouse, or write four numbers: left, top, width, height (pixels of {width} by {height}).",
    ),
    "box_numbers": ("左, 上, 宽, 高", "left, top, width, height"),
    "bad_place": ("这个位置写得不对。", "That is not a place."),
    "cannot_add": (
        "这一处略不了：那里没有可以改动的文字或图片，或略去之后通不过检查。其余不变。",
        "That place cannot be left out: there is nothing there that can be changed, or it could not be proved. The "
        "rest stays as it was.",
    ),
    "cannot_drop": (
        "这一处不能保留：保留后重新检查，仍会暴露举报人。其余不变。",
        "That place has to go: with it in, inspection would hold the mail again. The rest stays as it was.",
    ),
    "cannot_moved": (
        "要放行的与刚才看到的不再一样（举报或规则刚有变动），没有发出。请重新查看改写后的邮件。",
        "What would be sent is not what you saw any more: a report or rule has changed. Nothing was sent; look at the "
        "rewritten form again.",
    ),
}
