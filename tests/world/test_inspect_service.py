"""`hushgate inspect` asks a running service: the same answer as from everything loaded anew, to the same user alone,
explained, covered, and leaving nothing behind."""

import json
import os
import re
import resource
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import unescape

import pytest
from selenium import webdriver

from gateway.demo.case import DOMAIN, SECRETS, build
from gateway.demo.case import STAFF as CLERK
from gateway.errors import Problem
from gateway.model import Location, Reading, TextFragment
from gateway.model.deadline import Deadline
from gateway.service.asking import LENGTH, ExplainAnswer, ExplainRequest, ask
from gateway.service.inspector.inspecting import Explaining, inspected
from gateway.service.searching import Searching
from gateway.service.wiring import Application, open_house
from gateway.settings.settings import load
from pages import complaints
from scene import HUSHGATE, STAFF, Scene, mail

TO = "xinger@streamers.example"
LEAK = mail("您好，举报人张小鸣（zhang xiaoming）反映您当晚的直播。\n他的电话是13800138000。", "关于张小鸣的举报")


@dataclass
class Office:
    """A service that knows the court case; its mails, each with the decision that is right."""

    scene: Scene
    house: Application
    mails: tuple[tuple[bytes, str, str], ...]
    search: Searching

    def ask(self, content: bytes, to: str, page: bool = False, language: str = "en") -> ExplainAnswer:
        """The service's answer."""
        settings = load(self.scene.config, {})
        answer = ask(settings, self.scene.config, ExplainRequest(CLERK, (to,), 0, language, page), content, 120)
        assert answer is not None
        return answer

    def alone(self, content: bytes, to: str) -> ExplainAnswer:
        """The same from everything loaded here."""
        means = Explaining(self.house.tools(), self.search.found, self.house.store.audit)
        question = ExplainRequest(CLERK, (to,), len(content), page=True)
        return inspected(content, question, means, Deadline.after(120), "cli:test")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    scene = Scene(tmp_path_factory.mktemp("asked"))
    case = build(scene.folder / "material")
    text = (scene.config / "gateway.toml").read_text("utf-8").replace('["platform.example"]', f'["{DOMAIN}"]')
    (scene.config / "gateway.toml").write_text(text, "utf-8")
    assert scene.cli("reports", "import", str(case.reports)).returncode == 0
    scene.start()
    with open_house(scene.config, {}) as house:
        mails = tuple((one.content, one.address, one.expected) for one in case.mails)
        yield Office(scene, house, mails, Searching(house))
    scene.close()


def words(answer: ExplainAnswer) -> list[str]:
    """All that a person reads in any of its forms."""
    page = re.sub(r"<style>.*?</style>|data:image/png;base64,[^']*", " ", answer.page.decode(), flags=re.DOTALL)
    return [answer.text, answer.plain, unescape(re.sub(r"<[^>]*>", " ", page)), unescape(page)]


def test_a_service_says_what_everything_loaded_anew_says(office: Office) -> None:
    actions = set()
    for content, to, expected in office.mails:
        asked, alone = office.ask(content, to, page=True), office.alone(content, to)
        assert asked.action == expected
        assert json.loads(asked.plain) == json.loads(alone.plain)
        assert (asked.text, asked.page) == (alone.text, alone.page)
        actions.add(asked.action)
    assert {"pass", "redact", "quarantine"} <= actions


def test_none_of_our_own_detectors_finds_the_reporter_in_what_is_printed(office: Office) -> None:
    known = tuple({one for mail in office.mails for one in json.loads(office.ask(*mail[:2]).plain)["reports"]})
    found = office.search.found(Reading((TextFragment(Location("1"), "text", "来信人张小鸣"),)), known)
    assert found  # it would find it
    for content, to, _ in office.mails:
        for language in ("zh", "en"):
            answer = office.ask(content, to, page=language == "zh", language=language)
            for text in words(answer):
                again = office.search.found(Reading((TextFragment(Location("1"), "text", text),)), known)
                # Words of a letter are shown, marked as such, like on the console; not what tells whose it is.
                assert [one for one in again if one.kind != "material"] == []
                assert not any(secret in text for secret in SECRETS)


def test_each_finding_rule_and_change_is_explained(office: Office) -> None:
    content, to, _ = next(one for one in office.mails if one[2] == "redact")
    answer = office.ask(content, to)
    said = json.loads(answer.plain)
    assert {"action", "rule", "reports", "findings", "matches", "policy"} < set(said)
    told = said["explained"]
    rules = {rule["name"]: rule for rule in told["rules"]}
    assert [rule["name"] for rule in told["rules"]] == [rule.name for rule in office.house.policy.rules]
    taken = {number: name for name, rule in rules.items() for number in rule["took"]}
    assert [taken[number + 1] for number in range(len(said["findings"]))] == [one["rule"] for one in said["findings"]]
    assert told["changes"]
    for change in told["changes"]:
        assert any("███" in line for line in change["before"])
        assert any("略]" in line for line in change["after"])
    assert told["why"]["zh"]
    lines = answer.text.split("\n")
    assert lines[0] == f"redact (rule {said['rule']})"
    assert any(line.startswith("  ✓  ") and said["rule"] in line for line in lines)
    assert any(line.startswith("  ✗  ") for line in lines)
    assert any(line.startswith("    - ") for line in lines)
    assert any(line.startswith("    + ") for line in lines)
    assert "score 0.9" in answer.text
    assert "涉及的举报" in office.ask(content, to, language="zh").text


def test_a_page_shows_the_evidence_marked_and_runs_nothing(office: Office, browser: webdriver.Chrome) -> None:
    content, to, _ = next(one for one in office.mails if b"image/png" in one[0] and one[2] != "pass")
    path = office.scene.folder / "page.html"
    path.write_bytes(office.ask(content, to, page=True).page)
    browser.get(path.as_uri())
    for width in (1280, 390):
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        wide, window = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window
    shown = "return [...document.images].filter(e => e.complete && e.naturalWidth > 0).length"
    assert browser.execute_script(shown) == browser.execute_script("return document.images.length") > 0
    assert browser.execute_script("return document.scripts.length") == 0
    assert browser.execute_script("return getComputedStyle(document.querySelector('.card')).borderTopStyle") == "solid"
    assert complaints(browser) == []


def test_a_page_marks_what_was_found_with_its_number(office: Office) -> None:
    content, to, _ = next(one for one in office.mails if one[2] == "redact")
    page = office.ask(content, to, page=True).page.decode()
    assert re.search(r"<mark>███</mark><sup>[\d–, ]+</sup>", page)
    assert "Content-Security-Policy" in page
    assert "发现" in page
    assert "Findings" in page


def test_asking_leaves_nothing_behind(office: Office) -> None:
    scene = office.scene

    def state() -> tuple[object, ...]:
        counted = [
            line for line in scene.get("/metrics")[1].splitlines() if re.match(r"hushgate_(mess|find|insp)", line)
        ]
        decided = scene.stderr().count('"MessageDecided"')
        return counted, decided, scene.held(), len(scene.got), office.house.store.audit.head()

    before = state()
    for content, to, _ in office.mails[:6]:
        office.ask(content, to)
    assert state() == before


def test_only_the_same_user_and_root_are_answered(office: Office) -> None:
    path = office.scene.folder / "var" / "inspect.sock"
    found = path.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0o600, os.geteuid())
    if os.geteuid() != 0:
        pytest.skip("another user is root's to be")
    program = (
        "import os, socket, sys; end = socket.socket(socket.AF_UNIX); fd = int(sys.argv[1]);"
        "os.setgid(65534); os.setuid(65534);"
        "end.connect(f'/proc/self/fd/{fd}/inspect.sock'); end.settimeout(5); print(end.recv(1))"
    )
    folder, rights = os.open(path.parent, os.O_PATH), stat.S_IMODE(path.parent.stat().st_mode)
    path.parent.chmod(0o755)
    try:
        for mode, said in ((0o600, "PermissionError"), (0o666, "b''")):
            path.chmod(mode)
            done = subprocess.run(
                [sys.executable, "-c", program, str(folder)],
                capture_output=True,
                text=True,
                check=False,
                pass_fds=[folder],
            )
            assert said in done.stdout + done.stderr
    finally:
        path.chmod(0o600)
        path.parent.chmod(rights)
        os.close(folder)


def test_whoever_says_nonsense_or_nothing_holds_up_nobody(office: Office) -> None:
    path = str(office.scene.folder / "var" / "inspect.sock")
    content, to, expected = office.mails[0]
    ends = []
    for said in (b"", b"\0", b"\xff\xff\xff\xff", LENGTH.pack(4) + b"\xc1\xc1\xc1\xc1", b"GET / HTTP/1.1\r\n\r\n") * 3:
        end = socket.socket(socket.AF_UNIX)
        end.connect(path)
        end.sendall(said)
        ends.append(end)
    assert office.scene.send(mail("您好", to="x@elsewhere.example"), "x@elsewhere.example")[0] == 250
    for end in ends:
        end.close()
    office.scene.until(lambda: office.ask(content, to).action == expected)
    settings = load(office.scene.config, {})
    with pytest.raises(Problem, match="max_size"):
        ask(settings, office.scene.config, ExplainRequest(CLERK, (to,), 0), bytes(settings.smtp.max_size + 1), 60)
    assert '"Unexpected"' not in office.scene.stderr()


def test_many_who_ask_at_once_are_answered_and_mail_goes_on(office: Office) -> None:
    content, to, expected = office.mails[0]
    with ThreadPoolExecutor(10) as many:
        asked = [many.submit(office.ask, content, to) for _ in range(10)]
        assert office.scene.send(mail("您好", to="x@elsewhere.example"), "x@elsewhere.example")[0] == 250
        assert {one.result().action for one in asked} == {expected}


def test_the_command_asks_the_service_and_is_quick(office: Office) -> None:
    scene = office.scene
    path = scene.folder / "m.eml"
    content, to, _ = next(one for one in office.mails if one[2] == "redact")
    path.write_bytes(content)
    asked = ("inspect", str(path), "--sender", CLERK, "--recipient", to)
    first = scene.cli(*asked)
    assert (first.returncode, first.stderr) == (10, "")
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert scene.cli(*asked, "--json").returncode == 10
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(spent) < 0.3  # seconds of processor: how long the clock runs beside it is the machine's
    page = scene.folder / "explained.html"
    assert scene.cli(*asked, "--html", str(page), "--language", "zh").stdout.startswith("redact (rule ")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600


def test_what_is_covered_is_shown_to_whoever_says_why_and_the_log_has_who(office: Office) -> None:
    scene = office.scene
    path = scene.folder / "m.eml"
    content, to, _ = next(one for one in office.mails if one[2] == "redact")
    path.write_bytes(content)
    asked = ("inspect", str(path), "--sender", CLERK, "--recipient", to)
    for wrong in (("--reveal",), ("--reason", "复核"), ("--reveal", "--reason", " ")):
        assert scene.cli(*asked, *wrong).returncode == 2
    before = office.house.store.audit.head()[0]
    # Not by `scene.cli`, which keeps what commands print: nothing of a reporter may be among that.
    command = [*HUSHGATE, *asked, "--reveal", "--reason", "复核张小鸣的邮件", "--config", str(scene.config)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "张小鸣" in shown.stdout
    assert office.house.store.audit.head()[0] == before + 1
    log = scene.ask("audit", "list")
    entries = [one for one in log if one["event"] == "inspection.revealed"]
    assert len(entries) == 1
    assert entries[0]["actor"].startswith("cli:")
    assert "张小鸣" not in json.dumps(entries, ensure_ascii=False)
    assert scene.cli("audit", "verify").returncode == 0


def test_where_no_service_runs_everything_is_loaded_and_the_answer_is_the_same(scene: Scene) -> None:
    from conftest import XINGER

    scene.import_reports(XINGER)
    path = scene.folder / "m.eml"
    path.write_bytes(LEAK)
    asked = ("inspect", str(path), "--sender", STAFF, "--recipient", TO)
    alone, alone_plain = scene.cli(*asked), scene.cli(*asked, "--json")
    assert "no service runs here" in alone.stderr
    assert alone_plain.stderr == ""
    scene.start()
    assert scene.cli(*asked).stdout == alone.stdout
    assert scene.cli(*asked, "--json").stdout == alone_plain.stdout
    (inspector,) = scene.pids("inspector")
    os.kill(inspector, 9)  # whoever comes in its place takes the socket's
    scene.until(lambda: scene.pids("inspector") not in ([], [inspector]))
    assert scene.cli(*asked).stderr == ""
    assert scene.stop() == 0
    assert not (scene.folder / "var" / "inspect.sock").exists()
    (scene.folder / "var" / "inspect.sock").write_bytes(b"")  # nobody's
    assert "no service runs here" in scene.cli(*asked).stderr


def test_the_rules_in_force_answer(scene: Scene) -> None:
    from conftest import XINGER

    scene.import_reports(XINGER)
    scene.start()
    path = scene.folder / "m.eml"
    path.write_bytes(LEAK)
    asked = ("inspect", str(path), "--sender", STAFF, "--recipient", TO)
    assert scene.cli(*asked).returncode == 10
    (scene.config / "policy.toml").write_text('[[rule]]\nname = "all"\naction = "reject"\n', "utf-8")
    end = time.monotonic() + 60
    while (done := scene.cli(*asked)).returncode != 30:
        assert time.monotonic() < end
    assert "no conditions" in done.stdout
