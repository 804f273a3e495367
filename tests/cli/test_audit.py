"""`hushgate audit …` on a real store: what it prints, what it leaves behind, and with which code it ends."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.main import main
from gateway.service.wiring import open_house
from gateway.storage.audit_protocols import AuditFilter

SECRET = "附件里有张小鸣的身份证"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration with a store whose log has some entries."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "gateway.toml").write_text(
        f'[storage]\nurl = "sqlite:///{tmp_path}/s.db"\nkey_file = "{tmp_path}/key"\n'
        '[upstream]\nhost = "localhost"\nport = 25\n[organization]\ndomains = ["platform.example"]\n',
        "utf-8",
    )
    with open_house(config, {}, new_store=True) as house:
        audit = house.store.audit
        audit.append_with_reason("console:陈静", "discarded", "Q-1", {"state": "discarded"}, SECRET)
        audit.append("relay", "held", "Q-2", {"rule": "r"})
        audit.append("console:\x1b[2J", "released", "Q-3", {})
    return config


def run(config: Path, *words: str) -> int:
    return main(["audit", words[0], "--config", str(config), *words[1:]])


def listed(config: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    assert run(config, "list", "--json", *words) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_list_is_newest_first_and_masked(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = listed(config, capsys)
    assert [entry["event"] for entry in found] == ["list_viewed", "released", "held", "discarded"]
    assert [entry["seq"] for entry in found] == [4, 3, 2, 1]
    assert found[3]["detail"] == {"state": "discarded", "reason": None}
    assert found[3]["actor"] == "console:陈静"
    assert set(found[0]) == {"seq", "at", "actor", "event", "subject", "detail", "digest"}
    assert SECRET not in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize(
    ("words", "subjects"),
    [
        (("--actor", "陈静"), ["Q-1"]),
        (("--actor", "console:陈静"), ["Q-1"]),
        (("--event", "held"), ["Q-2"]),
        (("--event", "decisions"), ["Q-3", "Q-1"]),
        (("--subject", "Q-2"), ["Q-2"]),
        (("--subject", "Q-2", "--actor", "陈静"), []),
        (("--since", "12h", "--event", "held"), ["Q-2"]),
        (("--since", "2001-01-01", "--event", "held"), ["Q-2"]),
        (("--until", "30d"), []),
        (("--until", "2001-01-01T00:00:00+08:00"), []),
        (("--event", "decisions", "--limit", "1"), ["Q-3"]),
    ],
)
def test_a_list_is_filtered(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], subjects: list[str]
) -> None:
    assert [entry["subject"] for entry in listed(config, capsys, *words)] == subjects


def test_lines_are_sentences_that_do_not_speak_to_the_terminal(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert run(config, "list") == 0
    out = capsys.readouterr().out
    assert "陈静 作废了邮件 Q-1，理由已封存" in out
    assert "\x1b" not in out
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert run(config, "list") == 0
    assert "陈静 discarded message Q-1; the reason is sealed" in capsys.readouterr().out


def test_reasons_are_opened_with_a_reason_that_stands_in_the_log(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = listed(config, capsys, "--reveal", "--reason", "法院调取")
    assert found[-1]["detail"]["reason"] == SECRET
    assert found[0]["event"] == "log_revealed"
    assert found[0]["actor"].startswith("cli:")
    assert found[0]["detail"]["reason"] == "法院调取"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("list", "--reveal"), "no reason given"),
        (("list", "--reveal", "--reason", " "), "no reason given"),
        (("list", "--reason", "x"), "nothing is opened"),
        (("list", "--since", "gestern"), "this is no time"),
        (("list", "--since", "999999d"), "this is no time"),
        (("list", "--until", ""), "this is no time"),
        (("list", "--limit", "-1"), "below zero"),
        (("export", "--format", "jsonl", "x.zip", "--event", "held"), "a part of the log cannot be checked"),
        (("export", "--format", "html", "x.html", "--reveal"), "no reason given"),
        (("export", "--format", "html", "/nowhere/x.html"), "the system refused"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(
    config: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert run(config, *words) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert captured.err.count("\n") == 1
    with open_house(config, {}) as house:
        assert house.store.audit.head()[0] == 3


def test_an_export_can_be_checked_and_is_in_the_log(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = config / "out.zip"
    to.write_bytes(b"an older one")
    assert run(config, "export", "--format", "jsonl", str(to)) == 0
    assert "4 entries, 2 signatures" in capsys.readouterr().out
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert sorted(path.name for path in config.iterdir()) == ["gateway.toml", "out.zip"]
    bundle = zipfile.ZipFile(to)
    assert bundle.namelist() == ["audit.jsonl", "verify.py", "README.txt"]
    bundle.extractall(config / "court")
    assert run(config, "key") == 0
    key = capsys.readouterr().out.strip()
    for words in ((), ("--key", key)):
        command = [sys.executable, "-I", "-S", "verify.py", "audit.jsonl", *words]
        assert subprocess.run(command, cwd=config / "court", check=False, capture_output=True).returncode == 0
    with open_house(config, {}) as house:
        (entry,) = house.store.audit.find(AuditFilter(events=("log_exported",)))
        assert json.loads(entry.detail) == {"format": "jsonl", "revealed": 0}
    assert key in bundle.read("README.txt").decode()


def test_a_page_shows_what_is_asked_for(config: Path) -> None:
    to = config / "out.html"
    assert run(config, "export", "--format", "html", str(to), "--subject", "Q-1") == 0
    page = to.read_text("utf-8")
    assert page.count("<tr><td>") == 1
    assert SECRET not in page
    assert run(config, "export", "--format", "html", str(to), "--reveal", "--reason", "法院调取") == 0
    page = to.read_text("utf-8")
    assert SECRET in page
    assert "法院调取" in page


def test_the_export_is_in_the_log_even_where_it_could_not_be_written(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert run(config, "export", "--format", "jsonl", str(config / "out.zip")) == 2
    assert sorted(path.name for path in config.iterdir()) == ["gateway.toml"]
    with open_house(config, {}) as house:
        assert len(house.store.audit.find(AuditFilter(events=("log_exported",)))) == 1


def test_a_broken_log_is_exported_and_said_to_be_broken(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
    connection.execute("DROP TRIGGER audit_no_update")
    connection.execute("UPDATE audit SET actor = 'x' WHERE seq = 2")
    connection.close()
    assert run(config, "export", "--format", "jsonl", str(config / "out.zip")) == 2
    assert "broken at entry 2" in capsys.readouterr().err
    assert (config / "out.zip").exists()
    assert run(config, "verify") == 1
    assert "broken at entry 2" in capsys.readouterr().err


def test_the_log_is_verified_with_its_signatures(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "verify") == 0
    assert capsys.readouterr().out == "audit: 3 entries, the chain is whole, signed to entry 1\n"


def test_who_is_at_the_keyboard_is_not_what_a_variable_says(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER"):
        monkeypatch.setenv(name, "somebody-else")
    (entry,) = listed(config, capsys, "--limit", "1")
    assert "somebody-else" not in entry["actor"]
