"""What a running service decides, and what people do with it, is what other rules are tried on."""

from pathlib import Path
from typing import Any

import pytest

from conftest import XINGER
from scene import Scene, mail, unreadable

TO = "xinger@streamers.example"
POLICY = Path(__file__).parents[2] / "config" / "policy.toml"


@pytest.fixture
def own(scene: Scene) -> Scene:
    scene.import_reports(XINGER)
    return scene.start()


def test_mail_that_was_decided_is_tried_by_other_rules_with_what_people_said(own: Scene) -> None:
    first, second = unreadable(b"1"), unreadable(b"2")
    for content in (first, second, mail("请说明当晚情况。"), mail("您被举报了：张小鸣。")):
        assert own.send(content, TO)[0] == 250
    held = [entry["id"] for entry in own.ask("quarantine", "list")]
    assert len(held) == 2
    assert own.cli("quarantine", "release", held[0], "--reason", "核对无误").returncode == 0
    assert own.cli("quarantine", "discard", held[1], "--reason", "不该发").returncode == 0
    rules = POLICY.read_text(encoding="utf-8")
    new = own.folder / "NEW.toml"
    loose = 'name = "unreadable"\naction = "pass"'
    new.write_text(rules.replace('name = "unreadable"\naction = "quarantine"', loose), encoding="utf-8")

    def told() -> Any:
        return own.ask("policy", "backtest", "--policy", str(new))

    own.until(lambda: len(told()["newly_passed"]) == 2)
    found = told()
    assert found["decisions"] == 3
    reviews = {one["id"]: one["review"] for one in found["newly_passed"]}
    assert reviews == {held[0]: "released", held[1]: "discarded"}
    assert found["expected"]["misses"]["known"] == 1
    own.stop()
    assert own.ask("policy", "backtest", "--policy", str(new))["clean"] == 1
