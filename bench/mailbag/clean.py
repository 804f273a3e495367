"""Clean mail of a help desk, kind by kind: to reported parties and their agents, to customers, to reporters of their own."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from texts import helpdesk as words

from mailbag import files
from mailbag.clients import CLIENTS, Letter, opaque
from mailbag.files import File, Made
from mailbag.kinds import Sample, World
from mailbag.people import Person, chinese_name, filled

Kind = Callable[[World], Letter]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SIGNATURE = "\n\n--\n云雀互动 · 主播服务部\n服务热线 400-820-5566 | www.platform.example"


def text_of(world: World, sets: Sequence[Sequence[str]], **known: str) -> str:
    return "\n\n".join(filled(world.rng, one, **known) for one in world.rng.choice(sets))


def to_party(
    world: World, subject: str, text: str, *attached: File, html: str = "", fields: tuple[tuple[str, str], ...] = ()
) -> Letter:
    """A letter to a reported party, or to who acts for them."""
    streamer = world.reporter().streamer
    who = world.party(streamer) if world.rng.random() < 0.8 else Person("", streamer.agent)
    text = text.replace("{name}", streamer.name).replace("{room}", streamer.room)
    day = timedelta(hours=world.rng.randint(0, 900))
    letter = Letter(world.staff(), (who,), subject, text, html, attached, fields=fields)
    return replace(letter, date=letter.date + day)


def notice(world: World) -> Letter:
    return to_party(world, filled(world.rng, "关于{day}直播的处理通知"), text_of(world, words.NOTICES) + SIGNATURE)


def settlement(world: World) -> Letter:
    return to_party(world, filled(world.rng, "{month}月结算单"), text_of(world, words.SETTLEMENTS) + SIGNATURE)


def answer(world: World) -> Letter:
    """An answer under which the streamer's own letter of another matter stands, as five programs quote it."""
    streamer = world.reporter().streamer
    own = world.rng.choice(words.OWN_WORDS)
    head = world.rng.choice(
        (
            f'------------------ 原始邮件 ------------------\n发件人: "{streamer.name}" <{streamer.address}>;\n发送时间: 2020年9月28日(星期一) 下午2:11\n收件人: "客服" <kefu@platform.example>;\n主题: 咨询\n\n{own}',
            f'在 2020-09-28 14:11:05，"{streamer.name}" <{streamer.address}> 写道：\n> {own}',
            f"{streamer.name} <{streamer.address}> 于2020年9月28日周一 下午2:11写道：\n> {own}\n>",
            f"发件人: {streamer.name} <{streamer.address}>\n发送时间: 2020年9月28日 14:11\n收件人: 客服 <kefu@platform.example>\n主题: 咨询\n\n{own}",
            f"On 9/28/20 2:11 PM, {streamer.name} wrote:\n> {own}\n> ",
        )
    )
    text = filled(world.rng, "您好，已经为您查询，{month}月的款项会在{day}到账，请留意。") + "\n\n" + head
    letter = Letter(world.staff(), (world.party(streamer),), "Re: 咨询", text)
    return replace(letter, references=f"<{world.rng.getrandbits(60):x}@{streamer.address.partition('@')[2]}>")


def long_thread(world: World) -> Letter:
    streamer = world.reporter().streamer
    text, depth = "好的，请按附言操作。", ""
    for number in range(7):
        depth += "> "
        who = streamer.name if number % 2 == 0 else "客服"
        said = (
            world.rng.choice(words.OWN_WORDS)
            if number % 2 == 0
            else filled(world.rng, "您好，请提供{month}月的流水截图，{n}日内答复您。")
        )
        text += f"\n{depth[2:]}{who} 于2020年9月{20 - number}日 写道：\n{depth}{said}"
    return replace(
        Letter(world.staff(), (world.party(streamer),), "回复：回复：Re: 结算", text),
        references=f"<{opaque(world.rng, 20).replace('/', 'a').replace('+', 'b')}@mail.example>",
    )


def contract_docx(world: World) -> Letter:
    paragraphs = [filled(world.rng, one, name=chinese_name(world.rng)) for one in words.CONTRACT]
    made = Made("soffice:docx", files.paper("直播合作协议", paragraphs))
    return to_party(
        world, "合作协议（电子版）", text_of(world, words.SETTLEMENTS), File("直播合作协议.docx", DOCX, made)
    )


def contract_pdf(world: World) -> Letter:
    paragraphs = [filled(world.rng, one, name=chinese_name(world.rng)) for one in words.CONTRACT]
    made = Made(world.rng.choice(("soffice:pdf", "page:pdf")), files.paper("直播合作协议", paragraphs))
    return to_party(world, "合同扫描件", text_of(world, words.SETTLEMENTS), File("合同.pdf", "application/pdf", made))


def contract_doc(world: World) -> Letter:
    paragraphs = [filled(world.rng, one, name=chinese_name(world.rng)) for one in words.CONTRACT]
    kind, ending, mime = world.rng.choice(
        (
            ("soffice:doc", "doc", "application/msword"),
            ("soffice:odt", "odt", "application/vnd.oasis.opendocument.text"),
            ("soffice:rtf", "rtf", "application/rtf"),
        )
    )
    return to_party(
        world,
        "协议初稿",
        text_of(world, words.SETTLEMENTS),
        File(f"协议初稿.{ending}", mime, Made(kind, files.paper("协议", paragraphs))),
    )


def contract_python_docx(world: World) -> Letter:
    paragraphs = [filled(world.rng, one, name=chinese_name(world.rng)) for one in words.CONTRACT]
    data = files.python_docx(
        paragraphs,
        author="法务合规",
        header="云雀互动 内部编号 YQ-2020",
        comment="此条已与商务确认" if world.rng.random() < 0.5 else "",
    )
    return to_party(world, "协议（修订）", text_of(world, words.SETTLEMENTS), File("协议-修订.docx", DOCX, data))


def rows(world: World, count: int = 24) -> list[list[str]]:
    head = ["日期", "项目", "流水号", "金额（元）", "备注"]
    body = [
        [
            f"2020-09-{n % 28 + 1:02d}",
            world.rng.choice(words.GIFTS),
            f"T{world.rng.randint(10**15, 10**16)}",
            f"{world.rng.randint(1, 9000)}.{world.rng.randint(0, 99):02d}",
            "",
        ]
        for n in range(count)
    ]
    return [head, *body]


def sheet_xlsx(world: World) -> Letter:
    made: bytes | Made = (
        files.openpyxl_book(rows(world), author="结算中心")
        if world.rng.random() < 0.4
        else Made("soffice:xlsx", files.sheet(rows(world)))
    )
    return to_party(
        world,
        filled(world.rng, "{month}月礼物明细"),
        text_of(world, words.SETTLEMENTS),
        File("礼物明细.xlsx", XLSX, made),
    )


def sheet_old(world: World) -> Letter:
    kind, ending, mime = world.rng.choice(
        (
            ("soffice:xls", "xls", "application/vnd.ms-excel"),
            ("soffice:ods", "ods", "application/vnd.oasis.opendocument.spreadsheet"),
        )
    )
    return to_party(
        world,
        "流水核对",
        text_of(world, words.SETTLEMENTS),
        File(f"流水核对.{ending}", mime, Made(kind, files.sheet(rows(world)))),
    )


def sheet_csv(world: World) -> Letter:
    coding = world.rng.choice(("utf-8-sig", "gb18030", "utf-16"))
    return to_party(
        world,
        "明细 CSV",
        text_of(world, words.SETTLEMENTS),
        File("明细.csv", "text/csv", files.sheet(rows(world), coding)),
    )


def slides(world: World) -> Letter:
    deck = files.python_pptx([("主播学院 第三课", words.RULES[:4]), ("直播间安全", words.RULES[4:])])
    kind = world.rng.choice(("pptx", "soffice:ppt", "soffice:odp", "soffice:pptx"))
    made: bytes | Made = deck if kind == "pptx" else Made(kind, deck)
    ending = kind.rpartition(":")[2]
    mime = {
        "pptx": PPTX,
        "ppt": "application/vnd.ms-powerpoint",
        "odp": "application/vnd.oasis.opendocument.presentation",
    }[ending]
    return to_party(world, "培训课件", text_of(world, words.NOTICES), File(f"培训课件.{ending}", mime, made))


def invoice_ofd(world: World) -> Letter:
    told = [
        "电子发票（普通发票）",
        filled(world.rng, "发票号码：2044{room}"),
        "购买方：云雀互动科技有限公司",
        filled(world.rng, "价税合计（小写）¥{sum}.00"),
        "项目：*信息技术服务*直播服务费",
    ]
    return to_party(
        world, "电子发票", text_of(world, words.SETTLEMENTS), File("电子发票.ofd", "application/ofd", files.ofd(told))
    )


def invoice_pdf(world: World) -> Letter:
    table = [
        ("项目名称", "数量", "单价", "金额", "税率"),
        ("*信息技术服务*直播服务费", "1", filled(world.rng, "{sum}"), filled(world.rng, "{sum}"), "6%"),
    ]
    source = files.paper(
        "电子发票（增值税专用发票）",
        (filled(world.rng, "发票号码：2044{room}"), "购买方：云雀互动科技有限公司", "收款人：财务部 复核：结算中心"),
        table,
    )
    return to_party(
        world,
        "发票",
        text_of(world, words.SETTLEMENTS),
        File("dzfp_2044.pdf", "application/pdf", Made("page:pdf", source)),
    )


def screenshot_rules(world: World) -> Letter:
    kind = world.rng.choice(("png", "jpeg"))
    made = files.page("直播内容管理规范", words.RULES, kind)
    return to_party(world, "规范截图", text_of(world, words.NOTICES), File(f"规范.{kind}", f"image/{kind}", made))


def screenshot_room(world: World) -> Letter:
    streamer = world.reporter().streamer
    said = [(world.viewer(), world.rng.choice(("来了来了", "今天播多久", "这首好听", "主播加油"))) for _ in range(6)]
    made = files.room(streamer.name, streamer.room, world.faces[streamer.room], said)
    letter = Letter(
        world.staff(),
        (world.party(streamer),),
        "您直播间的截图",
        text_of(world, words.NOTICES, name=streamer.name, room=streamer.room),
    )
    return replace(letter, files=(File("直播间.png", "image/png", made),))


def photographs(world: World) -> Letter:
    shots = [
        File(
            f"IMG_{world.rng.randint(1000, 9999)}.JPG",
            "image/jpeg",
            files.jpeg(files.photograph(world.rng), exif={271: "HUAWEI", 272: "ELS-AN00", 306: "2020:09:28 10:11:12"}),
        )
        for _ in range(2)
    ]
    return to_party(world, "活动现场照片", "照片见附件，请挑选一张做封面。", *shots)


def zipped_pictures(world: World) -> Letter:
    inside = tuple((f"{n}.jpg", files.jpeg(files.photograph(world.rng, (640, 480)))) for n in range(3))
    kind = world.rng.choice(("zip", "7z", "tar"))
    ending = {"zip": "zip", "7z": "7z", "tar": "tar.gz"}[kind]
    return to_party(
        world,
        "素材包",
        "封面素材已打包，请查收。",
        File(f"素材.{ending}", "application/octet-stream", Made(kind, parts=inside)),
    )


def zipped_documents(world: World) -> Letter:
    inner = Made(
        "zip", parts=(("说明.txt", "请先阅读说明。".encode()), ("明细.csv", files.sheet(rows(world), "gb18030")))
    )
    parts = (
        ("协议.docx", Made("soffice:docx", files.paper("协议", [filled(world.rng, one) for one in words.CONTRACT]))),
        ("附件.zip", inner),
    )
    return to_party(
        world,
        "资料汇总",
        text_of(world, words.SETTLEMENTS),
        File("资料汇总.zip", "application/zip", Made("zip", parts=parts)),
    )


def locked_archive(world: World) -> Letter:
    """With the password in the mail, as finance departments send statements."""
    password = world.rng.choice(("YQ", "js", "")) + str(world.rng.randint(1000, 99999))
    parts = (("结算明细.csv", files.sheet(rows(world), "gb18030")), ("说明.txt", "请核对。".encode()))
    told = world.rng.choice(("解压密码：{x}", "密码是{x}，请妥善保管。", "Password: {x}", "附件已加密，密码“{x}”"))
    made = Made(f"zip:{password}", parts=parts)
    return to_party(
        world,
        "结算明细（加密）",
        "您好，结算明细见附件。" + told.format(x=password),
        File("结算明细.zip", "application/zip", made),
    )


def logo(world: World) -> Letter:
    picture = files.png(files.opened(files.avatar(world.rng)).resize((160, 60)))
    letter = to_party(world, "回复：您的咨询", text_of(world, words.NOTICES) + SIGNATURE)
    return replace(letter, files=(File("image001.png", "image/png", picture, "image001.png@01D68D9C.4A5B6C70"),))


def invitation(world: World) -> Letter:
    uid = f"{world.rng.getrandbits(80):020x}"
    ics = (
        "BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:China Standard Time\r\n"
        "BEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
        f"UID:040000008200E00074C5B7101A82E008{uid}\r\nDTSTAMP:20201009T022133Z\r\nDTSTART;TZID=China Standard Time:20201012T140000\r\n"
        "DTEND;TZID=China Standard Time:20201012T150000\r\nSUMMARY;LANGUAGE=zh-cn:主播线上沟通会\r\nLOCATION:腾讯会议 582 113 904\r\n"
        "ORGANIZER;CN=主播服务:mailto:kefu07@platform.example\r\nDESCRIPTION:会议主题：规范解读\\n时长：一小时\\n\r\nX-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE\r\n"
        "X-ALT-DESC;FMTTYPE=text/html:<html><body><p>会议主题：规范解读</p></body></html>\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    return to_party(
        world,
        "会议邀请：主播线上沟通会",
        "会议邀请见附件，请接受或拒绝。",
        File("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", ics.encode()),
    )


def card(world: World) -> Letter:
    name = world.rng.choice(words.STAFF)
    version = world.rng.choice(("2.1", "3.0", "4.0"))
    if version == "2.1":
        coded = "".join(f"={byte:02X}" for byte in name.encode())
        named = f"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;{coded};;;\r\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{coded}"
    else:
        named = f"N:;{name};;;\r\nFN:{name}"
    text = f"BEGIN:VCARD\r\nVERSION:{version}\r\n{named}\r\nORG:云雀互动\r\nTEL;TYPE=WORK:400-820-5566\r\nEMAIL:kefu@platform.example\r\nEND:VCARD\r\n"
    return to_party(world, "联系人名片", "这是您的专属运营的名片。", File("运营.vcf", "text/vcard", text.encode()))


def newsletter(world: World) -> Letter:
    items = [filled(world.rng, one) for one in world.rng.choice(words.NEWS)]
    token = opaque(world.rng, 120).replace("+", "-").replace("/", "_")
    html = (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html><head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">'
        "<style>@media only screen and (max-width:480px){.c{width:100%!important}} a{color:#e6683c}</style></head><body style='margin:0;background:#f4f4f4'>"
        "<span style='display:none;font-size:1px;line-height:1px;max-height:0;opacity:0;overflow:hidden'>本周要闻&#8199;&#65279;&#847;&zwnj;&nbsp;&#8199;&#65279;&#847;</span>"
        "<table role='presentation' width='100%' cellpadding='0' cellspacing='0'><tr><td align='center'><table class='c' width='600'>"
        + "".join(
            f"<tr><td style='padding:18px;background:#fff'><h3>要闻 {n + 1}</h3><p>{item}</p><a href='https://t.platform.example/c/{token}?u=https%3A%2F%2Fwww.platform.example%2Fnews%2F{n}'>查看详情</a></td></tr>"
            for n, item in enumerate(items)
        )
        + f"</table></td></tr></table><img src='https://t.platform.example/o/{token}.gif' width='1' height='1' alt=''></body></html>"
    )
    extra = (
        ("List-Unsubscribe", f"<https://t.platform.example/u/{token[:40]}>"),
        ("Precedence", "bulk"),
        ("List-Id", "<news.platform.example>"),
    )
    return to_party(world, "云雀周报", "\n".join(items), html=html, fields=extra)


def forwarded_inline(world: World) -> Letter:
    body = text_of(world, words.NEWS)
    text = f"转给您参考。\n\n---------- Forwarded message ---------\n发件人： 运营支持 <ops@platform.example>\nDate: 2020年9月30日周三 09:12\nSubject: 规则更新\nTo: <all@platform.example>\n\n\n{body}"
    return to_party(world, "Fwd: 规则更新", text)


def forwarded_attached(world: World) -> Letter:
    inner = Letter(
        Person("运营支持", "ops@platform.example"),
        (Person("", "all@platform.example"),),
        "规则更新",
        text_of(world, words.NEWS),
    )
    client = world.rng.choice(("Outlook", "QQ Mail", "Gmail", "Apple Mail"))
    data = CLIENTS[client].write(inner, world.rng)
    return to_party(world, "转发：规则更新", "请见附件邮件。", File("规则更新.eml", "message/rfc822", data))


def auto_reply(world: World) -> Letter:
    return to_party(
        world,
        "自动回复: 咨询",
        "您好，您的来信已收到，我们会在一个工作日内处理。本邮件由系统自动发送，请勿回复。",
        fields=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"), ("X-QQ-AUTO-REPLY", "true")),
    )


def service(world: World) -> Letter:
    letter = to_party(world, "您的申请已处理", text_of(world, words.SERVICE) + SIGNATURE)
    return replace(letter, to=(world.stranger(),))


def to_reporter(world: World) -> Letter:
    """To a reporter, about their own report: all that is theirs may stand in it."""
    one = world.reporter()
    quoted = "\n".join(f"> {line}" for line in one.letter)
    text = f"{one.name}您好：\n\n您反映的情况已收到，编号 {one.report}，我们会尽快核实，并通过 {one.phone} 与您联系。\n\n{one.name} <{one.address}> 写道：\n{quoted}"
    return replace(Letter(world.staff(), (Person(one.name, one.address),), "Re: 投诉", text), references=one.message_id)


def english(world: World) -> Letter:
    return to_party(
        world,
        "Your withdrawal request",
        text_of(world, words.ENGLISH) + "\n\nBest regards,\nCreator Support\nSkylark Interactive",
    )


def traditional(world: World) -> Letter:
    return to_party(world, "關於您的來信", text_of(world, words.TRADITIONAL))


def japanese(world: World) -> Letter:
    return to_party(world, "審査完了のお知らせ", "\n".join(filled(world.rng, one) for one in words.JAPANESE))


def korean(world: World) -> Letter:
    return to_party(world, "정산 안내", "\n".join(filled(world.rng, one) for one in words.KOREAN))


def emoji(world: World) -> Letter:
    return to_party(
        world,
        "🎉恭喜您获得本周新星🌟",
        filled(
            world.rng,
            "亲爱的主播👋\n\n您在{month}月新星榜排名第{n}🏆，奖励 {sum} 钻石💎 已发放～\n(๑•̀ㅂ•́)و✧ 继续加油！❤️‍🔥",
        ),
    )


def many_recipients(world: World) -> Letter:
    people = tuple(world.party(one) for one in world.rng.sample(world.parties, min(8, len(world.parties))))
    letter = to_party(world, "全体主播：系统维护通知", text_of(world, words.NEWS))
    return replace(letter, to=people, cc=(Person("运营支持", "ops@platform.example"),))


def html_attached(world: World) -> Letter:
    source = files.paper("审核说明", words.RULES)
    return to_party(
        world,
        "审核说明",
        "详见附件网页。",
        File("审核说明.html", "text/html", source),
        File("readme.md", "text/markdown", "# 说明\n\n* 第一步\n* 第二步\n".encode()),
        File(
            "error.log",
            "text/plain",
            b"2020-10-09 10:21:33,120 ERROR [push-7] rtmp handshake failed code=-0x7280 peer=10.3.2.7:1935\n" * 40,
        ),
    )


def cloud_link(world: World) -> Letter:
    text = (
        "您好，课件较大，请从下面下载。\n\n----------\n从QQ邮箱发来的超大附件\n\n直播培训.mp4 (183.62M, 2020年11月08日 10:21 到期)\n进入下载页面：http://mail.qq.com/cgi-bin/ftnExs_download?k="
        + opaque(world.rng, 60).replace("+", "a").replace("/", "b")
        + "&t=exs_ftn_download&code=8d1c2f30"
    )
    return to_party(world, "培训视频", text)


def code_mail(world: World) -> Letter:
    letter = to_party(
        world,
        "登录验证码",
        f"您的验证码是 {world.rng.randint(100000, 999999)}，10 分钟内有效。如非本人操作请忽略。\nIP: 113.65.{world.rng.randint(1, 250)}.{world.rng.randint(1, 250)}",
    )
    return replace(letter, to=(world.stranger(),)) if world.rng.random() < 0.5 else letter


def flowed(world: World) -> Letter:
    text = "".join(f"{line} \n" for line in text_of(world, words.ENGLISH).replace("\n\n", " ").split(". "))
    return to_party(
        world,
        "Your statement",
        text + "\n> previous words of yours, quoted \n> and continued here.\n-- \nCreator Support",
    )


def odd_display(world: World) -> Letter:
    streamer = world.reporter().streamer
    name = world.rng.choice(
        (
            f"{streamer.name}（运营代收）",
            f"{streamer.name}, 工作室",
            f"【主播】{streamer.name}",
            f"{streamer.name} :)",
            f"❤{streamer.name}❤",
        )
    )
    letter = to_party(world, "通知", text_of(world, words.NOTICES))
    return replace(letter, to=(Person(name, streamer.address),))


def with_qr(world: World) -> Letter:
    return to_party(
        world,
        "扫码入群",
        "请扫码加入主播交流群，二维码七天内有效。",
        File(
            "群二维码.png",
            "image/png",
            files.qr("https://u.platform.example/g/" + opaque(world.rng, 20).replace("+", "a").replace("/", "b")),
        ),
    )


def cloud_doc(world: World) -> Letter:
    letter = to_party(world, "【云雀】文档协作邀请", "")
    link = "https://docs.qq.com/doc/D" + opaque(world.rng, 16).replace("+", "a").replace("/", "b")
    html = f'<div style="background:#f5f6f7;padding:40px"><div style="width:520px;margin:auto;background:#fff"><h2>运营支持 邀请你编辑</h2><a href="{link}">主播排班表（十月）</a></div></div>'
    return replace(letter, text=f"运营支持 邀请你编辑 主播排班表（十月） {link}", html=html)


def scanned(world: World) -> Letter:
    """A PDF that is a picture, as a scanner makes it."""
    made = files.page("盖章确认函", words.CONTRACT[:6], "jpeg", (800, 1000), "#f6f3ea")
    return to_party(world, "盖章件", text_of(world, words.SETTLEMENTS), File("盖章件.jpg", "image/jpeg", made))


def workbook_with_picture(world: World) -> Letter:
    picture = files.png(files.opened(files.avatar(world.rng)).resize((120, 120)))
    return to_party(
        world,
        "活动方案",
        "方案见附件。",
        File("活动方案.docx", DOCX, files.python_docx(words.RULES, author="运营支持", picture=picture)),
    )


# what is done to a mail after it was written


def dkim(content: bytes) -> bytes:
    script = (
        "use Mail::DKIM::Signer; use Mail::DKIM::PrivateKey; binmode STDIN; my $m = do { local $/; <STDIN> }; my $d = Mail::DKIM::Signer->new(Algorithm => 'rsa-sha256', "
        "Method => 'relaxed', Domain => 'platform.example', Selector => 's1', KeyFile => $ARGV[0]); $d->PRINT($m); $d->CLOSE; my $s = $d->signature->as_string; "
        "$s =~ s/\\r?\\n/\\r\\n/g; binmode STDOUT; print $s, qq(\\r\\n), $m;"
    )
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder, "key.pem")
        subprocess.run(["openssl", "genrsa", "-out", str(key), "1024"], check=True, capture_output=True)
        return subprocess.run(["perl", "-e", script, str(key)], input=content, check=True, capture_output=True).stdout


def smime(content: bytes) -> bytes:
    """Signed by OpenSSL, in the clear (multipart/signed) or opaque."""
    head, _, rest = content.partition(b"\r\n\r\n")
    outer: list[bytes] = []
    inner: list[bytes] = []
    for field in head.replace(b"\r\n ", b"\n ").replace(b"\r\n\t", b"\n\t").split(b"\r\n"):
        kind = inner if field.lower().startswith((b"content-", b"mime-version")) else outer
        kind.append(field.replace(b"\n", b"\r\n"))
    entity = (
        b"\r\n".join(field for field in inner if not field.lower().startswith(b"mime-version")) + b"\r\n\r\n" + rest
    )
    with tempfile.TemporaryDirectory() as folder:
        key, cert = Path(folder, "key.pem"), Path(folder, "cert.pem")
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                str(key),
                "-out",
                str(cert),
                "-subj",
                "/CN=Creator Support/emailAddress=kefu07@platform.example",
                "-days",
                "9",
            ],
            check=True,
            capture_output=True,
        )
        how = [] if len(content) % 2 else ["-nodetach"]
        signed = subprocess.run(
            ["openssl", "smime", "-sign", "-signer", str(cert), "-inkey", str(key), "-binary", *how],
            input=entity,
            check=True,
            capture_output=True,
        ).stdout
    signed = signed.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return b"\r\n".join(outer) + b"\r\n" + signed


def pgp(content: bytes) -> bytes:
    """Signed by GnuPG, inside multipart/signed of RFC 3156."""
    head, _, rest = content.partition(b"\r\n\r\n")
    fields = head.replace(b"\r\n ", b"\x00 ").replace(b"\r\n\t", b"\x00\t").split(b"\r\n")
    inner = [one.replace(b"\x00", b"\r\n") for one in fields if one.lower().startswith(b"content-")]
    outer = [one.replace(b"\x00", b"\r\n") for one in fields if not one.lower().startswith(b"content-")]
    entity = b"\r\n".join(inner) + b"\r\n\r\n" + rest.rstrip(b"\r\n") + b"\r\n"
    with tempfile.TemporaryDirectory() as folder:
        base = ["gpg", "--homedir", folder, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", ""]
        subprocess.run(
            [*base, "--quick-gen-key", "kefu07@platform.example", "rsa2048"], check=True, capture_output=True
        )
        signature = subprocess.run(
            [*base, "--armor", "--detach-sign"], input=entity, check=True, capture_output=True
        ).stdout
        subprocess.run(["gpgconf", "--homedir", folder, "--kill", "all"], capture_output=True)
    mark = b"pgp-7f3a9c"
    return (
        b"\r\n".join(outer)
        + b'\r\nContent-Type: multipart/signed; micalg=pgp-sha512;\r\n protocol="application/pgp-signature"; boundary="'
        + mark
        + b'"\r\n\r\n'
        b"This is an OpenPGP/MIME signed message (RFC 4880 and 3156)\r\n--"
        + mark
        + b"\r\n"
        + entity
        + b"\r\n--"
        + mark
        + b'\r\nContent-Type: application/pgp-signature; name="OpenPGP_signature.asc"\r\nContent-Description: OpenPGP digital signature\r\n'
        b'Content-Disposition: attachment; filename="OpenPGP_signature"\r\n\r\n'
        + signature.replace(b"\n", b"\r\n")
        + b"\r\n--"
        + mark
        + b"--\r\n"
    )


def delivery_report(content: bytes) -> bytes:
    """What Postfix sends when a mail could not be delivered; the mail itself comes back in it."""
    mark = b"5D2F1A0C3E.1602210093/mx.platform.example"
    fields = content.partition(b"\r\n\r\n")[0] + b"\r\n"
    to = fields.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0]
    return (
        b"From: MAILER-DAEMON@platform.example (Mail Delivery System)\r\nSubject: Undelivered Mail Returned to Sender\r\nTo: "
        + to
        + b"\r\nAuto-Submitted: auto-replied\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="'
        + mark
        + b'"\r\nMessage-Id: <20201009022133.7A1B@mx.platform.example>\r\n\r\n'
        b"This is a MIME-encapsulated message.\r\n\r\n--"
        + mark
        + b"\r\nContent-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
        b"I'm sorry to have to inform you that your message could not\r\nbe delivered to one or more recipients.\r\n\r\n<nobody@void.example>: host mx.void.example[192.0.2.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\r\n\r\n"
        b"--"
        + mark
        + b"\r\nContent-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.platform.example\r\n"
        b"X-Postfix-Queue-ID: 5D2F1A0C3E\r\nArrival-Date: Fri,  9 Oct 2020 10:21:31 +0800 (CST)\r\n\r\nFinal-Recipient: rfc822; nobody@void.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--"
        + mark
        + b"\r\nContent-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        + fields
        + b"\r\n--"
        + mark
        + b"--\r\n"
    )


def read_receipt(content: bytes) -> bytes:
    fields = content.partition(b"\r\n\r\n")[0]
    kept = b"\r\n".join(
        line for line in fields.split(b"\r\n") if line.lower().startswith((b"from:", b"to:", b"date:", b"message-id:"))
    )
    return kept + (
        b'\r\nSubject: =?utf-8?B?5bey6K+7OiDlkqjor6I=?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification;\r\n boundary="----mdn=_7"\r\n\r\n'
        b"------mdn=_7\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "您的邮件已被阅读。".encode()
        + b"\r\n------mdn=_7\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Reporting-UA: platform.example; Foxmail 7\r\nFinal-Recipient: rfc822;kefu07@platform.example\r\nOriginal-Message-ID: <2020100910213312345678@live.example>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n------mdn=_7--\r\n"
    )


KINDS: dict[str, Kind] = {
    "notice": notice, "settlement": settlement, "answer with quoted letter": answer, "long thread": long_thread, "contract docx": contract_docx,
    "contract pdf": contract_pdf, "contract doc odt rtf": contract_doc, "docx with author, header, comment": contract_python_docx, "sheet xlsx": sheet_xlsx,
    "sheet xls ods": sheet_old, "sheet csv": sheet_csv, "slides": slides, "invoice OFD": invoice_ofd, "invoice PDF": invoice_pdf,
    "screenshot of rules": screenshot_rules, "screenshot of own room": screenshot_room, "photographs": photographs, "archive of pictures": zipped_pictures,
    "archive of documents": zipped_documents, "archive with its password": locked_archive,
    "signature with logo": logo, "invitation": invitation, "vCard": card, "newsletter": newsletter,
    "forwarded inline": forwarded_inline, "forwarded as attachment": forwarded_attached, "auto reply": auto_reply, "service mail": service,
    "to a reporter, own report": to_reporter, "English": english, "traditional Chinese": traditional, "Japanese": japanese, "Korean": korean, "emoji": emoji,
    "many recipients": many_recipients, "text files": html_attached, "link to a large file": cloud_link, "code by mail": code_mail, "flowed": flowed,
    "display names": odd_display, "QR code": with_qr, "shared document": cloud_doc, "photographed page": scanned, "docx with picture": workbook_with_picture,
}  # fmt: skip
AFTER: dict[str, tuple[Kind, Callable[[bytes], bytes]]] = {
    "DKIM signed": (notice, dkim),
    "S/MIME signed": (settlement, smime),
    "PGP signed": (notice, pgp),
    "delivery report": (notice, delivery_report),
    "read receipt": (notice, read_receipt),
}


def samples(world: World, each: int) -> Iterator[Sample]:
    for name, kind in KINDS.items():
        for _ in range(each):
            letter = kind(world)
            everybody = tuple(one.address for one in (*letter.to, *letter.cc))
            yield Sample("clean", name, letter, everybody)
    for name, (kind, after) in AFTER.items():
        for _ in range(max(each // 2, 1)):
            letter = kind(world)
            yield Sample("clean", name, letter, tuple(one.address for one in letter.to), after=after)
