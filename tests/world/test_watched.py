"""A new installation that only watches: mail goes out as it came, and what enforcement would have held is there to see
and to mark."""

import json
import os
import signal
import subprocess
from pathlib import Path

from conftest import XINGER
from gateway.model.watched import WatchedFilter
from gateway.service.wiring import open_house
from scene import HUSHGATE, Scene, mail, under_one_received, unreadable

TO = "xinger@streamers.example"
LEAK = mail("张小鸣举报了您，请说明当晚情况。")


def watching(scene: Scene, tmp_path: Path) -> None:
    """The rules that `hushgate init --monitor` writes."""
    command = [*HUSHGATE, "init", str(tmp_path / "fresh"), "--monitor"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "rules only watch, nothing is held" in done.stdout
    (scene.config / "policy.toml").write_bytes((tmp_path / "fresh" / "policy.toml").read_bytes())


def test_all_mail_goes_out_and_what_would_have_been_held_is_noted(scene: Scene, tmp_path: Path) -> None:
    watching(scene, tmp_path)
    scene.import_reports(XINGER)
    scene.start()
    assert 'mode = \\"monitor\\"' in scene.stderr()
    clean = mail("请说明当晚情况。")
    mails = (LEAK, LEAK, unreadable(), clean)
    assert [scene.send(content, TO)[0] for content in mails] == [250] * 4
    assert all(under_one_received(got.content, sent) for got, sent in zip(scene.got, mails, strict=True))
    assert scene.held() == []
    with open_house(scene.config, {}) as house:
        found = house.store.watched.page(WatchedFilter(), 10)
        counts = house.store.watched.counts(found[0].summary.received_at.date())
    assert [(one.would, one.summary.rule) for one in found] == [
        ("quarantine", "unreadable"),
        ("redact", "identity-in-text"),
    ]
    assert {(one.rule, one.total, one.unmarked) for one in counts} == {("unreadable", 1, 1), ("identity-in-text", 1, 1)}
    metrics = scene.get("/metrics")[1]
    assert 'hushgate_messages_watched_total{would="redact"} 2.0' in metrics
    drill = scene.cli("drill", "--json")
    assert drill.returncode == 1
    assert {case["outcome"] for case in json.loads(drill.stdout)["cases"]} == {"passed"}
    assert {case["would"] for case in json.loads(drill.stdout)["cases"]} <= {"redact", "quarantine"}
    assert "rules only watch now: nothing is held" in scene.cli("drill").stdout
    with open_house(scene.config, {}) as house:
        assert len(house.store.watched.page(WatchedFilter(), 10)) == 2  # nothing of a drill is among them
    policy = scene.config / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace('mode = "monitor"\n', ""), encoding="utf-8")
    os.kill(scene.process_id, signal.SIGHUP)
    scene.until(lambda: '"Reloaded"' in scene.stderr())
    assert scene.send(unreadable(b"2"), TO)[1].startswith("2.7.1")
    assert scene.cli("drill").returncode == 0
