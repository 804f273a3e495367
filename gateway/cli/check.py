"""`hushgate check`: are both files right? Every mistake on a line of its own."""

import argparse
import os
import sys
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("check", parents=[shared], help="validate gateway.toml and policy.toml")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.checking import check, reading_notes

    problems, notes = check(arguments.config, os.environ)
    for note in (*notes, *reading_notes(arguments.config, os.environ)):
        print(note)
    for problem in problems:
        print(problem.pointed, file=sys.stderr)
    if not problems:
        print(f"{arguments.config}: no mistakes found")
    return 2 if problems else 0
