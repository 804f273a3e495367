"""A start opens the store that the configuration means, and makes no empty one in the place of one that is gone."""

import os
from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.model import Party, Report
from gateway.service.wiring import open_house

TOML = '[upstream]\nhost = "mail.example"\nport = 25\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "srv" / "config"
    folder.mkdir(parents=True)
    (folder / "gateway.toml").write_text(TOML, "utf-8")
    return folder


def begun(config: Path) -> Path:
    with open_house(config, {}) as house:
        assert house.created
        house.store.reports.put([Report("R-1", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),))], "t")
    return config.parent / "var" / "hushgate.db"


def test_the_same_store_is_opened_from_every_folder(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = begun(config)
    assert store.exists()
    for place in (tmp_path, config, config.parent):
        monkeypatch.chdir(place)
        with open_house(Path(os.path.relpath(config)), {}) as house:
            assert not house.created
            assert house.store.reports.protecting() == 1
    assert not (tmp_path / "var").exists()


def test_a_key_without_its_store_is_no_first_start_unless_somebody_says_so(config: Path) -> None:
    store = begun(config)
    for file in store.parent.glob("hushgate.db*"):
        file.unlink()
    with (
        pytest.raises(Problem, match=r"the store is missing, but its key is there.*--new-store"),
        open_house(config, {}),
    ):
        pass
    assert not store.exists()
    with open_house(config, {}, new_store=True) as house:
        assert house.created
        assert house.store.reports.protecting() == 0


def test_a_store_where_an_older_version_put_it_is_pointed_to(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old" / "var").mkdir(parents=True)
    (tmp_path / "old" / "var" / "hushgate.db").write_bytes(b"SQLite format 3\0")
    monkeypatch.chdir(tmp_path / "old")
    with pytest.raises(Problem, match="relative to the configuration folder's parent"), open_house(config, {}):
        pass
    assert not (config.parent / "var").exists()


def test_reports_that_protect_nobody_any_more_do_not_count(config: Path) -> None:
    begun(config)
    with open_house(config, {}) as house:
        house.store.reports.erase("R-1", "t", False)
        assert house.store.reports.protecting() == 0
