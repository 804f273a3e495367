"""TLS from clients: STARTTLS, TLS from the first byte, and certificates that are replaced."""

import asyncio
import datetime
import ssl
from pathlib import Path
from typing import Any

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.errors import Problem
from gateway.relay.server import RelayServer
from gateway.smtp.sink import KEYWORDS, Outbox
from gateway.telemetry.events import CertificateNotLoaded
from relay.conftest import Peer, World, Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"


def pair(path: Path, name: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    signed = x509.CertificateBuilder(subject, subject, key.public_key(), 1, now - day, now + day).sign(
        key, hashes.SHA256()
    )
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def spoil(file: Path) -> None:
    file.write_text("half a fi")


def remove(file: Path) -> None:
    file.unlink()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    pair(tmp_path / "gate.pem", "gate.example")
    return tmp_path / "gate.pem"


def options(file: Path, tls: str) -> dict[str, Any]:
    return {"tls": tls, "certificate": str(file), "private_key": str(file)}


def trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def starttls(client: Peer) -> None:
    assert (await client.say(b"STARTTLS")) == b"220 2.0.0 Ready to start TLS\r\n"
    await client.writer.start_tls(trusting())


def name_of(client: Peer) -> str:
    der = client.writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(der).subject.rfc4514_string()


async def test_mail_goes_in_under_starttls_and_the_trace_says_so(world: Worlds, file: Path) -> None:
    async with world(**options(file, "starttls")) as w:
        client = await w.raw()
        await client.reply()
        assert b"STARTTLS" in await client.say(b"EHLO a.example")
        await starttls(client)
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"503")  # nothing said before counts
        assert b"STARTTLS" not in await client.say(b"EHLO a.example")
        assert (await client.say(b"STARTTLS")).startswith(b"503")
        await client.envelope()
        assert (await client.data(MAIL * 40_000 + b".\r\n")).startswith(b"250")
        assert b"with ESMTPS id" in w.got[0].content
        assert w.got[0].content.endswith(MAIL * 40_000)
        assert await client.say(b"QUIT") == b"221 2.0.0 Bye\r\n"
        assert await client.closed()
    assert not [event for event in w.events if type(event).__name__ == "Unexpected"]


async def test_what_was_sent_in_clear_behind_starttls_is_thrown_away(world: Worlds, file: Path) -> None:
    async with world(**options(file, "starttls")) as w:
        client = await w.client()
        client.writer.write(b"STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@x.example>\r\n")
        assert (await client.reply()).startswith(b"220 2.0.0")
        await client.writer.start_tls(trusting())
        assert b"250" in await client.say(b"EHLO a.example")
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert not any("evil" in command for command in w.outbox.commands)
        assert w.got[0].content.startswith(b"Received: from a.example ")


async def test_a_transaction_and_a_sign_in_before_starttls_do_not_count_after_it(world: Worlds, file: Path) -> None:
    box = Outbox(keywords=(*KEYWORDS, "AUTH PLAIN"))
    box.also = lambda line: "235 2.7.0 OK" if line.startswith("AUTH ") else None
    async with world(outbox=box, networks=("192.0.2.0/24",), **options(file, "starttls")) as w:
        client = await w.client()
        assert (await client.say(b"AUTH PLAIN AGEAYg==")).startswith(b"235")
        await client.envelope()
        await starttls(client)
        assert b"AUTH PLAIN" in await client.say(b"EHLO a.example")
        assert (await client.say(b"MAIL FROM:<a@x.example>")).startswith(b"530")
        assert (await client.say(b"AUTH PLAIN AGEAYg==")).startswith(b"235")
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert b"with ESMTPSA id" in w.got[0].content


async def test_required_takes_no_mail_and_no_password_before_tls(world: Worlds, file: Path) -> None:
    box = Outbox(keywords=(*KEYWORDS, "AUTH PLAIN"))
    async with world(outbox=box, auth="always", **options(file, "required")) as w:
        client = await w.raw()
        await client.reply()
        assert b"AUTH" not in await client.say(b"EHLO a.example")
        assert (await client.say(b"MAIL FROM:<a@x.example>")) == b"530 5.7.0 Must issue a STARTTLS command first\r\n"
        assert (await client.say(b"AUTH PLAIN AGEAYg==")).startswith(b"538")
        await starttls(client)
        assert b"AUTH PLAIN" in await client.say(b"EHLO a.example")
        await client.envelope()


async def test_a_handshake_that_fails_ends_the_connection_and_gives_its_place_back(world: Worlds, file: Path) -> None:
    async with world(max_sessions=1, **options(file, "starttls")) as w:
        client = await w.client()
        assert (await client.say(b"STARTTLS")).startswith(b"220")
        client.writer.write(b"EHLO in.clear.example\r\n" * 10)
        await client.closed()
        await w.until(lambda: not w.relay.sessions)
        assert w.relay._clients._tally._mine[0] == 0
        await w.client()
    assert not [event for event in w.events if type(event).__name__ == "Unexpected"]


async def test_a_client_that_leaves_under_tls_in_the_middle_is_cleared_away(world: Worlds, file: Path) -> None:
    async with world(**options(file, "starttls")) as w:
        client = await w.client()
        await starttls(client)
        await client.say(b"EHLO a.example")
        await client.envelope()
        await client.say(b"DATA")
        client.writer.write(MAIL)
        await client.writer.drain()
        client.writer.close()
        await w.until(lambda: not w.relay.sessions)
        assert w.got == []


async def test_tls_from_the_first_byte(world: Worlds, file: Path) -> None:
    async with world(**options(file, "implicit")) as w:
        client = await w.raw(ssl=trusting())
        await client.start()
        assert (await client.say(b"STARTTLS")).startswith(b"502")
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250")
        assert b"with ESMTPS id" in w.got[0].content
        clear = await w.raw()
        clear.writer.write(b"EHLO a.example\r\n")
        await clear.closed()
        assert w.relay.sessions == 1
        assert w.relay._clients._tally._mine[0] == 1


async def test_a_connection_that_leaves_or_waits_before_its_handshake_keeps_no_place(world: Worlds, file: Path) -> None:
    async with world(max_sessions=1, **options(file, "implicit")) as w:
        silent = await w.raw()
        silent.writer.close()
        await w.until(lambda: not w.relay._entering)
        await (await w.raw(ssl=trusting())).start()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_old_tls_is_refused(world: Worlds, file: Path) -> None:
    old = trusting()
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    async with world(**options(file, "implicit")) as w:
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await w.raw(ssl=old)


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
async def test_a_new_certificate_is_used_and_a_broken_one_is_not(world: Worlds, file: Path, tls: str) -> None:
    async def named(w: World) -> str:
        client = await w.raw(ssl=trusting() if tls == "implicit" else None)
        await client.start()
        if tls == "starttls":
            await starttls(client)
        return name_of(client)

    async with world(**options(file, tls)) as w:
        assert await named(w) == "CN=gate.example"
        spoil(file)
        assert await named(w) == "CN=gate.example"
        assert await named(w) == "CN=gate.example"
        assert w.events.count(CertificateNotLoaded()) == 1
        remove(file)
        assert await named(w) == "CN=gate.example"
        pair(file, "new.example")
        assert await named(w) == "CN=new.example"


async def test_a_start_without_a_usable_certificate_is_one_clear_line(world: Worlds, file: Path) -> None:
    from dataclasses import replace

    async with world(**options(file, "starttls")) as w:
        broken = replace(w.relay._options, private_key=str(file.parent / "none.pem"))
        with pytest.raises(Problem, match=r"^smtp\.certificate: "):
            RelayServer(broken, w.judge, w.events.append)
        w.relay.change(broken)  # found good by the supervisor, gone since
        assert w.events[-1] == CertificateNotLoaded()
        await starttls(await w.client())


@pytest.mark.parametrize("policy", [asyncio.DefaultEventLoopPolicy, uvloop.EventLoopPolicy])
@pytest.mark.parametrize("turns", range(4))
def test_a_drain_in_the_midst_of_a_handshake_leaves_no_session_behind(
    world: Worlds, file: Path, turns: int, policy: type[asyncio.AbstractEventLoopPolicy]
) -> None:
    async def drained() -> None:
        async with world(**options(file, "starttls")) as w:
            client = await w.client()
            assert (await client.say(b"STARTTLS")).startswith(b"220")  # and no word of a handshake follows
            for _ in range(turns):
                await asyncio.sleep(0)
            async with asyncio.timeout(9):
                await w.relay.drain(20)
            assert not w.relay._sessions

    with asyncio.Runner(loop_factory=policy().new_event_loop) as runner:
        runner.run(drained())
