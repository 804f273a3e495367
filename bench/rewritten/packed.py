"""Archives, attached mails, mailboxes, cards, calendars and texts, by the programs that people make them with.

Archives by Python, Info-ZIP's zip, 7-Zip and GNU tar; mails by Python's two ways to write them; cards by vobject,
calendars by icalendar; documents by LibreOffice; tables as Python's csv and Chinese spreadsheets write them. What other
programs find in a rewritten file: 7-Zip unpacks, Python's mail reader, vobject and icalendar take apart.
"""

import csv
import email
import email.policy
import gzip
import io
import json
import mailbox
import random
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import icalendar
import vobject

from rewritten import (
    PARTY_ADDRESS,
    PARTY_NAME,
    REPORTER_ADDRESS,
    REPORTER_NAME,
    REPORTER_NICKNAME,
    REPORTER_PHONE,
    SENDER,
    Case,
)

Made = tuple[str, bytes, tuple[str, ...], tuple[str, ...]]
"""Name of a file, its content, innocent words in it, names of members that must stay byte for byte."""
_SAYS = (
    "投诉人{name}反映，您在直播中对其辱骂，请于三日内书面说明。",
    "据{name}投诉，直播间存在诱导充值的情况，请配合核实。",
    "本次投诉由{name}提出，联系电话{phone}，请勿自行联系。",
    "经办备注：已与投诉人{name}（{phone}）核对过材料。",
    "The complaint was filed by {name} ({address}). Please reply in writing within three days.",
    "举报人昵称“{nickname}”，其所述情况已登记，请说明。",
)
_PLAIN = (
    "平台规则第十二条：主播不得以任何方式辱骂他人。",
    "请将说明发送至本邮箱，逾期未回复的，平台将依规处理。",
    "处理编号与本邮件主题一致，回复时请勿修改。",
    "附表所列场次以北京时间为准，录像保存六个月。",
    "Please keep the case number in the subject of your answer.",
    "材料清单：情况说明、场次列表、规则摘录。",
)
_NAMES = ("情况说明", "规则摘录", "场次列表", "处理通知", "readme", "材料清单")


def _secrets(text: str) -> str:
    return text.format(name=REPORTER_NAME, phone=REPORTER_PHONE, address=REPORTER_ADDRESS, nickname=REPORTER_NICKNAME)


def _text(chance: random.Random, secret: bool = True) -> tuple[str, tuple[str, ...]]:
    """A letter of some lines; the plain ones are to be kept."""
    plain = chance.sample(_PLAIN, chance.randint(2, 4))
    lines = list(plain)
    if secret:
        lines.insert(chance.randint(0, len(lines)), _secrets(chance.choice(_SAYS)))
    return "\n".join(lines) + "\n", tuple(plain)


def _members(chance: random.Random) -> tuple[dict[str, bytes], tuple[str, ...], tuple[str, ...]]:
    """Files of an archive, one of which tells the reporter; innocent words; names of those that do not."""
    names = chance.sample(_NAMES, chance.randint(2, 4))
    telling = chance.choice(names)
    in_name = chance.random() < 0.25
    members, kept, identical = dict[str, bytes](), list[str](), list[str]()
    for name in names:
        text, plain = _text(chance, name == telling and not in_name)
        label = f"{REPORTER_NAME}投诉" if name == telling and in_name else name
        path = f"{chance.choice(('', '', '材料/'))}{label}.{chance.choice(('txt', 'md', 'txt'))}"
        members[path] = text.encode(chance.choice(("utf-8", "utf-8", "gb18030")))
        kept += plain
        if name != telling:
            identical.append(path)
    return members, tuple(kept), tuple(identical)


def _in_folder(folder: Path, members: dict[str, bytes], command: list[str], out: str) -> bytes:
    with tempfile.TemporaryDirectory(dir=folder) as place:
        for name, data in members.items():
            path = Path(place) / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        tops = sorted({name.partition("/")[0] for name in members})
        subprocess.run([*command, *tops], cwd=Path(place) / "in", check=True, capture_output=True)
        return (Path(place) / "in" / out).read_bytes()


def _zip_by_python(chance: random.Random, folder: Path) -> Made:
    members, kept, identical = _members(chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return "材料.zip", out.getvalue(), kept, identical


def _zip_by_infozip(chance: random.Random, folder: Path) -> Made:
    members, kept, identical = _members(chance)
    return "files.zip", _in_folder(folder, members, ["zip", "-qr", "x.zip"], "x.zip"), kept, identical


def _zip_by_seven(chance: random.Random, folder: Path) -> Made:
    members, kept, identical = _members(chance)
    return "材料.zip", _in_folder(folder, members, ["7z", "a", "-bd", "-tzip", "x.zip"], "x.zip"), kept, identical


def _tar_by_gnu(chance: random.Random, folder: Path) -> Made:
    members, kept, identical = _members(chance)
    how, ending = chance.choice((("z", "tar.gz"), ("j", "tar.bz2"), ("J", "tar.xz"), ("", "tar")))
    kind = chance.choice(("gnu", "pax"))
    data = _in_folder(folder, members, ["tar", f"-c{how}f", "x.tar", f"--format={kind}"], "x.tar")
    return f"材料.{ending}", data, kept, identical


def _tar_in_zip(chance: random.Random, folder: Path) -> Made:
    members, kept, _ = _members(chance)
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    text, plain = _text(chance, secret=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("inner.tar.gz", inner.getvalue())
        file.writestr("说明.txt", text)
    return "全部.zip", out.getvalue(), (*kept, *plain), ("说明.txt",)


def _document_in_zip(chance: random.Random, folder: Path) -> Made:
    """A document by LibreOffice beside a text."""
    text, _ = _text(chance)
    ending = chance.choice(("docx", "odt"))
    with tempfile.TemporaryDirectory(dir=folder) as place:
        (Path(place) / "x.txt").write_text(text, encoding="utf-8-sig")
        command = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", ending]
        subprocess.run([*command, "--outdir", place, f"{place}/x.txt"], check=True, capture_output=True)
        document = (Path(place) / f"x.{ending}").read_bytes()
    beside, plain = _text(chance, secret=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(f"通知.{ending}", document)
        file.writestr("说明.txt", beside)
    return "通知.zip", out.getvalue(), plain, ("说明.txt",)


def _gzip(chance: random.Random, folder: Path) -> Made:
    text, kept = _text(chance)
    out = io.BytesIO()
    with gzip.GzipFile("notes.txt", "wb", fileobj=out) as file:
        file.write(text.encode())
    return "notes.txt.gz", out.getvalue(), kept, ()


def _seven(chance: random.Random, folder: Path) -> Made:
    members, _, _ = _members(chance)
    return "材料.7z", _in_folder(folder, members, ["7z", "a", "-bd", "x.7z"], "x.7z"), (), ()


def _inner_mail(chance: random.Random) -> tuple[bytes, tuple[str, ...]]:
    text, kept = _text(chance)
    subject = chance.choice(("转交材料", "情况核实", f"关于{REPORTER_NAME}的投诉"))
    if chance.random() < 0.5:
        message = EmailMessage()
        message.set_content(
            text, charset=chance.choice(("utf-8", "gb2312")), cte=chance.choice(("base64", "quoted-printable"))
        )
        if chance.random() < 0.5:
            message.add_alternative("".join(f"<p>{line}</p>" for line in text.splitlines()), subtype="html")
        out: EmailMessage | MIMEMultipart = message
    else:
        out = MIMEMultipart("mixed")
        out.attach(MIMEText(text, "plain", "utf-8"))
        out.attach(MIMEText("<br>".join(text.splitlines()), "html", "utf-8"))
    out["From"], out["To"], out["Subject"] = "审核组 <review@platform.example>", SENDER, subject
    out["Date"], out["Message-ID"] = "Fri, 18 Sep 2020 10:00:00 +0800", f"<{chance.getrandbits(64):x}@platform.example>"
    return out.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), kept


def _eml(chance: random.Random, folder: Path) -> Made:
    data, kept = _inner_mail(chance)
    return "转发.eml", data, kept, ()


def _eml_in_zip(chance: random.Random, folder: Path) -> Made:
    data, kept = _inner_mail(chance)
    text, plain = _text(chance, secret=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mail.eml", data)
        file.writestr("说明.txt", text)
    return "邮件.zip", out.getvalue(), (*kept, *plain), ("说明.txt",)


def _theirs(chance: random.Random, folder: Path) -> Made:
    """The reporter's own mail, forwarded: it goes whole."""
    message = EmailMessage()
    message["From"], message["To"] = f"{REPORTER_NAME} <{REPORTER_ADDRESS}>", SENDER
    message["Subject"], message["Message-ID"] = "投诉", f"<{chance.getrandbits(64):x}@mail.example>"
    message.set_content(_text(chance)[0])
    return "来信.eml", message.as_bytes(), (), ()


def _mbox(chance: random.Random, folder: Path) -> Made:
    path = folder / f"box-{chance.getrandbits(64):x}"
    kept: tuple[str, ...] = ()
    box = mailbox.mbox(path)
    for _ in range(chance.randint(2, 4)):
        data, plain = _inner_mail(chance)
        box.add(data)
        kept += plain
    box.close()
    data = path.read_bytes()
    path.unlink()
    return "往来.mbox", data, kept, ()


def _card(chance: random.Random, folder: Path) -> Made:
    card = vobject.vCard()
    card.add("n").value = vobject.vcard.Name(family=REPORTER_NAME[:1], given=REPORTER_NAME[1:])
    card.add("fn").value = REPORTER_NAME
    card.add("tel").value = REPORTER_PHONE
    if chance.random() < 0.5:
        card.add("email").value = REPORTER_ADDRESS
    if chance.random() < 0.5:
        card.add("nickname").value = REPORTER_NICKNAME
    card.add("note").value = chance.choice(_PLAIN)  # goes with the rest of a card whose name is gone
    return "联系人.vcf", card.serialize().encode(), (), ()


def _calendar(chance: random.Random, folder: Path) -> Made:
    calendar, event = icalendar.Calendar(), icalendar.Event()
    calendar.add("prodid", "-//platform//kefu//")
    calendar.add("version", "2.0")
    note = chance.choice(_PLAIN)
    start = datetime(2020, 9, 18, chance.randint(1, 9), tzinfo=UTC)
    event.add("uid", f"{chance.getrandbits(64):x}@platform.example")
    event.add("summary", chance.choice(("投诉说明会", f"{REPORTER_NAME}投诉的说明会")))
    event.add("dtstart", start)
    event.add("dtend", start + timedelta(hours=1))
    event.add("description", f"{note}\n{_secrets(chance.choice(_SAYS))}")
    if chance.random() < 0.3:
        attendee = icalendar.vCalAddress(f"mailto:{REPORTER_ADDRESS}")
        attendee.params["CN"] = REPORTER_NAME
        event.add("attendee", attendee)
    calendar.add_component(event)
    return "会议.ics", calendar.to_ical(), (note,), ()


def _table(chance: random.Random, folder: Path) -> Made:
    """Facts of one case beside each other: the reporter's name stands in no list."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    note = chance.choice(_PLAIN)
    writer.writerows((("项目", "内容"), ("说明", note), ("备注", _secrets(chance.choice(_SAYS)))))
    data = out.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "gb18030")))
    return "情况.csv", data, (note,), ()


def _plain(chance: random.Random, folder: Path) -> Made:
    text, kept = _text(chance)
    return (
        f"说明.{chance.choice(('txt', 'md'))}",
        text.encode(chance.choice(("utf-8", "gb18030", "utf-8-sig"))),
        kept,
        (),
    )


def _json(chance: random.Random, folder: Path) -> Made:
    note = chance.choice(_PLAIN)
    data = {"case": chance.randint(1000, 9999), "note": note, "text": _secrets(chance.choice(_SAYS))}
    return "case.json", json.dumps(data, ensure_ascii=chance.random() < 0.5, indent=2).encode(), (note,), ()


def _viewers(chance: random.Random) -> list[str]:
    names = ["王建国", "李秀英", "陈志强", "刘晓燕", "赵文博"]
    chance.shuffle(names)
    return [*names[:4], REPORTER_NAME]


def _list(chance: random.Random, folder: Path) -> Made:
    """One name among many: which one is missing would be seen."""
    out = io.StringIO()
    rows = [(name, str(chance.randint(1, 900))) for name in _viewers(chance)]
    chance.shuffle(rows)
    csv.writer(out).writerows([("观众", "金额"), *rows])
    return "名单.csv", out.getvalue().encode(), (), ()


def _cards(chance: random.Random, folder: Path) -> Made:
    cards = []
    for name in _viewers(chance):
        card = vobject.vCard()
        card.add("n").value = vobject.vcard.Name(family=name[:1], given=name[1:])
        card.add("fn").value = name
        cards.append(card.serialize())
    chance.shuffle(cards)
    return "通讯录.vcf", "".join(cards).encode(), (), ()


def _named_files(chance: random.Random, folder: Path) -> Made:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in _viewers(chance):
            file.writestr(f"{name}.txt", "见附件。")
    return "名单.zip", out.getvalue(), (), ()


def _locked(chance: random.Random, folder: Path) -> Made:
    members, _, _ = _members(chance)
    data = _in_folder(folder, members, ["7z", "a", "-bd", "-tzip", f"-p{chance.getrandbits(64):x}", "x.zip"], "x.zip")
    return "加密.zip", data, (), ()


_REWRITTEN: tuple[Callable[[random.Random, Path], Made], ...] = (
    _zip_by_python, _zip_by_infozip, _zip_by_seven, _tar_by_gnu, _tar_in_zip, _document_in_zip, _gzip, _seven, _eml,
    _eml_in_zip, _theirs, _mbox, _card, _calendar, _table, _plain, _json,
)  # fmt: skip
_HELD = (_list, _cards, _named_files, _locked)
_BODIES = (
    "您好，现将有关投诉的材料发送给您，请查收附件。\n",
    "您好：\n附件为投诉处理通知，请按要求回复。\n\n平台客服\n",
    "Please find the documents on the complaint attached.\n",
)


def cases(chance: random.Random, count: int, folder: Path) -> Iterator[Case]:
    """Messages with one such file; one in six should be held."""
    for number in range(count):
        held = number % 6 == 5
        make = _HELD[number // 6 % len(_HELD)] if held else _REWRITTEN[(number - number // 6) % len(_REWRITTEN)]
        name, data, kept, identical = make(chance, folder)
        yield Case(
            make.__name__.strip("_").replace("_", "-"),
            name,
            _mail(chance, name, data),
            kept,
            identical,
            "hold" if held else "rewrite",
        )


def _mail(chance: random.Random, name: str, data: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = f"客服 <{SENDER}>", f"{PARTY_NAME} <{PARTY_ADDRESS}>"
    message["Subject"], message["Date"] = "投诉处理材料", "Fri, 18 Sep 2020 12:00:00 +0800"
    message["Message-ID"] = f"<{chance.getrandbits(64):x}@platform.example>"
    message.set_content(chance.choice(_BODIES))
    if name.endswith(".eml") and chance.random() < 0.6:
        message.add_attachment(email.message_from_bytes(data, policy=email.policy.default))
    else:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def words(data: bytes, suffix: str) -> str:
    """All names and texts in a file, unpacked by 7-Zip as deep as it goes; mails, cards and calendars taken apart."""
    found: list[str] = []
    _look(data, suffix.lower().removeprefix("."), found, 0)
    return "\n".join(found)


def _look(data: bytes, suffix: str, found: list[str], depth: int) -> None:
    if data[:2] in (b"PK", b"\x1f\x8b", b"BZ", b"7z") or data[:6] == b"\xfd7zXZ\0" or data[257:262] == b"ustar":
        if depth < 6:
            _unpack(data, suffix, found, depth)
        return
    if suffix in ("eml", "mbox") or data.startswith((b"From ", b"Content-", b"MIME-", b"From:")):
        mails = data.split(b"\nFrom ") if data.startswith(b"From ") else [data]
        for mail in mails:
            rest = mail.partition(b"\n")[2] if not mail.startswith((b"From:", b"Content-", b"MIME-")) else mail
            _mail_words(rest, found, depth)
        return
    if suffix == "vcf":
        for card in vobject.readComponents(_decoded(data)):
            found += [str(line.value) for line in card.lines()]
    elif suffix == "ics":
        calendar = icalendar.Calendar.from_ical(data)
        found += [str(value) for part in calendar.walk() for value in part.values()]
    elif suffix == "json":
        found.append(str(json.loads(data)))
    found.append(_decoded(data))


def _mail_words(data: bytes, found: list[str], depth: int) -> None:
    mail = email.message_from_bytes(data, policy=email.policy.default)
    for part in mail.walk():
        found += [str(value) for value in part.values()]
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            _look(content, str(part.get_filename() or "").rpartition(".")[2], found, depth + 1)


def _unpack(data: bytes, suffix: str, found: list[str], depth: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        packed = Path(folder) / f"packed.{suffix or 'bin'}"
        packed.write_bytes(data)
        out = Path(folder) / "out"
        subprocess.run(["7z", "x", "-bd", "-y", "-p", f"-o{out}", packed], check=False, capture_output=True)
        for path in sorted(out.rglob("*")) if out.exists() else ():
            found.append(str(path.relative_to(out)))
            if path.is_file():
                _look(path.read_bytes(), path.suffix.removeprefix("."), found, depth + 1)


def _decoded(data: bytes) -> str:
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
