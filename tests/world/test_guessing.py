"""What staff, strangers and whoever reads the log find out about who reported: nothing, however often they try."""

import http.cookiejar
import os
import re
import signal
import stat
import urllib.error
import urllib.request
from urllib.parse import urlencode

from conftest import XINGER
from scene import Scene, mail, under_one_received

PARTY, MINE = "xinger@streamers.example", "mine@elsewhere.example"
FIRST, COUNT = 13800137000, 4000  # one of these is the reporter's: 13800138000
PASSWORD = "correct horse battery"  # of nobody


def told(answer: tuple[int, str]) -> str:
    """What the sender learns: the answer without the id."""
    return re.sub(r"Q-\w+|<[^>]*>|\d{6,}", "…", f"{answer[0]} {answer[1]}")


def reviewer(scene: Scene) -> urllib.request.OpenerDirector:
    """Somebody who made the first account."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    form = urlencode({"name": "mei", "password": PASSWORD, "again": PASSWORD}).encode()
    browser.open(
        urllib.request.Request(scene.setup_link(), form, {"Sec-Fetch-Site": "same-origin"}), timeout=30
    ).close()
    return browser


def test_a_number_among_four_thousand_is_not_found_and_a_reviewer_sees_who_tried(scene: Scene) -> None:
    scene.import_reports(XINGER)
    scene.start()
    browser = reviewer(scene)

    def asks(numbers: range, sender: str = "kefu07@platform.example") -> str:
        return told(scene.send(mail("名单：\n" + "\n".join(map(str, numbers))), MINE, sender=sender))

    assert asks(range(FIRST, FIRST + 1000)).startswith("250 2.0.0")  # clean: as it was sent
    assert scene.got[-1].content.endswith(f"{FIRST + 999}\r\n".encode())
    first = asks(range(FIRST + 1000, FIRST + 2000))
    assert first.startswith("250 2.7.1")
    before = len(scene.got)
    # From here on the answers to lists say nothing: to halves with it, to halves without.
    answers = {asks(range(FIRST + 1000 + at, FIRST + 1000 + at + 60)) for at in (0, 500, 900)}
    assert answers == {first}
    # A restart forgets nothing; other mail of the same sender goes on, and so does what stays inside.
    scene.stop(signal.SIGTERM)
    scene.start()
    assert asks(range(FIRST, FIRST + 1000)) == first
    assert len(scene.got) == before
    assert scene.send(mail("谢谢。"), MINE)[0] == 250
    assert scene.send(mail("谢谢。"), MINE, sender="kefu08@platform.example")[0] == 250
    assert scene.send(mail("谢谢。"), "anna@platform.example")[0] == 250
    assert len(scene.got) == before + 3
    rules = [entry["rule"] for entry in scene.held()]
    assert sorted(set(rules)) == ["too-many-findings", "unknown-recipient"]

    with browser.open(scene.console + "/", timeout=30) as answer:
        page = answer.read().decode()
    assert "可能在试探举报人是谁" in page
    assert "kefu07@platform.example" in page
    assert "电话 1" in page
    assert "列有大量号码的外发邮件一律扣留" in page
    scene.until(lambda: "hushgate_senders_over_limit 1.0" in scene.get("/metrics")[1], 60)
    assert '"event": "SenderOverLimit", "effect": "lists_held"' in scene.stderr()


def test_a_help_desk_with_one_address_is_slowed_and_its_clean_mail_goes_out_as_it_was_sent(scene: Scene) -> None:
    scene.import_reports(XINGER)
    (scene.config / "policy.toml").write_text(
        '[[rule]]\nname = "all"\naction = "quarantine"\n[limits]\nslow_per_hour = 2\nslow_seconds = 0.3\n',
        encoding="utf-8",
    )
    scene.start()
    for number in range(4):
        assert scene.send(mail(f"电话 13800138000，第 {number} 次。"), MINE)[0] == 250
    assert len(scene.held()) == 4
    clean = mail("您好，请说明当晚直播的情况，谢谢。")
    assert scene.send(clean, MINE)[0] == 250
    assert under_one_received(scene.got[-1].content, clean)
    assert '"event": "SenderOverLimit", "effect": "slowed"' in scene.stderr()


def test_the_set_up_link_is_in_a_file_for_us_alone_and_nowhere_else(scene: Scene) -> None:
    scene.start()
    link, path = scene.setup_link(), scene.setup_file
    assert link.startswith(scene.console + "/setup/")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path) in scene.stderr()
    secret = link.rpartition("/")[2]
    # Of a console that dies the next one writes its own; the old link is over.
    for pid in scene.pids("console"):
        os.kill(pid, signal.SIGKILL)
    scene.until(lambda: path.exists() and secret not in path.read_text())
    scene.until(lambda: len(scene.pids("console")) == 1)
    reviewer(scene)
    assert not path.exists()
    assert "/setup/" not in scene.stderr() + scene.get("/metrics")[1]
    scene.stop()
    scene.start()
    assert not path.exists()
    assert "first account" not in scene.stderr().rpartition("ServiceStopped")[2]


def test_metrics_and_pages_are_for_whom_they_are_meant(scene: Scene) -> None:
    scene.environ = {"HUSHGATE_CONSOLE__METRICS_TOKEN": "t" * 30, "FORWARDED_ALLOW_IPS": "*"}
    scene.start()

    def asked(path: str, **headers: str) -> int:
        request = urllib.request.Request(
            scene.console + path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    assert asked("/metrics") == 200
    assert asked("/metrics", X_Forwarded_For="127.0.0.1") == 401
    assert asked("/metrics", X_Forwarded_For="127.0.0.1", Authorization="Bearer " + "t" * 30) == 200
    assert asked("/login", Host="rebound.example") == 421
    assert asked("/login") == 200
