"""The bare forwarder: aiosmtpd in, aiosmtplib out, one upstream connection for each client session, nothing else.

python bare.py UPSTREAM_PORT        prints its own port
"""

import asyncio
import signal
import sys
from typing import Any

import aiosmtplib
from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 104_857_600


class Forwarder:
    """aiosmtpd's handler."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Hand the message on as aiosmtpd gives it."""
        upstream = getattr(session, "upstream", None)
        if upstream is None:
            upstream = aiosmtplib.SMTP(hostname="127.0.0.1", port=self._port, start_tls=False, use_tls=False)
            await upstream.connect()
            session.upstream = upstream  # type: ignore[attr-defined]  # a handler's own
        sender: Any = envelope.mail_from
        content: Any = envelope.original_content
        _, text = await upstream.sendmail(sender, envelope.rcpt_tos, content)
        return f"250 {text}"


class Server(SMTP):
    """Closes the upstream connection with the client's."""

    def connection_lost(self, error: Exception | None) -> None:
        """The client is gone."""
        upstream = getattr(self.session, "upstream", None)
        if upstream is not None:
            upstream.close()
        super().connection_lost(error)


async def main() -> None:
    """Serve until SIGTERM."""
    loop = asyncio.get_running_loop()
    handler = Forwarder(int(sys.argv[1]))

    def arrives() -> asyncio.Protocol:
        return Server(handler, hostname="bare.example", data_size_limit=SIZE_LIMIT, loop=loop)

    server = await loop.create_server(arrives, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()


asyncio.run(main())
