"""What reviewers' decisions suggest: only where there are enough, with its price in the same line, and right when it is
pasted."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.inspection.backtest import REVIEWED, backtest
from gateway.inspection.proportions import share_of
from gateway.inspection.recording import record_of, to_record
from gateway.inspection.replay import replayed
from gateway.inspection.suggest import LEAST, Suggestion, suggest, with_suggestion
from gateway.model import TIES, Examination, Finding, Kind, Location, Match, Tie
from gateway.model.decision_record import REVIEW_OUTCOMES, RecordedDecision
from gateway.policy import Policy, decide, load_policy, rules_as_written
from gateway.service.policy_trials import sentence_of
from inspection.test_replay import ENVELOPE

TEXT = """\
[[rule]]
name = "unreadable"
action = "quarantine"
when = { kinds = ["uninspectable", "malformed"] }

[[rule]]
name = "phones"
action = "redact"
when = { kinds = ["phone"] }

[[rule]]
name = "identity"
action = "quarantine"
four_eyes = true
when = { kinds = ["name", "nickname"], where = ["body"], recipients = ["@streamers.example"] }

[[rule]]
name = "rest"
action = "pass"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "policy.toml"
    file.write_text(TEXT, encoding="utf-8")
    return file


PARTY = [Match("R-1", "party", "xinger@streamers.example", 1.0, "party")]


def finding(score: float, kind: Kind = "name", tie: Tie = "unexplained") -> Finding:
    return Finding(kind, "R-1", Location("1"), "text", "names", score, "exact", tie=tie)


def seen(policy: Policy, number: int, review: str, *found: Finding) -> RecordedDecision:
    over = [one for one in found if one.score >= policy.threshold]
    decision = decide(over, ENVELOPE, PARTY, policy, True)
    examination = Examination(decision, tuple(PARTY), tuple(over), faint=found, mentions=True)
    held = f"Q-{number}" if decision.action == "quarantine" else ""
    one = to_record(ENVELOPE, number.to_bytes(4), examination, policy, held)
    assert one is not None
    return replace(record_of(one), review=review if held else "")  # type: ignore[arg-type]


def pasted(path: Path, one: Suggestion) -> Policy:
    """The rules with the suggestion put where it says."""
    head, mark, tail = path.read_text(encoding="utf-8").partition(f'[[rule]]\nname = "{one.group.rule}"')
    assert mark
    assert f'before the rule "{one.group.rule}"' in one.toml
    new = path.with_name("new.toml")
    new.write_text(f"{head}{one.toml}\n{mark}{tail}", encoding="utf-8")
    return load_policy(new)


def test_false_alarms_that_are_less_sure_than_what_was_right_are_proposed_with_their_price(path: Path) -> None:
    policy = load_policy(path)
    records = [seen(policy, number, "released", finding(0.65 + number / 1000)) for number in range(30)]
    records += [seen(policy, 100 + number, "discarded", finding(0.9)) for number in range(12)]
    records += [seen(policy, 200, "", finding(0.66)), seen(policy, 201, "expired", finding(0.66))]
    found = suggest(records, policy, rules_as_written(path))
    (one,) = found.proposed
    assert (one.threshold, one.alarms, one.lost, one.partly, one.undecided, one.fewer) == (0.68, 30, 0, 0, 2, 32)
    assert 0.1 < one.price.high < 0.12  # Wilson, 0 of 30
    assert (found.decisions, found.decided) == (44, 42)
    new = pasted(path, one)
    result = backtest(records, new)
    assert (len(result.newly_passed), result.alarms_fewer, result.misses.known) == (32, 30, 0)
    assert new.rules[2].four_eyes
    assert dict(new.rules[2].when)["recipients"] == frozenset({"@streamers.example"})
    assert "nothing that a reviewer discarded" in sentence_of(one)


def test_what_would_pass_something_that_was_discarded_says_so_in_the_same_line(path: Path) -> None:
    policy = load_policy(path)
    records = [seen(policy, number, "released", finding(0.62)) for number in range(8)]
    records += [seen(policy, 50, "discarded", finding(0.7)), seen(policy, 51, "returned", finding(0.7))]
    records += [seen(policy, 100 + number, "released", finding(0.8)) for number in range(40)]
    records += [seen(policy, 200 + number, "discarded", finding(0.95)) for number in range(9)]
    free, costly = suggest(records, policy, rules_as_written(path)).proposed
    assert (free.threshold, free.alarms, free.lost) == (0.63, 8, 0)
    assert (costly.threshold, costly.alarms, costly.lost) == (0.81, 48, 2)
    assert "it would have passed 2 that a reviewer discarded or returned (Q-50, Q-51)" in sentence_of(costly)
    assert "\n" not in sentence_of(costly)


def test_too_few_decisions_suggest_nothing_and_that_is_said(path: Path) -> None:
    policy = load_policy(path)
    records = [seen(policy, number, "released", finding(0.7)) for number in range(LEAST - 1)]
    found = suggest(records, policy, rules_as_written(path))
    assert found.proposed == ()
    assert [(one.few, one.decided, one.alarms) for one in found.unsaid] == [(True, LEAST - 1, LEAST - 1)]


def test_scores_that_part_nothing_suggest_nothing(path: Path) -> None:
    policy = load_policy(path)
    records = [seen(policy, number, ("released", "discarded")[number % 2], finding(0.7)) for number in range(60)]
    found = suggest(records, policy, rules_as_written(path))
    assert (found.proposed, [one.few for one in found.unsaid]) == ((), [False])


def test_ties_are_apart_and_a_group_of_nothing_but_false_alarms_may_go_whole(path: Path) -> None:
    policy = load_policy(path)
    records = [seen(policy, number, "released", finding(0.9, tie="none")) for number in range(30)]
    records += [seen(policy, 100 + number, "discarded", finding(0.9, tie="party")) for number in range(30)]
    (one,) = suggest(records, policy, rules_as_written(path)).proposed
    assert (one.threshold, dict(one.group.when)["tie"]) == (None, "none")
    result = backtest(records, pasted(path, one))
    assert (len(result.newly_passed), result.misses.known) == (30, 0)


def test_all_suggestions_for_a_rule_can_be_pasted_together(path: Path) -> None:
    policy = load_policy(path)
    records = [
        seen(policy, 1000 * place + number, review, finding(score, tie=tie))
        for place, tie in enumerate(TIES)
        for score, review, first in ((0.65, "released", 0), (0.85, "discarded", 500))
        for number in range(first, first + 25)
    ]
    found = suggest(records, policy, rules_as_written(path)).proposed
    assert len(found) == len(TIES)
    head, mark, tail = TEXT.partition('[[rule]]\nname = "identity"')
    path.write_text(head + "".join(one.toml for one in found) + mark + tail, encoding="utf-8")
    result = backtest(records, load_policy(path))
    assert (len(result.newly_passed), result.misses.known) == (25 * len(TIES), 0)


def test_a_suggestion_for_a_rule_with_a_long_name_can_be_pasted(path: Path) -> None:
    name = "identity" * 8
    path.write_text(TEXT.replace('"identity"', f'"{name}"'), encoding="utf-8")
    policy = load_policy(path)
    records = [seen(policy, number, "released", finding(0.65)) for number in range(30)]
    records += [seen(policy, 100 + number, "discarded", finding(0.9)) for number in range(30)]
    (one,) = suggest(records, policy, rules_as_written(path)).proposed
    assert len({rule.name for rule in pasted(path, one).rules}) == len(policy.rules) + 2


def test_what_nobody_could_read_is_never_proposed_to_pass(path: Path) -> None:
    policy = load_policy(path)
    locked = Finding("uninspectable", "R-1", Location("2"), None, "encrypted_zip", 1.0)
    records = [seen(policy, number, "released", locked) for number in range(60)]
    records += [seen(policy, 100 + number, "released", locked, finding(0.7)) for number in range(60)]
    found = suggest(records, policy, rules_as_written(path))
    assert (found.proposed, found.unsaid) == ((), ())


def test_words_of_a_rule_are_written_as_toml_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    when = 'kinds = ["name"], reports = ["R \\\\ 1", "举报\\t", "R-1"]'
    odd = f'name = "a \\" b"\naction = "quarantine"\nwhen = {{ {when} }}\n'
    path.write_text(f"[[rule]]\n{odd}", encoding="utf-8")
    policy = load_policy(path)
    records = [seen(policy, number, "released", finding(0.7)) for number in range(30)]
    (one,) = suggest(records, policy, rules_as_written(path)).proposed
    new = tmp_path / "new.toml"
    new.write_text(f"{one.toml}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert dict(load_policy(new).rules[0].when)["reports"] == dict(policy.rules[0].when)["reports"]


situation = st.builds(
    finding,
    st.sampled_from((0.6, 0.61, 0.615, 0.7, 0.8, 0.95)),
    st.sampled_from(("name", "nickname", "phone")),
    st.sampled_from(TIES[-2:]),
)


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.lists(st.tuples(st.lists(situation, min_size=1, max_size=3), st.sampled_from(REVIEW_OUTCOMES)), max_size=6)
)
def test_the_price_is_what_a_backtest_of_the_proposal_says(
    kinds: list[tuple[list[Finding], str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("rules") / "policy.toml"
    path.write_text(TEXT, encoding="utf-8")
    policy = load_policy(path)
    records = [
        seen(policy, number * 100 + copy, review, *found)
        for number, (found, review) in enumerate(kinds)
        for copy in range(12)
    ]
    for one in suggest(records, policy, rules_as_written(path)).proposed:
        result = backtest(records, with_suggestion(policy, one))
        gone = [*result.newly_passed, *result.newly_rewritten]
        assert not result.newly_held
        assert one.fewer == len(gone)
        assert one.alarms == sum(change.review == "released" for change in gone)
        assert one.lost == sum(change.review in ("discarded", "returned") for change in gone)
        assert one.price.of == sum(change.review in REVIEWED for change in gone)
        written = pasted(path, one)
        assert [replayed(record, written).action for record in records] == [
            replayed(record, with_suggestion(policy, one)).action for record in records
        ]


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 100, 0.0018, 0.0545), (0, 0, 0, 1)],
)
def test_wilsons_interval(count: int, of: int, low: float, high: float) -> None:
    share = share_of(count, of)
    assert share.low == pytest.approx(low, abs=1e-4)
    assert share.high == pytest.approx(high, abs=1e-4)
