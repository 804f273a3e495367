"""What an admin may write and hardly means is said, and stops nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import KINDS, RECIPIENT_CLASSES, TIES, Client, Envelope, Finding, Location, Match, Recipient
from gateway.policy import Rule, load_policy, policy_problems, policy_warnings
from gateway.policy.conditions import conditions
from gateway.policy.conditions.where import MEDIA
from gateway.policy.lint import NOT_REWRITABLE, takes_all_of
from gateway.policy.schema import Situation
from gateway.policy.situations import situations
from gateway.rewriting.places import IN_TEXT

ROOT = Path(__file__).parents[2]


def rule(name: str, action: str, when: str = "") -> str:
    return f'[[rule]]\nname = "{name}"\naction = "{action}"\n' + (f"when = {{ {when} }}\n" if when else "\n")


def warned(tmp_path: Path, *rules: str) -> list[str]:
    path = tmp_path / "policy.toml"
    path.write_text("".join(rules), encoding="utf-8")
    assert policy_problems(path) == []
    load_policy(path)
    return [str(problem).removeprefix(f"{path}:") for problem in policy_warnings(path)]


@pytest.mark.parametrize(
    ("first", "second", "reached"),
    [
        ('kinds = ["name", "phone"]', 'kinds = ["name"]', False),
        ('kinds = ["name"]', 'kinds = ["name", "phone"]', True),
        ('kinds = ["name"]', 'kinds = ["name"], where = ["header"]', False),
        ('kinds = ["name"], where = ["header"]', 'kinds = ["name"]', True),
        ('where = ["body"]', 'where = ["html"]', False),
        ("score_at_least = 0.7", "score_at_least = 0.8", False),
        ("score_at_least = 0.8", "score_at_least = 0.7", True),
        ("score_at_least = 0", 'kinds = ["name"]', False),
        ("share_at_least = 0.5", 'kinds = ["material"]', True),
        ('recipients = ["@guild.example"]', 'recipients = ["PR@Guild.example"]', False),
        ('recipients = ["pr@guild.example"]', 'recipients = ["@guild.example"]', True),
        ('senders = ["@a.example"]', 'recipients = ["@a.example"]', True),
        ('reports = ["R-1", "R-2"]', 'reports = ["R-2"]', False),
        ('relation = ["party"]', 'relation = ["party", "representative"]', True),
    ],
)
def test_a_rule_whose_findings_an_earlier_one_takes_is_named(
    tmp_path: Path, first: str, second: str, reached: bool
) -> None:
    warnings = warned(tmp_path, rule("one", "quarantine", first), rule("two", "reject", second))
    said = "5: rule 'two' can never be reached: rule 'one' before it takes all that it takes; move it up, or remove it"
    assert warnings == ([] if reached else [said])


def test_every_kind_and_place_named_is_as_good_as_none_named(tmp_path: Path) -> None:
    everything = f"kinds = {list(KINDS)}, where = {list(MEDIA)}".replace("'", '"')
    assert len(warned(tmp_path, rule("one", "quarantine", everything), rule("two", "reject"))) == 1


def test_a_rule_that_lets_pass_what_was_not_read_is_named(tmp_path: Path) -> None:
    assert "could not be inspected (uninspectable, malformed)" in warned(tmp_path, rule("all", "pass"))[0]
    assert "could not be inspected (malformed)" in warned(tmp_path, rule("a", "pass", 'kinds = ["malformed"]'))[0]
    held = rule("unread", "quarantine", 'kinds = ["uninspectable", "malformed"]')
    assert warned(tmp_path, held, rule("all", "pass")) == []
    only_one = rule("unread", "quarantine", 'kinds = ["uninspectable"]')
    assert "(malformed)" in warned(tmp_path, only_one, rule("all", "pass", 'recipients = ["@a.example"]'))[0]


def test_a_rule_that_would_rewrite_what_cannot_be_is_named(tmp_path: Path) -> None:
    assert "(malformed)" in warned(tmp_path, rule("a", "redact", 'kinds = ["name", "malformed"]'))[0]
    assert warned(tmp_path, rule("a", "redact", 'kinds = ["name", "avatar", "qr_code"]')) == []
    assert set(NOT_REWRITABLE) == set(KINDS) - set(IN_TEXT) - {"avatar", "qr_code"}
    with_file = rule("a", "redact", 'kinds = ["uninspectable"]').replace("when", "remove = true\nwhen")
    assert warned(tmp_path, with_file) == []


def test_a_file_with_mistakes_has_problems_and_no_warnings(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(rule("all", "pas"))
    assert policy_warnings(path) == []
    assert policy_problems(path)


def test_the_packaged_rules_mean_what_they_say() -> None:
    assert policy_warnings(ROOT / "config" / "policy.toml") == []


VALUES = {
    "kinds": st.frozensets(st.sampled_from(KINDS), min_size=1),
    "where": st.frozensets(st.sampled_from(MEDIA), min_size=1),
    "score_at_least": st.sampled_from([0.0, 0.5, 1.0]),
    "share_at_least": st.sampled_from([0.0, 0.5, 1.0]),
    "reasons": st.frozensets(st.sampled_from(["sound", "encrypted_zip"]), min_size=1),
    "tie": st.frozensets(st.sampled_from(TIES), min_size=1),
    "mentions_report": st.booleans(),
    "reports": st.frozensets(st.sampled_from(["R-1", "R-2"]), min_size=1),
    "relation": st.frozensets(st.sampled_from(["party", "representative"]), min_size=1),
    "recipient": st.frozensets(st.sampled_from(RECIPIENT_CLASSES), min_size=1),
    "recipients": st.frozensets(st.sampled_from(["@a.example", "x@a.example", "y@b.example"]), min_size=1),
    "senders": st.frozensets(st.sampled_from(["@a.example", "x@a.example", "y@b.example"]), min_size=1),
}
WHEN = st.fixed_dictionaries({}, optional=VALUES).map(lambda when: Rule("r", "pass", tuple(when.items())))
ADDRESS = st.sampled_from(["x@a.example", "z@a.example", "y@b.example"])
SITUATION = st.builds(
    lambda kind, medium, part, score, share, report, reason, to, stands, sender, tie, mentions: situations(
        (Finding(kind, report, Location(part), medium, "t", score, share=share, tie=tie),),
        Envelope(sender, (Recipient(to),), Client("h", "h"), datetime(2026, 1, 2, tzinfo=UTC)),
        (Match("R-1", reason, to, 1.0, stands),),
        mentions,
    )[0],
    st.sampled_from(KINDS),
    st.sampled_from([None, "text", "header", "picture"]),
    st.sampled_from(["", "2"]),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.sampled_from([None, 0.5, 1.0]),
    st.sampled_from(["R-1", "R-2"]),
    st.sampled_from(["party", "representative"]),
    ADDRESS,
    st.sampled_from(RECIPIENT_CLASSES),
    ADDRESS,
    st.sampled_from(TIES),
    st.booleans(),
)


def holds(rule: Rule, situation: Situation) -> bool:
    return all(conditions()[key].holds(value, situation) for key, value in rule.when)


def test_the_strategy_knows_every_condition() -> None:
    assert set(VALUES) == set(conditions())


@given(WHEN, WHEN, SITUATION)
def test_a_rule_said_to_be_out_of_reach_never_takes_what_the_other_leaves(
    one: Rule, other: Rule, situation: Situation
) -> None:
    if takes_all_of(one, other) and holds(other, situation):
        assert holds(one, situation)
