"""`hushgate audit …`: verify, list, export, key."""

import argparse
import itertools
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.cli.moments import HELP, moment_of
from gateway.errors import Problem

if TYPE_CHECKING:
    from gateway.storage.audit_protocols import Audit, AuditEntry, AuditFilter

_PAGE = 500


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("audit", help="the append-only, hash-chained log")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    what = "check the hash chain and its signatures; exit 1 where it is broken"
    parser = parts.add_parser("verify", parents=[shared], help=what)
    parser.set_defaults(run=_verify)
    listing = parts.add_parser("list", parents=[shared], help="who did what, when and why, newest first; masked")
    listing.add_argument("--json", action="store_true")
    listing.add_argument("--limit", type=int, default=0, metavar="N", help="so many at most (default: all)")
    _filters(listing)
    _revealing(listing)
    listing.set_defaults(run=_list)
    export = parts.add_parser("export", parents=[shared], help="the whole log, with a program that checks it")
    export.add_argument("--format", choices=("jsonl", "html"), required=True)
    export.add_argument("file", type=Path, metavar="FILE")
    _filters(export, " (html: which entries are listed)")
    _revealing(export)
    export.set_defaults(run=_export)
    key = parts.add_parser("key", parents=[shared], help="the public key of the signatures, to be kept outside")
    key.set_defaults(run=_key)


def _filters(parser: argparse.ArgumentParser, note: str = "") -> None:
    parser.add_argument("--since", metavar="WHEN", help=f"{HELP}{note}")
    parser.add_argument("--until", metavar="WHEN", help=f"likewise{note}")
    parser.add_argument("--actor", default="", metavar="NAME", help=f"who: 陈静, console:陈静, relay …{note}")
    parser.add_argument("--event", default="", metavar="EVENT", help=f"released, held …, or a group: decisions …{note}")
    parser.add_argument("--subject", default="", metavar="ID", help=f"a message, report or account{note}")


def _revealing(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--reveal", action="store_true", help="open sealed reasons; needs --reason, and is audited")
    parser.add_argument("--reason", default="", metavar="R", help="why they are opened")


def _verify(arguments: argparse.Namespace) -> int:
    from gateway.service.audit_anchor import note_anchor, set_back
    from gateway.service.checking import verify_audit
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        sound, sentence = verify_audit(house.store.audit, set_back(house))
        if sound:
            note_anchor(house)
    print(sentence, file=sys.stdout if sound else sys.stderr)
    return 0 if sound else 1


def _key(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        print(house.store.audit.public_key())
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    wanted, why = _wanted(arguments), _why(arguments)
    if arguments.limit < 0:
        raise Problem("--limit", "is below zero", "write how many entries, or leave it out for all")
    with open_house(arguments.config, os.environ) as house:
        audit = house.store.audit
        # Whoever runs this holds the key and could open everything: what is left is that it is known.
        if why:
            newest = audit.head()[0]
            audit.append_with_reason(output.actor(), "log_revealed", "", {"from": 1, "to": newest}, why)
        else:
            audit.note_look(output.actor(), "log")
        entries = _found(audit, wanted, arguments.limit)
        if arguments.json:
            _print_json(audit, entries, bool(why))
        else:
            _print_lines(audit, entries, bool(why))
    return 0


def _found(audit: "Audit", wanted: "AuditFilter", most: int) -> Iterator["AuditEntry"]:
    """Newest first, a page at a time."""

    def pages() -> Iterator["AuditEntry"]:
        before = None
        while page := audit.find(wanted, before, _PAGE):
            yield from page
            before = page[-1].seq

    return itertools.islice(pages(), most or None)


def _print_json(audit: "Audit", entries: Iterable["AuditEntry"], reveal: bool) -> None:
    """One array, written as it is read; what is sealed is null."""
    from gateway.audit.sentences import detail_of, opened_detail

    before = "["
    for entry in entries:
        shown = {
            "seq": entry.seq,
            "at": entry.at,
            "actor": entry.actor,
            "event": entry.event,
            "subject": entry.subject,
            "detail": opened_detail(audit, entry) if reveal else detail_of(entry),
            "digest": entry.digest,
        }
        line = json.dumps(shown, ensure_ascii=False)
        print(before, line if line.isprintable() else json.dumps(shown), sep="\n  ", end="")
        before = ","
    print("[]" if before == "[" else "\n]")


def _print_lines(audit: "Audit", entries: Iterable["AuditEntry"], reveal: bool) -> None:
    from gateway.audit.sentences import opened_detail, sentence

    for entry in entries:
        said = sentence(entry, output.language(), opened_detail(audit, entry) if reveal else None)
        # What a stranger chose must not speak to the terminal.
        clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in said)
        print(f"{entry.seq}  {entry.at[:19]}Z  {clean}")


def _export(arguments: argparse.Namespace) -> int:
    from gateway.service.exporting import export_log
    from gateway.service.wiring import open_house
    from gateway.storage.audit_protocols import AuditFilter

    wanted, why = _wanted(arguments), _why(arguments)
    if arguments.format == "jsonl" and wanted != AuditFilter():
        raise Problem("audit export", "a part of the log cannot be checked", "leave the filters out, or use html")
    with open_house(arguments.config, os.environ) as house:
        found = export_log(house.store.audit, output.actor(), arguments.format, arguments.file, wanted, why)
    if not found.verification.sound:
        wrong = f"broken at entry {found.verification.broken}: {found.verification.why}"
        print(f"hushgate: audit: exported as it is, but {wrong}", file=sys.stderr)
        return 2
    print(f"{arguments.file}: {found.verification.count} entries, {found.signatures} signatures")
    return 0


def _why(arguments: argparse.Namespace) -> str:
    """Why sealed texts are opened; empty where they are not. Raises Problem."""
    reason = str(arguments.reason).strip()
    if arguments.reveal and not reason:
        raise Problem("--reveal", "no reason given", "say why with --reason: it goes into the audit log")
    if reason and not arguments.reveal:
        raise Problem("--reason", "nothing is opened", "give --reveal too, or leave it out")
    return reason


def _wanted(arguments: argparse.Namespace) -> "AuditFilter":
    """Raises Problem."""
    from gateway.audit.sentences import wanted

    now = datetime.now(UTC)
    since, until = moment_of("--since", arguments.since, now), moment_of("--until", arguments.until, now)
    return replace(wanted(arguments.actor, arguments.event, arguments.subject), since=since, until=until)
