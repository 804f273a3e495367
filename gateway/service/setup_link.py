"""Where the one-time link for the first account lies: a file beside the key, readable by us alone.

A log is kept, shipped and read by many; whoever has the link can make an account. Gone once it was used.
"""

import contextlib
import os
from pathlib import Path

from gateway.errors import Problem
from gateway.service.private_file import write_private
from gateway.settings.settings import Storage

NAME = "setup-link"


def setup_file(storage: Storage) -> Path:
    """Its place, absolute."""
    return Path(os.path.abspath(storage.key_file)).parent / NAME


def write_link(path: Path, link: str) -> None:
    """Whole or not at all, mode 0600 from the beginning. Raises: Problem."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, f"{link}\n".encode())
    except OSError as error:
        remedy = "give a folder that may be written, by [storage] key_file"
        raise Problem(str(path), f"the set-up link cannot be written ({error.strerror})", remedy) from error


def remove_link(path: Path) -> None:
    """It was used, or somebody has an account already."""
    with contextlib.suppress(OSError):
        path.unlink()
