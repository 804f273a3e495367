"""`hushgate reports …`: import, ingest, list, show, protect, confirm, strike, and the life of a report."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.errors import Problem
from gateway.model import Item, ReportEvent

if TYPE_CHECKING:
    from gateway.intake.importer import Imported

_MOST = 10_000_000
_EVENTS: dict[ReportEvent, str] = {
    "close": "the case is over; protection goes on as [reports] protection_days says",
    "withdraw": "the reporter took it back; protection goes on likewise",
    "reopen": "a closed or withdrawn report is open again",
}
_DONE: dict[ReportEvent, str] = {"close": "closed", "withdraw": "withdrawn", "reopen": "reopened"}


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
    listing.add_argument("--unresolved", action="store_true", help="open ones of whose parties no address is known")
    listing.set_defaults(run=_list)
    listing.add_argument(
        "--unprotected", action="store_true", help="those that know no name or no telephone of their reporter"
    )
    show = parts.add_parser("show", parents=[shared], help="one report, the reporter masked; the look is audited")
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)
    for word, state, help_ in (
        ("confirm", "confirmed", "a learned item is the reporter's"),
        ("strike", "struck", "a learned item is not the reporter's: it protects nobody and is not suggested again"),
    ):
        review = parts.add_parser(word, parents=[shared], help=help_)
        review.add_argument("id")
        review.add_argument("item", type=int, metavar="NUMBER", help="of the item, as `reports show` prints it")
        review.set_defaults(run=_review, state=state)
    protect = parts.add_parser("protect", parents=[shared], help="say what a letter tells of its writer; audited")
    protect.add_argument("id")
    for kind in ("name", "nickname", "phone", "address", "government_id"):
        option = f"--{kind.replace('_', '-')}"
        protect.add_argument(option, dest=kind, action="append", default=[], metavar="VALUE")
    protect.add_argument("--account", action="append", default=[], metavar="[KIND:]VALUE", help="as `wechat:xm_90`")
    protect.set_defaults(run=_protect)
    for event, meaning in _EVENTS.items():
        move = parts.add_parser(event, parents=[shared], help=meaning)
        move.add_argument("id")
        move.set_defaults(run=_move, event=event)
    erase = parts.add_parser("erase", parents=[shared], help="for good: everything that says who somebody is")
    erase.add_argument("id")
    erase.set_defaults(run=_erase)


def _import(arguments: argparse.Namespace) -> int:
    from gateway.intake.importer import import_file
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house, output.progress("读取材料 reading files") as progress:
        outcome = import_file(
            arguments.file,
            house.reader(),
            house.store.reports,
            output.actor(),
            house.settings.organization.domains,
            ours=house.ours,
            progress=progress,
        )
    for note in outcome.notes:
        print(note, file=sys.stderr)
    print(f"{len(outcome.reports)} report(s) imported")
    _protects(outcome)
    return 0


def _protects(outcome: "Imported") -> None:
    """A line a report: what it protects, in kinds and counts."""
    from gateway.intake.protected import protected_counts

    for protection in outcome.protections:
        print(f"{protection.report}: {protected_counts(protection)}")


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
            ours=house.ours,
        )
    for note in outcome.notes:
        print(note, file=sys.stderr)
    print(f"report {arguments.id} opened")
    _protects(outcome)
    return 0


def _list(arguments: argparse.Namespace) -> int:
    from gateway.intake.protected import protected_counts, protection_of
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        house.store.audit.note_look(output.actor(), "reports")
        reports = house.store.reports
        found = reports.summaries(reports.unresolved(most=_MOST) if arguments.unresolved else None)
        opened = ((one, reports.get(one.id) if one.status != "erased" else None) for one in found)
        whole = [(one, protection_of(report) if report is not None else None) for one, report in opened]
    if arguments.unprotected:
        whole = [(one, protection) for one, protection in whole if protection is not None and protection.missing]
    rows = [
        {
            "id": summary.id,
            "status": summary.status,
            "opened_at": summary.opened_at,
            "reported": list(summary.reported),
            "protects": dict(protection.counts) if protection is not None else {},
            "missing": list(protection.missing) if protection is not None else [],
            "nobody": protection is not None and protection.is_nobody,
            "to_decide": protection.to_decide if protection is not None else 0,
        }
        for summary, protection in whole
    ]
    if arguments.json:
        output.as_json(rows)
    else:
        lines = [
            [r.id, r.status, r.opened_at, ", ".join(r.reported), protected_counts(p) if p is not None else ""]
            for r, p in whole
        ]
        output.table(["ID", "STATUS", "OPENED", "REPORTED", "PROTECTS"], lines)
    return 0


def _protect(arguments: argparse.Namespace) -> int:
    from gateway.intake.protected import MARKABLE, marked
    from gateway.service.wiring import open_house

    items: list[Item] = []
    given = [(kind, value) for kind in MARKABLE for value in getattr(arguments, kind)]
    for kind, value in given:
        item = marked(kind, value)
        if item is None:
            option = f"--{kind.replace('_', '-')}"
            raise Problem(option, f"this is no {kind}", "write the value as the letter has it")
        items.append(item)
    if not items:
        raise Problem(arguments.id, "nothing to protect", "give --name, --phone, --nickname, --address or --account")
    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.reports.protect(arguments.id, items, output.actor())
    if outcome == "missing":
        raise Problem(arguments.id, "no such report", "see `hushgate reports list`")
    print(f"report {arguments.id}: {len(items)} item(s) confirmed")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from gateway.intake.protected import protected_counts, protection_of, question, warning
    from gateway.intake.report_view import masked_report
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        report = house.store.reports.get(arguments.id)
        if report is None:
            raise Problem(arguments.id, "no such report", "see `hushgate reports list`")
        house.store.audit.append(output.actor(), "report.viewed", report.id, {})
    shown, protection = masked_report(report), protection_of(report)
    if arguments.json:
        output.as_json(shown)
        return 0
    print(f"{report.id}  {report.status}  {report.opened_at}")
    for party in shown["reported"]:
        print(f"  reported: {party['name']} {' '.join(party['addresses'])}".rstrip())
    for item in shown["reporter"]:
        sort = f" ({item['detail']})" if item["detail"] else ""
        words = f"{item['kind']}{sort} {item['value']} ({item['state']}, {item['source']}, {item['score']:.2f})"
        print(f"  reporter {item['number']}: {words}")
    print(f"  avatars: {shown['avatars']}, materials: {shown['materials']}")
    print(f"  protects: {protected_counts(protection)}")
    for line in filter(None, (warning(protection), question(protection))):
        print(f"  {line}")
    return 0


def _review(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    place = f"{arguments.id} {arguments.item}"
    with open_house(arguments.config, os.environ) as house:
        reports = house.store.reports
        revision = reports.revision(arguments.id)
        outcome = reports.review(arguments.id, arguments.item, arguments.state, output.actor(), revision)
    if outcome == "missing":
        raise Problem(place, "no such report, or no such item", "see `hushgate reports show ID`")
    if outcome == "given":
        raise Problem(place, "the report itself gives this item", "change the report and import it again")
    if outcome == "moved":
        raise Problem(place, "the report changed just now", "look at it again with `hushgate reports show ID`")
    print(f"report {arguments.id}, item {arguments.item}: {arguments.state}")
    return 0


def _move(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    event: ReportEvent = arguments.event
    with open_house(arguments.config, os.environ) as house:
        state = house.store.reports.move(arguments.id, event, output.actor())
        if state is None:
            now = house.store.reports.statuses([arguments.id]).get(arguments.id)
            wrong = f"the report is {now}; it cannot be {_DONE[event]}" if now else "no such report"
            raise Problem(arguments.id, wrong, "see `hushgate reports list`")
    print(f"report {arguments.id} {_DONE[event]}")
    return 0


def _erase(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        keep = house.settings.reports.erase_keeps_digests
        erased = house.store.reports.erase(arguments.id, output.actor(), keep)
    if erased is None:
        raise Problem(arguments.id, "no such report", "see `hushgate reports list`")
    kept = f"; {erased.digests_kept} keyed digest(s) kept" if erased.digests_kept else ""
    print(f"report {arguments.id} erased, with what {erased.held} decided message(s) of it said{kept}")
    if not erased.complete:
        print(
            "parts may stand in the store's log file for a while, since it is in use; repeat to cut it", file=sys.stderr
        )
    return 0
