"""`hushgate init DIR`: the configuration of a fresh installation."""

import argparse
from pathlib import Path
from typing import Any


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser("init", help="write a commented gateway.toml and policy.toml into a new folder")
    parser.add_argument("folder", metavar="DIR", type=Path, help="the configuration folder; made if it is not there")
    parser.add_argument(
        "--policy", metavar="NAME", default="", help="rules to begin with: strict, balanced, monitor-first"
    )
    parser.add_argument(
        "--monitor", action="store_true", help="the same as --policy monitor-first: nothing is held yet"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.errors import Problem, unknown
    from gateway.service.initial_config import POLICIES, write_initial_config

    folder: Path = arguments.folder
    policy: str = arguments.policy or ("monitor-first" if arguments.monitor else "")
    if policy and policy not in POLICIES:
        raise unknown("--policy", "policy", policy, POLICIES)
    if arguments.monitor and policy != "monitor-first":
        raise Problem("--monitor", f"does not go with --policy {policy}", "leave one of them out")
    for path in write_initial_config(folder, policy):
        print(f"已写入 / written: {path}")
    print(f"相对路径从此处算起 / relative paths begin at: {folder.absolute().parent}")
    if policy == "monitor-first":
        print("规则先只观察，不拦截；改为拦截：删去 policy.toml 里的 mode 一行")
        print("rules only watch, nothing is held; to enforce them, take the line `mode` out of policy.toml")
    print("接下来 / next: [upstream]、[organization] domains；hushgate check；hushgate serve")
    return 0
