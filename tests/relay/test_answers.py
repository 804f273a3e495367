"""What is addressed to `hushgate+…` is taken here: upstream hears nothing of it, whatever the inspector says."""

import pytest

from gateway.model import Held, Pass, Rejected, TryLater, Verdict
from relay.conftest import XINGER, Judge, Worlds

OURS = "hushgate@platform.example"
ANSWER = b"HushGate+abc@Platform.Example"


@pytest.mark.parametrize(
    ("verdict", "code"),
    [(Held("Q-A"), b"250 2.7.1"), (Rejected("x"), b"550 5.7.1"), (TryLater("x"), b"451"), (Pass(), b"5")],
)
async def test_an_answer_reaches_the_inspector_and_not_upstream(world: Worlds, verdict: Verdict, code: bytes) -> None:
    async with world(Judge(verdict), answers=OURS) as w:
        client = await w.client()
        await client.envelope(ANSWER)
        assert (await client.data(b"Subject: x\r\n\r\nwhy\r\n.\r\n")).startswith(code)
        assert [one.address for one in w.judge.seen[0][0].recipients] == [ANSWER.decode()]
        assert not w.got
        assert not [line for line in w.outbox.commands if "hushgate+" in line.lower()]
        # The next transaction of the same client is as ever.
        w.judge.verdict = Pass()
        await client.envelope()
        assert (await client.data(b"Subject: x\r\n\r\ny\r\n.\r\n")).startswith(b"250")
        assert [one.recipients for one in w.got] == [(XINGER.decode(),)]


@pytest.mark.parametrize("order", [(ANSWER, XINGER), (XINGER, ANSWER), (ANSWER, ANSWER)])
async def test_an_answer_goes_alone(world: Worlds, order: tuple[bytes, bytes]) -> None:
    """A server that hears 452 sends to the others in another transaction (RFC 5321 section 4.5.3.1.10)."""
    async with world(answers=OURS) as w:
        client = await w.client()
        await client.envelope(order[0])
        assert (await client.say(b"RCPT TO:<%s>" % order[1])).startswith(b"452")
        assert (await client.say(b"RSET")).startswith(b"250")
        await client.envelope(order[1])


async def test_without_an_address_it_is_mail_like_any_other(world: Worlds) -> None:
    async with world() as w:
        client = await w.client()
        await client.envelope(ANSWER, XINGER)
        assert (await client.data(b"Subject: x\r\n\r\ny\r\n.\r\n")).startswith(b"250")
        assert w.got[0].recipients == (ANSWER.decode(), XINGER.decode())
