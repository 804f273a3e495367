"""Which files a relay may see besides the program's own, from the settings: its certificates, and its spool folder.

A certificate that is renewed is another file under the same name, in the folder that it lies in, or that a link leads
to. So the folders are granted, unless the key or the store lies in them too; then the files are, and where they are
replaced the relays are (`changed`), as they are where the system's own files for looking up names are.
"""

import json
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gateway.errors import Problem
from gateway.isolation.relay_jail import LOOKING_UP, identity
from gateway.settings.settings import Settings, store_path


@dataclass(frozen=True, slots=True)
class Grants:
    """`readable` files and folders; `spool`, where files are made; `files`, which they were when this was found out."""

    readable: tuple[str, ...]
    spool: str
    files: tuple[tuple[str, int, int], ...]

    def words(self) -> str:
        """For the command line of a relay."""
        return json.dumps([self.readable, self.spool])

    def changed(self) -> bool:
        """Whether a name leads to another file than it did: who was started since then sees the old one alone."""
        return self.files != _files(self.readable)


def grants(settings: Settings, spool: str) -> Grants:
    """What a relay that is started now may see."""
    storage = settings.storage
    secrets = [Path(os.path.realpath(storage.key_file)), Path(os.path.realpath(store_path(storage)))]
    readable: dict[str, None] = {}
    for name in (settings.smtp.certificate, settings.smtp.private_key, settings.upstream.ca_file):
        if not name:
            continue
        for path in (os.path.abspath(name), os.path.realpath(name)):
            folder = os.path.dirname(path)
            holds_secrets = any(secret.is_relative_to(os.path.realpath(folder)) for secret in secrets)
            readable[path if holds_secrets else folder] = None
    return Grants(tuple(readable), spool, _files(readable))


def spool_folder(settings: Settings, ours: Path) -> str:
    """A folder for contents alone, made new: where the settings want them, else beside our sockets. Raises: Problem."""
    wanted = settings.smtp.spool_folder
    if wanted:
        try:
            return tempfile.mkdtemp(prefix="hushgate-spool-", dir=wanted)
        except OSError as error:
            raise Problem(
                f"smtp.spool_folder {wanted}", f"cannot be written to ({error.strerror})", "name a folder of ours"
            ) from error
    return tempfile.mkdtemp(prefix="spool-", dir=ours)


def granted(words: str) -> tuple[tuple[str, ...], str]:
    """What the command line says: readable files and folders, the spool folder."""
    readable, spool = json.loads(words)
    return tuple(readable), spool


def _files(readable: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    return identity(name for name in (*LOOKING_UP, *readable) if not os.path.isdir(name))
