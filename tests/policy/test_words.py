"""`[words]` of the rules: added to ours, taken from them, and refused with the line where they are wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.matching.lexicon import lexicon_of
from gateway.matching.passages import Said
from gateway.matching.things import is_of_a_thing
from gateway.model.words import Words
from gateway.policy import load_policy, policy_problems, policy_warnings


def said(text: str, **words: tuple[str, ...]) -> Said:
    return Said.of(text, lexicon_of(Words(**words)))


def test_a_word_of_the_rules_counts_as_one_of_ours() -> None:
    assert not said("照片装裱好了").services()
    assert said("照片装 裱好了", service=("装裱",)).services() == {"装裱"}
    assert said("Your framing is done", service=("Framing",)).services() == {"framing"}
    assert not said("reframing", service=("framing",)).services()
    assert not said("他在开黑枪").complains()
    assert said("他在开黑枪", complaint=("开黑枪",)).complains()
    assert said("They spammed  chat", complaint=("spammed chat",)).complains()


def test_a_word_that_the_rules_take_away_counts_no_more() -> None:
    assert said("手机绑定").services()
    assert not said("手机绑定", not_service=("绑定",)).services()
    assert said("it was Paid").services()
    assert not said("it was Paid", not_service=("paid",)).services()
    assert said("投诉处理办法").complains()
    assert not said("投诉处理办法", not_complaint=("投诉处理办法",)).complains()
    assert said("投诉处理办法，他投诉了", not_complaint=("投诉处理办法",)).complains()
    assert said("a violation of the code", not_complaint=("violation of code",)).complains()
    assert not said("a violation of the code", not_complaint=("violation of the code",)).complains()
    assert not said("您的直播伴侣软件", not_complaint=("您的直播伴侣",)).speaks_to_a_streamer()


def test_a_phrase_that_is_looked_over_joins_no_letters_around_it() -> None:
    assert not said("举【直播规范】报", not_complaint=("直播规范",)).complains()


def test_a_thing_of_the_rules_is_one_right_behind_a_name() -> None:
    things = lexicon_of(Words(things=("香薰", "diffuser"))).things
    for text, thing in (("星儿香薰", True), ("星儿牌香薰", True), ("星儿的香薰", False)):
        assert is_of_a_thing(text, 0, 2, things) is thing
        assert is_of_a_thing(text, 0, 2) is False
    for text, thing in (("Luna Diffuser", True), ("Luna diffusers", False), ("Luna, diffuser", False)):
        assert is_of_a_thing(text, 0, 4, things) is thing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "policy.toml"


@pytest.mark.parametrize(
    ("line", "wrong", "remedy"),
    [
        ('servcie = ["装裱"]', "unknown key of [words] 'servcie'", "did you mean 'service'?"),
        ('service = "装裱"', "service is not a list", 'write service = ["…", "…"]'),
        ('service = ["装裱", 3]', "service has what is no word", "quotation marks"),
        ('complaint = ["枪"]', "complaint has '枪', which is too short", "two Chinese characters"),
        ('complaint = ["up"]', "complaint has 'up', which is too short", "three letters"),
        ('things = ["  ！ "]', "which is too short", "two Chinese characters"),
        ('things = ["a\\nb lamp"]', "not one line", "without line ends"),
        (f'not_service = ["{"长" * 41}"]', "not one line of at most 40", "short phrase"),
        ('service = ["装裱"]\nnot_service = ["装 裱"]', "'装裱' stands in service and in not_service", "leave it out"),
        ("things = [" + '"香薰", ' * 501 + "]", "more than 500 words", "leave some out"),
    ],
)
def test_a_mistake_has_its_line_and_what_would_be_right(path: Path, line: str, wrong: str, remedy: str) -> None:
    path.write_text(f"threshold = 0.6\n[words]\n{line}\n", encoding="utf-8")
    (problem,) = policy_problems(path)
    assert wrong in problem.wrong
    assert remedy in problem.remedy
    assert ":3" in problem.place


def test_words_that_are_no_table_are_a_mistake(path: Path) -> None:
    path.write_text('words = ["装裱"]\n', encoding="utf-8")
    (problem,) = policy_problems(path)
    assert problem.wrong == "words is not a table"


def test_the_digest_of_the_rules_covers_the_words(path: Path) -> None:
    path.write_text('[words]\nservice = ["装裱"]\n', encoding="utf-8")
    one = load_policy(path)
    assert one.words == replace(Words(), service=("装裱",))
    path.write_text('[words]\nservice = ["装帧"]\n', encoding="utf-8")
    assert load_policy(path).digest != one.digest


def test_taking_away_the_plain_words_of_a_report_is_warned_of(path: Path) -> None:
    path.write_text('[words]\nnot_complaint = ["投诉处理办法", "举报"]\n', encoding="utf-8")
    found = [one for one in policy_warnings(path) if "not_complaint" in one.wrong]
    assert len(found) == 1
    assert "举报" in found[0].wrong
