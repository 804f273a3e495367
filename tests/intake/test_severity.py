"""How grave a report is: said in its line, kept through updates, and shown; older stores know of none."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from examining import Here, shut_stores, stored
from gateway.errors import Problem
from gateway.identity import compile_report
from gateway.intake.importer import import_file
from gateway.intake.jsonl import load
from gateway.intake.report_view import masked_report
from gateway.model import Party, Report
from gateway.storage.encrypted_codec import decode
from gateway.storage.store import SqlStore

LINE = {
    "id": "R-1",
    "reported": [{"name": "星儿", "addresses": ["x@streamers.example"]}],
    "reporter": {"names": ["张小鸣"]},
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    yield stored(tmp_path)
    shut_stores()


def imported(tmp_path: Path, store: SqlStore, **more: str) -> Report:
    path = tmp_path / "reports.jsonl"
    path.write_text(json.dumps({**LINE, **more}, ensure_ascii=False), encoding="utf-8")
    import_file(path, Here(), store.reports, "test", ["platform.example"])
    found = store.reports.get("R-1")
    assert found is not None
    return found


def test_a_line_says_it_and_one_that_does_not_leaves_it(tmp_path: Path, store: SqlStore) -> None:
    assert imported(tmp_path, store).severity == "normal"
    assert imported(tmp_path, store, severity="high").severity == "high"
    kept = imported(tmp_path, store)
    assert kept.severity == "high"
    assert masked_report(kept)["severity"] == "high"
    assert imported(tmp_path, store, severity="low").severity == "low"


def test_rules_see_it_with_the_state_as_it_is_now(tmp_path: Path, store: SqlStore) -> None:
    imported(tmp_path, store, severity="high")
    store.reports.move("R-1", "close", "test")
    found = store.reports.get("R-1")
    assert found is not None
    subject = compile_report(found)
    assert (subject.status, subject.severity) == ("closed", "high")


def test_another_word_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    path.write_text(json.dumps({**LINE, "severity": "hihg"}), encoding="utf-8")
    with pytest.raises(Problem, match=r"reports.jsonl:1: unknown severity 'hihg'; did you mean 'high'\?"):
        load(path)


def test_a_report_of_an_older_store_is_normal() -> None:
    older = msgspec.to_builtins(Report("R-1", "open", "2026-01-02T10:00:00+08:00", (Party("星儿"),)))
    del older["severity"]
    assert decode(b"m" + msgspec.msgpack.encode(older), Report).severity == "normal"
