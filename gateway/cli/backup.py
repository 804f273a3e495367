"""`hushgate backup`: the store as one file, while the service serves."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.errors import StoreUnavailable

if TYPE_CHECKING:
    from gateway.storage.audit_protocols import Audit

_PATIENCE, _PAUSE = 30.0, 0.2


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("backup", parents=[shared], help="the store as one file, consistent while serving")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house, store_backed_up

    with open_house(arguments.config, os.environ) as house:
        _noted(house.store.audit)
        octets = store_backed_up(house, arguments.file)
    print(f"{arguments.file}: {octets} octets")
    print(
        "备份中没有主密钥：请另行保存密钥文件，没有它就打不开备份\n"
        "the master key is not in it: keep the key file elsewhere, for without it the backup opens for nobody",
        file=sys.stderr,
    )
    return 0


def _noted(audit: "Audit") -> None:
    """Enter it in the log. A service that writes all the time is waited for: a backup by night has time."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            audit.append(output.actor(), "backed_up", "store", {})
        except StoreUnavailable:
            if time.monotonic() >= until:
                raise
            time.sleep(_PAUSE)  # a store that is full or gone refuses at once
        else:
            return
