"""TLS to upstream as the relay's client sees it: verified or 451, and never a word of the mail in clear."""

import datetime
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.smtp.sink import Outbox
from gateway.telemetry.events import UpstreamFailed
from relay.conftest import Worlds

MAIL = b"Subject: x\r\n\r\nbody\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "outbox.example")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([address]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "outbox.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def speaking(mode: str, certificate: Path) -> Outbox:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return Outbox(tls=context) if mode == "implicit" else Outbox(starttls=context)


@pytest.mark.parametrize("mode", ["implicit", "starttls"])
async def test_mail_goes_out_under_tls_to_a_server_whose_certificate_is_known(
    world: Worlds, certificate: Path, mode: str
) -> None:
    upstream = {"tls": mode, "ca_file": str(certificate)}
    async with world(outbox=speaking(mode, certificate), upstream=upstream) as w:
        client = await w.client()
        await client.envelope()
        assert (await client.data(MAIL + b".\r\n")).startswith(b"250 2.0.0 Queued")
        assert w.got[0].content.endswith(MAIL)


@pytest.mark.parametrize("mode", ["implicit", "starttls"])
async def test_a_server_whose_certificate_is_not_known_is_451_and_hears_nothing_of_the_mail(
    world: Worlds, certificate: Path, mode: str
) -> None:
    async with world(outbox=speaking(mode, certificate), upstream={"tls": mode}) as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<kefu07@platform.example>")).startswith(b"451 4.4.1")
        assert not any(command.startswith("MAIL") for command in w.outbox.commands)
        assert ("tls", 0) in [(event.stage, event.code) for event in w.events if isinstance(event, UpstreamFailed)]


async def test_a_server_that_offers_no_starttls_is_451_and_hears_nothing_of_the_mail(world: Worlds) -> None:
    async with world(upstream={"tls": "starttls"}) as w:
        client = await w.client()
        assert (await client.say(b"MAIL FROM:<kefu07@platform.example>")).startswith(b"451 4.4.1")
        assert set(w.outbox.commands) == {"EHLO gate.platform.example"}
