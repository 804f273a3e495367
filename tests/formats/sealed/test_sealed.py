"""S/MIME and PGP in binary."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from hypothesis import given, settings

from file_tools import SECRET, damaged, read, reasons, words

MAIL = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{SECRET}。\r\n".encode()


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, name: str) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime(2020, 9, 18, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=9))
    return builder.sign(key, hashes.SHA256())


def signed(*options: pkcs7.PKCS7Options) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = pkcs7.PKCS7SignatureBuilder().set_data(MAIL).add_signer(certificate(key, "客服"), key, hashes.SHA256())
    return builder.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary, *options])


def enveloped() -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(MAIL).add_recipient(certificate(key, "x"))
    return builder.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


SIGNED = signed()


def test_what_is_only_signed_is_opened() -> None:
    reading = read(SIGNED, "smime.p7m")
    assert f"{SECRET}。" in words(reading, "text")
    assert "客服" in words(reading, "metadata"), "the signer's name"
    assert reasons(reading) == []


def test_a_signature_beside_its_mail_is_read() -> None:
    reading = read(signed(pkcs7.PKCS7Options.DetachedSignature), "smime.p7s")
    assert SECRET not in words(reading)
    assert [file.kind for file in reading.files] == ["sealed"]
    assert reasons(reading) == []


def test_encrypted_mail_is_held_and_its_kind_named() -> None:
    assert reasons(read(enveloped())) == ["encrypted_smime"]


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"\x85\x01\x0c\x03" + bytes(range(8)) + b"\x01", "encrypted_pgp"),
        (b"\xc1\xc0\x4c\x03" + bytes(range(8)) + b"\x01", "encrypted_pgp"),
        (b"\x8c\x0d\x04\x09\x03\x02", "encrypted_pgp"),
        (b"\xd2\xc0\x12\x01", "encrypted_pgp"),
        (b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", "encrypted_rights"),
        (b"Salted__", "encrypted_archive"),
        (b"age-encryption.org/v1\n", "encrypted_archive"),
    ],
)
def test_other_kinds_are_known_by_their_bytes(head: bytes, reason: str) -> None:
    assert reasons(read(head + bytes(range(256)))) == [reason]


@settings(max_examples=40)
@given(damaged(SIGNED))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)
