"""Valid mail as the usual programs write it: read whole, and nothing about it is doubtful."""
# ruff: noqa: E501 - mails are written here as they stand

from email.message import EmailMessage

import pytest

from gateway.formats import Child, Source
from gateway.formats.mime import FORMAT
from gateway.model import Ambiguity, Location, TextFragment, Unreadable

HEAD = "Message-ID: <1@platform.example>\r\nDate: Fri, 18 Sep 2020 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"

THUNDERBIRD = (
    HEAD + "From: =?UTF-8?B?5a6i5pyN?= <kefu@platform.example>\r\n"
    "To: =?UTF-8?B?5riF5YeM5YeM?= <qing@streamers.example>\r\n"
    "Subject: =?UTF-8?B?5YWz5LqO5oKo55qE55u05pKt?=\r\n"
    "Content-Language: zh-CN\r\nUser-Agent: Mozilla Thunderbird\r\n"
    'Content-Type: multipart/mixed; boundary="------------0Wc0"\r\n\r\n'
    "This is a multi-part message in MIME format.\r\n"
    "--------------0Wc0\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n5L2g5aW9Cg==\r\n"
    '--------------0Wc0\r\nContent-Type: text/plain; charset=UTF-8; name="=?UTF-8?B?5aSH5rOoLnR4dA==?="\r\n'
    "Content-Disposition: attachment;\r\n filename*=UTF-8''%E5%A4%87%E6%B3%A8%2E%74%78%74\r\n"
    "Content-Transfer-Encoding: 8bit\r\n\r\n备注\r\n"
    "--------------0Wc0--\r\n"
)
OUTLOOK = (
    HEAD
    + 'From: "Kefu, Platform" <kefu@platform.example>\r\nTo: "\'qing@streamers.example\'" <qing@streamers.example>\r\n'
    "Subject: =?gb2312?B?udjT2sT6tcTWsbKl?=\r\nThread-Topic: x\r\nThread-Index: AdZ=\r\nX-Mailer: Microsoft Outlook 16.0\r\n"
    'Content-Type: multipart/related;\r\n\tboundary="----=_NextPart_000_0001_01D68D";\r\n\ttype="multipart/alternative"\r\n\r\n'
    "This is a multipart message in MIME format.\r\n\r\n"
    "------=_NextPart_000_0001_01D68D\r\nContent-Type: multipart/alternative;\r\n"
    '\tboundary="----=_NextPart_001_0002_01D68D"\r\n\r\n\r\n'
    '------=_NextPart_001_0002_01D68D\r\nContent-Type: text/plain;\r\n\tcharset="gb2312"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n=C4=E3=BA=C3=20\r\n\r\n"
    '------=_NextPart_001_0002_01D68D\r\nContent-Type: text/html;\r\n\tcharset="gb2312"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>=C4=E3=\r\n=BA=C3</body></html>\r\n"
    "------=_NextPart_001_0002_01D68D--\r\n\r\n"
    '------=_NextPart_000_0001_01D68D\r\nContent-Type: image/png;\r\n\tname="image001.png"\r\n'
    "Content-Transfer-Encoding: base64\r\nContent-ID: <image001.png@01D68D>\r\n\r\niVBORw0KGgo=\r\n\r\n"
    "------=_NextPart_000_0001_01D68D--\r\n\r\n"
)
FOXMAIL = (
    HEAD + 'From: "kefu@platform.example" <kefu@platform.example>\r\nTo: qing <qing@streamers.example>\r\n'
    "Subject: =?GB2312?B?udjT2sT6tcTWsbKl?=\r\nX-Priority: 3\r\nX-GUID: 1234\r\nX-Has-Attach: no\r\n"
    "X-Mailer: Foxmail 7.2.19.158[cn]\r\nMessage-ID2: x\r\n"
    'Content-Type: multipart/alternative;\r\n\tboundary="----=_001_NextPart512345678_=----"\r\n\r\n'
    "This is a multi-part message in MIME format.\r\n\r\n"
    '------=_001_NextPart512345678_=----\r\nContent-Type: text/plain;\r\n\tcharset="GB2312"\r\n'
    "Content-Transfer-Encoding: base64\r\n\r\nxOO6ww0K\r\n\r\n"
    '------=_001_NextPart512345678_=----\r\nContent-Type: text/html;\r\n\tcharset="GB2312"\r\n'
    'Content-Transfer-Encoding: quoted-printable\r\n\r\n<html><head><meta http-equiv=3D"content-type" content=3D"text/html; c=\r\n'
    'harset=3DGB2312"></head><body>=C4=E3=BA=C3</body></html>\r\n'
    "------=_001_NextPart512345678_=------\r\n\r\n"
)
GMAIL = (
    HEAD + "From: Kefu <kefu@platform.example>\r\nTo: qing@streamers.example\r\nCc: a@x.example, B C <b@x.example>\r\n"
    "Subject: =?UTF-8?B?5YWz5LqO?=\r\nReferences: <a@x.example> <b@x.example>\r\nIn-Reply-To: <b@x.example>\r\n"
    'Content-Type: multipart/mixed; boundary="000000000000d2b5ff05af8e"\r\n\r\n'
    '--000000000000d2b5ff05af8e\r\nContent-Type: multipart/alternative; boundary="000000000000d2b5fd05af8c"\r\n\r\n'
    '--000000000000d2b5fd05af8c\r\nContent-Type: text/plain; charset="UTF-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    "5L2g5aW9DQo=\r\n"
    '--000000000000d2b5fd05af8c\r\nContent-Type: text/html; charset="UTF-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    "PGRpdj7kvaDlpb08L2Rpdj4NCg==\r\n"
    "--000000000000d2b5fd05af8c--\r\n"
    '--000000000000d2b5ff05af8e\r\nContent-Type: text/plain; charset="US-ASCII"; name="a (1).txt"\r\n'
    'Content-Disposition: attachment; filename="a (1).txt"\r\nContent-Transfer-Encoding: base64\r\n'
    "X-Attachment-Id: f_k\r\n\r\naGVsbG8=\r\n"
    "--000000000000d2b5ff05af8e--"
)
APPLE = (
    HEAD + "From: =?utf-8?B?5a6i5pyN?= <kefu@platform.example>\r\nTo: qing@streamers.example\r\n"
    "Content-Type: text/plain;\r\n\tcharset=utf-8\r\nContent-Transfer-Encoding:\r\n quoted-printable\r\n"
    "Mime-Version: 1.0 (Mac OS X Mail 14.0 \\(3654.20.0.2.1\\))\r\nSubject: =?utf-8?Q?=E4=BD=A0=E5=A5=BD?=\r\n\r\n"
    "=E4=BD=A0=E5=A5=BD\r\n"
).replace("MIME-Version: 1.0\r\n", "", 1)
RAW_UTF8 = (
    HEAD + "From: 客服 <kefu@platform.example>\r\nTo: 清凌凌 <qing@streamers.example>\r\nSubject: 你好\r\n\r\n你好\r\n"
)
QQ = (
    HEAD
    + 'From: "=?gb18030?B?v823/g==?=" <kefu@platform.example>\r\nTo: "=?gb18030?B?x+XB6MHo?=" <qing@streamers.example>\r\n'
    "Subject: =?gb18030?B?xOO6ww==?=\r\nX-QQ-MIME: TCMime 1.0 by Tencent\r\n"
    'Content-Type: multipart/alternative;\r\n\tboundary="----=_NextPart_5F64_0AB_1C"\r\nContent-Transfer-Encoding: 8Bit\r\n\r\n'
    "This is a multi-part message in MIME format.\r\n\r\n"
    '------=_NextPart_5F64_0AB_1C\r\nContent-Type: text/plain;\r\n\tcharset="gb18030"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    "xOO6ww==\r\n\r\n------=_NextPart_5F64_0AB_1C--\r\n\r\n\r\n\r\n"
)


def python_mail() -> bytes:
    message = EmailMessage()
    message["From"] = "客服 <kefu@platform.example>"
    message["To"] = "清凌凌 <qing@streamers.example>, undisclosed-recipients:;"
    message["Subject"] = "关于您的直播" * 8
    message.set_content("你好\n" * 3)
    message.add_alternative("<p>你好</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="图片" * 20 + ".png")
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


SAMPLES = {
    "thunderbird": THUNDERBIRD.encode(),
    "outlook": OUTLOOK.encode(),
    "foxmail": FOXMAIL.encode(),
    "gmail": GMAIL.encode(),
    "apple": APPLE.encode(),
    "raw utf-8": RAW_UTF8.encode(),
    "qq": QQ.encode(),
    "python": python_mail(),
}


@pytest.mark.parametrize("raw", SAMPLES.values(), ids=SAMPLES)
def test_nothing_in_it_is_doubtful(raw: bytes) -> None:
    pieces = list(FORMAT.read(Source(raw, Location(""))))
    assert [piece for piece in pieces if isinstance(piece, Ambiguity | Unreadable)] == []


@pytest.mark.parametrize("raw", SAMPLES.values(), ids=SAMPLES)
def test_every_field_is_read(raw: bytes) -> None:
    labels = [p.label for p in FORMAT.read(Source(raw, Location(""))) if isinstance(p, TextFragment)]
    assert {"from", "to", "subject", "message-id" if b"Message-ID" in raw else "from"} <= set(labels)


@pytest.mark.parametrize("raw", SAMPLES.values(), ids=SAMPLES)
def test_a_file_of_it_with_unix_line_ends_is_not_doubtful_either(raw: bytes) -> None:
    pieces = list(FORMAT.read(Source(raw.replace(b"\r\n", b"\n"), Location(""))))
    assert [piece for piece in pieces if isinstance(piece, Ambiguity | Unreadable)] == []


def test_bodies_come_decoded_in_the_order_of_the_parts() -> None:
    children = [p for p in FORMAT.read(Source(SAMPLES["outlook"], Location(""))) if isinstance(p, Child)]
    assert [(c.where.part, c.hint, c.charset, c.path) for c in children] == [
        ("1.1", "text", "gb2312", (1, 1)),
        ("1.2", "html", "gb2312", (1, 2)),
        ("2", "", "", (2,)),
    ]
    assert children[0].data.decode("gbk") == "你好 \r\n"
    assert children[1].data.decode("gbk") == "<html><body>你好</body></html>"
    assert children[2].data == b"\x89PNG\r\n\x1a\n"
    assert children[2].name == "image001.png"


def test_a_folded_transfer_encoding_is_honoured() -> None:
    (child,) = [p for p in FORMAT.read(Source(SAMPLES["apple"], Location(""))) if isinstance(p, Child)]
    assert child.data.decode() == "你好\r\n"
    assert (child.where, child.path) == (Location("1"), (1,))


def test_the_words_of_header_fields_are_decoded() -> None:
    texts = {p.label: p.text for p in FORMAT.read(Source(SAMPLES["qq"], Location(""))) if isinstance(p, TextFragment)}
    assert texts["from"] == "客服 <kefu@platform.example>"
    assert texts["subject"] == "你好"
