"""Need to know: nothing of a reporter stands in what the relay wrote during all the tests that ran before this one.

The traffic of its own makes sure that there is something to look through, also where it runs alone.
"""

import os
from pathlib import Path

import pytest

from conftest import XINGER
from scene import Scene, mail, unreadable
from written import REPORTER, WRITTEN, Written

pytestmark = pytest.mark.slow

TO = "xinger@streamers.example"
ENVELOPE = ("command", "quarantine list", "xiaoming@mail.example")
"""A mail that was held because it went to the reporter too: the list shows its recipients, as the contract says, and
does not say which of them reported."""


def test_a_secret_is_recognised_in_every_form_that_programs_write() -> None:
    for text in (
        "x张小鸣x",
        "\\u5f20\\u5c0f\\u9e23",
        "%E5%BC%A0%E5%B0%8F%E9%B8%A3",
        "5byg5bCP6bij",
        "\\xe5\\xbc\\xa0\\xe5\\xb0\\x8f\\xe9\\xb8\\xa3",
    ):
        kept = Written()
        kept.note("log", "here", text)
        assert kept.leaks(), text


def test_nothing_personal_was_written(scene: Scene) -> None:
    scene.import_reports(XINGER)
    scene.start()
    mails = [mail(f"请与举报人{word}核实", f"关于{word}") for word in REPORTER]
    mails += [
        mail("请说明", headers=[f"X-Note: {REPORTER[0]}"]),
        unreadable(),
        b"\xff\xfe" + mail(REPORTER[0]),
        b"Subject: x\r\n\r\n",
    ]
    for content in mails:
        scene.send(content, TO)
    held = scene.held()
    assert held
    scene.cli("quarantine", "show", held[0]["id"], "--json")
    scene.cli("quarantine", "release", held[0]["id"], "--reason", "核对无误")
    scene.cli("reports", "list")
    scene.cli("reports", "show", str(XINGER["id"]))
    scene.cli("reports", "confirm", str(XINGER["id"]), "1")
    scene.cli("audit", "verify")
    for path in ("/healthz", "/readyz", "/metrics", "/held/Q-x", "/reports/x"):
        scene.get(path)
    scene.stop()
    if folder := os.environ.get("HUSHGATE_WRITTEN"):  # several processes: the two that tested the rooms, and their head
        assert WRITTEN.gather(Path(folder)) >= 2
    assert {"log", "metrics", "answer", "command"} <= WRITTEN.sorts()
    assert len(WRITTEN.all) > 20
    assert sorted(set(WRITTEN.leaks()) - {ENVELOPE}) == []
