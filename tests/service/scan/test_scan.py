"""`hushgate scan` on real files, with real processes and readers."""

import json
import mailbox
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from conftest import XINGER
from gateway.cli.main import main
from gateway.service.scan import workers
from gateway.service.scan.judging import Outcome
from gateway.service.scan.sources import MailPlace
from scene import STAFF, Scene

TO = "xinger@streamers.example"
LEAK, CLEAN = "举报你的是张小鸣，电话 138 0013 8000。", "您好，您的申请已通过。"
Scan = Callable[..., tuple[int, dict[str, Any]]]


def mail(to: str, text: str, **fields: str) -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"], made["Date"] = STAFF, "请说明", "Mon, 30 Nov 2020 10:00:00 +0800"
    if to:
        made["To"] = to
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()


@pytest.fixture
def scan(scene: Scene, capsys: pytest.CaptureFixture[str]) -> Scan:
    scene.import_reports(XINGER)

    def run(*words: object) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = main(["scan", *map(str, words), "--json", "--jobs", "1", "--config", str(scene.config)])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else {"error": said.err}

    return run


@pytest.fixture
def folder(scene: Scene) -> Path:
    made = scene.folder / "mails"
    made.mkdir()
    return made


def found(result: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(Path(one["file"]).name, one["number"], one["action"]) for one in result["found"]]


def test_everything_that_holds_mail_is_looked_through(scan: Scan, folder: Path, scene: Scene) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "leak.eml").write_bytes(mail(TO, LEAK))
    (folder / "a" / "b" / "clean.EML").write_bytes(mail(TO, CLEAN))
    (folder / "a" / "1").write_bytes(mail(TO, LEAK))
    (folder / "a" / "notes.txt").write_bytes(mail(TO, LEAK))
    (folder / "a" / "loop").symlink_to("..")
    (folder / "a" / "nowhere.eml").symlink_to("not-there.eml")
    (folder / "garbage.eml").write_bytes(os.urandom(4000))
    (folder / "empty.eml").write_bytes(b"")
    os.mkfifo(folder / "pipe.eml")
    box = mailbox.mbox(folder / "box")
    for text in (CLEAN, "From me at 10:20 in 2020\n\n" + LEAK, CLEAN):
        box.add(mail(TO, text))
    box.flush()
    box.close()
    maildir = mailbox.Maildir(folder / ".Sent")
    seen = mailbox.MaildirMessage(mail("pr@guild.example", LEAK))
    seen.set_subdir("cur")
    seen.set_flags("RS")
    maildir.add(seen)
    maildir.add(mail("pr@guild.example", LEAK))
    (folder / ".Sent" / "tmp" / "half").write_bytes(mail(TO, LEAK))
    before = scene.database.read_bytes()

    code, result = scan(folder)

    assert code == 10
    names = [
        (name if "." not in name or name.endswith("eml") else "maildir", number) for name, number, _ in found(result)
    ]
    assert sorted(names) == [("1", 1), ("box", 2), ("leak.eml", 1), ("maildir", 1), ("maildir", 1)]
    assert result["read"] == 8
    assert {Path(one["file"]).name: one["why"] for one in result["failed"]} == {
        "garbage.eml": "is no mail: it begins with no field of one",
        "empty.eml": "is empty",
        "pipe.eml": "is no regular file",
        "nowhere.eml": "No such file or directory",
    }
    assert result["skipped"] == 1
    one = next(one for one in result["found"] if one["file"].endswith("leak.eml"))
    assert one["date"] == "2020-11-30T10:00:00+08:00"
    assert one["recipients"] == [TO]
    assert one["reports"] == [XINGER["id"]]
    assert {finding["kind"] for finding in one["findings"]} == {"name", "phone"}
    assert scene.database.read_bytes() == before
    with sqlite3.connect(scene.database) as store:
        assert store.execute("SELECT count(*) FROM held").fetchone() == (0,)
    assert scene.got == []


def test_the_answer_is_that_of_inspect(
    scan: Scan, folder: Path, scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "m.eml").write_bytes(mail(TO, LEAK))
    _, result = scan(folder / "m.eml")
    main(
        [
            "inspect",
            str(folder / "m.eml"),
            "--sender",
            STAFF,
            "--recipient",
            TO,
            "--json",
            "--config",
            str(scene.config),
        ]
    )
    inspected = json.loads(capsys.readouterr().out)
    one = result["found"][0]
    assert {key: one[key] for key in ("action", "rule", "reports", "findings")} == {
        key: inspected[key] for key in ("action", "rule", "reports", "findings")
    }


def test_nothing_found_is_0_and_what_is_wrong_with_the_command_is_2(scan: Scan, folder: Path, scene: Scene) -> None:
    (folder / "clean.eml").write_bytes(mail(TO, CLEAN))
    assert scan(folder)[0] == 0
    assert scan(folder)[1] | {"skipped": 0} == {"read": 1, "found": [], "failed": [], "skipped": 0, "complete": True}
    assert scan(folder / "nobody")[0] == 2
    assert "is not there" in scan(folder / "nobody")[1]["error"]
    (folder / "state").write_text("mine")
    assert "is not the state of a scan" in scan(folder, "--resume", folder / "state")[1]["error"]
    assert (folder / "state").read_text() == "mine"
    assert "cannot be written" in scan(folder, "--html", folder / "nowhere" / "page.html")[1]["error"]
    (scene.config / "policy.toml").write_text("nonsense")
    assert scan(folder)[0] == 2


def test_every_field_that_names_a_recipient_counts(scan: Scan, folder: Path) -> None:
    fields = ("To", "Cc", "Bcc", "Delivered-To", "X-Original-To", "Resent-To", "Envelope-To")
    for field in fields:
        (folder / f"{field}.eml").write_bytes(mail("", "请联系张小鸣。", **{field: f"星儿 <{TO}>"}))
    code, result = scan(folder)
    assert code == 10
    assert {Path(one["file"]).stem: one["recipients"] for one in result["found"]} == {one: [TO] for one in fields}


def test_a_mail_that_names_nobody_is_judged_by_what_is_in_it(scan: Scan, folder: Path) -> None:
    (folder / "m.eml").write_bytes(mail("undisclosed-recipients:;", LEAK))
    code, result = scan(folder)
    assert (code, result["found"][0]["recipients"]) == (10, [])


def test_nothing_of_the_reporter_is_shown(scan: Scan, folder: Path, scene: Scene) -> None:
    (folder / "关于张小鸣").mkdir()
    (folder / "关于张小鸣" / "ＸＭ_feifei90.eml").write_bytes(
        mail(f"{TO}, xiaoming@mail.example", LEAK + "微信 xm_feifei90")
    )
    code, result = scan(folder, "--html", scene.folder / "page.html")
    page = (scene.folder / "page.html").read_text(encoding="utf-8")
    assert code == 10
    for text in (json.dumps(result, ensure_ascii=False), page):
        for word in ("张小鸣", "xiaoming", "13800138000", "feifei90"):
            assert word not in text
    assert "███" in result["found"][0]["file"]
    assert result["found"][0]["recipients"] == [TO, "x***@m***.example"]


def test_the_page_is_static_and_what_stands_in_a_mail_is_text(scan: Scan, folder: Path, scene: Scene) -> None:
    (folder / "<b onclick=x>&.eml").write_bytes(mail(f'"<script>" <{TO}>, "a<b>"@c.example', LEAK))
    page = scene.folder / "page.html"
    page.write_text("what was there")
    scan(folder, "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert not re.search(r"<script|<b |<b>|onclick=x>|https?://|<img|<link", text)
    assert "&lt;b onclick=x&gt;" in text
    assert page.stat().st_mode & 0o777 == 0o600
    assert "共判断 1 封" in text
    assert "1 mail(s) judged" in text


def test_a_report_that_comes_later_finds_what_passed(scan: Scan, folder: Path, scene: Scene) -> None:
    (folder / "m.eml").write_bytes(mail("late@streamers.example", "她叫王小红，电话 13912345678"))
    assert scan(folder)[0] == 0
    late = {
        "id": "R-2",
        "opened_at": "2026-01-01T00:00:00Z",
        "reported": [{"name": "晚儿", "addresses": ["late@streamers.example"]}],
        "reporter": {"names": ["王小红"], "phones": ["13912345678"]},
    }
    scene.import_reports(late)
    code, result = scan(folder)
    assert (code, result["found"][0]["reports"]) == (10, ["R-2"])


def _command(scene: Scene, *words: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", "scan", *map(str, words), "--json", "--config", str(scene.config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # ignored in a shell's background
    )


@pytest.mark.slow
def test_what_was_stopped_goes_on_where_it_was(scan: Scan, folder: Path, scene: Scene) -> None:
    for number in range(40):
        (folder / f"{number:02}.eml").write_bytes(mail(TO, f"{LEAK if number % 10 == 3 else CLEAN} {number}"))
    state = scene.folder / "state"
    running = _command(scene, folder, "--resume", state, "--jobs", "1")
    while not state.exists() or state.read_text(encoding="utf-8").count("\n") < 10:
        assert running.poll() is None
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "the same command goes on from here" in err
    part = json.loads(out)
    assert not part["complete"]
    done = state.read_text(encoding="utf-8").count("\n") - 1
    assert 9 <= done == part["read"] < 40
    with state.open("a", encoding="utf-8") as file:
        file.write('{"mail":"cut o')

    code, whole = scan(folder, "--resume", state)
    assert (code, whole["read"], len(whole["found"])) == (10, 40, 4)
    assert whole == scan(folder)[1]
    assert state.read_text(encoding="utf-8").count("\n") == 41
    assert "张小鸣" not in state.read_text(encoding="utf-8")
    scene.import_reports(XINGER | {"id": "R-9"})
    code, again = scan(folder, "--resume", state)
    assert {tuple(one["reports"]) for one in again["found"]} == {(XINGER["id"], "R-9")}, "judged by the reports of now"


@pytest.mark.slow
def test_a_process_that_dies_costs_no_mail_and_one_that_hangs_does_not_stop_the_rest(
    scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.import_reports(XINGER)
    places = []
    for number in range(12):
        path = folder / f"{number}.eml"
        path.write_bytes(mail(TO, f"{LEAK} {number}"))
        places.append(MailPlace(str(path)))
    pool = workers.Workers(scene.config, 1, 60)
    outcomes: dict[str, Outcome] = {}
    try:
        for place, outcome in pool.outcomes(places):
            outcomes[place.path] = outcome
            if len(outcomes) == 2:
                pool._processes[0].process.kill()
    finally:
        pool.close()
    assert len(outcomes) == 12
    assert all(outcome.found for outcome in outcomes.values())

    pool = workers.Workers(scene.config, 2, 12.0)
    outcomes.clear()
    stopped = False
    try:
        for place, outcome in pool.outcomes(places):
            outcomes[place.path] = outcome
            if not stopped:
                stopped = True
                pool._processes[0].process.send_signal(signal.SIGSTOP)
    finally:
        pool.close()
    assert len(outcomes) == 12


def test_two_ends_of_one_mail_are_its_fault(scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = "import sys; from gateway.ipc import frames; frames.receive(0); sys.exit(3)"
    monkeypatch.setattr(workers, "_START", start)
    pool = workers.Workers(scene.config, 1, 10)
    try:
        found = list(pool.outcomes([MailPlace("x.eml")]))
    finally:
        pool.close()
    assert found == [(MailPlace("x.eml"), Outcome(why="ended the process that inspected it"))]


def test_too_large_is_not_read_and_the_rest_goes_on(scan: Scan, folder: Path, scene: Scene) -> None:
    scene.write_config()
    text = (scene.config / "gateway.toml").read_text(encoding="utf-8")
    (scene.config / "gateway.toml").write_text(text.replace("[smtp]", "[smtp]\nmax_size = 100_000"), encoding="utf-8")
    (folder / "large.eml").write_bytes(mail(TO, "x\n" * 100_000))
    (folder / "leak.eml").write_bytes(mail(TO, LEAK))
    code, result = scan(folder)
    assert (code, len(result["found"])) == (10, 1)
    assert "larger than smtp.max_size" in result["failed"][0]["why"]


def test_nobody_hears_of_progress_where_nobody_looks_on(scene: Scene, folder: Path) -> None:
    scene.import_reports(XINGER)
    (folder / "m.eml").write_bytes(mail(TO, CLEAN))
    done = _command(scene, folder)
    out, err = done.communicate(timeout=60)
    assert (done.returncode, err) == (0, "")
    assert json.loads(out)["read"] == 1


def test_names_that_are_no_text_and_such_that_would_move_the_cursor(scan: Scan, folder: Path) -> None:
    (folder / os.fsdecode(b"\xff\xfe\x1b[2J.eml")).write_bytes(mail(TO, LEAK))
    (folder / os.fsdecode(b"\xfd\x07.eml")).write_bytes(b"")
    code, result = scan(folder)
    assert code == 10
    assert [Path(one["file"]).name for one in (*result["found"], *result["failed"])] == [
        "\ufffd\ufffd\ufffd[2J.eml",
        "\ufffd\ufffd.eml",
    ]
