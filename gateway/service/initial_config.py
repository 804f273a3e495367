"""The configuration files of a fresh installation, written where none stand yet."""

import os
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from gateway.errors import Problem
from gateway.model import LANGUAGES
from gateway.notices import templates
from gateway.policy import json_schema
from gateway.service.rules import POLICY_FILE
from gateway.settings.settings import FILE as SETTINGS_FILE

POLICIES = ("strict", "balanced", "monitor-first")
"""Rules that are shipped besides those of `default.toml`, each with its samples."""


def _files(policy: str) -> dict[str, bytes]:
    """By their names in the folder."""
    rooms = {SETTINGS_FILE: "gateway.settings", POLICY_FILE: "gateway.policy"}
    files = {name: resources.files(room).joinpath("default.toml").read_bytes() for name, room in rooms.items()}
    if policy:
        files |= dict(_inside(resources.files("gateway.policy") / "policies" / policy))
    files[json_schema.FILE] = json_schema.text().encode()  # editors find it by the first line of the rules
    return files | {f"{templates.FOLDER}/{one}.toml": templates.default(one) for one in LANGUAGES}


def _inside(folder: Traversable, way: str = "") -> Iterator[tuple[str, bytes]]:
    """Every file in a folder of this package, by its way from there."""
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_dir():
            yield from _inside(one, f"{way}{one.name}/")
        else:
            yield f"{way}{one.name}", one.read_bytes()


def write_initial_config(folder: Path, policy: str = "") -> list[Path]:
    """The files written: the packaged gateway.toml, policy.toml, what editors know of it, and words of notices, each
    synced before it gets its name. `policy`: one of `POLICIES` with its samples, instead of the packaged rules.

    Raises: Problem if one of them is there already (then nothing is written), OSError if the folder cannot be written.
    """
    files = {folder / name: content for name, content in _files(policy).items()}
    there = [path for path in files if os.path.lexists(path)]
    if there:
        raise Problem(str(there[0]), "exists already, and is not overwritten", "name another folder, or move it away")
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_once(path, content)
    return list(files)


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
