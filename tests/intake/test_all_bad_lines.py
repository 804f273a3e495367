"""Whoever imports a file hears of all its bad lines at once, and nothing of it is taken over."""

import json
from pathlib import Path

import pytest

from examining import Here
from gateway.errors import Problem, Problems
from gateway.intake.importer import import_file
from gateway.intake.jsonl import load
from gateway.intake.parties import load_parties
from gateway.model import Reading
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault

GOOD = {"id": "R-1", "reported": [{"name": "星儿"}]}


class Blank(Here):
    """Reads nothing out of any file."""

    def read_file(self, content: bytes, name: str, deadline: object = None) -> Reading:
        return Reading()


def told(problem: Problem) -> list[str]:
    return [line.partition(": ")[0].rpartition("/")[2] for line in str(problem).splitlines()]


def written(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_each_bad_line_of_reports_is_named(tmp_path: Path) -> None:
    lines = (GOOD, "not json", GOOD, "", {**GOOD, "id": "a b"}, {**GOOD, "id": "R-2", "materials": ["none.eml"]}, "[]")
    with pytest.raises(Problems) as raised:
        load(written(tmp_path / "r.jsonl", *lines))
    assert told(raised.value) == ["r.jsonl:2", "r.jsonl:3", "r.jsonl:5", "r.jsonl:6", "r.jsonl:7"]
    with pytest.raises(Problem) as alone:
        load(written(tmp_path / "r.jsonl", GOOD, "not json"))
    assert not isinstance(alone.value, Problems)


def test_each_file_that_is_no_picture_is_named_and_nothing_is_stored(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    reports = [{**GOOD, "id": f"R-{number}", "reporter": {"avatars": ["a.png"] * (number % 2)}} for number in range(4)]
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32))
    with pytest.raises(Problems) as raised:
        import_file(written(tmp_path / "r.jsonl", *reports), Blank(), store.reports, "t", ())
    assert told(raised.value) == ["r.jsonl:2", "r.jsonl:4"]
    assert store.reports.summaries() == ()
    store.shut()


def test_each_bad_line_of_parties_is_named(tmp_path: Path) -> None:
    lines = ({"name": "甲", "accounts": ["1"]}, "{}", "x", {"name": "乙", "accounts": ["1"]}, {"name": "丙"})
    with pytest.raises(Problems) as raised:
        load_parties(written(tmp_path / "p.jsonl", *lines))
    assert told(raised.value) == ["p.jsonl:2", "p.jsonl:3", "p.jsonl:4"]
    with pytest.raises(Problems) as raised:
        load_parties(written(tmp_path / "p.csv", "name,addresses", "甲,nothing", "乙", "丙,a@b.example", '"丁'))
    assert told(raised.value) == ["p.csv:2", "p.csv:3", "p.csv:5"]
