"""`hushgate audit verify`: is the log as it was written?"""

import argparse
import os
import sys
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    group = commands.add_parser("audit", help="the append-only, hash-chained log")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    parser = parts.add_parser("verify", parents=[shared], help="check the hash chain; exit 1 where it is broken")
    parser.set_defaults(run=_verify)


def _verify(arguments: argparse.Namespace) -> int:
    from gateway.service.checking import verify_audit
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        sound, sentence = verify_audit(house.store.audit)
    print(sentence, file=sys.stdout if sound else sys.stderr)
    return 0 if sound else 1
