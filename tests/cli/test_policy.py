"""`hushgate policy`: samples as a regression test, other rules on the record, thresholds from decisions."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.cli.main import main
from gateway.service.wiring import open_house
from inspection.test_replay import FAINT, HOLDS, NAME, record
from scene import mail

ROOT = Path(__file__).parents[2]
REPORT = {
    "id": "R-1",
    "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"]}],
    "reporter": {"names": ["张小鸣"], "phones": ["+86 138 0013 8000"]},
}
EXPECT = 'sender = "kefu@platform.example"\nrecipients = ["xinger@streamers.example"]\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    assert main(["init", str(tmp_path / "config")]) == 0
    return tmp_path / "config"


@pytest.fixture
def samples(config: Path) -> Path:
    folder = config / "samples"
    folder.mkdir()
    (folder / "reports.jsonl").write_text(json.dumps(REPORT), encoding="utf-8")
    (folder / "leak.eml").write_bytes(mail("您被举报了：张小鸣，电话13800138000。"))
    (folder / "leak.toml").write_text(EXPECT + 'expect = "redact"\nrule = "identity-in-text"\n', encoding="utf-8")
    (folder / "clean.eml").write_bytes(mail("请说明当晚情况。").replace(b"\r\n", b"\n"))
    (folder / "clean.toml").write_text(EXPECT + 'expect = "pass"\n', encoding="utf-8")
    return folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["policy", *words, "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_samples_that_are_as_expected(run: Run, samples: Path, config: Path) -> None:
    code, out, err = run("test")
    assert (code, err) == (0, "")
    assert "2 of 2 as expected" in out
    assert "identity-in-text" in out
    assert "张小鸣" not in out
    assert not (config.parent / "var").exists()  # the installation's own store is not even made
    code, out, _ = run("test", str(samples), "--json")
    assert (code, json.loads(out)["right"]) == (0, True)
    assert run("test", str(config))[0] == 0  # the folder that has them is as good


def test_a_sample_that_is_otherwise_than_expected(run: Run, samples: Path, config: Path) -> None:
    rules = config / "policy.toml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("threshold = 0.6", "threshold = 1.0", 1), encoding="utf-8")
    code, out, _ = run("test", "--json")
    found = {one["sample"]: one for one in json.loads(out)["samples"]}
    assert code == 1
    assert (found["leak.eml"]["right"], found["leak.eml"]["action"], found["clean.eml"]["right"]) == (
        False,
        "pass",
        True,
    )


def test_the_right_action_by_another_rule_is_not_as_expected(run: Run, samples: Path) -> None:
    (samples / "leak.toml").write_text(EXPECT + 'expect = "redact"\nrule = "thread"\n', encoding="utf-8")
    code, out, _ = run("test")
    assert code == 1
    assert "redact by thread" in out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("lone.eml", "Subject: x\n\nx\n", "lone.eml: no expectation: lone.toml is not there"),
        ("lost.toml", EXPECT, "lost.toml: no mail: lost.eml is not there"),
        ("leak.toml", "expect = ", "leak.toml: not TOML"),
        ("leak.toml", EXPECT + 'expect = "held"', "leak.toml: unknown action 'held'"),
        ("leak.toml", EXPECT + 'expect = "quarantin"', "did you mean 'quarantine'?"),
        ("leak.toml", EXPECT, "leak.toml: expect is missing"),
        ("leak.toml", EXPECT + "expect = 3", "leak.toml: expect is missing"),
        ("leak.toml", 'expect = "pass"', "leak.toml: sender is missing"),
        ("leak.toml", 'sender = "a@b.c"\nexpect = "pass"\nrecipients = []', "recipients is missing"),
        ("leak.toml", EXPECT + 'expect = "pass"\nrul = "x"', "leak.toml: unknown key 'rul'; did you mean 'rule'?"),
        ("leak.toml", EXPECT + 'expect = "pass"\nat = "soon"', "leak.toml: at is no time"),
    ],
)
def test_what_is_wrong_with_a_sample_is_a_line(run: Run, samples: Path, name: str, text: str, said: str) -> None:
    (samples / name).write_text(text, encoding="utf-8")
    code, out, err = run("test")
    assert code == 1
    assert said in err
    assert "Traceback" not in err
    assert "clean.eml" in out  # the others are judged all the same


def test_no_samples_is_a_line_and_no_mistake(run: Run, config: Path, tmp_path: Path) -> None:
    code, out, _ = run("test")
    assert (code, out) == (0, f"no samples in {config / 'samples'}\n")
    (tmp_path / "empty").mkdir()
    assert run("test", str(tmp_path / "empty"))[0] == 0
    code, out, err = run("test", str(tmp_path / "nowhere"))
    assert (code, out) == (2, "")
    assert "there is no such folder" in err


def test_samples_without_reports_say_so_and_a_broken_report_is_an_error(run: Run, samples: Path) -> None:
    (samples / "reports.jsonl").write_text("{", encoding="utf-8")
    code, _, err = run("test")
    assert code == 2
    assert "reports.jsonl:1" in err
    (samples / "reports.jsonl").unlink()
    code, _, err = run("test")
    assert code == 1
    assert "reports.jsonl: not there, so no report is open" in err


def test_a_sample_may_say_when_it_comes(run: Run, samples: Path) -> None:
    for at in ("2026-11-30T02:00:00+08:00", "2026-11-30", "'2026-11-30T02:00:00Z'"):
        (samples / "clean.toml").write_text(f'{EXPECT}expect = "pass"\nat = {at}\n', encoding="utf-8")
        assert run("test")[0] == 0


@pytest.fixture
def recorded(config: Path) -> Path:
    now = datetime.now(UTC)
    rows = [replace(record(replace(NAME, score=0.65), held=f"Q-{n}"), review="released", at=now) for n in range(25)]
    sure = replace(NAME, score=0.95)
    rows += [replace(record(sure, held=f"Q-{100 + n}"), review="discarded", at=now) for n in range(9)]
    rows += [replace(record(FAINT, held=""), at=now), replace(record(NAME, held="Q-9"), at=now - timedelta(days=50))]
    rows = [replace(one, message=str(n).encode()) for n, one in enumerate(rows)]
    with open_house(config, {}) as house:
        house.store.decisions.add(rows, clean=7)
    rules = (config / "policy.toml").read_text(encoding="utf-8")
    assert HOLDS.rules[0].name == "holds"
    head = rules[: rules.index("[[rule]]")]
    (config / "policy.toml").write_text(f'{head}[[rule]]\nname = "holds"\naction = "quarantine"\n', encoding="utf-8")
    return config


def test_a_backtest_says_what_would_change_and_changes_nothing(run: Run, recorded: Path, tmp_path: Path) -> None:
    text = (recorded / "policy.toml").read_text(encoding="utf-8")
    sure = 'name = "holds"\naction = "quarantine"\nwhen = { score_at_least = 0.9 }\n\n'
    sure += '[[rule]]\nname = "rest"\naction = "pass"\n'
    new = tmp_path / "NEW.toml"
    new.write_text(text.replace('name = "holds"\naction = "quarantine"\n', sure), encoding="utf-8")
    before = (recorded.parent / "var" / "hushgate.db").read_bytes()
    code, out, _ = run("backtest", "--policy", str(new), "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["decisions"], told["clean"], len(told["newly_passed"]), told["newly_held"]) == (35, 7, 25, [])
    assert (told["expected"]["false_alarms_fewer"], told["expected"]["misses"]["known"]) == (25, 0)
    assert told["newly_passed"][0].keys() >= {"id", "before_rule", "after_rule", "kinds", "review", "recipients"}
    assert "xinger" not in out
    code, out, _ = run("backtest", "--policy", str(new), "--since", "90d")
    assert "newly held 0, newly passed 26" in out
    assert "false alarms fewer: 25" in out
    assert "6 more; all of them with --json" in out
    assert (recorded.parent / "var" / "hushgate.db").read_bytes() == before


def test_a_backtest_of_a_broken_policy_names_each_mistake(run: Run, recorded: Path, tmp_path: Path) -> None:
    new = tmp_path / "NEW.toml"
    new.write_text('[[rule]]\nname = "a"\naction = "pas"\nwhen = { kinds = ["nam"] }\n', encoding="utf-8")
    code, out, err = run("backtest", "--policy", str(new), "--json")
    assert (code, out) == (2, "")
    assert "NEW.toml:3" in err
    assert "did you mean 'name'?" in err
    assert run("backtest", "--policy", str(tmp_path / "none.toml"))[0] == 2
    assert run("backtest", "--policy", str(recorded / "policy.toml"), "--since", "soon")[0] == 2


def test_a_backtest_without_a_record_says_so(run: Run, config: Path) -> None:
    with open_house(config, {}):
        pass
    code, out, _ = run("backtest", "--policy", str(config / "policy.toml"))
    assert code == 0
    assert "nothing to try the rules on yet" in out
    code, out, _ = run("suggest")
    assert (code, "nothing to suggest" in out) == (0, True)


def test_a_suggestion_can_be_pasted_and_does_what_it_says(run: Run, recorded: Path, tmp_path: Path) -> None:
    code, out, _ = run("suggest", "--json")
    (one,) = json.loads(out)["suggestions"]
    assert (code, one["held_fewer"], one["false_alarms_fewer"], one["right_holds_lost"]) == (0, 26, 25, 0)
    assert one["says"] in run("suggest")[1]
    new = tmp_path / "NEW.toml"
    text = (recorded / "policy.toml").read_text(encoding="utf-8")
    mark = '[[rule]]\nname = "holds"'
    new.write_text(text.replace(mark, one["toml"] + mark), encoding="utf-8")
    code, out, wrong = run("backtest", "--policy", str(new), "--json")
    assert code == 0, wrong
    told = json.loads(out)
    assert (len(told["newly_passed"]), told["expected"]["misses"]["known"]) == (25, 0)
    shutil.copy(new, recorded / "policy.toml")
    assert main(["check", "--config", str(recorded)]) == 0
