"""What a rule says to people and programs: checked, and refused where it would tell anything."""

import re
from pathlib import Path

import pytest

from gateway.policy import load_policy, policy_problems, policy_warnings, watching_notes


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('headers = { X-Report-Checked = "yes" }', "X-Report-Checked speaks of reports or complaints"),
        ('headers = { X-Checked = "no complainant" }', "X-Checked speaks of reports or complaints"),
        ('headers = { X-Re-porter = "yes" }', "X-Re-porter speaks of reports or complaints"),
        ('headers = { X-Re = "porter" }', "X-Re speaks of reports or complaints"),
        ('headers = { Subject = "yes" }', "no rule may add the field 'Subject'"),
        ('headers = { X-Checked = "a\\r\\nBcc: x" }', "is not one line of at most 200 ASCII characters"),
        ('headers = { X-Checked = "yes\\n" }', "is not one line of at most 200 ASCII characters"),
        ('headers = { "X-Checked\\n" = "yes" }', "no rule may add the field 'X-Checked\\n'"),
        ('headers = { X-Checked = "已检查" }', "is not one line of at most 200 ASCII characters"),
        ('say = { zh = "涉及举报人，已扣留。" }', "say.zh speaks of reports or complaints"),
        ('say = { en = "The complainant is in it." }', "say.en speaks of reports or complaints"),
        ('say = { fr = "Non." }', "unknown language 'fr'"),
        ('notify = ["reviewer"]', "unknown addressee 'reviewer'; did you mean 'reviewers'?"),
        ("notify = 3", "notify is not right"),
        ('monitor = "yes"', "monitor is not right"),
        ("montor = true", "unknown key of a rule 'montor'; did you mean 'monitor'?"),
    ],
)
def test_what_a_rule_must_not_say_is_refused_with_its_line(tmp_path: Path, line: str, says: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f'[[rule]]\nname = "a"\naction = "redact"\n{line}\n', encoding="utf-8")
    problem = policy_problems(path)[0]
    assert re.fullmatch(re.escape(str(problem)) + r" \(column \d+\)", problem.pointed)
    assert str(problem).startswith(f"{path}:4: ")
    assert says in str(problem)


@pytest.mark.parametrize(
    ("action", "line", "says"),
    [
        ("quarantine", 'headers = { X-Checked = "yes" }', "headers says nothing here"),
        ("redact", 'monitor = true\nheaders = { X-Checked = "yes" }', "headers says nothing here"),
        ("pass", 'say = { zh = "好" }', "say says nothing with action 'pass'"),
        ("reject", 'say = { zh = "好" }', "say says nothing with action 'reject'"),
        ("pass", "notify = false", "notify says nothing with action 'pass'"),
    ],
)
def test_what_would_do_nothing_is_a_mistake(tmp_path: Path, action: str, line: str, says: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(f'[[rule]]\nname = "a"\naction = "{action}"\n{line}\n', encoding="utf-8")
    assert any(says in str(problem) for problem in policy_problems(path))


def test_what_is_said_is_kept_and_the_other_language_stands_in(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[[rule]]\nname = "a"\naction = "quarantine"\nwhen = { kinds = ["uninspectable"] }\n'
        'say = { zh = "附件请不要加密。" }\nnotify = ["reviewers"]\nfour_eyes = true\n'
        '[[rule]]\nname = "b"\naction = "redact"\nheaders = { X-Mail-Checked = "yes", X-Y = "1 2" }\n',
        encoding="utf-8",
    )
    first, second = load_policy(path).rules
    assert (first.says("zh"), first.says("en"), second.says("zh")) == ("附件请不要加密。", "附件请不要加密。", "")
    assert first.notify == {"reviewers"}
    assert second.headers == ("X-Mail-Checked: yes", "X-Y: 1 2")


def test_a_sentence_of_a_rule_for_identity_is_said_to_tell_its_sender(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    rule = '[[rule]]\nname = "a"\naction = "quarantine"\nwhen = { kinds = ["name"] }\nsay = { zh = "请稍候。" }\n'
    path.write_text(rule, encoding="utf-8")
    assert "its sender learns by it which rule held the mail" in str(policy_warnings(path)[0])
    path.write_text(rule + 'notify = ["reviewers"]\n', encoding="utf-8")
    assert policy_warnings(path) == []


def test_fields_for_mail_that_stays_inside_are_no_warning(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    inside = '[[rule]]\nname = "a"\naction = "redact"\nheaders = { X-A = "1" }\nwhen = { %s }\n'
    path.write_text(inside % 'kinds = ["name"], recipient = ["internal"]', encoding="utf-8")
    assert policy_warnings(path) == []
    path.write_text(inside % 'kinds = ["name"]', encoding="utf-8")
    assert "adds fields to mail that goes outside" in str(policy_warnings(path)[0])


def test_whoever_reads_the_notes_knows_that_nothing_is_held(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text('mode = "monitor"\n', encoding="utf-8")
    [note] = watching_notes(load_policy(path))
    assert "只观察，不拦截" in note
    assert "what cannot be read too" in note
    path.write_text('[[rule]]\nname = "try"\naction = "reject"\nmonitor = true\n', encoding="utf-8")
    [note] = watching_notes(load_policy(path))
    assert "rules that only watch: try" in note
    path.write_text('mode = "monitr"\n', encoding="utf-8")
    assert 'mode is not right; did you mean "monitor"?' in str(policy_problems(path)[0])
