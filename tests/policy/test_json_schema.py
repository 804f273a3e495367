"""The schema that editors use says of a file what the loader says of it."""

import json
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policy_schema
from gateway.policy import policy_problems
from gateway.policy.conditions import conditions
from gateway.policy.json_schema import FILE, schema, text

ROOT = Path(__file__).parents[2]
CHECK = jsonschema.Draft7Validator(schema())
SHIPPED = [ROOT / "config" / "policy.toml", *sorted((ROOT / "gateway" / "policy" / "policies").glob("*/policy.toml"))]


def right(document: dict[str, Any]) -> bool:
    return bool(CHECK.is_valid(document))


def test_the_file_is_what_make_docs_writes() -> None:
    assert policy_schema.PLACE.read_text(encoding="utf-8") == text(), "run `make docs`"
    jsonschema.Draft7Validator.check_schema(json.loads(text()))


def test_every_condition_says_what_it_takes() -> None:
    assert all(condition.schema for condition in conditions().values())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.parent.name))
def test_what_is_shipped_is_right_and_names_the_schema(path: Path) -> None:
    assert path.read_text(encoding="utf-8").splitlines()[0] == f"#:schema ./{FILE}"  # as `init` lays them
    assert [str(error) for error in CHECK.iter_errors(tomllib.loads(path.read_text(encoding="utf-8")))] == []


WRONG = [
    "threshold = 2",
    "threshold = true",
    "treshold = 0.6",
    'mode = "monitr"',
    'read_pictures = "never"',
    'personal_data_allowed = "400"',
    "[rewriting]\nkeep_days = -1",
    '[rewriting]\nlists = "al"',
    "[limits]\nslow_seconds = 31",
    "[limits]\nslow = 3",
    '[words]\nservices = ["x"]',
    '[placeholders.fr]\nname = "x"',
    '[placeholders.zh]\nnmae = "x"',
    '[operators]\npicture = "drop"',
    '[default]\naction = "pass"',
    '[groups]\nnight = ["nobody"]',
    'rule = "x"',
    '[[rule]]\nname = "a"',
    '[[rule]]\naction = "pass"',
    '[[rule]]\nname = "clean"\naction = "pass"',
    '[[rule]]\nname = "a"\naction = "pas"',
    '[[rule]]\nname = "a"\naction = "redact"\nremoved = true',
    '[[rule]]\nname = "a"\naction = "quarantine"\nfour_eyes = "yes"',
    '[[rule]]\nname = "a"\naction = "quarantine"\nnotify = ["everybody"]',
    '[[rule]]\nname = "a"\naction = "redact"\nheaders = { Subject = "x" }',
    '[[rule]]\nname = "a"\naction = "redact"\nheaders = { X-A = "" }',
    '[[rule]]\nname = "a"\naction = "quarantine"\nsay = { fr = "x" }',
    '[[rule]]\nname = "a"\naction = "quarantine"\nsay = {}',
    *(
        f'[[rule]]\nname = "a"\naction = "quarantine"\nwhen = {{ {when} }}'
        for when in (
            'kind = ["name"]', 'kinds = ["avtar"]', "kinds = []", 'where = ["boddy"]', 'recipient = ["partner"]',
            'senders = ["nobody"]', "score_at_least = 1.5", "share_at_least = -0.1", 'mentions_report = "no"',
            "count_at_least = 0", "recipients_at_least = 1.5", 'size_at_least = "ten"', 'hours = "8-9"',
            'hours = "24:00-01:00"', 'weekdays = ["monday"]', 'variants = ["pinyn"]', 'matched_by = ["partie"]',
            'report_status = ["erased"]', 'severity = ["grave"]', 'part_types = ["dcox"]', "sender_groups = [1]",
            'reasons = ["noise"]', 'tie = ["some"]', 'relation = ["reporter"]', "reports = []",
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_is_wrong_in_an_editor_too(tmp_path: Path, wrong: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(wrong, encoding="utf-8")
    assert policy_problems(path), "the loader takes it"
    assert not right(tomllib.loads(wrong))


def _drawn(part: dict[str, Any]) -> st.SearchStrategy[Any]:
    """A value that this part of the schema takes."""
    if "enum" in part:
        return st.sampled_from(part["enum"])
    if "anyOf" in part:
        return st.one_of(*map(_drawn, part["anyOf"]))
    if part["type"] == "boolean":
        return st.booleans()
    if part["type"] == "integer":
        return st.integers(part["minimum"], part.get("maximum", 10**6))
    if part["type"] == "number":
        return st.floats(part["minimum"], part["maximum"])
    if part["type"] == "array":
        return st.lists(_drawn(part["items"]), min_size=1, max_size=4)
    pattern = part.get("pattern", "")
    if pattern == "@":
        return st.sampled_from(["a@b.example", "@b.example"])
    return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii")) if pattern else st.just("R-1")


WHEN = st.fixed_dictionaries(
    {},
    optional={
        key: _drawn(dict(one.schema))
        for key, one in conditions().items()
        if key not in ("sender_groups", "recipient_groups")
    },
)


@given(WHEN)
def test_what_the_schema_takes_the_conditions_take(when: dict[str, Any]) -> None:
    document = {"rule": [{"name": "a", "action": "quarantine", "when": when}]}
    assert right(document)
    for key, value in when.items():
        if key == "hours" and any(
            span[:5] == span[6:].strip() for span in ([value] if isinstance(value, str) else value)
        ):
            continue  # no schema can say that two times differ
        conditions()[key].check(value)


@pytest.mark.skipif(shutil.which("taplo") is None, reason="taplo is not installed here")
def test_taplo_says_the_same(tmp_path: Path) -> None:
    for path in SHIPPED:
        lint = ["taplo", "lint", "--schema", policy_schema.PLACE.as_uri(), str(path)]
        assert subprocess.run(lint, capture_output=True, check=False).returncode == 0
    for number, wrong in enumerate(WRONG):
        path = tmp_path / f"{number}.toml"
        path.write_text(f"#:schema {policy_schema.PLACE}\n{wrong}\n", encoding="utf-8")
        assert subprocess.run(["taplo", "lint", str(path)], capture_output=True, check=False).returncode != 0, wrong
