"""The trace of a decision says what `decide` does: by the same conditions, with the same outcome."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.model import KINDS, RECIPIENT_CLASSES, TIES, Action, Finding, Location, Match
from gateway.policy import Policy, Rule, decide, packaged_policy, situations, trace
from gateway.policy.conditions import conditions
from policy.test_decide import ENVELOPE

MEDIA = (None, "text", "header", "file_name", "picture", "envelope")
VALUES: dict[str, list[Any]] = {
    "kinds": [["name"], ["name", "phone"], list(KINDS)],
    "mentions_report": [True, False],
    "reasons": [["sound"], ["encrypted_zip"]],
    "recipient": [["party"], ["unknown", "reporter"]],
    "recipients": [["@streamers.example"], ["nobody@else.example"]],
    "relation": [["party"], ["representative"]],
    "reports": [["R-1"], ["R-2", "R-3"]],
    "score_at_least": [0, 0.7],
    "senders": [["@platform.example"], ["x@y.example"]],
    "share_at_least": [0, 0.5],
    "tie": [["none"], ["party", "recipient"]],
    "where": [["body"], ["attachment", "file_name"], ["message"]],
}
"""Of each condition some values as the file has them; of one that is not here none is tried."""

actions: st.SearchStrategy[Action] = st.sampled_from(("pass", "redact", "quarantine", "reject"))
findings = st.lists(
    st.builds(
        Finding,
        st.sampled_from(KINDS),
        st.sampled_from(("R-1", "R-2")),
        st.sampled_from((Location("1"), Location(""))),
        st.sampled_from(MEDIA),
        st.sampled_from(("exact", "sound")),
        st.sampled_from((0.4, 0.65, 0.99)),
        share=st.sampled_from((None, 0.3, 0.9)),
        tie=st.sampled_from(TIES),
    ),
    max_size=6,
)
matches = st.lists(
    st.builds(
        Match,
        st.sampled_from(("R-1", "R-2")),
        st.sampled_from(("party", "representative", "content")),
        st.just("xinger@streamers.example"),
        st.just(1.0),
        st.sampled_from(RECIPIENT_CLASSES),
    ),
    max_size=3,
)
whens = st.dictionaries(
    st.sampled_from([key for key in conditions() if key in VALUES]), st.integers(0, 2), max_size=3
).map(
    lambda when: tuple((key, conditions()[key].check(VALUES[key][at % len(VALUES[key])])) for key, at in when.items())
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    rules = tuple(Rule(f"r{n}", draw(actions), draw(whens)) for n in range(draw(st.integers(0, 6))))
    default: Action = draw(st.sampled_from(("quarantine", "reject")))
    return Policy(rules, default, 0.6, 0.4, digest="d", personal_data=draw(st.sampled_from(("off", "monitor", "on"))))


@given(findings, matches, policies(), st.booleans())
def test_a_trace_ends_in_the_decision(found: list[Finding], known: list[Match], policy: Policy, mentions: bool) -> None:
    told = trace(situations(found, ENVELOPE, known, mentions), policy)
    assert told.decision == decide(found, ENVELOPE, known, policy, mentions)
    taken = {number: rule.name for rule in told.rules for number in rule.took}
    taken |= dict.fromkeys(told.default, "default") | dict.fromkeys(told.watched, "monitored")
    assert tuple(taken[number] for number in range(len(found))) == told.decision.rules
    assert [rule.name for rule in told.rules] == [rule.name for rule in policy.rules]
    for rule, written in zip(told.rules, policy.rules, strict=True):
        assert [one.key for one in rule.conditions] == [key for key, _ in written.when]
        for one in rule.conditions:
            assert sorted((*one.held, *one.failed)) == list(rule.came)
        held = set(rule.came).intersection(*(one.held for one in rule.conditions))
        assert tuple(sorted(held)) == rule.took


def test_each_condition_of_a_rule_is_told_and_not_only_the_first_that_fails() -> None:
    found = [Finding("name", "R-9", Location("1"), "picture", "exact", 0.5)]
    when = tuple((key, conditions()[key].check(VALUES[key][-1])) for key in ("kinds", "score_at_least", "reports"))
    told = trace(situations(found, ENVELOPE, []), Policy((Rule("one", "pass", when),), "reject", 0.6, 0.4))
    assert [(one.key, one.held, one.failed) for one in told.rules[0].conditions] == [
        ("kinds", (0,), ()),
        ("score_at_least", (), (0,)),
        ("reports", (), (0,)),
    ]
    assert (told.default, told.decision.action) == ((0,), "reject")


def test_conditions_of_the_packaged_rules_are_all_tried() -> None:
    used = {key for rule in packaged_policy().rules for key, _ in rule.when}
    assert used <= set(VALUES)
