"""An exported log is checked by its own program, in a process without this project and without any package."""

import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.export import survey, write_bundle, write_lines, write_page
from gateway.model.audit_chain import canonical, checkpoint_statement, export_statement, link
from gateway.storage.audit_protocols import AuditEntry, AuditFilter
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.signing import SigningKey
from gateway.vault.vault import Vault

SECRET = "张小鸣本人要求"
FORGER = SigningKey(b"f" * 32)
DAYS, A_DAY = 6, 5


@dataclass
class Log:
    """A log of six days, five entries a day, as it was exported; and ways to change it."""

    store: SqlStore
    folder: Path
    lines: list[dict[str, Any]]
    newest: AuditEntry

    @property
    def key(self) -> str:
        return self.store.audit.public_key()

    def place(self, seq: int) -> int:
        """Of an entry among the lines."""
        return next(number for number, line in enumerate(self.lines) if line.get("seq") == seq)

    def check(self, *words: str, raw: bytes | None = None) -> tuple[int, str]:
        """Exit code and what was said."""
        file = self.folder / "audit.jsonl"
        file.write_bytes(b"".join(written(line) for line in self.lines) if raw is None else raw)
        command = [sys.executable, "-I", "-S", str(self.folder / "verify.py"), str(file), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", cwd=self.folder)
        assert done.stderr == ""
        assert done.stdout.count("\n") == 1
        return done.returncode, done.stdout

    def broken(self, *words: str) -> int:
        """The entry that is named."""
        code, said = self.check(*words)
        assert code == 1, said
        return int(said.split("broken at entry ")[1].split(":")[0])


def written(line: object) -> bytes:
    return json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode() + b"\n"


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    now = [datetime(2026, 3, 1, 8, tzinfo=UTC)]
    store = open_store(f"sqlite:///{tmp_path}/x.db", Vault(b"k" * 32), clock=lambda: now[0])
    for _ in range(DAYS):
        for number in range(A_DAY):
            store.audit.append_with_reason("console:陈静", "released", f"Q-{number}", {"state": "released"}, SECRET)
            now[0] += timedelta(minutes=1)
        now[0] += timedelta(days=1)
    newest = store.audit.append_signed("cli:root", "log_exported", "", {"format": "jsonl"})
    file = BytesIO()
    write_bundle(file, store.audit, newest, survey(store.audit, newest), False)
    folder = tmp_path / "court"
    zipfile.ZipFile(file).extractall(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["README.txt", "audit.jsonl", "verify.py"]
    lines = [json.loads(line) for line in (folder / "audit.jsonl").read_text(encoding="ascii").splitlines()]
    yield Log(store, folder, lines, newest)
    store.shut()


def chained(lines: list[dict[str, Any]], start: int) -> None:
    """Digest the entries from line `start` on again, as a forger who knows how would."""
    previous = next((line["digest"] for line in reversed(lines[:start]) if "seq" in line), "0" * 64)
    for line in lines[start:]:
        if "seq" in line:
            line["previous"] = previous
            fields = [line[name] for name in ("seq", "at", "actor", "event", "subject", "detail", "previous")]
            previous = line["digest"] = link(*fields)


def signed_anew(lines: list[dict[str, Any]], start: int, key: SigningKey) -> None:
    """Sign the checkpoints from line `start` on, and the end, with another key."""
    entry, last = {}, 0
    for number, line in enumerate(lines):
        if "seq" in line:
            entry = line
        elif "checkpoint" in line:
            if number >= start:
                statement = checkpoint_statement(entry["seq"], entry["at"], entry["digest"], last)
                fields = {name: entry[name] for name in ("seq", "at", "digest")}
                line["checkpoint"] = {**fields, "previous": last, "signature": key.sign(statement)}
            last = entry["seq"]
    import hashlib

    sha256 = hashlib.sha256(b"".join(written(line) for line in lines[:-1])).hexdigest()
    fields = {name: entry[name] for name in ("seq", "at", "digest")}
    signature = key.sign(export_statement(entry["seq"], entry["at"], entry["digest"], sha256))
    lines[-1] = {"end": {**fields, "sha256": sha256, "signature": signature}}


def test_an_untouched_log_is_sound(log: Log) -> None:
    code, said = log.check()
    assert code == 0
    assert "sound: 31 条记录 entries, 7 个签名 signatures" in said
    assert log.key in said
    code, said = log.check("--key", log.key)
    assert (code, "compare" in said) == (0, False)


@pytest.mark.parametrize("seq", [1, 15, 31])
@pytest.mark.parametrize("field", ["at", "actor", "event", "subject", "detail", "previous", "digest"])
def test_a_changed_entry_is_named(log: Log, seq: int, field: str) -> None:
    log.lines[log.place(seq)][field] = "f" * 64
    assert log.broken() == seq


@pytest.mark.parametrize("seq", [1, 2, 6, 15, 30, 31])
def test_a_removed_entry_is_named(log: Log, seq: int) -> None:
    del log.lines[log.place(seq)]
    assert log.broken() == seq


@pytest.mark.parametrize("seq", [1, 2, 6, 15, 31])
def test_an_inserted_entry_is_named(log: Log, seq: int) -> None:
    log.lines.insert(log.place(seq), dict(log.lines[log.place(seq)], actor="console:nobody"))
    assert log.broken() == seq


@pytest.mark.parametrize(("one", "other"), [(1, 2), (3, 4), (9, 20), (30, 31)])
def test_entries_in_another_order_are_named(log: Log, one: int, other: int) -> None:
    first, second = log.place(one), log.place(other)
    log.lines[first], log.lines[second] = log.lines[second], log.lines[first]
    assert log.broken() == one


@pytest.mark.parametrize("left", [0, 1, 5, 6, 12, 29, 30])
def test_a_cut_off_log_is_known_wherever_it_was_cut(log: Log, left: int) -> None:
    whole = list(log.lines)
    cut = log.place(left + 1)
    log.lines = whole[:cut]
    assert log.broken() == left + 1
    log.lines = [*whole[:cut], whole[-1]]  # with its end put behind
    assert log.broken() in (left + 1, 1)


def test_a_log_that_ends_at_an_old_checkpoint_is_cut_off(log: Log) -> None:
    place = next(number for number, line in enumerate(log.lines) if number > 9 and "checkpoint" in line)
    point = log.lines[place]["checkpoint"]
    end = {name: point[name] for name in ("seq", "at", "digest", "signature")}
    log.lines[place + 1 :] = [{"end": {**end, "sha256": log.lines[-1]["end"]["sha256"]}}]
    assert log.check()[0] == 1


def test_an_entry_that_was_digested_again_is_found_by_the_next_signature(log: Log) -> None:
    place = log.place(13)
    log.lines[place]["actor"] = "console:nobody"
    chained(log.lines, place)
    assert log.broken() == 12  # the newest one before it that is signed is entry 11


def test_a_tail_that_another_key_signed_is_named_from_its_first_entry(log: Log) -> None:
    place = log.place(12)
    log.lines[place]["actor"] = "console:nobody"
    chained(log.lines, place)
    signed_anew(log.lines, place, FORGER)
    assert log.broken() == 12
    assert log.broken("--key", log.key) == 12


def test_a_log_that_another_key_signed_whole_is_found_by_the_key_that_was_made_known(log: Log) -> None:
    log.lines[0]["key"] = FORGER.public
    signed_anew(log.lines, 0, FORGER)
    assert log.check()[0] == 0
    assert log.broken("--key", log.key) == 1


def test_a_left_out_signature_is_missed(log: Log) -> None:
    places = [number for number, line in enumerate(log.lines) if "checkpoint" in line]
    for place in places:
        whole = list(log.lines)
        del log.lines[place]
        assert log.check()[0] == 1
        log.lines = whole


def _twice(raw: bytes) -> bytes:
    return raw.replace(b'{"actor":', b'{"actor":"x","actor":', 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: b"",
        lambda raw: raw[:-1],
        lambda raw: raw[1:],
        lambda raw: raw + b"\n",
        lambda raw: raw + raw,
        lambda raw: raw.replace(b"\n", b"\r\n"),
        lambda raw: raw.replace(b'"seq":2', b'"seq":2.0', 1),
        lambda raw: raw.replace(b'"seq":1,', b'"seq":true,', 1),
        lambda raw: raw.replace(b'"seq":1,', b'"seq":' + b"9" * 9000 + b",", 1),
        lambda raw: raw.replace(b"\n", b"\n" + b"[" * 100_000 + b"\n", 1),
        lambda raw: raw.replace(b"\n", b"\n\xff\n", 1),
        lambda raw: raw.replace(b"\n", b"\nNaN\n", 1),
        lambda raw: raw.replace(b"\n", b'\n{"checkpoint":[]}\n', 1),
        lambda raw: raw.replace(b"\n", b'\n{"end":{}}\n', 1),
        lambda raw: raw.replace(b"\\u", b"\\U", 1),
        lambda raw: raw.replace(b" ", b"  ").replace(b'":', b'": ', 1),
        lambda raw: raw.replace(b'"signature":"', b'"signature":"00', 1),
        lambda raw: raw.replace(b'"hushgate_audit":1', b'"hushgate_audit":2'),
        lambda raw: raw.replace(b'"key":"', b'"key":"zz'),
        _twice,
    ],
)
def test_a_file_in_another_form_is_refused_with_one_line(log: Log, change: Callable[[bytes], bytes]) -> None:
    raw = b"".join(written(line) for line in log.lines)
    assert change(raw) != raw
    code, said = log.check(raw=change(raw))
    assert code == 1
    assert "broken at entry" in said


def test_a_file_that_is_not_there_and_no_file_are_one_line(log: Log) -> None:
    for words in ((), ("gone.jsonl",), ("a", "b")):
        command = [sys.executable, "-I", "-S", str(log.folder / "verify.py"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", cwd=log.folder)
        assert (done.returncode, done.stdout.count("\n"), done.stderr) == (1, 1, "")


def test_reasons_are_sealed_unless_they_are_opened(log: Log) -> None:
    def all_of(reveal: bool) -> str:
        file = BytesIO()
        write_bundle(file, log.store.audit, log.newest, survey(log.store.audit, log.newest), reveal)
        bundle = zipfile.ZipFile(file)
        bundle.extractall(log.folder)
        return "".join(json.dumps(bundle.read(name).decode(), ensure_ascii=True) for name in bundle.namelist())

    escaped = canonical({"": SECRET})[5:-2]
    assert escaped.replace("\\", "\\\\\\") not in all_of(False).replace("\\\\", "\\\\\\")
    assert SECRET not in (log.folder / "audit.jsonl").read_bytes().decode("unicode_escape")
    all_of(True)
    assert SECRET in (log.folder / "audit.jsonl").read_bytes().decode("unicode_escape")
    log.lines = [json.loads(line) for line in (log.folder / "audit.jsonl").read_text().splitlines()]
    assert log.check()[0] == 0
    log.lines[log.place(3)]["revealed"]["reason"] = "something else"
    code, said = log.check()  # not part of the chain, but of what is signed at the end
    assert code == 1
    assert "31" in said


def test_a_tampered_log_goes_out_as_it_is_and_says_so(log: Log, tmp_path: Path) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET detail = '[' WHERE seq = 3")
    connection.execute("UPDATE audit SET detail = '{\"reason\":\"sealed:AAAA\"}', at = 'never' WHERE seq = 4")
    connection.close()
    found = survey(log.store.audit, log.newest)
    assert found.verification.broken == 3
    assert sum(found.events.values()) == 31
    file = BytesIO()
    write_bundle(file, log.store.audit, log.newest, found, True)
    zipfile.ZipFile(file).extractall(log.folder)
    assert "entry 3 was found to be wrong" in (log.folder / "README.txt").read_text(encoding="utf-8")
    assert log.check(raw=(log.folder / "audit.jsonl").read_bytes())[0] == 1
    with (tmp_path / "page.html").open("w+", encoding="utf-8") as page:
        write_page(page, log.store.audit, log.newest, found, AuditFilter(), True)
        page.seek(0)
        text = page.read()
    assert "entry 3 was found to be wrong" in text
    assert text.count("<tr><td>") == 31


def test_the_page_says_what_it_is_and_holds_nothing_from_elsewhere(log: Log, tmp_path: Path) -> None:
    log.store.audit.append("cli:root", "report_closed", "<script>alert(1)</script>", {"a": 1})
    newest = log.store.audit.append_signed("cli:root", "log_exported", "", {"format": "html"})
    found = survey(log.store.audit, newest)

    def page(wanted: AuditFilter, reveal: bool) -> str:
        with (tmp_path / "page.html").open("w+", encoding="utf-8") as file:
            write_page(file, log.store.audit, newest, found, wanted, reveal)
            file.seek(0)
            return file.read()

    text = page(AuditFilter(), False)
    assert SECRET not in text
    assert "<script" not in text
    assert "http" not in text.replace("http-equiv", "")
    assert all(word in text for word in (newest.digest, log.key, "不能证明什么", "what it does not", "A4", "陈静"))
    assert text.count("<tr><td>") == 33
    only = page(AuditFilter(subject="Q-3", since=datetime(2026, 3, 3, tzinfo=UTC)), True)
    assert only.count("<tr><td>") == 4
    assert SECRET in only


def test_memory_does_not_grow_with_the_log(tmp_path: Path) -> None:
    class Endless:
        """A log of many entries that nobody stored; only what an export asks of it."""

        def __init__(self, count: int) -> None:
            self.count = count

        def entries(self, until: int | None = None) -> Iterator[AuditEntry]:
            previous = "0" * 64
            for seq in range(1, self.count + 1):
                fields = (seq, "2026-03-01T08:00:00+00:00", "relay", "held", f"Q-{seq}", '{"size":1}', previous)
                previous = link(*fields)
                yield AuditEntry(*fields, previous)

        def checkpoints(self) -> Iterator[Any]:
            return iter(())

        def public_key(self) -> str:
            return FORGER.public

        def sign_export(self, newest: AuditEntry, sha256: str) -> str:
            return "00"

    def peak(count: int) -> int:
        log: Any = Endless(count)
        newest = AuditEntry(count, "2026-03-01T08:00:00+00:00", "", "", "", "{}", "", "")
        found = survey(log, newest)
        assert found.verification.count == count
        write_lines(lambda line: None, log, newest)
        with (tmp_path / "page.html").open("w", encoding="utf-8") as page:
            write_page(page, log, newest, found, AuditFilter(), False)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    small = peak(1000)
    assert peak(60_000) - small < 4096  # KiB; 60,000 entries are some 30 MB
