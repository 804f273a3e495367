"""The configuration files of a fresh installation, written where none stand yet."""

import os
from importlib import resources
from pathlib import Path

from gateway.errors import Problem
from gateway.model import LANGUAGES
from gateway.notices import templates
from gateway.policy import json_schema
from gateway.service.rules import POLICY_FILE
from gateway.settings.settings import FILE as SETTINGS_FILE

_MONITOR = (
    "# 先只观察：邮件照发，只记录本来会怎样处理。看过控制台的 /watched 之后删去这一行，规则就生效。".encode(),
    b"# Only watch at first: all mail goes out, and what would have been done is noted. Take this line out, once you",
    b"# have looked at /watched of the console, and the rules are enforced.",
    b'mode = "monitor"',
    b"",
)


def _files() -> dict[str, bytes]:
    """By their names in the folder."""
    rooms = {SETTINGS_FILE: "gateway.settings", POLICY_FILE: "gateway.policy"}
    files = {name: resources.files(room).joinpath("default.toml").read_bytes() for name, room in rooms.items()}
    files[json_schema.FILE] = json_schema.text().encode()  # editors find it by the first line of the rules
    return files | {f"{templates.FOLDER}/{one}.toml": templates.default(one) for one in LANGUAGES}


def _watching(policy: bytes) -> bytes:
    """The packaged rules, which only watch: `mode` as the first line that is not a comment."""
    lines = policy.split(b"\n")
    first = next(number for number, line in enumerate(lines) if line and not line.startswith(b"#"))
    return b"\n".join([*lines[:first], *_MONITOR, *lines[first:]])


def write_initial_config(folder: Path, monitor: bool = False) -> list[Path]:
    """The files written: the packaged gateway.toml, policy.toml and words of notices, each synced before it gets its
    name. `monitor`: rules that only watch.

    Raises: Problem if one of them is there already (then nothing is written), OSError if the folder cannot be written.
    """
    files = {folder / name: content for name, content in _files().items()}
    if monitor:
        files[folder / POLICY_FILE] = _watching(files[folder / POLICY_FILE])
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
