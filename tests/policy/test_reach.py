"""Which rules can never match, and what would pass: said by `hushgate check`, and never wrongly."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import KINDS, RECIPIENT_CLASSES, TIES, Action, Kind, Reason, RecipientClass, Tie
from gateway.policy import Policy, Rule, Situation, judge, load_policy, packaged_policy, policy_gaps, policy_warnings
from gateway.policy.conditions import conditions
from gateway.policy.conditions.where import MEDIA
from gateway.policy.gaps import gaps
from gateway.policy.reach import can_match, contradiction
from policy.test_lint import SITUATION, WHEN, rule, warned

ACTIONS: tuple[Action, ...] = ("pass", "redact", "quarantine", "reject")


def holds(one: Rule, situation: Situation) -> bool:
    return all(conditions()[key].holds(value, situation) for key, value in one.when)


def possible(situation: Situation) -> bool:
    """As the product makes them: a reason is of what could not be read, a share of material."""
    unread = situation.kind in ("uninspectable", "malformed")
    return (situation.detector == "t" or unread) and (
        situation.share is None or situation.kind in ("material", "avatar")
    )


@given(st.lists(WHEN, max_size=4), WHEN, SITUATION)
def test_a_rule_said_to_be_out_of_reach_takes_nothing(before: list[Rule], last: Rule, situation: Situation) -> None:
    if holds(last, situation) and possible(situation):
        assert not contradiction(last) or "tie" in dict(last.when) or "sender_groups" in dict(last.when)
        if not can_match(last, before):
            assert any(holds(earlier, situation) for earlier in before)


KINDS_AND_PLACES = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.frozensets(st.sampled_from(KINDS), min_size=1),
        "where": st.frozensets(st.sampled_from(MEDIA), min_size=1),
        "recipient": st.frozensets(st.sampled_from(RECIPIENT_CLASSES), min_size=1),
        "tie": st.frozensets(st.sampled_from(TIES), min_size=1),
        "score_at_least": st.sampled_from([0.0, 0.7]),
    },
)
POLICIES = st.lists(st.tuples(KINDS_AND_PLACES, st.sampled_from(ACTIONS), st.booleans()), max_size=5).map(
    lambda some: replace(
        packaged_policy(),
        rules=tuple(
            Rule(f"rule-{number}", action, tuple(when.items()), monitor=monitor)
            for number, (when, action, monitor) in enumerate(some)
        ),
    )
)


READERS: tuple[Literal["party", "representative", "unknown"], ...] = ("party", "representative", "unknown")


@given(POLICIES, st.sampled_from(KINDS), st.sampled_from(MEDIA), st.sampled_from(READERS))
def test_whatever_passes_is_named_with_its_rule(
    policy: Policy, kind: Kind, place: str, to: Literal["party", "representative", "unknown"]
) -> None:
    if kind == "personal_data":
        return
    tie: Tie = "recipient" if to != "unknown" else "complaint"
    reasons: frozenset[Reason] = frozenset(("content" if to == "unknown" else to,))
    stands: frozenset[RecipientClass] = frozenset((to,))
    situation = Situation(kind, "R-1", place, "t", "", 0.8, None, tie, reasons, stands, "s@x", ("r@y",))
    decision = judge((situation,), policy)
    if decision.action == "pass":
        said = [str(one) for one in gaps(policy, lambda *keys: "policy.toml:1")]
        assert any(repr(decision.rules[0]) in line for line in said), (decision, said)


@pytest.mark.parametrize(
    ("before", "last", "reached"),
    [
        (['kinds = ["name"]', 'kinds = ["phone"]'], 'kinds = ["name", "phone"]', False),
        (['kinds = ["name"]', 'kinds = ["phone"]'], 'kinds = ["name", "phone", "address"]', True),
        (['where = ["body"]', 'where = ["attachment"]'], 'where = ["text", "file"]', False),
        (['kinds = ["name"], where = ["body"]', 'kinds = ["name"], where = ["header"]'], 'kinds = ["name"]', True),
        (["mentions_report = true", "mentions_report = false"], 'kinds = ["name"]', False),
        (['severity = ["low"]', 'severity = ["normal", "high"]'], 'severity = ["low", "high"]', False),
        (['report_status = ["open"]', 'report_status = ["closed"]'], 'kinds = ["name"]', True),
        (['hours = "22:00-06:00"', 'hours = "06:00-22:00"'], 'kinds = ["name"]', False),
        (['hours = "22:00-06:00"', 'hours = "06:01-22:00"'], 'kinds = ["name"]', True),
        (
            ['weekdays = ["mon", "tue", "wed", "thu", "fri"]', 'weekdays = ["sat", "sun"]'],
            "mentions_report = true",
            False,
        ),
        (
            ['senders = ["a@x.example"], kinds = ["name"]', 'senders = ["a@x.example"], kinds = ["phone"]'],
            'senders = ["a@x.example"], kinds = ["name", "phone"]',
            False,
        ),
        (
            ['senders = ["a@x.example"], kinds = ["name"]', 'senders = ["b@x.example"], kinds = ["phone"]'],
            'kinds = ["name", "phone"]',
            True,
        ),
    ],
)
def test_rules_together_may_leave_nothing(tmp_path: Path, before: list[str], last: str, reached: bool) -> None:
    some = [rule(f"r{number}", "quarantine", when) for number, when in enumerate(before)]
    said = warned(tmp_path, *some, rule("last", "reject", last))
    assert any("'last' can never be reached: rules before it, taken together" in line for line in said) is not reached


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('kinds = ["name"], reasons = ["sound"]', "reasons are of uninspectable and malformed alone"),
        ('kinds = ["name"], share_at_least = 0.5', "share_at_least is of material alone"),
        ('senders = ["a@x.example"], sender_groups = ["night"]', "no address is in senders and in sender_groups"),
        ('reasons = ["sound"], share_at_least = 0.5', "reasons are of what could not be read"),
        ('relation = ["party"], tie = ["none"]', "is tied by its recipient"),
    ],
)
def test_conditions_that_cannot_hold_together_are_named(tmp_path: Path, when: str, said: str) -> None:
    groups = '[groups]\nnight = ["@platform.example"]\n'
    [line] = warned(tmp_path, groups, rule("a", "quarantine", when))
    assert "rule 'a' can never match: " in line
    assert said in line


def test_senders_that_are_in_the_group_are_no_contradiction(tmp_path: Path) -> None:
    groups = '[groups]\nnight = ["@platform.example"]\n'
    when = 'senders = ["a@platform.example"], sender_groups = ["night"]'
    assert warned(tmp_path, groups, rule("a", "quarantine", when)) == []


def found_gaps(tmp_path: Path, *rules: str) -> list[str]:
    path = tmp_path / "policy.toml"
    path.write_text("".join(rules), encoding="utf-8")
    load_policy(path)
    return [str(one).removeprefix(f"{path}:") for one in policy_gaps(path)]


def test_a_gap_is_said_as_a_person_would(tmp_path: Path) -> None:
    held = rule("text", "quarantine", 'kinds = ["phone"], where = ["body", "header", "document"]')
    assert found_gaps(tmp_path, held, rule("rest", "pass", 'kinds = ["phone"], where = ["picture", "text"]')) == [
        "5: gap: a phone in a picture to the reported party, a representative of theirs or somebody outside whom no "
        "report knows would pass by rule 'rest'"
    ]


def test_a_gap_says_to_whom_and_when(tmp_path: Path) -> None:
    agent = rule("agent", "pass", 'kinds = ["name"], recipient = ["representative"], score_at_least = 0.9')
    assert found_gaps(tmp_path, agent) == [
        "1: gap: a name to a representative of theirs would pass by rule 'agent' (where its score_at_least holds)"
    ]
    watching = rule("try", "quarantine", 'kinds = ["name"]').replace("when", "monitor = true\nwhen")
    assert "would pass, only watched, by rule 'try'" in found_gaps(tmp_path, watching)[0]


def test_service_mail_to_nobody_who_is_known_is_no_gap() -> None:
    assert list(gaps(packaged_policy(), lambda *keys: "p:1")) == []
    assert policy_warnings(Path(__file__).parents[2] / "config" / "policy.toml") == []


def test_a_high_threshold_is_a_gap(tmp_path: Path) -> None:
    assert found_gaps(tmp_path, "threshold = 0.9\n") == [
        "1: gap: what is found with a score below 0.9 would pass, whatever it is; threshold = 0.6 is what scores are "
        "made for"
    ]


def test_a_watched_rule_above_others_is_said_to_open_a_hole(tmp_path: Path) -> None:
    watching = rule("try", "reject", 'kinds = ["name"]').replace("when", "monitor = true\nwhen")
    [line] = warned(tmp_path, watching, rule("hold", "quarantine", 'kinds = ["name", "phone"]'))
    assert "rule 'try' only watches: what it takes passes, though 'hold' behind it would not let it" in line
    assert warned(tmp_path, watching, rule("hold", "quarantine", 'kinds = ["phone"]')) == []
