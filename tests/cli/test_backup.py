"""A backup is whole while others write, has no key in it, and comes back; a store that was set back is noticed."""

import json
import os
import shutil
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.cli.main import main
from gateway.model import Item, Party, Report
from gateway.service.wiring import open_house

SECRET = "13800138000"


def report(number: int) -> Report:
    return Report(
        f"R-{number}",
        "open",
        "2026-01-01T00:00:00+00:00",
        (Party("星儿", (f"x{number}@streamers.example",)),),
        (Item("phone", SECRET),),
    )


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = tmp_path / "config"
    config.mkdir()
    (config / "gateway.toml").write_text(
        '[upstream]\nhost = "127.0.0.1"\nport = 9\n[storage]\nurl = "sqlite:///var/h.db"\nkey_file = "var/master.key"\n'
        '[organization]\ndomains = ["platform.example"]\n'
    )
    with open_house(config, {}, new_store=True) as house:
        house.store.reports.put([report(1)], "t")
    return config


def run(config: Path, *words: str) -> int:
    return main([*words, "--config", str(config)])


def reports_of(config: Path) -> list[str]:
    with open_house(config, {}) as house:
        return [one.id for one in house.store.reports.page(None, "", 1000)]


def test_a_backup_comes_back(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.backup"
    assert run(config, "backup", str(file)) == 0
    assert "master key is not in it" in capsys.readouterr().err
    assert file.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("a.backup-*"))
    data = file.read_bytes()
    assert SECRET.encode() not in data
    assert (config.parent / "var" / "master.key").read_bytes().strip() not in data
    with open_house(config, {}) as house:
        house.store.reports.put([report(2)], "t")
    assert run(config, "restore", str(file)) == 2  # there is something
    assert "--force" in capsys.readouterr().err
    assert reports_of(config) == ["R-1", "R-2"]
    assert run(config, "restore", str(file), "--force") == 0
    assert reports_of(config) == ["R-1"]
    (aside,) = (config.parent / "var").glob("h.db.before-*")
    with closing(sqlite3.connect(aside)) as before:
        assert before.execute("SELECT count(*) FROM reports").fetchone() == (2,)


def test_a_backup_goes_to_a_new_machine_with_its_key(config: Path, tmp_path: Path) -> None:
    file, key = tmp_path / "a.backup", config.parent / "var" / "master.key"
    assert run(config, "backup", str(file)) == 0
    elsewhere = tmp_path / "elsewhere" / "config"
    shutil.copytree(config, elsewhere)
    assert run(elsewhere, "restore", str(file)) == 2  # no key
    assert not (tmp_path / "elsewhere" / "var" / "h.db").exists()
    (tmp_path / "elsewhere" / "var").mkdir(mode=0o700, exist_ok=True)
    shutil.copy(key, tmp_path / "elsewhere" / "var" / "master.key")
    assert run(elsewhere, "restore", str(file)) == 0
    assert reports_of(elsewhere) == ["R-1"]


def test_nothing_changes_where_the_backup_is_of_another_key_or_damaged(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "a.backup"
    assert run(config, "backup", str(file)) == 0
    key = config.parent / "var" / "master.key"
    other = tmp_path / "other" / "config"
    shutil.copytree(config, other)
    with open_house(other, {}, new_store=True) as house:
        house.store.reports.put([report(7)], "t")
    assert run(other, "restore", str(file), "--force") == 2
    assert "another key" in capsys.readouterr().err
    assert reports_of(other) == ["R-7"]
    whole = file.read_bytes()
    for bad in (b"", whole[:50], b"x" * 9000, whole[: len(whole) // 2], whole[:8192] + b"\xff" * 4096 + whole[12288:]):
        file.write_bytes(bad)
        assert run(config, "restore", str(file), "--force") == 2
        assert "Traceback" not in capsys.readouterr().err
        assert reports_of(config) == ["R-1"]
    assert key.exists()
    assert not list((config.parent / "var").glob(".*"))


def test_a_file_that_is_no_backup_is_not_written_over(config: Path, tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("x")
    assert run(config, "backup", str(other)) == 2
    assert other.read_text() == "x"
    assert run(config, "backup", str(config.parent / "var" / "h.db")) == 2
    assert run(config, "backup", str(tmp_path / "none" / "a.backup")) == 2
    assert run(config, "backup", str(tmp_path / "a.backup")) == 0
    assert run(config, "backup", str(tmp_path / "a.backup")) == 0  # last night's


def test_a_backup_is_one_moment_while_others_write(config: Path, tmp_path: Path) -> None:
    """Reports and their audit entries come in one transaction: no backup has one without the other."""
    end = threading.Event()

    def write() -> None:
        with open_house(config, {}) as house:
            number = 100
            while not end.is_set():
                house.store.reports.put([report(number)], "t")
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        files = [tmp_path / f"{n}.backup" for n in range(5)]
        for file in files:
            assert run(config, "backup", str(file)) == 0
    finally:
        end.set()
        writer.join()
    counts = set()
    for file in files:
        with closing(sqlite3.connect(file)) as copy:
            (reports,) = copy.execute("SELECT count(*) FROM reports").fetchone()
            (added,) = copy.execute("SELECT count(*) FROM audit WHERE event = 'report_added'").fetchone()
        assert reports == added
        counts.add(reports)
    assert len(counts) > 1


def test_a_store_that_was_set_back_is_noticed(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = config.parent / "var" / "h.db"
    assert run(config, "audit", "verify") == 0
    old = tmp_path / "old.db"
    assert run(config, "backup", str(old)) == 0
    with open_house(config, {}) as house:
        house.store.reports.put([report(2)], "t")
    assert run(config, "audit", "verify") == 0
    for suffix in ("-wal", "-shm"):
        store.with_name(store.name + suffix).unlink(missing_ok=True)
    shutil.copy(old, store)  # by hand
    capsys.readouterr()
    assert run(config, "audit", "verify") == 1
    assert "set back" in capsys.readouterr().err
    with open_house(config, {}) as house:  # as many entries, and others
        house.store.reports.put([replace(report(3), id="R-3"), replace(report(4), id="R-4")], "t")
    assert run(config, "audit", "verify") == 1
    assert run(config, "restore", str(old), "--force") == 0
    assert "set back by" in capsys.readouterr().err
    assert run(config, "audit", "verify") == 0
    with open_house(config, {}) as house:
        (entry,) = [one for one in house.store.audit.entries() if one.event == "restored"]
    assert json.loads(entry.detail)["set_back_by"] > 0


def test_a_note_of_another_key_or_none_says_nothing(config: Path) -> None:
    note = config.parent / "var" / "audit-anchor"
    assert run(config, "audit", "verify") == 0
    assert note.stat().st_mode & 0o077 == 0
    for text in ("", "{}", "[]", '{"seq": 99, "digest": "x", "seal": "00"}', "\0"):
        note.write_text(text)
        assert run(config, "audit", "verify") == 0
    os.unlink(note)
    assert run(config, "audit", "verify") == 0


@pytest.mark.parametrize("place", ["reports.sealed", "parties.digest"])
def test_octets_that_changed_in_any_row_are_noticed(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    file = tmp_path / "b.db"
    assert run(config, "backup", str(file)) == 0
    table, column = place.split(".")
    with closing(sqlite3.connect(file)) as copy:
        changed = copy.execute(f"UPDATE {table} SET {column} = substr({column}, 1, 3) || x'00'")
        assert changed.rowcount
        copy.commit()
    before = reports_of(config)
    assert run(config, "restore", str(file), "--force") == 2
    assert "damaged" in capsys.readouterr().err
    assert reports_of(config) == before


def test_a_restored_store_is_backed_up_and_restored_again(config: Path, tmp_path: Path) -> None:
    for name in ("a.db", "b.db", "c.db"):
        file = tmp_path / name
        assert run(config, "backup", str(file)) == 0
        assert run(config, "restore", str(file), "--force") == 0
