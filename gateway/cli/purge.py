"""`hushgate purge`: remove now what the retention settings say, and leave nothing of it in the files."""

import argparse
import os
from dataclasses import asdict
from typing import Any

from gateway.cli import output


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    what = "remove for good what [retention] and keep_days say is due; the service does so by itself, a few at a time"
    parser = commands.add_parser("purge", parents=[shared], help=what)
    parser.add_argument("--dry-run", action="store_true", help="say what is due, and change nothing")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_purge)


def _purge(arguments: argparse.Namespace) -> int:
    from gateway.service.retention import due, purge
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        done: dict[str, Any] = {"dry_run": arguments.dry_run}
        done |= asdict(due(house) if arguments.dry_run else purge(house))
        done |= asdict(house.store.keeping.room())
    if arguments.json:
        output.as_json(done)
        return 0
    will = "to be " if arguments.dry_run else ""
    print(f"{will}discarded, since nobody decided in time: {done['discarded']}")
    print(f"{will}removed, since they were decided long ago: {done['removed']}")
    print(f"{will}removed, originals of rewritten mail: {done['expired_rewritings']}")
    print(f"{will}removed, records of decisions: {done['records']}")
    if arguments.dry_run:
        print(f"above the limit of the store: {done['over']} octets")
    print(f"kept by a legal hold: {done['kept']}")
    if not arguments.dry_run:
        print(f"removed, fingerprints of mail that passed and late matches: {done['passed']}")
    counts = ", ".join(f"{done[sort]} {sort}" for sort in ("waiting", "decided", "rewritten"))
    print(f"the store now: {done['used']} octets; {counts}")
    if not done.get("complete", True):
        print("somebody reads the store now: the rest is cut off its log by the service, or by the next purge")
    return 0
