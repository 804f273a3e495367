"""The master key: 32 bytes that open everything, from the environment or from a file made at first start.

The file holds the key in base64 on one line, mode 0600, in a directory of mode 0700 where we made it. It comes into
being whole (written under another name, synced, then linked into place), so that of several processes starting at
once one makes it and the others read the same key, and so that a crash never leaves half a key.

In: the path, the base64 text of the environment or "". Out: 32 bytes. Raises: Problem, which never quotes the key.
"""

import base64
import binascii
import contextlib
import os
import secrets
import stat
from pathlib import Path

from gateway.errors import Problem

KEY_BYTES = 32
VARIABLE = "HUSHGATE_STORAGE__KEY"
_HOW = "make one with: head -c 32 /dev/urandom | base64"
_RESTORE = "restore it from a backup; make no new one, for it opens no store that there is"


def load_key(key_file: Path, environment_key: str = "", *, create: bool) -> bytes:
    """The key of the environment if there is one, else that of the file.

    `create` says that no store exists yet, so that a missing file may be made. A store whose key is gone must never
    be given a new one: it would look empty, and every leak would pass.
    """
    remedy = _HOW if create else _RESTORE
    if environment_key:
        return _decode(environment_key, VARIABLE, remedy)
    try:
        return _read(key_file, remedy)
    except FileNotFoundError:
        if not create:
            raise Problem(
                str(key_file), "the key file is missing, but a store made with it exists", "restore it from a backup"
            ) from None
    _make(key_file)
    return _read(key_file, remedy)


def _decode(text: str, place: str, remedy: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise Problem(place, "the key is not base64", remedy) from None
    if len(key) != KEY_BYTES:
        raise Problem(place, f"the key has {len(key)} bytes, not {KEY_BYTES}", remedy)
    return key


def _read(path: Path, remedy: str) -> bytes:
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise Problem(str(path), "the key file is not a regular file", "give the path of a file")
            if found.st_mode & 0o077:
                mode = stat.S_IMODE(found.st_mode)
                raise Problem(str(path), f"the key file may be used by others (mode {mode:04o})", f"chmod 600 {path}")
            text = file.read(1024)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Problem(
            str(path), f"the key file cannot be read ({error.strerror})", "run as the user that owns it"
        ) from error
    return _decode(text.decode("ascii", "replace"), str(path), remedy)


def _make(path: Path) -> None:
    folder = path.parent
    draft = folder / f".{path.name}.{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(folder)
    except OSError as error:
        raise Problem(
            str(path), f"the key file cannot be made ({error.strerror})", "give a folder that may be written"
        ) from error


def sync_folder(folder: Path) -> None:
    """A new name is durable only once its directory is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
