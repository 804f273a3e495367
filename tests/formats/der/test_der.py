"""Certificates, signatures and seals in DER."""

import io
import random
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, NoEncryption, pkcs7, pkcs12
from hypothesis import given, settings
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words

noise = random.Random(1).randbytes


def element(tag: int, *contents: bytes) -> bytes:
    content = b"".join(contents)
    size = len(content)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes((tag,)) + length + content


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 60), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def certificate(name: str) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime(2020, 9, 18, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=9))
    return key, builder.sign(key, hashes.SHA256())


def seal(name: str, image: bytes, signature: bytes = bytes(range(64))) -> bytes:
    """An electronic seal as GB/T 38540 lays it out: header, name, picture, signature with its algorithm."""
    header = element(0x30, element(0x16, b"ES"), element(0x02, b"\4"), element(0x16, b"OFD"))
    shown = element(0x30, element(0x16, b"PNG"), element(0x04, image), element(0x02, b"\x1e"))
    body = element(0x30, header, element(0x30, element(0x0C, name.encode())), shown)
    algorithm = element(0x30, element(0x06, b"\x2a\x81\x1c\xcf\x55\x01\x83\x75"))
    return element(0x30, body, algorithm, element(0x03, b"\0" + signature))


def ofd(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("OFD.xml", '<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="x"/>')
        for name, data in members.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return out.getvalue()


KEY, CERTIFICATE = certificate(SECRET)
DER = CERTIFICATE.public_bytes(serialization.Encoding.DER)


def test_a_certificate_says_whose_it_is() -> None:
    reading = read(DER, "a.cer")
    assert reasons(reading) == []
    assert SECRET in words(reading)


def test_the_words_and_the_picture_of_a_seal_are_read() -> None:
    reading = read(ofd(Doc_0__Signs__Sign_0__Seal_dot_esl=seal(SECRET, picture())), "发票.ofd")
    assert reasons(reading) == []
    assert SECRET in words(reading)
    assert [(one.width, one.height) for one in reading.pictures] == [(60, 60)]


@pytest.mark.parametrize(("tag", "charset"), [(0x0C, "utf-8"), (0x1E, "utf-16-be"), (0x13, "gbk"), (0x1C, "utf-32-be")])
def test_every_kind_of_string_is_text(tag: int, charset: str) -> None:
    data = element(0x30, element(0x02, b"\1"), element(tag, SECRET.encode(charset)), element(0x04, b"x" * 8))
    assert SECRET in words(read(data, "SignedValue.dat"))


def test_a_signature_of_an_ofd_may_have_bytes_that_mean_nothing() -> None:
    data = element(0x30, element(0x02, b"\1"), element(0x30, b"\x73\xa9\xbe" + noise(240)))
    assert reasons(read(ofd(Doc_0__Signs__Sign_0__SignedValue_dot_dat=data), "a.ofd")) == []
    assert reasons(read(data, "a.dat")) == ["unknown_binary"]


@pytest.mark.parametrize("content", [picture(), b"PK\3\4\x14\0" + bytes(60), noise(2000)])
def test_bytes_that_are_a_file_or_too_many_are_no_signature(content: bytes) -> None:
    data = element(0x30, element(0x02, b"\1"), element(0x04, b"1234" + content))
    reading = read(data, "SignedValue.dat")
    assert reasons(reading) or reading.pictures


def test_many_small_pieces_of_no_meaning_are_held() -> None:
    data = element(0x30, *(element(0x04, noise(500)) for _ in range(10)))
    assert reasons(read(data, "SignedValue.dat")) == ["unknown_binary"]


def test_what_is_encrypted_is_held() -> None:
    store = pkcs12.serialize_key_and_certificates(b"x", KEY, CERTIFICATE, None, BestAvailableEncryption(b"1234"))
    key = KEY.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, BestAvailableEncryption(b"1234")
    )
    chinese = element(0x30, element(0x06, b"\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02\x03"), element(0x04, noise(90)))
    mail = pkcs7.PKCS7EnvelopeBuilder().set_data(b"x").add_recipient(CERTIFICATE)
    enveloped = mail.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    for data in (store, key, chinese, enveloped):
        assert "encrypted_smime" in reasons(read(data, "SignedValue.dat"))


def test_a_key_and_a_bare_signature_are_read_whole() -> None:
    key = KEY.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, NoEncryption())
    bare = ec.generate_private_key(ec.SECP256R1()).sign(b"x", ec.ECDSA(hashes.SHA256()))
    assert reasons(read(key, "a.der")) == []
    assert reasons(read(bare, "Doc_0/Signs/Sign_0/SignedValue.dat")) == []


def test_text_that_begins_with_a_nought_is_text() -> None:
    text = b"02" + b"x" * 50
    assert [file.kind for file in read(text, "a.txt").files] == ["text"]


@settings(max_examples=60, deadline=None)
@given(damaged(DER, seal(SECRET, picture())))
def test_damage_ends_no_reader(data: bytes) -> None:
    reasons(read(data, "SignedValue.dat"))
