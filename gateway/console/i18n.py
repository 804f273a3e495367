"""Every text of the console, Chinese first. A test asks that both languages have every key."""

from typing import Literal

from starlette.requests import Request

from gateway.console.places import in_chinese
from gateway.text.covering import CoveredPlace

Language = Literal["zh", "en"]
COOKIE = "lang"

TEXTS: dict[str, tuple[str, str]] = {
    "title": ("静门审核", "Hushgate review"),
    "skip": ("跳到正文", "Skip to content"),
    "other_language": ("English", "中文"),
    "sign_in": ("登录", "Sign in"),
    "sign_out": ("退出", "Sign out"),
    "name": ("用户名", "Name"),
    "password": ("密码", "Password"),
    "password_again": ("再输一次密码", "Password again"),
    "set_up": ("设置第一个账号", "Set up the first account"),
    "set_up_hint": (
        "此链接只能使用一次。密码至少 12 个字符。",
        "This link works once. The password needs at least 12 characters.",
    ),
    "create": ("创建账号", "Create the account"),
    "wrong": ("用户名或密码不对。", "Name or password is wrong."),
    "too_many": ("尝试次数过多，请半分钟后再试。", "Too many attempts. Try again in half a minute."),
    "link_dead": ("链接无效、已使用或已过期。", "The link is unknown, used or expired."),
    "bad_name": (
        "用户名须为 1 至 64 个字母、数字、点、横线或汉字。",
        "The name takes 1 to 64 letters, digits, dots, dashes or Chinese characters.",
    ),
    "short": ("密码至少 12 个、至多 256 个字符。", "The password takes 12 to 256 characters."),
    "differ": ("两次输入的密码不一致。", "The two passwords differ."),
    "list": ("待审邮件", "Held messages"),
    "all": ("全部", "All"),
    "waiting": ("待处理", "Waiting"),
    "newer": ("← 较新", "← Newer"),
    "older": ("较旧 →", "Older →"),
    "none": ("没有待处理的邮件。", "Nothing is waiting."),
    "none_hint": ("被扣留的邮件会出现在这里。", "Messages that are held appear here."),
    "unresolved": ("缺邮箱的举报", "Reports without addresses"),
    "unresolved_hint": (
        "这些举报只写了被举报人的名字或账号，名录里还查不到邮箱，因此发给他们的邮件只能靠内容识别。"
        "用 hushgate parties import 导入名录即可补上。",
        "These reports name whom they are about without an address, and the directory knows none, so mail to them is "
        "recognised by what it says alone. `hushgate parties import` brings addresses.",
    ),
    "unresolved_none": ("所有立案举报都查得到邮箱。", "Of every open report an address is known."),
    "unresolved_more": ("只显示最早的一部分。", "Only the oldest are shown."),
    "reported": ("被举报人", "Reported"),
    "opened": ("立案时间", "Opened"),
    "report": ("举报", "Report"),
    "held": ("待审", "held"),
    "releasing": ("放行中", "releasing"),
    "released": ("已放行", "released"),
    "uncertain": ("结果不明", "uncertain"),
    "discarded": ("已作废", "discarded"),
    "from": ("发件人", "From"),
    "to": ("收件人", "To"),
    "when": ("时间", "Received"),
    "size": ("大小", "Size"),
    "rule": ("规则", "Rule"),
    "reports": ("举报", "Reports"),
    "status": ("状态", "Status"),
    "subject": ("主题", "Subject"),
    "why": ("扣留原因", "Why it is held"),
    "kind": ("种类", "Kind"),
    "place": ("位置", "Place"),
    "score": ("可信度", "Score"),
    "by": ("依据", "Found by"),
    "would_see": ("收件人本会看到", "What the recipient would have seen"),
    "would_see_hint": (
        "涉及举报人的内容已遮盖；涂色的是与举报材料相同的文字。",
        "What concerns the reporter is covered; coloured text is the same as in the report's material.",
    ),
    "cut": ("（内容过长，余下未显示）", "(too long; the rest is not shown)"),
    "enlarge": ("点击图片可放大", "Select the picture to see it larger"),
    "left_out": ("处内容未显示，因为太多。", "more are not shown, since there are too many."),
    "coarse": (
        "与举报材料相同、图中文字未能读出，或无法确定举报人在图中何处，因此只显示马赛克。",
        "Shown as a mosaic: it is report material, or its text could not be read, or where the reporter is in it is "
        "not known.",
    ),
    "unread": ("邮件内容无法读取，没有可显示的内容。", "The message could not be read; there is nothing to show."),
    "picture": ("图片", "Picture"),
    "decide": ("处理", "Decide"),
    "reason": ("理由（必填，记入审计日志）", "Reason (required; it goes into the audit log)"),
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
    "done": ("该邮件已处理完毕。", "This message has been dealt with."),
    "back": ("返回列表", "Back to the list"),
    "no_reason": ("请写明理由。", "Please give a reason."),
    "moved": ("状态已变，可能有人先处理了。", "Its state has changed; somebody may have been quicker."),
    "refused": ("上游服务器拒收，邮件仍在待审。", "Upstream refused it; it is still held."),
    "not_reached": ("无法连接上游服务器，邮件仍在待审。", "Upstream could not be reached; it is still held."),
    "line_cut": ("发送时断线，结果不明。", "The line was cut; whether they have it is unknown."),
    "ok_released": ("已放行。", "Released."),
    "ok_discarded": ("已作废。", "Discarded."),
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
    "opened_tag": ("已用密码打开", "opened with a password"),
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
    "sent_rewritten": ("已改写发出", "Sent rewritten"),
    "sent_rewritten_none": ("没有留存的改写邮件。", "No rewritten message is kept."),
    "sent_rewritten_hint": (
        "这些邮件已略去部分内容后发出；原文加密留存，期满自动删除。每次查看均记入审计日志。",
        "These went out with something left out; the originals are kept sealed for a time. Every look is audited.",
    ),
    "changes": ("改动", "changes"),
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
    "bad_request": ("请求有误。", "The request is not right."),
    "too_slow": ("提交的内容没有及时到达。", "What was sent did not come in time."),
    "too_large": ("提交的内容过长。", "What was sent is too long."),
    "not_found": ("没有这个页面。", "There is no such page."),
    "forbidden": ("请求未通过校验，请返回后重试。", "The request could not be verified. Go back and try again."),
    "unavailable": ("数据库暂时不可用，请稍后再试。", "The store is not available now. Try again later."),
    "error": ("出了内部错误，已记录。", "Something went wrong inside; it has been noted."),
    # reports
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
    # kinds
    "name_kind": ("姓名", "name"),
    "nickname": ("昵称", "nickname"),
    "address": ("邮箱", "mail address"),
    "phone": ("电话", "phone"),
    "account": ("账号", "account"),
    "government_id": ("证件号", "government id"),
    "circumstance": ("旁证", "circumstance"),
    "avatar": ("头像", "avatar"),
    "qr_code": ("二维码", "code"),
    "material": ("举报材料", "report material"),
    "thread": ("举报邮件线索", "thread of the report mail"),
    "personal_data": ("第三人个人信息", "personal data of a third party"),
    "uninspectable": ("无法检查", "cannot be inspected"),
    "malformed": ("格式异常", "malformed"),
    "watched": ("（仅记录）", " (only watched)"),
    # media
    "header": ("邮件头", "header"),
    "file_name": ("文件名", "file name"),
    "text": ("正文", "text"),
    "html": ("网页正文", "HTML text"),
    "markup": ("网页源码", "HTML source"),
    "document": ("文档", "document"),
    "picture_medium": ("图片文字", "text in a picture"),
    "code": ("二维码内容", "code payload"),
    "metadata": ("文件属性", "file properties"),
    "envelope": ("信封（SMTP 命令）", "envelope (SMTP commands)"),
}

HOW: dict[str, tuple[str, str]] = {
    "exact": ("原样", "as it is"),
    "given_name": ("只有名", "given name alone"),
    "surname_title": ("姓加称呼", "surname and title"),
    "reversed": ("次序颠倒", "turned round"),
    "given_first": ("名在姓前", "given name first"),
    "pinyin": ("拼音", "pinyin"),
    "given_pinyin": ("名的拼音", "given name in pinyin"),
    "mixed": ("拼音与汉字混写", "pinyin and characters mixed"),
    "bopomofo": ("注音", "bopomofo"),
    "initials": ("首字母", "initials"),
    "homophone": ("谐音", "characters that sound alike"),
    "split": ("拆字", "characters taken apart"),
    "surname_call": ("小张、老张之类", "a call by surname"),
    "surname": ("只有姓", "surname alone"),
    "diminutive": ("昵称式称呼", "a pet form"),
    "place": ("地点", "a place"),
    "time": ("日期", "a day"),
    "school": ("学校", "a school"),
    "residence": ("住址", "a postal address"),
    "employer": ("工作单位", "an employer"),
    "gift": ("送出的礼物", "a gift"),
    "amount": ("金额", "a sum"),
    "number": ("订单号", "the number of a payment"),
    "details": ("多项细节相符", "several details agree"),
    "look_alike": ("形近字", "characters that look alike"),
    "spelled": ("用文字拼读", "spelled out"),
    "local_part": ("邮箱的 @ 之前部分", "the address before its @"),
    "without_area": ("不带区号", "without the area code"),
    "masked": ("部分遮盖", "partly masked"),
    "ending": ("尾号", "last digits"),
    "digest": ("文件完全相同", "the same file"),
    "message_id": ("同一封邮件", "the same mail"),
    "text": ("文字相同", "the same words"),
    "picture": ("图片相同", "the same picture"),
    "piece": ("图片的一部分", "a piece of the picture"),
    "figures": ("名单中的号码、行相同", "the numbers and rows of a list"),
    "file_name": ("链接写着材料的文件名", "a link that bears the file's name"),
    "whole": ("整张图片", "the whole picture"),
    "plain": ("头像过于普通，仅与其他证据一并采信", "an avatar like many others, counted only beside other evidence"),
    "mirrored": ("左右翻转的头像", "the avatar, mirrored"),
    "payload": ("二维码内容相同", "a code that says the same"),
    "misread": ("图片中有一字识别不确定", "a name in a picture, one character not read surely"),
    "inside": ("在图片之中", "inside a picture"),
    "resident_id": ("居民身份证号", "resident id number"),
    "hk_id": ("香港身份证号", "identity card number of Hong Kong"),
    "travel_document": ("护照或通行证号", "passport or permit number"),
    "bank_card": ("银行卡号", "bank card number"),
    "phone": ("电话号码", "telephone number"),
    "plate": ("车牌号", "number plate"),
}
"""In which form something was found. A form that is not here is shown by its own name."""


def language_of(request: Request) -> Language:
    """The switch's cookie, else the browser's first choice of the two, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in ("zh", "en"):
        return "en" if chosen == "en" else "zh"
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


class Translations:
    """`t.title` in a template is the text in the page's language; an unknown key is an error, not an empty place."""

    def __init__(self, language: Language) -> None:
        self._index = 0 if language == "zh" else 1

    def __getitem__(self, key: str) -> str:
        return TEXTS[key][self._index]

    def kind(self, kind: str) -> str:
        """A finding's kind."""
        return self["name_kind" if kind == "name" else kind]

    def medium(self, medium: str | None) -> str:
        """A finding's medium."""
        return "" if medium is None else self["picture_medium" if medium == "picture" else medium]

    def how(self, variant: str) -> str:
        """The form in which something was found."""
        known = HOW.get(variant)
        return known[self._index] if known else variant.replace("_", " ")

    def place(self, place: CoveredPlace) -> str:
        """A place, what is not a name in it in the page's language."""
        return in_chinese(place) if self._index == 0 else str(place)
