"""`hushgate drill`: a made-up leak through the running relay, to see that it is held. For cron: exit 0, 1 or 2."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.errors import Problem

if TYPE_CHECKING:
    from gateway.model.drill import CaseResult, DrillResult
    from gateway.model.organization import Ours
    from gateway.storage.account_protocols import Account

_SECONDS, _LONGEST = 120, 3000
_NAMES = {
    "text": ("正文", "in the text"),
    "screenshot": ("截图", "as a screenshot"),
    "letter": ("来信附件", "as the letter"),
    "clean": ("普通邮件", "a clean mail"),
}
_OUTCOMES = {
    "held": ("已扣留", "held"),
    "rewritten": ("已改写", "rewritten"),
    "rejected": ("已拒收", "refused by a rule"),
    "passed": ("原样发出", "went out as it was"),
    "leaked": ("改写后仍泄露", "rewritten, and still tells"),
    "lost": ("收下后丢失", "accepted and lost"),
    "deferred": ("暂未判定（4xx）", "put off (4xx)"),
    "refused": ("被拒绝（5xx）", "refused (5xx)"),
    "no_answer": ("没有答复", "no answer"),
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "drill",
        parents=[shared],
        help="a made-up leak through the running relay; exit 0 held, 1 not held, 2 no running relay",
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--seconds", type=_seconds, default=_SECONDS, metavar="N", help=f"give up after so long (default {_SECONDS})"
    )
    parser.set_defaults(run=_run)


def _seconds(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and 1 <= int(given) <= _LONGEST):
        raise argparse.ArgumentTypeError(f"give a whole number from 1 to {_LONGEST}")
    return int(given)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.drill.client import NoRelayThere, RelayClient, UnknownRelay
    from gateway.drill.run import DrillOptions, StoreTakesNothing, TooManyDrills, drill
    from gateway.errors import StoreUnavailable
    from gateway.service.smtp_address import smtp_address
    from gateway.service.wiring import open_house

    started = time.monotonic()
    with open_house(arguments.config, os.environ) as house:
        address = smtp_address(house.settings)
        place = "smtp.listen" if address is None else f"smtp.listen {address[0]}:{address[1]}"
        try:
            if address is None:
                raise NoRelayThere
            options = DrillOptions(output.actor(), float(arguments.seconds), _ours(house.ours))
            result = asyncio.run(drill(RelayClient(*address, house.settings.smtp), house.store.drills, options))
        except NoRelayThere:
            raise Problem(place, "no relay runs there", "start it with `hushgate serve`") from None
        except UnknownRelay:
            remedy = "run the drill with the configuration of the relay that runs, of the same version"
            raise Problem(place, "what answers there is no relay of this store", remedy) from None
        except TooManyDrills:
            raise Problem("drill", "too many drills run already", "wait until they have ended") from None
        except StoreTakesNothing:
            print("hushgate: the store takes no write, so nothing can be held", file=sys.stderr)
            if arguments.json:
                output.as_json({"held": False, "cases": []})
            return 1
        try:
            people = house.store.people.all()
        except StoreUnavailable:
            people = ()
    seen_by = _seen_by(people)
    if arguments.json:
        output.as_json(_as_json(result, seen_by, time.monotonic() - started))
    else:
        _tell(result, seen_by, time.monotonic() - started)
    return 0 if result.good else 1


def _ours(ours: "Ours") -> frozenset[str]:
    return frozenset((*ours.names, *(one.name for one in ours.staff)))


def _seen_by(people: "Sequence[Account]") -> tuple[str, ...]:
    """Who would find it in the console: accounts that may see held messages, and can sign in."""
    from gateway.model.roles import may

    return tuple(sorted(one.name for one in people if one.state == "active" and may(one.role, "see_messages")))


def _as_json(result: "DrillResult", seen_by: tuple[str, ...], seconds: float) -> dict[str, Any]:
    clean = result.clean
    return {
        "held": result.held,
        "cases": [_case(case) for case in result.leaks],
        "clean": None if clean is None else {"passed": result.passed, **_case(clean)},
        "seen_by": list(seen_by),
        "seconds": round(seconds, 3),
    }


def _case(case: "CaseResult") -> dict[str, Any]:
    return {"name": case.name, "outcome": case.outcome, "seconds": case.seconds, "rule": case.rule} | (
        {"would": case.would} if case.would else {}
    )


def _tell(result: "DrillResult", seen_by: tuple[str, ...], seconds: float) -> None:
    rows = [_row(case, case.stopped) for case in result.leaks]
    if result.clean is not None:
        rows.append(_row(result.clean, result.passed))
    output.table(["", "MAIL", "OUTCOME", "RULE", "SECONDS"], rows)
    print()
    print(
        "泄露邮件都被拦下 every leak was stopped"
        if result.held
        else "有泄露邮件未被拦下，请立即检查 a leak was not stopped: look into it now"
    )
    if any(case.would for case in result.leaks):
        print("规则现在只观察，不拦截 rules only watch now: nothing is held")
    print(
        "普通邮件原样通过 the clean mail went through as it was"
        if result.passed
        else "普通邮件没有通过，请检查 the clean mail did not go through: look into it"
    )
    nobody = "没有人能看到被扣留的邮件 nobody could see a held message: add an account, `hushgate users add`"
    names = ", ".join(seen_by)
    print(f"扣留的邮件由谁审核 a held message would be seen by: {names}" if names else nobody)
    print(f"全程 {seconds:.1f} 秒 in all {seconds:.1f} s")


def _row(case: "CaseResult", good: bool) -> list[str]:
    name, outcome = _NAMES[case.name], _OUTCOMES[case.outcome]
    return ["ok" if good else "!!", " ".join(name), " ".join(outcome), case.rule or "-", f"{case.seconds:.2f}"]
