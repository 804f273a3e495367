"""What the documentation says is what the code does."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from gateway import __version__
from gateway.audit.sentences import GROUPS as EVENT_GROUPS
from gateway.cli.main import GROUPS, main
from gateway.settings.settings import describe

ROOT = Path(__file__).parents[2]


def test_every_setting_stands_in_the_documentation() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for one in describe():
        key = "environment only" if one.environment_only else f"`{one.key}`"
        assert f"| {key} | `{one.variable}` |" in page, one.key
        assert one.doc in page, one.key


@pytest.mark.parametrize("page", ["reliability.md", "security.md"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    page = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", page)
    assert len(named) > 12
    for path, test in named:
        assert (ROOT / path).exists(), path
        if test:
            assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8"), test


def test_the_shipped_configuration_is_right(capsys: object) -> None:
    assert main(["check", "--config", str(ROOT / "config")]) == 0


def test_every_command_group_stands_in_the_readme() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    names = list(GROUPS)
    assert [name for name in names if f"`hushgate {name}" not in page] == []


@pytest.mark.parametrize("group", GROUPS)
def test_every_action_of_a_command_stands_in_its_rows_of_the_readme(
    group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([group, "--help"])
    said = capsys.readouterr().out
    actions = re.findall(r"^    ([a-z][a-z-]*)\b", said, re.M) if "ACTION" in said else []
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = "".join(line for line in page.splitlines() if line.startswith(f"| `hushgate {group} "))
    assert [one for one in actions if f"`{one}" not in rows and f"`hushgate {group} {one}" not in rows] == []


def test_every_group_of_events_stands_in_the_page_of_the_log() -> None:
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.M)) == set(EVENT_GROUPS)


def test_every_format_is_read_somewhere_in_the_tests() -> None:
    folders = [path.name for path in (ROOT / "gateway" / "formats").iterdir() if (path / "__init__.py").exists()]
    assert len(folders) >= 7
    assert [name for name in folders if not list((ROOT / "tests" / "formats" / name).glob("test_*.py"))] == []


def test_every_room_has_tests() -> None:
    rooms = [path.name for path in (ROOT / "gateway").iterdir() if (path / "__init__.py").exists()]
    elsewhere = {"model", "demo", "service", "inspection"}  # values, and what tests/world drives whole
    assert [
        name for name in rooms if name not in elsewhere and not list((ROOT / "tests" / name).rglob("test_*.py"))
    ] == []


def test_the_version_stands_in_one_place() -> None:
    written = [ROOT / "pyproject.toml", ROOT / "README.md", *(ROOT / "gateway").rglob("*.py")]
    stands = [
        path for path in written if re.search(rf"""["'`]{re.escape(__version__)}["'`]""", path.read_text("utf-8"))
    ]
    assert stands == [ROOT / "gateway" / "__init__.py"]


def test_the_changelog_has_the_version() -> None:
    page = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## (?:\[)?{re.escape(__version__)}\b", page, re.MULTILINE), "cut CHANGELOG.md for the release"


def test_the_pythons_that_are_said_to_run_it_are_those_of_the_package_and_of_this_run() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = re.findall(r"^\| (3\.\d+) \|", page, re.MULTILINE)
    assert said == [line.rpartition(" ")[2] for line in project["classifiers"] if ":: Python ::" in line]
    assert project["requires-python"] == f">={said[0]}"
    assert f"{sys.version_info[0]}.{sys.version_info[1]}" in said, "add this Python to README.md and pyproject.toml"
