"""`hushgate reports …`: import, ingest, list, show, close."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from gateway.cli import output
from gateway.errors import Problem


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("reports", help="open reports: who reported, who was reported, what was handed in")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    new = parts.add_parser("import", parents=[shared], help="add or update reports from a JSONL file")
    new.add_argument("file", type=Path, metavar="FILE.jsonl")
    new.set_defaults(run=_import)
    mail = parts.add_parser("ingest", parents=[shared], help="open a report from the reporter's own mail")
    mail.add_argument("file", type=Path, metavar="MAIL.eml")
    mail.add_argument("--id", required=True)
    mail.add_argument("--reported", required=True, action="append", metavar='"Name <addr>"')
    mail.set_defaults(run=_ingest)
    listing = parts.add_parser("list", parents=[shared], help="all reports; nothing of the reporters")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    show = parts.add_parser("show", parents=[shared], help="one report, the reporter masked; the look is audited")
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)
    close = parts.add_parser("close", parents=[shared], help="close a report: its mail is no longer matched")
    close.add_argument("id")
    close.set_defaults(run=_close)


def _import(arguments: argparse.Namespace) -> int:
    from gateway.intake.importer import import_file
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = import_file(
            arguments.file, house.reader(), house.store.reports, output.actor(), house.settings.organization.domains
        )
    for note in outcome.notes:
        print(note, file=sys.stderr)
    print(f"{len(outcome.reports)} report(s) imported")
    return 0


def _ingest(arguments: argparse.Namespace) -> int:
    from gateway.intake.importer import ingest_mail
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = ingest_mail(
            arguments.file,
            arguments.id,
            arguments.reported,
            house.reader(),
            house.store.reports,
            output.actor(),
            house.settings.organization.domains,
        )
    for note in outcome.notes:
        print(note, file=sys.stderr)
    print(f"report {arguments.id} opened")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        found = house.store.reports.summaries()
    rows = [
        {
            "id": summary.id,
            "status": summary.status,
            "opened_at": summary.opened_at,
            "reported": list(summary.reported),
        }
        for summary in found
    ]
    if arguments.json:
        output.as_json(rows)
    else:
        lines = [[r.id, r.status, r.opened_at, ", ".join(r.reported)] for r in found]
        output.table(["ID", "STATUS", "OPENED", "REPORTED"], lines)
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from gateway.intake.shown import masked_report
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        report = house.store.reports.get(arguments.id)
        if report is None:
            raise Problem(arguments.id, "no such report", "see `hushgate reports list`")
        house.store.audit.append(output.actor(), "report.viewed", report.id, {})
    shown = masked_report(report)
    if arguments.json:
        output.as_json(shown)
        return 0
    print(f"{report.id}  {report.status}  {report.opened_at}")
    for party in shown["reported"]:
        print(f"  reported: {party['name']} {' '.join(party['addresses'])}".rstrip())
    for item in shown["reporter"]:
        print(f"  reporter: {item['kind']} {item['value']} ({item['state']}, {item['source']}, {item['score']:.2f})")
    print(f"  avatars: {shown['avatars']}, materials: {shown['materials']}")
    return 0


def _close(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        if not house.store.reports.close(arguments.id, output.actor()):
            raise Problem(arguments.id, "no such report", "see `hushgate reports list`")
    print(f"report {arguments.id} closed")
    return 0
