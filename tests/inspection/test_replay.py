"""A recorded decision, judged again: the same rules say the same, and what the record cannot tell is not guessed."""

from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.inspection.backtest import backtest
from gateway.inspection.recording import record_of, to_record
from gateway.inspection.replay import decided, outcome, replayed
from gateway.inspection.untold import untold
from gateway.model import (
    KINDS,
    RECIPIENT_CLASSES,
    REPORT_STATES,
    SEVERITIES,
    TIES,
    Action,
    Client,
    Decision,
    Envelope,
    Examination,
    Finding,
    Location,
    Match,
    Recipient,
)
from gateway.model.decision_record import RecordedDecision
from gateway.policy import Policy, Rule, Situation, decide, packaged_policy, situations
from gateway.policy.conditions import conditions
from gateway.policy.conditions.where import MEDIA
from gateway.policy.recorded import Lacking, recorded, situations_of
from gateway.storage.encrypted_codec import seal, unseal
from gateway.vault.vault import Vault

VAULT = Vault(b"v" * 32)
ACTIONS: tuple[Action, ...] = ("pass", "redact", "quarantine", "reject")
ADDRESSES = ("x@a.example", "y@b.example", "z\udcff@c.example")


def some(*values: object) -> st.SearchStrategy[frozenset[object]]:
    return st.frozensets(st.sampled_from(values), min_size=1)


VALUES: dict[str, st.SearchStrategy[object]] = {
    "kinds": some(*KINDS),
    "where": some(*MEDIA),
    "score_at_least": st.sampled_from([0.0, 0.5, 0.7, 1.0]),
    "share_at_least": st.sampled_from([0.0, 0.5, 1.0]),
    "reasons": some("sound", "encrypted_zip"),
    "tie": some(*TIES),
    "mentions_report": st.booleans(),
    "reports": some("R-1", "R-2"),
    "relation": some("party", "representative", "content", "name"),
    "recipient": some(*RECIPIENT_CLASSES),
    "recipients": some("@a.example", "x@a.example", "y@b.example"),
    "senders": some("@a.example", "x@a.example", "y@b.example"),
    "sender_groups": some("@a.example", "x@a.example", "y@b.example"),
    "recipient_groups": some("@a.example", "x@a.example", "y@b.example"),
    "count_at_least": st.integers(1, 4),
    "recipients_at_least": st.integers(1, 3),
    "size_at_least": st.sampled_from([0, 1000, 2000]),
    "variants": some("", "exact", "pinyin"),
    "matched_by": some("party", "representative", "name"),
    "report_status": some(*REPORT_STATES),
    "severity": some(*SEVERITIES),
    "part_types": some("pdf", "docx", "png", "mail"),
    "hours": st.sampled_from([frozenset(range(360)), frozenset(range(300, 1440)), frozenset(range(1440))]),
    "weekdays": st.frozensets(st.integers(0, 6), min_size=1),
}
rules = st.builds(
    lambda name, action, when: Rule(name, action, tuple(when.items())),
    st.sampled_from("abcdef"),
    st.sampled_from(ACTIONS),
    st.fixed_dictionaries({}, optional=VALUES),
)
policies = st.builds(
    lambda some_rules, default, threshold, personal: replace(
        packaged_policy(), rules=tuple(some_rules), default=default, threshold=threshold, personal_data=personal
    ),
    st.lists(rules, max_size=6),
    st.sampled_from(("quarantine", "reject")),
    st.sampled_from((0.5, 0.6, 0.8)),
    st.sampled_from(("off", "monitor", "on")),
)
findings = st.lists(
    st.builds(
        lambda kind, report, part, medium, detector, score, share, tie, variant: Finding(
            kind, report, Location(part), medium, detector, score, variant, share=share, tie=tie
        ),
        st.sampled_from(KINDS),
        st.sampled_from(("R-1", "R-2")),
        st.sampled_from(("", "1")),
        st.sampled_from((None, "text", "header", "picture", "document", "envelope")),
        st.sampled_from(("names", "sound", "encrypted_zip")),
        st.sampled_from((0.4, 0.5, 0.6, 0.8, 1.0)),
        st.sampled_from((None, 0.2, 1.0)),
        st.sampled_from(TIES),
        st.sampled_from(("", "pinyin")),
    ),
    max_size=8,
)
matches = st.lists(
    st.builds(
        lambda report, reason, to: Match(report, reason, "x@a.example", 1.0, to),
        st.sampled_from(("R-1", "R-2")),
        st.sampled_from(("party", "representative", "name")),
        st.sampled_from(RECIPIENT_CLASSES),
    ),
    max_size=4,
)
envelopes = st.builds(
    lambda sender, to: Envelope(sender, tuple(map(Recipient, to)), Client("h", "h"), datetime(2026, 1, 2, tzinfo=UTC)),
    st.sampled_from(ADDRESSES),
    st.lists(st.sampled_from(ADDRESSES), max_size=3),
)


def found_in(examination: Examination, envelope: Envelope, policy: Policy, held: str = "") -> RecordedDecision:
    one = to_record(envelope, b"d" * 32, examination, policy, held)
    assert one is not None
    return stored(record_of(one))


def stored(record: RecordedDecision) -> RecordedDecision:
    """As the store gives it back."""
    sealed = seal(VAULT, record, "decision/x")
    return unseal(VAULT, sealed, "decision/x", RecordedDecision)


def at_least(found: list[Finding], threshold: float) -> list[Finding]:
    return [one for one in found if one.score >= threshold]


def examined(found: list[Finding], of: list[Match], policy: Policy, envelope: Envelope, mentions: bool) -> Examination:
    over = at_least(found, policy.threshold)
    decision = decide(over, envelope, of, policy, mentions)
    return Examination(decision, tuple(of), tuple(over), faint=tuple(found), mentions=mentions)


def told(record: RecordedDecision, policy: Policy) -> tuple[Decision | None, str]:
    """What the rules say; or what the record lacks."""
    try:
        return decided(record, policy), ""
    except Lacking as lacking:
        return None, lacking.name


def test_the_strategy_knows_every_condition() -> None:
    assert set(VALUES) == set(conditions())


@settings(max_examples=300)
@given(policies, policies, findings, matches, envelopes, st.booleans())
def test_a_record_is_judged_as_the_message_would_have_been(
    then: Policy, now: Policy, found: list[Finding], of: list[Match], envelope: Envelope, mentions: bool
) -> None:
    if not found:
        return
    if then.personal_data == "off":
        found = [one for one in found if one.kind != "personal_data"]
    examination = examined(found, of, then, envelope, mentions)
    if not found and examination.decision.action == "pass":
        return
    record = found_in(examination, envelope, then)
    again = decided(record, then)
    assert (again.action, again.rule) == (examination.decision.action, examination.decision.rule)
    if now.personal_data == "off":
        found = [one for one in found if one.detector != "personal_data"]
    wanted = decide(at_least(found, now.threshold), envelope, of, now, mentions)
    other, lacking = told(record, now)
    if other is None:
        assert (lacking, now.threshold > then.threshold) == ("by_name_alone", True)
        return
    assert (other.action, other.rule) == (wanted.action, wanted.rule)


@given(findings, matches, envelopes, st.booleans())
def test_situations_come_back_from_the_record(
    found: list[Finding], of: list[Match], envelope: Envelope, mentions: bool
) -> None:
    before = situations(found, envelope, of, mentions)
    plain = unseal(VAULT, seal(VAULT, recorded(before), "decision/x"), "decision/x", type(recorded(before)))
    assert Counter(situations_of(plain)) == Counter(before)


ENVELOPE = Envelope(
    "kefu@platform.example",
    (Recipient("xinger@streamers.example"),),
    Client("h", "h"),
    datetime(2026, 1, 2, tzinfo=UTC),
)
PARTY = [Match("R-1", "party", "xinger@streamers.example", 1.0, "party")]
NAME = Finding("name", "R-1", Location("1"), "text", "names", 0.7, "exact")
FAINT = Finding("phone", "R-1", Location("1"), "text", "numbers", 0.5)


def rule(name: str, action: Action, **when: object) -> Rule:
    return Rule(name, action, tuple(when.items()))


def policy(*given_rules: Rule, threshold: float = 0.6, **more: object) -> Policy:
    return replace(packaged_policy(), rules=given_rules, threshold=threshold, digest="d", **more)  # type: ignore[arg-type]


HOLDS = policy(rule("holds", "quarantine"))
PASSES = policy(rule("passes", "pass"))


def record(*found: Finding, of: list[Match] = PARTY, by: Policy = HOLDS, held: str = "Q-1") -> RecordedDecision:
    return found_in(examined(list(found), of, by, ENVELOPE, True), ENVELOPE, by, held)


def test_a_lower_threshold_judges_what_was_found_below_the_one_of_then() -> None:
    phones = policy(rule("phones", "quarantine", kinds=frozenset({"phone"})), rule("rest", "pass"))
    seen = record(NAME, FAINT, by=phones, held="")
    assert seen.action == "pass"
    assert replayed(seen, replace(phones, threshold=0.5)).action == "quarantine"


MANY = policy(rule("many", "quarantine", count_at_least=2), rule("few", "pass"))


def test_places_are_counted_in_a_record_as_they_were_when_it_was_decided() -> None:
    twice = record(NAME, replace(NAME, detector="ocr"), by=MANY, held="")
    unsure = record(NAME, replace(NAME, where=Location("2"), score=0.5), by=MANY, held="")
    for seen in (twice, unsure):
        assert (seen.action, seen.judged) == ("pass", "pass")
        assert decided(seen, MANY).action == "pass"
    assert replayed(unsure, replace(MANY, threshold=0.5)).action == "quarantine"


def test_a_count_that_an_older_record_lacks_is_not_guessed() -> None:
    assert told(lacking(record(NAME), "count"), MANY) == (None, "count")


def test_a_faint_finding_alone_is_recorded_and_a_clean_message_is_not() -> None:
    assert record(FAINT, held="").action == "pass"
    assert to_record(ENVELOPE, b"d", Examination(Decision("pass", "no-report", "d")), HOLDS) is None


def test_a_rewriting_that_could_not_be_proved_stays_held_under_rules_that_rewrite() -> None:
    rewrites = policy(rule("rewrites", "redact"))
    examination = examined([NAME], PARTY, rewrites, ENVELOPE, True)
    failed = replace(examination, decision=Decision("quarantine", "not-proved", "d", examination.decision.rules))
    seen = found_in(failed, ENVELOPE, rewrites, "Q-1")
    assert (seen.judged, seen.action) == ("redact", "quarantine")
    again = replayed(seen, policy(rule("other", "redact")))
    assert (again.action, again.rule) == ("quarantine", "not-proved")
    assert replayed(seen, PASSES).action == "pass"


def test_what_would_not_have_been_proved_is_held_once_the_rules_that_only_watched_are_enforced() -> None:
    rewrites = policy(rule("rewrites", "redact"))
    tried = replace(rewrites, mode="monitor")
    examination = examined([NAME], PARTY, tried, ENVELOPE, True)
    decision = replace(examination.decision, would="quarantine", would_rule="not-proved")
    seen = found_in(replace(examination, decision=decision), ENVELOPE, tried)
    again = replayed(seen, rewrites)
    assert (seen.action, again.action, again.rule) == ("pass", "quarantine", "not-proved")
    proved = found_in(examination, ENVELOPE, tried)
    assert replayed(proved, rewrites).action == "redact"


def test_what_a_limit_of_its_sender_held_stays_held_by_it() -> None:
    examination = replace(
        examined([NAME], PARTY, PASSES, ENVELOPE, True), decision=Decision("quarantine", "too-many-findings", "d")
    )
    seen = found_in(examination, ENVELOPE, PASSES, "Q-1")
    assert replayed(seen, policy(rule("rewrites", "redact"))).action == "quarantine"
    assert replayed(seen, policy(rule("refuses", "reject"))).action == "reject"


def test_above_the_threshold_of_then_a_report_that_only_a_weak_sign_bore_out_falls_away() -> None:
    by_content = [Match("R-1", "content", "xinger@streamers.example", 1.0, "unknown")]
    phone = replace(FAINT, score=0.65)
    seen = record(phone, NAME, of=by_content)
    assert replayed(seen, HOLDS).action == "quarantine"
    assert replayed(seen, replace(HOLDS, threshold=0.7)).action == "pass"
    party = record(phone, NAME)
    assert replayed(party, replace(HOLDS, threshold=0.7)).action == "quarantine"


def test_whether_a_message_that_names_somebody_alone_is_a_partys_is_not_guessed() -> None:
    by_name = [Match("R-1", "name", "xinger@streamers.example", 1.0, "unknown")]
    locked = Finding("uninspectable", "R-1", Location("2"), None, "encrypted_zip", 1.0)
    seen = record(NAME, locked, of=by_name)
    result = backtest([seen], replace(HOLDS, threshold=0.9))
    assert result.untold == {"by_name_alone": 1}
    assert not result.newly_passed
    assert "by a name alone" in untold(result, HOLDS, HOLDS)[0][1]


def lacking(seen: RecordedDecision, name: str) -> RecordedDecision:
    """As a version recorded it that did not know the field."""
    kept = seen.situations
    common = {key: value for key, value in kept.common.items() if key != name}
    at = kept.names.index(name) if name in kept.names else None
    if at is None:
        return replace(seen, situations=replace(kept, common=common))
    names = tuple(one for one in kept.names if one != name)
    return replace(seen, situations=replace(kept, names=names, rows=tuple((*r[:at], *r[at + 1 :]) for r in kept.rows)))


@pytest.mark.parametrize(
    "name", sorted({one.name for one in fields(Situation)} - {"score", "kind", "report", "detector"})
)
def test_a_field_that_an_older_record_lacks_is_named_only_where_a_rule_asks_for_it(name: str) -> None:
    asks = {
        "place": ("where", frozenset({"body"})),
        "share": ("share_at_least", 0.5),
        "tie": ("tie", frozenset({"none"})),
        "reasons": ("relation", frozenset({"party"})),
        "stands": ("recipient", frozenset({"party"})),
        "sender": ("senders", frozenset({"@a.example"})),
        "recipients": ("recipients", frozenset({"@a.example"})),
        "mentions_report": ("mentions_report", True),
    }
    older = lacking(record(NAME), name)
    assert replayed(older, HOLDS).action == "quarantine"
    if name not in asks:
        return
    key, value = asks[name]
    new = policy(rule("asks", "pass", **{key: value}), rule("rest", "quarantine"))
    result = backtest([older], new)
    assert result.untold == {name: 1}
    assert not result.newly_passed
    assert repr(name) in untold(result, new, new)[0][1]


def test_a_value_of_another_version_is_not_guessed_either() -> None:
    seen = record(NAME)
    odd = replace(seen.situations, common=seen.situations.common | {"kind": "aura"})
    assert backtest([replace(seen, situations=odd)], HOLDS).untold == {"": 1}


def test_a_message_with_more_different_findings_than_are_kept_is_counted_as_untold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.policy.recorded.MOST", 3)
    many = [replace(NAME, score=0.7 + number / 100) for number in range(5)]
    seen = record(*many)
    assert not seen.situations.complete
    assert backtest([seen], PASSES).untold == {"": 1}


def test_alike_findings_are_kept_once_with_their_number() -> None:
    seen = record(*[NAME] * 500)
    assert len(seen.situations.rows) == 1
    assert len(situations_of(seen.situations)) == 500


def test_changes_stand_beside_what_people_decided() -> None:
    def held(number: int, review: str, score: float) -> RecordedDecision:
        seen = record(replace(NAME, score=score), held=f"Q-{number}")
        return replace(seen, review=review)  # type: ignore[arg-type]

    records = [
        *(held(number, "released", 0.65) for number in range(6)),
        held(6, "discarded", 0.65),
        held(7, "released_rewritten", 0.65),
        held(8, "", 0.65),
        held(9, "discarded", 0.95),
        held(10, "returned", 0.95),
    ]
    new = policy(rule("sure", "quarantine", score_at_least=0.9), rule("rest", "pass"))
    result = backtest(records, new)
    assert (result.decisions, result.unchanged, len(result.newly_passed)) == (11, 2, 9)
    assert (result.alarms_fewer, result.partly, result.misses.known) == (6, 1, 1)
    # Of the ten on which people decided under the old rule, three were right.
    assert result.misses.guess == pytest.approx(1.3)
    assert result.misses.low < 1.3 < result.misses.high <= 2
    assert [(one.rule, one.before, one.after, one.right) for one in result.by_rule] == [
        ("holds", 11, 0, 0),
        ("sure", 0, 2, 2),
    ]
    first = result.newly_passed[0]
    assert (first.before_rule, first.after_rule, first.kinds) == ("holds", "rest", {"name": 0.65})
    assert first.recipients == ("x***@s***.example",)
    assert "xinger" not in repr(result)


def test_what_would_be_newly_held_is_expected_as_people_decided_under_that_rule() -> None:
    passed = [record(replace(NAME, score=0.65), by=PASSES, held="") for _ in range(4)]
    people = [replace(record(NAME, held=f"Q-{n}"), review="released" if n < 3 else "discarded") for n in range(4)]
    result = backtest([*passed, *people], HOLDS)
    assert len(result.newly_held) == 4
    assert (result.alarms_more.known, result.alarms_more.guess) == (0, 3.0)
    nobody = backtest(passed, HOLDS)
    assert nobody.alarms_more.guess is None
    assert nobody.alarms_more.high == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"threshold": 0.5}, "with a lower threshold there may be more"),
        ({"threshold": 0.3, "proof_threshold": 0.3}, "was not recorded"),
        ({"personal_data": "on"}, "not searched for personal data"),
        ({"read_pictures": "always"}, "read_pictures differs"),
        ({"personal_data_allowed": frozenset({"4008208820"})}, "personal_data_allowed differs"),
        ({"proof_threshold": 0.5}, "proof_threshold differs"),
        ({"words": replace(packaged_policy().words, service=("装裱",))}, r"[words] differ"),
        ({"lists": "all"}, "placeholders"),
    ],
)
def test_each_thing_that_no_record_can_tell_is_said(change: dict[str, object], said: str) -> None:
    new = replace(HOLDS, **change)  # type: ignore[arg-type]
    notes = untold(backtest([record(NAME)], new, HOLDS.digest), new, HOLDS)
    assert any(said in english for _, english in notes)
    assert untold(backtest([record(NAME)], HOLDS, HOLDS.digest), HOLDS, HOLDS) == ()


def test_what_was_held_before_all_of_it_was_looked_at_is_said() -> None:
    seen = replace(record(NAME), whole=False)
    result = backtest([seen], PASSES)
    assert (result.unfinished, result.newly_passed[0].whole) == (1, False)
    assert any("before all of them was looked at" in english for _, english in untold(result, PASSES, HOLDS))


def watching(action: Action, rule_name: str) -> Decision:
    """As a policy says that only watches."""
    return Decision("pass", "watched", "d", ("watched",), action, rule_name)


def test_in_monitor_mode_what_would_be_done_is_compared() -> None:
    seen = replace(record(NAME, by=PASSES, held=""), would="quarantine", would_rule="holds")
    again = outcome(seen, watching("quarantine", "holds"))
    assert (again.action, again.would, again.would_rule) == ("pass", "quarantine", "holds")
    assert backtest([seen], PASSES).would[0].after == "pass"
    (held,) = backtest([seen], HOLDS).newly_held  # enforced
    assert (held.before, held.after, held.after_rule) == ("pass", "quarantine", "holds")


def test_what_would_have_been_held_for_want_of_a_rewriting_stays_so() -> None:
    seen = replace(record(NAME, by=PASSES, held=""), would="quarantine", would_rule="not-proved")
    again = outcome(seen, watching("redact", "rewrites"))
    assert (again.would, again.would_rule) == ("quarantine", "not-proved")
