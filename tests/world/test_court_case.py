"""The court case itself, as `make demo ARGS=--once` runs it: over real SMTP, with real pictures and documents."""

import subprocess
from pathlib import Path

import pytest

from gateway.demo.case import NAME, SECRETS, build
from gateway.demo.trace import traces
from gateway.reading.walk import read_mail
from scene import HUSHGATE


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("demo") / "case"
    command = [*HUSHGATE, "demo", "--once", "--folder", str(folder)]
    return folder, subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_every_verdict_is_right(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, done = demo
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 of 14 right" in done.stdout
    assert done.stderr == ""


def test_what_got_out_has_no_trace_of_the_reporter(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    got = sorted((folder / "outbox").glob("*.eml"))
    assert len(got) == 7
    to_the_reported = [path.read_bytes() for path in got if b"yuanshan@" not in path.read_bytes()]
    assert len(to_the_reported) == 6
    assert all(traces(content, SECRETS, frozenset()) == [] for content in to_the_reported)
    with_files = [content for content in to_the_reported if b"image/" in content or b"application/" in content]
    assert len(with_files) == 2  # the document and the ticket of the staff's own, rewritten


def test_what_a_picture_said_is_covered_and_the_rest_of_it_is_there(
    demo: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """By OCR: whoever searches bytes sees nothing of a picture."""

    def said(content: bytes) -> str:
        return "".join(text.text for text in read_mail(content).texts if text.medium == "picture")

    folder, _ = demo
    (sent,) = [mail for mail in build(tmp_path).mails if "工单截图" in mail.title]
    assert NAME in said(sent.content)
    (got,) = [content for path in (folder / "outbox").glob("*.eml") if b"image/" in (content := path.read_bytes())]
    after = said(got)
    assert NAME not in after
    assert "TK-3107" in after
    assert "提交书面说明" in after


def test_before_and_after_are_pictures(demo: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    folder, _ = demo
    names = sorted(path.name for path in (folder / "pictures").iterdir())
    assert names == [f"{n}-{when}.png" for n in ("04", "05", "11", "12") for when in ("after", "before")]


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
    assert len(leaks) == 4
    assert all(traces(mail.content, SECRETS, frozenset()) for mail in leaks if "截图" not in mail.title)
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
