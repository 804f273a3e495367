"""`hushgate users …`: add, list, role, disable, enable, reset."""

import argparse
import os
import secrets
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.errors import Problem
from gateway.model.roles import ROLES

if TYPE_CHECKING:
    from gateway.service.wiring import Application
    from gateway.storage.account_protocols import Account, AccountOutcome

_WRONG = {
    "missing": ("no such account", "see `hushgate users list`"),
    "taken": ("there is an account of this name, or one that differs in case alone", "choose another name"),
    "last_admin": ("this is the last admin who can sign in", "make somebody else an admin first"),
    "no_right": ("not allowed", "ask an admin"),
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("users", help="who may sign in to the console")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    new = parts.add_parser("add", parents=[shared], help="a new account; prints the one-time link that opens it")
    new.add_argument("name")
    new.add_argument("--role", choices=ROLES, required=True)
    new.add_argument("--address", default="", help="their own mail address: nobody decides on mail that they sent")
    new.set_defaults(run=_add)
    listing = parts.add_parser("list", parents=[shared], help="all accounts, by name")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    role = parts.add_parser("role", parents=[shared], help="give another role, in force at once")
    role.add_argument("name")
    role.add_argument("role", choices=ROLES)
    role.set_defaults(run=_role)
    for word, help_, run in (
        ("disable", "lock an account: it is signed out at once, and cannot sign in", _disable),
        ("enable", "unlock it", _enable),
        ("reset", "end password, second factor, link and sessions; prints a new one-time link", _reset),
    ):
        part = parts.add_parser(word, parents=[shared], help=help_)
        part.add_argument("name")
        part.set_defaults(run=run)


def _add(arguments: argparse.Namespace) -> int:
    from gateway.console.setup import LASTS
    from gateway.console.sign_in_pages import good_name
    from gateway.service.wiring import open_house
    from gateway.text.addresses import fold_address

    if not good_name(arguments.name):
        raise Problem(arguments.name, "is no name of an account", "use 1 to 64 letters, digits, dots and dashes")
    if arguments.address and not fold_address(arguments.address):
        raise Problem("--address", "is no mail address", "write it as mei@platform.example")
    token = secrets.token_urlsafe(24)
    with open_house(arguments.config, os.environ) as house:
        expires = datetime.now(UTC) + LASTS
        outcome = house.store.people.invite(
            arguments.name, arguments.role, token, expires, output.actor(), arguments.address
        )
        _unless_done(arguments.name, outcome)
        _print_link(house, token)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        accounts = house.store.people.all()
    rows = [_row(account) for account in accounts]
    if arguments.json:
        output.as_json(rows)
        return 0
    lines = [
        [row["name"], row["role"], row["state"], row["last_seen"] or "", "yes" if row["second_factor"] else "no"]
        for row in rows
    ]
    output.table(["NAME", "ROLE", "STATE", "LAST SEEN", "SECOND FACTOR"], lines)
    return 0


def _row(account: "Account") -> dict[str, Any]:
    until = account.link_until
    return {
        "name": account.name,
        "role": account.role,
        "state": account.state,
        "last_seen": account.seen_at.isoformat(timespec="seconds") if account.seen_at else None,
        "second_factor": account.second_factor,
        "opened": account.has_password or account.linked,
        "link_until": until.isoformat(timespec="seconds") if until else None,
    }


def _role(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.people.set_role(arguments.name, arguments.role, output.actor())
    _unless_done(arguments.name, outcome)
    print(f"account {arguments.name}: {arguments.role}")
    return 0


def _disable(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.people.disable(arguments.name, output.actor())
    _unless_done(arguments.name, outcome)
    print(f"account {arguments.name} disabled")
    return 0


def _enable(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.people.enable(arguments.name, output.actor())
    _unless_done(arguments.name, outcome)
    print(f"account {arguments.name} enabled")
    return 0


def _reset(arguments: argparse.Namespace) -> int:
    from gateway.console.setup import LASTS
    from gateway.service.wiring import open_house

    token = secrets.token_urlsafe(24)
    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.people.reset(arguments.name, token, datetime.now(UTC) + LASTS, output.actor())
        _unless_done(arguments.name, outcome)
        _print_link(house, token)
    return 0


def _unless_done(name: str, outcome: "AccountOutcome") -> None:
    """Raises Problem."""
    if outcome != "done":
        raise Problem(name, *_WRONG[outcome])


def _print_link(house: "Application", token: str) -> None:
    """The link alone on stdout, for scripts; what it is on stderr."""
    from gateway.service.links import console_address

    print(f"{console_address(house)}/setup/{token}", flush=True)
    print("一次性链接，24 小时内有效 one-time link, good for 24 hours", file=sys.stderr)
