"""The envelope speaks: what of it reaches the world, and what never does.

MAIL FROM becomes Return-Path, ENVID, ORCPT and AUTH go on from server to server, the tag of a recipient stands in
Delivered-To, the client's own name in the `Received` field that we add. Real SMTP; the outbox keeps the lines that it
heard.
"""

import base64
import smtplib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from gateway.smtp.sink import KEYWORDS, Delivered
from scene import STAFF, OutboxThread, Scene, mail, under_one_received

REPORT = {
    "id": "R-2021-0304",
    "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"], "representatives": ["pr@guild.example"]}],
    "reporter": {
        "names": ["陈若溪"],
        "addresses": ["ruoxi@mail.example"],
        "phones": ["+86 136 1111 2222"],
        "accounts": [{"kind": "wechat", "value": "rx_xixi88"}],
    },
}
"""A reporter of its own: lists of held mail show senders and recipients, as the contract says."""
PARTY, STRANGER = "xinger@streamers.example", "somebody@private.example"
CLEAN = mail("您好，请说明当晚的直播情况。")
XTEXT_NAME = "+E9+99+88+E8+8B+A5+E6+BA+AA"
PACKED = base64.urlsafe_b64encode(b"ruoxi@mail.example").decode().rstrip("=")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Upstream offers AUTH, so that MAIL may have that parameter."""
    folder: Path = tmp_path_factory.mktemp("envelope")
    served = Scene(folder, OutboxThread(keywords=(*KEYWORDS, "AUTH PLAIN")))
    served.import_reports(REPORT)
    served.start()
    yield served
    served.close()


def said(
    scene: Scene,
    mail_line: str,
    rcpt_lines: Sequence[str],
    helo: str = "staff.platform.example",
    content: bytes = CLEAN,
) -> tuple[int, str, Delivered | None]:
    """The answer to the end of data, and what the world got."""
    before = len(scene.got)
    with smtplib.SMTP(*scene.smtp, timeout=60) as client:
        client.command_encoding = "utf-8"
        client.ehlo(helo)
        for line in (f"MAIL FROM:{mail_line}", *(f"RCPT TO:{line}" for line in rcpt_lines)):
            code, text = client.docmd(line)
            assert code == 250, (line, text)
        code, answer = client.data(content)
    news = scene.got[before:]
    assert len(news) <= 1
    return code, answer.decode(), news[0] if news else None


INNOCENT = [
    (f"<{STAFF}>", f"<{PARTY}>"),
    (f"<{STAFF}> SIZE=500 BODY=8BITMIME RET=HDRS ENVID=QQ314159+2B7", f"<{PARTY}> NOTIFY=SUCCESS,FAILURE"),
    (f"<bounce+xinger=streamers.example@platform.example> ENVID={'0f' * 8}", f"<{PARTY}> ORCPT=rfc822;{PARTY}"),
    ("<prvs=1234abcdef=kefu07@platform.example> AUTH=<>", "<xinger+live@streamers.example> NOTIFY=NEVER"),
    (f"<> ENVID={base64.b64encode(b'ticket 4711').decode().rstrip('=')}", f"<{PARTY}> ORCPT=rfc822;{PARTY.title()}"),
    (f"<{STAFF}> SMTPUTF8 AUTH=kefu07+40platform.example", f"<{PARTY}> ORCPT=utf-8;\\x{{661F}}\\x{{513F}}@a.example"),
]


@pytest.mark.parametrize(("mail_line", "rcpt_line"), INNOCENT)
@pytest.mark.parametrize("to", [PARTY, STRANGER])
def test_what_says_nothing_goes_on_as_it_was_said(scene: Scene, mail_line: str, rcpt_line: str, to: str) -> None:
    rcpt_line = rcpt_line if to == PARTY else rcpt_line.replace(PARTY, to)
    code, answer, got = said(scene, mail_line, [rcpt_line])
    assert (code, answer[:12]) == (250, "2.0.0 Queued"), answer
    assert got is not None
    assert got.lines == (f"MAIL FROM:{mail_line}", f"RCPT TO:{rcpt_line}")
    assert under_one_received(got.content, CLEAN)
    assert got.content.startswith(b"Received: from staff.platform.example ([127.0.0.1])\r\n")


OPTIONAL = [
    (" ENVID=chenruoxi", ""),
    (f" ENVID={XTEXT_NAME}", ""),
    (" ENVID=T-13611112222", ""),
    (" ENVID=ruoxi+40mail.example", ""),
    (f" ENVID={PACKED}", ""),
    (" AUTH=ruoxi+40mail.example", ""),
    (" AUTH=chenruoxi+40platform.example", ""),
    ("", " ORCPT=rfc822;ruoxi@mail.example"),
    ("", " ORCPT=rfc822;ruoxi+40mail.example"),
    ("", f" ORCPT=rfc822;{XTEXT_NAME}@streamers.example"),
    (" SMTPUTF8", " ORCPT=utf-8;\\x{9648}\\x{82E5}\\x{6EAA}@streamers.example"),
    (" SMTPUTF8", " ORCPT=utf-8;陈若溪@streamers.example"),
    ("", " ORCPT=rfc822;bounce+2Bruoxi+3Dmail.example@platform.example"),
    ("", f" ORCPT=unknown;{PACKED}"),
]


@pytest.mark.parametrize(("of_mail", "of_rcpt"), OPTIONAL)
def test_an_optional_parameter_that_tells_is_left_out_and_the_rest_goes_on_as_it_was(
    scene: Scene, of_mail: str, of_rcpt: str
) -> None:
    other = "<pr@guild.example> ORCPT=rfc822;pr@guild.example NOTIFY=FAILURE"
    code, answer, got = said(
        scene, f"<{STAFF}> BODY=8BITMIME{of_mail} RET=FULL", [other, f"<{PARTY}> NOTIFY=FAILURE{of_rcpt}"]
    )
    assert (code, answer[:12]) == (250, "2.0.0 Queued"), answer
    assert got is not None
    utf8 = " SMTPUTF8" if of_mail == " SMTPUTF8" else ""
    assert got.lines == (
        f"MAIL FROM:<{STAFF}> BODY=8BITMIME{utf8} RET=FULL",
        f"RCPT TO:{other}",
        f"RCPT TO:<{PARTY}> NOTIFY=FAILURE",
    )
    assert under_one_received(got.content, CLEAN)


REQUIRED = [
    ("<chenruoxi@platform.example>", f"<{PARTY}>"),
    ("<ruoxi@mail.example>", f"<{PARTY}>"),
    ("<bounce+ruoxi=mail.example@platform.example>", f"<{PARTY}>"),
    ("<bounces+4711-ab-ruoxi=mail.example@em.platform.example>", f"<{PARTY}>"),
    ("<bounce-ruoxi#mail.example@platform.example>", f"<{PARTY}>"),
    ("<SRS0=HHH=TT=mail.example=ruoxi@platform.example>", f"<{PARTY}>"),
    ("<prvs=1234abcdef=ruoxi@mail.example>", f"<{PARTY}>"),
    (f"<b-{PACKED}@platform.example>", f"<{PARTY}>"),
    (f"<b.{b'ruoxi@mail.example'.hex()}@platform.example>", f"<{PARTY}>"),
    (f"<b-{base64.b32encode(b'ruoxi@mail.example').decode().rstrip('=').lower()}@platform.example>", f"<{PARTY}>"),
    ("<b+E9+99+88+E8+8B+A5+E6+BA+AA@platform.example>", f"<{PARTY}>"),
    ("<b%E9%99%88%E8%8B%A5%E6%BA%AA@platform.example>", f"<{PARTY}>"),
    ("<b.=E9=99=88=E8=8B=A5=E6=BA=AA@platform.example>", f"<{PARTY}>"),
    ("<bounce@13611112222.platform.example>", f"<{PARTY}>"),
    ("<陈若溪@platform.example> SMTPUTF8", f"<{PARTY}>"),
    (f"<{STAFF}>", "<xinger+chenruoxi@streamers.example>"),
    (f"<{STAFF}>", "<xinger+ruoxi=mail.example@streamers.example>"),
    (f"<{STAFF}>", "<xinger+136.1111.2222@streamers.example>"),
]


def rules(scene: Scene, lines: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """By which rule each of them was held."""
    answers = {}
    for mail_line, rcpt_line in lines:
        code, answer, got = said(scene, mail_line, [rcpt_line])
        assert (code, answer[:5], got) == (250, "2.7.1", None), (mail_line, rcpt_line, answer)
        answers[mail_line, rcpt_line] = answer.rpartition("id ")[2].strip()
    held = {entry["id"]: entry["rule"] for entry in scene.held()}
    return {line: held[id] for line, id in answers.items()}


def test_a_sender_or_recipient_that_tells_is_held(scene: Scene) -> None:
    assert set(rules(scene, REQUIRED).values()) == {"cannot-rewrite"}


STRONG = [
    (f"<{STAFF}> ENVID=T-13611112222", f"<{STRANGER}>"),
    ("<bounce+ruoxi=mail.example@platform.example>", f"<{STRANGER}>"),
    (f"<b-{PACKED}@platform.example>", f"<{STRANGER}>"),
    (f"<{STAFF}>", f"<{STRANGER}> ORCPT=rfc822;ruoxi+40mail.example"),
    (f"<{STAFF}>", "<somebody+rx_xixi88@private.example>"),
    (f"<{STAFF}>", "<somebody-13611112222@private.example>"),
    (f"<{STAFF}> AUTH=ruoxi+40mail.example", f"<{STRANGER}>"),
]


def test_a_strong_sign_in_the_envelope_of_a_stranger_s_mail_is_held(scene: Scene) -> None:
    assert set(rules(scene, STRONG).values()) == {"unknown-recipient"}


def test_the_reporter_and_the_house_may_be_named_in_envelopes_of_their_own(scene: Scene) -> None:
    lines = f"<bounce+ruoxi=mail.example@platform.example> ENVID={XTEXT_NAME}"
    for to in ("<ruoxi@mail.example> ORCPT=rfc822;ruoxi@mail.example", "<boss+chenruoxi@platform.example>"):
        code, answer, got = said(scene, lines, [to])
        assert (code, answer[:12]) == (250, "2.0.0 Queued"), answer
        assert got is not None
        assert got.lines == (f"MAIL FROM:{lines}", f"RCPT TO:{to}")


@pytest.mark.parametrize(
    ("helo", "to"),
    [
        ("chenruoxi-pc.platform.example", PARTY),
        ("rx-xixi88.platform.example", PARTY),
        (f"{PACKED}.platform.example", PARTY),
        ("pc-13611112222.platform.example", STRANGER),
    ],
)
def test_a_client_whose_name_tells_is_written_down_by_its_address_alone(scene: Scene, helo: str, to: str) -> None:
    code, answer, got = said(scene, f"<{STAFF}>", [f"<{to}>"], helo)
    assert (code, answer[:12]) == (250, "2.0.0 Queued"), answer
    assert got is not None
    assert under_one_received(got.content, CLEAN)
    assert got.content.startswith(b"Received: from [127.0.0.1] ([127.0.0.1])\r\n\tby gate.platform.example with ESMTP")
    leak = mail("观众陈若溪反映您的直播，请说明。", to=to)
    _, answer, got = said(scene, f"<{STAFF}>", [f"<{PARTY}>"], helo, leak)
    if got is not None:
        assert got.content.startswith(b"Received: from [127.0.0.1] ([127.0.0.1])\r\n")
        assert "陈若溪".encode() not in got.content


def test_what_a_reviewer_releases_has_no_telling_name_in_our_field(scene: Scene) -> None:
    sender = "<chenruoxi.desk@platform.example>"
    _, answer, got = said(scene, sender, [f"<{PARTY}>"], "chenruoxi-pc.platform.example")
    assert got is None
    before = len(scene.got)
    done = scene.cli("quarantine", "release", answer.rpartition("id ")[2].strip(), "--reason", "ok")
    assert done.returncode == 0, done.stderr
    assert scene.got[before].content.startswith(b"Received: from [127.0.0.1] ([127.0.0.1])\r\n")


def test_a_leak_in_text_and_envelope_goes_out_without_both(scene: Scene) -> None:
    leak = mail("观众陈若溪反映您的直播，请说明。")
    code, answer, got = said(
        scene, f"<{STAFF}> ENVID=chenruoxi", [f"<{PARTY}> ORCPT=rfc822;ruoxi@mail.example"], content=leak
    )
    assert (code, answer[:12]) == (250, "2.0.0 Queued"), answer
    assert got is not None
    assert got.lines == (f"MAIL FROM:<{STAFF}>", f"RCPT TO:<{PARTY}>")
    assert "陈若溪".encode() not in got.content


def test_an_upstream_that_refuses_the_transaction_without_the_parameter_is_451(scene: Scene) -> None:
    told = f"RCPT TO:<{PARTY}>"
    scene.outbox.box.also = lambda line: "550 5.1.1 No" if line == told else None
    try:
        code, answer, got = said(scene, f"<{STAFF}>", [f"<{PARTY}> ORCPT=rfc822;ruoxi@mail.example"])
    finally:
        scene.outbox.box.also = lambda line: None
    assert (code, answer[:5], got) == (451, "4.4.2", None)
