"""`hushgate inspect`: what would become of a mail. Nothing is sent, nothing is stored."""

import argparse
import os
from pathlib import Path
from typing import Any

from gateway.cli import output
from gateway.model import Action

EXITS: dict[Action, int] = {"pass": 0, "redact": 10, "quarantine": 20, "reject": 30}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "inspect",
        parents=[shared],
        help="the decision for a mail; exit 0 pass, 10 redact, 20 quarantine, 30 reject, 2 error",
    )
    parser.add_argument("file", type=Path, metavar="MAIL.eml")
    parser.add_argument("--sender", required=True)
    parser.add_argument("--recipient", required=True, action="append", dest="recipients")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.inspection.serialize import as_json, as_lines
    from gateway.service.inspector.engine import examine_file
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        examination = examine_file(arguments.file, arguments.sender, arguments.recipients, house)
    if arguments.json:
        output.as_json(as_json(examination))
    else:
        print("\n".join(as_lines(examination)))
    return EXITS[examination.decision.action]
