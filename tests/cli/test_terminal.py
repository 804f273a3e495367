"""A terminal gets tables that fit and sees how far an import is; a pipe gets the same bytes as ever."""

import io
import json
import os
import pty
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from gateway.cli import output, terminal
from gateway.text.terminal_table import width
from scene import Scene

ROOT = Path(__file__).parents[2]
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(io.StringIO):
    """Where print goes when a person looks on."""

    def isatty(self) -> bool:
        return True


def table(rows: list[list[str]]) -> str:
    """What a terminal of 60 columns gets, without colours."""
    with redirect_stdout(Terminal()) as shown:
        output.table(["ID", "NAME", "WORDS"][: len(rows[0])], rows)
    return ESCAPE.sub("", shown.getvalue())


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")


def test_a_pipe_gets_aligned_columns(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(["ID", "NAME"], [["R-1", "星儿"], ["R-1000", "x" * 200]])
    assert capsys.readouterr().out == f"ID      NAME\nR-1     星儿\nR-1000  {'x' * 200}\n"


def test_a_table_fits_the_terminal_and_ids_stay_whole() -> None:
    lines = table([["R-2020-0918-0001", "星儿", "很长的一段话。" * 20], ["R-2", "", "b"]]).splitlines()
    assert max(map(width, lines)) <= 60
    assert any(line.startswith("R-2020-0918-0001 ") for line in lines)
    assert "".join(re.findall("[很长的一段话。]", "".join(lines))) == "很长的一段话。" * 20


@pytest.mark.parametrize("word", ["[bold]x[/bold]", "[/]", ":smile:", "[link=https://x.example]y[/link]", "\\[x"])
def test_words_of_a_report_are_no_markup(word: str) -> None:
    assert word in table([["R-1", word]])


@pytest.mark.parametrize("sign", ["\x1b[2J", "\x1b]0;x\x07", "\x9b2J", "\r", "\n", "\x08", "\u202e", "\x7f"])
def test_words_of_a_report_say_nothing_to_the_terminal(sign: str) -> None:
    (line,) = table([["R-1", f"a{sign}b"]]).splitlines()[1:]
    assert line.startswith("R-1  a\ufffd")
    assert sign not in line


def test_nothing_of_progress_stands_where_nobody_looks_on(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress("reading") as advance:
        for done in range(1, 1001):
            advance(done, 1000)
    assert capsys.readouterr() == ("", "")


def test_progress_is_drawn_at_most_ten_times_a_second() -> None:
    now = 1000.0
    with redirect_stderr(Terminal()) as shown, terminal.progress("reading", lambda: now) as advance:
        for done in range(1, 1001):
            advance(done, 1000)
            now += 0.01
    drawn = re.findall(r"(\d+)/1000", shown.getvalue())
    assert 90 < len(drawn) < 115
    assert drawn[-1] == "1000"


def on_a_terminal(command: list[str], environment: dict[str, str]) -> tuple[int, bytes, str]:
    """Code, stdout (a pipe) and stderr (a terminal) of a program."""
    here, there = pty.openpty()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=there, env=environment, cwd=ROOT)
    os.close(there)
    heard = []
    while True:
        try:
            piece = os.read(here, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        heard.append(piece)
    os.close(here)
    out, _ = process.communicate(timeout=60)
    return process.returncode, out, b"".join(heard).decode()


@pytest.mark.slow
def test_an_import_shows_how_far_it_is_and_says_the_same_on_stdout(scene: Scene, tmp_path: Path) -> None:
    lines = []
    for number in range(12):
        tmp_path.joinpath(f"{number}.txt").write_text(f"第{number}封举报信，主播在直播时骂人，平台应当处理。")
        report = {"id": f"R-{number}", "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"]}]}
        lines.append(json.dumps({**report, "reporter": {"names": ["张小鸣"]}, "materials": [f"{number}.txt"]}))
    tmp_path.joinpath("r.jsonl").write_text("\n".join(lines))
    command = [sys.executable, "-m", "gateway", "reports", "import", str(tmp_path / "r.jsonl")]
    command += ["--config", str(scene.config)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    code, out, heard = on_a_terminal(command, environment)
    piped = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, check=False)
    assert (code, piped.returncode) == (0, 0), heard
    assert out == piped.stdout
    assert out.startswith(b"12 report(s) imported\n")
    assert "12/12" in heard
    assert "读取材料 reading files" in heard
    assert b"\x1b" not in piped.stdout + piped.stderr
    assert b"reading files" not in piped.stderr
    assert "张小鸣" not in heard
