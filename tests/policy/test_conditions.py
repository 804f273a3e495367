"""Each condition that looks at more than one finding: held by the real file, against a real envelope and clock."""

import re
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from gateway.console.texts.findings import HOW
from gateway.model import (
    KINDS,
    Client,
    Envelope,
    FilePart,
    Finding,
    Location,
    Match,
    Reading,
    Recipient,
    ReportStatus,
    Severity,
    steps,
)
from gateway.model.part_types import GROUPS, OF_FORMATS, PART_TYPES
from gateway.model.variants import VARIANTS
from gateway.policy import MessageFacts, Policy, Situation, decide, load_policy, policy_problems, situations
from gateway.policy.schema import Rule

MONDAY_NIGHT = datetime(2026, 1, 5, 15, 30, tzinfo=UTC)
"""Half past eleven in the evening in Shanghai."""
MATCHES = (Match("R-1", "party", "x@streamers.example", 1.0, "party"),)


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def envelope(at: datetime = MONDAY_NIGHT, to: tuple[str, ...] = ("x@streamers.example",)) -> Envelope:
    return Envelope("kefu@platform.example", tuple(map(Recipient, to)), Client("127.0.0.1", "staff"), at)


def name(at: int = 0, variant: str = "exact", part: str = "1", report: str = "R-1") -> Finding:
    return Finding("name", report, Location(part), "text", "identity", 0.9, variant, 0, (at, at + 3))


def rules(tmp_path: Path, when: str, more: str = "") -> Policy:
    path = tmp_path / "policy.toml"
    path.write_text(f'{more}\n[[rule]]\nname = "mine"\naction = "reject"\nwhen = {{ {when} }}\n', encoding="utf-8")
    return load_policy(path)


def facts(status: ReportStatus = "open", severity: Severity = "normal", size: int = 0) -> MessageFacts:
    return MessageFacts(size, {"R-1": (status, severity)})


GROUPS_TABLE = '[groups]\nnight = ["night@platform.example", "@platform.example"]\nvip = ["x@streamers.example"]\n'


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("count_at_least = 2", True),
        ("count_at_least = 3", False),
        ('variants = ["exact", "pinyin"]', True),
        ('variants = ["initials"]', False),
        ('matched_by = ["party"]', True),
        ('matched_by = ["name", "content"]', False),
        ('report_status = ["closed"]', True),
        ('report_status = ["open", "withdrawn"]', False),
        ('severity = "high"', True),
        ('severity = ["low", "normal"]', False),
        ('size_at_least = "2 KB"', True),
        ("size_at_least = 3001", False),
        ('hours = "22:00-06:00"', True),
        ('hours = ["23:30-23:31"]', True),
        ('hours = ["00:00-23:30", "23:31-24:00"]', False),
        ('weekdays = ["mon"]', True),
        ('weekdays = ["tue", "sun"]', False),
        ('sender_groups = ["night"]', True),
        ('sender_groups = ["vip"]', False),
        ('recipient_groups = ["vip"]', True),
        ('recipient_groups = ["night"]', False),
        ("recipients_at_least = 1", True),
        ("recipients_at_least = 2", False),
    ],
)
def test_each_condition(tmp_path: Path, when: str, holds: bool) -> None:
    policy = rules(tmp_path, when, GROUPS_TABLE)
    decision = decide([name(0), name(5)], envelope(), MATCHES, policy, True, facts("closed", "high", 3000))
    assert (decision.rule == "mine") is holds


def test_the_day_and_the_hour_are_those_of_the_machine_and_not_of_the_wire(tmp_path: Path) -> None:
    """Monday afternoon in UTC is Monday night here; Monday evening in UTC is Tuesday already."""
    policy = rules(tmp_path, 'weekdays = ["tue"], hours = ["00:00-06:00"]')
    assert decide([name()], envelope(), MATCHES, policy).rule == "default"
    later = envelope(datetime(2026, 1, 5, 16, 0, tzinfo=UTC))
    assert decide([name()], later, MATCHES, policy).rule == "mine"


def test_two_hits_at_one_place_count_as_one_and_each_report_and_kind_alone() -> None:
    found = [name(0), replace(name(0), detector="ocr"), name(5), name(9, report="R-2")]
    assert [one.count for one in situations(found, envelope(), MATCHES)] == [2, 2, 2, 1]


def test_what_is_not_sure_enough_to_be_judged_does_not_count() -> None:
    found = [name(0), replace(name(5), score=0.5), replace(name(9, report="R-2"), score=0.5)]
    sure = MessageFacts(threshold=0.6)
    assert [one.count for one in situations(found, envelope(), MATCHES, True, sure)] == [1, 1, 1]
    assert [one.count for one in situations(found, envelope(), MATCHES)] == [2, 2, 1]


def test_what_was_counted_before_a_rewriting_still_counts(tmp_path: Path) -> None:
    """A rule for many rewrites; what the rewriting left must not be taken by the rule for few, which passes."""
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[rule]]\nname = "many"\naction = "redact"\nwhen = { count_at_least = 2 }\n'
        '[[rule]]\nname = "few"\naction = "pass"\nwhen = { kinds = ["name"] }\n',
        encoding="utf-8",
    )
    policy, before = load_policy(path), [name(0), name(5)]
    assert decide(before[:1], envelope(), MATCHES, policy).action == "pass"
    told = facts().counting(before)
    assert decide(before[:1], envelope(), MATCHES, policy, True, told).action == "redact"


@pytest.mark.parametrize(
    ("finding", "types"),
    [
        (Location("1"), {"text"}),
        (Location("2"), {"archive"}),
        (Location("2").inside(steps.file("a.docx")), {"archive", "docx"}),
        (Location("2").inside(steps.file("a.docx"), steps.page(3)), {"archive", "docx"}),
        (Location("2").inside(steps.file("b.docx")), {"archive"}),
        (Location("3.1"), {"mail", "png"}),
        (Location(""), set()),
        (Location("12"), set()),
    ],
)
def test_a_place_has_the_types_of_all_files_around_it(finding: Location, types: set[str]) -> None:
    def part(where: Location, kind: str, exact: str = "") -> FilePart:
        return FilePart(where, "n", kind, 1, b"0" * 32, type=exact)

    reading = Reading(
        files=(
            part(Location(""), "mime"),
            part(Location("1"), "text"),
            part(Location("2"), "archive"),
            part(Location("2").inside(steps.file("a.docx")), "ooxml", "docx"),
            part(Location("3"), "mime"),
            part(Location("3.1"), "image", "png"),
        )
    )
    found = replace(name(), where=finding)
    [situation] = situations([found], envelope(), MATCHES, True, MessageFacts().reading(reading))
    assert situation.part_types == types


def test_words_for_several_types_are_those_types(tmp_path: Path) -> None:
    policy = rules(tmp_path, 'part_types = ["office"]')
    for kind, holds in (("docx", True), ("doc", True), ("pdf", False)):
        told = replace(facts(), types={("1", ()): kind})
        assert (decide([name()], envelope(), MATCHES, policy, True, told).rule == "mine") is holds
    assert set(OF_FORMATS.values()) - {"picture"} <= set(PART_TYPES)
    assert all(words <= {*PART_TYPES, "picture"} for words in GROUPS.values())


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ('hours = "22-6"', "hours is not right; it takes times of the day"),
        ('hours = "25:00-26:00"', "hours is not right"),
        ('hours = "08:00-08:00"', "begin and end at different minutes"),
        ("count_at_least = 0", "count_at_least is not right; it takes a whole number from 1 on"),
        ("count_at_least = true", "count_at_least is not right"),
        ('size_at_least = "ten"', "size_at_least is not right"),
        ('weekdays = ["monday"]', "unknown day 'monday'; did you mean 'mon'?"),
        ('variants = ["pinyn"]', "unknown variant 'pinyn'; did you mean 'pinyin'?"),
        ('severity = ["hihg"]', "unknown severity 'hihg'; did you mean 'high'?"),
        ('report_status = ["close"]', "unknown state of a report 'close'; did you mean 'closed'?"),
        ('part_types = ["dcox"]', "unknown type of file 'dcox'; did you mean 'docx'?"),
        ('matched_by = ["partie"]', "unknown reason of a match 'partie'; did you mean 'party'?"),
        ('sender_groups = ["nigth"]', "unknown group 'nigth'; did you mean 'night'?"),
    ],
)
def test_what_is_wrong_is_said_with_what_was_meant(tmp_path: Path, when: str, said: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f'{GROUPS_TABLE}[[rule]]\nname = "a"\naction = "reject"\nwhen = {{ {when} }}\n', encoding="utf-8")
    [problem] = policy_problems(path)
    assert str(problem).startswith(f"{path}:7: ")
    assert said in str(problem)
    assert re.fullmatch(re.escape(str(problem)) + r" \(column \d+\)", problem.pointed)


def test_a_group_that_is_not_there_is_no_silent_nobody(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('[[rule]]\nname = "a"\naction = "pass"\nwhen = { sender_groups = ["x"] }\n', encoding="utf-8")
    assert "takes names of [groups], and the file has none" in str(policy_problems(path)[0])
    path.write_text('[groups]\nx = ["nobody"]\ny = 3\n', encoding="utf-8")
    assert [str(one).partition(": ")[2][:26] for one in policy_problems(path)] == [
        "the group 'x' is not right",
        "the group 'y' is not right",
    ]


def test_a_situation_says_no_word_and_goes_through_a_record_and_back() -> None:
    [one] = situations([name()], envelope(), MATCHES, True, facts("closed", "high", 10))
    again = msgspec.json.decode(msgspec.json.encode(one), type=Situation)
    assert again == one
    assert "kefu@platform.example" not in repr(one)
    assert {field.name for field in fields(Situation)} >= {
        "count",
        "status",
        "severity",
        "part_types",
        "size",
        "minute",
    }


def test_every_variant_that_the_console_has_words_for_can_be_named() -> None:
    assert set(HOW) <= set(VARIANTS)


def test_rules_that_ask_for_nothing_new_are_what_they_were() -> None:
    assert Rule("a", "pass") == Rule("a", "pass", (), False, False, False, frozenset({"sender", "reviewers"}), (), ())
    assert len(KINDS) == 14
