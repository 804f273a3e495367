"""`hushgate init DIR`: the configuration of a fresh installation."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("init", help="write a commented gateway.toml and policy.toml into a new folder")
    parser.add_argument("folder", metavar="DIR", type=Path, help="the configuration folder; made if it is not there")
    parser.add_argument(
        "--monitor",
        action="store_true",
        help="rules only watch at first: nothing is held, and the console shows what would have been",
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.initial_config import write_initial_config

    folder: Path = arguments.folder
    for path in write_initial_config(folder, monitor=arguments.monitor):
        print(f"已写入 / written: {path}")
    print(f"相对路径从此处算起 / relative paths begin at: {folder.absolute().parent}")
    if arguments.monitor:
        print("规则先只观察，不拦截；改为拦截：删去 policy.toml 里的 mode 一行")
        print("rules only watch, nothing is held; to enforce them, take the line `mode` out of policy.toml")
    print("接下来 / next: [upstream]、[organization] domains；hushgate check；hushgate serve")
    return 0
