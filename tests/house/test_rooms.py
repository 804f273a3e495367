"""The house stands as drawn: import rules, and who alone may import a library."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "gateway").rglob("*.py"))

# Libraries that one place alone may know, so that they can be replaced there.
FENCED = {
    "aiosmtpd": ("relay/protocol.py", "relay/session.py"),
    "presidio_analyzer": ("detection/presidio.py",),
    "presidio_anonymizer": ("rewriting/plan.py",),
    "rapidocr": ("images/extract/",),
    "rich": ("cli/terminal.py",),
    "argon2": ("console/passwords.py",),
    "prometheus_client": ("telemetry/",),
    "alembic": ("storage/",),
    "starlette": ("api/", "console/", "service/api.py", "service/console_server.py"),
    "uvicorn": ("service/",),
}


def imported(path: Path) -> set[str]:
    """Every module that a file imports, absolute."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def test_no_room_imports_what_it_must_not() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.parametrize("library", FENCED)
def test_a_fenced_library_is_imported_in_its_place_only(library: str) -> None:
    places = FENCED[library]
    importers = {
        str(path.relative_to(ROOT / "gateway"))
        for path in MODULES
        if any(name == library or name.startswith(f"{library}.") for name in imported(path))
    }
    assert importers, f"nobody imports {library}: the fence guards nothing"
    assert not [path for path in importers if not path.startswith(places)]


def test_every_room_is_in_the_drawing() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    declared = {room.strip() for line in layers for room in line.split("|")}
    rooms = {path.name.removesuffix(".py") for path in (ROOT / "gateway").iterdir() if path.name[0] not in "_p."}
    rooms |= {path.name for path in (ROOT / "gateway").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert declared - {"__main__"} == rooms
    drawing = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert [room for room in sorted(rooms) if f"`{room}" not in drawing] == []


def test_a_module_over_500_lines_gives_its_reason() -> None:
    long = {str(path.relative_to(ROOT)) for path in MODULES if path.read_text(encoding="utf-8").count("\n") > 500}
    assert long == set()
