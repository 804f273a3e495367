"""Which files a relay may see besides the program's own, from the settings: its certificates, and its spool folder.

A certificate that is renewed is another file under the same name, in the folder that it lies in, or that a link leads
to. So the folders are granted, unless the key or the store lies in them too; then the files are, and where they are
replaced the relays are (`changed`), as they are where the system's own files for looking up names are.

Relays that became another user cannot read our key again: they are replaced whenever what they read as root is another
(`closely`).
"""

import contextlib
import json
import os
import socket
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.errors import Problem
from gateway.sandbox.relay_jail import LOOKING_UP, identity
from gateway.sandbox.users import User
from gateway.settings.settings import Settings, store_path


@dataclass(frozen=True, slots=True)
class Grants:
    """`readable` files and folders; `spool`, where files are made; `files`, which they were when this was found out;
    `pair`, how TLS is spoken to clients, by which files, and how these were then."""

    readable: tuple[str, ...]
    spool: str
    files: tuple[tuple[str, int, int], ...]
    pair: "_Pair"

    def words(self) -> str:
        """For the command line of a relay."""
        return json.dumps([self.readable, self.spool])

    def changed(self, closely: bool) -> bool:
        """Whether a name leads to another file than it did: who was started since then sees the old one alone."""
        return self.files != _files(self.readable) or (closely and self.pair != self.pair.now())

    def differs(self, other: "Grants", closely: bool) -> bool:
        """Whether those who were started with the other one have to go."""
        mine, its = (self.readable, self.spool, self.files), (other.readable, other.spool, other.files)
        return mine != its or (closely and self.pair != other.pair)


@dataclass(frozen=True, slots=True)
class _Pair:
    """What relays read as root: `names` of the files, and their times, numbers and sizes; none where there is none."""

    tls: str
    names: tuple[str, ...]
    files: tuple[tuple[int, int, int] | None, ...] = ()

    def now(self) -> "_Pair":
        return replace(self, files=tuple(_state(name) for name in self.names))


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
    tls = settings.smtp.tls
    pair = _Pair(tls, () if tls == "none" else (settings.smtp.certificate, settings.smtp.private_key))
    return Grants(tuple(readable), spool, _files(readable), pair.now())


def spool_folder(settings: Settings, ours: Path, relays: User | None) -> str:
    """A folder for contents alone, made new: where the settings want them, else beside our sockets. It is ours and
    that of relays' group. Raises: Problem."""
    wanted = settings.smtp.spool_folder
    if wanted:
        try:
            made = tempfile.mkdtemp(prefix="hushgate-spool-", dir=wanted)
            share(made, relays, 0o770)
            return made
        except OSError as error:
            raise Problem(
                f"smtp.spool_folder {wanted}", f"cannot be written to ({error.strerror})", "name a folder of ours"
            ) from error
    made = tempfile.mkdtemp(prefix="spool-", dir=ours)
    share(made, relays, 0o770)
    return made


def share(path: str, relays: User | None, mode: int) -> None:
    """What is ours alone may be reached by relays too. Where it cannot be given to them, they find out."""
    if relays is not None:
        with contextlib.suppress(OSError):
            os.chown(path, -1, relays.gid)
            os.chmod(path, mode)


def granted(words: str) -> tuple[tuple[str, ...], str]:
    """What the command line says: readable files and folders, the spool folder."""
    readable, spool = json.loads(words)
    return tuple(readable), spool


def _state(name: str) -> tuple[int, int, int] | None:
    try:
        file = os.stat(name)
    except OSError:
        return None
    return file.st_mtime_ns, file.st_ino, file.st_size


def _files(readable: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    return identity(name for name in (*LOOKING_UP, *readable) if not os.path.isdir(name))


def bound_for(path: str, relays: User | None) -> socket.socket:
    """Listens there, for us and for relays."""
    asking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    try:
        asking.bind(path)
        share(path, relays, 0o660)
        asking.listen(64)
    except BaseException:
        asking.close()
        raise
    return asking
