"""AUTH: upstream decides, we only carry; and nothing of it stays."""

import base64
import gc

import pytest

from gateway.model import Envelope, Message, Verdict
from gateway.relay.auth_passthrough import LONGEST
from gateway.smtp.sink import KEYWORDS, Outbox
from relay.conftest import Judge, Peer, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"
SECRET = b"geheim-7f3a"
PLAIN = base64.b64encode(b"\0kefu07\0" + SECRET)
FAR = ("192.0.2.0/24",)
OFFER = "AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER GSSAPI"


def signing_in(*steps: str) -> Outbox:
    """Says these, one after the other, from AUTH on."""
    box = Outbox(keywords=(*KEYWORDS, OFFER))
    left: list[str] = []

    def also(line: str) -> str | None:
        if line.startswith("AUTH "):
            left[:] = steps
        return left.pop(0) if left else None

    box.also = also
    return box


async def hello(client: Peer) -> bytes:
    await client.reply()
    answer: bytes = await client.say(b"EHLO staff.platform.example")
    return answer


async def test_what_upstream_offers_and_can_be_carried_is_offered(world: Worlds) -> None:
    async with world(outbox=signing_in()) as w:
        client = await w.raw()
        assert b"AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER\r\n" in (await hello(client)).replace(b"250 ", b"250-")


async def test_one_that_signed_in_may_send_from_anywhere_and_the_trace_says_so(world: Worlds) -> None:
    async with world(outbox=signing_in("235 2.7.0 Welcome"), networks=FAR) as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<kefu07@platform.example>")).startswith(b"530 5.7.0 Authentication")
        assert await client.say(b"AUTH PLAIN " + PLAIN) == b"235 2.7.0 Welcome\r\n"
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert b"with ESMTPA id" in w.got[0].content
        assert w.outbox.connections == 1
        assert "AUTH PLAIN " + PLAIN.decode() in w.outbox.commands


async def test_every_step_is_carried_as_it_is(world: Worlds) -> None:
    steps = ("334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6", "535 5.7.8 No")
    async with world(outbox=signing_in(*steps)) as w:
        client = await w.client()
        assert await client.say(b"AUTH LOGIN") == b"334 VXNlcm5hbWU6\r\n"
        assert await client.say(b"a2VmdTA3") == b"334 UGFzc3dvcmQ6\r\n"
        assert await client.say(b"eA==") == b"535 5.7.8 No\r\n"
        assert w.outbox.commands[-3:] == ["AUTH LOGIN", "a2VmdTA3", "eA=="]
        await client.envelope()  # as one of the networks it may send all the same
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert b"with ESMTP id" in w.got[0].content


@pytest.mark.parametrize(
    ("said", "heard", "upstream"),
    [
        (b"*", b"501 5.7.0 Cancelled", "*"),
        (b"not base64!", b"501 5.5.2", "*"),
        (b"AAAA" * (LONGEST // 4), b"500 5.5.6", "*"),
        (b"AAAA" * (LONGEST // 4 - 1), b"501 5.7.0 Cancelled", "AAAA" * (LONGEST // 4 - 1)),
        (b"", b"501 5.7.0 Cancelled", ""),
    ],
)
async def test_an_exchange_that_is_broken_off_is_so_upstream_too(
    world: Worlds, said: bytes, heard: bytes, upstream: str
) -> None:
    async with world(outbox=signing_in("334 ", "501 5.7.0 Cancelled")) as w:
        client = await w.client()
        assert await client.say(b"AUTH XOAUTH2") == b"334 \r\n"
        assert (await client.say(said)).startswith(heard)
        assert w.outbox.commands[-1] == upstream
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"AUTH", b"501 5.5.4"),
        (b"AUTH CRAM-MD5", b"504 5.5.4"),
        (b"AUTH PLAIN a b", b"501 5.5.4"),
        (b"AUTH PLAIN !", b"501 5.5.2"),
        (b"AUTH PLAIN \xff", b"501 5.5.2"),
        (b"AUTH PLAIN " + b"A" * LONGEST, b"500"),
    ],
)
async def test_what_is_not_valid_never_reaches_upstream(world: Worlds, said: bytes, heard: bytes) -> None:
    async with world(outbox=signing_in("235 2.7.0 OK")) as w:
        client = await w.client()
        assert (await client.say(said)).startswith(heard)
        assert not any(line.startswith("AUTH") for line in w.outbox.commands)


async def test_an_empty_first_response_and_a_token_longer_than_a_command_are_carried(world: Worlds) -> None:
    async with world(outbox=signing_in("535 5.7.8 No")) as w:
        client = await w.client()
        for word in (b"=", b"AAAA" * 2500):
            assert (await client.say(b"AUTH xoauth2 " + word)).startswith(b"535")
            assert w.outbox.commands[-1] == "AUTH XOAUTH2 " + word.decode()


async def test_auth_has_no_place_in_a_transaction_nor_twice_nor_before_ehlo(world: Worlds) -> None:
    async with world(outbox=signing_in("235 2.7.0 OK")) as w:
        client = await w.raw()
        await client.reply()
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"503")
        await client.say(b"EHLO a.example")
        await client.envelope()
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"503")
        await client.say(b"RSET")
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"235")
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"503")


async def test_no_password_goes_over_a_network_in_clear_unless_told_so(
    world: Worlds, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gateway.relay import session

    monkeypatch.setattr(session, "is_here", lambda address: False)
    async with world(outbox=signing_in("235 OK")) as w:
        client = await w.raw()
        assert b"AUTH" not in await hello(client)
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"538 5.7.11")
    async with world(outbox=signing_in("235 OK"), auth="always") as w:
        assert b"AUTH" in await hello(await w.raw())
    async with world(outbox=signing_in("235 OK"), auth="never", networks=FAR) as w:
        client = await w.raw()
        assert b"AUTH" not in await hello(client)
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"550 5.7.1")


async def test_a_line_that_drops_after_signing_in_is_451_and_then_the_session_ends(world: Worlds) -> None:
    async with world(outbox=signing_in("235 2.7.0 OK"), networks=FAR) as w:
        client = await w.client()
        await client.say(b"AUTH PLAIN " + PLAIN)
        await client.envelope()
        await w.outbox.hang_up()
        assert (await client.say(b"RCPT TO:<b@x.example>")).startswith(b"451 4.4.2")
        assert (await client.say(b"RSET")).startswith(b"250")
        assert (await client.say(b"MAIL FROM:<kefu07@platform.example>")).startswith(b"421 4.4.2")
        assert await client.closed()
        assert w.outbox.connections == 1
        assert w.got == []


async def test_content_that_waits_while_the_line_drops_is_451_and_not_sent_as_a_stranger(
    world: Worlds, judge_type: type[Judge]
) -> None:
    async def slow(envelope: Envelope, message: Message) -> Verdict:
        from gateway.model import Pass

        await box.hang_up()
        return Pass()

    box = signing_in("235 2.7.0 OK")
    async with world(judge_type(ask=slow), outbox=box) as w:
        client = await w.client()
        await client.say(b"AUTH PLAIN " + PLAIN)
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"451 4.4.2")
        assert w.got == []


async def test_an_upstream_that_is_gone_is_454_and_one_out_of_step_is_left(world: Worlds) -> None:
    async with world(outbox=signing_in("235 OK")) as w:
        client = await w.client()
        w.outbox.cut.add("order")
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"454 4.7.0")
        w.outbox.cut.clear()
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"235")
    async with world(outbox=signing_in("354 Go ahead")) as w:
        client = await w.client()
        assert (await client.say(b"AUTH PLAIN " + PLAIN)).startswith(b"454 4.7.0")
    async with world(outbox=signing_in("334 ", "235 OK")) as w:  # says yes to a cancelled exchange
        client = await w.client()
        await client.say(b"AUTH PLAIN")
        assert (await client.say(b"*")).startswith(b"454 4.7.0")
        await client.envelope()
        await client.data(MAIL + b".\r\n")
        assert b"with ESMTP id" in w.got[0].content
        assert w.outbox.connections == 2


async def test_the_auth_parameter_of_mail_is_passed_on_where_auth_is_offered(world: Worlds) -> None:
    async with world(outbox=signing_in()) as w:
        client = await w.client()
        line = b"MAIL FROM:<kefu07@platform.example> AUTH=kefu+2B7@platform.example"
        assert (await client.say(line)).startswith(b"250")
        assert line.decode() in w.outbox.commands
        await client.say(b"RSET")
        assert (await client.say(b"MAIL FROM:<a@platform.example> AUTH=<>")).startswith(b"250")
        await client.say(b"RSET")
        assert (await client.say(b"MAIL FROM:<a@platform.example> AUTH=a+b")).startswith(b"501")
    async with world() as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<a@platform.example> AUTH=<>")).startswith(b"555")


async def test_nothing_of_a_password_stays_in_events_logs_or_our_objects(
    world: Worlds, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    async with world(outbox=signing_in("334 ", "235 2.7.0 OK")) as w:
        client = await w.client()
        await client.say(b"AUTH PLAIN")
        await client.say(PLAIN)
        client.writer.write(b"NOOP\r\n")
        await client.reply()
        for secret in (PLAIN.decode(), SECRET.decode()):
            assert secret not in caplog.text
            assert secret not in repr(w.events)
        (session,) = w.relay._sessions
        upstream = session._mirror._upstream
        assert upstream is not None
        seen, todo = set(), [vars(session), vars(session._mirror), vars(upstream)]
        todo += [vars(session._commands), vars(upstream._wire)]
        while todo:
            for value in gc.get_referents(todo.pop()):
                if isinstance(value, bytes | bytearray | str) and id(value) not in seen:
                    seen.add(id(value))
                    text = value.encode("utf-8", "replace") if isinstance(value, str) else bytes(value)
                    assert PLAIN not in text
                    assert SECRET not in text
