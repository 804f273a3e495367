"""Nothing that is found later makes a settled decision stricter, whatever the rules and the findings."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from gateway.model import KINDS, RECIPIENT_CLASSES, Action, Client, Envelope, Finding, Location, Match, Recipient
from gateway.policy import Policy, Rule, decide, gravest, is_settled, packaged_policy
from gateway.policy.conditions.where import MEDIA

ACTIONS: tuple[Action, ...] = ("pass", "redact", "quarantine", "reject")
OURS = frozenset({"kefu@platform.example"})
OTHERS = frozenset({"@elsewhere.example", "other@platform.example"})
ENVELOPE = Envelope(
    "kefu@platform.example",
    (Recipient("xinger@streamers.example"), Recipient("pr@guild.example")),
    Client("127.0.0.1", "staff"),
    datetime(2026, 1, 2, tzinfo=UTC),
)


def some(*values: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values), min_size=1)


conditions = st.fixed_dictionaries(
    {},
    optional={
        "kinds": st.one_of(some(*KINDS), st.just(frozenset(KINDS))),
        "where": some(*MEDIA),
        "recipient": some(*RECIPIENT_CLASSES),
        "relation": some("party", "representative"),
        "reports": some("R-1", "R-2", "R-3"),
        "reasons": some("sound", "encrypted_zip"),
        "senders": st.sampled_from([OURS, OTHERS]),
        "recipients": st.sampled_from([frozenset({"@guild.example"}), OTHERS]),
        "score_at_least": st.sampled_from([0.0, 0.7, 1.0]),
        "share_at_least": st.sampled_from([0.0, 0.5]),
    },
)
rules = st.builds(
    lambda name, action, when: Rule(name, action, tuple(sorted(when.items()))),
    st.sampled_from("abcdef"),
    st.sampled_from(ACTIONS),
    conditions,
)
policies = st.one_of(
    st.just(packaged_policy()),
    st.builds(
        lambda some_rules, default: replace(packaged_policy(), rules=tuple(some_rules), default=default),
        st.lists(rules, max_size=6),
        st.sampled_from(("quarantine", "reject")),
    ),
)
findings = st.lists(
    st.builds(
        lambda kind, report, part, medium, detector, score, share: Finding(
            kind, report, Location(part), medium, detector, score, share=share
        ),
        st.sampled_from(KINDS),
        st.sampled_from(("R-1", "R-2", "R-3")),
        st.sampled_from(("", "1")),
        st.sampled_from((None, "text", "header", "picture", "document", "envelope")),
        st.sampled_from(("names", "sound", "encrypted_zip")),
        st.sampled_from((0.6, 0.8, 1.0)),
        st.sampled_from((None, 0.2, 1.0)),
    ),
    max_size=5,
)
matches = st.lists(
    st.builds(
        lambda report, reason, to: Match(report, reason, "x@y.example", 1.0, to),
        st.sampled_from(("R-1", "R-2", "R-3")),
        st.sampled_from(("party", "representative", "content", "name")),
        st.sampled_from(RECIPIENT_CLASSES),
    ),
    max_size=4,
)
STRICTNESS = {action: number for number, action in enumerate(ACTIONS)}


@given(policies, findings, findings, matches, matches)
def test_what_is_settled_stays_as_strict_whatever_else_is_found(
    policy: Policy, found: list[Finding], later: list[Finding], of: list[Match], more: list[Match]
) -> None:
    before = decide(found, ENVELOPE, of, policy)
    if is_settled(before, policy, ENVELOPE):
        after = decide([*found, *later], ENVELOPE, [*of, *more], policy)
        assert STRICTNESS[after.action] <= STRICTNESS[before.action]
        assert decide([*found, *later], ENVELOPE, of, policy).action == before.action


@given(policies, findings, matches)
def test_no_message_meets_a_stricter_action_than_the_gravest(
    policy: Policy, found: list[Finding], of: list[Match]
) -> None:
    decision = decide(found, ENVELOPE, of, policy)
    assert STRICTNESS[decision.action] <= max(STRICTNESS[gravest(policy, ENVELOPE)], 0)


def test_what_goes_out_is_never_settled() -> None:
    policy = replace(packaged_policy(), rules=(Rule("all", "pass", ()),))
    assert gravest(policy, ENVELOPE) == "pass"
    assert not is_settled(decide([], ENVELOPE, (), policy), policy, ENVELOPE)
    policy = replace(policy, rules=(Rule("all", "redact", ()),))
    some_name = Finding("name", "R-1", Location("1"), "text", "names", 0.9)
    assert not is_settled(decide([some_name], ENVELOPE, (), policy), policy, ENVELOPE)


def test_a_rule_that_refuses_keeps_a_hold_open_unless_the_envelope_rules_it_out() -> None:
    held = decide([Finding("material", "R-1", Location("1"), None, "material", 1.0)], ENVELOPE, (), packaged_policy())
    refuses = Rule("refuse", "reject", (("kinds", frozenset({"phone"})),))
    policy = replace(packaged_policy(), rules=(*packaged_policy().rules, refuses))
    assert not is_settled(held, policy, ENVELOPE)
    for key, value in (("senders", OTHERS), ("recipients", OTHERS)):
        elsewhere = replace(refuses, when=(*refuses.when, (key, value)))
        rules_now = (*packaged_policy().rules, elsewhere)
        assert is_settled(held, replace(policy, rules=rules_now), ENVELOPE)
    everybody = replace(ENVELOPE, recipients=(*ENVELOPE.recipients, Recipient("a@elsewhere.example")))
    assert not is_settled(held, replace(policy, rules=rules_now), everybody)
