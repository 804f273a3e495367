"""The sender of held mail: one transaction, all recipients or none, and its end named as release needs it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.model import Client, Envelope, Recipient
from gateway.quarantine.release import AnswerLost, NotReached, ReleaseRefused, SendResult, Sent
from gateway.service.upstream import UpstreamSender, hostname_of, relay_options
from gateway.settings.settings import Settings, load
from gateway.smtp.sink import Outbox, Stage

TRACE = b"Received: by gate.example; Fri, 18 Sep 2020 10:00:00 +0000\r\n"
CONTENT = "Subject: 核实\r\n\r\n.\r\n正文\r\n".encode()


def envelope(*, smtputf8: bool = False) -> Envelope:
    return Envelope(
        "kefu07@platform.example",
        (Recipient("a@x.example", ("NOTIFY=NEVER", "ORCPT=rfc822;A@x.example")), Recipient("B@x.example")),
        Client("192.0.2.7", "desk.platform.example"),
        datetime(2020, 9, 18, 10, 0, tzinfo=UTC),
        ("BODY=8BITMIME", "ENVID=aB", *(("SMTPUTF8",) if smtputf8 else ())),
        TRACE,
    )


Made = Callable[..., Settings]


@pytest.fixture
def settings_for(tmp_path: Path) -> Made:
    def of(port: int, more: str = "") -> Settings:
        (tmp_path / "gateway.toml").write_text(
            f'[smtp]\nlisten = "127.0.0.1:0"\nhostname = "gate.platform.example"\nmax_size = 5000\n'
            f'[upstream]\nhost = "127.0.0.1"\nport = {port}\nreply_seconds = 2\ndata_seconds = 2\n'
            f'[organization]\ndomains = ["platform.example"]\n{more}',
            encoding="utf-8",
        )
        return load(tmp_path, {})

    return of


def sent(
    outbox: Outbox, settings_for: Made, what: Envelope | None = None, before_dot: Callable[[], bool] = lambda: True
) -> SendResult:
    async def story() -> SendResult:
        async with outbox:
            return await UpstreamSender(settings_for(outbox.port))(what or envelope(), CONTENT, before_dot)

    return asyncio.run(story())


def test_a_release_is_the_transaction_of_the_client_with_its_parameters(settings_for: Made) -> None:
    outbox = Outbox()
    assert sent(outbox, settings_for) == Sent(250)
    assert outbox.messages[0].content == TRACE + CONTENT
    assert outbox.messages[0].lines == (
        "MAIL FROM:<kefu07@platform.example> BODY=8BITMIME ENVID=aB",
        "RCPT TO:<a@x.example> NOTIFY=NEVER ORCPT=rfc822;A@x.example",
        "RCPT TO:<B@x.example>",
    )


def test_parameters_that_upstream_offers_no_more_are_left_out(settings_for: Made) -> None:
    outbox = Outbox(keywords=("8BITMIME",))
    assert sent(outbox, settings_for) == Sent(250)
    assert outbox.messages[0].lines[:2] == (
        "MAIL FROM:<kefu07@platform.example> BODY=8BITMIME",
        "RCPT TO:<a@x.example>",
    )


def test_internationalised_mail_is_not_sent_to_a_server_that_does_not_take_it(settings_for: Made) -> None:
    outbox = Outbox(keywords=())
    result = sent(outbox, settings_for, envelope(smtputf8=True))
    assert isinstance(result, ReleaseRefused)
    assert outbox.messages == []


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "dot"])
def test_a_refusal_is_told_with_upstream_s_words_and_nothing_is_sent(settings_for: Made, stage: Stage) -> None:
    outbox = Outbox()
    outbox.replies[stage] = "550-5.7.1 No\r\n550 5.7.1 never"
    assert sent(outbox, settings_for) == ReleaseRefused(550, "5.7.1 No 5.7.1 never")
    assert outbox.messages == []


@pytest.mark.parametrize("stage", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_cut_before_the_dot_means_that_upstream_does_not_have_it(settings_for: Made, stage: Stage) -> None:
    outbox = Outbox()
    outbox.cut.add(stage)
    assert sent(outbox, settings_for) == NotReached()


@pytest.mark.parametrize("stage", ["dot", "taken"])
def test_a_cut_after_the_dot_is_told_as_such(settings_for: Made, stage: Stage) -> None:
    outbox = Outbox()
    outbox.cut.add(stage)
    assert sent(outbox, settings_for) == AnswerLost()


def test_without_consent_before_the_dot_nothing_is_sent(settings_for: Made) -> None:
    outbox = Outbox()
    assert sent(outbox, settings_for, before_dot=lambda: False) == NotReached()

    def broken() -> bool:
        raise RuntimeError("store")

    with pytest.raises(RuntimeError, match="store"):
        sent(outbox, settings_for, before_dot=broken)
    assert outbox.messages == []


def test_a_server_that_shuts_down_refuses_for_now(settings_for: Made) -> None:
    outbox = Outbox()
    outbox.replies["data"] = "421 4.3.2 Shutting down"
    assert sent(outbox, settings_for) == ReleaseRefused(421, "4.3.2 Shutting down")


def test_the_relay_is_told_what_the_settings_say(settings_for: Made) -> None:
    settings = settings_for(2526)
    options = relay_options(settings)
    assert (options.host, options.port, options.hostname) == ("127.0.0.1", 0, "gate.platform.example")
    assert (options.max_size, options.max_sessions, options.idle_seconds) == (5000, 1000, 300)
    upstream = options.upstream
    assert (upstream.host, upstream.port, upstream.tls, upstream.verify) == ("127.0.0.1", 2526, "none", True)
    assert (upstream.connect_seconds, upstream.reply_seconds, upstream.data_seconds) == (30, 2, 2)


@pytest.mark.parametrize(
    ("machine", "name"), [("desk-1.example", "desk-1.example"), ("小鸣的电脑", "hushgate.invalid")]
)
def test_a_machine_s_name_that_is_not_ascii_is_not_said(
    settings_for: Made, monkeypatch: pytest.MonkeyPatch, machine: str, name: str
) -> None:
    from dataclasses import replace

    monkeypatch.setattr("socket.gethostname", lambda: machine)
    settings = settings_for(2526)
    assert hostname_of(replace(settings, smtp=replace(settings.smtp, hostname=""))) == name
