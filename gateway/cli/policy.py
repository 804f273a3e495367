"""`hushgate policy …`: test, backtest, suggest: rules tried before they are used. Nothing is changed."""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.cli.moments import HELP, moment_of

if TYPE_CHECKING:
    from gateway.inspection.backtest import ChangedDecision, Expected
    from gateway.inspection.untold import Trial
    from gateway.service.policy_samples import SampleOutcome

_MOST_SHOWN = 20


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("policy", help="try rules before they are used: test, backtest, suggest")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    what = "judge the sample mails beside the policy against their expectations; exit 1 where one is otherwise"
    test = parts.add_parser("test", parents=[shared], help=what)
    test.add_argument(
        "folder", type=Path, metavar="DIR", nargs="?", help="of the samples (default: samples in the configuration)"
    )
    test.add_argument("--json", action="store_true")
    test.set_defaults(run=_test)
    what = "what other rules would have made of the mail that was decided on, and what reviewers said of it"
    trial = parts.add_parser("backtest", parents=[shared], help=what)
    trial.add_argument("--policy", type=Path, required=True, metavar="NEW.toml")
    trial.add_argument("--since", metavar="WHEN", default="30d", help=f"{HELP} (default: 30d)")
    trial.add_argument("--json", action="store_true")
    trial.set_defaults(run=_backtest)
    what = "thresholds that reviewers' decisions suggest, each with its price, as rules to paste"
    suggesting = parts.add_parser("suggest", parents=[shared], help=what)
    suggesting.add_argument("--since", metavar="WHEN", help=f"{HELP} (default: all of the record)")
    suggesting.add_argument("--json", action="store_true")
    suggesting.set_defaults(run=_suggest)


def _test(arguments: argparse.Namespace) -> int:
    from gateway.service.policy_samples import SAMPLES, policy_tested, samples_folder, tested_as_json

    folder = samples_folder(arguments.config, arguments.folder)
    if folder is None:
        place = arguments.folder or arguments.config / SAMPLES
        if arguments.json:
            output.as_json({"right": True, "samples": [], "problems": []})
        print(f"no samples in {place}", file=sys.stderr if arguments.json else sys.stdout)
        return 0
    with output.progress("判断样信 judging samples") as progress:
        tested = policy_tested(arguments.config, os.environ, folder, progress)
    for problem in tested.problems:
        print(problem, file=sys.stderr)
    if arguments.json:
        output.as_json(tested_as_json(tested))
        return 0 if tested.right else 1
    for note in tested.notes:
        print(note, file=sys.stderr)
    output.table(["", "SAMPLE", "EXPECTED", "CAME", "BY RULE", "WHY"], [_line(one) for one in tested.outcomes])
    right = sum(one.right for one in tested.outcomes)
    faults = f", {len(tested.problems)} file(s) with a mistake" if tested.problems else ""
    print(f"{right} of {len(tested.outcomes)} as expected{faults}")
    return 0 if tested.right else 1


def _line(one: "SampleOutcome") -> list[str]:
    wanted = one.sample
    expected = f"{wanted.expect} by {wanted.rule}" if wanted.rule else wanted.expect
    return [
        "ok" if one.right else "WRONG",
        wanted.path.name,
        expected,
        one.action or "error",
        one.rule,
        one.error or one.why,
    ]


def _backtest(arguments: argparse.Namespace) -> int:
    from gateway.service.policy_trials import policy_to_try, trial_as_json, tried
    from gateway.service.wiring import open_house

    new = policy_to_try(arguments.policy)
    since = moment_of("--since", arguments.since, datetime.now(UTC))
    with open_house(arguments.config, os.environ) as house:
        trial = tried(house.store.decisions, new, house.policy, since)
    if arguments.json:
        output.as_json(trial_as_json(trial))
        return 0
    _print_trial(trial, since)
    return 0


def _print_trial(trial: "Trial", since: datetime | None) -> None:
    result = trial.result
    begin = f" since {since.isoformat(timespec='minutes')}" if since else ""
    print(f"{result.decisions} decisions{begin}; {trial.clean} more messages had nothing in them")
    if not result.decisions:
        print("nothing to try the rules on yet: each message in which something is found is recorded from now on")
        return
    print(
        f"newly held {len(result.newly_held)}, newly passed {len(result.newly_passed)}, newly rewritten "
        f"{len(result.newly_rewritten)}, newly refused {len(result.newly_rejected)}; {result.unchanged} as before"
    )
    if result.would:
        print(f"in monitor mode, otherwise than before: {len(result.would)}")
    print(f"false alarms fewer: {result.alarms_fewer}")
    print(f"false alarms more: {_expected(result.alarms_more)}")
    print(f"rightly held, and now passed (misses): {_expected(result.misses)}")
    print(f"released rewritten, and now passed as they are: {result.partly}")
    for title, changes in (
        ("newly held", result.newly_held),
        ("newly passed", result.newly_passed),
        ("newly rewritten", result.newly_rewritten),
        ("newly refused", result.newly_rejected),
        ("in monitor mode", result.would),
    ):
        if changes:
            print(f"\n{title}:")
            head = ["AT", "ID", "WAS", "WOULD BE", "FOUND", "REPORTS", "TO", "REVIEWER"]
            output.table(head, [_change(one) for one in changes[:_MOST_SHOWN]])
            if len(changes) > _MOST_SHOWN:
                print(f"{len(changes) - _MOST_SHOWN} more; all of them with --json")
    print("\nby rule:")
    rows = [
        [
            one.rule,
            *map(str, (one.before, one.after, one.newly_held, one.newly_passed)),
            *map(str, (one.released, one.partly, one.right)),
        ]
        for one in result.by_rule
    ]
    output.table(
        ["RULE", "HELD", "WOULD HOLD", "NEWLY", "NO LONGER", "FALSE ALARMS", "PARTLY", "RIGHT"],
        rows,
    )
    if trial.untold:
        print("\nwhat the record cannot tell:")
        for _, english in trial.untold:
            print(f"- {english}")


def _expected(one: "Expected") -> str:
    """`12 known, about 3.5 more expected (1.0 to 8.0)`."""
    if one.high <= one.known:
        return f"{one.known}"
    if one.guess is None:
        return f"{one.known} known, at most {one.high:g}: nobody has decided on mail of that rule yet"
    return f"{one.known} known, about {one.guess:g} expected ({one.low:g} to {one.high:g})"


def _change(one: "ChangedDecision") -> list[str]:
    return [
        one.at.isoformat(timespec="minutes"),
        one.held or "-",
        f"{one.before} by {one.before_rule}",
        f"{one.after} by {one.after_rule}",
        ", ".join(f"{kind} {score:.2f}" for kind, score in one.kinds.items()) or "-",
        ", ".join(one.reports),
        ", ".join(one.recipients),
        one.review or "-",
    ]


def _suggest(arguments: argparse.Namespace) -> int:
    from gateway.service.policy_trials import sentence_of, suggested, suggestions_as_json
    from gateway.service.wiring import open_house

    since = moment_of("--since", arguments.since, datetime.now(UTC))
    with open_house(arguments.config, os.environ) as house:
        found = suggested(house.store.decisions, arguments.config, since)
    if arguments.json:
        output.as_json(suggestions_as_json(found))
        return 0
    print(f"{found.decisions} decisions in the record; people decided on {found.decided} of them")
    for one in found.proposed:
        print(f"\n# {sentence_of(one)}")
        print(one.toml, end="")
    if not found.proposed:
        print("nothing to suggest")
    if found.unsaid:
        print("\nnothing is suggested for:")
        for each in suggestions_as_json(found)["nothing_for"]:
            words = " ".join(f"{key}={value[0]}" for key, value in each["when"].items())
            print(f"- {each['rule']}: {words}: {each['why']} ({each['decided']} decided, {each['false_alarms']} false)")
    return 0
