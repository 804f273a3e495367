"""Changed rules hold in every process or in none, whoever writes them and however; each mail is judged by one lot."""

import json
import os
import re
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from conftest import XINGER
from gateway.policy import load_policy
from scene import Scene, mail, unreadable
from tls_files import pair
from world.test_accounts import PASSWORD, Browser

TO = "xinger@streamers.example"
HELD = '[[rule]]\nname = "held"\naction = "quarantine"\n'
REFUSED = '[[rule]]\nname = "refused"\naction = "reject"\n'
BROKEN = '[[rule]]\nname = "broken"\naction = "quarantin"\n'


@pytest.fixture
def own(scene: Scene) -> Scene:
    scene.import_reports(XINGER)
    (scene.config / "policy.toml").write_text(HELD, "utf-8")
    return scene.start()


def write(scene: Scene, text: str) -> str:
    """Put these rules there as an editor does; their digest."""
    fresh = scene.config / ".policy.toml.new"
    fresh.write_text(text, "utf-8")
    digest = load_policy(fresh).digest if text != BROKEN else ""
    os.replace(fresh, scene.config / "policy.toml")
    return digest


def events(scene: Scene, name: str) -> list[dict[str, str]]:
    said = [json.loads(line) for line in scene.stderr().splitlines() if line.startswith("{")]
    return [one for one in said if one["event"] == name]


def answer(scene: Scene) -> int:
    """To a mail that the rules hold or refuse."""
    code, text = scene.send(unreadable(os.urandom(4).hex().encode()), TO)
    return 250 if text.startswith("2.7.1") else code


def metric(scene: Scene, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", scene.get("/metrics")[1], re.MULTILINE)
    return float(found[1]) if found else -1.0


def log(scene: Scene) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = scene.ask("audit", "list")
    return found


def test_a_changed_file_is_taken_over_by_itself_and_said_with_both_digests(own: Scene) -> None:
    before = load_policy(own.config / "policy.toml").digest
    assert answer(own) == 250
    after = write(own, REFUSED)
    started = time.monotonic()
    own.until(lambda: bool(events(own, "Reloaded")))
    assert time.monotonic() - started < 5
    (said,) = events(own, "Reloaded")
    assert (said["before"], said["after"]) == (before, after)
    own.until(lambda: answer(own) == 550)
    assert events(own, "MessageDecided")[-1]["policy"] == after
    own.until(lambda: metric(own, f'hushgate_rules{{digest="{after[:16]}"}}') == 1)
    assert metric(own, f'hushgate_rules{{digest="{before[:16]}"}}') == 0
    assert metric(own, 'hushgate_reloads_total{outcome="done"}') == 1
    (entry,) = [one for one in log(own) if one["event"] == "rules_changed" and one["detail"]["before"] == before]
    assert entry["detail"]["after"] == after
    (own.config / "policy.toml").touch()  # says the same: nothing is to be taken over
    time.sleep(2)
    assert len(events(own, "Reloaded")) == 1


def test_a_broken_file_changes_nothing_anywhere_and_raises_an_alarm(own: Scene) -> None:
    boss = Browser()
    page = f"{own.console}/"
    assert boss.ask(own.setup_link(), name="boss", password=PASSWORD, again=PASSWORD)[0] == 200
    assert 'id="rules-refused"' not in boss.ask(page)[2]
    digest = load_policy(own.config / "policy.toml").digest
    write(own, BROKEN)
    own.until(lambda: bool(events(own, "NotReloaded")))
    own.until(lambda: 'id="rules-refused"' in boss.ask(page)[2])
    shown = boss.ask(page)[2]
    assert "policy.toml:3" in shown
    assert str(own.config) not in shown
    own.until(lambda: metric(own, "hushgate_rules_refused") == 1)
    own.until(lambda: metric(own, 'hushgate_reloads_total{outcome="refused"}') == 1)
    assert answer(own) == 250
    (inspector,) = own.pids("inspector")
    os.kill(inspector, signal.SIGKILL)  # whoever comes in its place goes by the rules that hold, not by the files
    own.until(lambda: own.pids("inspector") not in ([], [inspector]))
    assert answer(own) == 250
    assert events(own, "MessageDecided")[-1]["policy"] == digest
    assert len(events(own, "NotReloaded")) == 1  # once, however long it stays so
    write(own, REFUSED)
    own.until(lambda: answer(own) == 550)
    (entry,) = [one for one in log(own) if one["event"] == "rules_refused"]
    assert entry["subject"] == "policy.toml:3"
    assert digest in str(entry["detail"])
    own.until(lambda: 'id="rules-refused"' not in boss.ask(page)[2])
    own.until(lambda: metric(own, "hushgate_rules_refused") == 0)
    write(own, BROKEN)
    own.until(lambda: metric(own, "hushgate_rules_refused") == 1)
    write(own, REFUSED)  # back to what holds
    own.until(lambda: metric(own, "hushgate_rules_refused") == 0)


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a = " + "{b = " * 3000, "a = " + "9" * 5000])
def test_a_file_that_no_parser_gets_to_the_end_of_is_a_mistake_like_any_other(own: Scene, text: str) -> None:
    held = answer(own)
    (own.config / "policy.toml").write_text(text, "utf-8")
    own.until(lambda: bool(events(own, "NotReloaded")))
    assert "Traceback" not in own.stderr()
    assert answer(own) == held
    digest = write(own, REFUSED)
    own.until(lambda: any(one["after"] == digest for one in events(own, "Reloaded")))
    assert answer(own) == 550


def test_a_mistake_that_one_process_alone_would_meet_is_everybody_s(own: Scene) -> None:
    staff = own.folder / "staff.csv"
    staff.write_text("李晓,not an address@\n", "utf-8")
    text = (own.config / "gateway.toml").read_text("utf-8")
    changed = text.replace("[organization]", f'[organization]\nstaff = "{staff}"')
    (own.config / "gateway.toml").write_text(changed, "utf-8")
    write(own, REFUSED)
    own.until(lambda: bool(events(own, "NotReloaded")))
    assert "staff.csv:1" in events(own, "NotReloaded")[0]["text"]
    assert answer(own) == 250  # the rules in the same change are not taken either
    staff.write_text("李晓,lx@platform.example\n", "utf-8")
    own.until(lambda: answer(own) == 550)


def test_files_of_a_config_map_are_taken_together_when_its_link_turns(scene: Scene) -> None:
    """As Kubernetes mounts one: each file leads through `..data`, which is turned to a new folder."""
    text = (scene.config / "gateway.toml").read_text("utf-8")
    for name, rules in (("..one", HELD), ("..two", REFUSED)):
        (scene.config / name).mkdir()
        (scene.config / name / "gateway.toml").write_text(text, "utf-8")
        (scene.config / name / "policy.toml").write_text(rules, "utf-8")
    (scene.config / "..data").symlink_to("..one")
    for file in ("gateway.toml", "policy.toml"):
        (scene.config / file).unlink(missing_ok=True)
        (scene.config / file).symlink_to(f"..data/{file}")
    scene.import_reports(XINGER)
    scene.start()
    assert answer(scene) == 250
    (scene.config / "..data_tmp").symlink_to("..two")
    os.replace(scene.config / "..data_tmp", scene.config / "..data")
    scene.until(lambda: answer(scene) == 550)


def test_a_file_that_is_not_written_to_its_end_is_not_taken(own: Scene) -> None:
    """What stands there in between would be rules: with one of them missing."""
    with (own.config / "policy.toml").open("w", encoding="utf-8") as file:
        file.write('[[rule]]\nname = "all"\naction = "pass"\n')
        file.flush()
        time.sleep(4)
        assert answer(own) == 250
        assert not events(own, "Reloaded")
        file.seek(0)
        file.write(REFUSED)
        file.truncate()
    own.until(lambda: answer(own) == 550)
    assert len(events(own, "Reloaded")) == 1


@pytest.mark.parametrize("broken", [None, b"\xff\xff"])
def test_a_process_that_dies_beside_a_broken_staff_file_goes_on_with_the_one_in_force(
    scene: Scene, broken: bytes | None
) -> None:
    staff = scene.folder / "staff.csv"
    staff.write_text("李大山,li@platform.example\n", "utf-8")
    settings = scene.config / "gateway.toml"
    text = settings.read_text("utf-8").replace("[console]", f'staff = "{staff}"\n[console]')
    settings.write_text(text, "utf-8")
    scene.import_reports(XINGER)
    scene.start()
    if broken is None:
        staff.unlink()
    else:
        staff.write_bytes(broken)
    scene.until(lambda: bool(events(scene, "NotReloaded")))
    for role in ("inspector", "console"):
        (pid,) = [one["pid"] for one in events(scene, "ProcessStarted") if one["role"] == role]
        os.kill(int(pid), signal.SIGKILL)
    scene.until(lambda: len(events(scene, "ProcessStarted")) >= 6)
    assert scene.send(mail("请说明当晚情况。"), TO)[0] == 250
    assert len(scene.got) == 1


def test_an_inspector_that_dies_beside_a_certificate_that_is_gone_is_replaced(scene: Scene) -> None:
    certificate, private = pair(scene.folder, "smtp")
    settings = scene.config / "gateway.toml"
    more = f'tls = "starttls"\ncertificate = "{certificate}"\nprivate_key = "{private}"\n[upstream]'
    settings.write_text(settings.read_text("utf-8").replace("[upstream]", more), "utf-8")
    scene.import_reports(XINGER)
    scene.start()
    private.unlink()
    (pid,) = [one["pid"] for one in events(scene, "ProcessStarted") if one["role"] == "inspector"]
    os.kill(int(pid), signal.SIGKILL)
    scene.until(lambda: sum(one["role"] == "inspector" for one in events(scene, "ProcessStarted")) == 2)
    assert scene.send(mail("请说明当晚情况。"), TO)[0] == 250


def test_rules_that_vanish_stay_in_force_until_a_person_says_otherwise(own: Scene) -> None:
    assert own.process is not None
    digest = write(own, REFUSED)
    own.until(lambda: answer(own) == 550)
    (own.config / "policy.toml").unlink()
    own.until(lambda: bool(events(own, "NotReloaded")))
    assert answer(own) == 550
    (own.config / "policy.toml").write_text("", "utf-8")
    time.sleep(2)  # several looks at the files: the same mistake is told once
    assert answer(own) == 550
    assert len(events(own, "NotReloaded")) == 1
    assert events(own, "MessageDecided")[-1]["policy"] == digest
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: len(events(own, "Reloaded")) == 2)
    assert answer(own) == 250


FIRST = """[limits]
slow_per_hour = 0
slow_per_day = 0
[placeholders.zh]
name = "[甲名]"
phone = "[甲号]"
other = "[甲略]"
[[rule]]
name = "first-both"
action = "redact"
when = { kinds = ["name", "phone"] }
"""
SECOND = """[limits]
slow_per_hour = 0
slow_per_day = 0
[placeholders.zh]
name = "[乙名]"
phone = "[乙号]"
other = "[乙略]"
[[rule]]
name = "second-number"
action = "quarantine"
when = { kinds = ["phone"] }
[[rule]]
name = "second-name"
action = "redact"
when = { kinds = ["name"] }
"""
MAILS, RELOADS, CLIENTS = 1_000, 20, 100


@pytest.mark.slow
def test_under_load_each_mail_is_judged_by_one_lot_of_rules_as_a_whole(scene: Scene) -> None:
    scene.import_reports(XINGER)
    digests = {write(scene, FIRST): "first", write(scene, SECOND): "second"}
    scene.start()
    contents = [
        mail(
            f"编号 {n}。举报人张小鸣反映您当晚的直播。" + ("他的电话是13800138000。" if n % 2 else ""),
            f"关于张小鸣的举报 {n}",
        )
        for n in range(MAILS)
    ]
    with ThreadPoolExecutor(CLIENTS) as clients:
        sent = [clients.submit(scene.send, content, TO, timeout=600) for content in contents]
        for turn in range(RELOADS):
            started = turn * MAILS // (RELOADS + 2)
            while sum(one.done() for one in sent) <= started:
                time.sleep(0.02)
            write(scene, SECOND if turn % 2 else FIRST)
            if turn % 3 == 0 and scene.process is not None:
                scene.process.send_signal(signal.SIGHUP)  # else it is seen
            while len(events(scene, "Reloaded")) <= turn:
                time.sleep(0.1)
        answers = [one.result() for one in sent]
    assert {code for code, _ in answers} == {250}, Counter(code for code, _ in answers)
    decided = [one for one in events(scene, "MessageDecided") if one["rule"] != "clean"]
    assert len(decided) == MAILS
    for one in decided:
        assert str(one["rule"]).startswith(digests[one["policy"]]), one
    outcomes: Counter[str] = Counter()
    for got in scene.got:
        message = message_from_bytes(got.content, policy=default)
        body = message.get_body()
        assert body is not None
        text = str(message["Subject"]) + body.get_content()
        lots = {"first" for word in ("[甲名]", "[甲号]", "[甲略]") if word in text}
        lots |= {"second" for word in ("[乙名]", "[乙号]", "[乙略]") if word in text}
        assert len(lots) == 1, text
        assert "张小鸣" not in text
        assert "13800138000" not in text
        assert len(message.get_all("Received") or ()) == 1
        if "电话" in text:
            assert lots == {"first"}  # the other lot holds it
            assert ("[甲名]" in text, "[甲号]" in text) == (True, True)
        outcomes[f"{lots.pop()} rewritten"] += 1
    for one in scene.held():
        assert one["rule"] == "second-number"
        outcomes["second held"] += 1
    assert sum(outcomes.values()) == MAILS
    assert min(outcomes["first rewritten"], outcomes["second rewritten"], outcomes["second held"]) > MAILS // 50
    kept = {one["detail"]["policy"] for one in log(scene) if one["event"] in ("held", "rewritten")}
    assert kept <= set(digests)
