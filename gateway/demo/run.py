"""`hushgate demo`: the court case over real SMTP, from a fresh store to a table of verdicts.

Everything lies below one folder: the material, the store, what the world got (`outbox/`), pictures of what was
changed (`pictures/`). Exit code 0 only if every verdict was the right one and nothing of the reporter got out.
"""

import asyncio
import hashlib
import shutil
import smtplib
import sys
from dataclasses import dataclass, field
from pathlib import Path

from gateway.demo import drawing
from gateway.demo.case import DOMAIN, SECRETS, STAFF, Case, DemoMail, build
from gateway.demo.trace import traces, words_of
from gateway.errors import Problem
from gateway.intake.importer import import_file
from gateway.model import Action, HeldSummary
from gateway.service.listeners import shown_address
from gateway.service.single_process import Running, running
from gateway.service.wiring import Application, open_house
from gateway.smtp.sink import Outbox
from gateway.text.terminal_table import aligned

_MARK = ".hushgate-demo"
_ACTIONS = {"pass": "放行 pass", "redact": "改写 redact", "quarantine": "扣留 hold", "reject": "拒收 reject"}
_KINDS = {
    "name": "姓名 name",
    "nickname": "昵称 nickname",
    "address": "邮箱 address",
    "phone": "电话 phone",
    "account": "账号 account",
    "government_id": "证件号 id",
    "circumstance": "旁证 circumstance",
    "avatar": "头像 avatar",
    "qr_code": "二维码 code",
    "material": "举报材料 material",
    "thread": "来信线索 thread",
    "personal_data": "个人信息 personal data",
    "uninspectable": "无法检查 unreadable",
    "malformed": "格式异常 malformed",
}


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What became of one mail: the action as the world and the client could tell it, and whether that was right."""

    mail: DemoMail
    action: Action
    answer: str
    why: str
    got: bytes | None = field(repr=False)
    faults: tuple[str, ...] = ()


def run(folder: Path, *, once: bool) -> int:
    """Build, serve, send, judge, print. Without `once` it stays up with the console until Ctrl-C."""
    _fresh(folder)
    print(f"演示目录 demo folder: {folder}", flush=True)
    case = build(folder / "material")
    try:
        outcomes = asyncio.run(_demo(folder, case, once=once))
    except KeyboardInterrupt:
        return 0
    return 0 if outcomes and not any(outcome.faults for outcome in outcomes) else 1


async def _demo(folder: Path, case: Case, *, once: bool) -> list[DemoOutcome]:
    async with Outbox(folder=folder / "outbox") as outbox:
        config = _configure(folder, outbox.port)
        with open_house(config, {}) as house:
            print("读取举报材料（含文字识别）… reading what was handed in", flush=True)
            imported = await asyncio.to_thread(
                import_file, case.reports, house.reader(), house.store.reports, "demo", (DOMAIN,)
            )
            print(f"已导入举报 reports imported: {', '.join(imported.reports)}", flush=True)
            # The demo prints its own table; the log of a service goes to its stderr.
            async with running(house, lambda event: None) as service:
                print(f"网关 relay {shown_address(service.smtp)} → 发件箱 outbox {folder / 'outbox'}", flush=True)
                outcomes = [await _send(mail, service, outbox, house, case) for mail in case.mails]
                _pictures(folder / "pictures", outcomes)
                _print(outcomes, folder)
                if not once:
                    await _stay(service)
    return outcomes


async def _send(mail: DemoMail, service: Running, outbox: Outbox, house: Application, case: Case) -> DemoOutcome:
    before, held = len(outbox.messages), {summary.id for summary in house.store.quarantine.summaries()}
    answer = await asyncio.to_thread(_submit, mail, service.smtp)
    news = outbox.messages[before:]
    got = news[0].content if news else None
    new = [summary for summary in house.store.quarantine.summaries() if summary.id not in held]
    action: Action = "quarantine" if got is None else "pass" if _under_one_field(got, mail.content) else "redact"
    why = (
        _why(new[0])
        if new
        else "与举报无关的内容 nothing of a reporter"
        if action == "pass"
        else "身份信息已替换 replaced"
    )
    faults = []
    if action != mail.expected:
        faults.append(f"expected {mail.expected}, was {action}")
    if action == "quarantine" and not new:
        faults.append("not held")
    if len(news) > 1:
        faults.append("sent twice")
    if got is not None and mail.recipient != "yuanshan@streamers.example":
        forbidden = frozenset(hashlib.sha256(path.read_bytes()).digest() for path in case.forbidden)
        faults += traces(got, SECRETS, forbidden)
        faults += [f"lost {word!r}" for word in mail.must_stay if word not in words_of(got)]
    return DemoOutcome(mail, action, answer, why, got, tuple(faults))


def _submit(mail: DemoMail, address: tuple[str, int]) -> str:
    with smtplib.SMTP(*address, timeout=180) as client:
        client.ehlo("staff.platform.example")
        for code, text in (client.mail(STAFF), client.rcpt(mail.address)):
            if code != 250:
                return f"{code} {text.decode('ascii', 'replace')}"
        code, text = client.data(mail.content)
        return f"{code} {text.decode('ascii', 'replace')}"


def _under_one_field(got: bytes, sent: bytes) -> bool:
    """Is `got` the mail as it was sent, under exactly one added `Received` field?"""
    if not got.endswith(sent):
        return False
    added = got[: len(got) - len(sent)]
    return added.startswith(b"Received: ") and added.endswith(b"\r\n") and added.count(b"\r\n") == _fold_count(added)


def _fold_count(field_: bytes) -> int:
    """Line ends that one field may have: its own, and one before each folded line."""
    lines = field_.split(b"\r\n")[:-1]
    return 1 + sum(line[:1] in (b" ", b"\t") for line in lines[1:])


def _why(held: HeldSummary) -> str:
    kinds = "、".join(_KINDS.get(kind, kind) for kind in held.kinds)
    return f"{kinds} ({held.rule})"


def _pictures(folder: Path, outcomes: list[DemoOutcome]) -> None:
    """Each rewritten mail as it was and as it went out."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, outcome in enumerate(outcomes, 1):
        if outcome.action == "redact" and outcome.got is not None:
            for name, content in (("before", outcome.mail.content), ("after", outcome.got)):
                lines = words_of(content).splitlines()
                fields = (f"发件人：平台客服 <{STAFF}>", f"收件人：{outcome.mail.address}")
                picture = drawing.mail(lines[0], fields, drawing.wrapped([line for line in lines[1:] if line.strip()]))
                (folder / f"{number:02d}-{name}.png").write_bytes(drawing.png(picture))


def _print(outcomes: list[DemoOutcome], folder: Path) -> None:
    rows = [["", "邮件 mail", "收件人 to", "判定 verdict", "收到 what they got", "原因 why"]]
    for number, outcome in enumerate(outcomes, 1):
        got = {"pass": "原样 as sent", "redact": "改写后 rewritten"}.get(outcome.action, "没有收到 nothing")
        mark = "✗" if outcome.faults else "✓"
        mail = outcome.mail
        rows.append([f"{mark}{number:3d}", mail.title, mail.who, _ACTIONS[outcome.action], got, outcome.why])
        rows.append(["", f"  {mail.title_en}", "", "", "", ""])
    print()
    print("\n".join(aligned(rows)))
    print()
    for number, outcome in enumerate(outcomes, 1):
        for fault in outcome.faults:
            print(f"✗ {number}: {fault}（{outcome.answer}）")
    wrong = sum(bool(outcome.faults) for outcome in outcomes)
    right = len(outcomes) - wrong
    print(f"{right} of {len(outcomes)} right; 判定正确 {right}，错误 {wrong}")
    print(f"改写前后的截图 before and after: {folder / 'pictures'}", flush=True)


async def _stay(service: Running) -> None:
    print()
    if service.setup_link:
        print(f"审核页面（首次设置） console, first set-up: {service.setup_link}")
    print(f"继续试发 send more to {shown_address(service.smtp)}；按 Ctrl-C 结束 Ctrl-C to stop", flush=True)
    await asyncio.Event().wait()


def _configure(folder: Path, upstream: int) -> Path:
    config = folder / "config"
    config.mkdir()
    (config / "gateway.toml").write_text(
        f"""[smtp]
listen = "127.0.0.1:0"
[upstream]
host = "127.0.0.1"
port = {upstream}
[storage]
url = "sqlite:///{folder.resolve() / "hushgate.db"}"
key_file = "{folder.resolve() / "master.key"}"
[organization]
domains = ["{DOMAIN}"]
[console]
listen = "127.0.0.1:0"
""",
        encoding="utf-8",
    )
    return config


def _fresh(folder: Path) -> None:
    """An empty folder; one that an earlier demo made is emptied, any other is left alone."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise Problem(str(folder), "not empty, and not made by a demo", "give another --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("made by `hushgate demo`; removed by the next one\n", encoding="utf-8")


if sys.stdout.encoding and sys.stdout.encoding.lower() not in ("utf-8", "utf8"):
    # A C locale must not stop the demo at its first Chinese character.
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]  # a TextIOWrapper here
