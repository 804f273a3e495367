"""`make quick` tests the rooms that were changed."""

from pathlib import Path

import pytest

from quick import rooms


@pytest.mark.parametrize(
    ("changed", "tested"),
    [
        ("gateway/text/han.py", ["tests/text"]),
        ("gateway/formats/html/css.py", ["tests/formats/html"]),
        ("gateway/formats/registry.py", ["tests/formats"]),
        ("gateway/detection/detectors/figures.py", ["tests/detection/detectors"]),
        ("tests/policy/test_lint.py", ["tests/policy"]),
        ("tests/world/test_load.py", []),
        ("tests/scene.py", []),
        ("gateway/errors.py", []),
        ("README.md", []),
        ("bench/relay.py", []),
    ],
)
def test_a_change_is_tested_in_its_room(changed: str, tested: list[str]) -> None:
    assert rooms([changed]) == tested
    assert all(Path(__file__).parents[2].joinpath(one).is_dir() for one in tested)


def test_a_room_within_a_room_is_tested_once() -> None:
    assert rooms(["gateway/formats/registry.py", "gateway/formats/html/css.py"]) == ["tests/formats"]
