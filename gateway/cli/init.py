"""`hushgate init DIR`: the configuration of a fresh installation."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("init", help="write a commented gateway.toml and policy.toml into a new folder")
    parser.add_argument("folder", metavar="DIR", type=Path, help="the configuration folder; made if it is not there")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.initial_config import write_initial_config

    folder: Path = arguments.folder
    for path in write_initial_config(folder):
        print(f"已写入 / written: {path}")
    print(f"相对路径从此处算起 / relative paths begin at: {folder.absolute().parent}")
    print("接下来 / next: [upstream]、[organization] domains；hushgate check；hushgate serve")
    return 0
