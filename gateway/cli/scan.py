"""`hushgate scan`: what of mail that was sent before would be stopped now. Nothing is sent, nothing is stored."""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli import output

if TYPE_CHECKING:
    from gateway.service.scan.scanning import ScanResult

FOUND, STOPPED = 10, 130


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "scan",
        parents=[shared],
        help="judge mail that was sent before (.eml, folders, mbox, Maildir); exit 0 nothing found, 10 found, 2 error",
    )
    parser.add_argument("paths", type=Path, nargs="+", metavar="PATH")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the result as a page to read and print")
    what = "where what is done is noted: the same command goes on where it was stopped"
    parser.add_argument("--resume", type=Path, metavar="FILE", help=what)
    parser.add_argument("--jobs", type=int, default=0, metavar="N", help="processes (default: reader.processes)")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.scan.page import check_place, write_page
    from gateway.service.scan.scanning import counted_mails, scan

    config = arguments.config.absolute()
    if arguments.html is not None:
        check_place(arguments.html)  # before hours of work, not behind them
    total = counted_mails(arguments.paths) if sys.stderr.isatty() else 0
    with output.progress("scan") as advance:
        result = scan(
            arguments.paths,
            config,
            os.environ,
            arguments.resume,
            max(0, arguments.jobs),
            lambda done: advance(min(done, total), total),
        )
    if arguments.json:
        output.as_json(as_json(result))
    else:
        _print(result)
    if arguments.html is not None:
        write_page(arguments.html, result)
    if not result.complete:
        goes_on = "the same command goes on from here" if arguments.resume else "--resume FILE would go on from here"
        print(f"hushgate: stopped before the end; {goes_on}", file=sys.stderr)
        return STOPPED
    return FOUND if result.found else 0


def as_json(result: "ScanResult") -> dict[str, Any]:
    """The object that the contract describes."""
    return {
        "read": result.read,
        "found": result.found,
        "failed": result.failed,
        "skipped": result.skipped,
        "complete": result.complete,
    }


def _print(result: "ScanResult") -> None:
    if result.found:
        rows = [
            [_place(one), (one["date"] or "")[:16], _some(one["recipients"]), _action(one), ", ".join(one["reports"]),
             kinds_of(one)]
            for one in result.found
        ]  # fmt: skip
        output.table(["MAIL", "DATE", "TO", "NOW", "REPORTS", "FOUND"], rows)
        print()
    if result.failed:
        output.table(["NOT JUDGED", "WHY"], [[one["file"], one["why"]] for one in result.failed])
        print()
    if result.stale:
        print(f"{result.stale} mail(s) of an earlier run judged again: rules or reports changed since")
    if result.resumed:
        print(f"{result.resumed} mail(s) were judged in an earlier run")
    if result.skipped:
        print(f"{result.skipped} file(s) in folders are no mail")
    found, failed = len(result.found), len(result.failed)
    print(f"{result.read} mail(s) judged, {found} would not go out as they were, {failed} not judged")


def _place(one: dict[str, Any]) -> str:
    return one["file"] if one["number"] == 1 else f"{one['file']}#{one['number']}"


def _action(one: dict[str, Any]) -> str:
    """What happens now; where rules only watch, what would."""
    shown = one.get("would", one)
    return f"{shown['action']} ({shown['rule']})"


def _some(recipients: list[str]) -> str:
    more = f" +{len(recipients) - 3}" if len(recipients) > 3 else ""
    return ", ".join(recipients[:3]) + more


def kinds_of(one: dict[str, Any]) -> str:
    """Which kinds were found, and how often each."""
    counts = Counter(finding["kind"] for finding in one["findings"])
    return ", ".join(kind if count == 1 else f"{kind} x{count}" for kind, count in counts.items())
