"""Mail to a reported party that gives its reporter away, by each kind of identity and each place it can stand in."""

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from PIL import Image, ImageFilter
from texts import helpdesk as words

from mailbag import files
from mailbag.clean import DOCX, PPTX, XLSX, rows, text_of
from mailbag.clients import CLIENTS, Letter
from mailbag.files import File, Made
from mailbag.kinds import Sample, World
from mailbag.people import Person, Reporter, filled

Kind = Callable[[World, Reporter], tuple[Letter, tuple[str, ...]]]
"""A letter, and what must not be readable in what the world gets of it."""


def letter(world: World, one: Reporter, text: str, *attached: File, subject: str = "", html: str = "") -> Letter:
    streamer = one.streamer
    who = world.party(streamer) if world.rng.random() < 0.8 else Person("", streamer.agent)
    return Letter(world.staff(), (who,), subject or filled(world.rng, "关于{day}直播的沟通"), text, html, attached)


def said(world: World, kind: str, value: str) -> str:
    """A notice in which one sentence tells."""
    return (
        text_of(world, words.NOTICES, name="主播", room="")
        + "\n\n"
        + world.rng.choice(words.LEAKS[kind]).format(x=value)
    )


def identity(one: Reporter, rng: random.Random) -> tuple[str, str]:
    """One of what names them, with its kind."""
    return rng.choice(
        (
            ("name", one.name),
            ("nickname", one.nickname),
            ("phone", one.phone),
            ("account", one.wechat),
            ("address", one.address),
        )
    )


# variations, as people write without meaning to hide anything

DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
SPOKEN = str.maketrans("0123456789", "零一二三四五六七八九")


def spoken(kind: str, value: str, rng: random.Random) -> str:
    if kind == "phone":
        grouped = f"{value[:3]} {value[3:7]} {value[7:]}"
        return rng.choice(
            (
                grouped,
                grouped.replace(" ", "-"),
                "+86 " + value,
                "0086" + value,
                value.translate(DIGITS),
                f"{value[:3]}.{value[3:7]}.{value[7:]}",
                value.translate(SPOKEN),
            )
        )
    if kind == "address":
        return rng.choice(
            (
                value.upper(),
                value.replace("@", "＠"),
                value.replace("@", " (at) "),
                f"<mailto:{value}>",
                value.replace("@", "#"),
            )
        )
    if kind == "account":
        return rng.choice((value.upper(), f"{value[:4]} {value[4:]}", f"{value[:5]}\n{value[5:]}", f"「{value}」"))
    if value.isascii():
        return rng.choice((value.upper(), value.lower(), value.replace(" ", ".")))
    return rng.choice(
        (
            " ".join(value),
            f"{value[0]}　{value[1:]}",
            f"{value[0]}\u200b{value[1:]}",
            f"**{value}**",
            f"“{value[0]}”{value[1:]}",
        )
    )


# words in text


def plain_text(kind: str) -> Kind:
    def make(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
        value = {
            "name": one.name,
            "nickname": one.nickname,
            "phone": one.phone,
            "account": one.wechat,
            "address": one.address,
        }[kind]
        return letter(world, one, said(world, kind, value)), (value,)

    return make


def varied_text(kind: str) -> Kind:
    def make(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
        value = {
            "name": one.name,
            "nickname": one.nickname,
            "phone": one.phone,
            "account": one.wechat,
            "address": one.address,
        }[kind]
        varied = spoken(kind, value, world.rng)
        return letter(world, one, said(world, kind, varied)), (value, varied)

    return make


def in_html(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    _, value = identity(one, world.rng)
    where = world.rng.choice(
        (
            f"<b>{value[0]}</b>{value[1:]}",
            f"<span style='display:none'>{value}</span>",
            f"<img src='x' alt='{value}'>",
            f"<!-- {value} -->{value}",
            f"<font color=red>{value}</font>",
        )
    )
    return letter(
        world,
        one,
        text_of(world, words.NOTICES),
        html=f"<html><body><p>您好，投诉人{where}反映了此事。</p></body></html>",
    ), (value,)


def in_subject(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    _, value = identity(one, world.rng)
    return letter(world, one, text_of(world, words.NOTICES), subject=f"转发：{value}的投诉"), (value,)


def in_display_name(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    made = letter(world, one, text_of(world, words.NOTICES))
    return replace(made, cc=(Person(one.name, "archive@platform.example"),)), (one.name,)


def in_own_field(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    made = letter(world, one, text_of(world, words.NOTICES))
    field = world.rng.choice(
        (
            ("X-Complainant", one.wechat),
            ("Reply-To", one.address),
            ("X-Original-From", f"<{one.address}>"),
            ("Comments", one.phone),
        )
    )
    return replace(made, fields=(field,)), (field[1],)


def in_references(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    return replace(letter(world, one, text_of(world, words.NOTICES)), references=one.message_id), (one.message_id,)


def quoted(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    lines_ = "\n".join(f"> {line}" for line in one.letter)
    head = world.rng.choice(
        (
            f"{one.name} <{one.address}> 于2020年9月28日周一写道：",
            f'在 2020-09-28 14:11:05，"{one.name}" <{one.address}> 写道：',
            f"发件人: {one.name} [mailto:{one.address}]\n发送时间: 2020年9月28日 14:11\n主题: 投诉",
        )
    )
    return letter(world, one, f"您好，请看下面的来信并说明。\n\n{head}\n{lines_}"), (one.address, one.name)


def pasted(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    """Three sentences of the letter, without a name."""
    return letter(world, one, "对方反映如下，请说明：\n\n" + "\n".join(one.letter[1:4])), (one.letter[1],)


# files


def leaking_paragraphs(world: World, value: str) -> list[str]:
    return [*(filled(world.rng, line) for line in words.CONTRACT[:4]), f"投诉人：{value}", *words.RULES[:2]]


def in_office(target: str, ending: str, mime: str) -> Kind:
    def make(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
        _, value = identity(one, world.rng)
        made = Made(target, files.paper("处理意见", leaking_paragraphs(world, value)))
        return letter(world, one, "处理意见见附件。", File(f"处理意见.{ending}", mime, made)), (value,)

    return make


def in_sheet(target: str, ending: str, mime: str) -> Kind:
    def make(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
        table = [
            ["用户", "电话", "金额"],
            *([f"用户{n}", f"1{world.rng.randint(3 * 10**9, 10**10 - 1)}", "20"] for n in range(6)),
            [one.nickname, one.phone, "388"],
        ]
        made: bytes | Made = files.sheet(table, "gb18030") if target == "csv" else Made(target, files.sheet(table))
        return letter(world, one, "名单见附件。", File(f"名单.{ending}", mime, made)), (one.phone, one.nickname)

    return make


def in_slides(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    deck = files.python_pptx([("情况说明", (f"投诉人：{one.name}", f"电话：{one.phone}")), ("规范", words.RULES[:3])])
    return letter(world, one, "见课件。", File("情况.pptx", PPTX, deck)), (one.name,)


def in_properties(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    data = world.rng.choice((
        (XLSX, "xlsx", files.openpyxl_book(rows(world, 5), author=one.name)),
        (DOCX, "docx", files.python_docx(words.RULES, author=one.name)),
        (DOCX, "docx", files.python_docx(words.RULES, comment=f"已与{one.name}电话确认 {one.phone}")),
        (XLSX, "xlsx", files.openpyxl_book(rows(world, 5), hidden=f"来信人 {one.name} {one.phone}")),
        (XLSX, "xlsx", files.openpyxl_book(rows(world, 5), comment=f"联系人 {one.name}，{one.phone}")),
        (DOCX, "docx", files.python_docx(words.RULES, header=f"投诉人 {one.name}")),
    ))  # fmt: skip
    return letter(world, one, "见附件。", File(f"说明.{data[1]}", data[0], data[2])), (one.name,)


def in_file_name(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    value = world.rng.choice((one.name, one.nickname, one.phone))
    return letter(
        world,
        one,
        "见附件。",
        File(f"{value}-投诉材料.pdf", "application/pdf", Made("page:pdf", files.paper("规范", words.RULES))),
    ), (value,)


def in_archive(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    _, value = identity(one, world.rng)
    inner = Made(
        world.rng.choice(("zip", "7z", "tar")),
        parts=(
            ("a.txt", f"投诉人：{value}\n".encode(world.rng.choice(("utf-8", "gb18030", "utf-16")))),
            ("b.csv", files.sheet(rows(world, 4))),
        ),
    )
    made = Made(
        "zip",
        parts=(
            ("说明.txt", "见内层压缩包".encode()),
            (f"内层.{ {'zip': 'zip', '7z': '7z', 'tar': 'tar.gz'}[inner.program] }", inner),
        ),
    )
    return letter(world, one, "见附件。", File("资料.zip", "application/zip", made)), (value,)


def in_locked_archive(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    password = str(world.rng.randint(100000, 999999))
    made = Made(
        f"zip:{password}",
        parts=(("工单.txt", f"投诉人：{one.name} {one.phone}".encode()), ("b.csv", files.sheet(rows(world, 4)))),
    )
    return letter(world, one, f"工单见附件，密码：{password}", File("工单.zip", "application/zip", made)), (
        one.name,
        one.phone,
    )


def name_in_archive(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    made = Made("zip", parts=((f"{one.name}提供的录屏说明.txt", b"ok"),))
    return letter(world, one, "见附件。", File("证据.zip", "application/zip", made)), (one.name,)


def in_attached_mail(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    inner = Letter(
        Person(one.name, one.address), (Person("", "jubao@platform.example"),), "投诉", "\n".join(one.letter)
    )
    data = CLIENTS[world.rng.choice(("QQ Mail", "Outlook", "iPhone", "Gmail", "NetEase"))].write(inner, world.rng)
    return letter(world, one, "原信见附件。", File("投诉.eml", "message/rfc822", data)), (one.address,)


def in_card(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    if world.rng.random() < 0.5:
        text = f"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;{one.name};;;\r\nFN:{one.name}\r\nTEL;TYPE=CELL:{one.phone}\r\nEND:VCARD\r\n"
    else:
        coded = "".join(f"={byte:02X}" for byte in one.name.encode())
        text = f"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;{coded};;;\r\nTEL;CELL:{one.phone[:3]}-{one.phone[3:7]}-{one.phone[7:]}\r\nEND:VCARD\r\n"
    return letter(world, one, "联系人见附件。", File("联系人.vcf", "text/vcard", text.encode())), (one.name, one.phone)


def in_invitation(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    ics = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:{world.rng.getrandbits(60):x}\r\nDTSTART:20201012T060000Z\r\nSUMMARY:调解会\r\nATTENDEE;CN={one.name}:mailto:{one.address}\r\nDESCRIPTION:参会：{one.name}、主播本人\\n电话 {one.phone}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    return letter(
        world, one, "会议邀请。", File("invite.ics", "text/calendar; charset=utf-8; method=REQUEST", ics.encode())
    ), (one.name, one.address)


# pictures


def screenshot_text(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    _, value = identity(one, world.rng)
    made = files.page(
        "工单 8812",
        ("状态：处理中", f"投诉人：{value}", "被投诉：" + one.streamer.name, "渠道：邮件", *words.RULES[:3]),
        world.rng.choice(("png", "jpeg")),
    )
    return letter(world, one, "工单截图供参考。", File("工单.png", "image/png", made)), ()


def face_attached(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    picture = files.opened(world.faces[one.report])
    data = world.rng.choice(
        (
            files.png(picture),
            files.jpeg(picture.resize((120, 120)), 70),
            files.jpeg(picture, 40),
            files.png(picture.resize((96, 96))),
        )
    )
    return letter(world, one, "就是这位观众。", File("头像.png", "image/png", data)), ()


def face_in_html(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    data = base64.b64encode(world.faces[one.report]).decode()
    return letter(
        world,
        one,
        "就是这位观众。",
        html=f"<html><body>就是这位观众 <img width=64 src='data:image/png;base64,{data}'></body></html>",
    ), ()


def face_in_docx(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    picture = files.png(files.opened(world.faces[one.report]).resize((150, 150)))
    return letter(
        world, one, "见附件。", File("说明.docx", DOCX, files.python_docx(words.RULES[:3], picture=picture))
    ), ()


def face_in_chat(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    made = files.chat(
        "客服工作群",
        [
            ("客服小郑", "这个用户又来了", world.faces[world.parties[0].room], False),
            ("用户", filled(world.rng, "{day}的事还没有处理吗"), world.faces[one.report], False),
        ],
        kind=world.rng.choice(("png", "jpeg")),
    )
    return letter(world, one, "沟通记录截图。", File("记录.png", "image/png", made)), ()


def in_qr(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    value = world.rng.choice(
        (
            f"tel:{one.phone}",
            f"MECARD:N:{one.name};TEL:{one.phone};;",
            f"mailto:{one.address}",
            f"weixin://contacts/profile/{one.wechat}",
        )
    )
    return letter(world, one, "扫码联系对方。", File("码.png", "image/png", files.qr(value))), ()


# material


def letter_again(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    content = world.letters[one.report]
    ending, mime = ("docx", DOCX) if isinstance(content, Made) else ("txt", "text/plain")
    return letter(world, one, "来信见附件。", File(f"来信.{ending}", mime, content)), (one.name,)


def letter_packed(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    content = world.letters[one.report]
    ending = "docx" if isinstance(content, Made) else "txt"
    return letter(
        world,
        one,
        "来信见附件。",
        File("来信.zip", "application/zip", Made("zip", parts=((f"scan.{ending}", content),))),
    ), ()


def letter_converted(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    """The letter without its signature, in another format."""
    target, ending, mime = world.rng.choice(
        (
            ("soffice:pdf", "pdf", "application/pdf"),
            ("soffice:rtf", "rtf", "application/rtf"),
            ("soffice:odt", "odt", "application/vnd.oasis.opendocument.text"),
            ("soffice:doc", "doc", "application/msword"),
        )
    )
    return letter(
        world, one, "情况见附件。", File(f"情况.{ending}", mime, Made(target, files.paper("情况", one.letter)))
    ), ()


def letter_photographed(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    made = files.page("情况反映", one.letter, world.rng.choice(("png", "jpeg")), (760, 900), "#faf7f0")
    return letter(world, one, "情况见图。", File("情况.jpg", "image/jpeg", made)), ()


def sheet_again(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
    table = [("时间", "交易单号", "金额"), *one.payments]
    made: bytes | Made = world.rng.choice(
        (files.openpyxl_book(table), files.sheet(table, "gb18030"), Made("soffice:xls", files.sheet(table)))
    )
    ending = (
        "xlsx" if isinstance(made, bytes) and made.startswith(b"PK") else "xls" if isinstance(made, Made) else "csv"
    )
    return letter(world, one, "付款记录见附件，请核对。", File(f"付款.{ending}", "application/octet-stream", made)), ()


def chat_again(change: Callable[[Image.Image, random.Random], bytes]) -> Kind:
    def make(world: World, one: Reporter) -> tuple[Letter, tuple[str, ...]]:
        made = world.chats[one.report]
        assert isinstance(made, bytes), "chats are made before"
        return letter(
            world, one, "截图见附件，请说明。", File("截图.jpg", "image/jpeg", change(files.opened(made), world.rng))
        ), ()

    return make


def smaller(picture: Image.Image, rng: random.Random) -> bytes:
    factor = rng.choice((0.6, 0.75, 0.9))
    return files.jpeg(
        picture.resize((int(picture.width * factor), int(picture.height * factor))), rng.choice((45, 60, 80))
    )


def cropped(picture: Image.Image, rng: random.Random) -> bytes:
    top = int(picture.height * rng.choice((0.0, 0.2, 0.35)))
    return files.jpeg(picture.crop((0, top, picture.width, top + int(picture.height * 0.6))), 75)


def as_it_was(picture: Image.Image, rng: random.Random) -> bytes:
    return files.png(picture)


def blurred(picture: Image.Image, rng: random.Random) -> bytes:
    return files.jpeg(picture.filter(ImageFilter.GaussianBlur(0.8)), 70)


# charsets and encodings


def charset(name: str) -> Callable[[bytes], bytes]:
    """The text as a single part in this charset, written by hand as old programs do."""

    def change(content: bytes) -> bytes:
        import email
        import email.policy

        mail = email.message_from_bytes(content, policy=email.policy.default)
        part = mail.get_body(("plain",))
        assert part is not None
        text = str(part.get_content())
        head = [
            f"{key}: {value}"
            for key, value in email.message_from_bytes(content).items()
            if not key.lower().startswith(("content-", "mime-"))
        ]
        data = base64.encodebytes(text.encode(name, "replace")).replace(b"\n", b"\r\n")
        head += ["MIME-Version: 1.0", f"Content-Type: text/plain; charset={name}", "Content-Transfer-Encoding: base64"]
        return "\r\n".join(head).replace("\r\r\n", "\r\n").encode() + b"\r\n\r\n" + data

    return change


KINDS: dict[str, Kind] = {
    **{f"{kind} in text": plain_text(kind) for kind in words.LEAKS},
    **{f"{kind} in text, varied": varied_text(kind) for kind in words.LEAKS},
    "in HTML": in_html, "in the subject": in_subject, "as a display name": in_display_name, "in a field": in_own_field, "Message-ID referred to": in_references,
    "letter quoted": quoted, "sentences pasted": pasted,
    "in docx": in_office("soffice:docx", "docx", DOCX), "in doc": in_office("soffice:doc", "doc", "application/msword"), "in odt": in_office("soffice:odt", "odt", "application/vnd.oasis.opendocument.text"),
    "in rtf": in_office("soffice:rtf", "rtf", "application/rtf"), "in pdf (LibreOffice)": in_office("soffice:pdf", "pdf", "application/pdf"), "in pdf (Chromium)": in_office("page:pdf", "pdf", "application/pdf"),
    "in xlsx": in_sheet("soffice:xlsx", "xlsx", XLSX), "in xls": in_sheet("soffice:xls", "xls", "application/vnd.ms-excel"), "in ods": in_sheet("soffice:ods", "ods", "application/vnd.oasis.opendocument.spreadsheet"), "in csv": in_sheet("csv", "csv", "text/csv"),
    "in pptx": in_slides, "in properties, comments, hidden sheets": in_properties, "in a file name": in_file_name, "in an archive in an archive": in_archive, "in an archive with its password": in_locked_archive,
    "as a name in an archive": name_in_archive,
    "letter attached as mail": in_attached_mail, "in a vCard": in_card, "in an invitation": in_invitation,
    "words in a screenshot": screenshot_text, "avatar attached": face_attached, "avatar in HTML": face_in_html, "avatar in docx": face_in_docx, "avatar in a chat": face_in_chat, "QR code": in_qr,
    "material: letter": letter_again, "material: letter packed": letter_packed, "material: letter converted": letter_converted, "material: letter photographed": letter_photographed,
    "material: table": sheet_again, "material: chat": chat_again(as_it_was), "material: chat smaller": chat_again(smaller), "material: chat cropped": chat_again(cropped), "material: chat blurred": chat_again(blurred),
}  # fmt: skip
AFTER: dict[str, tuple[Kind, Callable[[bytes], bytes]]] = {
    f"name in {name}": (plain_text("name"), charset(name))
    for name in ("gb2312", "gbk", "gb18030", "utf-16", "hz-gb-2312", "utf-7")
}


def samples(world: World, each: int) -> Iterator[Sample]:
    for name, kind in KINDS.items():
        for _ in range(each):
            made, secrets = kind(world, world.reporter())
            yield Sample("leaking", name, made, tuple(one.address for one in (*made.to, *made.cc)), secrets)
    for name, (kind, after) in AFTER.items():
        for _ in range(max(each // 2, 1)):
            made, secrets = kind(world, world.reporter())
            yield Sample("leaking", name, made, tuple(one.address for one in made.to), secrets, after=after)
