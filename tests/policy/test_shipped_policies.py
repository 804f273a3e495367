"""Each policy that is shipped does with its sample mails what they say, by real reading, detection and rewriting."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from examining import Here, shut_stores, stored, tools_of
from gateway.inspection.inspect import examine
from gateway.intake.importer import import_file
from gateway.model import Client, Envelope, Message, Recipient
from gateway.policy import load_policy, policy_gaps, policy_problems, policy_warnings
from gateway.service.initial_config import POLICIES

FOLDER = Path(__file__).parents[2] / "gateway" / "policy" / "policies"
SAMPLES = [(name, path.stem) for name in POLICIES for path in sorted((FOLDER / name / "samples").glob("*.eml"))]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    shut_stores()


@pytest.mark.parametrize(("policy", "sample"), SAMPLES)
def test_a_sample_meets_what_it_expects(tmp_path: Path, policy: str, sample: str) -> None:
    samples = FOLDER / policy / "samples"
    wanted = tomllib.loads((samples / f"{sample}.toml").read_text(encoding="utf-8"))
    store = stored(tmp_path)
    import_file(samples / "reports.jsonl", Here(), store.reports, "test", ["platform.example"])
    content = (samples / f"{sample}.eml").read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    envelope = Envelope(
        wanted["sender"],
        tuple(map(Recipient, wanted["recipients"])),
        Client("h", "h"),
        datetime(2026, 1, 2, tzinfo=UTC),
    )
    rules = load_policy(FOLDER / policy / "policy.toml")
    found = examine(envelope, Message("m", content), tools_of(store, rules))
    assert (found.decision.action, found.decision.rule) == (wanted["expect"], wanted["rule"])
    if policy == "monitor-first":
        assert found.rewritten is None
        real = examine(envelope, Message("m", content), tools_of(store, replace(rules, mode="enforce")))
        assert (found.decision.would or "pass") == real.decision.action


@pytest.mark.parametrize("name", POLICIES)
def test_what_is_shipped_means_what_it_says(name: str) -> None:
    path = FOLDER / name / "policy.toml"
    for found in (policy_problems(path), policy_warnings(path), policy_gaps(path)):
        assert list(map(str, found)) == []


@pytest.mark.parametrize("name", POLICIES)
def test_every_rule_is_explained_in_both_languages(name: str) -> None:
    lines = (FOLDER / name / "policy.toml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line == "[[rule]]":
            above = lines[number - 1] + (lines[number - 2] if lines[number - 2].startswith("#") else "")
            assert re.search("[一-鿿]", above), above
            assert re.search("[a-z]{4}", above), above


def test_monitor_first_is_balanced_but_for_what_it_does() -> None:
    watching, enforced = (load_policy(FOLDER / name / "policy.toml") for name in ("monitor-first", "balanced"))
    assert watching.rules == enforced.rules
    assert (watching.mode, enforced.mode) == ("monitor", "enforce")
