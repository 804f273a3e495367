"""Nothing that is found later makes a settled decision stricter, whatever the rules and the findings."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gateway.model import KINDS, RECIPIENT_CLASSES, Action, Client, Envelope, Finding, Location, Match, Recipient
from gateway.policy import MessageFacts, Policy, Rule, decide, gravest, is_settled, packaged_policy
from gateway.policy.conditions import conditions as known_conditions
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
        "count_at_least": st.integers(1, 4),
        "recipients_at_least": st.integers(1, 3),
        "size_at_least": st.sampled_from([0, 1000, 2000]),
        "variants": some("exact", "pinyin"),
        "matched_by": some("party", "representative", "content", "name"),
        "report_status": some("open", "closed", "withdrawn"),
        "severity": some("low", "normal", "high"),
        "part_types": some("pdf", "docx", "png"),
        "hours": st.sampled_from([frozenset(range(720)), frozenset(range(720, 1440)), frozenset(range(1440))]),
        "weekdays": st.frozensets(st.integers(0, 6), min_size=1),
        "sender_groups": st.sampled_from([OURS, OTHERS]),
        "recipient_groups": st.sampled_from([frozenset({"@guild.example"}), OTHERS]),
        "tie": some("recipient", "party", "evidence", "complaint", "unexplained", "none"),
        "mentions_report": st.booleans(),
    },
)
rules = st.builds(
    lambda name, action, when, monitor: Rule(name, action, tuple(sorted(when.items())), monitor=monitor),
    st.sampled_from("abcdef"),
    st.sampled_from(ACTIONS),
    conditions,
    st.booleans(),
)
policies = st.one_of(
    st.just(packaged_policy()),
    st.builds(
        lambda some_rules, default, mode: replace(
            packaged_policy(), rules=tuple(some_rules), default=default, mode=mode
        ),
        st.lists(rules, max_size=6),
        st.sampled_from(("quarantine", "reject")),
        st.sampled_from(("enforce", "enforce", "monitor")),
    ),
)
findings = st.lists(
    st.builds(
        lambda kind, report, part, medium, detector, score, share, variant: Finding(
            kind, report, Location(part), medium, detector, score, variant, share=share
        ),
        st.sampled_from(KINDS),
        st.sampled_from(("R-1", "R-2", "R-3")),
        st.sampled_from(("", "1")),
        st.sampled_from((None, "text", "header", "picture", "document", "envelope")),
        st.sampled_from(("names", "sound", "encrypted_zip")),
        st.sampled_from((0.6, 0.8, 1.0)),
        st.sampled_from((None, 0.2, 1.0)),
        st.sampled_from(("exact", "pinyin", "")),
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


facts = st.builds(
    lambda size, status, severity, kind: MessageFacts(
        size, {"R-1": (status, severity)}, {("1", ()): kind} if kind else {}
    ),
    st.sampled_from((0, 1500, 5000)),
    st.sampled_from(("open", "closed", "withdrawn")),
    st.sampled_from(("low", "normal", "high")),
    st.sampled_from(("pdf", "docx", "")),
)


def test_the_strategy_knows_every_condition() -> None:
    for key, condition in known_conditions().items():
        assert f'"{key}":' in Path(__file__).read_text(encoding="utf-8"), (key, condition)


@given(policies, findings, findings, matches, matches, st.booleans(), facts)
def test_what_is_settled_stays_as_strict_whatever_else_is_found(
    policy: Policy,
    found: list[Finding],
    later: list[Finding],
    of: list[Match],
    more: list[Match],
    mentions: bool,
    told: MessageFacts,
) -> None:
    before = decide(found, ENVELOPE, of, policy, mentions, told)
    if is_settled(before, policy, ENVELOPE):
        after = decide([*found, *later], ENVELOPE, [*of, *more], policy, mentions, told)
        assert STRICTNESS[after.action] <= STRICTNESS[before.action]
        assert decide([*found, *later], ENVELOPE, of, policy, mentions, told).action == before.action


@given(policies, findings, matches, facts)
def test_no_message_meets_a_stricter_action_than_the_gravest(
    policy: Policy, found: list[Finding], of: list[Match], told: MessageFacts
) -> None:
    decision = decide(found, ENVELOPE, of, policy, True, told)
    assert STRICTNESS[decision.action] <= max(STRICTNESS[gravest(policy, ENVELOPE)], 0)


@given(policies, findings, matches)
def test_a_policy_that_only_watches_passes_all_and_says_what_it_would_do(
    policy: Policy, found: list[Finding], of: list[Match]
) -> None:
    """Not even a rule that lets mail pass, or one that is watched itself, makes it say something else."""
    enforced = policy.enforced()
    real = decide(found, ENVELOPE, of, enforced)
    seen = decide(found, ENVELOPE, of, replace(policy, mode="monitor"))
    assert (seen.action, seen.rules) == ("pass", real.rules)
    assert (seen.would or "pass") == real.action
    assert seen.would is None or seen.would_rule == real.rule
    assert real.would is None
    assert decide(found, ENVELOPE, of, policy).rules == real.rules


@given(policies, findings, matches)
def test_a_watched_rule_never_makes_a_decision_stricter(policy: Policy, found: list[Finding], of: list[Match]) -> None:
    real, now = decide(found, ENVELOPE, of, policy.enforced()), decide(found, ENVELOPE, of, policy)
    assert STRICTNESS[now.action] <= STRICTNESS[real.action]
    assert (now.would or now.action) == real.action


def test_more_findings_may_take_what_was_found_to_a_milder_rule_so_that_it_is_not_settled() -> None:
    many = Rule("many", "pass", (("count_at_least", 3),))
    policy = replace(packaged_policy(), rules=(many, Rule("rest", "quarantine")))
    one = [Finding("name", "R-1", Location("1"), "text", "t", 0.9, span=(at, at + 1)) for at in range(3)]
    first = decide(one[:1], ENVELOPE, (), policy)
    assert first.action == "quarantine"
    assert not is_settled(first, policy, ENVELOPE)
    assert decide(one, ENVELOPE, (), policy).action == "pass"


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
