"""`hushgate init DIR` writes a configuration that is right as it stands, and overwrites nothing."""

from pathlib import Path

import pytest

from gateway.cli.main import main

ROOT = Path(__file__).parents[2]


def test_what_is_written_has_no_mistake_and_is_what_the_project_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "etc" / "hushgate"
    assert main(["init", str(folder)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "gateway.toml",
        "notices",
        "policy.schema.json",
        "policy.toml",
    ]
    for path in (path for path in folder.rglob("*") if path.is_file()):
        assert path.read_bytes() == (ROOT / "config" / path.relative_to(folder)).read_bytes()
    written = capsys.readouterr().out
    assert f"begin at: {folder.parent}" in written
    assert main(["check", "--config", str(folder)]) == 0
    assert not (folder.parent / "var").exists()  # the store and its key are made by the first start


@pytest.mark.parametrize("name", ["gateway.toml", "policy.toml"])
def test_a_file_that_exists_stays_and_none_is_written_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / name).write_text("mine")
    assert main(["init", str(tmp_path)]) == 2
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{tmp_path / name}: exists already" in said


@pytest.mark.parametrize("name", ["strict", "balanced", "monitor-first"])
def test_a_policy_comes_with_its_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    folder = tmp_path / "config"
    assert main(["init", str(folder), "--policy", name]) == 0
    shipped = ROOT / "gateway" / "policy" / "policies" / name
    assert (folder / "policy.toml").read_bytes() == (shipped / "policy.toml").read_bytes()
    samples = {path.name: path.read_bytes() for path in (folder / "samples").iterdir()}
    assert samples == {path.name: path.read_bytes() for path in (shipped / "samples").iterdir()}
    assert "reports.jsonl" in samples
    assert main(["check", "--config", str(folder)]) == 0
    assert ("只观察，不拦截" in capsys.readouterr().out) == (name == "monitor-first")


def test_a_new_installation_can_begin_by_watching(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "a"), "--monitor"]) == 0
    assert '\nmode = "monitor"\n' in (tmp_path / "a" / "policy.toml").read_text(encoding="utf-8")
    assert main(["init", str(tmp_path / "b"), "--monitor", "--policy", "strict"]) == 2
    assert main(["init", str(tmp_path / "b"), "--policy", "strickt"]) == 2
    assert "unknown policy 'strickt'; did you mean 'strict'?" in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_a_link_to_nowhere_is_a_file_that_exists(tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").symlink_to(tmp_path / "elsewhere")
    assert main(["init", str(tmp_path)]) == 2
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["init", str(tmp_path / "file" / "config")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
