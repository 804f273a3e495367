"""`hushgate serve`: relay and console until SIGTERM."""

import argparse
import os
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("serve", parents=[shared], help="start relay and console")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.supervisor import serve

    return serve(arguments.config, os.environ)
