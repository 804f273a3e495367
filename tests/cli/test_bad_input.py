"""Bad input is one clear line on stderr, exit code 2, and nothing half done."""

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from scene import HUSHGATE, Scene, mail, unreadable

pytestmark = pytest.mark.slow

GOOD = {"id": "R-1", "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"]}]}

_A = '"id": "R-2", "reported": [{"name": "a"}]'
LINES = [
    ("not json", ":2: not JSON", "one JSON object a line"),
    ("[1]", ":2: not a JSON object", '"reported"'),
    ("{}", ":2: no 'id'", '"id"'),
    ('{"id": "R-2"}', ":2: no 'reported' party", '"reported"'),
    ('{"id": "R-2", "reported": [{}]}', "neither name nor address", "one of them"),
    ('{"id": "R-2", "reported": [{"name": 5}]}', "'reported.name' is not a text", '"…"'),
    ('{"id": "R-2", "reported": [{"addresses": ["nobody"]}]}', "not a mail address", "name@domain"),
    ("{" + _A + ', "reporters": {}}', "unknown key 'reporters'", "did you mean 'reporter'?"),
    ("{" + _A + ', "reporter": {"phone": []}}', "unknown key of reporter 'phone'", "'phones'"),
    ("{" + _A + ', "reporter": {"names": "张"}}', "'reporter.names' is not a list", '["…"]'),
    ("{" + _A + ', "materials": ["no.eml"]}', "no file 'no.eml'", "relative"),
    ("{" + _A + ', "status": "opne"}', "unknown status 'opne'", "did you mean 'open'?"),
    ("{" + _A + ', "opened_at": "gestern"}', "'opened_at' is not a time", "RFC 3339"),
    ('{"id": "R 2", "reported": [{"name": "a"}]}', "'id' has blanks", "R-2020-0918"),
    ('{"id": "R-1", "reported": [{"name": "a"}]}', "id 'R-1' stands in", "one line"),
    ("{" + _A + ', "reporter": {"avatars": ["bad.png"]}}', "is not a picture", "PNG"),
]


@pytest.mark.parametrize(("line", "wrong", "remedy"), LINES)
def test_a_line_with_a_mistake_imports_nothing_of_the_file(scene: Scene, line: str, wrong: str, remedy: str) -> None:
    (scene.folder / "bad.png").write_bytes(b"not a picture at all, but long enough to look at")
    path = scene.folder / "r.jsonl"
    path.write_text(json.dumps(GOOD, ensure_ascii=False) + "\n" + line + "\n", encoding="utf-8")
    done = scene.cli("reports", "import", str(path))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1, done.stderr
    assert f"{path}:2" in done.stderr
    assert wrong in done.stderr
    assert remedy in done.stderr
    assert scene.ask("reports", "list") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("reports", "import", "nothere.jsonl"), "cannot be read"),
        (("reports", "show", "R-9"), "no such report"),
        (("reports", "close", "R-9"), "no such report"),
        (("reports", "ingest", "nothere.eml", "--id", "R-9", "--reported", "星儿 <x@y.example>"), "no such file"),
        (("inspect", "nothere.eml", "--sender", "a@b.example", "--recipient", "c@d.example"), "cannot be read"),
        (("quarantine", "show", "Q-9"), "no such message"),
        (("quarantine", "release", "Q-9", "--reason", "x"), "no such"),
        (("quarantine", "discard", "Q-9", "--reason", "x"), "no such"),
        (("quarantine", "discard", "Q-9", "--reason", " "), "no reason given"),
    ],
)
def test_a_command_that_cannot_be_done_says_why_in_one_line(scene: Scene, words: tuple[str, ...], says: str) -> None:
    done = scene.cli(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [("check",), ("serve",), ("reports", "list"), ("audit", "verify")])
def test_a_broken_configuration_is_named_with_file_and_line(scene: Scene, command: tuple[str, ...]) -> None:
    (scene.config / "policy.toml").write_text('[[rule]]\nname = "a"\naction = "quarantin"\n')
    done = scene.cli(*command)
    assert done.returncode == 2
    assert f"{scene.config}/policy.toml:3: unknown action 'quarantin'; did you mean 'quarantine'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_names_every_mistake_of_both_files(scene: Scene) -> None:
    scene.write_config('[upstrem]\nhost = "x"\n')
    (scene.config / "policy.toml").write_text("threshold = 7\n")
    done = scene.cli("check")
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert len(lines) == 2
    assert "gateway.toml:14: unknown table 'upstrem'; did you mean 'upstream'?" in lines[0]
    assert "policy.toml:1: threshold is not right" in lines[1]


def test_check_is_content_with_what_is_right(scene: Scene) -> None:
    assert scene.cli("check").returncode == 0
    assert "packaged rules hold" in scene.cli("check").stdout


def test_check_warns_of_a_rule_that_can_never_be_reached_and_is_content(scene: Scene) -> None:
    first = '[[rule]]\nname = "all"\naction = "quarantine"\nwhen = { kinds = ["name", "phone"] }\n'
    second = '[[rule]]\nname = "some"\naction = "redact"\nwhen = { kinds = ["name"] }\n'
    (scene.config / "policy.toml").write_text(first + second)
    done = scene.cli("check")
    assert done.returncode == 0
    assert "policy.toml:5" in done.stdout
    assert "'some'" in done.stdout


def test_a_missing_configuration_says_so(tmp_path: Path, scene: Scene) -> None:
    (scene.config / "gateway.toml").unlink()
    done = scene.cli("check")
    assert done.returncode == 2
    assert "gateway.toml: cannot be read" in done.stderr


def test_the_environment_overrides_the_file(scene: Scene) -> None:
    scene.environ["HUSHGATE_UPSTREAM__PORT"] = "a lot"
    done = scene.cli("check")
    assert done.returncode == 2
    assert "HUSHGATE_UPSTREAM__PORT" in done.stderr


def test_config_may_stand_before_the_command(scene: Scene) -> None:
    done = subprocess.run([*HUSHGATE, "--config", str(scene.config), "check"], capture_output=True, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"\r\n", b"\0\0\0", b"Content-Type: multipart/mixed\r\n\r\n--\r\n", b"\xff" * 500, mail("x")[:60]],
)
def test_inspect_has_an_answer_for_any_bytes(scene: Scene, content: bytes) -> None:
    path = scene.folder / "m.eml"
    path.write_bytes(content)
    scene.import_reports(GOOD)
    done = scene.cli(
        "inspect", str(path), "--sender", "a@b.example", "--recipient", "xinger@streamers.example", "--json"
    )
    assert done.returncode in (0, 10, 20, 30)
    answer = json.loads(done.stdout)
    assert {"action", "rule", "reports", "findings"} <= answer.keys()
    assert answer["reports"] == ["R-1"]


def test_inspect_exits_by_the_decision_and_stores_nothing(scene: Scene) -> None:
    report = {**GOOD, "reporter": {"names": ["张小鸣"]}}
    scene.import_reports(report)
    to = ("--sender", "a@b.example", "--recipient", "xinger@streamers.example", "--json")
    for content, code, action in (
        (mail("请说明。"), 0, "pass"),
        (mail("张小鸣举报了您。"), 10, "redact"),
        (unreadable(), 20, "quarantine"),
    ):
        path = scene.folder / "m.eml"
        path.write_bytes(content)
        done = scene.cli("inspect", str(path), *to)
        assert done.returncode == code, done.stdout + done.stderr
        assert json.loads(done.stdout)["action"] == action
    (scene.config / "policy.toml").write_text('[[rule]]\nname = "no"\naction = "reject"\n')
    path.write_bytes(mail("张小鸣举报了您。"))
    assert scene.cli("inspect", str(path), *to).returncode == 30
    assert scene.held() == []
    finding = json.loads(scene.cli("inspect", str(path), *to).stdout)["findings"][0]
    assert {"kind", "report", "part", "detector", "score"} <= finding.keys()


def test_a_report_from_the_reporter_s_own_mail(scene: Scene) -> None:
    letter = mail("我要举报主播星儿。\n此致\n敬礼\n张小鸣\n", "举报").replace(
        b"From: kefu <kefu07@platform.example>", b"From: =?utf-8?b?5byg5bCP6bij?= <xiaoming@mail.example>"
    )
    letter = letter.replace(b"<1@platform.example>", b"<77@mail.example>")
    path = scene.folder / "report.eml"
    path.write_bytes(letter)
    words = ("reports", "ingest", str(path), "--id", "R-7", "--reported", "星儿 <xinger@streamers.example>")
    assert scene.cli(*words).returncode == 0
    assert scene.cli(*words).returncode == 2  # the id is taken
    shown = scene.ask("reports", "show", "R-7")
    assert "张小鸣" not in json.dumps(shown, ensure_ascii=False)
    assert {"name", "address"} <= {item["kind"] for item in shown["reporter"]}
    leak = scene.folder / "leak.eml"
    leak.write_bytes(mail("张小鸣（xiaoming@mail.example）举报了您。"))
    to = ("--sender", "a@b.example", "--recipient", "xinger@streamers.example")
    assert scene.cli("inspect", str(leak), *to).returncode == 10
    seen = scene.ask("inspect", str(leak), *to, "--recipient", "boss@platform.example")["matches"]
    assert [match["to"] for match in seen] == ["party"]
    sender = next(item for item in shown["reporter"] if item["kind"] == "address")
    assert sender["state"] == "given"  # who sent it in is the reporter: mail to this address is mail to the reporter


def test_a_tampered_audit_log_is_seen(scene: Scene) -> None:
    scene.import_reports(GOOD, {**GOOD, "id": "R-2"})
    assert scene.cli("audit", "verify").returncode == 0
    with sqlite3.connect(scene.database) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    db.close()
    done = scene.cli("audit", "verify")
    assert done.returncode == 1
    assert "broken at entry 1" in done.stderr
