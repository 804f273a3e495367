"""How long other rules take on the record of decisions: opening it, judging it, all of a backtest, and suggestions.

    PYTHONPATH=$PWD python bench/backtest.py [COUNT]

A store of its own is filled with COUNT made-up decisions (100,000), and backtested under the packaged rules with a
higher threshold. Beside it stands what one query and one judgement a decision cost, on the first hundredth.
"""

import gc
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from gateway.inspection.backtest import backtest
from gateway.inspection.replay import replayed
from gateway.model import KINDS, TIES, Action
from gateway.model.decision_record import RecordedDecision, ReviewOutcome
from gateway.policy import Situation, judge, packaged_policy
from gateway.policy.recorded import recorded
from gateway.storage import tables
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_PLACES = ("text", "html", "header", "picture", "document", "file", "message")


def made_up(count: int, seed: int = 17) -> Iterator[RecordedDecision]:
    """So many decisions, of one to six findings each, judged by the packaged rules."""
    some, policy = random.Random(seed), packaged_policy()
    for number in range(count):
        sender = f"kefu{some.randrange(40)}@platform.example"
        recipients = (f"streamer{some.randrange(3000)}@streamers.example",)
        report = f"R-{some.randrange(5000)}"
        found = [
            Situation(
                some.choice(KINDS[:7] + KINDS[12:]),
                report,
                some.choice(_PLACES),
                some.choice(("names", "numbers", "ocr_misreading")),
                some.choice(("exact", "pinyin", "homophone")),
                some.choice((0.45, 0.6, 0.7, 0.85, 0.97, round(some.uniform(0.4, 1), 3))),
                None,
                some.choice(TIES),
                frozenset((some.choice(("party", "content", "name")),)),
                frozenset((some.choice(("party", "unknown")),)),
                sender,
                recipients,
                bool(number % 3),
            )
            for _ in range(some.choice((1, 1, 1, 2, 3, 6)))
        ]
        decision = judge([one for one in found if one.score >= policy.threshold], policy)
        held = f"Q-{number:010d}" if decision.action == "quarantine" else ""
        review: ReviewOutcome = some.choice(("", "released", "discarded", "returned", "released")) if held else ""
        action: Action = decision.action
        yield RecordedDecision(
            _BEGIN + timedelta(seconds=60 * number),
            action,
            decision.rule,
            policy.digest,
            policy.threshold,
            policy.proof_threshold,
            policy.personal_data,
            action,
            recorded(found),
            (report,),
            held=held,
            review=review,
            message=str(number).encode(),
        )


def filled(store: SqlStore, count: int) -> float:
    """Seconds that writing them took, 200 in one transaction."""
    batch, before = list[RecordedDecision](), time.perf_counter()
    for record in made_up(count):
        batch.append(record)
        if len(batch) == 200:
            store.decisions.add(batch)
            batch = []
    store.decisions.add(batch)
    return time.perf_counter() - before


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    gc.set_threshold(100_000, 20, 50)  # as the command does
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/bench.db", Vault(b"b" * 32))
        seconds = filled(store, count)
        octets = (Path(folder) / "bench.db").stat().st_size
        print(f"{count} decisions written (and made up) in {seconds:.1f} s, {octets / count:.0f} octets each")
        policy = replace(packaged_policy(), threshold=0.7)
        before = time.perf_counter()
        opened = sum(1 for _ in store.decisions.since())
        print(f"opened: {(opening := time.perf_counter() - before):.2f} s ({opened})")
        before, cpu = time.perf_counter(), time.process_time()
        result = backtest(store.decisions.since(), policy)
        took, cpu = time.perf_counter() - before, time.process_time() - cpu
        print(f"backtest: {took:.2f} s, {cpu:.2f} s of a core, {count / cpu:.0f} decisions a second of a core")
        print(f"opening alone is {opening / took:.0%} of the time")
        print(f"newly passed {len(result.newly_passed)}, newly held {len(result.newly_held)}")
        few = max(1, count // 100)
        numbers = range(1, few + 1)
        before = time.perf_counter()
        for number in numbers:
            with store._ground.transactions.read() as connection:
                row = connection.execute(select(tables.decisions).where(tables.decisions.c.number == number)).one()
            replayed(store.decisions._record(row), policy)
        alone = (time.perf_counter() - before) / few
        whole = alone * count
        print(f"one query and one judgement each: {whole:.1f} s for all, {whole / took:.1f} times as long")
        store.shut()


if __name__ == "__main__":
    main()
