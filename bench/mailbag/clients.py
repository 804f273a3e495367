"""Mail as programs that cannot run here write it: Outlook, Exchange, Foxmail, QQ Mail, Exmail, NetEase, Thunderbird, Gmail…

Each follows mails of that program that are public (mailing lists): the order and the spelling of its fields, its
boundaries, charsets, encodings, HTML, and the long opaque fields that its servers add.
"""

import base64
import quopri
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from mailbag.files import File
from mailbag.people import Person


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before a program has written it."""

    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    html: str = ""
    files: tuple[File, ...] = ()
    cc: tuple[Person, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    references: str = ""
    date: datetime = field(default=datetime(2020, 10, 9, 10, 21, 33, tzinfo=timezone(timedelta(hours=8))))


Client = Callable[[Letter, random.Random], bytes]
ABC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def opaque(rng: random.Random, length: int) -> str:
    """What servers put into fields for themselves: base64 of nothing that anybody reads."""
    return "".join(rng.choices(ABC, k=length))


def hexadecimal(rng: random.Random, length: int) -> str:
    return "".join(rng.choices("0123456789ABCDEF", k=length))


def folded(text: str, by: str = "\r\n\t", width: int = 72) -> str:
    return by.join(text[at : at + width] for at in range(0, len(text), width))


def able(text: str, charset: str) -> str:
    """The charset, or UTF-8 where it cannot say the text: what every program does."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def word(text: str, charset: str, how: str = "B", width: int = 0) -> str:
    """An encoded word, or several; plain ASCII stays."""
    if text.isascii():
        return text
    charset = able(text, charset)
    step = width or len(text)
    words = []
    for at in range(0, len(text), step):
        data = text[at : at + step].encode(charset)
        if how == "B":
            coded = base64.b64encode(data).decode()
        else:
            coded = "".join(chr(c) if chr(c).isalnum() and c < 128 else "_" if c == 32 else f"={c:02X}" for c in data)
        words.append(f"=?{charset}?{how}?{coded}?=")
    return "\r\n ".join(words)


def mailbox(who: Person, charset: str, quoted: bool = True, how: str = "B") -> str:
    if not who.name:
        return who.address
    name = word(who.name, charset, how)
    return f'"{name}" <{who.address}>' if quoted else f"{name} <{who.address}>"


def body(text: str, charset: str, encoding: str) -> tuple[str, bytes]:
    """The charset used and the encoded text, lines ended by CRLF."""
    charset = able(text, charset)
    data = text.replace("\n", "\r\n").encode(charset)
    if encoding == "base64":
        return charset, base64.encodebytes(data).replace(b"\n", b"\r\n")
    if encoding == "quoted-printable":
        return charset, quopri.encodestring(data.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n") + b"\r\n"
    return charset, data + b"\r\n"


def part(fields: Sequence[str], data: bytes) -> bytes:
    return "\r\n".join(fields).encode() + b"\r\n\r\n" + data


def multipart(boundary: str, parts: Sequence[bytes], preamble: str = "") -> bytes:
    mark = b"--" + boundary.encode()
    begin = preamble.encode() + b"\r\n\r\n" if preamble else b""
    return (
        begin
        + b"".join(mark + b"\r\n" + one + (b"" if one.endswith(b"\r\n") else b"\r\n") + b"\r\n" for one in parts)
        + mark
        + b"--\r\n"
    )


@dataclass(frozen=True, slots=True)
class Style:
    """How one program writes. `head` gives its fields; `{...}` of nothing: functions, since each has its own order."""

    charset: str
    encoding: str
    boundary: Callable[[random.Random], str]
    head: Callable[[Letter, random.Random, "Style"], list[str]]
    html: Callable[[Letter], str]
    preamble: str = ""
    name: str = "word"  # of files: word, 2231, both
    case: str = "{}"
    plain_too: bool = True
    how: str = "B"
    part_fields: Callable[[File, random.Random], list[str]] = lambda file, rng: []
    html_charset: str = ""

    def write(self, letter: Letter, rng: random.Random) -> bytes:
        html = letter.html or (self.html(letter) if self.plain_too else "")
        charset, data = body(letter.text, self.charset, self.encoding)
        text = part(
            [f'Content-Type: text/plain;\r\n\tcharset="{charset}"', f"Content-Transfer-Encoding: {self.encoding}"], data
        )
        if html:
            charset, data = body(html, self.html_charset or self.charset, self.encoding)
            page = part(
                [f'Content-Type: text/html;\r\n\tcharset="{charset}"', f"Content-Transfer-Encoding: {self.encoding}"],
                data,
            )
            shown = [file for file in letter.files if file.cid]
            if shown:
                mark = self.boundary(rng)
                page = part(
                    [f'Content-Type: multipart/related;\r\n\tboundary="{mark}"'],
                    multipart(mark, [page, *(self.attached(file, rng) for file in shown)]),
                )
            mark = self.boundary(rng)
            content = part(
                [f'Content-Type: multipart/alternative;\r\n\tboundary="{mark}"'],
                multipart(mark, [text, page], self.preamble),
            )
        else:
            content = text
        files = [file for file in letter.files if not file.cid or not html]
        if files:
            mark = self.boundary(rng)
            parts = [content, *(self.attached(file, rng) for file in files)]
            content = part(
                [f'Content-Type: multipart/mixed;\r\n\tboundary="{mark}"'], multipart(mark, parts, self.preamble)
            )
        fields = self.head(letter, rng, self)
        fields += [f"{name}: {value}" for name, value in letter.fields]
        return "\r\n".join(fields).encode() + b"\r\n" + content

    def attached(self, file: File, rng: random.Random) -> bytes:
        coded = word(file.name, "utf-8" if self.charset == "utf-8" else self.charset, "B")
        star = f"filename*=utf-8''{quote(file.name)}"
        how = "inline" if file.cid else "attachment"
        named = {"word": f'filename="{coded}"', "2231": star, "both": f'filename="{coded}";\r\n\t{star}'}[self.name]
        if file.name.isascii():
            named = f'filename="{file.name}"'
        kind = (
            f'Content-Type: {file.type};\r\n\tname="{coded}"' if self.name != "2231" else f"Content-Type: {file.type}"
        )
        fields = [kind, "Content-Transfer-Encoding: base64", f"Content-Disposition: {how};\r\n\t{named}"]
        if file.cid:
            fields.append(f"Content-ID: <{file.cid}>")
        if file.type == "message/rfc822":
            fields = [kind, f"Content-Disposition: attachment;\r\n\t{named}"]
            return part(fields, file.data)
        return part(fields + self.part_fields(file, rng), base64.encodebytes(file.data).replace(b"\n", b"\r\n"))


def stamp(letter: Letter) -> str:
    return format_datetime(letter.date)


def receivers(people: Sequence[Person], charset: str, quoted: bool = True, how: str = "B") -> str:
    return ",\r\n\t".join(mailbox(one, charset, quoted, how) for one in people)


def addressed(letter: Letter, style: Style, quoted: bool = True) -> list[str]:
    fields = [
        f"From: {mailbox(letter.sender, style.charset, quoted, style.how)}",
        f"To: {receivers(letter.to, style.charset, quoted, style.how)}",
    ]
    if letter.cc:
        fields.append(f"Cc: {receivers(letter.cc, style.charset, quoted, style.how)}")
    return fields


def thread(letter: Letter) -> list[str]:
    return [f"References: {letter.references}", f"In-Reply-To: {letter.references}"] if letter.references else []


def domain(letter: Letter) -> str:
    return letter.sender.address.partition("@")[2]


def lines(text: str, open_: str = "<div>", close: str = "</div>") -> str:
    return "\n".join(f"{open_}{escape(line) or '<br>'}{close}" for line in text.split("\n"))


def pictures(letter: Letter) -> str:
    return "".join(f'<img src="cid:{file.cid}" width="120">' for file in letter.files if file.cid)


# heads


def foxmail(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    when = letter.date.strftime("%Y%m%d%H%M%S") + str(rng.randint(10**7, 10**8))
    return [
        f"Date: {stamp(letter)}",
        *addressed(letter, style),
        f"Subject: {word(letter.subject, style.charset)}",
        *thread(letter)[:1],
        "X-Priority: 3",
        f"X-GUID: {hexadecimal(rng, 8)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 12)}",
        f"X-Has-Attach: {'yes' if letter.files else 'no'}",
        "X-Mailer: Foxmail 7.2.25.178[cn]",
        "Mime-Version: 1.0",
        f"Message-ID: <{when}@{domain(letter)}>",
    ]


def qq(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    return [
        f"X-QQ-FEAT: {folded(opaque(rng, 180))}=",
        "X-QQ-SSF: 00400000000000F0000000000000000",
        f"X-HAS-ATTACH: {'yes' if letter.files else 'no'}",
        "X-QQ-BUSINESS-ORIGIN: 2",
        "X-Originating-IP: 111.47.122.156",
        "X-QQ-STYLE: ",
        f"X-QQ-mid: webmail{rng.randint(100, 999)}t{rng.randint(10**9, 2 * 10**9)}t{rng.randint(10**5, 10**6)}",
        *addressed(letter, style),
        f"Subject: {word(letter.subject, style.charset)}",
        "Mime-Version: 1.0",
        "Content-Transfer-Encoding: 8Bit",
        f"Date: {stamp(letter)}",
        "X-Priority: 3",
        f"Message-ID: <tencent_{hexadecimal(rng, 38)}@qq.com>",
        "X-QQ-MIME: TCMime 1.0 by Tencent",
        "X-Mailer: QQMail 2.x",
        "X-QQ-Mailer: QQMail 2.x",
        *thread(letter),
        f"X-QQ-ReplyHash: {rng.randint(10**8, 4 * 10**9)}",
    ]


def exmail(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    return [
        *qq(letter, rng, style)[:-1],
        f"X-BIZMAIL-ID: {rng.randint(10**18, 10**19)}",
        "X-Address-Ticket:version=;type=;ticket_id=;id_list=;display_name=;session_id=;",
        "X-QQ-SENDSIZE: 520",
        "Received: from qq.com (unknown [127.0.0.1])\r\n\tby smtp.qq.com (ESMTP) with SMTP\r\n\tid ; "
        f"{stamp(letter)} (CST)",
        f"Feedback-ID: t:{domain(letter)}:qybglogicsvrgz:qybglogicsvrgz5a-2",
        f"X-QQ-XMAILINFO: {folded(opaque(rng, 480))}",
    ]


def netease(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    box = letter.sender.address.partition("@")[0]
    return [
        f"Received: from {box}$163.com ( [104.238.222.239] ) by\r\n ajax-webmail-wmsvr-40-136 (Coremail) ; {stamp(letter)}\r\n (CST)",
        "X-Originating-IP: [104.238.222.239]",
        f"Date: {stamp(letter)} (CST)",
        *addressed(letter, style),
        f"Subject: {word(letter.subject, style.charset, 'B', 20)}",
        "X-Priority: 3",
        "X-Mailer: Coremail Webmail Server Version XT5.0.14 build 20240801(9da12a7b)\r\n Copyright (c) 2002-2024 www.mailtech.cn 163com",
        *thread(letter),
        f"X-NTES-SC: AL_{folded(opaque(rng, 150), chr(13) + chr(10) + ' ')}==",
        "MIME-Version: 1.0",
        f"Message-ID: <{rng.getrandbits(32):x}.{rng.getrandbits(16):x}.{rng.getrandbits(44):x}.Coremail.{box}@163.com>",
        "X-Coremail-Locale: zh_CN",
        f"X-CM-TRANSID:{opaque(rng, 24)}--.{rng.randint(1000, 60000)}W",
        f"X-CM-SenderInfo: {''.join(rng.choices('qwrtyuiopsdfghjklzxcvbnm0', k=18))}/xtbB{opaque(rng, 18)}",
        "X-Coremail-Antispam: 1U5529EdanIXcx71UUUUU7vcSsGvfC2KfnxnUU==",
    ]


def coremail_letters(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    found = netease(letter, rng, style)
    tail = "".join(rng.choices("Ux02Iv6ErWAFwIcJjYy4kKM8CVSs1D", k=620))
    return [*found[:-1], f"X-Coremail-Antispam: 1Uk129KBj93XoW7Jry7CF48ZF1{folded(tail)}="]


def exchange(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    host = f"SG2PR0{rng.randint(1, 6)}MB{rng.randint(1000, 9999)}"
    chunks = "\r\n ".join(f"=?us-ascii?Q?{opaque(rng, 60)}?=" for _ in range(18))
    guid = f"{hexadecimal(rng, 8)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 12)}".lower()
    return [
        f"ARC-Seal: i=1; a=rsa-sha256; s=arcselector9901; d=microsoft.com; cv=none;\r\n b={folded(opaque(rng, 340), chr(13) + chr(10) + ' ')}==",
        f"Received: from {host}.apcprd02.prod.outlook.com (2603:1096:4::21) by\r\n SG2APC01HT147.eop-APC01.prod.protection.outlook.com"
        f" with Microsoft SMTP\r\n Server (version=TLS1_2, cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.3455.25;\r\n {stamp(letter)}",
        *addressed(letter, style),
        f"Subject: {word(letter.subject, style.charset)}",
        f"Thread-Topic: {word(letter.subject, style.charset)}",
        f"Thread-Index: AQHXXeaX{opaque(rng, 20)}==",
        f"Date: {stamp(letter)}",
        f"Message-ID:\r\n <{host}{hexadecimal(rng, 30)}@{host}.apcprd02.prod.outlook.com>",
        *thread(letter),
        "Accept-Language: zh-CN, en-US",
        "Content-Language: zh-CN",
        f"X-MS-Has-Attach: {'yes' if letter.files else ''}",
        "X-MS-TNEF-Correlator: ",
        "x-ms-exchange-messagesentrepresentingtype: 1",
        f"x-tmn: [{opaque(rng, 43)}=]",
        "x-ms-publictraffictype: Email",
        f"x-ms-traffictypediagnostic: {host}:EE_|SG2APC01HT147:EE_",
        f"x-ms-office365-filtering-correlation-id: {guid}",
        "x-ms-exchange-senderadcheck: 1",
        f"x-microsoft-antispam-message-info: {opaque(rng, 420)}==",
        "x-ms-exchange-antispam-messagedata-chunkcount: 1",
        f"x-ms-exchange-antispam-messagedata-0: {chunks}",
        "MIME-Version: 1.0",
        "X-OriginatorOrg: outlook.com",
        f"X-MS-Exchange-CrossTenant-Network-Message-Id: {guid}",
        "X-MS-Exchange-CrossTenant-AuthAs: Internal",
        f"X-MS-Exchange-CrossTenant-originalarrivaltime: {letter.date.astimezone(UTC):%d %b %Y %H:%M:%S}.4242\r\n (UTC)",
        f"X-Microsoft-Antispam-PRVS:\r\n\t<{host}{hexadecimal(rng, 20)}@{host}.apcprd02.prod.outlook.com>",
    ]


def outlook(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    return [
        f"From: {mailbox(letter.sender, style.charset)}",
        f"To: {receivers(letter.to, style.charset)}",
        *([f"Cc: {receivers(letter.cc, style.charset)}"] if letter.cc else []),
        *thread(letter),
        f"Subject: {word(letter.subject, style.charset)}",
        f"Date: {stamp(letter)}",
        f"Message-ID: <{rng.getrandbits(48):012x}$75ac6c90$610545b0$@{domain(letter)}>",
        "MIME-Version: 1.0",
        "X-Mailer: Microsoft Outlook 16.0",
        "Content-Language: zh-cn",
        f"Thread-Index: Ad{opaque(rng, 28)}==",
    ]


def thunderbird(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    guid = f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-{rng.getrandbits(16):04x}-{rng.getrandbits(16):04x}-{rng.getrandbits(48):012x}"
    return [
        f"Message-ID: <{guid}@{domain(letter)}>",
        f"Date: {stamp(letter)}",
        "MIME-Version: 1.0",
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:78.0) Gecko/20100101\r\n Thunderbird/78.3.2",
        f"Subject: {word(letter.subject, style.charset, 'B', 12)}",
        "Content-Language: zh-CN",
        f"To: {receivers(letter.to, style.charset, False)}",
        *([f"Cc: {receivers(letter.cc, style.charset, False)}"] if letter.cc else []),
        *thread(letter),
        f"From: {mailbox(letter.sender, style.charset, False)}",
    ]


def apple(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    guid = f"{hexadecimal(rng, 8)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 4)}-{hexadecimal(rng, 12)}"
    return [
        f"From: {mailbox(letter.sender, style.charset, False, 'Q')}",
        "Mime-Version: 1.0 (Mac OS X Mail 14.0 \\(3654.120.0.1.13\\))",
        f"Subject: {word(letter.subject, style.charset, 'Q', 7)}",
        f"Message-Id: <{guid}@{domain(letter)}>",
        f"Date: {stamp(letter)}",
        f"To: {receivers(letter.to, style.charset, False, 'Q')}",
        *([f"Cc: {receivers(letter.cc, style.charset, False, 'Q')}"] if letter.cc else []),
        *thread(letter)[::-1],
        "X-Mailer: Apple Mail (2.3654.120.0.1.13)",
    ]


def iphone(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    found = apple(letter, rng, style)
    return [*found[:1], "Mime-Version: 1.0 (1.0)", *found[2:-1], "X-Mailer: iPhone Mail (18A393)"]


def gmail(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    return [
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        d=gmail.com; s=20161025;\r\n        h=mime-version:from:date:"
        f"message-id:subject:to;\r\n        bh={opaque(rng, 43)}=;\r\n        b={folded(opaque(rng, 340), chr(13) + chr(10) + '         ')}==",
        f"X-Google-DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n        d=1e100.net; s=20161025;\r\n        bh={opaque(rng, 43)}=;"
        f"\r\n        b={folded(opaque(rng, 340), chr(13) + chr(10) + '         ')}==",
        f"X-Gm-Message-State: AOAM53{opaque(rng, 60)}",
        f"X-Google-Smtp-Source: ABdhPJ{opaque(rng, 60)}=",
        "X-Received: by 2002:a17:906:7e0e:: with SMTP id e14mr3219.52.1602210000;\r\n        Thu, 08 Oct 2020 19:20:00 -0700 (PDT)",
        "MIME-Version: 1.0",
        *thread(letter),
        f"From: {mailbox(letter.sender, style.charset, False)}",
        f"Date: {stamp(letter)}",
        f"Message-ID: <CA+{opaque(rng, 40).replace('/', '_')}@mail.gmail.com>",
        f"Subject: {word(letter.subject, 'UTF-8', 'B', 13)}",
        f"To: {receivers(letter.to, style.charset, False)}",
        *([f"Cc: {receivers(letter.cc, style.charset, False)}"] if letter.cc else []),
    ]


def javamail(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    return [
        "Received: from app-07.ticket.svc (10.20.7.31) by smtp-out.platform.example (Postfix) with ESMTP\r\n"
        f"\tid 4C6q{hexadecimal(rng, 8)} for <{letter.to[0].address}>; {stamp(letter)} (CST)",
        f"Date: {stamp(letter)} (CST)",
        *addressed(letter, style, False),
        f"Message-ID: <{rng.randint(10**8, 10**9)}.{rng.randint(10, 99)}.{rng.randint(10**12, 2 * 10**12)}@app-07>",
        f"Subject: {word(letter.subject, 'UTF-8', 'Q', 8)}",
        "MIME-Version: 1.0",
        *thread(letter),
        "X-Ticket-System: helpdesk/4.12",
        "Auto-Submitted: auto-generated",
    ]


def phpmailer(letter: Letter, rng: random.Random, style: Style) -> list[str]:
    return [
        f"Date: {stamp(letter)}",
        f"To: {receivers(letter.to, 'UTF-8', False)}",
        f"From: {mailbox(letter.sender, 'UTF-8', False)}",
        *([f"Cc: {receivers(letter.cc, 'UTF-8', False)}"] if letter.cc else []),
        f"Reply-To: {mailbox(letter.sender, 'UTF-8', False)}",
        f"Subject: {word(letter.subject, 'UTF-8')}",
        f"Message-ID: <{opaque(rng, 41).replace('/', 'x').replace('+', 'y')}@www.platform.example>",
        *thread(letter),
        "X-Mailer: PHPMailer 6.1.7 (https://github.com/PHPMailer/PHPMailer)",
        "List-Unsubscribe: <https://www.platform.example/u?t=" + hexadecimal(rng, 32).lower() + ">",
        "MIME-Version: 1.0",
    ]


# pages


def div_page(letter: Letter) -> str:
    return lines(letter.text) + pictures(letter)


def qq_page(letter: Letter) -> str:
    return (
        '<meta http-equiv="Content-Type" content="text/html; charset=GB18030">'
        + lines(letter.text, '<div style="font-family:Microsoft YaHei">')
        + pictures(letter)
        + "<div><includetail><!--<![endif]--></includetail></div>"
    )


def foxmail_page(letter: Letter) -> str:
    return (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=UTF-8"><style>body { line-height: 1.5; }blockquote'
        " { margin-top: 0px; margin-bottom: 0px; margin-left: 0.5em; }body { font-size: 14px; font-family: 微软雅黑; }</style></head><body>\n"
        + lines(letter.text, "<div><span></span>")
        + pictures(letter)
        + '\n<div><br></div><hr style="width: 210px; height: 1px;" color="#b5c4df" size="1" align="left">\n'
        f"<div><span>{escape(letter.sender.name)}</span></div></body></html>"
    )


def word_page(letter: Letter) -> str:
    return (
        '<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40">\n<head>\n'
        '<meta http-equiv="Content-Type" content="text/html; charset=gb2312">\n<meta name="Generator" content="Microsoft Word 15 (filtered medium)">\n'
        "<style><!--\n/* Font Definitions */\n@font-face\n\t{font-family:宋体;\n\tpanose-1:2 1 6 0 3 1 1 1 1 1;}\n"
        "p.MsoNormal, li.MsoNormal\n\t{margin:0cm;\n\tfont-size:10.5pt;\n\tfont-family:等线;}\n--></style>"
        '<!--[if gte mso 9]><xml>\n<o:shapedefaults v:ext="edit" spidmax="1026" />\n</xml><![endif]-->\n</head>\n'
        '<body lang="ZH-CN" link="#0563C1" vlink="#954F72" style="text-justify-trim:punctuation">\n<div class="WordSection1">\n'
        + lines(letter.text, '<p class="MsoNormal"><span lang="EN-US">', "<o:p></o:p></span></p>")
        + pictures(letter)
        + "\n</div>\n</body>\n</html>"
    )


def gmail_page(letter: Letter) -> str:
    return f'<div dir="ltr">{lines(letter.text)}{pictures(letter)}</div>\n'


def apple_page(letter: Letter) -> str:
    return (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body style="word-wrap: break-word; '
        '-webkit-nbsp-mode: space; line-break: after-white-space;" class="">'
        + lines(letter.text, '<div class="">')
        + pictures(letter)
        + '<br class=""></body></html>'
    )


def ticket_page(letter: Letter) -> str:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><style type="text/css">.box{border:1px solid #e5e5e5;padding:16px}</style></head><body>'
        '<div style="color:#b5b5b5">##- 请在此行上方输入您的回复 -##</div><table width="100%"><tr><td class="box">'
        + lines(letter.text, "<p>", "</p>")
        + pictures(letter)
        + f'</td></tr></table><div style="font-size:0;line-height:0;color:#fff">[{zlib.crc32(letter.subject.encode()) % 10**6:06d}-PX]</div></body></html>'
    )


def near(prefix: str, tail: str = "") -> Callable[[random.Random], str]:
    return lambda rng: f"{prefix}{hexadecimal(rng, 24)}{tail}"


CLIENTS: dict[str, Style] = {
    "Foxmail": Style("GB2312", "base64", lambda r: f"----=_001_NextPart{r.randint(10**11, 10**12)}_=----", foxmail, foxmail_page, "This is a multi-part message in MIME format."),
    "Foxmail UTF-8": Style("utf-8", "quoted-printable", lambda r: f"----=_002_NextPart{r.randint(10**11, 10**12)}_=----", foxmail, foxmail_page, "This is a multi-part message in MIME format."),
    "QQ Mail": Style("gb18030", "base64", lambda r: f"----=_NextPart_{hexadecimal(r, 8)}_{hexadecimal(r, 8)}_{hexadecimal(r, 8)}", qq, qq_page, "This is a multi-part message in MIME format."),
    "Exmail": Style("utf-8", "base64", lambda r: f"----=_NextPart_{hexadecimal(r, 8)}_{hexadecimal(r, 8)}_{hexadecimal(r, 8)}", exmail, qq_page, "This is a multi-part message in MIME format."),
    "NetEase": Style("GBK", "base64", lambda r: f"----=_Part_{r.randint(1000, 99999)}_{r.randint(10**8, 10**9)}.{r.randint(10**12, 2 * 10**12)}", netease, div_page),
    "Coremail": Style("UTF-8", "base64", lambda r: f"----=_Part_{r.randint(1000, 99999)}_{r.randint(10**8, 10**9)}.{r.randint(10**12, 2 * 10**12)}", coremail_letters, div_page),
    "Exchange": Style("gb2312", "base64", lambda r: f"_000_SG2PR0201MB{hexadecimal(r, 24)}_", exchange, word_page, name="word"),
    "Outlook": Style("gb2312", "base64", lambda r: f"----=_NextPart_000_{hexadecimal(r, 4)}_01D68D9C.{hexadecimal(r, 8)}", outlook, word_page, "This is a multipart message in MIME format."),
    "Outlook UTF-8": Style("utf-8", "quoted-printable", lambda r: f"----=_NextPart_000_{hexadecimal(r, 4)}_01D68D9C.{hexadecimal(r, 8)}", outlook, word_page, "This is a multipart message in MIME format."),
    "Thunderbird": Style("UTF-8", "8bit", lambda r: f"------------{hexadecimal(r, 24)}", thunderbird, div_page, "This is a multi-part message in MIME format.", name="both", plain_too=False),
    "Apple Mail": Style("utf-8", "quoted-printable", lambda r: f"Apple-Mail=_{hexadecimal(r, 8)}-{hexadecimal(r, 4)}-{hexadecimal(r, 4)}-{hexadecimal(r, 4)}-{hexadecimal(r, 12)}", apple, apple_page, name="2231"),
    "iPhone": Style("utf-8", "base64", lambda r: f"Apple-Mail-{hexadecimal(r, 8)}-{hexadecimal(r, 4)}-{hexadecimal(r, 4)}-{hexadecimal(r, 4)}-{hexadecimal(r, 12)}", iphone, apple_page, plain_too=False),
    "Gmail": Style("UTF-8", "base64", lambda r: f"000000000000{hexadecimal(r, 6).lower()}05b13b{hexadecimal(r, 4).lower()}", gmail, gmail_page, part_fields=lambda f, r: [f"X-Attachment-Id: f_kg{opaque(r, 8).lower().replace('/', 'z').replace('+', 'y')}0"]),
    "JavaMail": Style("UTF-8", "quoted-printable", lambda r: f"----=_Part_{r.randint(0, 99)}_{r.randint(10**8, 10**9)}.{r.randint(10**12, 2 * 10**12)}", javamail, ticket_page, how="Q"),
    "PHPMailer": Style("utf-8", "8bit", lambda r: f"b1_{opaque(r, 30).replace('/', 'q').replace('+', 'w')}", phpmailer, div_page, name="word"),
    "Big5 Outlook": Style("big5", "quoted-printable", lambda r: f"----=_NextPart_000_{hexadecimal(r, 4)}_01D68D9C.{hexadecimal(r, 8)}", outlook, word_page, "This is a multi-part message in MIME format."),
}  # fmt: skip


def plain(letter: Letter) -> Letter:
    """The same without HTML of its own."""
    return replace(letter, html="")
