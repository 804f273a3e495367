"""A reporter is a customer too: service mail to somebody whom no report knows passes; whatever ties it to the report
holds it, and so does a number that nothing explains."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage

import docx
import openpyxl
import pytest

from examining import examined, letter, outcome, stored, tools_of, without_rule
from gateway.inspection.tools import InspectionDeps
from gateway.model import Item, Party, Report
from gateway.policy import packaged_policy
from scene import mail

PARTY, STRANGER = "xinger@streamers.example", "second@home.example"
LETTER = (
    "我在九月十八日晚上观看主播星儿的直播，她反复诱导未成年人打赏，并且在直播间里承诺充值就可以加她的私人微信。"
    "她还组织粉丝刷礼物返现，私下收取转账，数额巨大，影响恶劣，希望平台严肃处理并且公开结果。"
)
REPORT = Report(
    "R-2026-0001",
    "open",
    "2026-09-18T10:00:00+08:00",
    (Party("星儿", (PARTY,), ("room:88412345",), ("pr@guild.example",)),),
    (
        Item("name", "章晓鸣"),
        Item("phone", "+86 138 0013 8765"),
        Item("address", "xiaoming.zhang@mail.example"),
        Item("account", "xm_feifei90"),
        Item("government_id", "440106199001011234"),
        Item("circumstance", "广州美术学院", "school"),
        Item("circumstance", "广州市天河区体育西路 1 号", "residence"),
        Item("circumstance", "穿云箭", "gift"),
    ),
    materials=letter(LETTER),
)

SERVICE = {
    "refund": ("退款通知", "尊敬的用户，您的退款 128.00 元已退回，预计三天内到账。联系电话：13800138765。客服部"),
    "refund in english": ("Your refund", "Dear customer, the refund for xiaoming.zhang@mail.example is done."),
    "parcel": ("包裹已发出", "您好，您的包裹已由顺丰发出，收件人：章晓鸣，电话 138-0013-8765，请注意查收。"),
    "parcel in english": ("Shipped", "Your order 88213 has shipped to Zhang Xiaoming, phone +86 138 0013 8765."),
    "bound": ("安全提醒", "您的账号 xm_feifei90 已成功绑定手机 13800138765。如非本人操作，请尽快修改密码。"),
    "bound, short": ("绑定成功", "手机号 13800138765 已绑定到您的账号。"),
    "sign-in": ("登录提醒", "账号 xm_feifei90 于 2026-11-02 21:14 在新设备登录，如非本人操作请重置密码。"),
    "code": ("Verification", "Your verification code for 13800138765 is 482913. It expires in ten minutes."),
    "top-up": ("充值成功", "尊敬的会员：账号 xm_feifei90 充值 100 元成功，订单号 20261102113355。"),
    "invoice": ("电子发票", "章晓鸣先生，您申请的发票已开具，请在附件中查收。接收邮箱 xiaoming.zhang@mail.example。"),
    "invoice in english": ("Invoice 2026-311", "Invoice for Zhang Xiaoming, phone 13800138765, amount due 88.00."),
    "repair": ("上门维修预约", "维修师傅将于周六上午上门，预约人章晓鸣，电话13800138765。"),
    "prize": ("奖品寄送", "恭喜中奖！奖品将寄往您的收货地址，收件人章晓鸣 13800138765。"),
    "to the courier": ("今日揽收", "请上门揽收一件：寄件人 章晓鸣，13800138765，广州市天河区体育西路 1 号。"),
    "reissue": ("补发", "13800138765 的快递请补发一份，原单号 SF1234567890123。"),
    "real name": ("实名认证结果", "您提交的实名认证已通过：章晓鸣，证件号 440106199001011234。"),
    "booking": ("预订确认", "酒店预订成功，入住人：章晓鸣，联系电话 13800138765，两晚。"),
    "membership": ("会员到期提醒", "会员账号 xm_feifei90 将于本月底到期，续费可享八折优惠。"),
    "with a complaints line below": (
        "退款到账",
        "您的退款已到账，手机 13800138765。\n\n-- \n云雀客服中心\n投诉电话：400-800-1234　"
        "投诉与建议邮箱：tousu@platform.example，complaints@platform.example",
    ),
    "refund, said once more": ("Refund processed", "Hi, your refund has gone out. On file: +86 138 0013 8765."),
    "exchange": ("快递异常", "师傅您好，运单 SF1234567 收件人电话打不通，请改打 13800138765。"),
    "kept for them": ("代收通知", "请将章晓鸣（13800138765）的包裹放在丰巢。"),
    "a list in the text": (
        "签到名单",
        "附表为周六线下活动签到名单：\n1. 李四 13911112222\n2. 章晓鸣 13800138765\n3. 王五 13722223333",
    ),
    "rows in the text": (
        "今日退款",
        "财务您好，今日待退款用户：\n李四,13911112222,88\n章晓鸣,13800138765,128\n王五,13722223333,60\n请处理。",
    ),
    "checked": ("账户安全通知", "尊敬的章晓鸣用户，您的安全手机 13800138765 已验证。"),
    "a fan club's badge": ("补寄勋章", "您好，粉丝团勋章实物已补寄，收件人章晓鸣 13800138765。"),
    "the end of a number": ("退款进度", "重复扣款已核实，128 元将退回至尾号 8765 的账户（13800138765）。"),
    "name on file": ("实名信息变更", "您已将实名信息变更为 章晓鸣 440106199001011234，如有疑问联系客服。"),
    "receipt": ("Payment receipt", "Receipt for xm_feifei90: 500 coins, CNY 50.00, paid by WeChat."),
    "to a school": ("发货", "请发货到广州市天河区体育西路 1 号，广州美术学院，章晓鸣收，13800138765。"),
    "thanks for writing": ("Re: 退款", "感谢您的来信。您反映的退款问题已处理，款项已退回 13800138765 对应的账户。"),
}  # fmt: skip
TIED = {
    "names the party": ("退款通知", "星儿您好，退款用户的电话是 13800138765，订单已处理。"),
    "names the room": ("退款通知", "直播间 88412345 的订单退款用户电话 13800138765。"),
    "names the case": ("退款通知", "R-2026-0001：退款用户电话 13800138765，订单已处理。"),
    "speaks to a streamer": ("退款通知", "您的直播间有一笔退款，订单用户电话 13800138765。"),
    "in the same sentence": ("退款通知", "投诉人已经退款，电话 13800138765，订单关闭。"),
    "some lines above": ("通知", "有人举报了这次直播。\n\n订单信息如下：\n退款 128 元\n电话 13800138765\n"),
    "in the subject": ("投诉处理结果", "您的退款 128.00 元已原路退回，电话 13800138765。"),
    "spaced": ("通知", "投 . 诉 者已退款，订单电话 13800138765。"),
    "in english": ("Refund", "The complainant got a refund for the order, phone 13800138765."),
    "reported you": ("Order", "The customer of this order reported you. Phone 13800138765, refund done."),
    "as a complaint's telephone": ("退款", "订单退款已到账，投诉电话：13800138765。"),
    "points": ("退款", "就是他，退款订单电话 13800138765。"),
    "points in english": ("Order", "Refund order, 13800138765 is the one who did it."),
    "a viewer": ("订单", "观众 13800138765 的订单已退款。"),
    "a gift": ("退款", "章晓鸣 13800138765 的订单已退款，广州美术学院的那位，送了穿云箭。"),
    "to come to terms": ("通知", "请您与用户章晓鸣（13800138765）协商退款事宜，并请其撤销。"),
    "a dispute": ("限流说明", "因充值返现纠纷，频道被限流。对方账号 xm_feifei90，订单已退款。"),
    "to settle": ("Notice", "Please settle the refund with 13800138765, order closed."),
    "whoever spoke of you": ("快递", "这个快递是给去平台说你的人的：13800138765 章晓鸣"),
    "the one who wrote": ("退款", "那个要退款的人是章晓鸣，13800138765，就是写材料的那位。"),
    "in pinyin": ("订单", "jubao ren de dingdan，退款电话 13800138765。"),
    "what was handed in": ("退款", f"您的退款已到账，电话 13800138765。{LETTER}"),
    "another name elsewhere": ("退款", "退款已到账，电话 13800138765。" + "谢谢。" * 1500 + "章晓鸣实名举报了此事。"),
}  # fmt: skip
BARE = {
    "a number": ("hi", "call 13800138765"),
    "a number and a greeting": ("您好", "您好，我们会打 13800138765 与您联系。"),
    "an address": ("hi", "mail xiaoming.zhang@mail.example"),
    "name and number": ("您好", "章晓鸣，电话 13800138765，微信 xm_feifei90。"),
    "a list of numbers": ("hi", "\n".join(f"1380013{n}" for n in range(8760, 8790))),
    "one word": ("您好", "金额见上。\n13800138765"),
}


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    store = stored(tmp_path_factory.mktemp("store"), REPORT)
    yield tools_of(store)
    store.shut()


def html(subject: str, text: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return mail(f"<html><body>{body}</body></html>", subject, to=STRANGER).replace(b"text/plain", b"text/html")


def with_file(
    data: bytes, name: str, text: str = "您好，附件是今日发货名单，请安排揽收。", subject: str = "发货"
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu07@platform.example", STRANGER, subject
    message["Date"], message["Message-ID"] = "Fri, 18 Sep 2020 15:02:00 +0800", "<1@platform.example>"
    message.set_content(text)
    message.add_attachment(data, "application", "octet-stream", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


ROWS = [
    ["收件人", "电话", "地址", "备注"],
    ["李四", "13911112222", "北京市海淀区中关村大街 1 号", ""],
    ["章晓鸣", "13800138765", "广州市天河区体育西路 1 号", "工作日送"],
    ["王五", "13722223333", "成都市武侯区人民南路 9 号", "上次投诉过配送慢"],
    ["赵六", "13655556666", "杭州市西湖区文三路 3 号", ""],
]


def sheet(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def table(rows: list[list[str]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("发货单")
    made = document.add_table(len(rows), len(rows[0]))
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            made.cell(y, x).text = cell
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


@pytest.mark.parametrize("kind", SERVICE)
def test_service_mail_to_another_address_passes(tools: InspectionDeps, kind: str) -> None:
    subject, text = SERVICE[kind]
    for content in (mail(text, subject, to=STRANGER), html(subject, text)):
        found = examined(content, tools, STRANGER)
        assert (found.decision.action, found.decision.rule) == ("pass", "service-mail"), found.findings


@pytest.mark.parametrize("kind", SERVICE)
def test_the_same_to_the_party_or_its_agent_is_no_service_mail(tools: InspectionDeps, kind: str) -> None:
    subject, text = SERVICE[kind]
    for to in ((PARTY,), ("pr@guild.example",), (STRANGER, PARTY)):
        assert outcome(mail(text, subject, to=STRANGER), tools, *to) != "pass"


@pytest.mark.parametrize("kind", SERVICE)
def test_stricter_rules_hold_it(tools: InspectionDeps, kind: str) -> None:
    subject, text = SERVICE[kind]
    strict = replace(tools, policy=without_rule(packaged_policy(), "service-mail"))
    assert outcome(mail(text, subject, to=STRANGER), strict, STRANGER) == "quarantine"


@pytest.mark.parametrize("kind", [*TIED, *BARE])
def test_a_tie_to_the_report_or_nothing_that_explains_it_holds_it(tools: InspectionDeps, kind: str) -> None:
    subject, text = (TIED | BARE)[kind]
    for content in (mail(text, subject, to=STRANGER), html(subject, text)):
        assert outcome(content, tools, STRANGER) == "quarantine", examined(content, tools, STRANGER).findings


def test_a_sheet_of_customers_for_a_courier_passes(tools: InspectionDeps) -> None:
    comma = "\n".join(map(",".join, ROWS)).encode("gb18030")
    assert outcome(with_file(sheet(ROWS), "发货名单.xlsx"), tools, STRANGER) == "pass"
    assert outcome(with_file(comma, "发货名单.csv"), tools, STRANGER) == "pass"
    plain = [[*row[:3], ""] for row in ROWS]
    assert outcome(with_file(table(plain), "发货单.docx"), tools, STRANGER) == "pass"


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[2].__setitem__(3, "举报星小姐的用户"),
        lambda rows: rows[0].__setitem__(3, "投诉内容"),
        lambda rows: rows.insert(0, ["投诉用户名单", "", "", ""]),
    ],
)
def test_a_sheet_whose_head_or_row_speaks_of_a_complaint_is_held(
    tools: InspectionDeps, change: Callable[[list[list[str]]], None]
) -> None:
    rows = [list(row) for row in ROWS]
    rows[3][3] = ""
    change(rows)
    assert outcome(with_file(sheet(rows), "名单.xlsx"), tools, STRANGER) == "quarantine"


@pytest.mark.parametrize(
    ("name", "text", "subject"),
    [
        ("投诉人.xlsx", "您好，附件是今日发货名单，请安排揽收。", "发货"),
        ("名单.xlsx", "您好，附件是举报过直播的用户，已发货。", "发货"),
        ("名单.xlsx", "您好，附件是发货名单。", "举报处理"),
        ("名单.xlsx", "主播星儿您好，附件是发货名单。", "发货"),
    ],
)
def test_what_is_said_around_a_sheet_ties_it(tools: InspectionDeps, name: str, text: str, subject: str) -> None:
    assert outcome(with_file(sheet(ROWS), name, text, subject), tools, STRANGER) == "quarantine"


def test_a_form_with_one_person_on_it_is_read_as_a_whole(tools: InspectionDeps) -> None:
    form = [["姓名", "章晓鸣"], ["电话", "13800138765"], ["订单", "8891"], ["退款", "是"], ["投诉内容", "诱导打赏"]]
    assert outcome(with_file(sheet(form), "单.xlsx"), tools, STRANGER) == "quarantine"
    assert outcome(with_file(sheet(form[:-1]), "单.xlsx"), tools, STRANGER) == "pass"


@pytest.mark.parametrize(
    "header", ["X-Note: 13800138765", "Comments: 13800138765", "Keywords: xm_feifei90", "In-Reply-To: 13800138765"]
)
def test_service_explains_nothing_in_a_place_where_nobody_reads(tools: InspectionDeps, header: str) -> None:
    content = mail("您的退款已到账，订单已关闭。", "退款", headers=[header], to=STRANGER)
    assert outcome(content, tools, STRANGER) == "quarantine"


def test_the_reporter_in_copy_of_service_mail_is_an_address_like_any_other(tools: InspectionDeps) -> None:
    content = mail("您的包裹已发货，请查收快递。", "发货", to=f"xiaoming.zhang@mail.example, {STRANGER}")
    assert outcome(content, tools, STRANGER) == "pass"
    asked = mail("请说明当晚的情况。", "说明", to=f"xiaoming.zhang@mail.example, {STRANGER}")
    assert outcome(asked, tools, STRANGER) == "quarantine"


def test_an_answer_in_the_reporter_s_thread_is_a_tie(tools: InspectionDeps) -> None:
    headers = ["In-Reply-To: <7.Coremail.xiaoming.zhang@mail.example>"]
    content = mail("您的包裹已发货，电话 13800138765。", "发货", headers=headers, to=STRANGER)
    assert outcome(content, tools, STRANGER) == "quarantine"


def test_so_many_signs_are_no_service_mail(tools: InspectionDeps) -> None:
    text = "退款 13800138765\n章晓鸣的订单\n" * 400
    assert outcome(mail(text, "退款", to=STRANGER), tools, STRANGER) == "quarantine"
