"""`hushgate serve`: relay and console until SIGTERM."""

import argparse
import os
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("serve", parents=[shared], help="start relay and console")
    parser.add_argument(
        "--new-store", action="store_true", help="begin with an empty store where the key exists and its store is gone"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.supervisor import serve

    if arguments.new_store:
        # Here and once: a process that is started again later must not make an empty store in the place of a lost one.
        from gateway.service.wiring import open_house

        with open_house(arguments.config, os.environ, new_store=True):
            pass
    return serve(arguments.config, os.environ)
