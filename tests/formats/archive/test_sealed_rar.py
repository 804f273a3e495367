"""Encrypted RAR, made here after the technical notes: no program but RAR itself writes it."""

import hashlib
import hmac
import os
import struct
import time
import zlib
from dataclasses import dataclass, replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings

from file_tools import SECRET, damaged, reasons, words
from gateway.model import Reading
from gateway.reading.walk import read_mail

pytestmark = pytest.mark.slow

WORD = "Ab#12x"


def vint(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*made, value))


def aes(data: bytes, key: bytes, vector: bytes) -> bytes:
    data += b"\0" * (-len(data) % 16)
    cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    return cipher.update(data) + cipher.finalize()


@dataclass(frozen=True)
class Five:
    """A RAR 5."""

    password: str = WORD
    heads: bool = False
    tweaked: bool = True
    checked: bool = True
    power: int = 12
    claimed_power: int = 0
    crc_off: int = 0
    comment: bytes = b""
    service: str = ""

    def keys(self, salt: bytes) -> tuple[bytes, bytes, bytes]:
        said = self.password.encode()
        key, mac, check = (hashlib.pbkdf2_hmac("sha256", said, salt, (1 << self.power) + more) for more in (0, 16, 32))
        folded = bytes(check[n] ^ check[n + 8] ^ check[n + 16] ^ check[n + 24] for n in range(8))
        return key, mac, folded + hashlib.sha256(folded).digest()[:4]

    def made(self, *files: tuple[str, bytes], plain: tuple[tuple[str, bytes], ...] = ()) -> bytes:
        salt = b"S" * 16
        key, _, check = self.keys(salt)
        power = self.claimed_power or self.power
        parts = [b"Rar!\x1a\x07\x01\x00"]
        if self.heads:
            said = vint(4) + vint(0) + vint(0) + vint(1) + bytes([power]) + salt + check
            parts.append(_block(said))
        heads = key if self.heads else b""
        parts.append(_block(vint(1) + vint(0) + vint(0), heads))
        if self.comment:
            parts += self._file("CMT", self.comment, heads, kind=3)
        if self.service:
            parts += self._file(self.service, SECRET.encode(), heads, kind=3, locked=False)
        for name, data in plain:
            parts += self._file(name, data, heads, locked=False)
        for name, data in files:
            parts += self._file(name, data, heads)
        parts.append(_block(vint(5) + vint(0) + vint(0), heads))
        return b"".join(parts)

    def _file(self, name: str, data: bytes, heads: bytes, kind: int = 2, locked: bool = True) -> list[bytes]:
        salt, vector = os.urandom(16), os.urandom(16)
        key, mac, check = self.keys(salt)
        crc, extra, sent = zlib.crc32(data), b"", data
        if locked:
            flags = (1 if self.checked else 0) | (2 if self.tweaked else 0)
            record = vint(1) + vint(0) + vint(flags) + bytes([self.claimed_power or self.power]) + salt + vector
            record += check if self.checked else b""
            extra = vint(len(record)) + record
            sent = aes(data, key, vector)
            if self.tweaked:
                digest = hmac.digest(mac, struct.pack("<L", crc), "sha256")
                crc = 0
                for at, octet in enumerate(digest):
                    crc ^= octet << (at & 3) * 8
        raw = name.encode()
        fields = vint(4) + vint(len(data)) + vint(0) + struct.pack("<L", (crc + self.crc_off) % (1 << 32)) + vint(0)
        fields += vint(1) + vint(len(raw)) + raw
        head = vint(kind) + vint(3 if extra else 2) + (vint(len(extra)) if extra else b"") + vint(len(sent))
        return [_block(head + fields + extra, heads), sent]


def _block(head: bytes, key: bytes = b"") -> bytes:
    body = vint(len(head)) + head
    whole = struct.pack("<L", zlib.crc32(body)) + body
    if not key:
        return whole
    vector = os.urandom(16)
    return vector + aes(whole, key, vector)


@dataclass(frozen=True)
class Four:
    """A RAR of 3 and 4."""

    password: str = WORD
    heads: bool = False
    crc_off: int = 0
    version: int = 29

    def key(self, salt: bytes) -> tuple[bytes, bytes]:
        """Slowly, as the note says it."""
        seed, digest, vector = self.password.encode("utf-16-le") + salt, hashlib.sha1(), bytearray()
        for count in range(1 << 18):
            digest.update(seed + count.to_bytes(3, "little"))
            if count % (1 << 14) == 0:
                vector.append(digest.copy().digest()[19])
        found = digest.digest()
        return b"".join(found[at : at + 4][::-1] for at in range(0, 16, 4)), bytes(vector)

    def made(self, *files: tuple[str, bytes]) -> bytes:
        salt = b"saltsalt"
        key, vector = self.key(salt)

        def head(body: bytes) -> bytes:
            whole = struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body
            return salt + aes(whole, key, vector) if self.heads and body[0] != 0x73 else whole

        parts = [b"Rar!\x1a\x07\x00", head(struct.pack("<BHH6x", 0x73, 0x80 if self.heads else 0, 13))]
        for name, data in files:
            sent, raw = aes(data, key, vector), name.encode()
            size = 32 + len(raw) + 8
            crc = (zlib.crc32(data) + self.crc_off) % (1 << 32)
            fields = struct.pack("<LLBLLBBHL", len(sent), len(data), 3, crc, 0, self.version, 0x30, len(raw), 0o100644)
            parts += [head(struct.pack("<BHH", 0x74, 0x8404, size) + fields + raw + salt), sent]
        parts.append(head(struct.pack("<BHH", 0x7B, 0x4000, 7)))
        return b"".join(parts)


def sent(data: bytes, text: str = f"解压密码：{WORD}") -> Reading:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@platform.example", "b@streamers.example", "材料"
    message.set_content(text)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename="a.rar")
    return read_mail(message.as_bytes())


FILES = (("a.txt", SECRET.encode()), ("b.txt", "第二份，很长的一行字".encode()))
WAYS = (Five(), Five(heads=True), Five(tweaked=False), Four(), Four(heads=True))


@pytest.mark.parametrize("way", WAYS)
def test_it_is_opened_with_what_stands_in_the_mail(way: Five | Four) -> None:
    reading = sent(way.made(*FILES))
    assert SECRET in words(reading, "text")
    assert "第二份" in words(reading)
    assert (reasons(reading), reading.faults) == ([], ())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("text", ["见附件", "密码：wrong-1\n密码：wrong-2"])
def test_without_the_password_it_is_held_for_that_alone(way: Five | Four, text: str) -> None:
    reading = sent(way.made(*FILES), text)
    assert reasons(reading) == ["encrypted_archive"]
    assert SECRET not in words(reading)
    assert way.heads or "a.txt" in words(reading, "file_name")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("word", ["密码很长 有空格 ü", "x" * 60])
def test_passwords_of_all_kinds(way: Five | Four, word: str) -> None:
    assert SECRET in words(sent(replace(way, password=word).made(*FILES), f"密码：“{word}”"))


@pytest.mark.parametrize("way", [Five(crc_off=1), Five(crc_off=1, tweaked=False), Four(crc_off=1), Four(version=20)])
def test_what_does_not_come_out_as_it_is_said_stays_shut(way: Five | Four) -> None:
    assert reasons(sent(way.made(*FILES))) == ["encrypted_archive"]


def test_a_comment_is_read_too() -> None:
    assert SECRET in words(sent(Five(comment=SECRET.encode()).made(FILES[1])))
    assert SECRET in words(sent(Five(comment=SECRET.encode(), heads=True).made(FILES[1])))


@pytest.mark.parametrize("heads", [False, True])
@pytest.mark.parametrize(("service", "held"), [("STM", True), ("XYZ", True), ("QO", False), ("RR", False)])
def test_a_service_that_is_not_read_is_said(service: str, held: bool, heads: bool) -> None:
    """WinRAR makes a stream of a file of STM; QO and RR say once more what is in the archive."""
    reading = sent(Five(service=service, heads=heads).made(FILES[1]))
    assert ("unknown_archive" in reasons(reading)) == held
    plain = sent(Five(service=service).made(plain=(FILES[1],)), "见附件")
    assert ("unknown_archive" in reasons(plain)) == held


def test_a_word_that_may_be_a_password_does_no_harm_to_an_archive_in_clear() -> None:
    """Nor does a wrong one to what is in clear beside what is locked."""
    clear = Five().made(plain=(FILES[0],))
    assert not reasons(sent(clear))
    assert SECRET in words(sent(clear))
    mixed = sent(Five(password="another").made(FILES[1], plain=(FILES[0],)))
    assert SECRET in words(mixed)
    assert "encrypted_archive" in reasons(mixed)


def test_a_file_in_clear_beside_a_locked_one_is_read_with_it() -> None:
    made = Five().made(FILES[1], plain=((FILES[0]),))
    assert words(sent(made)).count(SECRET) == 1
    shut = sent(made, "见附件")
    assert SECRET in words(shut)
    assert reasons(shut) == ["encrypted_archive"]


def test_bytes_behind_the_end_are_seen() -> None:
    for way in WAYS:
        assert "trailing_bytes" in reasons(sent(way.made(FILES[1]) + SECRET.encode()))


@pytest.mark.parametrize("way", [Five(claimed_power=24), Five(claimed_power=40), Five(claimed_power=21, heads=True)])
def test_what_a_key_may_cost_is_bounded(way: Five) -> None:
    text = "\n".join(f"密码：wrong-{number}" for number in range(60))
    started = time.process_time()
    assert reasons(sent(way.made(*FILES), text)) == ["encrypted_archive"]
    assert time.process_time() - started < 15


def test_many_files_each_with_its_salt_are_bounded() -> None:
    made = Five(power=15).made(*((f"{number}.txt", b"x") for number in range(400)))
    started = time.process_time()
    assert reasons(sent(made)) == ["encrypted_archive"]
    assert time.process_time() - started < 15


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged(Five().made(*FILES), Five(heads=True).made(*FILES), Four().made(*FILES), Four(heads=True).made(*FILES)))
def test_a_damaged_one_is_no_fault_of_ours(data: bytes) -> None:
    assert sent(data).faults == ()
