"""Other rules tried on the record of decisions, and what reviewers' decisions suggest: for the command and the console.

Nothing is changed. Raises: Problem, StoreUnavailable.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway.errors import Problem, raise_all
from gateway.inspection.backtest import ChangedDecision, Expected, backtest
from gateway.inspection.suggest import LEAST, FindingGroup, RuleSuggestions, Suggestion, suggest
from gateway.inspection.untold import Trial, untold
from gateway.model.decision_record import RecordedDecision
from gateway.policy import Policy, policy_in, policy_problems, rules_as_written
from gateway.policy.load import load_policy
from gateway.service.rules import POLICY_FILE, policy_of
from gateway.storage.keeping_protocols import Decisions

LARGEST_POLICY = 256 * 1024
"""Octets of a policy that somebody shows."""
_WHY_FEW = f"fewer than {LEAST} decisions"
_WHY_MIXED = "no threshold parts false alarms from right holds"


def tried(
    decisions: Decisions, new: Policy, now: Policy, since: datetime | None = None, seconds: float | None = None
) -> Trial:
    """These rules on the record since then, the newest first. `seconds`: the time that it may take."""
    within = _Within(decisions.since(since, newest_first=True), seconds)
    result = backtest(within, new, now.digest)
    return Trial(result, untold(result, new, now), decisions.clean(since), within.cut)


class _Within:
    """Records, as long as there is time."""

    def __init__(self, records: Iterable[RecordedDecision], seconds: float | None) -> None:
        self._records, self._until = records, None if seconds is None else time.monotonic() + seconds
        self.cut = False

    def __iter__(self) -> Iterator[RecordedDecision]:
        for record in self._records:
            if self._until is not None and time.monotonic() >= self._until:
                self.cut = True
                return
            yield record


def policy_to_try(path: Path) -> Policy:
    """The rules of a file. Raises Problem with each of its mistakes."""
    raise_all(policy_problems(path))
    return load_policy(path)


def policy_shown(data: bytes, name: str = POLICY_FILE) -> Policy:
    """The rules that somebody shows. Raises Problem with each of their mistakes."""
    if len(data) > LARGEST_POLICY:
        raise Problem(name, f"has more than {LARGEST_POLICY // 1024} KB", "show a policy.toml")
    policy, problems = policy_in(data, name)
    raise_all(problems)
    assert policy is not None, "rules without a mistake"
    return policy


def suggested(decisions: Decisions, config: Path, since: datetime | None = None) -> RuleSuggestions:
    """What the record suggests for the rules of this folder."""
    path = config / POLICY_FILE
    return suggest(decisions.since(since), policy_of(config), rules_as_written(path if path.exists() else None))


def trial_as_json(trial: Trial) -> dict[str, Any]:
    """The object of the contract, and more."""
    result = trial.result
    return {
        "decisions": result.decisions,
        "clean": trial.clean,
        "unchanged": result.unchanged,
        "newly_held": [change_as_json(one) for one in result.newly_held],
        "newly_passed": [change_as_json(one) for one in result.newly_passed],
        "newly_rewritten": [change_as_json(one) for one in result.newly_rewritten],
        "newly_rejected": [change_as_json(one) for one in result.newly_rejected],
        "would": [change_as_json(one) for one in result.would],
        "expected": {
            "false_alarms_fewer": result.alarms_fewer,
            "false_alarms_more": _expected(result.alarms_more),
            "partly": result.partly,
            "misses": _expected(result.misses),
        },
        "by_rule": [asdict(one) for one in result.by_rule],
        "untold": result.untold,
        "notes": [english for _, english in trial.untold],
    }


def change_as_json(one: ChangedDecision) -> dict[str, Any]:
    """One message; addresses are masked."""
    return {
        "at": one.at.isoformat(timespec="seconds"),
        "id": one.held,
        "before": one.before,
        "before_rule": one.before_rule,
        "after": one.after,
        "after_rule": one.after_rule,
        "kinds": {kind: round(score, 2) for kind, score in one.kinds.items()},
        "reports": list(one.reports),
        "sender": one.sender,
        "recipients": list(one.recipients),
        "review": one.review,
        "whole": one.whole,
    }


def _expected(one: Expected) -> dict[str, Any]:
    return {"known": one.known, "guess": one.guess, "low": one.low, "high": one.high}


def suggestions_as_json(found: RuleSuggestions) -> dict[str, Any]:
    """All of it."""
    return {
        "decisions": found.decisions,
        "decided": found.decided,
        "suggestions": [
            {
                **_group(one.group),
                "score_at_least": one.threshold,
                "detectors": list(one.detectors),
                "decided": one.decided,
                "held_fewer": one.fewer,
                "false_alarms_fewer": one.alarms,
                "partly": one.partly,
                "right_holds_lost": one.lost,
                "right_holds_lost_ids": list(one.lost_ids),
                "undecided": one.undecided,
                "lost_share": {"low": round(one.price.low, 4), "high": round(one.price.high, 4)},
                "says": sentence_of(one),
                "toml": one.toml,
            }
            for one in found.proposed
        ],
        "nothing_for": [
            {
                **_group(one.group),
                "decided": one.decided,
                "false_alarms": one.alarms,
                "why": _WHY_FEW if one.few else _WHY_MIXED,
            }
            for one in found.unsaid
        ],
        "untold": found.untold,
    }


def _group(group: FindingGroup) -> dict[str, Any]:
    return {"rule": group.rule, "when": {key: [word] for key, word in group.when}}


def sentence_of(one: Suggestion) -> str:
    """A suggestion with its price, in one line."""
    what = " ".join(f"{key}={word}" for key, word in one.group.when)
    change = "hold none" if one.threshold is None else f"hold from score {one.threshold:g} on"
    said = f"{one.group.rule}: of {what}, {change}: {one.fewer} held fewer, {one.alarms} of them false alarms"
    said += f", {one.partly} released rewritten" if one.partly else ""
    said += f", {one.undecided} undecided" if one.undecided else ""
    if one.lost:
        said += f"; it would have passed {one.lost} that a reviewer discarded or returned ({', '.join(one.lost_ids)}"
        said += ", …)" if one.lost > len(one.lost_ids) else ")"
    else:
        said += "; nothing that a reviewer discarded or returned"
    low, high = 100 * one.price.low, 100 * one.price.high
    return f"{said}; wrongly passed, of what would pass: {low:.1f} to {high:.1f} % (95 %, {one.price.of} decisions)"
