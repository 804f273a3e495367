"""What a client may cost: a message over the limit is read to its end, and not kept."""

import tracemalloc

from relay.conftest import Worlds

PIECE = b"x" * 500_000 + b"\r\n"


async def test_a_message_far_over_the_limit_takes_no_memory_and_the_next_one_goes_through(world: Worlds) -> None:
    async with world(max_size=1000) as w:
        client = await w.client()
        await client.envelope()
        await client.say(b"DATA")
        tracemalloc.start()
        try:
            for _ in range(80):
                client.writer.write(PIECE)
                await client.writer.drain()
            client.writer.write(b".\r\n")
            assert (await client.reply()).startswith(b"552 5.3.4")
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < 10_000_000  # of forty million octets sent
        await client.envelope()
        assert (await client.data(b"Subject: x\r\n\r\n.\r\n")).startswith(b"250")
        assert len(w.got) == 1
