"""How quick is the audit log at a million entries: a page of it, an entry more, and an export.

python bench/audit_log.py [ENTRIES]
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, update

from gateway.model.audit_chain import GENESIS, canonical, link
from gateway.service.exporting import export_log
from gateway.storage import tables
from gateway.storage.audit import head_seal
from gateway.storage.audit_protocols import AuditFilter
from gateway.storage.checkpoints import sign_entry
from gateway.storage.context import stamp
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

START = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=30)


def fill(store: SqlStore, count: int) -> None:
    """A year of a busy office, signed as it would have been."""
    ground = store._ground
    with ground.transactions.write() as connection:
        previous, rows = GENESIS, list[dict[str, Any]]()
        for seq in range(1, count + 1):
            at = stamp(START + STEP * seq)
            held = f"Q-{seq // 5:010}"
            actor, event = ("relay", "held") if seq % 5 == 0 else (f"console:person{seq % 40}", _EVENTS[seq % 5])
            detail = canonical({"rule": "material", "reason": "sealed:" + "A" * 80, "size": seq})
            digest = link(seq, at, actor, event, held, detail, previous)
            rows.append(
                {"seq": seq, "at": at, "actor": actor, "event": event, "subject": held, "detail": detail,
                 "previous": previous, "digest": digest}
            )  # fmt: skip
            previous = digest
            if seq % 1000 == 0 or seq == count:
                connection.execute(insert(tables.audit), rows)
                sign_entry(connection, ground, seq, at, digest, in_any_case=True)
                rows = []
        connection.exec_driver_sql("DROP TRIGGER audit_head_goes_on")
        seal = head_seal(ground.vault, count, previous)
        connection.execute(update(tables.audit_head).values(seq=count, digest=previous, seal=seal))


_EVENTS = ("held", "opened", "released", "release_claimed", "release_sending")


def timed(what: str, action: Any, times: int = 30) -> None:
    """Print the middle and the 95th percentile, in milliseconds."""
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        took.append((time.perf_counter() - begun) * 1000)
    took.sort()
    print(f"{what:44} median {statistics.median(took):8.2f} ms   p95 {took[int(len(took) * 0.95)]:8.2f} ms")


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    folder = Path(tempfile.mkdtemp())
    store = open_store(f"sqlite:///{folder}/x.db", Vault(os.urandom(32)))
    begun = time.perf_counter()
    fill(store, count)
    size = (folder / "x.db").stat().st_size / 1e6
    print(f"{count} entries made in {time.perf_counter() - begun:.0f} s, {size:.0f} MB")
    audit, middle = store.audit, START + STEP * (count // 2)
    for what, wanted, before in (
        ("newest page", AuditFilter(), None),
        ("page in the middle", AuditFilter(), count // 2),
        ("one person", AuditFilter(("console:person7",)), None),
        ("nobody", AuditFilter(("console:nobody",)), None),
        ("decisions of one person", AuditFilter(("console:person7", "person7"), ("released", "discarded")), count // 3),
        ("a person and an event that never met", AuditFilter(("relay",), ("released",)), None),
        ("one message", AuditFilter(subject="Q-0000001000"), None),
        ("one message, a person and an event", AuditFilter(("relay",), ("held",), "Q-0000001000"), None),
        ("a day in the middle", AuditFilter((), (), "", middle, middle + timedelta(days=1)), None),
        ("a person on a day in the middle", AuditFilter(("relay",), (), "", middle, middle + timedelta(days=1)), None),
        ("before everything", AuditFilter(until=START), None),
    ):
        timed(what, lambda wanted=wanted, before=before: audit.find(wanted, before, 51))
    timed("who stands in it", audit.actors)
    timed("one entry more", lambda: audit.append("relay", "held", "Q-NEW", {"rule": "r"}))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for kind in ("jsonl", "html"):
        start, to = time.process_time(), folder / f"log.{kind}"
        export_log(audit, "cli:bench", kind, to, AuditFilter())
        took, size = time.process_time() - start, to.stat().st_size / 1e6
        print(f"export {kind}: {took:.0f} s of the processor, {size:.0f} MB")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak) / 1024
    print(f"memory grew by {grown:.0f} MB while it was exported twice")
    zipfile.ZipFile(folder / "log.jsonl").extractall(folder)
    earlier = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), str(folder / "audit.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - earlier
    print(f"verify.py: {took:.0f} s of the processor, exit {done.returncode}")
    store.shut()


if __name__ == "__main__":
    main()
