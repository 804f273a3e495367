"""The configuration as its files stood at one moment.

Files are read once and written apart, so that every process takes the same rules, whatever an editor does meanwhile;
a process that is started later takes them too. Symbolic links are followed each time: Kubernetes changes the files of
a ConfigMap by turning one.

In: the configuration folder. Out: `Snapshot`. Raises: Problem where files do not keep still.
"""

import fcntl
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gateway.errors import Problem
from gateway.model import LANGUAGES
from gateway.notices.templates import FOLDER
from gateway.service.private_file import write_private
from gateway.service.rules import POLICY_FILE
from gateway.settings.settings import FILE as SETTINGS_FILE

NAMES: tuple[str, ...] = (SETTINGS_FILE, POLICY_FILE, *(f"{FOLDER}/{language}.toml" for language in LANGUAGES))
LARGEST = 4 * 1024 * 1024
_TRIES = 5

Stamp = tuple[tuple[int, int, int, int] | None, ...]
"""Of each file what the system says of it: where it lies, its size, when it was written. None: it is not there."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The files that were there, by their names."""

    files: tuple[tuple[str, bytes], ...] = field(repr=False)
    stamp: Stamp

    def says_something(self) -> frozenset[str]:
        """The files that are there and not empty."""
        return frozenset(name for name, data in self.files if data.strip())

    def write(self, folder: Path) -> None:
        """Put those that are not there yet into this folder, which nobody but us may look into: settings hold
        passwords. What is there is whole."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, data in self.files:
            path = folder / name
            if not path.exists():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                write_private(path, data)


def stamp_of(config: Path, others: tuple[str, ...] = ()) -> Stamp:
    """How the files stand, and others that they name; cheap enough to be asked for each second."""
    return tuple(_stamp(path) for path in (*_paths(config), *map(Path, others)))


def stamps(others: tuple[str, ...]) -> Stamp:
    """The same of other files alone."""
    return tuple(_stamp(Path(path)) for path in others)


def taken(config: Path, others: tuple[str, ...] = ()) -> Snapshot:
    """All files as they stand together: where one changes while they are read, they are read again."""
    for _ in range(_TRIES):
        before = stamp_of(config, others)
        read = ((name, _read(path)) for name, path in zip(NAMES, _paths(config), strict=True))
        files = tuple((name, data) for name, data in read if data is not None)
        if stamp_of(config, others) == before:
            return Snapshot(files, before)
    raise Problem(str(config), "its files change while they are read", "wait until they are written")


def is_being_written(config: Path) -> bool:
    """Whether some process has one of the files open to write to it. Where the system does not say, nobody has."""
    return any(_is_open(path) for path in _paths(config))


def _paths(config: Path) -> Iterator[Path]:
    return (config / name for name in NAMES)


def _stamp(path: Path) -> tuple[int, int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _read(path: Path) -> bytes | None:
    """None where it is not there."""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:  # a pipe is no file
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "give a readable TOML file") from error
    if len(data) > LARGEST:
        raise Problem(str(path), "has more than 4 MB", "these are rules and settings: write them shorter")
    return data


def _is_open(path: Path) -> bool:
    """A read lease is not given where somebody writes (fcntl(2)). It is given back at once; whoever opens the file
    meanwhile waits for that, and the signal of it is one that does nothing."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # another one's file, or a file system without leases
        return False
    finally:
        os.close(file)
    return False
