"""Service mail as companies write it passes; a tie written as people write it holds it: the party by any way of naming,
a streamer who is spoken to, somebody who is told of another, words of a report anywhere in the mail."""

import io
import time
from collections.abc import Iterator, Sequence
from email.message import EmailMessage

import docx
import openpyxl
import pytest

from examining import examined, outcome, stored, tools_of
from gateway.inspection.tools import InspectionDeps
from gateway.model import Item, Party, Report

TO = "desk@elsewhere.example"
REPORTS = (
    Report(
        "R-2026-0101",
        "open",
        "2026-09-18T10:00:00+08:00",
        (Party("星儿", ("xinger@streamers.example",), ("room:88412345",), ("pr@guild.example",)),),
        (
            Item("name", "孟令坤"),
            Item("phone", "+86 136 7215 0948"),
            Item("address", "mlk1987@mail.example"),
            Item("account", "kunkun_mm"),
            Item("nickname", "坤哥不熬夜"),
            Item("government_id", "210102198703074412"),
        ),
        numbers=("（2026）辽0102民初77号",),
    ),
    Report(
        "R-2026-0102",
        "open",
        "2026-09-20T10:00:00+08:00",
        (Party("Luna Vale", ("luna@streams.example",), ("uid:70012219",)),),
        (
            Item("name", "Harriet Coombes"),
            Item("phone", "+44 7700 900462"),
            Item("address", "h.coombes@post.example"),
            Item("account", "hattie_c88"),
        ),
    ),
    Report(
        "R-2026-0103",
        "open",
        "2026-09-21T10:00:00+08:00",
        (Party("阳光小北", ("xiaobei@streams.example",), ("room:5520177",)),),
        (Item("name", "柴玉珍"), Item("phone", "18640237715"), Item("nickname", "阳光小北的邻居")),
    ),
    Report(
        "R-2026-0104",
        "open",
        "2026-09-22T10:00:00+08:00",
        (Party("龙哥", ("longge@streams.example",), ("room:300291",)), Party("王伟", ("ww@streams.example",))),
        (Item("name", "邬建业"), Item("phone", "15904418827")),
    ),
)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    store = stored(tmp_path_factory.mktemp("store"), *REPORTS)
    yield tools_of(store)
    store.shut()


def written(subject: str, text: str, *files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu07@platform.example", TO, subject
    message["Date"], message["Message-ID"] = "Fri, 18 Sep 2026 15:02:00 +0800", "<1@platform.example>"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def workbook(*sheets: tuple[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets:
        page = book.create_sheet(title)
        for line in lines:
            page.append(list(line))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def document(*lines: str) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


FOUR = [
    ["订单号", "客户", "手机", "退款"],
    ["1", "刘洋", "13800001111", "20"],
    ["2", "孟令坤", "13672150948", "36"],
    ["3", "王芳", "13800002222", "11"],
    ["4", "何静", "13800003333", "9"],
]
SERVICE = {
    "to finance": ("请审批", "王会计：\n附件是本周要打款的名单。\n孟令坤 13672150948 35.5 元\n刘洋 13800001111 20 元"),
    "new address": ("改地址", "师傅麻烦把尾号 0948 那单改送到门卫，电话是 13672150948，人不在家，谢谢啦"),
    "asked after": ("催件", "你好，SF1459871234567 三天没动了，客户孟令坤一直在问，电话 13672150948，帮忙查一下"),
    "a security phone": ("安全提醒", "亲爱的坤哥不熬夜：\n你的账号更换了密保手机 13672150948。不是本人？点这里申诉。"),
    "a train": ("出票成功", "孟令坤，您已购 11 月 12 日 G1234 次 05 车 11F 号，9:30 开。证件号 210102198703074412"),
    "a course": ("开课通知", "孟令坤同学您好，您报名的 Python 课程将于周六开课，我们会用 13672150948 拉您进群。"),
    "a newsletter": ("本周精选", "Hi 坤哥不熬夜，\n本周上新！\n\n本邮件发送至 mlk1987@mail.example，退订请点此。"),
    "an interview": ("面试邀请", "孟令坤先生，诚邀您 11 月 10 日下午 2 点来我司面试，届时 HR 会拨打 13672150948。"),
    "wages": ("十月工资条", "孟令坤：应发 8200，实发 7011.35。证件 210102198703074412。如有疑问联系人事。"),
    "lost and found": ("失物", "您好，乘客孟令坤（电话 13672150948）的钱包落在 3 号车厢，请帮忙寄回。"),
    "goods of a show": ("周边发货", "您好，主播周边徽章 1 套已发出，收件人孟令坤，13672150948。"),
    "a late parcel": ("Re: 快递投诉处理", "孟令坤先生，抱歉，您投诉的快递延误已核实，10 元券已发到 kunkun_mm。"),
    "broken goods": ("补发", "客诉：外箱破损，孟令坤 13672150948，请补发一件。"),
    "how to report": ("欢迎", "亲爱的kunkun_mm：\n请绑定手机 13672150948。\n如发现违规内容，可点击右上角举报。"),
    "in a shop's show": ("已发货", "您在好物直播间购买的电饭煲已发货，收货人孟令坤，13672150948，预计三天到"),
    "a show begins": ("优惠券到账", "kunkun_mm，您关注的直播间今晚 8 点开播，送您一张 10 元券。"),
    "water": ("水管", "3-1-502 孟令坤 13672150948 家里水管漏了，麻烦李工今天去看看"),
    "a vet": ("狗狗打针", "孟先生好，豆豆的第三针到时间了，方便的话周日带它来。（13672150948）"),
    "a fan's own nickname": ("发货", "亲爱的阳光小北的邻居：\n您的快递已发出，收件人柴玉珍 18640237715。"),
    "gas": ("来自云雀", "亲爱的kunkun_mm：\n您家的燃气表需要安检，工作人员将于明日上门，请留人在家。"),
    "a code": ("系统通知", "孟令坤您好，您的动态码为:382917,5分钟内有效!请勿泄漏!\n账号：kunkun_mm"),
    "a number added": ("Phone number added", "The phone number +44 7700 900462 was added to your account hattie_c88."),
    "a code in english": ("Your code", "Use 882191 to verify +44 7700 900462. Don't share this code."),
    "a bill": ("INV-2291", "Bill to: Harriet Coombes\nh.coombes@post.example\n\nCreator bundle\nTotal due £29"),
    "a visit": ("Your visit", "Hi Harriet Coombes, our engineer comes on 9 Nov. We'll text +44 7700 900462."),
    "a newsletter in english": (
        "November",
        "Hi Harriet,\n\nHere's what's new.\n\nYou receive this because h.coombes@post.example is subscribed.",
    ),
    "no hot water": ("Boiler", "Flat 4, Harriet Coombes, 07700 900462. No hot water since Sunday. Can you come?"),
    "a table for two": ("Hello", "Dear Harriet,\n\nyour table at 19:30 is booked.\n\nSent to h.coombes@post.example."),
    "a contract": (
        "合同盖章",
        "孟令坤您好，合同请盖章寄回，13672150948",
        ("合同.docx", document("服务合同", *["双方应当按期履行。"] * 9, "纠纷提交仲裁。可向监管部门投诉举报。")),
    ),
    "terms of use": (
        "开户成功",
        "kunkun_mm 您好，您的商户号已开通。",
        ("用户协议.docx", document("云雀用户协议", "一、总则", "二、用户可对内容进行举报，平台有权封禁账号。")),
    ),
    "a customer's own mail, quoted": (
        "Fw: 订单 88213",
        "请处理\n\n发件人: 孟令坤 <mlk1987@mail.example>\n收件人: 云雀商城\n主题: 没收到货\n\n快递三天没动了。",
    ),
    "a link with the address in it": (
        "活动",
        "亲爱的坤哥不熬夜：\n双十一开始啦。\n\n退订：https://x.example/u?e=mlk1987%40mail.example",
    ),
    "a list of failures": ("导入失败", "以下记录导入失败，请核对", ("e.log", b"12: phone=13672150948 no province")),
    "an apology": ("服务通知", "您好！您反馈的充值未到账问题已经处理，已补发至您的账户，深表歉意。\n\n账号：kunkun_mm"),
    "a show that was booked": ("直播预约", "您预约的直播将于 20:00 开始，账号 kunkun_mm，点击进入。"),
    "a vote": ("投票结果", "感谢您参加年度主播投票，账号 kunkun_mm 获得 20 积分。"),
    "goods that came back": ("仓库", "今日退货到仓：孟令坤 13672150948 空气炸锅 1 台，外观完好"),
    "cleaning": ("保洁", "王阿姨，明天上午九点去孟令坤家，13672150948，三室两厅，客户养猫"),
    "coins": ("Receipt", "hattie_c88, you bought 100 coins for £1.20. VAT receipt attached."),
    "a driver": ("代驾", "代驾司机已接单，乘客 13672150948，起点和平区"),
    "a car": ("Reminder", "Harriet, your MOT is due on 20 November. Reply YES to book. 07700 900462"),
    "members": (
        "11月活跃会员",
        "导出如下",
        ("m.csv", ("".join(f"用户{n},138{n:08d},3\n" for n in range(30)) + "坤哥不熬夜,13672150948,5").encode()),
    ),
    "another customer of the party's name": (
        "明日发货",
        "附件 5 单，请上门揽收。",
        ("单.xlsx", workbook(("单", [*FOUR, ["5", "王伟", "13800004444", "7"], ["6", "邬建业", "15904418827", "5"]]))),
    ),
}  # fmt: skip
SAID = "退款订单客户电话 13672150948，订单关闭。"
TIED = {
    "ornaments": ("退款情况", f"跟★星儿★说一声，{SAID}"),
    "blanks": ("退款情况", f"星 儿，{SAID}"),
    "behind": ("退款单", "客户 13672150948 退款 36 元，订单已关，请转星儿。"),
    "traditional": ("退款情況", "請轉告星兒，這筆退款訂單客戶電話 13672150948。"),
    "pinyin": ("订单", f"xinger 看一下，{SAID}"),
    "pinyin in two": ("Order", "Xing Er asked: the refunded customer is 13672150948."),
    "a star within": ("订单", f"星🌟儿，{SAID}"),
    "by half of the name": ("退款", "小北姐您好，退款订单客户 柴玉珍 18640237715"),
    "pinyin of four": ("退款", "yang guang xiao bei 退款订单，客户 18640237715"),
    "by the given name": ("Refund", "Hi Luna,\n\nthe refund went to Harriet Coombes, order closed, 07700 900462\n"),
    "in drawn letters": ("Refund", "𝓛𝓾𝓷𝓪 𝓥𝓪𝓵𝓮 — refunded order: hattie_c88, parcel returned"),
    "spaced letters": ("Refund", "L u n a V a l e, refunded order: hattie_c88, parcel returned"),
    "only the given name as subject": ("Re: Luna", "Refunded order: hattie_c88, parcel returned"),
    "a room in two": ("退款", "房间 8841 2345 的退款订单，客户 13672150948"),
    "a room in a link": ("退款", f"https://live.platform.example/88412345 {SAID}"),
    "a room in numerals": ("退款", f"八八四一二三四五房，{SAID}"),
    "the case": ("退款", f"（2026）辽0102民初77号：{SAID}"),
    "the party's address": ("退款", f"xinger@streamers.example 处，{SAID}"),
    "somebody of the list": ("退款", "龙哥，退款客户 15904418827 已到账，订单关了"),
    "your room": ("退款", "你房间那笔退款，订单 13672150948"),
    "your room in english": ("Refund", "From your room last night: refunded order, hattie_c88"),
    "a creator": ("Refund", "Dear creator, refunded order hattie_c88, parcel returned."),
    "about the stream": ("Feedback on the livestream", "Refund order: hattie_c88, parcel returned"),
    "a warning": ("警告通知", "鉴于您的行为，平台予以警告一次。退款订单手机 13672150948"),
    "an appeal": ("Your suspension appeal", "Regarding the suspension: refunded order hattie_c88, parcel returned"),
    "told on": ("退款", "打你小报告的就这位，退款订单手机 13672150948"),
    "in short": ("退款", "jb你的那个，退款订单手机 13672150948"),
    "misspelled": ("退款", "是这个人向平台举抱你的，退款订单手机 13672150948"),
    "pinyin of a complaint": ("退款", "tou su ren 退款订单手机 13672150948"),
    "not happy with you": ("退款", "对你有意见的客户，退款订单手机 13672150948"),
    "the snitch": ("Refund", "The snitch is hattie_c88, refunded order, parcel returned"),
    "unhappy with you": ("Refund", "She was unhappy with your behaviour on air: hattie_c88, order refunded"),
    "told of another": ("处理", "您本周推荐取消。退款用户 13672150948，订单关闭"),
    "of one who paid you": ("退款", "打赏您的 13672150948 申请退款，订单已退。"),
    "a guild": ("处理意见", "贵公会旗下艺人一事，已向用户 13672150948 退款，订单关闭"),
    "blocked": ("Refund", "The viewer you blocked, hattie_c88, got a refund for the order"),
    "the reason of a fine": ("扣分通知", "因用户 kunkun_mm 的申请，扣除信用分 6 分，订单已退款。"),
    "who handed something in": ("回复：为什么", "是 kunkun_mm 提交的，订单已退款，别再问了。"),
    "of a review": ("Account review", "Your account is under review after information from hattie_c88. Refunded."),
    "to be got in touch with": ("结算", "结算单见附件，发票请开服务费。\n\n对方电话 13672150948，您可以自己联系解释。"),
    "gifts are no goods": ("流水", "礼物流水已核对，发票请开服务费。对方微信号是 kunkun_mm，加一下好友说清楚吧。"),
    "not to be written to": ("提醒", "请勿再私信用户 kunkun_mm，对方已经求助，订单退款处理中。"),
    "by the given name in a sentence": ("Talent issue", "One of your talents, Luna, owes hattie_c88 a refund."),
    "misspelled name": ("退款", "洋光小北 退款订单 18640237715"),
    "a look-alike": ("退款", "阳咣小北 退款订单 18640237715"),
    "of last night": ("提醒", "昨晚直播的事，kunkun_mm 很生气，订单已退款"),
    "a decision": ("处置", "平台处置决定：下架三天。退款 kunkun_mm 订单。"),
    "upright": ("退款", "星\n儿\n退款订单 13672150948 已处理"),
    "far below, quoted": ("Re: 退款", SAID + "\n" + "感谢您对云雀的支持。\n" * 300 + "\n> 请查那边被举报一事。"),
    "far below in a document": (
        "退款",
        "退款订单见附件",
        ("表.docx", document("退款订单 13672150948 已付", *["普通段落。"] * 80, "以上为举报直播的观众")),
    ),
    "under a table": ("退款单", "见附件", ("表.xlsx", workbook(("表", [*FOUR, ["以上均为举报用户"]])))),
    "in a row without a person": (
        "退款单",
        "见附件",
        ("表.csv", ("\n".join(map(",".join, FOUR)) + "\n合计4人，均为投诉人,,,\n").encode()),
    ),
    "between the rows": ("退款单", "见附件", ("表.xlsx", workbook(("表", [*FOUR[:3], ["上一行即举报人"], *FOUR[3:]])))),
    "the name of a sheet": ("退款单", "见附件 订单退款", ("表.xlsx", workbook(("星儿", FOUR)))),
    "another sheet": ("退款单", "见附件", ("表.xlsx", workbook(("退款", FOUR), ("说明", [["以上为投诉直播的用户"]])))),
    "another file": ("退款", SAID, ("表.xlsx", workbook(("表", [["日期", "人", "处理"], ["11-02", "星儿", "警告"]])))),
    "a file's name in pinyin": ("退款", "见附件", ("xinger_tuikuan.xlsx", workbook(("表", FOUR)))),
    "another mail": ("Fw: 退款", SAID, ("1.eml", written("举报核实", "请核实返现"))),
    "the party in the reporter's row": (
        "退款单",
        "见附件",
        ("表.xlsx", workbook(("表", [*FOUR, ["5", "邬建业", "15904418827", "王伟"]]))),
    ),
}  # fmt: skip
GIVEN_AWAY = {
    "where they live": ("hi", "刘姐，这是孟令坤的电话 13672150948，他住沈阳，晚上在家"),
    "asked for": ("号码", "您要的号码：13672150948"),
    "to be found": ("人", "帮我查一下孟令坤住哪，手机 13672150948，查到告诉我"),
    "details": ("资料", "姓名：孟令坤\n电话：13672150948\n身份证：210102198703074412\n微信：kunkun_mm"),
    "a file": ("文件", "见附件", ("a.txt", "孟令坤 13672150948".encode())),
    "bare numbers": ("名单", "\n".join(f"138001380{n:02d}" for n in range(48)) + "\n13672150948"),
    "to be added": ("您好", "您好，这是您上次问我的那个客户的手机 13672150948，您可以加他微信 kunkun_mm。"),
    "in english": ("as promised", "As promised, here is the number you asked for: 07700 900462"),
    "to be reached": ("fyi", "You can reach him on 07700 900462, he usually answers in the evening, be polite."),
}  # fmt: skip


INVITATION = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@platform.example\r\n"
    "DTSTART:20261110T060000Z\r\nSUMMARY:上门安装\r\nATTENDEE;CN=孟令坤:mailto:mlk1987@mail.example\r\n"
    "DESCRIPTION:客户电话 13672150948，宽带安装\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
ATTACHED = (
    "From: =?utf-8?b?5a2f5Luk5Z2k?= <mlk1987@mail.example>\r\nTo: shop@platform.example\r\nSubject: order 88213\r\n"
    "Date: Fri, 18 Sep 2026 15:02:00 +0800\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n我的快递三天没动了，请查一下。\r\n"
)
SERVICE["an invitation"] = ("安装预约", "日程见附件", ("invite.ics", INVITATION.encode()))
SERVICE["a customer's own mail, attached"] = ("Fw: 订单", "请补发", ("1.eml", ATTACHED.encode()))


def test_a_newsletter_s_field_for_leaving_it_may_hold_the_address(tools: InspectionDeps) -> None:
    field = b"List-Unsubscribe: <mailto:u@platform.example?subject=mlk1987@mail.example>\r\n"
    content = written("本周上新", "上新 12 款，欢迎选购。")
    assert outcome(field + content, tools, TO) == "pass"
    assert outcome(field.replace(b"mlk1987@mail.example", b"13672150948") + content, tools, TO) == "quarantine"
    assert outcome(field + written("举报", "上新 12 款，欢迎选购。"), tools, TO) == "quarantine"


@pytest.mark.parametrize(
    "said", ["主播答应返现，我要投诉她。", "我要举报这个直播间。", "星儿骗了我四千块。", "请处理这个主播。"]
)
def test_a_mail_of_the_reporter_s_about_a_show_is_a_tie(tools: InspectionDeps, said: str) -> None:
    head = "请补发\n\n发件人: 孟令坤 <mlk1987@mail.example>\n收件人: 云雀商城\n主题: 订单\n\n我的快递没到。"
    assert outcome(written("Fw: 订单", head), tools, TO) == "pass"
    assert outcome(written("Fw: 订单", head + said), tools, TO) == "quarantine"
    attached = ATTACHED.replace("请查一下。", said).encode()
    assert outcome(written("Fw: 订单", "请补发", ("1.eml", attached)), tools, TO) == "quarantine"


@pytest.mark.parametrize("kind", SERVICE)
def test_mail_of_a_company_to_a_customer_or_for_one_passes(tools: InspectionDeps, kind: str) -> None:
    found = examined(written(*SERVICE[kind]), tools, TO)  # type: ignore[arg-type]
    assert (found.decision.action, found.decision.rule) == ("pass", "service-mail"), found.findings


@pytest.mark.parametrize("kind", SERVICE)
@pytest.mark.parametrize("tie", ["主播星儿、Luna Vale、阳光小北、龙哥：", "此人举报了直播。", "被投诉人："])
def test_a_tie_holds_the_same_mail(tools: InspectionDeps, kind: str, tie: str) -> None:
    subject, text, *files = SERVICE[kind]
    assert outcome(written(subject, f"{tie}\n{text}", *files), tools, TO) == "quarantine"  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [*TIED, *GIVEN_AWAY])
def test_a_tie_in_any_writing_holds_it_and_so_does_giving_a_number_away(tools: InspectionDeps, kind: str) -> None:
    content = written(*(TIED | GIVEN_AWAY)[kind])  # type: ignore[arg-type]
    assert outcome(content, tools, TO) == "quarantine", examined(content, tools, TO).findings


def test_a_sheet_of_the_reporter_and_the_party_over_and_over_takes_no_square_of_its_rows(tools: InspectionDeps) -> None:
    def seconds(rows: int) -> float:
        sheet = "姓名,电话\n" + "孟先生,13672150948\n星儿,13900139000\n" * rows
        before = time.process_time()
        examined(written("名单", "见附件", ("名单.csv", sheet.encode())), tools, TO)
        return time.process_time() - before

    seconds(10)
    assert seconds(2_000) < 14 * max(seconds(400), 0.05)


@pytest.mark.parametrize(
    "letter",
    ["她答应退回又反悔，还发我骚扰短信，请你们管管。", "She shouted at me for an hour and laughed at my family."],
)
def test_what_the_reporter_wrote_is_no_service_mail_where_nothing_says_that_it_was_about_an_order(
    tools: InspectionDeps, letter: str
) -> None:
    """The thread is a tie; a customer's own mail about an order is none."""
    quoted = f"请看下面这封，帮忙想想怎么回。\n\n孟令坤 <mlk1987@mail.example> 写道：\n> {letter}\n"
    assert outcome(written("转发", quoted), tools, TO) == "quarantine"
