"""`hushgate quarantine …`: list, rewritten, show, unlock, release, release-rewritten, return, discard, keep, unkeep."""

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, get_args

from gateway.cli import output
from gateway.errors import Problem
from gateway.model import HeldMessage, HeldSummary, HoldState, RewriteMessage, RewriteSummary
from gateway.model.held_query import HeldQuery
from gateway.storage.protocols import Quarantine

if TYPE_CHECKING:
    from gateway.quarantine.release import ReleaseOutcome

_LONGEST_LINE = 1024
_AT_ONCE = 200
_WHY = {
    "refused": "upstream refused it",
    "not_reached": "upstream could not be reached",
    "cut": "the line was cut after the final dot: upstream may have it",
}
_WHAT_NOW = {
    "refused": "it is held as before",
    "not_reached": "it is held as before; try again later",
    "cut": "ask upstream, then release again (a risk of a duplicate) or discard",
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("quarantine", help="held messages")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    listing = parts.add_parser("list", parents=[shared], help="all held messages, newest first")
    listing.add_argument("--status", choices=get_args(HoldState))
    listing.add_argument(
        "--search", metavar="WORDS", default="", help="in sender, recipients, ids, reports and the covered subject"
    )
    listing.add_argument("--most", type=int, metavar="N", default=0, help="the N newest; 0: all")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    sent = parts.add_parser("rewritten", parents=[shared], help="messages that went out rewritten, newest first")
    sent.add_argument("--json", action="store_true")
    sent.set_defaults(run=_sent)
    what = "one message that is held (Q-…) or went out rewritten (W-…), and why; the look is audited"
    show = parts.add_parser("show", parents=[shared], help=what)
    show.add_argument("id")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=_show)
    unlock = parts.add_parser(
        "unlock", parents=[shared], help="inspect a held message again with a password, read from the terminal or stdin"
    )
    unlock.add_argument("id")
    unlock.add_argument("--json", action="store_true")
    unlock.set_defaults(run=_unlock)
    for name, what, run in (
        ("release", "send a held message upstream, once", _release),
        ("release-rewritten", "send what is left of a held message when what it is held for was taken out", _rewritten),
        ("return", "give a held message back to its sender, with a notice", _return),
        ("discard", "never send a held message", _discard),
        ("keep", "legal hold: retention never removes a held (Q-…) or rewritten (W-…) message", _keep),
        ("unkeep", "end a legal hold", _unkeep),
    ):
        part = parts.add_parser(name, parents=[shared], help=what)
        part.add_argument("id")
        part.add_argument("--reason", required=True, help="for the log; the sender does not see it")
        if name == "return":
            part.add_argument("--note", default="", help="words for the sender")
        part.set_defaults(run=run)


def _summary(summary: HeldSummary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "received_at": summary.received_at.isoformat(timespec="seconds"),
        "sender": summary.sender,
        "recipients": list(summary.recipients),
        "rule": summary.rule,
        "reports": list(summary.reports),
        "status": summary.status,
        "size": summary.size,
        "kinds": list(summary.kinds),
        "opened": summary.opened,
    }


def _list(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        quarantine = house.store.quarantine
        house.store.audit.note_look(output.actor(), "queue")
        states: tuple[HoldState, ...] = (arguments.status,) if arguments.status else get_args(HoldState)
        if arguments.search or arguments.most > 0:
            found = tuple(newest_first(quarantine, states, arguments.search, arguments.most))
        else:
            found = quarantine.summaries(arguments.status)
    if arguments.json:
        output.as_json([_summary(summary) for summary in found])
        return 0
    rows = [
        [s.id, s.received_at.isoformat(timespec="seconds"), s.status, s.rule, s.sender, ", ".join(s.recipients)]
        for s in found
    ]
    output.table(["ID", "RECEIVED", "STATUS", "RULE", "SENDER", "RECIPIENTS"], rows)
    return 0


def newest_first(quarantine: Quarantine, states: tuple[HoldState, ...], words: str, most: int) -> Iterator[HeldSummary]:
    """What is found, page by page; no more than `most` where that is not 0."""
    left, after = most or sys.maxsize, 0
    while left > 0:
        page = quarantine.page(HeldQuery(states, words, newest_first=True, after=after, most=min(left, _AT_ONCE)))
        yield from (row.summary for row in page.rows)
        left, after = left - len(page.rows), page.next
        if not after:
            return


def _show(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        if arguments.id.startswith("W-"):
            return _print_rewrite(house.store.rewrites.open(arguments.id, output.actor(), "show"), arguments)
        held = house.store.quarantine.open(arguments.id, output.actor(), "show")
    return _print(held, arguments)


def _sent(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        house.store.audit.note_look(output.actor(), "rewritten_list")
        found = house.store.rewrites.summaries()
    if arguments.json:
        output.as_json([_rewrite(summary) for summary in found])
        return 0
    rows = [
        [s.id, s.at.isoformat(timespec="seconds"), s.rule, str(s.edits), s.sender, ", ".join(s.recipients)]
        for s in found
    ]
    output.table(["ID", "SENT", "RULE", "CHANGES", "SENDER", "RECIPIENTS"], rows)
    return 0


def _rewrite(summary: RewriteSummary) -> dict[str, Any]:
    return {
        "id": summary.id,
        "at": summary.at.isoformat(timespec="seconds"),
        "sender": summary.sender,
        "recipients": list(summary.recipients),
        "rule": summary.rule,
        "reports": list(summary.reports),
        "size": summary.size,
        "kinds": list(summary.kinds),
        "edits": summary.edits,
    }


def _print_rewrite(kept: RewriteMessage | None, arguments: argparse.Namespace) -> int:
    from gateway.inspection.serialize import finding_lines, findings_as_json

    if kept is None:
        remedy = "see `hushgate quarantine rewritten`; originals are kept as long as keep_days says"
        raise Problem(arguments.id, "no such rewritten message", remedy)
    changes = [{"kind": edit.kind, "part": edit.where.part, "instead": edit.replacement} for edit in kept.edits]
    shown = _rewrite(kept.summary) | {"changes": changes}
    if arguments.json:
        output.as_json(shown | {"findings": findings_as_json(kept.findings, kept.rules, kept.reading)})
        return 0
    for key, value in shown.items():
        if key != "changes":
            print(f"{key}: {', '.join(value) if isinstance(value, list) else value}")
    for line in finding_lines(kept.findings, kept.rules, kept.reading):
        print(line)
    for edit in kept.edits:
        print(f"  {edit.kind}, part {edit.where.part or 'header'}: {edit.replacement or '-'}")
    return 0


def _unlock(arguments: argparse.Namespace) -> int:
    """The password is never an argument: other users of the machine can read those."""
    from gateway.service.unlocking import unlock_held
    from gateway.service.wiring import open_house

    asks = "password (empty: what other mail gave): "
    password = getpass.getpass(asks) if sys.stdin.isatty() else sys.stdin.readline(_LONGEST_LINE).rstrip("\r\n")
    with open_house(arguments.config, os.environ) as house:
        opened = unlock_held(house, arguments.id, output.actor(), password)
        held = house.store.quarantine.open(arguments.id, output.actor(), "show")
    if not opened:
        print(f"{arguments.id}: nothing more was opened", file=sys.stderr)
    return _print(held, arguments) or (0 if opened else 1)


def _print(held: HeldMessage | None, arguments: argparse.Namespace) -> int:
    from gateway.inspection.serialize import finding_lines, findings_as_json

    if held is None:
        raise _unknown(arguments.id)
    shown = _summary(held.summary) | {"findings": findings_as_json(held.findings, held.rules, held.reading)}
    if arguments.json:
        output.as_json(shown)
        return 0
    for key, value in shown.items():
        if key != "findings":
            print(f"{key}: {', '.join(value) if isinstance(value, list) else value}")
    for line in finding_lines(held.findings, held.rules, held.reading):
        print(line)
    return 0


def _release(arguments: argparse.Namespace) -> int:
    from gateway.service.sending import release_held
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = asyncio.run(release_held(house, arguments.id, output.actor(), arguments.reason))
    return _print_outcome(arguments.id, outcome, "released")


def _rewritten(arguments: argparse.Namespace) -> int:
    from gateway.service.sending import release_held_rewritten
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = asyncio.run(release_held_rewritten(house, arguments.id, output.actor(), arguments.reason))
    return _print_outcome(arguments.id, outcome, "released rewritten")


def _print_outcome(held: str, outcome: "ReleaseOutcome", sent: str) -> int:
    """The exit code. Raises Problem where it did not go out."""
    if outcome.result == "sent":
        print(f"{held} {sent}")
    elif outcome.result == "proposed":
        print(f"{held} proposed: its rule wants four eyes, a second person decides")
    else:
        raise Problem(held, _WHY[outcome.result], _WHAT_NOW[outcome.result])
    return 0


def _return(arguments: argparse.Namespace) -> int:
    from gateway.service.returning import return_held
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        told = return_held(house, arguments.id, output.actor(), arguments.reason, arguments.note)
    print(f"{arguments.id} returned")
    if not told:
        print("no notice goes to its sender: tell them yourself (see docs/console.md, notices)", file=sys.stderr)
    return 0


def _discard(arguments: argparse.Namespace) -> int:
    from gateway.service.sending import discard_held
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        discard_held(house, arguments.id, output.actor(), arguments.reason)
    print(f"{arguments.id} discarded")
    return 0


def _keep(arguments: argparse.Namespace) -> int:
    return _legal_hold(arguments, True)


def _unkeep(arguments: argparse.Namespace) -> int:
    return _legal_hold(arguments, False)


def _legal_hold(arguments: argparse.Namespace, on: bool) -> int:
    from gateway.service.retention import set_legal_hold
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        set_legal_hold(house, arguments.id, on, output.actor(), arguments.reason)
    print(f"{arguments.id} {'is kept' if on else 'is kept no longer'}")
    return 0


def _unknown(held: str) -> Problem:
    return Problem(held, "no such message in quarantine", "see `hushgate quarantine list`")
