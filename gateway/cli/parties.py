"""`hushgate parties …`: the directory of those who can be reported."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from gateway.cli import output
from gateway.errors import Problem
from gateway.model import ListedParty


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("parties", help="who can be reported: names, accounts, addresses, representatives")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    new = parts.add_parser("import", parents=[shared], help="add or update parties from a CSV or JSONL file")
    new.add_argument("file", type=Path, metavar="FILE.csv|jsonl")
    new.set_defaults(run=_import)
    listing = parts.add_parser("list", parents=[shared], help="all parties")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    show = parts.add_parser("show", parents=[shared], help="one party, and how many reports concern it")
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)


def _import(arguments: argparse.Namespace) -> int:
    from gateway.intake.parties import load_parties
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        parties = load_parties(arguments.file)
        ids = house.store.directory.put(parties, output.actor())
    mute = sum(not (party.addresses or party.representatives) for party in parties)
    if mute:
        print(f"{mute} of them have no address: reports about them stay unresolved", file=sys.stderr)
    print(f"{len(ids)} part{'y' if len(ids) == 1 else 'ies'} imported")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        house.store.audit.note_look(output.actor(), "parties")
        found = house.store.directory.parties()
    if arguments.json:
        output.as_json([_as_json(one) for one in found])
    else:
        rows = [[one.id, one.party.name, ", ".join(one.party.accounts), ", ".join(_addresses(one))] for one in found]
        output.table(["ID", "NAME", "ACCOUNTS", "ADDRESSES"], rows)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        found = house.store.directory.get(arguments.id)
    if found is None:
        raise Problem(arguments.id, "no such party", "see `hushgate parties list`")
    if arguments.json:
        output.as_json({**_as_json(found), "reports": found.reports})
        return 0
    print(f"{found.id}  {found.party.name}")
    for key in ("accounts", "addresses", "representatives"):
        print(f"  {key}: {', '.join(getattr(found.party, key))}")
    print(f"  reports: {found.reports}")
    return 0


def _addresses(one: ListedParty) -> tuple[str, ...]:
    return (*one.party.addresses, *one.party.representatives)


def _as_json(one: ListedParty) -> dict[str, Any]:
    party = one.party
    return {
        "id": one.id,
        "name": party.name,
        "accounts": list(party.accounts),
        "addresses": list(party.addresses),
        "representatives": list(party.representatives),
    }
