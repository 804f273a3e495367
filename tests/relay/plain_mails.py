"""Mails that are nothing but text: ordinary ones, odd ones, and what chance makes of both."""

import base64
import quopri
import random
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP

PHONE = "13800138765"
LETTER = (
    "该主播于晚间直播时，诱导观众添加私人账号并在站外收取款项，事后拒绝退还，我要实名反映主播星儿在直播间里的行为，"
    "当晚她在房间里让我连送出九十九朵蓝色玫瑰，承诺第二天退还。"
)
BOUNDARY = "BoUnD"


def head(*fields: str, subject: str = "hi") -> str:
    lines = ("From: kefu <kefu@platform.example>", "To: x <nobody@outside.example>", f"Subject: {subject}")
    return "\r\n".join((*lines, "MIME-Version: 1.0", *fields))


def text(body: str, *fields: str, subject: str = "hi") -> bytes:
    fields = fields or ("Content-Type: text/plain; charset=utf-8",)
    return f"{head(*fields, subject=subject)}\r\n\r\n{body}\r\n".encode()


def page(body: str) -> bytes:
    return text(body, "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit")


def parts(*pieces: str, kind: str = "mixed", before: str = "", after: str = "") -> bytes:
    inner = "".join(f"--{BOUNDARY}\r\n{piece}\r\n" for piece in pieces)
    top = head(f"Content-Type: multipart/{kind}; boundary={BOUNDARY}")
    return f"{top}\r\n\r\n{before}{inner}--{BOUNDARY}--\r\n{after}".encode()


def composed(words: str, html: str = "", cte: str = "8bit", charset: str = "utf-8", subject: str = "请说明") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "客服 <kefu07@platform.example>", "fan@x.example", subject
    message["In-Reply-To"] = "<abc-123@mail.example>"
    message.set_content(words, cte=cte, charset=charset)
    if html:
        message.add_alternative(html, subtype="html", cte=cte)
    return message.as_bytes()


PLAIN = [
    composed("您好，您咨询的活动规则已经更新，请登录平台查看。"),
    composed("您好，您咨询的活动规则已经更新。" * 30, cte="base64"),
    composed("Dear customer, thank you for your question about the event. " * 20, cte="quoted-printable"),
    composed("您好，请看下面的说明。", "<html><body><p>您好，<b>请看</b>下面的&nbsp;说明。</p></body></html>"),
    composed("您好", "<table><tr><td>订单</td><td>20261130001</td></tr></table>", cte="quoted-printable"),
    composed("您好，请看下面的说明。", cte="base64", charset="gb2312"),
    composed(LETTER, subject=f"关于{PHONE}的来电"),
    text(f"{LETTER}\r\n> {LETTER}"),
    parts("Content-Type: text/plain; charset=utf-8\r\n\r\nhello", "Content-Type: text/html\r\n\r\n<p>hello"),
]

_B64 = base64.b64encode(f"call {PHONE}".encode()).decode()
_PLAIN_TYPE = "Content-Type: text/plain; charset=utf-8"
_IN_B64 = "Content-Transfer-Encoding: base64"
_FLOWED = "Content-Type: text/plain; format=flowed; delsp=yes"
_HIDDEN = '<s style="display:none">的</s>'

KINDS: dict[str, bytes] = {
    "subject folded in a number": text("x", subject="138\r\n 0013\r\n 8765"),
    "subject folded in a word": text("x", subject="xm_fe\r\n ifei90"),
    "subject in an encoded word": text("x", subject=f"=?utf-8?B?{base64.b64encode(PHONE.encode()).decode()}?="),
    "subject in two encoded words": text("x", subject="=?utf-8?Q?138001?=\r\n =?utf-8?Q?38765?="),
    "subject in an unended word": text("x", subject="=?utf-8?Q?13800138765"),
    "a field of a part": parts(f"{_PLAIN_TYPE}\r\nX-Note: {PHONE}\r\n\r\nhello"),
    "a description of a part": parts(f"{_PLAIN_TYPE}\r\nContent-Description: {PHONE}\r\n\r\nhello"),
    "a folded field of a part": parts(f"{_PLAIN_TYPE}\r\nX-Note: 1380013\r\n 8765\r\n\r\nhello"),
    "an id of a part": parts(f"{_PLAIN_TYPE}\r\nContent-ID: <{PHONE}@x.example>\r\n\r\nhello"),
    "a name of a part": parts(f"{_PLAIN_TYPE}; name={PHONE}.txt\r\n\r\nhello"),
    "a quoted pair in an address": text("x", 'Cc: "13800\\138765"@x.example', _PLAIN_TYPE),
    "a comment in an address": text("x", "Cc: y@x.example (138 0013 8765)", _PLAIN_TYPE),
    "a bare answer": text("x", f"In-Reply-To: {PHONE}", _PLAIN_TYPE),
    "an answer that is folded": text("x", "References: <abc-12\r\n 3@mail.example>", _PLAIN_TYPE),
    "a conversation": text("x", f"Thread-Index: {base64.b64encode(bytes(range(22))).decode()}", _PLAIN_TYPE),
    "a topic": text("x", "Thread-Topic: 关于星儿直播间的实名举报", _PLAIN_TYPE),
    "an encoding with a blank before its colon": text(_B64, "Content-Transfer-Encoding : base64"),
    "an encoding with a comment": text(_B64, _PLAIN_TYPE, "Content-Transfer-Encoding: (x) base64"),
    "an encoding on the next line": text(_B64, _PLAIN_TYPE, "Content-Transfer-Encoding:\r\n base64"),
    "an encoding of no name": text(_B64, _PLAIN_TYPE, "Content-Transfer-Encoding: x-base64"),
    "two encodings": text(_B64, _PLAIN_TYPE, "Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: base64"),
    "an encoded alternative": parts(f"{_PLAIN_TYPE}\r\n{_IN_B64}\r\n\r\n{_B64}", kind="alternative"),
    "base64 in the text": text(_B64),
    "base64 in rows": text("\r\n".join(_B64[at : at + 6] for at in range(0, len(_B64), 6))),
    "quoted-printable in the text": text(quopri.encodestring(PHONE.encode(), quotetabs=True).decode() + "=31=33=38"),
    "soft breaks of quoted-printable": text("call 138=\r\n0013=\r\n8765"),
    "soft breaks of format=flowed": text("call 138 \r\n0013 \r\n8765", _FLOWED),
    "an epilogue": parts(f"{_PLAIN_TYPE}\r\n\r\nhello", after=PHONE),
    "a preamble": parts(f"{_PLAIN_TYPE}\r\n\r\nhello", before=f"{PHONE}\r\n"),
    "an unclosed boundary": parts(f"{_PLAIN_TYPE}\r\n\r\nhello {PHONE}").replace(b"--BoUnD--\r\n", b""),
    "a part without a type": parts(f"\r\n{PHONE}"),
    "a mail in the mail": parts(f"Content-Type: message/rfc822\r\n\r\n{head(subject=PHONE)}\r\n\r\nx"),
    "parts in parts": parts(f"Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\n{PHONE}\r\n--c--"),
    "HZ": text("~{" + "张小鸣".encode("gb2312").translate(bytes(c & 0x7F for c in range(256))).decode() + "~}"),
    "UTF-7": text("call +ADEAMwA4ADAAMAAxADMAOAA3ADYANQ-", "Content-Type: text/plain; charset=utf-7"),
    "UTF-7 of IMAP": text("call &ADEAMwA4ADAAMAAxADMAOAA3ADYANQ-"),
    "ISO-2022": text("x").replace(b"\r\n\r\nx", b"\r\n\r\n" + "鳴".encode("iso2022_jp") + PHONE.encode()),
    "GBK without a label": text("x").replace(b"\r\n\r\nx", b"\r\n\r\n" + f"电话{PHONE}".encode("gbk")),
    "UTF-16 with a mark": text("x").replace(b"\r\n\r\nx", b"\r\n\r\n" + PHONE.encode("utf-16")),
    "hexadecimal": text("call 31 33 38 30 30 31 33 38 37 36 35"),
    "octal": text("call \\061\\063\\070\\060\\060\\061\\063\\070\\067\\066\\065"),
    "code points": text("U+5F20 U+5C0F U+9E23 U+0031"),
    "code points as numbers": text("24352 23567 40483"),
    "base32": text(base64.b32encode(f"call {PHONE}".encode()).decode()),
    "ascii85": text("<~" + base64.a85encode(PHONE.encode()).decode() + "~>"),
    "percent": text("%31%33%38%30%30%31%33%38%37%36%35"),
    "unicode escapes": text("\\u0031\\u0033\\u00380013\\u00388765"),
    "references": text("&#49;&#51;&#56;0013&#56;765"),
    "turned around": text("\u202e56783100831\u202c"),
    "backspaces": text("1\b138001x\b38765"),
    "tags that nobody sees": text("".join(chr(0xE0000 + ord(c)) for c in PHONE)),
    "zero width": text("138\u200b001\u200d387\ufeff65 xiao\u200bming.zhang@mail.example"),
    "soft hyphens": text("138\u00ad0013\u00ad8765"),
    "four blanks": text("138    0013    8765"),
    "lines": text("电话 138\r\n0013\r\n8765"),
    "a `>` in an attribute": page('<p>call 138<b title=">abcdefghij">0013</b>8765</p>'),
    "a style in an attribute": page('<p>call 138<b title="<style>">0013</b><b title="</style>">8765</b></p>'),
    "a comment that ends at once": page("<p>call 138<!-->0013<!-- a -->8765</p>"),
    "a comment that ends with a bang": page("<p>call 138<!-- a --!>0013<!-- b -->8765</p>"),
    "a tag in a tag": page("<p>call 138<b <i>0013</b>8765</p>"),
    "size zero": page('<p>call 138<span style="font-size:0">5</span>0013<span style="font-size:0">5</span>8765</p>'),
    "hidden between": page("<p>" + _HIDDEN.join(LETTER) + "</p>"),
    "right to left": page('<p>call <bdo dir="rtl">56783100831</bdo></p>'),
    "floating right": page("<style>i{float:right}</style>" + "".join(f"<i>{c}</i>" for c in reversed(PHONE))),
    "content of a style": page('<style>b::before{content:"138" "0013"} </style><p>call <b></b>8765</p>'),
    "a table read downwards": page("<table>" + "".join(f"<tr><td>{c}</td><td>x</td></tr>" for c in PHONE) + "</table>"),
    "an unclosed script": page(f"<script>call {PHONE}"),
    "a textarea": page(f"<textarea hidden><style></textarea>{PHONE}<p></style>"),
    "a title": page(f"<title>{PHONE}</title>"),
    "a link": page(f'<a href="tel:{PHONE}">x</a>'),
    "an unclosed tag": page(f"<p>x<b {PHONE}"),
    "a template": page(f"<template>{PHONE}</template>"),
    "a conditional comment": page(f"<!--[if mso]><p>{PHONE}</p><![endif]-->"),
    "references in a page": page("<p>&#49;&#51;&#56;0013&#x38;765"),
    "HTML in plain text": text("<html><body>138<!-- x -->0013<b>8765</b></body></html>"),
    "HTML of a label inside": page('<meta charset="gb2312"><p>电话').replace("电话".encode(), "电话".encode("gbk")),
}  # fmt: skip

_TOKENS = (
    b"\r\n ", b"\r\n\t", b"=\r\n", b" \r\n", b"\r\n\r\n", b"<!--", b"-->", b"--!>", b"<b title='>'>", b"<style>",
    b"</style>", b"<textarea>", b"</textarea>", b"<script>", b"&#49;", b"&nbsp;", b"&shy;", b"=?utf-8?Q?1?=",
    b"=?utf-8?B?MTM4?=", b"%31", b"\\u0031", b"=31", b"\xe2\x80\xae", b"\xe2\x80\x8b", b"\xc2\xad", b"~{", b"~}",
    b"+ADE-", b"\x1b$B", b"\x1b(B", b"\x08", b"(x)", b'"', b"\\", b"<", b">", b"@", b";", b":", b" ", b"\t",
    b"--BoUnD\r\n", b"--BoUnD--\r\n", b"\r\nX-A: 1", b"\r\nContent-Transfer-Encoding: base64",
    b"Content-Type: text/html\r\n", b"<td>", b"<tr>", b"<p hidden>", b"<span style='font-size:0'>", b"<bdo dir=rtl>",
    b"{\\rtf", b"%PDF-", b"BEGIN:VCARD\r\n", b"begin 644 a\r\n", b"\xff", b"\xd6\xd0",
)  # fmt: skip


def _turned(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + bytes((content[at] ^ (1 << chance.randrange(8)),)) + content[at + 1 :]


def _cut(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randrange(1, 12) :]


def _put(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(_TOKENS) + content[at:]


def _between(content: bytes, chance: random.Random) -> bytes:
    """A token between every two digits of some place."""
    at = chance.randrange(len(content))
    piece = content[at : at + 40]
    token = chance.choice(_TOKENS)
    return content[:at] + token.join(piece[i : i + 1] for i in range(len(piece))) + content[at + 40 :]


def _lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\r\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    if chance.random() < 0.5:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        lines.insert(one, lines[other])
    return b"\r\n".join(lines)


def _spliced(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice((*PLAIN, *KINDS.values()))
    at, start = chance.randrange(len(content)), chance.randrange(len(other))
    return content[:at] + other[start : start + chance.randrange(1, 200)] + content[at:]


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_turned, _cut, _put, _put, _between, _lines, _spliced)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The mail after one to four accidents."""
    for _ in range(chance.randrange(1, 5)):
        content = chance.choice(_WAYS)(content, chance) or content
    return content
