"""Every recipe of the cookbook does what it says, by the whole engine, and the page shows what was printed."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from examining import shut_stores
from gateway.policy import policy_problems
from policy.cookbook import PAGE, RECIPES, Recipe, checked, judged, policy_of, section


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    shut_stores()
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("number", range(1, len(RECIPES) + 1), ids=lambda number: RECIPES[number - 1].en)
def test_a_recipe_does_what_the_page_says(tmp_path: Path, number: int) -> None:
    recipe: Recipe = RECIPES[number - 1]
    found = list(judged(recipe, recipe.sent, tmp_path))
    for sent, examination in zip(recipe.sent, found, strict=True):
        decision = examination.decision
        assert (decision.action, decision.rule, decision.would) == (sent.becomes, sent.rule, sent.would), sent.what
        if sent.becomes == "redact":
            assert examination.rewritten is not None
            assert "张小鸣".encode() not in examination.rewritten
    said = checked(recipe, tmp_path)
    assert bool(said) == recipe.gap, said
    shown = PAGE.read_text(encoding="utf-8")
    assert section(number, recipe, found, said) in shown, "run: PYTHONPATH=.:tests python -m policy.cookbook"


def test_there_are_twelve_and_each_set_of_rules_is_right(tmp_path: Path) -> None:
    assert len(RECIPES) == 12
    for number, recipe in enumerate(RECIPES):
        path = tmp_path / f"{number}.toml"
        path.write_text(policy_of(recipe), encoding="utf-8")
        assert policy_problems(path) == []
        assert len(recipe.sent) >= 2
