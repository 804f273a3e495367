"""The two configuration files of a fresh installation, written where none stand yet."""

import os
from importlib import resources
from pathlib import Path

from gateway.errors import Problem
from gateway.service.rules import POLICY_FILE
from gateway.settings.settings import FILE as SETTINGS_FILE

_TEMPLATES = {SETTINGS_FILE: "gateway.settings", POLICY_FILE: "gateway.policy"}


def write_initial_config(folder: Path) -> list[Path]:
    """The files written: the packaged gateway.toml and policy.toml, each synced before it gets its name.

    Raises: Problem if one of them is there already (then nothing is written), OSError if the folder cannot be written.
    """
    paths = [folder / name for name in _TEMPLATES]
    there = [path for path in paths if os.path.lexists(path)]
    if there:
        raise Problem(str(there[0]), "exists already, and is not overwritten", "name another folder, or move it away")
    folder.mkdir(parents=True, exist_ok=True)
    for path in paths:
        _write_once(path, resources.files(_TEMPLATES[path.name]).joinpath("default.toml").read_bytes())
    return paths


def _write_once(path: Path, content: bytes) -> None:
    """A file that is whole or not there; a name that somebody else took meanwhile stays theirs (FileExistsError)."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)
