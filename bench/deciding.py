"""How long a client waits for the answer, by kind of mail: four at a time, through a real relay and real readers.

    .venv/bin/python bench/deciding.py [--mails 12] [--rounds 2] [--kinds exact,rezipped,…] [--beside FOLDER]

Each mail is new: its pictures were drawn for it and nobody saw them before. One report with a letter and three
screenshots of chats is open; all mail goes to whom it is about, but for `outside`. `--beside` runs another checkout of
the program in the same run, turn by turn, so that other work on the machine slows both; `CPU` is processor time of all
processes of a server for one mail, which it slows less. Also: how long an import takes, in a process that is warm.
"""

import argparse
import io
import json
import os
import platform
import random
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(Path(__file__).parent), str(ROOT / "tests"), str(ROOT)]
from forwarders.processes import cpu_seconds  # noqa: E402 - the folders come first
from PIL import Image  # noqa: E402 - the same

from gateway.demo.drawing import Bubble, avatar, chat, mail, png  # noqa: E402 - the same
from gateway.demo.letter import docx  # noqa: E402 - the same
from scene import Scene  # noqa: E402 - the same

PARTY, OUTSIDE, STAFF = "xinger@streamers.example", "fan@nobody-reported.example", "kefu07@platform.example"
NAME, PHONE = "张小鸣", "138 0013 8000"
AT_A_TIME = 4
GOALS = {
    "exact": (None, 0.3),
    "rezipped": (None, 0.3),
    "text": (0.15, 0.5),
    "rewritten": (0.15, 0.5),
    "office": (0.5, 2.0),
    "clean office": (0.5, 2.0),
    "archive": (1.5, 3.0),
    "screenshot": (2.0, 4.0),
    "clean screenshot": (2.0, 4.0),
}
WORDS = (
    *(
        "直播间",
        "昨晚",
        "观众",
        "礼物",
        "退款",
        "客服",
        "截图",
        "时间",
        "房间",
        "记录",
        "平台",
        "通知",
        "处理",
        "结果",
        "核实",
    ),
    *(
        "情况",
        "说明",
        "提交",
        "补充",
        "材料",
        "订单",
        "付款",
        "活动",
        "盲盒",
        "家长",
        "回复",
        "三日",
        "之内",
        "主播",
        "工会",
    ),
    *("违规", "推广", "规则", "页面", "截止", "确认", "附件", "联系", "安排", "提醒"),
)


def sentence(dice: random.Random, words: int = 14) -> str:
    """Chinese words in a row that nobody else has."""
    return "".join(dice.choice(WORDS) for _ in range(words)) + "。"


def phone_mail(dice: random.Random, *said: str) -> bytes:
    """A mail as a phone shows it, 1080 by 2400."""
    lines = [sentence(dice) for _ in range(16)]
    for number, text in enumerate(said):
        lines[3 * number + 2] = text
    drawn = mail("关于直播的核实", ("发件人:客服", "收件人:运营"), lines, ("客服", avatar(dice.randrange(10**6))))
    screen = Image.new("RGB", (1080, 2400), "white")
    screen.paste(drawn.crop((0, 0, 1080, min(2400, drawn.height))), (0, 0))
    return png(screen)


def phone_chat(dice: random.Random, *said: str) -> bytes:
    """A chat of two."""
    faces = [avatar(dice.randrange(10**6)) for _ in range(2)]
    bubbles = [Bubble(text, dice.random() < 0.5) for text in (*said, *(sentence(dice, 6) for _ in range(8)))]
    return png(chat("聊天", bubbles, *faces))


def packed(files: Sequence[tuple[str, bytes]], level: int = 6) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def rezipped(data: bytes) -> bytes:
    """An office file packed anew: other bytes, the same parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return packed([(name, archive.read(name)) for name in archive.namelist()], 9)


@dataclass
class Report:
    """What was handed in."""

    files: list[tuple[str, bytes]] = field(default_factory=list)

    @classmethod
    def made(cls, dice: random.Random) -> "Report":
        letter = docx([f"我是{NAME}，电话{PHONE}。", *(sentence(dice, 30) for _ in range(12))], NAME)
        pictures = [(f"聊天{n}.png", phone_chat(dice, sentence(dice, 8))) for n in range(3)]
        return cls([("举报信.docx", letter), *pictures])


def letter_of(text: str, *files: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = STAFF, PARTY, "请核实"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n", max_line_length=998))


def mail_of(kind: str, dice: random.Random, report: Report) -> bytes:
    """A new mail of that kind."""
    text = "您好：" + "\n".join(sentence(dice) for _ in range(5))
    tell = f"举报人{NAME}反映，电话{PHONE}"
    office = docx([sentence(dice, 25) for _ in range(20)] + ([tell] if kind in ("office", "archive") else []), "客服")
    match kind:
        case "exact":
            return letter_of(text, *report.files, *((f"{n}.png", phone_chat(dice)) for n in range(3)))
        case "rezipped":
            name, data = report.files[0]
            others = [(f"{n}.png", phone_chat(dice)) for n in range(3)]
            return letter_of(text, ("材料.zip", packed([(name, rezipped(data)), *others])))
        case "text":
            return letter_of(text)
        case "rewritten":
            return letter_of(text + f"\n\n举报人{NAME}反映您的直播，请说明。\n")
        case "office" | "clean office":
            return letter_of(text, ("说明.docx", office))
        case "archive":
            pictures = [(f"{n}.png", phone_chat(dice)) for n in range(3)]
            return letter_of(text, ("材料.zip", packed([*pictures, ("说明.docx", office)])))
        case "clean archive":
            pictures = [(f"{n}.png", phone_chat(dice)) for n in range(3)]
            return letter_of(text, ("材料.zip", packed([*pictures, ("说明.docx", office)])))
        case "screenshot":
            return letter_of(text, ("截图.png", phone_mail(dice, tell)))
        case "clean screenshot":
            return letter_of(text, ("截图.png", phone_mail(dice)))
        case _:
            return letter_of(text, ("聊天.png", phone_chat(dice, tell)))


KINDS = (*GOALS, "clean archive", "chat picture")
WANTED = {
    "warm": "250",
    "text": "250",
    "rewritten": "250",
    "clean office": "250",
    "clean screenshot": "250",
    "clean archive": "250",
}


@dataclass
class Server:
    """One checkout at work. `waits` in seconds and `cpu` of a mail, by kind."""

    name: str
    scene: Scene
    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    odd: list[str] = field(default_factory=list)

    def send(self, content: bytes) -> tuple[float, str]:
        """How long the answer to the final dot took, and what it was."""
        with smtplib.SMTP(*self.scene.smtp, timeout=300) as client:
            client.ehlo("desk")
            client.mail(STAFF)
            client.rcpt(PARTY)
            began = time.monotonic()
            code, said = client.data(content)
            return time.monotonic() - began, f"{code} {said.decode(errors='replace')[:12]}"

    def rest(self, seconds: float = 60.0) -> None:
        """Wait until it does nothing: what was held early is looked through when no mail waits."""
        until, before = time.monotonic() + seconds, -1.0
        while time.monotonic() < until and (now := cpu_seconds(self.scene.process_id)) - before > 0.05:
            before = now
            time.sleep(1.0)

    def run(self, kind: str, mails: Sequence[bytes]) -> None:
        self.rest()
        before = cpu_seconds(self.scene.process_id)
        with ThreadPoolExecutor(AT_A_TIME) as clients:
            for wait, answer in clients.map(self.send, mails):
                self.waits[kind].append(wait)
                held = answer.startswith("250 2.7.1")
                if not answer.startswith("250") or held == (kind in WANTED):
                    self.odd.append(f"{kind}: {answer}")
        self.cpu[kind].append((cpu_seconds(self.scene.process_id) - before) / len(mails))


def started(name: str, folder: Path, code: Path, report: Report) -> Server:
    """A checkout with the report in its store."""
    (folder / "files").mkdir(parents=True)
    for file, data in report.files:
        (folder / "files" / file).write_bytes(data)
    entry = {
        "id": "R-1",
        "reported": [{"name": "星儿", "addresses": [PARTY]}],
        "reporter": {"names": [NAME], "phones": [PHONE]},
        "materials": [f"files/{file}" for file, _ in report.files],
    }
    (folder / "reports.jsonl").write_text(json.dumps(entry, ensure_ascii=False) + "\n", encoding="utf-8")
    scene = Scene(folder, environ={"PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"})
    scene.write_config("[reader]\nprocesses = 2\n")
    done = scene.cli("reports", "import", str(folder / "reports.jsonl"))
    assert done.returncode == 0, done.stderr
    scene.start()
    return Server(name, scene)


def imports(code: Path, folder: Path) -> float:
    """Seconds of an import of the report, the second one of a process."""
    program = """
import sys, time
from pathlib import Path
from gateway.sandbox.pool import ReaderPool
from gateway.intake.importer import import_file
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault
folder = Path(sys.argv[1])
store, pool, last = open_store(f"sqlite:///{folder}/i.db", Vault(b"k" * 32)), ReaderPool(2), 0.0
for number in (1, 2):
    path = folder / f"reports{number}.jsonl"
    began = time.monotonic()
    import_file(path, pool, store.reports, "t", ())
    last = time.monotonic() - began
print(last)
pool.close()
"""
    for number in (1, 2):
        report = Report.made(random.Random(f"import {number}"))
        names = []
        for file, data in report.files:
            name = f"files/{number} {file}"
            (folder / name).write_bytes(data)
            names.append(name)
        entry = {"id": f"R-{number}", "reported": [{"name": "星儿"}], "reporter": {"names": [NAME]}, "materials": names}
        (folder / f"reports{number}.jsonl").write_text(json.dumps(entry) + "\n", encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, env=environ, check=True
    )
    (folder / "i.db").unlink()
    return float(done.stdout)


def p95(values: Sequence[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


def show(servers: Sequence[Server], kinds: Sequence[str]) -> None:
    """A row for each kind."""
    print("\n| kind | goal |" + "".join(f" {one.name}: median / p95 (CPU) |" for one in servers))
    print("| --- |" * 1 + " --- |" * (1 + len(servers)))
    for kind in kinds:
        middle, late = GOALS.get(kind, (None, None))
        goal = " / ".join("" if value is None else f"{value:g}" for value in (middle, late))
        cells = [
            f"{statistics.median(waits):.2f} / {p95(waits):.2f} ({statistics.mean(one.cpu[kind]):.2f})"
            for one in servers
            for waits in (one.waits[kind],)
        ]
        print(f"| {kind} | {goal} | {' | '.join(cells)} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=12, help="of a kind in a round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--beside", type=Path, help="another checkout of the program")
    options = parser.parse_args()
    kinds = options.kinds.split(",")
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {AT_A_TIME} at a time")
    print(f"load average at the start {os.getloadavg()[0]:.2f}")
    report = Report.made(random.Random(0))
    codes = {"here": ROOT} | ({"beside": options.beside} if options.beside else {})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        servers = [started(title, folder / title, code, report) for title, code in codes.items()]
        try:
            for one in servers:  # warm: the engines are loaded
                one.run(
                    "warm", [mail_of("clean screenshot", random.Random(1000 + n), report) for n in range(AT_A_TIME)]
                )
            for number in range(options.rounds):
                for kind in kinds:
                    dice = random.Random(f"{number} {kind}")
                    mails = [mail_of(kind, dice, report) for _ in range(options.mails)]
                    for one in random.sample(servers, len(servers)):
                        one.run(kind, mails)
                print(f"round {number + 1}", file=sys.stderr)
            show(servers, kinds)
            for one in servers:
                print(f"\n{one.name}: {len(one.odd)} unexpected answers {sorted(set(one.odd))}")
        finally:
            for one in servers:
                one.scene.close()
        taken = {title: imports(code, folder / title) for title, code in codes.items()}
        print("\nimport, warm: " + ", ".join(f"{title} {seconds:.2f} s" for title, seconds in taken.items()))
    print(f"load average at the end {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
