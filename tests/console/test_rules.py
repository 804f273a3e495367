"""The page on which rules are tried: who may, what it says, and that nothing is taken over or kept."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

from console.conftest import SAME, Console
from gateway.console.rule_pages import LARGEST
from gateway.model.roles import ROLES, may
from gateway.policy import packaged_policy
from gateway.service.policy_trials import policy_shown, tried
from gateway.storage.keeping_protocols import Decisions
from inspection.test_replay import NAME, PASSES, record
from inspection.test_suggest import TEXT

POLICY = (Path(__file__).parents[2] / "config" / "policy.toml").read_text(encoding="utf-8")

PASSING = TEXT.replace('action = "quarantine"\nfour_eyes = true\n', 'action = "pass"\n')


@pytest.fixture
def at_work(console: Console) -> Console:
    """An admin is signed in, and there is a record."""
    console.now = datetime.now(UTC)
    console.set_up("mei")
    return tried_by(console)


def tried_by(console: Console) -> Console:
    """The same with a record, and what tries rules on it."""
    store = console.store
    rows = [
        replace(record(replace(NAME, score=0.65), held=f"Q-{n}"), review="released", at=console.now) for n in range(6)
    ]
    rows.append(replace(record(NAME, held="Q-90"), review="discarded", at=console.now))
    rows.append(replace(record(NAME, by=PASSES, held=""), at=console.now))
    rows.append(replace(record(NAME, held="Q-91"), at=console.now - timedelta(days=60)))
    store.decisions.add([replace(one, message=str(n).encode()) for n, one in enumerate(rows)], clean=42)
    return console.given(
        decisions=store.decisions,
        try_rules=lambda data, since: tried(store.decisions, policy_shown(data), packaged_policy(), since, 15),
    )


def shown(console: Console, text: str = "", file: bytes | None = None, days: str = "30", language: str = "en") -> str:
    return str(answered(console, text, file, days, language).text)


def answered(
    console: Console, text: str = "", file: bytes | None = None, days: str = "30", language: str = "en"
) -> Any:
    files = {"file": ("policy.toml", file or b"", "application/toml")}
    form = {"token": console.token(), "days": days, "policy": text}
    return console.client.post("/rules", data=form, files=files, headers=SAME | {"accept-language": language})


@pytest.mark.parametrize("role", ROLES)
def test_leads_and_admins_may_and_no_other(at_work: Console, role: str) -> None:
    token = at_work.token()
    at_work.become(role)
    allowed = role in ("lead", "admin")
    assert may(role, "try_rules") == allowed
    assert at_work.client.get("/rules").status_code == (200 if allowed else 403)
    form = {"token": token, "policy": PASSING}
    answer = at_work.client.post("/rules", data=form, headers=SAME)
    assert answer.status_code == (200 if allowed else 403)
    assert ("Q-1" in answer.text) == allowed


def test_without_its_token_a_form_does_nothing(at_work: Console) -> None:
    assert at_work.client.post("/rules", data={"token": "x", "policy": TEXT}, headers=SAME).status_code == 403


def test_the_record_by_rule_in_both_languages(at_work: Console) -> None:
    page = at_work.client.get("/rules?days=90", headers={"accept-language": "en"}).text
    assert "42 more had nothing in them" in page
    assert '<th scope="row">holds</th><td>8</td><td>6</td><td>0</td><td>1</td><td>1</td>' in page
    assert '<th scope="row">passes</th><td>0</td>' in page
    page = at_work.client.get("/rules", headers={"accept-language": "zh"}).text
    assert '<th scope="row">holds</th><td>7</td><td>6</td>' in page
    assert "误报" in page


@pytest.mark.parametrize("as_file", [False, True])
def test_other_rules_are_tried_and_not_taken_over(at_work: Console, as_file: bool) -> None:
    new = PASSING
    before = at_work.store.audit.head
    page = shown(at_work, file=new.encode()) if as_file else shown(at_work, new)
    assert "Of 8 messages of the last 30 days, 1 would be as they were." in page
    assert "Q-5" in page
    assert "false alarm (released)" in page
    assert "right (discarded)" in page
    assert "xinger@" not in page
    assert "x***@s***.example" in page
    assert at_work.store.audit.head == before
    assert escape(new.splitlines()[2]).replace("&quot;", "&#34;") in page  # to be changed a little, and tried again


def test_mistakes_are_named_with_their_lines(at_work: Console) -> None:
    answer = answered(at_work, TEXT.replace('"phone"', '"fone"'))
    assert answer.status_code == 422
    assert "policy.toml:9: unknown kind &#39;fone&#39;; did you mean &#39;phone&#39;?" in answer.text
    odd = answered(at_work, "<script>alert(1)</script>")
    assert odd.status_code == 422
    assert "<script" not in odd.text
    assert "policy.toml:1: not TOML" in odd.text


@pytest.mark.parametrize(
    "file",
    [
        b"\xff\xfe\x00",
        b"\x80" * 1000,
        b"[" * 50_000,
        b"a." * 40_000 + b"b = 1",
        b"a." * 7_000 + b"b = 1",
        b"a = " + b"[" * 9_000,
    ],
)
def test_what_is_no_policy_is_an_answer_and_no_fault(at_work: Console, file: bytes) -> None:
    before = time.monotonic()
    assert answered(at_work, file=file).status_code == 422
    assert time.monotonic() - before < 20


def test_nothing_and_too_much(at_work: Console) -> None:
    assert answered(at_work).status_code == 422
    assert answered(at_work, " \r\n ").status_code == 422
    assert answered(at_work, "#" * (LARGEST + 1)).status_code == 413
    assert answered(at_work, file=b"#" * (LARGEST + 1)).status_code == 413
    assert answered(at_work, file=b"#" * (4 * LARGEST)).status_code == 413
    assert answered(at_work, POLICY).status_code == 200  # the packaged ones fit, in Chinese
    many = [("file", ("a", b"x", "text/plain")), ("file", ("b", b"x", "text/plain"))]
    form = {"token": at_work.token()}
    assert at_work.client.post("/rules", data=form, files=many, headers=SAME).status_code in (400, 413)


def test_a_record_too_long_for_the_time_is_cut_and_that_is_said(at_work: Console) -> None:
    trial = tried(at_work.store.decisions, packaged_policy(), packaged_policy(), None, seconds=0)
    assert (trial.cut, trial.result.decisions) == (True, 0)


def test_a_store_without_a_record_has_no_page(console: Console) -> None:
    console.set_up("mei")
    none: Decisions | None = console.deps.decisions
    assert none is None
    assert console.client.get("/rules").status_code == 404
