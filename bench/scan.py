"""How quick is `hushgate scan`, and what does keeping fingerprints of passed mail cost?

python bench/scan.py [MAILS] [FOLDER]

MAILS text mails in one mbox (300 by default), scanned by one process and by one per core, side by side with asking the
inspection itself mail by mail in one process, as `hushgate inspect` would. FOLDER, where it is given, is a Maildir or
folder of real mail with pictures: it is scanned, and read mail by mail by the same readers. The last lines are the
octets and the time that a passed mail takes in the store. On a busy machine only the ratios say anything.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from gateway.inspection.inspect import examine
from gateway.model import Client, Envelope, Message, Recipient
from gateway.reading.plain import plain_fingerprints
from gateway.service.scan.envelopes import written_in
from gateway.service.scan.scanning import scan
from gateway.service.scan.sources import MailPlace, mails_in
from gateway.service.wiring import open_house
from gateway.storage.passed_protocols import NewPassed

REPORT = {
    "id": "R-1",
    "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"]}],
    "reporter": {"names": ["张小鸣"], "phones": ["13800138000"]},
}
SENTENCES = (
    "感谢您的来信，您的申请已经受理。", "请在三个工作日内补充材料。", "活动结束后奖励会自动发放到账户。",
    "如有疑问，请直接回复本邮件。", "平台将于周五凌晨例行维护。", "您的订单已经发出，请注意查收。",
)  # fmt: skip


def content(number: int, draw: random.Random) -> bytes:
    to = "xinger@streamers.example" if number % 100 == 7 else f"kehu{number}@customers.example"
    lines = [draw.choice(SENTENCES) for _ in range(draw.randint(3, 30))]
    if number % 500 == 7:
        lines.append("反映问题的是张小鸣。")
    head = (
        f"From: kf{number % 9}@platform.example\nTo: {to}\nSubject: =?utf-8?B?5oKo5aW9?= {number}\n"
        f"Date: Mon, 30 Nov 2020 10:00:00 +0800\nMessage-ID: <{number}@platform.example>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
    )
    return (head + f"工单 {number * 7919}\n" + "\n".join(lines) + "\n").encode()


def scanned(config: Path, path: Path, jobs: int) -> tuple[float, int, int]:
    """Mails a second between the first tenth and the end, when all processes have started; how many mails, and how many
    found."""
    times: list[float] = []
    result = scan([path], config, os.environ, jobs=jobs, progress=lambda done: times.append(time.perf_counter()))
    first = len(times) // 10
    return (len(times) - 1 - first) / (times[-1] - times[first]), result.read, len(result.found)


def one_by_one(config: Path, path: Path) -> tuple[float, int]:
    """The inspection itself, one mail after the other."""
    with open_house(config, os.environ) as house:
        tools = house.tools()
        client, now = Client("127.0.0.1", "localhost"), datetime.now(UTC)

        def asked(data: bytes) -> None:
            data = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            written = written_in(data)
            envelope = Envelope(written.sender, tuple(map(Recipient, written.recipients)), client, now)
            examine(envelope, Message("x", data), tools)

        asked(content(7, random.Random(0)))
        begun, count = time.perf_counter(), 0
        for place in mails_in([path]):
            if isinstance(place, MailPlace):
                data = Path(place.path).read_bytes()
                data = data[place.start : place.start + place.length] if place.length >= 0 else data
                asked(data)
                count += 1
        return time.perf_counter() - begun, count


def kept(config: Path, count: int) -> None:
    """What a passed mail takes."""
    draw = random.Random(1)
    now = datetime.now(UTC)
    for letters in (500, 3000, 10_000):
        mails = []
        for number in range(count):
            text = "".join(draw.choice(SENTENCES) for _ in range(letters // 16))
            text = "".join(c if draw.random() < 0.7 else chr(draw.randrange(0x4E00, 0x9FA5)) for c in text)
            prints = plain_fingerprints(content(number, draw).replace(b"\n", b"\r\n") + text.encode())
            assert prints is not None
            mails.append(NewPassed(f"m-{number}", now, "kf@platform.example", (f"a{number}@b.example",), prints))
        with open_house(config, os.environ) as house:
            before = house.store.keeping.room().used
            begun = time.process_time()
            for at in range(0, count, 200):
                house.store.passed.add(mails[at : at + 200])
            spent = (time.process_time() - begun) / count * 1000
            used = (house.store.keeping.room().used - before) / count
        print(
            f"a passed mail of {letters:6} letters: {used:8.0f} octets in the store, {spent:.2f} ms of processor time"
        )


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    folder = Path(tempfile.mkdtemp())
    config = folder / "config"
    hushgate = [sys.executable, "-m", "gateway"]
    subprocess.run([*hushgate, "init", str(config)], check=True, capture_output=True)
    (folder / "r.jsonl").write_text(json.dumps(REPORT, ensure_ascii=False), encoding="utf-8")
    words = ["reports", "import", str(folder / "r.jsonl"), "--config", str(config)]
    subprocess.run([*hushgate, *words], check=True, capture_output=True)
    draw = random.Random(0)
    box = folder / "box"
    with box.open("wb") as file:
        for number in range(count):
            file.write(b"From kf@platform.example Mon Nov 30 10:00:00 2020\n" + content(number, draw) + b"\n")
    cores = os.cpu_count() or 1
    alone, _ = one_by_one(config, box)
    print(f"{count} text mails, the inspection one by one: {count / alone:.0f} a second")
    for jobs in sorted({1, cores}):
        rate, _, found = scanned(config, box, jobs)
        times = rate / (count / alone)
        print(f"the same by a scan, {jobs} process(es): {rate:.0f} a second ({times:.1f} x), {found} found")
    if len(sys.argv) > 2:
        path = Path(sys.argv[2])
        alone, count = one_by_one(config, path)
        print(f"{path.name}: {count} mails, one by one {count / alone:.1f} a second")
        for jobs in sorted({1, cores}):
            rate, _, _ = scanned(config, path, jobs)
            print(f"the same by a scan, {jobs} process(es): {rate:.1f} a second ({rate / (count / alone):.1f} x)")
    kept(config, 200)


if __name__ == "__main__":
    main()
