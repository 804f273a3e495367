"""`hushgate restore`: a backup in the store's place."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from gateway.cli import output
from gateway.errors import Problem


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "restore", parents=[shared], help="a backup in the store's place; its master key must be there"
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="also where the store is not empty; it is moved aside")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.asking import is_served
    from gateway.service.audit_anchor import anchor_of, note_anchor
    from gateway.service.wiring import open_house, store_put_back
    from gateway.settings.settings import load, store_path

    settings = load(arguments.config, os.environ)
    if is_served(settings):
        raise Problem(str(store_path(settings.storage)), "a service has this store open", "stop it first")
    aside = store_put_back(arguments.config, os.environ, arguments.file, arguments.force)
    with open_house(arguments.config, os.environ) as house:
        before, (now, _, _) = anchor_of(house), house.store.audit.head()
        lost = max(0, before.seq - now) if before is not None else 0
        house.store.audit.append(output.actor(), "restored", "store", {"entries": now, "set_back_by": lost})
        note_anchor(house, anew=True)
    print(f"{store_path(settings.storage)}: restored from {arguments.file}")
    if lost:
        print(f"the audit log was set back by {lost} entries", file=sys.stderr)
    if aside is not None:
        print(f"the store that was there is {aside}", file=sys.stderr)
    return 0
