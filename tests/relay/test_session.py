"""What a client hears and what the world gets: the contract's table, byte for byte, over real sockets."""

import asyncio
import re
import smtplib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.model import Envelope, Held, Message, Pass, Rejected, Send, TryLater, Verdict
from gateway.smtp.data_framing import stuffed
from relay.conftest import Judge, Worlds

MAIL = "From: kefu07@platform.example\r\nSubject: 请说明\r\n\r\n星儿您好：\r\n.\r\n..两点\r\n".encode()
TRACE = re.compile(
    rb"Received: from staff\.platform\.example \(\[127\.0\.0\.1\]\)\r\n"
    rb"\tby gate\.platform\.example with ESMTP id [0-9a-f]{16};\r\n"
    rb"\t\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\n"
)


def wire(content: bytes) -> bytes:
    return stuffed(content) + b".\r\n"


def below_trace(got: bytes) -> bytes:
    """What stands under the one field that we add."""
    found = TRACE.match(got)
    assert found is not None, got[:300]
    return got[found.end() :]


async def test_what_may_pass_arrives_as_it_was_sent_under_one_received_field(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert await client.data(wire(MAIL)) == b"250 2.0.0 Queued as 1\r\n"
        assert below_trace(w.got[0].content) == MAIL
        assert (w.got[0].sender, w.got[0].recipients) == ("kefu07@platform.example", ("xinger@streamers.example",))


lines = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.binary(max_size=20).map(lambda line: b"." + line),
        st.integers(990, 1010).map(lambda size: b"x" * size),
        st.sampled_from([b"", b".", b"..", b"...", b".x", b"\xd0\xc7\xb6\xf9"]),
    ).map(lambda line: line.translate(None, b"\r\n\0")),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(lines, min_size=1, max_size=3), size=st.integers(1, 5000))
def test_any_bytes_arrive_as_they_were_sent_however_they_are_cut_into_packets(
    world: Worlds, bodies: list[list[bytes]], size: int
) -> None:
    async def story() -> None:
        async with world() as w:
            client = await w.client()
            for number, body in enumerate(bodies):
                content = b"".join(line + b"\r\n" for line in body)
                await client.envelope()
                assert (await client.say(b"DATA")).startswith(b"354")
                sent = wire(content)
                for start in range(0, len(sent), size):
                    client.writer.write(sent[start : start + size])
                    await client.writer.drain()
                assert (await client.reply()).startswith(b"250 2.0.0 Queued")
                assert below_trace(w.got[number].content) == content
                assert w.judge.seen[number][1].content == content

    asyncio.run(story())


@pytest.mark.parametrize(
    "content",
    [b"", b"\r\n", b".\r\n", b"Subject: x\r\n\r\n", b"x" * 150_000 + b"\r\n", b"\xff" * 3_000_000 + b"\r\n.\r\n"],
    ids=["nothing", "an empty line", "a dot", "no body", "a long line", "three megabytes"],
)
async def test_odd_contents_arrive_as_they_were_sent(world: Worlds, content: bytes) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(wire(content))).startswith(b"250")
        assert below_trace(w.got[0].content) == content


async def test_one_byte_a_packet_is_as_good(world: Worlds) -> None:
    async with world() as w:
        client = await w.raw()
        whole = b"EHLO a.example\r\nMAIL FROM:<a@platform.example>\r\nRCPT TO:<b@streamers.example>\r\nDATA\r\n" + wire(
            MAIL
        )
        for byte in whole:
            client.writer.write(bytes((byte,)))
            await client.writer.drain()
        codes = [(await client.reply())[:3] for _ in range(6)]
        assert codes == [b"220", b"250", b"250", b"250", b"354", b"250"]
        assert w.got[0].content.endswith(b"\r\n" + MAIL)


async def test_the_inspector_is_asked_with_envelope_and_unstuffed_content(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.say(b"MAIL FROM:<kefu07@platform.example> BODY=8BITMIME ENVID=Ab+3Dc SIZE=99")
        await client.say(b"RCPT TO:<XingEr@Streamers.example> NOTIFY=NEVER ORCPT=rfc822;XingEr@Streamers.example")
        await client.data(wire(MAIL))
        envelope, message = w.judge.seen[0]
        assert envelope.sender == "kefu07@platform.example"
        assert envelope.parameters == ("BODY=8BITMIME", "ENVID=Ab+3Dc", "SIZE=99")
        assert envelope.recipients[0].address == "XingEr@Streamers.example"
        assert envelope.recipients[0].parameters == ("NOTIFY=NEVER", "ORCPT=rfc822;XingEr@Streamers.example")
        assert (envelope.client.host, envelope.client.helo) == ("127.0.0.1", "staff.platform.example")
        assert envelope.trace == w.got[0].content[: -len(MAIL)]
        assert message.id.encode() in envelope.trace
        assert message.content == MAIL
        assert w.got[0].lines == (
            "MAIL FROM:<kefu07@platform.example> BODY=8BITMIME ENVID=Ab+3Dc SIZE=99",
            "RCPT TO:<XingEr@Streamers.example> NOTIFY=NEVER ORCPT=rfc822;XingEr@Streamers.example",
        )


@pytest.mark.parametrize(
    ("verdict", "answer", "resets"),
    [
        (Held("Q-7F"), b"250 2.7.1 Message held for review, id Q-7F\r\n", 1),
        (Rejected("Q-80"), b"550 5.7.1 Message refused by policy, id Q-80\r\n", 1),
        (TryLater("store"), b"451 4.7.1 Cannot decide now, try again later\r\n", 1),
        (Pass(), b"250 2.0.0 Queued as 1\r\n", 0),
    ],
)
async def test_each_verdict_has_its_answer_and_the_next_message_is_judged_anew(
    world: Worlds, judge_type: type[Judge], verdict: Verdict, answer: bytes, resets: int
) -> None:
    async with world(judge_type(verdict)) as w:
        client = await w.client()
        await client.envelope()
        assert await client.data(wire(MAIL)) == answer
        assert len(w.got) == (0 if resets else 1)
        assert w.outbox.commands.count("RSET") == resets
        assert ("DATA" in w.outbox.commands) == (not resets)
        w.judge.verdict = Pass()
        await client.envelope(b"yuanshan@streamers.example")
        assert (await client.data(wire(MAIL))).startswith(b"250 2.0.0")
        assert w.got[-1].recipients == ("yuanshan@streamers.example",)
        assert w.outbox.connections == 1


@pytest.mark.parametrize(
    ("written", "arrives"),
    [
        (b"Subject: [x]\r\n\r\n.\r\n", b"Subject: [x]\r\n\r\n.\r\n"),
        (b"Subject: x\r\n\r\nend", b"Subject: x\r\n\r\nend\r\n"),
    ],
)
async def test_a_rewritten_message_goes_out_instead_under_the_same_field(
    world: Worlds, judge_type: type[Judge], written: bytes, arrives: bytes
) -> None:
    async with world(judge_type(Send(written))) as w:
        client = await w.client()
        await client.envelope()
        assert await client.data(wire(MAIL)) == b"250 2.0.0 Queued as 1\r\n"
        assert below_trace(w.got[0].content) == arrives


async def test_an_inspector_that_fails_is_451_and_its_words_reach_nobody(
    world: Worlds, judge_type: type[Judge]
) -> None:
    async def fail(envelope: Envelope, message: Message) -> Verdict:
        raise RuntimeError("张小鸣 xiaoming@mail.example")

    async with world(judge_type(ask=fail)) as w:
        client = await w.client()
        await client.envelope()
        assert await client.data(wire(MAIL)) == b"451 4.7.1 Cannot decide now, try again later\r\n"
        assert w.got == []
        assert "xiaoming" not in repr(w.events)
        assert any(type(event).__name__ == "Unexpected" for event in w.events)


async def test_every_failure_of_ours_in_a_command_is_451_without_its_text(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.relay import end_of_data, session

    def broken(*_: object) -> None:
        raise TypeError("张小鸣")

    async with world() as w:
        client = await w.client()
        monkeypatch.setattr(session, "parse_mail", broken)
        assert await client.say(b"MAIL FROM:<a@platform.example>") == b"451 4.3.0 Internal error, try again later\r\n"
        monkeypatch.undo()
        await client.envelope()
        monkeypatch.setattr(end_of_data, "_fault_of", broken)
        assert await client.data(wire(MAIL)) == b"451 4.3.0 Internal error, try again later\r\n"
        monkeypatch.undo()
        await client.envelope()
        assert (await client.data(wire(MAIL))).startswith(b"250")
        assert len(w.got) == 1


async def test_a_failure_while_content_comes_in_ends_the_connection_before_content_is_taken_for_commands(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("gateway.smtp.data_framing.ContentScan.feed", broken)
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(b"RSET\r\nMAIL FROM:<evil@x.example>\r\n")).startswith(b"451 4.3.0")
        assert (await client.reply()).startswith(b"421 4.3.2")
        assert await client.closed()
        assert "MAIL FROM:<evil@x.example>" not in w.outbox.commands


async def test_commands_out_of_order_are_refused_and_change_nothing(world: Worlds) -> None:
    async with world() as w:
        client = await w.raw()
        await client.reply()
        assert (await client.say(b"MAIL FROM:<a@platform.example>")) == b"503 5.5.1 HELO or EHLO first\r\n"
        assert (await client.say(b"EHLO a.example")).startswith(b"250")
        assert (await client.say(b"RCPT TO:<b@x.example>")).startswith(b"503 5.5.1")
        assert (await client.say(b"DATA")).startswith(b"503 5.5.1")
        assert (await client.say(b"MAIL FROM:<a@platform.example>")).startswith(b"250")
        assert (await client.say(b"MAIL FROM:<b@platform.example>")).startswith(b"503 5.5.1")
        assert (await client.say(b"DATA")).startswith(b"554 5.5.1")
        assert (await client.say(b"RCPT TO:<b@x.example>")).startswith(b"250")
        assert (await client.say(b"DATA now")).startswith(b"501 5.5.4")
        assert (await client.say(b"RSET")) == b"250 2.0.0 OK\r\n"
        assert (await client.say(b"DATA")).startswith(b"503")
        assert (await client.say(b"RCPT TO:<b@x.example>")).startswith(b"503")
        assert (await client.say(b"NOOP")) == b"250 2.0.0 OK\r\n"
        assert w.got == []


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (b"STARTTLS", b"502 5.5.1"),
        (b"AUTH PLAIN AGEAYg==", b"502 5.5.1"),
        (b"BDAT 5 LAST", b"500 5.5.2"),
        (b"EXPN list", b"502 5.5.1"),
        (b"VRFY xinger@streamers.example", b"252 2.5.0"),
        (b"XINGER\xff", b"500 5.5.2"),
        (b"GEHEIM 1", b"500 5.5.2"),
        (b"", b"500 5.5.2"),
        (b"NOOP " + b"x" * 5000, b"500 5.5.2"),
        (b"NOOP " + b"x" * 600_000, b"500 5.5.2"),
        (b"EHLO", b"501 5.5.4"),
        (b"HELP", b"214 2.0.0 Supported commands: AUTH DATA EHLO"),
        (b"HELP rcpt", b"214 2.0.0 Syntax: RCPT TO"),
        (b"HELP GEHEIM", b"501 5.5.4"),
        (b"MAIL", b"501 5.5.4"),
        (b"MAIL FROM:<a@platform.example> SIZE=99999999999", b"552 5.3.4"),
        (b"MAIL FROM:<a@platform.example> FOO=bar", b"555 5.5.4"),
        (b"MAIL FROM:<a\x01@platform.example>", b"501 5.5.2"),
    ],
)
async def test_what_is_not_offered_or_not_valid_is_answered_in_our_words(
    world: Worlds, command: bytes, answer: bytes
) -> None:
    async with world() as w:
        client = await w.client()
        said = await client.say(command)
        assert said.startswith(answer)
        assert b"GEHEIM" not in said
        await client.envelope()
        assert (await client.data(wire(MAIL))).startswith(b"250")


async def test_pipelined_commands_are_answered_in_order_and_each_message_is_judged(
    world: Worlds, judge_type: type[Judge]
) -> None:
    async with world(judge_type(Held("Q-1"))) as w:
        client = await w.raw()
        first = b"EHLO a\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nRCPT TO:<c@x.example>\r\nDATA\r\n"
        client.writer.write(first)
        codes = [(await client.reply())[:3] for _ in range(6)]
        assert codes == [b"220", b"250", b"250", b"250", b"250", b"354"]
        second = b"MAIL FROM:<a@platform.example>\r\nRCPT TO:<d@x.example>\r\nDATA\r\n"
        client.writer.write(wire(MAIL) + second)
        assert b"held" in await client.reply()
        assert [(await client.reply())[:3] for _ in range(3)] == [b"250", b"250", b"354"]
        client.writer.write(wire(b"Subject: 2\r\n\r\n") + b"QUIT\r\n")
        assert b"held" in await client.reply()
        assert await client.reply() == b"221 2.0.0 Bye\r\n"
        assert [message.content for _, message in w.judge.seen] == [MAIL, b"Subject: 2\r\n\r\n"]
        assert [len(envelope.recipients) for envelope, _ in w.judge.seen] == [2, 1]
        assert w.got == []


async def test_ehlo_offers_what_upstream_offers_and_we_can_honour(world: Worlds) -> None:
    from gateway.smtp.sink import Outbox

    async with world() as w:
        client = await w.raw()
        await client.reply()
        offered = (await client.say(b"EHLO a.example")).split(b"\r\n")
        assert offered[0] == b"250-gate.platform.example"
        assert {line[4:] for line in offered[1:-1]} == {
            *(b"SIZE 52428800", b"8BITMIME", b"SMTPUTF8", b"DSN", b"PIPELINING", b"ENHANCEDSTATUSCODES")
        }
    poor = Outbox(keywords=("SIZE 2000", "CHUNKING", "BINARYMIME", "AUTH PLAIN", "XCLIENT NAME"))
    async with world(outbox=poor) as w:
        client = await w.raw()
        await client.reply()
        offered = (await client.say(b"EHLO a.example")).split(b"\r\n")
        assert {line[4:] for line in offered[1:-1]} == {b"SIZE 2000", b"PIPELINING", b"AUTH PLAIN"}
        assert (await client.say(b"MAIL FROM:<a@platform.example> BODY=8BITMIME")).startswith(b"555")
        assert (await client.say("MAIL FROM:<小鸣@platform.example>".encode())).startswith(b"553 5.6.7")


async def test_internationalised_addresses_arrive_as_they_were_written(world: Worlds) -> None:
    lines = ("MAIL FROM:<客服@platform.example> SMTPUTF8", "RCPT TO:<星儿@例子.example>")
    async with world() as w:
        client = await w.client()
        for line in lines:
            assert (await client.say(line.encode())).startswith(b"250")
        assert (await client.data(wire(MAIL))).startswith(b"250")
        assert w.got[0].lines == lines
        assert w.got[0].content[: -len(MAIL)].isascii()


async def test_helo_has_no_extensions_and_says_so_in_the_trace(world: Worlds) -> None:
    async with world() as w:
        client = await w.client(b"HELO [192.0.2.5]")
        assert (await client.say(b"MAIL FROM:<a@platform.example> SIZE=5")).startswith(b"555")
        await client.envelope()
        await client.data(wire(MAIL))
        assert b" with SMTP id " in w.got[0].content
        assert w.got[0].content.startswith(b"Received: from [192.0.2.5] ([127.0.0.1])\r\n")


async def test_a_message_over_the_limit_is_refused_and_the_next_one_goes_through(world: Worlds) -> None:
    async with world(max_size=2000) as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(wire(b"x" * 2001 + b"\r\n"))).startswith(b"552 5.3.4")
        await client.envelope()
        assert (await client.data(wire(b"y" * 500_000 + b"\r\n.\r\nRCPT\r\n"))).startswith(b"552 5.3.4")
        await client.envelope()
        assert (await client.data(wire(b"z" * 1998 + b"\r\n"))).startswith(b"250")
        assert len(w.got) == 1


def test_smtplib_is_served(world: Worlds) -> None:
    async def story() -> None:
        async with world() as w:

            def submit() -> None:
                host, port = w.relay.address
                with smtplib.SMTP(host, port, timeout=20) as client:
                    for number in (1, 2):
                        client.sendmail(
                            "kefu07@platform.example",
                            ["xinger@streamers.example", "b@x.example"],
                            b"Subject: %d\r\n\r\n.\r\nx\r\n" % number,
                            ["BODY=8BITMIME"],
                            ["NOTIFY=NEVER"],
                        )
                    assert client.docmd("NOOP")[0] == 250

            await asyncio.to_thread(submit)
            assert [below_trace_any(message.content) for message in w.got] == [
                b"Subject: 1\r\n\r\n.\r\nx\r\n",
                b"Subject: 2\r\n\r\n.\r\nx\r\n",
            ]
            assert w.outbox.connections == 1

    asyncio.run(story())


def below_trace_any(got: bytes) -> bytes:
    return got[got.index(b"Subject") :]


async def test_a_message_that_goes_round_in_a_circle_is_refused(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(wire(b"Received: by x\r\n" * 101 + b"\r\n"))).startswith(b"554 5.4.6")
        await client.envelope()
        assert (await client.data(wire(b"Received: by x\r\n" * 100 + b"\r\n" + b"Received: no\r\n" * 9))).startswith(
            b"250"
        )
