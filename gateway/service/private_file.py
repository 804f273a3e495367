"""A file of ours that nobody else reads, in its place whole or not at all."""

import os
import secrets
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Put it in the place of what was there, mode 0600 from the beginning; where that fails nothing changes.

    Raises: OSError.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
