"""The wheel, built and installed into an environment of its own, is the whole program.

Only hushgate itself is built and installed; what it stands on is read from the environment of this test, so nothing is
fetched. The working directory holds no source, and PYTHONPATH is not set: a file that the wheel lacks is missing.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from gateway import __version__

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]

pytestmark = pytest.mark.slow


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The ended program, started in `folder` with nothing of this test's surroundings but its PATH and home."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of what stands in this checkout; built from a copy, for setuptools takes in what an older build left."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "gateway", source / "gateway", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", PROJECT["readme"], *PROJECT["license-files"]):
        shutil.copy(ROOT / name, source / name)
    built = run([*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), "."], source)
    assert built.returncode == 0, built.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the programs of an environment into which the wheel was installed."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    programs = folder / "bin"
    python = str(programs / "python")
    done = run([*PIP, "--python", python, "install", "--no-deps", "--no-index", str(wheel)], folder)
    assert done.returncode == 0, done.stderr
    # A path file is read in order and its folders come behind our own; path files in them are not followed, so that
    # this checkout, which stands in one of them, is not found.
    site = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    shared = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (site / "shared.pth").write_text("".join(f"{one}\n" for one in shared))
    where = run([python, "-c", "import gateway; print(gateway.__file__)"], folder)
    assert Path(where.stdout.strip()) == site / "gateway" / "__init__.py", where.stderr
    return programs


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    here = {str(path.relative_to(ROOT)) for path in (ROOT / "gateway").rglob("*") if path.is_file()}
    here = {name for name in here if "__pycache__" not in name}
    with zipfile.ZipFile(wheel) as opened:
        there = {name for name in opened.namelist() if ".dist-info/" not in name}
        metadata = opened.read(f"hushgate-{__version__}.dist-info/METADATA").decode()
    assert there == here
    assert f"\nVersion: {__version__}\n" in metadata
    assert f"\nRequires-Python: {PROJECT['requires-python']}\n" in metadata


def test_the_installed_program_says_its_version(installed: Path, tmp_path: Path) -> None:
    done = run([str(installed / "hushgate"), "--version"], tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (f"hushgate {__version__}\n", "", 0)


def test_the_installed_program_writes_a_configuration_that_it_takes(installed: Path, tmp_path: Path) -> None:
    program = str(installed / "hushgate")
    made = run([program, "init", "new"], tmp_path)
    assert made.returncode == 0, made.stderr
    checked = run([program, "check", "--config", "new"], tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_installed_program_plays_the_court_case(installed: Path, tmp_path: Path) -> None:
    done = run([str(installed / "hushgate"), "demo", "--once"], tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert re.search(r"\b(\d+) of \1 right", done.stdout)
