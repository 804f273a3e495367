"""`hushgate drill` against the running service: what it says, what it leaves behind, and who cannot use its way."""

import contextlib
import json
import os
import secrets
import signal
import smtplib
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

from conftest import XINGER
from gateway.drill.made_up import LEAKS, made_up
from gateway.model.drill import DOMAIN, DrillAddress, DrillCase, DrillRoute
from gateway.service.wiring import open_house
from gateway.smtp.sink import Outbox
from scene import HUSHGATE, Scene, mail
from tls_files import pair

TO = "xinger@streamers.example"
KINDS = ["name", "nickname", "address", "phone", "account", "government_id", "avatar", "qr_code", "material", "thread"]
PASSES_ALL = f"""[[rule]]
name = "a-hole"
action = "pass"
when = {{ kinds = {json.dumps([*KINDS, "circumstance", "uninspectable", "malformed", "personal_data"])} }}
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("drill"))
    scene.import_reports(XINGER)
    scene.start()
    yield scene
    scene.close()


def everything(scene: Scene) -> dict[str, int]:
    """How much is in each table but the log, and what of the log's own is written beside it."""
    with contextlib.closing(sqlite3.connect(f"file:{scene.database}?mode=ro", uri=True)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
        return {name: count for name, count in counts.items() if name not in ("audit", "checkpoints", "meta")}


def events(scene: Scene) -> list[str]:
    return [entry["event"] for entry in scene.ask("audit", "list")]


def metric(scene: Scene, line: str) -> float | None:
    found = [said for said in scene.get("/metrics")[1].splitlines() if said.startswith(line + " ")]
    return float(found[0].rpartition(" ")[2]) if found else None


@contextlib.contextmanager
def running(scene: Scene) -> Iterator[tuple[str, DrillRoute]]:
    """A drill that was begun, with its sink, and is driven by hand."""
    token = secrets.token_hex(16)
    made = made_up(token)
    with open_house(scene.config, {}) as house:
        route = DrillRoute(scene.outbox.box.port, secrets.token_hex(16))
        assert house.store.drills.begin(token, DrillCase(route, made.report, made.files), timedelta(minutes=5))
        yield token, route
        house.store.drills.drop(token)


def test_leaks_are_stopped_clean_mail_passes_and_nothing_is_left(office: Scene) -> None:
    office.until(lambda: everything(office)["late_checks"] == 1)  # of the real report, beside all that
    before, said, counted = everything(office), len(office.stderr()), office.get("/metrics")[1]
    log, upstream = events(office), office.outbox.box.connections
    result = office.ask("drill")
    assert result["held"] is True
    assert [case["name"] for case in result["cases"]] == list(LEAKS)
    assert {case["outcome"] for case in result["cases"]} <= {"held", "rewritten", "rejected"}
    assert all(case["seconds"] > 0 and case["rule"] for case in result["cases"])
    assert result["clean"]["passed"] is True
    assert office.got == []
    assert office.outbox.box.connections == upstream
    assert everything(office) == before
    assert events(office)[: -len(log) or None].count("drilled") == 1
    assert len(events(office)) == len(log) + 1
    assert office.cli("audit", "verify").returncode == 0
    assert office.held() == []
    assert "DRILL" not in json.dumps(office.ask("reports", "list"))
    assert [entry for entry in office.stderr()[said:].splitlines() if "MessageDecided" in entry] == []
    now = office.get("/metrics")[1]
    for counter in ("hushgate_messages_total", "hushgate_findings_total", "hushgate_inspection_seconds_count"):
        assert [one for one in now.splitlines() if one.startswith(counter)] == [
            one for one in counted.splitlines() if one.startswith(counter)
        ]


def test_it_prints_for_people_and_the_last_one_is_a_metric_and_an_event(office: Scene) -> None:
    began = time.time()
    done = office.cli("drill")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "every leak was stopped" in done.stdout
    assert "the clean mail went through as it was" in done.stdout
    assert "a held message would be seen by" in done.stdout or "nobody could see a held message" in done.stdout
    office.until(lambda: (metric(office, "hushgate_drill_timestamp_seconds") or 0) >= began - 1, 60)
    for case in ("clean", *LEAKS):
        assert metric(office, f'hushgate_drill_good{{case="{case}"}}') == 1
    assert '"event": "DrillEnded", "held": true, "passed": true' in office.stderr()


def test_two_at_once_do_not_hinder_each_other(office: Scene) -> None:
    done: list[subprocess.CompletedProcess[str]] = []
    both = [threading.Thread(target=lambda: done.append(office.cli("drill", "--json"))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.returncode for one in done] == [0, 0], [one.stderr for one in done]


def test_a_rule_that_opens_a_hole_is_found_and_shown(office: Scene) -> None:
    policy = office.config / "policy.toml"
    good = policy.read_text(encoding="utf-8") if policy.exists() else None
    policy.write_text("threshold = 0.6\nproof_threshold = 0.4\n" + PASSES_ALL, encoding="utf-8")
    os.kill(office.process_id, signal.SIGHUP)
    try:
        office.until(lambda: '"Reloaded"' in office.stderr())
        done = office.cli("drill", "--json")
        assert done.returncode == 1, done.stdout + done.stderr
        result = json.loads(done.stdout)
        assert result["held"] is False
        assert {case["outcome"] for case in result["cases"]} == {"passed"}
        assert {case["rule"] for case in result["cases"]} == {"a-hole"}
        assert office.got == []
        assert "a leak was not stopped" in office.cli("drill").stdout
        office.until(lambda: metric(office, 'hushgate_drill_good{case="text"}') == 0, 60)
        assert events(office).count("drill_failed") == 2
    finally:
        if good is None:
            policy.unlink()
        else:
            policy.write_text(good, encoding="utf-8")
        os.kill(office.process_id, signal.SIGHUP)
    office.until(lambda: office.stderr().count('"Reloaded"') == 2)
    assert office.cli("drill").returncode == 0


def said(client: smtplib.SMTP, *lines: str) -> list[int]:
    return [client.docmd(line)[0] for line in lines]


def test_without_a_token_it_is_a_name_that_does_not_exist(office: Scene) -> None:
    commands = len(office.outbox.box.commands)
    made_up_token = DrillAddress("staff", secrets.token_hex(16))
    with smtplib.SMTP(*office.smtp) as client:
        client.helo("a.example")
        assert said(client, f"MAIL FROM:<{made_up_token}>") == [550]
        assert said(client, f"MAIL FROM:<staff@{DOMAIN}>", f"MAIL FROM:<x@{DOMAIN.upper()}>") == [550, 550]
        assert said(client, "MAIL FROM:<kefu07@platform.example>") == [250]
        assert said(client, f"RCPT TO:<text.{made_up_token.token}@{DOMAIN}>") == [550]
        assert said(client, f"RCPT TO:<anybody@{DOMAIN.title()}>", f"RCPT TO:<anybody@{DOMAIN}.>") == [550, 501]
    assert not any(DOMAIN in line.lower() for line in office.outbox.box.commands[commands:])


def test_a_token_takes_no_other_mail_anywhere(office: Scene) -> None:
    """Whoever has one gets the drill's own mail to the drill's sink, inspected by the rules, and nothing else."""
    with running(office) as (token, route), smtplib.SMTP(*office.smtp) as client:
        sender = str(DrillAddress("staff", token))
        client.helo("a.example")
        assert said(client, f"MAIL FROM:<text.{token}@{DOMAIN}>") == [550]
        code, text = client.docmd(f"MAIL FROM:<{sender}>")
        assert (code, text.decode()) == (250, f"2.1.0 {route.proof}")
        assert said(client, f"RCPT TO:<{TO}>", f"RCPT TO:<staff.{token}@{DOMAIN}>") == [550, 550]
        assert said(client, f"RCPT TO:<text.{secrets.token_hex(16)}@{DOMAIN}>") == [550]
        assert said(client, f"RCPT TO:<text.{token}@{DOMAIN}>") == [250]
        assert said(client, "RSET", "MAIL FROM:<kefu07@platform.example>") == [250, 550]
        # a real reporter's name is nothing to it, for no real report is in force there; and it goes to the sink alone
        assert said(client, f"MAIL FROM:<{sender}>", f"RCPT TO:<text.{token}@{DOMAIN}>") == [250, 250]
        assert client.data(mail("请说明当晚情况。"))[0] == 250
    assert [one.recipients for one in office.got] == [(f"text.{token}@{DOMAIN}",)]
    office.got.clear()
    with smtplib.SMTP(*office.smtp) as client:
        client.helo("a.example")
        assert said(client, f"MAIL FROM:<{sender}>") in ([550], [250])
        if client.docmd(f"RCPT TO:<text.{token}@{DOMAIN}>")[0] == 250:  # it was over a moment ago
            assert client.data(mail("请说明当晚情况。"))[0] in (451, 550)
    assert office.got == []


def test_a_token_that_comes_from_elsewhere_is_none(office: Scene) -> None:
    """A load balancer on this machine speaks for whoever is behind it."""
    settings = (office.config / "gateway.toml").read_text(encoding="utf-8")
    (office.config / "gateway.toml").write_text(
        settings.replace("[upstream]", 'proxy_networks = ["127.0.0.0/8"]\n[upstream]', 1), encoding="utf-8"
    )
    reloads = office.stderr().count('"Reloaded"')
    os.kill(office.process_id, signal.SIGHUP)
    office.until(lambda: office.stderr().count('"Reloaded"') > reloads)
    try:
        time.sleep(0.5)  # the relays take it over, and do not say when
        with running(office) as (token, _), socket.create_connection(office.smtp) as end:
            end.sendall(b"PROXY TCP4 192.0.2.7 127.0.0.1 40000 25\r\n")
            talk = end.makefile("rwb", buffering=0)
            assert talk.readline().startswith(b"220")
            talk.write(b"HELO a.example\r\n")
            assert talk.readline().startswith(b"250")
            talk.write(f"MAIL FROM:<staff.{token}@{DOMAIN}>\r\n".encode())
            assert talk.readline().startswith(b"550")
        assert office.cli("drill").returncode == 0  # the command says the header that is wanted
    finally:
        (office.config / "gateway.toml").write_text(settings, encoding="utf-8")
        os.kill(office.process_id, signal.SIGHUP)
        office.until(lambda: office.stderr().count('"Reloaded"') > reloads + 1)
        time.sleep(0.5)  # the relays take it over, and do not say when


def begun(scene: Scene) -> bool:
    with contextlib.closing(sqlite3.connect(f"file:{scene.database}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT count(*) FROM drill_answers").fetchone()[0])


def test_one_that_is_killed_is_cleared_away_by_the_service(office: Scene) -> None:
    command = [*HUSHGATE, "drill", "--config", str(office.config)]
    drill = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    office.until(lambda: begun(office), 60)
    drill.kill()
    drill.wait()
    before = {name: count for name, count in everything(office).items() if not name.startswith("drill")}
    assert office.held() == []
    with contextlib.closing(sqlite3.connect(office.database)) as connection, connection:
        connection.execute("UPDATE drills SET until = '2020-01-01T00:00:00.000000+00:00'")  # its time is over
    (old,) = office.pids("inspector")
    os.kill(old, signal.SIGKILL)  # at its start, and twice a minute, the service looks
    office.until(lambda: not sum(count for name, count in everything(office).items() if name.startswith("drill")), 60)
    assert {name: count for name, count in everything(office).items() if not name.startswith("drill")} == before
    assert "drill_abandoned" in events(office)
    office.until(lambda: office.get("/readyz")[0] == 200)
    assert office.cli("drill").returncode == 0


def test_a_store_that_takes_no_write_holds_nothing(office: Scene) -> None:
    with contextlib.closing(sqlite3.connect(office.database, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        done = office.cli("drill", "--json")
        busy.execute("ROLLBACK")
    assert done.returncode == 1, done.stdout + done.stderr
    assert json.loads(done.stdout)["held"] is False
    assert "takes no write" in done.stderr


def test_a_relay_that_hangs_is_waited_for_no_longer_than_told(office: Scene) -> None:
    relays = office.pids("relay")
    for pid in relays:
        os.kill(pid, signal.SIGSTOP)
    try:
        began = time.monotonic()
        done = office.cli("drill", "--json", "--seconds", "3")
        assert time.monotonic() - began < 60
    finally:
        for pid in relays:
            os.kill(pid, signal.SIGCONT)
    assert done.returncode == 1, done.stdout + done.stderr
    assert {case["outcome"] for case in json.loads(done.stdout)["cases"]} == {"no_answer"}
    office.until(lambda: office.get("/readyz")[0] == 200)


def test_it_goes_where_tls_is_wanted_and_nobody_may_send(scene: Scene) -> None:
    certificate, key = pair(scene.folder, "relay")
    settings = (scene.config / "gateway.toml").read_text(encoding="utf-8")
    more = f'tls = "required"\ncertificate = "{certificate}"\nprivate_key = "{key}"\nnetworks = ["192.0.2.0/24"]\n'
    (scene.config / "gateway.toml").write_text(settings.replace("[upstream]", more + "[upstream]", 1), encoding="utf-8")
    scene.start()
    scene.outbox.close()  # upstream is away: the drill does not need it
    scene.outbox = type(scene.outbox)()
    done = scene.cli("drill", "--json")
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_relay_and_somebody_elses_server_are_exit_2(scene: Scene) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    scene.environ = {"HUSHGATE_SMTP__LISTEN": f"127.0.0.1:{port}"}
    scene.import_reports(XINGER)
    done = scene.cli("drill", "--json")
    assert done.returncode == 2
    assert "no relay runs there" in done.stderr
    assert done.stdout == ""
    box: Outbox = scene.outbox.box
    scene.write_config(upstream=port)
    scene.environ = {"HUSHGATE_SMTP__LISTEN": f"127.0.0.1:{box.port}"}
    done = scene.cli("drill", "--json")
    assert done.returncode == 2
    assert "no relay of this store" in done.stderr
    assert box.messages == []
    assert not any(line.startswith(("RCPT", "DATA")) for line in box.commands)
    assert sum(count for name, count in everything(scene).items() if name.startswith("drill")) == 0
