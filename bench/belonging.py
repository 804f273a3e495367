"""Whom a message belongs to, among a million open reports: by address, through the directory, by what it says.

    .venv/bin/python bench/belonging.py [--reports 1000,10000,100000,1000000] [--mails 400] [--folder /tmp/belonging]

Each report is synthetic: a party with an address or, every second, with a room number that only the directory knows an
address of; an agency of 200 streamers; the reporter's address; a name of three Han letters, a room number and the
report's id to be called by. Digests are random where the real ones are, since under their key they could not be told
apart; a few real reports lie among them and are looked for. The store is filled in bulk; look-ups run through the
product's own code: `audience_of`, `callings` of a mail of 10 KB (3,400 Han letters), `called`. Times are of single
mails by the wall clock, `cpu` by the processor's, which other work on the machine stretches less. Prints the machine.
"""

import argparse
import os
import platform
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from gateway.fingerprints.mentions import callings
from gateway.matching.audience import TrustedRecipients, audience_of
from gateway.model import Client, Envelope, Party, Recipient, Report
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault

HAN = [chr(code) for code in range(0x4E00, 0x5E00)]
KEY = b"k" * 32
REAL = 20


def fill(path: Path, count: int) -> None:
    """So many synthetic reports, and a few real ones."""
    store = open_store(f"sqlite:///{path}", Vault(KEY))
    for n in range(REAL):
        name, rooms = f"鱼丸主{HAN[n]}", (f"room:9900{n:04}",)
        party = Party(name, (), rooms, ("@big.example",))
        store.reports.put([Report(f"REAL-{n}", "open", "2026-01-01", (party,))], "bench")
        store.directory.put([Party(name, (f"real{n}@home.example",), rooms)], "bench")
    store.shut()
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "locking_mode = EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}")
    sealed, r = os.urandom(400), random.Random(count)
    agencies = [r.randbytes(32) for _ in range(max(1, count // 200))]
    columns = [row[1] for row in connection.execute("PRAGMA table_info(reports)")]
    connection.execute("BEGIN")
    for start in range(0, count, 10_000):
        ids = [f"S-{n:07}" for n in range(start, min(count, start + 10_000))]
        given = {"status": "open", "opened_at": "2026-01-01", "revision": 1, "parties": sealed[:60], "sealed": sealed}
        rows = [[{**given, "id": i, "number": 1000 + start + k}.get(c) for c in columns] for k, i in enumerate(ids)]
        connection.executemany(f"INSERT INTO reports VALUES ({','.join('?' * len(columns))})", rows)
        parties, entries, keys, words = [], [], [], []
        for n, i in enumerate(ids):
            agency = agencies[(start + n) // 200 % len(agencies)]
            account = r.randbytes(32)
            parties += [(i, agency, "representative"), (i, r.randbytes(32), "reporter"), (i, account, "account")]
            if n % 2:
                parties.append((i, r.randbytes(32), "party"))
            else:
                entries.append((f"P-{i}", sealed[:100]))
                keys += [(f"P-{i}", account, "account"), (f"P-{i}", r.randbytes(32), "party")]
            words += [(r.getrandbits(48), i, "name"), (r.getrandbits(48), i, "name"), (r.getrandbits(48), i, "number")]
        connection.executemany("INSERT INTO parties VALUES (?, ?, ?)", parties)
        connection.executemany("INSERT INTO directory VALUES (?, ?)", entries)
        connection.executemany("INSERT INTO directory_keys VALUES (?, ?, ?)", keys)
        connection.executemany("INSERT INTO callings (key, report, sort) VALUES (?, ?, ?)", words)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def envelope(*to: str) -> Envelope:
    return Envelope("kefu@platform.example", tuple(map(Recipient, to)), Client("h", "h"), datetime.now(UTC))


def letter(chosen: random.Random, length: int) -> str:
    return "".join(chosen.choice(HAN) + ("，" if chosen.random() < 0.1 else "") for _ in range(length))


def timed(work: Callable[[int], object], count: int) -> str:
    wall, cpu = [], []
    for n in range(count):
        before = time.perf_counter(), time.process_time()
        work(n)
        wall.append((time.perf_counter() - before[0]) * 1e3)
        cpu.append((time.process_time() - before[1]) * 1e3)
    wall.sort()
    cpu.sort()
    at = int(0.99 * (count - 1))
    return f"p50 {wall[count // 2]:6.2f}  p99 {wall[at]:6.2f}  cpu p50 {cpu[count // 2]:6.2f}  p99 {cpu[at]:6.2f} ms"


def resident() -> int:
    """MiB of this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def measure(path: Path, count: int, mails: int) -> None:
    """In a process of its own, so that memory is this size's alone."""
    bare = resident()
    started = time.perf_counter()
    store = open_store(f"sqlite:///{path}", Vault(KEY))
    store.reports.learn()
    store.callings.learn()
    print(
        f"{count:>9,} reports, {path.stat().st_size >> 20} MiB: start {time.perf_counter() - started:.2f} s,", end=" "
    )
    r = random.Random(1)
    texts = [letter(r, 3400) for _ in range(20)]
    circle = TrustedRecipients(frozenset(("platform.example",)))
    lines = {
        "a stranger's address": lambda n: audience_of(envelope(f"s{n}@x{n}.example"), store.reports, circle),
        "through the directory": lambda n: audience_of(envelope(f"real{n % REAL}@home.example"), store.reports, circle),
        "what 10 KB call": lambda n: callings(texts[n % 20]),
        "who is called so": lambda n: store.callings.called(callings(texts[n % 20]).astype("<u8").tobytes()),
        "and one who is": lambda n: store.callings.called(
            callings(f"鱼丸主{HAN[n % REAL]}，" + texts[n % 20]).tobytes()
        ),
    }
    results = [f"   {name:<22} {timed(work, mails)}" for name, work in lines.items()]
    found = store.reports.open_for(["real3@home.example", "x@big.example"])
    assert len(found) == 1 + REAL, len(found)
    assert ("REAL-3", "name") in store.callings.called(callings(f"致鱼丸主{HAN[3]}").tobytes())
    print(f"memory {resident() - bare} MiB more than before")
    print("\n".join(results))


def main() -> None:
    """Each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", default="1000,10000,100000,1000000")
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        measure(arguments.one, int(arguments.reports), arguments.mails)
        return
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for count in map(int, arguments.reports.split(",")):
            path = Path(folder) / f"{count}.db"
            fill(path, count)
            words = ("--reports", str(count), "--mails", str(arguments.mails), "--one", str(path))
            code = os.spawnv(os.P_WAIT, sys.executable, [sys.executable, __file__, *words])
            path.unlink()
            if code:
                sys.exit(code)


if __name__ == "__main__":
    main()
