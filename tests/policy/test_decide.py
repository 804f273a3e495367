"""What becomes of a message, given findings: the packaged rules, and rules of an admin's own."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import KINDS, TIES, Client, Envelope, Finding, Kind, Location, Match, Medium, Recipient, Tie
from gateway.policy import MONITORED, Policy, decide, load_policy, packaged_policy

ENVELOPE = Envelope(
    "kefu@platform.example",
    (Recipient("Xinger+live@Streamers.example"), Recipient("pr@guild.example")),
    Client("127.0.0.1", "staff"),
    datetime(2026, 1, 2, tzinfo=UTC),
)
MATCHES = (
    Match("R-1", "party", "xinger@streamers.example", 1.0, "party"),
    Match("R-2", "representative", "pr@guild.example", 1.0, "representative"),
)


def found(
    kind: Kind, medium: Medium | None = "text", score: float = 0.9, report: str = "R-1", share: float | None = None
) -> Finding:
    return Finding(kind, report, Location("1"), medium, "test", score, share=share)


def rules(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return load_policy(path)


@pytest.mark.parametrize(
    ("finding", "action", "rule"),
    [
        (found("name"), "redact", "identity-in-text"),
        (found("phone", "html"), "redact", "identity-in-text"),
        (found("address", "header"), "redact", "identity-in-text"),
        (found("name", "file_name"), "redact", "identity-in-text"),
        (found("name", "document"), "redact", "identity-in-files"),
        (found("name", "picture"), "redact", "identity-in-files"),
        (found("account", "code"), "quarantine", "identity-elsewhere"),
        (found("account", "metadata"), "redact", "identity-in-files"),
        (found("avatar", "picture"), "quarantine", "material"),
        (found("qr_code", "code"), "quarantine", "material"),
        (found("material", "text"), "quarantine", "material"),
        (found("thread", "header"), "redact", "thread"),
        (found("thread", "text"), "redact", "thread"),
        (found("thread", "document"), "quarantine", "identity-elsewhere"),
        (found("personal_data"), "quarantine", "third-party-data"),
        (found("personal_data", "picture"), "quarantine", "third-party-data"),
        (found("uninspectable", None), "quarantine", "unreadable"),
        (found("malformed", None), "quarantine", "unreadable"),
    ],
)
def test_the_packaged_rules(finding: Finding, action: str, rule: str) -> None:
    decision = decide([finding], ENVELOPE, MATCHES, packaged_policy())
    assert (decision.action, decision.rule) == (action, rule)


def test_nothing_found_passes() -> None:
    decision = decide([], ENVELOPE, MATCHES, packaged_policy())
    assert (decision.action, decision.rule, decision.rules) == ("pass", "clean", ())


def test_the_strictest_finding_decides_for_all_recipients() -> None:
    decision = decide([found("name"), found("avatar", "picture"), found("phone")], ENVELOPE, MATCHES, packaged_policy())
    assert decision.action == "quarantine"
    assert decision.rule == "material"
    assert decision.rules == ("identity-in-text", "material", "identity-in-text")


@given(st.sampled_from(KINDS), st.sampled_from(["header", "text", "document", "picture", None]), st.floats(0, 1))
def test_no_finding_ever_passes_by_the_packaged_rules(kind: Kind, medium: Medium | None, score: float) -> None:
    assert decide([found(kind, medium, score)], ENVELOPE, MATCHES, packaged_policy()).action != "pass"


@given(st.lists(st.sampled_from(KINDS).filter(lambda kind: kind != "personal_data"), max_size=4), st.integers(0, 4))
def test_what_is_only_watched_changes_no_decision(kinds: list[Kind], place: int) -> None:
    watching = replace(packaged_policy(), personal_data="monitor")
    without = [found(kind) for kind in kinds]
    place = min(place, len(kinds))
    plain = decide(without, ENVELOPE, MATCHES, watching)
    both = decide([*without[:place], found("personal_data"), *without[place:]], ENVELOPE, MATCHES, watching)
    assert (both.action, both.rule) == (plain.action, plain.rule)
    assert both.rules == (*plain.rules[:place], MONITORED, *plain.rules[place:])


def test_what_no_rule_takes_is_held(tmp_path: Path) -> None:
    policy = rules(tmp_path, '[[rule]]\nname = "phones"\naction = "redact"\nwhen = { kinds = ["phone"] }\n')
    assert decide([found("name")], ENVELOPE, MATCHES, policy).action == "quarantine"
    assert decide([found("name")], ENVELOPE, MATCHES, policy).rule == "default"
    assert decide([], ENVELOPE, MATCHES, rules(tmp_path, "")).action == "pass"


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ('kinds = ["name"]', True),
        ('kinds = "phone"', False),
        ('where = ["body"]', True),
        ('where = ["attachment"]', False),
        ('where = ["file", "message"]', False),
        ("score_at_least = 0.9", True),
        ("score_at_least = 0.95", False),
        ("share_at_least = 0.2", False),
        ('reports = ["R-1"]', True),
        ('reports = ["R-2"]', False),
        ('recipients = ["XINGER@streamers.example"]', True),
        ('recipients = ["@guild.example"]', True),
        ('recipients = ["@elsewhere.example"]', False),
        ('senders = ["@Platform.example"]', True),
        ('senders = ["boss@platform.example"]', False),
        ('relation = ["party"]', True),
        ('relation = ["representative"]', False),
        ('kinds = ["name"], where = ["picture"]', False),
    ],
)
def test_each_condition(tmp_path: Path, when: str, holds: bool) -> None:
    policy = rules(tmp_path, f'[[rule]]\nname = "mine"\naction = "reject"\nwhen = {{ {when} }}\n')
    assert (decide([found("name")], ENVELOPE, MATCHES, policy).rule == "mine") is holds


def test_a_share_of_a_material_is_judged(tmp_path: Path) -> None:
    policy = rules(tmp_path, '[[rule]]\nname = "some"\naction = "pass"\nwhen = { share_at_least = 0.2 }\n')
    assert decide([found("material", share=0.5)], ENVELOPE, MATCHES, policy).action == "pass"
    assert decide([found("material", share=0.1)], ENVELOPE, MATCHES, policy).action == "quarantine"


@pytest.mark.parametrize(
    ("part", "word", "holds"),
    [
        ("2", "attachment", True),
        ("2", "file", True),
        ("2", "message", False),
        ("", "message", True),
        ("", "attachment", False),
        ("2", "body", False),
    ],
)
def test_a_file_attached_as_it_is_counts_as_an_attachment(tmp_path: Path, part: str, word: str, holds: bool) -> None:
    policy = rules(tmp_path, f'[[rule]]\nname = "mine"\naction = "reject"\nwhen = {{ where = ["{word}"] }}\n')
    whole = Finding("material", "R-1", Location(part), None, "material", 1.0, "digest", share=1.0)
    assert (decide([whole], ENVELOPE, MATCHES, policy).rule == "mine") is holds


@pytest.mark.parametrize(
    ("reason", "rule"),
    [("sound", "sound-and-film"), ("moving_pictures", "sound-and-film"), ("encrypted_zip", "unreadable")],
)
def test_sound_and_film_have_a_rule_of_their_own(reason: str, rule: str) -> None:
    finding = Finding("uninspectable", "R-1", Location("2"), None, reason, 1.0)
    decision = decide((finding,), ENVELOPE, MATCHES, packaged_policy())
    assert (decision.action, decision.rule) == ("quarantine", rule)


def test_an_admin_may_let_sound_pass_and_nothing_else(tmp_path: Path) -> None:
    policy = rules(
        tmp_path,
        '[[rule]]\nname = "sound"\naction = "pass"\nwhen = { kinds = ["uninspectable"], reasons = ["sound"] }\n'
        '[[rule]]\nname = "rest"\naction = "quarantine"\n[default]\naction = "quarantine"\n',
    )
    for reason, action in (("sound", "pass"), ("moving_pictures", "quarantine")):
        finding = Finding("uninspectable", "R-1", Location("2"), None, reason, 1.0)
        assert decide((finding,), ENVELOPE, MATCHES, policy).action == action


@pytest.mark.parametrize(
    ("kinds", "rule"),
    [
        (("circumstance", "name", "phone", "material"), "material"),
        (("circumstance", "uninspectable", "phone"), "circumstances"),
        (("uninspectable", "circumstance"), "circumstances"),
        (("malformed", "material", "thread"), "material"),
        (("personal_data", "uninspectable"), "unreadable"),
        (("circumstance",), "circumstances"),
    ],
)
def test_the_rule_of_the_gravest_finding_is_named(kinds: tuple[Kind, ...], rule: str) -> None:
    for order in permutations(kinds):
        findings = [found(kind, "document") for kind in order]
        assert decide(findings, ENVELOPE, MATCHES, packaged_policy()).rule == rule


def test_a_graver_finding_that_a_milder_rule_takes_does_not_name_it() -> None:
    decision = decide([found("phone"), found("circumstance")], ENVELOPE, MATCHES, packaged_policy())
    assert (decision.action, decision.rule, decision.rules) == (
        "quarantine",
        "circumstances",
        ("identity-in-text", "circumstances"),
    )


@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("kind", ["name", "nickname", "address", "phone", "account", "government_id"])
def test_signs_of_who_the_reporter_is_pass_where_nothing_ties_them(kind: Kind, tie: Tie) -> None:
    matches = (Match("R-1", "content", "u@outside.example", 1.0, "unknown"),)
    decision = decide([replace(found(kind), tie=tie)], ENVELOPE, matches, packaged_policy())
    assert (decision.action == "pass") is (tie == "none")
