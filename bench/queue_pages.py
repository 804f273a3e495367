"""How long the queue takes over a million held messages, and how much memory the console has then.

    .venv/bin/python bench/queue_pages.py FOLDER [MESSAGES] [ROUNDS]

Makes a store in FOLDER where there is none (a quarter of an hour and 4 GB for a million), starts the real service over
it, signs in, and asks for each page ROUNDS times over HTTP. Prints p50 and p95 of each, its processor time in the
console, and the resident memory of the console.

What is not as in a store that grew: rows are written by SQLite's own bulk insert, in one go and with their terms
sorted, and the bytes of messages and their readings (which the queue never reads) are left out. Rows, seals, keyed
terms, campaigns and indexes are those of `storage.quarantine`, made by its own codec.
"""

import http.client
import os
import random
import re
import secrets
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlencode

from gateway.console import passwords
from gateway.model import Client, Envelope, Finding, HeldReason, Location, Recipient
from gateway.service.wiring import open_house
from gateway.storage.chunks import HELD
from gateway.storage.context import stamp
from gateway.storage.encrypted_codec import seal
from gateway.storage.held_listing import ListedMessage
from gateway.storage.held_terms import term_key
from gateway.storage.protocols import Person
from gateway.storage.quarantine import HeldEvidence
from gateway.text.search_terms import term_of_id, terms_of_address, terms_of_text
from gateway.vault.vault import Vault

CONFIG = """[smtp]
listen = "127.0.0.1:0"
processes = 1
[upstream]
host = "127.0.0.1"
port = 9
[storage]
url = "sqlite:///{folder}/hushgate.db"
key_file = "{folder}/master.key"
[organization]
domains = ["platform.example"]
[console]
listen = "127.0.0.1:0"
"""
WORDS = (
    "请核实直播内容", "补充材料", "转发举报情况", "关于违规通报", "退款进度", "账号申诉结果", "活动通知",
    "订单问题回复", "整改要求", "约谈安排", "complaint about your stream", "refund status", "account appeal",
    "meeting on Monday",
)  # fmt: skip
STATES = ("held", "discarded", "released", "returned")
SHARES = (0.7, 0.1, 0.15, 0.05)
NAME, PASSWORD = "bench", "a long enough password"
RARE, COMMON = "罕见标记", "platform.example"


def messages(vault: Vault, count: int) -> Iterator[tuple[tuple[object, ...], list[int]]]:
    """Rows of `held`, and the keys of their terms."""
    chance = random.Random(20200918)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    keys: dict[str, int] = {}

    def key(term: str) -> int:
        if term not in keys:
            if len(keys) > 300_000:
                keys.clear()
            keys[term] = term_key(vault, term)
        return keys[term]

    campaign, left = b"", 0
    for number in range(1, count + 1):
        held = f"Q-{number:010X}"
        sender = f"kefu{chance.randrange(500):03}@platform.example"
        recipient = f"u{chance.randrange(count // 5 + 1)}@d{chance.randrange(2000)}.example"
        subject = f"请核实 {chance.choice(WORDS)} {chance.randrange(50_000)}"
        if number % (count // 5 + 1) == count // 10:
            subject += f" {RARE}"
        if left == 0 and chance.random() < 0.002:
            campaign, left = secrets.token_bytes(32), 20_000 if number == count // 2 else 30
        left, same = max(0, left - 1), left > 0
        report = f"R-2026-{chance.randrange(3000):04}"
        reason = HeldReason("material", report, "attachment", 2, original=True, sort="letter", more=3)
        listed = ListedMessage(
            sender, (recipient,), (report,), ("material", "name"), (sender, recipient), "", subject, "平台客服",
            (sender,), reason, ("material",),
        )  # fmt: skip
        envelope = Envelope(sender, (Recipient(recipient),), Client("192.0.2.7", "desk"), start, (), b"Received: x\r\n")
        findings = tuple(
            Finding("name", report, Location("2"), "document", "names", 0.9, "exact", n, (n, n + 3)) for n in range(6)
        )
        state = chance.choices(STATES, SHARES)[0] if number % 1000 else "uncertain"
        when = stamp(start + timedelta(seconds=number))
        row = (
            number, held, when, state, "material", 40_000, secrets.token_bytes(32), "", None, 0,
            seal(vault, listed, HELD.context(held, "summary")),
            seal(vault, HeldEvidence(envelope, findings, ("material",) * 6), HELD.context(held, "evidence")),
            campaign if same else secrets.token_bytes(32), 0, when if state != "held" else None,
        )  # fmt: skip
        terms = {term_of_id(held), term_of_id(report), *terms_of_address(sender), *terms_of_address(recipient, False)}
        yield row, [key(term) for term in {*terms, *terms_of_text(subject), *terms_of_text("平台客服")}]


def build(folder: Path, count: int) -> None:
    """A store with so many messages."""
    (folder / "gateway.toml").write_text(CONFIG.format(folder=folder))
    with open_house(folder, os.environ) as house:
        vault = house.store._ground.vault  # type: ignore[attr-defined]  # of SqlStore; rows are made as it makes them
    started = time.perf_counter()
    connection = sqlite3.connect(folder / "hushgate.db", isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -400000")
    dropped = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name IN ('held', 'held_terms') AND sql != ''"
    ).fetchall()
    for name, _ in dropped:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    connection.execute("CREATE TEMP TABLE unsorted (key INTEGER, held INTEGER)")
    rows: list[tuple[object, ...]] = []
    terms: list[tuple[int, int]] = []

    def flush() -> None:
        connection.executemany(f"INSERT INTO held VALUES ({', '.join('?' * 15)})", rows)
        connection.executemany("INSERT INTO unsorted VALUES (?, ?)", terms)
        rows.clear()
        terms.clear()

    for number, (row, keys) in enumerate(messages(vault, count), 1):
        rows.append(row)
        terms += [(key, number) for key in keys]
        if number % 20_000 == 0:
            flush()
            print(f"{number} of {count} in {time.perf_counter() - started:.0f} s", flush=True)
    flush()
    connection.execute("INSERT INTO held_terms SELECT key, held FROM unsorted ORDER BY key, held")
    connection.execute("COMMIT")
    for _, sql in dropped:
        connection.execute(sql)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    print(f"built in {time.perf_counter() - started:.0f} s", flush=True)


class Browser:
    """One connection that stays signed in."""

    def __init__(self, address: str, session: str) -> None:
        host, _, port = address.rpartition(":")
        self._connection = http.client.HTTPConnection(host, int(port), timeout=60)
        self._headers = {"Cookie": f"hushgate={session}; lang=zh", "Sec-Fetch-Site": "same-origin"}

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and page."""
        self._connection.request("GET", path, headers=self._headers | headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()


def measure(folder: Path, rounds: int) -> None:
    """Ask the real service."""
    session = secrets.token_urlsafe(32)
    with open_house(folder, os.environ) as house:
        now, people = datetime.now(UTC), house.store.people
        if people.find(NAME) is None:
            link = secrets.token_urlsafe(32)
            people.issue_setup(link, now + timedelta(hours=1))
            assert people.set_up(link, Person(NAME, "lead", passwords.hashed(PASSWORD)), now)
        people.open_session(session, NAME, now + timedelta(hours=8))
    command = [sys.executable, "-m", "gateway", "serve", "--config", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip().rpartition(" ")[2]
            browser = Browser(address, session)
            console = _console(process.pid)
            print(f"console at its start: {_memory(console):.0f} MB resident")
            print(f"{'page':44} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'rows':>5}")
            for name, path in _pages():
                _time(browser, console, name, path, rounds)
            print(f"console at the end: {_memory(console):.0f} MB resident; load {os.getloadavg()[0]:.1f}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _pages() -> Iterator[tuple[str, str]]:
    yield "first page", "/"
    yield "first page, newest first", "/?order=newest"
    with sqlite3.connect(f"file:{quote(sys.argv[1])}/hushgate.db?mode=ro", uri=True) as connection:
        (most,) = connection.execute("SELECT max(number) FROM held").fetchone()
        (half,) = connection.execute("SELECT id FROM held WHERE number = ?", (most // 2,)).fetchone()
    yield "deep page, from the middle", f"/?after={most // 2}"
    yield "deep page, near the end", f"/?after={most - 100}"
    for status in ("held", "uncertain", "proposed", "releasing", "released", "returned", "discarded", "all"):
        yield f"filter {status}", f"/?status={status}"
    asked = {
        "a rare word": RARE,
        "a word of every message": "核实",
        "the domain of every sender": COMMON,
        "two words of many messages": "refund 核实",
        "two that never meet, both common": "refund 整改",
        "a sender": "kefu007@platform.example",
        "a recipient's domain": "d77.example",
        "a report": "R-2026-0077",
        "an id": half,
        "what nobody said": "天书奇谭",
    }
    for name, words in asked.items():
        yield f"search: {name}", "/?" + urlencode({"q": words})
    yield "search: common word among the uncertain", "/?" + urlencode({"q": "核实", "status": "uncertain"})
    yield "live line", f"/queue/news?since={most - 3}"


def _time(browser: Browser, console: int, name: str, path: str, rounds: int) -> None:
    browser.get(path)  # the first of its sort is not counted
    times, page, before = [], "", _cpu(console)
    for _ in range(rounds):
        started = time.perf_counter()
        status, page = browser.get(path)
        times.append((time.perf_counter() - started) * 1000)
        assert status == 200, (name, status)
    rows = len(re.findall(r"<li class=\"row", page))
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    cpu = (_cpu(console) - before) / rounds * 1000
    print(f"{name:44} {statistics.median(times):8.1f} {p95:8.1f} {cpu:8.1f} {rows:5}", flush=True)


def _cpu(pid: int) -> float:
    """Seconds of processor time so far: on a busy machine it says more than the clock."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _console(parent: int) -> int:
    """The service's process that serves the console."""
    children = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False).stdout.split()
    return next(int(pid) for pid in children if b"console" in Path(f"/proc/{pid}/cmdline").read_bytes())


def _memory(pid: int) -> float:
    """Megabytes."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    """Build, then measure."""
    folder = Path(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "hushgate.db").exists():
        build(folder, count)
    measure(folder, rounds)


if __name__ == "__main__":
    main()
