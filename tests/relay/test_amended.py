"""A transaction whose parameters do not all go on: upstream forgets what it heard and hears the rest, or nothing."""

import pytest

from gateway.model import Amendment, Envelope, Message, Pass, Send, Verdict
from gateway.smtp.sink import KEYWORDS, Outbox, Stage
from relay.conftest import Judge, Worlds

MAIL, DOT = b"Subject: x\r\n\r\nbody\r\n", b".\r\n"
LEFT_OUT = Amendment(("ENVID",), ((1, "ORCPT"),))
SAID = (
    b"MAIL FROM:<a@platform.example> ENVID=aB RET=HDRS",
    b"RCPT TO:<b@x.example> ORCPT=rfc822;d@x.example",
    b"RCPT TO:<c@x.example> ORCPT=rfc822;d@x.example NOTIFY=NEVER",
)
HEARD = (
    "MAIL FROM:<a@platform.example> RET=HDRS",
    "RCPT TO:<b@x.example> ORCPT=rfc822;d@x.example",
    "RCPT TO:<c@x.example> NOTIFY=NEVER",
)


@pytest.mark.parametrize("verdict", [Pass(LEFT_OUT), Send(MAIL, LEFT_OUT)])
async def test_the_transaction_is_said_again_without_them_and_the_next_as_it_comes(
    world: Worlds, judge_type: type[Judge], verdict: Verdict
) -> None:
    async with world(judge_type(verdict)) as w:
        client = await w.client()
        await client.say(*SAID)
        assert await client.data(MAIL + DOT) == b"250 2.0.0 Queued as 1\r\n"
        assert w.got[0].lines == HEARD
        assert w.outbox.connections == 1
        w.judge.verdict = Pass()
        await client.say(*SAID)
        assert await client.data(MAIL + DOT) == b"250 2.0.0 Queued as 2\r\n"
        assert w.got[1].lines == tuple(line.decode() for line in SAID)


async def test_a_recipient_that_upstream_refused_before_is_not_counted(world: Worlds, judge_type: type[Judge]) -> None:
    async with world(judge_type(Pass(LEFT_OUT))) as w:
        client = await w.client()
        await client.say(*SAID[:2])
        w.outbox.replies["rcpt"] = "550 5.1.1 No"
        await client.say(b"RCPT TO:<no@x.example> ORCPT=rfc822;e@x.example")
        w.outbox.replies.clear()
        await client.say(SAID[2])
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.0.0")
        assert w.got[0].lines == HEARD


@pytest.mark.parametrize("stage", ["rset", "mail", "rcpt"])
async def test_a_line_that_drops_meanwhile_is_opened_anew_and_nothing_of_the_old_words_is_sent(
    world: Worlds, judge_type: type[Judge], stage: Stage
) -> None:
    async with world() as w:

        async def asked(envelope: Envelope, message: Message) -> Verdict:
            w.outbox.cut.add(stage)
            return Pass(LEFT_OUT)

        w.judge.ask = asked
        client = await w.client()
        await client.say(*SAID)
        answer = await client.data(MAIL + DOT)
        w.outbox.cut.clear()
        if stage == "rset":
            assert answer.startswith(b"250 2.0.0")
            assert w.got[0].lines == HEARD
        else:
            assert answer.startswith(b"451 4.4.2")
            assert w.got == []
        assert [line for line in w.outbox.commands if "ENVID" in line] == [SAID[0].decode()]


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
async def test_an_upstream_that_refuses_the_rest_is_451_and_the_next_message_goes_through(
    world: Worlds, judge_type: type[Judge], stage: Stage
) -> None:
    async with world() as w:

        async def asked(envelope: Envelope, message: Message) -> Verdict:
            w.outbox.replies[stage] = "550 5.7.1 No"
            return Pass(LEFT_OUT)

        w.judge.ask = asked
        client = await w.client()
        await client.say(*SAID)
        assert (await client.data(MAIL + DOT)).startswith(b"451 4.4.2")
        assert w.got == []
        w.outbox.replies.clear()
        w.judge.ask = None
        await client.envelope()
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.0.0")


async def test_a_reset_that_is_refused_closes_the_line_and_another_one_hears_the_rest(
    world: Worlds, judge_type: type[Judge]
) -> None:
    async with world(judge_type(Pass(LEFT_OUT))) as w:
        client = await w.client()
        await client.say(*SAID)
        w.outbox.replies["rset"] = "500 5.5.2 What?"
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.0.0")
        assert w.got[0].lines == HEARD
        assert w.outbox.connections == 2


async def test_one_that_signed_in_keeps_its_connection(world: Worlds, judge_type: type[Judge]) -> None:
    box = Outbox(keywords=(*KEYWORDS, "AUTH PLAIN"))
    box.also = lambda line: "235 2.7.0 Welcome" if line.startswith("AUTH ") else None
    async with world(judge_type(Pass(LEFT_OUT)), outbox=box) as w:
        client = await w.client()
        await client.say(b"AUTH PLAIN AGEAYg==", *SAID)
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.0.0")
        assert (w.got[0].lines, w.outbox.connections) == (HEARD, 1)


async def test_the_client_s_name_is_left_out_of_our_field_alone(world: Worlds, judge_type: type[Judge]) -> None:
    async with world(judge_type(Pass(Amendment(name=True)))) as w:
        client = await w.client()
        await client.say(*SAID)
        assert (await client.data(MAIL + DOT)).startswith(b"250 2.0.0")
        assert w.got[0].lines == tuple(line.decode() for line in SAID)
        assert w.got[0].content.startswith(b"Received: from [127.0.0.1] ([127.0.0.1])\r\n\tby gate.platform.example")
        assert w.got[0].content.endswith(MAIL)
        assert "RSET" not in w.outbox.commands
