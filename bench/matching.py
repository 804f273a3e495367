"""Looking a mail up among a million open reports: how long it takes, and how that grows from a thousand on.

    .venv/bin/python bench/matching.py [--reports 1000,10000,100000,1000000] [--mails 300] [--folder /tmp/matching]

Each report is synthetic: 10 materials (a letter of 700 letters, a mail of 450, three screenshots whose OCR gives 150
each, five files known by their bytes; the screenshots have picture hashes and words of their points), a party, an
address, a phone and an account of the reporter. The fingerprints are random numbers where the real ones are: under
their key they could not be told apart. A few reports with real texts lie among them, and are looked for.

The store is filled in bulk, in the order of its keys, as a restore would; look-ups run through the product's own code:
`text_prints` and `candidates` of a mail of 10 KB, `Marks.trace`, `audience_of`. `cold` is after the kernel was told to
forget the file (POSIX_FADV_DONTNEED). p99 is of single mails, by the wall clock, and `cpu` by the processor's, which
other work on the machine does not stretch as much.
"""

import argparse
import gc
import os
import platform
import random
import re
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from gateway.fingerprints.identifiers import identifier_prints
from gateway.fingerprints.winnowing import material_prints, text_prints
from gateway.matching.audience import TrustedRecipients, audience_of
from gateway.model import Client, Envelope, Fingerprints, Item, MaterialMark, Party, Recipient, Report
from gateway.storage import bloom_filter
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault

PRINTS = 200  # of five texts, 1,600 letters: one print in eight letters
PICTURE_KEYS = 3 * (35 + 96)  # of the whole, and of the points of a piece
OTHERS = 10 + 3 + 1  # files, the reporter's address, phone and account, a Message-ID
WORDS = PRINTS + OTHERS
A_REPORT = WORDS + PICTURE_KEYS
HAN = [chr(code) for code in range(0x4E00, 0x5E00)]
KEY = b"k" * 32
_ROWS = 2000


def letter(chosen: random.Random, length: int) -> str:
    """Han at random: no two share a run."""
    return "".join(chosen.choice(HAN) for _ in range(length))


def real_reports(count: int) -> list[tuple[Report, str]]:
    """A few reports with texts that can be quoted."""
    made = []
    for number in range(count):
        text = letter(random.Random(number), 700)
        mark = MaterialMark("信.docx", "docx", 9000, os.urandom(32), prints=material_prints(text).tobytes())
        party = Party(f"主播{number}", (f"real{number}@streamers.example",))
        identity = (Item("phone", f"1380013{number:04}"),)
        made.append(
            (Report(f"REAL-{number}", "open", "2026-01-01T00:00:00+08:00", (party,), identity, materials=(mark,)), text)
        )
    return made


def fill(path: Path, count: int, each: int) -> None:
    """A store with so many synthetic reports, of so many fingerprints each, and ten real ones, in order of the keys."""
    store = open_store(f"sqlite:///{path}", Vault(KEY))
    store.reports.put([report for report, _ in real_reports(10)], "bench")
    store.shut()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "locking_mode = EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}")
    kept = [connection.execute(f"SELECT key, report FROM {name}").fetchall() for name in ("marks", "picture_marks")]
    random_numbers = np.random.Generator(np.random.PCG64(count))
    connection.execute("BEGIN")
    for name in ("marks", "picture_marks", "mark_sieve", "mark_changes"):
        connection.execute(f"DELETE FROM {name}")
    sealed = os.urandom(600)
    connection.executemany(
        "INSERT INTO reports (id, status, opened_at, revision, parties, sealed, number, reporter)"
        " VALUES (?, 'open', '2026-01-01T00:00:00+08:00', 1, ?, ?, ?, ?)",
        ((f"S-{n:08}", b"", sealed if n < 1000 else b"", n + 100, n.to_bytes(16, "big")) for n in range(count)),
    )
    parties = np.sort(np.frombuffer(random_numbers.bytes(32 * count), "S32"))
    connection.executemany(
        "INSERT INTO parties (report, digest, relation) VALUES (?, ?, 'party')",
        ((f"S-{n:08}", parties[n].ljust(32, b"\0")) for n in range(count)),
    )
    words = count * round(each * WORDS / A_REPORT)
    whole, bits = filled(connection, "marks", words, count, kept[0], random_numbers)
    filled(connection, "picture_marks", count * each - words, count, kept[1], random_numbers)
    connection.executemany("INSERT INTO mark_sieve VALUES (?, ?)", enumerate(map(bytes, bits)))
    connection.execute("UPDATE meta SET value = ? WHERE key = 'marks'", (whole.packed(),))
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    print(file=sys.stderr)


def filled(
    connection: sqlite3.Connection,
    table: str,
    rows: int,
    reports: int,
    kept: list[tuple[int, int]],
    random_numbers: np.random.Generator,
) -> tuple[bloom_filter.FilterState, np.ndarray]:
    """So many rows and those to be kept, by key ranges, so that the tree is written once from left to right and memory
    stays small. What the store would know of them by then."""
    whole = bloom_filter.FilterState(10_000_000, rows + len(kept), bloom_filter.parts_for(rows + len(kept)))
    bits = np.zeros((whole.parts, bloom_filter.PART_BYTES), np.uint8)
    ranges = max(1, rows // 2_000_000)
    many = f"INSERT OR IGNORE INTO {table} VALUES " + ", ".join(["(?, ?)"] * _ROWS)
    for number in range(ranges):
        low, high = (1 << 48) * number // ranges, (1 << 48) * (number + 1) // ranges
        some = rows * (number + 1) // ranges - rows * number // ranges
        own = np.array([row for row in kept if low <= row[0] < high], np.int64).reshape(-1, 2)
        keys = np.concatenate([random_numbers.integers(low, high, some), own[:, 0]])
        owners = np.concatenate([random_numbers.integers(100, 100 + reports, some), own[:, 1]])
        order = np.argsort(keys)
        pairs = np.stack([keys[order], owners[order]], axis=1)
        fit = len(pairs) // _ROWS * _ROWS  # many rows a statement: a third of the time
        connection.executemany(many, pairs[:fit].reshape(-1, 2 * _ROWS).tolist())
        connection.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", pairs[fit:].tolist())
        if table == "marks":
            bloom_filter.marked(bits.reshape(-1), bloom_filter.part_of(keys, whole.parts), keys)
        print(f"\r{reports} reports: {table} {100 * (number + 1) // ranges} %", end="", file=sys.stderr)
    return whole, bits


def fingerprints(text: str) -> Fingerprints:
    """As the relay makes it."""
    return Fingerprints(
        text=text_prints(text).astype("<u8").tobytes(), identifiers=identifier_prints(text).astype("<u8").tobytes()
    )


def mails(count: int) -> list[tuple[str, str]]:
    """(text of 10 KB, the report that it quotes or nothing). One in ten quotes 30 letters, one gives a phone."""
    chosen = random.Random(42)
    texts = [text for _, text in real_reports(10)]
    made = []
    for number in range(count):
        text, quoted = letter(chosen, 3400), ""
        if number % 10 == 0:
            which = chosen.randrange(10)
            at, start = chosen.randrange(3300), chosen.randrange(670)
            text, quoted = text[:at] + texts[which][start : start + 30] + text[at:], f"REAL-{which}"
        elif number % 10 == 5:
            which = chosen.randrange(10)
            text, quoted = f"{text}请打 138 0013 {which:04}。", f"REAL-{which}"
        made.append((text, quoted))
    return made


def forgotten(path: Path) -> None:
    """Out of the kernel's memory, as far as it lets itself be told."""
    for file in path.parent.glob(path.name + "*"):
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def looked_up(path: Path, count: int) -> None:
    """Runs in a process of its own, on one core: start, look-ups, memory."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    forgotten(path)
    started = time.perf_counter()
    store = open_store(f"sqlite:///{path}", Vault(KEY), create=False)
    store.reports.learn()
    store.marks.learn()
    first, _ = mails(1)[0]
    store.marks.trace(fingerprints(first))
    start = time.perf_counter() - started
    client, now = Client("::1", "h"), datetime.now(UTC)
    figures: dict[str, list[float]] = {"cold": [], "warm": [], "cpu": []}
    wrong = 0
    batch = mails(count)
    for kind in ("cold", "warm"):
        gc.collect()
        for text, quoted in batch:
            envelope = Envelope("a@platform.example", (Recipient(f"fan{len(text)}@x.example"),), client, now)
            wall, used = time.perf_counter(), time.process_time()
            asked = fingerprints(text)
            who = audience_of(envelope, store.reports, TrustedRecipients())
            found = {report for report, _, _ in store.marks.trace(asked).reports}
            figures[kind].append(time.perf_counter() - wall)
            figures["cpu"].append(time.process_time() - used)
            wrong += (quoted not in found if quoted else bool(found)) or bool(who.relations)
    store.shut()
    status = Path("/proc/self/status").read_text()  # not `getrusage`, which keeps the peak of who started this
    most = re.search(r"VmHWM:\s*(\d+)", status)
    assert most is not None, "Linux says it of every process"
    peak = int(most[1]) / 1024

    def shown(kind: str) -> str:
        values = sorted(figures[kind])
        return f"{1e3 * statistics.median(values):.2f} / {1e3 * values[int(len(values) * 0.99)]:.2f}"

    size = path.stat().st_size / 1e9
    print(f"{start:.2f} | {shown('cold')} | {shown('warm')} | {shown('cpu')} | {peak:.0f} | {size:.2f} | {wrong}")


def main() -> None:
    """Fill and measure each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", default="1000,10000,100000,1000000")
    parser.add_argument("--each", type=int, default=A_REPORT, help="fingerprints of a report")
    parser.add_argument("--mails", type=int, default=300)
    parser.add_argument("--folder", default=os.path.join(tempfile.gettempdir(), "hushgate-matching"))
    parser.add_argument("--ask", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        looked_up(Path(options.ask), options.mails)
        return
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", end=", ")
    print(f"SQLite {sqlite3.sqlite_version}")
    print(f"{options.each} fingerprints a report; {options.mails} mails of 10 KB, one core\n")
    print(
        "| reports | start s | cold p50 / p99 ms | warm p50 / p99 ms | cpu p50 / p99 ms | peak MiB | store GB | wrong |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for word in options.reports.split(","):
        path = Path(options.folder) / f"{word}x{options.each}" / "store.db"
        if not path.exists():
            fill(path, int(word), options.each)
        command = [sys.executable, __file__, "--ask", str(path), "--mails", str(options.mails)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        print(f"| {word} | {done.stdout.strip()} |", flush=True)


if __name__ == "__main__":
    main()
