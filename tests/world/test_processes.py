"""The service as processes by trust: what each may know, and what happens when one dies, reloads or drains."""

import contextlib
import json
import os
import resource
import shutil
import signal
import smtplib
import subprocess
import threading
import time
from pathlib import Path

import pytest

from conftest import XINGER
from scene import HUSHGATE, Scene, mail, under_one_received, unreadable

TO, OTHER = "xinger@streamers.example", "yuanshan@streamers.example"
CLEAN = mail("请说明当晚情况。")
LEAK = mail("张小鸣举报了您，请说明当晚情况。")
POLICY = Path(__file__).parents[2] / "config" / "policy.toml"


@pytest.fixture
def own(scene: Scene) -> Scene:
    scene.import_reports(XINGER)
    return scene.start()


@pytest.mark.parametrize("role", ["relay", "inspector", "console"])
def test_a_process_that_is_killed_is_started_again_and_mail_goes_on(own: Scene, role: str) -> None:
    before = own.pids(role)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    own.until(lambda: len(own.pids(role)) == len(before) and not set(own.pids(role)) & set(before))
    own.until(lambda: own.get("/readyz")[0] == 200)
    assert own.send(CLEAN, TO)[0] == 250
    assert own.send(LEAK, TO)[0] == 250
    assert own.send(unreadable(), TO)[1].startswith("2.7.1")
    assert under_one_received(own.got[0].content, CLEAN)
    assert "张小鸣".encode() not in own.got[1].content
    assert len(own.got) == 2


@pytest.mark.parametrize("role", ["relay", "inspector"])
def test_a_process_that_cannot_be_started_now_is_started_as_soon_as_it_can_be(own: Scene, role: str) -> None:
    before = own.pids(role)
    kept = resource.prlimit(own.process_id, resource.RLIMIT_NOFILE)
    resource.prlimit(own.process_id, resource.RLIMIT_NOFILE, (3, kept[1]))
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    own.until(lambda: f"{role}: cannot be started" in own.stderr())
    resource.prlimit(own.process_id, resource.RLIMIT_NOFILE, kept)
    own.until(lambda: len(own.pids(role)) == len(before) and not set(own.pids(role)) & set(before))
    own.until(lambda: own.get("/readyz")[0] == 200)
    assert own.send(LEAK, TO)[0] == 250


@pytest.mark.parametrize("gone", ["inspector", "."])
def test_whoever_tidies_up_the_folder_of_temporary_files_stops_no_mail(scene: Scene, gone: str, tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    scene.environ |= {"TMPDIR": str(tmp_path / "tmp"), "HUSHGATE_SMTP__SPOOL_MEMORY": "1000000"}
    scene.environ["HUSHGATE_SMTP__ANSWER_SECONDS"] = "5"
    scene.import_reports(XINGER)
    scene.start()
    (folder,) = (tmp_path / "tmp").glob("hushgate-*")
    (found,) = folder.glob(gone) if gone != "." else [folder]
    shutil.rmtree(found) if found.is_dir() else found.unlink()
    (inspector,) = scene.pids("inspector")
    os.kill(inspector, signal.SIGKILL)
    scene.until(lambda: scene.pids("inspector") not in ([], [inspector]), 60)
    scene.until(lambda: scene.send(LEAK, TO)[0] == 250, 60)
    large = CLEAN + (b"x" * 900 + b"\r\n") * 3000
    scene.until(lambda: scene.send(large, OTHER)[0] == 250, 60)
    scene.until(lambda: scene.get("/readyz")[0] == 200, 60)
    assert scene.stop() == 0
    assert not any((tmp_path / "tmp").iterdir())


def test_told_to_stop_while_it_starts_it_stops_without_a_word_of_failure(scene: Scene) -> None:
    command = [*HUSHGATE, "serve", "--config", str(scene.config)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            scene.until(lambda: len(children.read_text().split()) >= 4)  # inspector, console, two relays: they load
            process.send_signal(signal.SIGTERM)
            said, told = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert said == ""
    assert "Traceback" not in told
    assert [line for line in told.splitlines() if not line.startswith('{"time"')] == []


def test_a_message_that_is_inspected_while_the_inspector_dies_is_451_at_once(own: Scene) -> None:
    answers: list[tuple[int, str]] = []
    (inspector,) = own.pids("inspector")
    os.kill(inspector, signal.SIGSTOP)
    asking = threading.Thread(target=lambda: answers.append(own.send(LEAK, TO)))
    asking.start()
    time.sleep(0.5)  # it waits for an answer by now; if not yet, it will find the next inspector
    started = time.monotonic()
    os.kill(inspector, signal.SIGKILL)
    asking.join(20)
    assert answers[0][0] in (451, 250)
    assert time.monotonic() - started < 15
    assert all("张小鸣".encode() not in got.content for got in own.got)
    own.until(lambda: own.get("/readyz")[0] == 200)
    assert own.send(LEAK, TO)[0] == 250


def test_an_inspector_that_hangs_is_451_in_time(scene: Scene) -> None:
    scene.environ["HUSHGATE_SMTP__ANSWER_SECONDS"] = "1"
    scene.import_reports(XINGER)
    scene.start()
    (inspector,) = scene.pids("inspector")
    os.kill(inspector, signal.SIGSTOP)
    assert scene.send(CLEAN, OTHER)[0] == 451
    os.kill(inspector, signal.SIGCONT)
    assert scene.send(CLEAN, OTHER)[0] == 250
    assert len(scene.got) == 1


def test_a_relay_knows_no_key_has_no_database_open_and_is_small(own: Scene) -> None:
    for pid in own.pids("relay"):
        folder = Path("/proc") / str(pid)
        environment = (folder / "environ").read_bytes()
        assert b"HUSHGATE" not in environment
        assert str(own.folder).encode() not in environment + (folder / "cmdline").read_bytes()
        opened = {os.readlink(entry) for entry in (folder / "fd").iterdir()}
        assert not [name for name in opened if "hushgate.db" in name or "master.key" in name]
        loaded = (folder / "maps").read_text()
        for library in ("sqlite", "onnx", "_rust", "cv2", "spacy", "lxml"):
            assert library not in loaded, library
        resident = int((folder / "status").read_text().split("VmRSS:")[1].split()[0])
        assert resident < 64_000  # kB; half of it is Python, a quarter NumPy, with which plain mail is glanced at


def test_the_inspector_listens_on_no_port(own: Scene) -> None:
    (inspector,) = own.pids("inspector")
    sockets = {os.readlink(entry) for entry in (Path("/proc") / str(inspector) / "fd").iterdir()}
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{inspector}/net/{table}").read_text().splitlines()[1:]:
            assert f"socket:[{line.split()[9]}]" not in sockets


def test_hangup_reloads_the_rules_and_a_broken_file_changes_nothing(own: Scene) -> None:
    assert own.process is not None
    assert own.send(unreadable(b"1"), TO)[1].startswith("2.7.1")
    rules = POLICY.read_text(encoding="utf-8")
    policy = own.config / "policy.toml"
    policy.write_text(rules.replace('action = "quarantine"', 'action = "reject"'), encoding="utf-8")
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: own.send(unreadable(os.urandom(4)), TO)[0] == 550)
    own.until(lambda: '"event": "Reloaded", "relays": false' in own.stderr())
    policy.write_text("threshold = [", encoding="utf-8")
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: "not reloaded" in own.stderr())
    (line,) = [line for line in own.stderr().splitlines() if "not reloaded" in line]
    assert "policy.toml:1" in json.loads(line)["text"]
    assert own.send(unreadable(b"3"), TO)[0] == 550
    assert own.stderr().count('"Reloaded"') == 1
    assert all(line.startswith("{") for line in own.stderr().splitlines())  # the place of the set-up link too


def test_hangup_gives_the_relays_new_limits(own: Scene) -> None:
    assert own.process is not None
    own.write_config()
    text = (own.config / "gateway.toml").read_text().replace("[upstream]", "max_size = 2000\n[upstream]")
    (own.config / "gateway.toml").write_text(text)
    own.process.send_signal(signal.SIGHUP)
    big = CLEAN + b"x\r\n" * 1000
    own.until(lambda: own.send(big, OTHER)[0] == 552)


def test_end_signals_to_every_process_at_once_still_finish_what_runs(own: Scene) -> None:
    assert own.process is not None
    client = smtplib.SMTP(*own.smtp, timeout=30)
    with contextlib.closing(client):  # to QUIT it may say 421: it is going away
        client.ehlo("staff.platform.example")
        client.mail("kefu07@platform.example")
        client.rcpt(TO)
        client.putcmd("data")
        assert client.getreply()[0] == 354
        for pid in (own.process.pid, *own.pids("inspector"), *own.pids("console"), *own.pids("relay")):
            os.kill(pid, signal.SIGTERM)
        time.sleep(0.3)
        client.send(CLEAN + b".\r\n")
        assert client.getreply()[0] == 250
    assert own.process.wait(30) == 0
    assert len(own.got) == 1


def test_the_end_of_the_supervisor_is_the_end_of_all(own: Scene) -> None:
    everyone = [pid for role in ("relay", "inspector", "console") for pid in own.pids(role)]
    assert own.stop(signal.SIGKILL) == -signal.SIGKILL
    own.until(lambda: not any(_runs(pid) for pid in everyone))
    own.start()
    assert own.send(CLEAN, TO)[0] == 250


def test_a_second_service_on_the_same_port_is_told_so_in_one_line(own: Scene) -> None:
    own.environ["HUSHGATE_SMTP__LISTEN"] = f"127.0.0.1:{own.smtp[1]}"
    done = own.cli("serve", timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "smtp.listen" in done.stderr


def test_what_cannot_start_is_one_line_and_leaves_no_process(scene: Scene) -> None:
    scene.import_reports(XINGER)
    (scene.folder / "var" / "master.key").unlink()
    done = scene.cli("serve", timeout=30)
    assert done.returncode == 2
    assert len([line for line in done.stderr.splitlines() if not line.startswith("{")]) == 1


def test_the_metrics_of_all_processes_are_added_up(own: Scene) -> None:
    for _ in range(6):  # on connections of their own, so that both relays get some
        own.send(CLEAN, OTHER)
    own.send(unreadable(), TO)
    text = own.get("/metrics")[1]
    assert 'hushgate_messages_total{action="pass"} 6.0' in text
    assert 'hushgate_messages_total{action="quarantine"} 1.0' in text
    assert "hushgate_smtp_sessions" in text


def test_a_thousand_recipients_and_one_of_them_reported(own: Scene) -> None:
    crowd = [f"viewer-with-a-long-name-{number:04}@{'very-' * 12}long.example" for number in range(999)]
    assert own.send(CLEAN, *crowd)[0] == 250
    assert own.send(unreadable(), *crowd, TO)[1].startswith("2.7.1")
    assert len(own.held()[0]["recipients"]) == 1000
    assert len(own.got) == 1


@pytest.mark.parametrize("size", [100_000, 6_000_000])
def test_large_messages_are_handed_over_whole(own: Scene, size: int) -> None:
    filler = b"".join(b"%07d %s\r\n" % (number, b"y" * 60) for number in range(size // 70)) + b"..\r\n.\r\n"
    clean, leak = CLEAN + filler, LEAK + filler
    assert own.send(clean, OTHER)[0] == 250
    assert under_one_received(own.got[0].content, clean)
    code, text = own.send(leak, TO)
    assert code == 250
    assert all("张小鸣".encode() not in got.content for got in own.got)
    if not text.startswith("2.7.1"):
        assert own.got[1].content.endswith(filler)


def _runs(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
