"""Where the relay listens, for commands beside it: as the settings say, and where they say any free port, as a file
beside the key says while the service runs."""

import contextlib
import os
from pathlib import Path

from gateway.service.private_file import write_private
from gateway.settings.settings import Settings, Storage

NAME = "smtp-address"
_ALL = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - asked, not bound


def smtp_address(settings: Settings) -> tuple[str, int] | None:
    """Host and port to connect to; None where no service has noted which port it took."""
    listen = settings.smtp.listen
    port = listen.port or _noted(_file(settings.storage))
    return None if port is None else (_ALL.get(listen.host, listen.host), port)


def note_smtp_port(settings: Settings, port: int) -> None:
    """Remember it, where no setting says it. Where it cannot be written, commands do not find the relay."""
    if settings.smtp.listen.port == 0:
        with contextlib.suppress(OSError):
            write_private(_file(settings.storage), f"{port}\n".encode("ascii"))


def forget_smtp_port(settings: Settings, port: int) -> None:
    """The service ends. Another one that noted its own meanwhile keeps it."""
    path = _file(settings.storage)
    if settings.smtp.listen.port == 0 and _noted(path) == port:
        with contextlib.suppress(OSError):
            path.unlink()


def _file(storage: Storage) -> Path:
    return Path(os.path.abspath(storage.key_file)).parent / NAME


def _noted(path: Path) -> int | None:
    try:
        port = int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return port if 0 < port < 65536 else None
