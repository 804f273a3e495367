"""No bytes of one message are ever another message, nor a command, for us or for a lenient server behind us."""

import pytest

from relay.conftest import Worlds

# Endings that some server takes for <CRLF>.<CRLF>: the list of smtpsmug and of SEC Consult's tools, and kin.
ENDINGS = [
    b"\n.\n",
    b"\r.\r",
    b"\r.\n",
    b"\n.\r",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\n.\r\r\n",
    b"\r\r\n.\r\n",
    b"\r\r\n.\r\r\n",
    b"\n\n.\r\n",
    b"\n\r.\r\n",
    b"\r\n\r.\r\n",
    b"\0\r\n..\n",
]
SECOND = b"MAIL FROM:<evil@platform.example>\r\nRCPT TO:<xinger@streamers.example>\r\nDATA\r\nSubject: leak\r\n\r\nleak"
END = b"\r\n.\r\n"


@pytest.mark.parametrize("ending", ENDINGS)
async def test_what_only_looks_like_the_end_of_a_message_is_refused(world: Worlds, ending: bytes) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope(b"yuanshan@streamers.example")
        # `CRCRLF.CRLF` ends in a real end for us; what follows it are commands then, so they must be whole.
        real = END in ending
        answer = await client.data(b"Subject: 1\r\n\r\nfirst" + ending + (b"" if real else SECOND + END))
        assert answer == b"554 5.5.2 Bare CR, bare LF or NUL in the message\r\n"
        assert w.judge.seen == []
        assert "DATA" not in w.outbox.commands
        await client.envelope(b"yuanshan@streamers.example")
        assert (await client.data(b"Subject: 2\r\n\r\nclean" + END)).startswith(b"250")
        assert [message.content.endswith(b"\r\n\r\nclean\r\n") for message in w.got] == [True]


@pytest.mark.parametrize("byte", [b"\r", b"\n", b"\0"])
@pytest.mark.parametrize("where", ["first", "header", "last"])
async def test_a_bare_cr_lf_or_nul_anywhere_is_refused(world: Worlds, byte: bytes, where: str) -> None:
    content = {
        "first": byte + b"x\r\n",
        "header": b"Subject: a" + byte + b"b\r\n\r\nbody\r\n",
        "last": b"Subject: a\r\n\r\nbody" + byte + b"\r\n",
    }[where]
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(content + b".\r\n")).startswith(b"554 5.5.2")
        assert w.got == []


async def test_a_dot_that_was_not_doubled_is_lost_and_starts_nothing(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(b"a\r\n.b\r\n...\r\n" + b".\r\n")).startswith(b"250")
        assert w.judge.seen[0][1].content == b"a\r\nb\r\n..\r\n"
        assert w.got[0].content.endswith(b"+0000\r\na\r\nb\r\n..\r\n")


@pytest.mark.parametrize(
    "line",
    [
        b"MAIL FROM:<a@x.example>\nRCPT TO:<xinger@streamers.example>\r\n",
        b"NOOP\n",
        b"NOOP \0\r\n",
        b"RCPT TO:<c@d.example\r>\r\n",
        b"RCPT TO:<c@d.example>\r\r\n",
        b"QUIT\r",
        b"EHLO a\rb\r\n",
    ],
)
async def test_a_command_line_with_a_bare_cr_lf_or_nul_is_no_command(world: Worlds, line: bytes) -> None:
    async with world() as w:
        client = await w.client()
        client.writer.write(line + b"MAIL FROM:<a@x.example>\r\n")
        assert await client.reply() == b"500 5.5.2 Line must end in CRLF\r\n"
        assert await client.closed()
        assert not any(command.startswith(("MAIL", "RCPT")) for command in w.outbox.commands)


async def test_a_crlf_cut_between_two_packets_is_no_bare_one(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        for part in (b"MAIL FROM:<a@x.example>\r", b"\nRCPT TO:<b@x.example>\r", b"\nDATA\r", b"\n"):
            client.writer.write(part)
            await client.writer.drain()
        assert [(await client.reply())[:3] for _ in range(3)] == [b"250", b"250", b"354"]
        for part in (b"x\r", b"\n.\r", b"\nNOOP\r", b"\n"):
            client.writer.write(part)
            await client.writer.drain()
        assert [(await client.reply())[:9] for _ in range(2)] == [b"250 2.0.0", b"250 2.0.0"]
        assert len(w.got) == 1


async def test_a_bad_command_behind_a_message_costs_the_connection_and_not_the_message(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(b"x\r\n.\r\nNOOP\nRSET\r\n")).startswith(b"250 2.0.0 Queued")
        assert await client.reply() == b"500 5.5.2 Line must end in CRLF\r\n"
        assert await client.closed()
        assert len(w.got) == 1


async def test_content_that_comes_before_our_354_is_content_or_nothing(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        client.writer.write(b"DATA\r\nSubject: x\r\n\r\nRSET\r\n.\r\nNOOP\r\n")
        assert [(await client.reply())[:3] for _ in range(3)] == [b"354", b"250", b"250"]
        assert w.got[0].content.endswith(b"Subject: x\r\n\r\nRSET\r\n")


async def test_a_cr_at_the_end_of_a_packet_of_content_says_nothing_about_the_next_command(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope()
        client.writer.write(b"DATA\r\nfoo\r")
        assert (await client.reply()).startswith(b"354")
        client.writer.write(b"\n.\r\nNOOP\r\n")
        assert [(await client.reply())[:3] for _ in range(2)] == [b"250", b"250"]


@pytest.mark.parametrize(
    "path",
    [
        b"<@relay.example:xinger@streamers.example>",
        b"<xinger(x)@streamers.example>",
        b"<xinger@streamers.example(x)>",
        b"<=?utf-8?q?xinger?=@streamers.example>",
        b"<xinger%streamers.example@platform.example>",
        b'<"xinger@streamers.example"@platform.example>',
        b"<streamers.example!xinger@platform.example>",
        b"<xinger@streamers.example> <b@x.example>",
        b"<xinger@streamers.example>,<b@x.example>",
        b"<xinger@@streamers.example>",
        b"<xinger@streamers.example.>",
        b"<xinger@streamers..example>",
        b"<xinger>",
        b"<>",
        b"<xinger@streamers.example",
        b"team: <xinger@streamers.example>;",
        "<xinger＠streamers.example@x.example>".encode(),
        "<xinger@streamers\u2060.example>".encode(),
    ],
)
async def test_a_recipient_that_two_programs_could_read_differently_is_refused(world: Worlds, path: bytes) -> None:
    async with world() as w:
        client = await w.client()
        await client.say(b"MAIL FROM:<a@platform.example>")
        assert (await client.say(b"RCPT TO:" + path))[:3] in (b"501", b"553", b"555")
        assert not any(command.startswith("RCPT") for command in w.outbox.commands)


@pytest.mark.parametrize(
    "helo", [b"evil\xff", b"a (b) c", b"[127.0.0.1] by x with y id z; Mon", "小鸣".encode(), b"x" * 300, b"a;b"]
)
async def test_a_helo_name_never_writes_into_our_field(world: Worlds, helo: bytes) -> None:
    async with world() as w:
        client = await w.client(b"EHLO " + helo)
        await client.envelope()
        await client.data(b"x\r\n.\r\n")
        assert w.got[0].content.startswith(
            b"Received: from unknown ([127.0.0.1])\r\n\tby gate.platform.example with ESMTP"
        )
        assert w.judge.seen[0][0].client.helo == "unknown"
