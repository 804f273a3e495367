"""The court case itself, as `make demo ARGS=--once` runs it: over real SMTP, with real pictures and documents."""

import subprocess
from pathlib import Path

import pytest

from gateway.demo.case import SECRETS, build
from gateway.demo.trace import traces
from scene import HUSHGATE


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo") / "case"
    command = [*HUSHGATE, "demo", "--once", "--folder", str(folder)]
    return folder, subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_every_verdict_is_right(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 of 12 right" in done.stdout
    assert done.stderr == ""


def test_what_got_out_has_no_trace_of_the_reporter(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    got = sorted((folder / "outbox").glob("*.eml"))
    assert len(got) == 5
    to_the_reported = [path.read_bytes() for path in got if b"yuanshan@" not in path.read_bytes()]
    assert len(to_the_reported) == 4
    assert all(traces(content, SECRETS, frozenset()) == [] for content in to_the_reported)
    assert all(b"image/" not in content and b"application/" not in content for content in to_the_reported)


def test_before_and_after_are_pictures(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    names = sorted(path.name for path in (folder / "pictures").iterdir())
    assert names == ["04-after.png", "04-before.png", "05-after.png", "05-before.png"]


def test_nothing_of_the_reporter_is_in_clear_in_the_store(
    demo: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = demo
    for path in folder.glob("hushgate.db*"):
        assert not any(secret.encode() in path.read_bytes() for secret in SECRETS)


def test_the_search_for_traces_finds_what_is_there(tmp_path: Path) -> None:
    """Else the tests above could not fail."""
    case = build(tmp_path)
    leaks = [mail for mail in case.mails if mail.expected == "redact"]
    assert len(leaks) == 2
    assert all(traces(mail.content, SECRETS, frozenset()) for mail in leaks)
    forwarded = [mail for mail in case.mails if "原样转发" in mail.title or "压缩后转发" in mail.title]
    assert len(forwarded) == 2
    assert all(traces(mail.content, SECRETS, frozenset()) for mail in forwarded)


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    command = [*HUSHGATE, "demo", "--once", "--folder", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "not made by a demo" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]
