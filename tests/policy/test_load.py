"""A mistake in `policy.toml` is a line that says where, what, and what would be right."""

from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.model import LANGUAGES, PLACEHOLDER_KINDS, Placeholders
from gateway.policy import SenderLimits, load_policy, packaged_policy, policy_problems, policy_warnings
from gateway.policy.conditions import conditions
from gateway.rewriting.places import IN_TEXT

ROOT = Path(__file__).parents[2]
RULE = '[[rule]]\nname = "a"\naction = "redact"\n'

CASES = [
    ('[rewriting]\nlists = "some"\n', ":2: lists is not right", '"hold" or "all"'),
    ("a = ", ":1: not TOML", "toml.io"),
    ('\n[[rule]]\nname = "a"\naction = "quarantin"\n', ":4: unknown action 'quarantin'", "did you mean 'quarantine'?"),
    (RULE + 'when = { kinds = ["name",\n "avtar"] }\n', ":5: unknown kind 'avtar'", "did you mean 'avatar'?"),
    (RULE + 'when = { whre = ["text"] }\n', ":4: unknown condition 'whre'", "did you mean 'where'?"),
    (RULE + 'when = { where = ["bdy"] }\n', ":4: unknown place 'bdy'", "did you mean 'body'?"),
    (RULE + "when = { score_at_least = 2 }\n", ":4: score_at_least is not right", "0 to 1"),
    (RULE + 'when = { mentions_report = "no" }\n', ":4: mentions_report is not right", "true or false"),
    (RULE + "when = { recipients = 5 }\n", ":4: recipients is not right", "list of texts"),
    (RULE + 'when = { recipients = ["nobody"] }\n', ":4: recipients is not right", "@example.org"),
    (RULE + 'when = "kinds"\n', ":4: when is not a table", "kinds"),
    (RULE + 'wen = { kinds = ["name"] }\n', ":4: unknown key of a rule 'wen'", "did you mean 'when'?"),
    (RULE + 'remove = "yes"\n', ":4: remove is not right", "true or false"),
    (RULE.replace("redact", "pass") + "remove = true\n", ":4: remove = true says nothing with action 'pass'", "redact"),
    (RULE + 'four_eyes = "yes"\n', ":4: four_eyes is not right", "true or false"),
    (RULE.replace("redact", "pass") + "four_eyes = true\n", ":4: four_eyes = true says nothing", "leave four_eyes out"),
    (RULE.replace("redact", "reject") + "four_eyes = true\n", ":4: four_eyes = true says nothing", "leave"),
    (RULE + "four_eys = true\n", ":4: unknown key of a rule 'four_eys'", "did you mean 'four_eyes'?"),
    ('[[rule]]\naction = "pass"\n', ":1: the rule has no name", "write name ="),
    ('[[rule]]\nname = "a\\nb"\naction = "pass"\n', ":2: the rule has no name", "in a line"),
    ('[[rule]]\nname = "a"\n', ":1: the rule has no action", "pass, redact"),
    (RULE + RULE, ":5: a rule named 'a' stands on line 2", "of its own"),
    (RULE + RULE.replace('"a"', '"b"'), ":4: can never be reached", "move it up"),
    ('[[rule]]\nname = "clean"\naction = "pass"\n', ":2: the name 'clean' is the product's own", "another"),
    ('[operators]\nnme = "mask"\n', ":2: unknown kind of what is taken out 'nme'", "did you mean 'name'?"),
    ('[operators]\nname = "msk"\n', ":2: unknown operator 'msk'", "did you mean 'mask'?"),
    ('[operators]\npicture = "drop"\n', ":2: unknown kind of what is taken out 'picture'", ""),
    ('operators = "mask"\n', ":1: operators is not a table", "write [operators]"),
    ("[rewriting]\nkeep_days = -1\n", ":2: keep_days is not right", "from 0 (not kept)"),
    ("[rewriting]\nkeep_days = true\n", ":2: keep_days is not right", "number of days"),
    ("[rewriting]\nkep_days = 1\n", ":2: unknown key of [rewriting] 'kep_days'", "did you mean 'keep_days'?"),
    ("rewriting = 30\n", ":1: rewriting is not a table", "write [rewriting]"),
    ("treshold = 0.5\n", ":1: unknown key 'treshold'", "did you mean 'threshold'?"),
    ('threshold = "high"\n', ":1: threshold is not right", "0 to 1"),
    ('[[rule]]\nname = "monitored"\naction = "pass"\n', ":2: the name 'monitored' is the product's own", "another"),
    ("personal_data = true\n", ":1: personal_data is not right", '"off", "monitor" or "on"'),
    ('\npersonal_data = "of"\n', ":2: personal_data is not right", '"off", "monitor" or "on"'),
    (
        'personal_data_alowed = ["a"]\n',
        ":1: unknown key 'personal_data_alowed'",
        "did you mean 'personal_data_allowed'?",
    ),
    ('personal_data_allowed = "95588"\n', ":1: personal_data_allowed is not a list", '["400-820-8820"]'),
    (
        'personal_data_allowed = [\n"95588",\n"客服热线",\n]\n',
        ":3: personal_data_allowed has what is no",
        '["400-820-8820"]',
    ),
    ("personal_data_allowed = [4008208820]\n", ":1: personal_data_allowed has what is no", '["400-820-8820"]'),
    ('personal_data_allowed = ["12"]\n', ":1: personal_data_allowed has what is no", '["400-820-8820"]'),
    ("threshold = 0.3\n", "proof_threshold is above threshold", "closer"),
    ("[limits]\nfound_per_hour = -1\n", ":2: found_per_hour is not right", "from 0 (off)"),
    ("[limits]\n\nlists_per_day = true\n", ":3: lists_per_day is not right", "write a number"),
    ("[limits]\nfound_per_day = 2.5\n", ":2: found_per_day is not right", "write a number"),
    ("[limits]\nslow_seconds = 31\n", ":2: slow_seconds is not right", "seconds from 0 (off) to 30"),
    ("[limits]\nslow_seconds = -0.5\n", ":2: slow_seconds is not right", "seconds from 0"),
    ("[limits]\nslow_seconds = nan\n", ":2: slow_seconds is not right", "seconds from 0"),
    ("[limits]\nslow_seconds = true\n", ":2: slow_seconds is not right", "seconds from 0"),
    ("[limits]\nslow_per_hour = 1.5\n", ":2: slow_per_hour is not right", "write a number"),
    ("[limits]\nfound_an_hour = 5\n", ":2: unknown key of [limits] 'found_an_hour'", "did you mean 'found_per_hour'?"),
    ("limits = 5\n", ":1: limits is not a table", "[limits]"),
    ('[[rule]]\nname = "too-many-findings"\naction = "pass"\n', ":2: the name 'too-many-findings' is", "another"),
    ('[default]\naction = "pass"\n', ":2: the default action is 'pass'", "quarantine or reject"),
    ("[rule]\nname = 1\n", "rule is not a list", "[[rule]]"),
]


@pytest.mark.parametrize(("text", "wrong", "remedy"), CASES)
def test_a_mistake_is_named_with_its_line_and_what_would_be_right(
    tmp_path: Path, text: str, wrong: str, remedy: str
) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    lines = [str(problem) for problem in policy_problems(path)]
    assert any(wrong in line and remedy in line and line.startswith(str(path)) for line in lines), lines
    with pytest.raises(Problem):
        load_policy(path)


def test_every_mistake_is_told_in_the_order_of_the_lines(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('threshold = 7\n[[rule]]\nname = "a"\naction = "x"\n[default]\naction = "pass"\n')
    places = [problem.place.rpartition(":")[2] for problem in policy_problems(path)]
    assert places == ["1", "4", "6"]


def test_a_file_that_is_not_there_or_not_text_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be read" in str(policy_problems(tmp_path / "policy.toml")[0])
    (tmp_path / "policy.toml").write_bytes(b"# \xff\xfe\n")
    assert ":1: not UTF-8" in str(policy_problems(tmp_path / "policy.toml")[0])


def test_what_is_allowed_is_compared_in_one_form(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        'personal_data = "on"\npersonal_data_allowed = ["400-820-8820", "+86 138 0013 ８000", "粤Ｂ·12345"]\n'
    )
    policy = load_policy(path)
    assert (policy.personal_data, policy.personal_data_allowed) == (
        "on",
        frozenset(("4008208820", "13800138000", "粤b12345")),
    )
    path.write_text("")
    assert (load_policy(path).personal_data, load_policy(path).personal_data_allowed) == ("off", frozenset())


def test_the_digest_follows_what_the_rules_say_and_not_how_the_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    digests = set()
    for text in (RULE, "# a comment\n" + RULE, RULE + 'when = { kinds = ["name"] }\n', 'personal_data = "on"\n' + RULE):
        path.write_text(text)
        digests.add(load_policy(path).digest)
    assert len(digests) == 3


def test_the_shipped_file_is_the_packaged_one() -> None:
    shipped = (ROOT / "config" / "policy.toml").read_bytes()
    assert shipped == (ROOT / "gateway" / "policy" / "default.toml").read_bytes()
    assert policy_problems(ROOT / "config" / "policy.toml") == []


def test_every_condition_stands_in_the_documentation_in_both_languages() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert len(conditions()) == 24
    for condition in conditions().values():
        assert f"| `{condition.key}` | {condition.takes} | {condition.zh} | {condition.en} |" in page


def test_placeholders_are_those_of_the_file_and_else_the_neutral_ones(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[placeholders.zh]\nname = "（某人）"\nother = "……"\n[placeholders.en]\nphone = "[number left out]"\n'
    )
    words = load_policy(path).placeholders
    assert (words.word("name", "zh"), words.word("name", "en")) == ("（某人）", "[name removed]")
    assert (words.word("phone", "zh"), words.word("phone", "en")) == ("[电话略]", "[number left out]")
    assert (words.word("avatar", "zh"), words.word("avatar", "en")) == ("……", "[removed]")
    assert load_policy(ROOT / "config" / "policy.toml").placeholders.word("name", "zh") == "[姓名略]"


def test_every_kind_that_can_be_taken_out_has_a_word_of_its_own_in_both_languages() -> None:
    assert set(PLACEHOLDER_KINDS) > IN_TEXT
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    for kind in PLACEHOLDER_KINDS:
        zh, en = (Placeholders().word(kind, language) for language in LANGUAGES)
        assert f"| `{kind}` | `{zh}` | `{en}` |" in page


@pytest.mark.parametrize(
    ("text", "line", "wrong"),
    [
        ('placeholders = "x"\n', 1, "placeholders is not a table; begin with [placeholders.zh]"),
        ('[placeholders.de]\nname = "x"\n', 1, "unknown language 'de'"),
        ('[placeholders]\nzh = "x"\n', 2, "placeholders.zh is not a table"),
        ('[placeholders.zh]\nnme = "x"\n', 2, "unknown kind of placeholder 'nme'; did you mean 'name'?"),
        ("[placeholders.zh]\nname = 3\n", 2, "the placeholder for name is no word"),
        ('[placeholders.zh]\nname = " "\n', 2, "the placeholder for name is no word"),
        ('[placeholders.en]\nname = "a\\nb"\n', 2, "is not one line of at most 40 characters"),
        ('[placeholders.en]\nname = "a\\u0007b"\n', 2, "is not one line of at most 40 characters"),
        ('[placeholders.en]\nname = "a\\u202eb"\n', 2, "is not one line of at most 40 characters"),
        (f'[placeholders.en]\nname = "{"x" * 41}"\n', 2, "is not one line of at most 40 characters"),
        ('[placeholders.en]\nname = "<b>"\n', 2, "has one of"),
        *(
            (f'[placeholders.zh]\nphone = "x"\nname = "{word}"\n', 3, "speaks of reports; say only that something was")
            for word in ("[举报人]", "[舉報人]", "[投诉人]", "[举 报 人]", "[检举者]", "[爆料人]", "[REPORTER]",
                         "[ＲＥＰＯＲＴ]", "[complainant]", "[whistle-blower]", "[informant]", "[reported]")
        ),
    ],
)  # fmt: skip
def test_a_placeholder_that_is_none_or_tells_is_a_mistake(tmp_path: Path, text: str, line: int, wrong: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text, encoding="utf-8")
    problems = [str(problem) for problem in policy_problems(path)]
    assert len(problems) == 1
    assert problems[0].startswith(f"{path}:{line}: ")
    assert wrong in problems[0]


def test_limits_have_defaults_each_by_itself_and_are_part_of_the_rules_digest(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text("[limits]\nslow_per_day = 0\nslow_seconds = 0.5\n", encoding="utf-8")
    policy = load_policy(path)
    assert policy.limits == SenderLimits(slow_per_day=0, slow_seconds=0.5)
    assert packaged_policy().limits == SenderLimits()
    path.write_text("[limits]\nfound_per_day = 1\n", encoding="utf-8")
    assert load_policy(path).digest != policy.digest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("slow_seconds = 0\nlist_from = 0\n", ":2: no limit is set"),
        ("slow_per_hour = 0\nslow_per_day = 0\nlists_per_hour = 0\nlists_per_day = 0\n", ":2: no limit is set"),
        (
            "\nalert_per_hour = 20\nslow_seconds = 0\nfound_per_hour = 10\n",
            ":2: alert_per_hour is above found_per_hour",
        ),
        ("alert_per_hour = 101\n", ":2: alert_per_hour is above slow_per_hour"),
        ("found_per_hour = 100\n", ":2: found_per_hour is not above slow_per_hour"),
        ("found_per_day = 200\n", ":2: found_per_day is not above slow_per_day"),
        ("list_from = 5\n", ":2: list_from is 5"),
        ("slow_seconds = 0\n", ""),
        ("list_from = 0\nfound_per_hour = 1000\n", ""),
        ("slow_seconds = 0\nalert_per_hour = 200\nfound_per_hour = 200\n", ""),
    ],
)
def test_limits_that_are_hardly_meant_are_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f"\n[limits]\n{text}", encoding="utf-8")
    told = [str(warning) for warning in policy_warnings(path)]
    assert bool(told) is bool(says)
    assert all(says in line for line in told)


def test_lists_are_held_unless_the_file_says_otherwise(tmp_path: Path) -> None:
    assert packaged_policy().lists == "hold"
    (tmp_path / "policy.toml").write_text('[rewriting]\nlists = "all"\n' + RULE)
    assert load_policy(tmp_path / "policy.toml").lists == "all"


def test_a_rule_may_want_four_eyes(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(RULE + "four_eyes = true\n", encoding="utf-8")
    assert [rule.four_eyes for rule in load_policy(tmp_path / "policy.toml").rules] == [True]
    assert not any(rule.four_eyes for rule in packaged_policy().rules)
