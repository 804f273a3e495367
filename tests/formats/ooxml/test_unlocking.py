"""Encrypted OpenDocument: made here after the manifest that LibreOffice and OpenOffice write, and hostile ones."""

import base64
import hashlib
import os
import re
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from file_tools import SECRET, reasons, words
from gateway.model import Reading
from gateway.reading.walk import read_mail

MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
LOEXT = "urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"
CONTENT = (
    '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>{}</text:p>'
    "</office:text></office:body></office:document-content>"
)
META = '<?xml version="1.0"?><meta><title>{}</title></meta>'


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Way:
    """How a part is encrypted, and what the manifest says of it."""

    cipher: str = "aes"
    rounds: int = 1000
    claimed_rounds: int = 0
    memory: int = 1024
    claimed_memory: int = 0
    lanes: int = 1
    behind: bytes = b""  # put behind the packed data
    size_off: int = 0
    salt: bytes = b"s" * 16


def sealed(path: str, clear: bytes, password: str, way: Way) -> tuple[bytes, str]:
    """The encrypted part, and its entry in the manifest."""
    machine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = machine.compress(clear) + machine.flush() + way.behind
    start, key_size, algorithm = "sha256", 32, ""
    if way.cipher == "blowfish":
        start, key_size = "sha1", 16
    digest = hashlib.new(start, password.encode()).digest()
    if way.cipher == "gcm":
        key = Argon2id(salt=way.salt, length=32, iterations=way.rounds, lanes=way.lanes, memory_cost=way.memory).derive(
            digest
        )
        vector = os.urandom(12)
        data = vector + AESGCM(key).encrypt(vector, packed, None)
        algorithm, checksum = "http://www.w3.org/2009/xmlenc11#aes256-gcm", ""
        kdf = (
            'm:key-derivation-name="urn:org:documentfoundation:names:experimental:office:manifest:argon2id" '
            f'l:argon2-iterations="{way.claimed_rounds or way.rounds}" '
            f'l:argon2-memory="{way.claimed_memory or way.memory}" l:argon2-lanes="{way.lanes}"'
        )
    else:
        key = hashlib.pbkdf2_hmac("sha1", digest, way.salt, way.rounds, key_size)
        kdf = f'm:key-derivation-name="PBKDF2" m:iteration-count="{way.claimed_rounds or way.rounds}"'
        name = f"{MANIFEST}#sha256-1k" if way.cipher == "aes" else "SHA1/1K"
        checksum = f'm:checksum-type="{name}" m:checksum="{b64(hashlib.new(start, packed[:1024]).digest())}"'
        if way.cipher == "aes":
            algorithm, vector = "http://www.w3.org/2001/04/xmlenc#aes256-cbc", os.urandom(16)
            pad = 16 - len(packed) % 16
            cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
            data = cipher.update(packed + os.urandom(pad - 1) + bytes([pad])) + cipher.finalize()
        else:
            algorithm, vector = "Blowfish CFB", os.urandom(8)
            cipher = Cipher(Blowfish(key), CFB(vector)).encryptor()
            data = cipher.update(packed) + cipher.finalize()
    start_name = {"aes": "http://www.w3.org/2000/09/xmldsig#sha256", "gcm": "http://www.w3.org/2001/04/xmlenc#sha256"}
    begins = (
        f'<m:start-key-generation m:start-key-generation-name="{start_name[way.cipher]}" m:key-size="32"/>'
        if way.cipher in start_name
        else ""
    )
    return data, (
        f'<m:file-entry m:full-path="{path}" m:media-type="text/xml" m:size="{len(clear) + way.size_off}">'
        f'<m:encryption-data {checksum}><m:algorithm m:algorithm-name="{algorithm}" '
        f'm:initialisation-vector="{b64(vector)}"/>{begins}<m:key-derivation {kdf} m:key-size="{key_size}" '
        f'm:salt="{b64(way.salt)}"/></m:encryption-data></m:file-entry>'
    )


def package(parts: dict[str, bytes], entries: str = "", plain: dict[str, bytes] | None = None) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        for path, data in parts.items():
            file.writestr(zipfile.ZipInfo(path), data)
        for path, data in (plain or {}).items():
            file.writestr(path, data)
        manifest = f'<?xml version="1.0"?><m:manifest xmlns:m="{MANIFEST}" xmlns:l="{LOEXT}">{entries}</m:manifest>'
        file.writestr("META-INF/manifest.xml", manifest)
    return made.getvalue()


def document(password: str, way: Way, text: str = SECRET, plain: dict[str, bytes] | None = None) -> bytes:
    clear = {"content.xml": CONTENT.format(text).encode(), "meta.xml": META.format("题目").encode()}
    if way.cipher == "gcm":
        clear = {"encrypted-package": package(clear)}
    made = {path: sealed(path, data, password, way) for path, data in clear.items()}
    parts, entries = {path: data for path, (data, _) in made.items()}, "".join(entry for _, entry in made.values())
    return package(parts, entries, plain)


AES, BLOWFISH, GCM = Way(), Way("blowfish"), Way("gcm", rounds=1)


def sent(data: bytes, text: str = "打开密码：Ab#12x") -> Reading:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@platform.example", "b@streamers.example", "材料"
    message.set_content(text)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.odt")
    return read_mail(message.as_bytes())


@pytest.mark.parametrize("way", [AES, BLOWFISH, GCM, replace(GCM, lanes=4)])
def test_it_is_opened_with_what_stands_in_the_mail(way: Way) -> None:
    reading = sent(document("Ab#12x", way))
    assert SECRET in words(reading, "document")
    assert "题目" in words(reading)
    assert reasons(reading) == []
    assert reading.faults == ()


@pytest.mark.parametrize("way", [AES, BLOWFISH, GCM])
def test_without_the_password_it_is_held_for_that_alone(way: Way) -> None:
    for text in ("见附件", "打开密码：wrong-1"):
        reading = sent(document("Ab#12x", way), text)
        assert reasons(reading) == ["encrypted_office"]
        assert SECRET not in words(reading)


@pytest.mark.parametrize("way", [AES, BLOWFISH, GCM])
def test_what_lies_in_clear_beside_what_is_locked_is_read(way: Way) -> None:
    """Whatever the package says of itself, nothing in it is passed by."""
    beside = {"beside.xml": META.format(SECRET).encode(), "Pictures/x.txt": SECRET.encode()}
    for text, left in (("打开密码：Ab#12x", []), ("见附件", ["encrypted_office"])):
        reading = sent(document("Ab#12x", way, "清白", beside), text)
        assert words(reading).count(SECRET) == 2
        assert reasons(reading) == left


@pytest.mark.parametrize("way", [AES, BLOWFISH, GCM])
@pytest.mark.parametrize("change", [{"behind": b"more"}, {"size_off": 1}, {"claimed_rounds": 2}])
def test_what_does_not_come_out_as_it_is_said_stays_shut(way: Way, change: dict[str, int | bytes]) -> None:
    reading = sent(document("Ab#12x", replace(way, **change)))  # type: ignore[arg-type]  # fields of it
    assert reasons(reading) == ["encrypted_office"]


@pytest.mark.parametrize(
    "way",
    [
        replace(AES, claimed_rounds=2_000_000_000),
        replace(BLOWFISH, claimed_rounds=50_000_000),
        replace(GCM, claimed_rounds=100_000),
        replace(GCM, claimed_memory=1 << 30),
        replace(GCM, claimed_memory=250_000, claimed_rounds=40),
        replace(AES, claimed_rounds=-3),
    ],
)
def test_what_a_key_may_cost_is_bounded(way: Way) -> None:
    text = "\n".join(f"密码：wrong-{number}" for number in range(60)) + "\n密码：Ab#12x"
    started = time.process_time()
    assert reasons(sent(document("Ab#12x", way), text)) == ["encrypted_office"]
    assert time.process_time() - started < 15


def test_thousands_of_parts_each_with_a_key_are_bounded() -> None:
    made = {f"p{number}.xml": sealed(f"p{number}.xml", b"<?xml version='1.0'?><a/>", "x", AES) for number in range(900)}
    parts = {"content.xml": CONTENT.format(SECRET).encode(), **{path: data for path, (data, _) in made.items()}}
    entries = "".join(entry.replace('"1000"', '"900000"') for _, entry in made.values())
    started = time.process_time()
    reading = sent(package(parts, entries), "密码：x1")
    assert "encrypted_office" in reasons(reading)
    assert time.process_time() - started < 10


@pytest.mark.parametrize("way", [AES, BLOWFISH, GCM])
def test_a_bomb_behind_a_password_is_a_bomb(way: Way) -> None:
    path = "encrypted-package" if way.cipher == "gcm" else "content.xml"
    data, entry = sealed(path, b"\0" * 300_000_000, "Ab#12x", way)
    assert reasons(sent(package({path: data}, entry))) == ["document_too_large"]


def test_an_encrypted_one_in_an_encrypted_one_is_opened_with_its_own() -> None:
    inner = document("inner-2", AES)
    data, entry = sealed("encrypted-package", inner, "outer-1", GCM)
    both = package({"encrypted-package": data}, entry)
    assert SECRET in words(sent(both, "密码 outer-1，里面 inner-2 是密码"))
    assert reasons(sent(both, "密码 outer-1")) == ["encrypted_office"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("aes256-cbc", "openpgp"),
        lambda text: text.replace("PBKDF2", "scrypt"),
        lambda text: text.replace('m:salt="', 'm:salt="*'),
        lambda text: text.replace("m:iteration-count=", "m:count="),
        lambda text: text.replace('m:key-size="32" m:salt', 'm:key-size="9999" m:salt'),
        lambda text: text.replace('iteration-count="1000"', f'iteration-count="{"9" * 5000}"'),
        lambda text: text.replace("m:checksum=", "m:nothing="),
        lambda text: text.replace('m:full-path="content.xml"', 'm:full-path="other.xml"'),
        lambda text: text + "<unclosed>",
    ],
)
def test_a_manifest_that_no_program_writes_opens_nothing(change: Callable[[str], str]) -> None:
    data, entry = sealed("content.xml", CONTENT.format(SECRET).encode(), "Ab#12x", AES)
    reading = sent(package({"content.xml": data}, change(entry)))
    assert "encrypted_office" in reasons(reading) or "broken_ooxml" in reasons(reading)
    assert SECRET not in words(reading)
    assert reading.faults == ()


def changed(way: Way, pattern: str, into: str) -> bytes:
    path = "encrypted-package" if way.cipher == "gcm" else "content.xml"
    clear = package({"content.xml": CONTENT.format(SECRET).encode()}) if way.cipher == "gcm" else CONTENT.encode()
    data, entry = sealed(path, clear, "Ab#12x", way)
    assert re.search(pattern, entry)
    return package({path: data}, re.sub(pattern, into, entry))


@pytest.mark.parametrize("way", [AES, BLOWFISH])
@pytest.mark.parametrize("sort", ["", "SHA512", f"{MANIFEST}#sha512-1k", "md5", "\u0661"])
def test_a_checksum_of_another_sort_leaves_it_encrypted(way: Way, sort: str) -> None:
    reading = sent(changed(way, 'checksum-type="[^"]*"', f'checksum-type="{sort}"'))
    assert reasons(reading) == ["encrypted_office"]
    assert reading.faults == ()


@pytest.mark.parametrize("digits", [19, 400, 5000])
@pytest.mark.parametrize(
    ("way", "key"),
    [
        (AES, "iteration-count"),
        (BLOWFISH, "iteration-count"),
        (AES, "key-size"),
        (AES, "size"),
        (GCM, "argon2-iterations"),
        (GCM, "argon2-memory"),
        (GCM, "argon2-lanes"),
    ],
)
def test_a_figure_of_any_length_is_no_fault_of_ours(way: Way, key: str, digits: int) -> None:
    reading = sent(changed(way, f':{key}="[0-9]+"', f':{key}="1{"0" * digits}"'))
    assert reasons(reading) == ["encrypted_office"]
    assert reading.faults == ()
