"""`hushgate demo`: the court case over real SMTP against a local outbox."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("demo", parents=[shared], help="the court case, over real SMTP to a local outbox")
    parser.add_argument("--once", action="store_true", help="stop at the end; exit 0 only if every verdict was right")
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="where everything is written")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.demo.run import run

    return run(arguments.folder, once=arguments.once)
