"""A notice as bytes of a mail, from what is told and the words: nothing of the message but when and to whom it went.

`Auto-Submitted: auto-replied` (RFC 3834 section 5) and a null envelope sender keep machines from answering. No field
repeats one of the message: Subject, Message-ID and References are its writer's, and may name anybody. Lines are base64
in UTF-8, so that none is too long and no word can end a header. Pure; the same in, the same out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from gateway.model import Client, Envelope, Language, Recipient
from gateway.model.notice import Addressed, SenderNotice
from gateway.notices.masked import masked_recipients
from gateway.notices.templates import NoticeWords

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_TIME = {"zh": "{0.month}月{0.day}日 {0:%H:%M}", "en": "{0:%Y-%m-%d %H:%M}"}
_END = b"\r\n\r\n"
_NOBODY = Client("", "")
ABOVE = "—— {words} ——"
"""The line that ends what somebody says in an answer."""


@dataclass(frozen=True, slots=True)
class Writer:
    """From whom notices come: `address`, the words, and the local time. `message_id` is made of a keyed digest, so that
    one that was sent twice is known by it."""

    address: str
    words: NoticeWords = field(repr=False)
    local: Callable[[datetime], datetime] = datetime.astimezone


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail that is ready. `plain`: the same without what its sender wrote and hangs on it; it is what inspection
    sees as if the recipients got it."""

    envelope: Envelope
    content: bytes = field(repr=False)
    plain: bytes = field(repr=False)


def about(
    told: SenderNotice,
    writer: Writer,
    now: datetime,
    message_id: str,
    reply_to: str = "",
    original: bytes = b"",
    say: str = "",
) -> Notice:
    """To the sender, of one message. `original`: its content, to hang on. `reply_to`: where an answer may go.
    `say`: the sentence of the rule."""
    language, event = told.addressed.language, told.event
    hangs = bool(original or told.rewritten)
    facts = {
        "id": told.message,
        "time": _TIME[language].format(writer.local(told.at)),
        "recipients": masked_recipients(told.recipients, language),
    }
    if event == "hold":
        facts["answer"] = writer.words.of(language, event, "answer") if reply_to else ""
    if event in ("rewrite", "return"):
        facts["attached"] = writer.words.of(language, event, "attached") if hangs else ""
    if event == "return":
        note = _plain(told.note)
        facts["note"] = "\n" + writer.words.of(language, "return", "note", note=note) + "\n" if note else ""
    text = writer.words.of(language, event, "text", **facts)
    if say:
        text = f"{text}\n\n{_plain(say)}"
    if reply_to:
        text = ABOVE.format(words=writer.words.of(language, "reply", "above")) + "\n\n" + text
    subject = writer.words.of(language, event, "subject", **facts)
    mail = _mail(told.sender, subject, text, writer, now, message_id, language, told.smtputf8)
    if reply_to:
        mail["Reply-To"] = reply_to
    rewritten = told.rewritten
    plain = _bytes(mail, rewritten)
    content = _bytes(mail, rewritten or original)
    return Notice(_envelope(told.sender, now, told.smtputf8, content), content, plain)


def without_extras(told: SenderNotice) -> SenderNotice:
    """The same without a reviewer's note, and without what went out rewritten."""
    return replace(told, note="", rewritten=b"")


def gathered(
    to: str, count: int, addressed: Addressed, writer: Writer, now: datetime, message_id: str, smtputf8: bool
) -> Notice:
    """To a sender, of several messages at once: how many, and nothing else."""
    language = addressed.language
    subject = writer.words.of(language, "summary", "subject", count=str(count))
    text = writer.words.of(language, "summary", "text", count=str(count))
    content = _bytes(_mail(to, subject, text, writer, now, message_id, language, smtputf8))
    return Notice(_envelope(to, now, smtputf8), content, content)


def digest(to: str, values: dict[str, str], writer: Writer, now: datetime, message_id: str) -> Notice:
    """To reviewers: how many messages wait, how long the oldest has, and a link. Both languages, Chinese first."""
    subject = writer.words.of("zh", "digest", "subject", **values)
    text = "\n\n".join(writer.words.of(one, "digest", "text", **values) for one in ("zh", "en"))
    mail = _mail(to, subject, text, writer, now, message_id, "zh", not to.isascii(), generated=True)
    content = _bytes(mail)
    return Notice(_envelope(to, now, not to.isascii()), content, content)


def _mail(
    to: str,
    subject: str,
    text: str,
    writer: Writer,
    now: datetime,
    message_id: str,
    language: Language,
    smtputf8: bool,
    generated: bool = False,
) -> EmailMessage:
    mail = EmailMessage(policy=SMTPUTF8 if smtputf8 else SMTP)
    mail["From"] = Address(writer.words.of(language, "reply", "from"), addr_spec=writer.address)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = " ".join(_plain(subject).split())
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated" if generated else "auto-replied"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(text + "\n", cte="base64")
    mail["Content-Language"] = "zh-CN" if language == "zh" else "en"
    return mail


def _bytes(mail: EmailMessage, hangs: bytes = b"") -> bytes:
    """With a mail hung on, byte for byte as it was: it is not parsed, and not written anew."""
    whole = mail.as_bytes()
    if not hangs:
        return whole
    head, _, body = whole.partition(_END)
    lines = head.split(b"\r\n")
    of_text = [line for line in lines if line.startswith((b"Content-Type:", b"Content-Transfer-Encoding:"))]
    edge = _edge(hangs, str(mail["Message-ID"])).encode()
    encoding = b"Content-Transfer-Encoding: " + _encoding(hangs)
    multipart = b'Content-Type: multipart/mixed; boundary="' + edge + b'"'
    line = b"--" + edge
    attached = [b"Content-Type: message/rfc822", b"Content-Disposition: attachment", encoding]
    return b"\r\n".join(
        [
            *(one for one in lines if one not in of_text),
            *(multipart, encoding, b"", line),
            *(*of_text, b"", body.rstrip(b"\r\n"), line),
            *(*attached, b"", hangs, line + b"--", b""),
        ]
    )


def _encoding(content: bytes) -> bytes:
    return b"7bit" if content.isascii() else b"8bit"


def _edge(content: bytes, seed: str) -> str:
    """A boundary that is nowhere in it: whoever wrote the mail must not end the part from within."""
    letters = re.sub(r"[^A-Za-z0-9]", "", seed)[:24]
    number = 0
    while f"=_{letters}_{number}".encode() in content:
        number += 1
    return f"=_{letters}_{number}"


def _envelope(to: str, now: datetime, smtputf8: bool, content: bytes = b"") -> Envelope:
    """With the null sender (RFC 5321 section 4.5.5): a notice that bounces goes nowhere."""
    wide = () if content.isascii() else ("BODY=8BITMIME",)
    return Envelope("", (Recipient(to),), _NOBODY, now, (*wide, "SMTPUTF8") if smtputf8 else wide)


def _plain(words: str) -> str:
    """Without what turns a line round, ends a header or rings a bell."""
    return _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()
