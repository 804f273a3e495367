"""The drill as a client of the relay: one mail on one connection, in whatever way the installation wants clients.

A PROXY header where the relay takes this machine for a load balancer; TLS where it offers it. The certificate is not
checked, for the relay shows who it is in another way: by a word that only a service of the same store can know, and
before it has said that word nothing of a mail is given to it. It is greeted with HELO, for at EHLO a relay asks what
upstream offers, and upstream hears nothing of a drill.
"""

import asyncio
import contextlib
import hmac
import ipaddress
import ssl
import time
from dataclasses import dataclass, field

from gateway.drill.made_up import DrillMail
from gateway.model.drill import DrillRoute
from gateway.settings.settings import Smtp
from gateway.smtp.data_framing import stuffed

_CONNECT_SECONDS = 5.0
_MOST_LINES = 100


class NoRelayThere(Exception):
    """Nobody listens there."""


class UnknownRelay(Exception):
    """Whoever answers there knows nothing of this drill."""


class RelaySilent(Exception):
    """The relay took the connection and did not answer in time, or hung up."""


@dataclass(frozen=True, slots=True)
class RelayAnswer:
    """The relay's answer to the whole mail, or to the command that it refused."""

    code: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RelayClient:
    """Where it listens, and how clients are to come."""

    host: str
    port: int
    smtp: Smtp = field(repr=False)

    async def send(self, mail: DrillMail, route: DrillRoute, seconds: float) -> RelayAnswer:
        """Raises: NoRelayThere, UnknownRelay, RelaySilent."""
        try:
            async with asyncio.timeout(seconds):
                return await self._sent(mail, route)
        except (TimeoutError, OSError, EOFError, ValueError):
            raise RelaySilent from None

    async def _sent(self, mail: DrillMail, route: DrillRoute) -> RelayAnswer:
        talk = await self._connected()
        try:
            await talk.hears(220)
            await talk.says("HELO drill.invalid", 250)
            if self.smtp.tls in ("starttls", "required"):
                await talk.says("STARTTLS", 220)
                await talk.encrypt()
                await talk.says("HELO drill.invalid", 250)
            code, word = await talk.asks(f"MAIL FROM:<{mail.sender}>")
            if code in (421, 451):
                return RelayAnswer(code, 0.0)
            if code != 250 or not hmac.compare_digest(word.rpartition(" ")[2].encode(), route.proof.encode()):
                raise UnknownRelay
            for line, wanted in ((f"RCPT TO:<{mail.recipient}>", 250), ("DATA", 354)):
                code, _ = await talk.asks(line)
                if code != wanted:
                    return RelayAnswer(code, 0.0)
            started = time.monotonic()
            code = await talk.content(mail.content)
            return RelayAnswer(code, time.monotonic() - started)
        finally:
            talk.close()

    async def _connected(self) -> "_Talk":
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                reader, writer = await asyncio.open_connection(self.host, self.port)
        except ConnectionRefusedError:
            raise NoRelayThere from None
        except OSError as error:
            raise NoRelayThere from error
        talk = _Talk(reader, writer)
        if _within(str(writer.get_extra_info("sockname")[0]), self.smtp.proxy_networks):
            writer.write(b"PROXY UNKNOWN\r\n")
        if self.smtp.tls == "implicit":
            await talk.encrypt()
        return talk


class _Talk:
    """Commands and answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def encrypt(self) -> None:
        """TLS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        await self._writer.start_tls(context)

    async def asks(self, line: str) -> tuple[int, str]:
        """The answer to a command: its code and its last line."""
        self._writer.write(line.encode("ascii") + b"\r\n")
        await self._writer.drain()
        return await self._answer()

    async def says(self, line: str, wanted: int) -> None:
        """Raises: RelaySilent where the answer is another one."""
        if (await self.asks(line))[0] != wanted:
            raise RelaySilent

    async def hears(self, wanted: int) -> None:
        """The greeting. Raises: RelaySilent where it is another one."""
        if (await self._answer())[0] != wanted:
            raise RelaySilent

    async def content(self, content: bytes) -> int:
        """The code of the answer to a whole mail."""
        self._writer.write(stuffed(content) + b".\r\n")
        await self._writer.drain()
        return (await self._answer())[0]

    def close(self) -> None:
        """QUIT, without waiting for what is said to it."""
        with contextlib.suppress(OSError, RuntimeError):
            self._writer.write(b"QUIT\r\n")
            self._writer.close()

    async def _answer(self) -> tuple[int, str]:
        for _ in range(_MOST_LINES):
            line = (await self._reader.readuntil(b"\n")).decode("ascii", "replace").rstrip()
            if line[3:4] != "-":
                return int(line[:3]), line
        raise RelaySilent


def _within(address: str, networks: tuple[str, ...]) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return any(found in ipaddress.ip_network(network) for network in networks)
