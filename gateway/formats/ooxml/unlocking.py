"""Encrypted OpenDocument files, opened with one of some passwords.

OpenDocument 1.2 part 3 section 3.4: each part is deflated, then encrypted under a key of its own (PBKDF2 of a digest of
the password; Blowfish CFB or AES-256-CBC), with a checksum of its first thousand octets. LibreOffice from 24.8 on
encrypts the package as one part, with Argon2id and AES-256-GCM.

How dear a key is the file says, and a stranger wrote it: the work for one document is bounded by what it says, before
any of it is done.

In: the parts of a package, passwords. Out: the parts in clear, of which one may be a package; None where no password
opens all of it, or where it would take too much work. Raises ArchiveTooLarge for what unpacks to too much.
"""

import base64
import hashlib
import hmac
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from gateway.containers.password_limit import MOST_STRETCHED
from gateway.containers.zips import MOST_BYTES, MOST_RATIO, ArchiveTooLarge, Member
from gateway.formats.ooxml.parts import NotXml, tree_of

MANIFEST, WHOLE = "META-INF/manifest.xml", "encrypted-package"
_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
_LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
_WORK = 12.0
"""Seconds that may go into keys, for one document: those of all passwords that are tried, and of its parts."""
_PBKDF2_A_SECOND, _ARGON2_A_SECOND = 1_200_000.0, 400_000.0
"""Rounds, for 20 octets of key; octets of memory in KiB times passes. On a slow machine."""
_MOST_MEMORY = 256 * 1024
_RATIO_FROM = 4 * 1024 * 1024
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class _Sealed:
    """How one part is encrypted, as the manifest says."""

    path: str
    size: int
    cipher: str
    vector: bytes
    start: str
    kdf: str
    salt: bytes
    key_size: int
    rounds: int
    memory: int
    lanes: int
    checksum: bytes
    checksum_of: str

    @property
    def seconds(self) -> float:
        """What its key costs."""
        if self.kdf == "argon2id":
            return self.rounds * self.memory / _ARGON2_A_SECOND
        return self.rounds * -(-self.key_size // 20) / _PBKDF2_A_SECOND


class _NotOurs(Exception):
    """A way of encrypting that is not known here, or figures that no program writes."""


def is_locked(members: Sequence[Member]) -> bool:
    """Whether some part of the package is encrypted."""
    return any(b"encryption-data" in member.data for member in members if member.names[0] == MANIFEST)


def locked_parts(members: Sequence[Member]) -> frozenset[str]:
    """The names of those that the manifest says are encrypted; none where nobody can read it."""
    found = set()
    for member in members:
        if member.names[0] == MANIFEST:
            try:
                entries = list(tree_of(member.data).iter(f"{_NAMES}file-entry"))
            except NotXml:
                continue
            found |= {
                entry.get(f"{_NAMES}full-path", "")
                for entry in entries
                if entry.find(f"{_NAMES}encryption-data") is not None
            }
    return frozenset(found - {MANIFEST})


def unlocked(members: Sequence[Member], passwords: Sequence[str]) -> list[Member] | None:
    """See above. The manifest in what is given back says of nothing that it is encrypted."""
    manifest = next((member for member in members if member.names[0] == MANIFEST), None)
    if manifest is None or not passwords:
        return None
    try:
        sealed = {one.path: one for one in _said(manifest.data)}
    except (NotXml, _NotOurs, ValueError):
        return None
    data = {member.names[0]: member.data for member in members}
    if not sealed or not sealed.keys() <= data.keys():
        return None
    least = min(sealed.values(), key=lambda one: (one.seconds, len(data[one.path])))
    left = _WORK - sum(one.seconds for one in sealed.values())
    for password in passwords[:MOST_STRETCHED]:
        left -= least.seconds
        if left < 0:
            return None
        if _opened(least, data[least.path], password) is not None:
            return _all_opened(members, sealed, password)
    return None


def _all_opened(members: Sequence[Member], sealed: dict[str, _Sealed], password: str) -> list[Member] | None:
    found: list[Member] = []
    left = MOST_BYTES
    for member in members:
        how = sealed.get(member.names[0])
        if how is None:
            found.append(_without_its_word(member) if member.names[0] == MANIFEST else member)
            continue
        clear = _opened(how, member.data, password)
        if clear is None:
            return None
        left -= len(clear)
        if left < 0:
            raise ArchiveTooLarge
        found.append(replace(member, data=clear))
    return found


def _without_its_word(manifest: Member) -> Member:
    return replace(manifest, data=manifest.data.replace(b"encryption-data", b"opened-data"))


def _said(manifest: bytes) -> Iterator[_Sealed]:
    for entry in tree_of(manifest).iter(f"{_NAMES}file-entry"):
        said = entry.find(f"{_NAMES}encryption-data")
        if said is None:
            continue
        algorithm, key = said.find(f"{_NAMES}algorithm"), said.find(f"{_NAMES}key-derivation")
        if algorithm is None or key is None:
            raise _NotOurs
        start = said.find(f"{_NAMES}start-key-generation")
        cipher = _word(algorithm.get(f"{_NAMES}algorithm-name", ""), ("aes256-cbc", "aes256-gcm", "blowfish cfb"))
        kdf = _word(key.get(f"{_NAMES}key-derivation-name", ""), ("pbkdf2", "argon2id"))
        argon2 = kdf == "argon2id"
        one = _Sealed(
            path=entry.get(f"{_NAMES}full-path", ""),
            size=_number(entry.get(f"{_NAMES}size", "-1")),
            cipher=cipher,
            vector=_octets(algorithm.get(f"{_NAMES}initialisation-vector", "")),
            start="sha1" if start is None else _hash(start.get(f"{_NAMES}start-key-generation-name", "sha1")),
            kdf=kdf,
            salt=_octets(key.get(f"{_NAMES}salt", "")),
            key_size=_number(key.get(f"{_NAMES}key-size", "16")),
            rounds=_number(key.get(f"{_LOEXT}argon2-iterations" if argon2 else f"{_NAMES}iteration-count", "0")),
            memory=_number(key.get(f"{_LOEXT}argon2-memory", "0")),
            lanes=_number(key.get(f"{_LOEXT}argon2-lanes", "0")),
            checksum=_octets(said.get(f"{_NAMES}checksum", "")),
            checksum_of=_hash(said.get(f"{_NAMES}checksum-type", "")) if said.get(f"{_NAMES}checksum") else "",
        )
        _check(one)
        yield one


def _check(one: _Sealed) -> None:
    sizes = {"aes256-cbc": (16, (32,)), "aes256-gcm": (12, (32,)), "blowfish cfb": (8, range(4, 57))}
    vector, keys = sizes[one.cipher]
    sound = len(one.vector) == vector and one.key_size in keys and one.rounds > 0 and 8 <= len(one.salt) <= 1024
    if one.kdf == "argon2id":
        sound = sound and 1 <= one.lanes <= 64 and 8 * one.lanes <= one.memory <= _MOST_MEMORY
    if not sound or (one.cipher != "aes256-gcm" and not one.checksum):
        raise _NotOurs


def _word(name: str, known: Sequence[str]) -> str:
    """`http://www.w3.org/2001/04/xmlenc#aes256-cbc` and the like, by how they end."""
    for word in known:
        if name.lower().endswith(word):
            return word
    raise _NotOurs


def _hash(name: str) -> str:
    return _word(name.removesuffix("-1k").removesuffix("/1K").removesuffix("1K"), ("sha1", "sha256"))


def _number(text: str) -> int:
    """No figure of a manifest has more digits; what has makes keys that nobody waits for, or none."""
    if len(text) > _MOST_DIGITS:
        raise _NotOurs
    return int(text)


def _octets(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)


def _opened(how: _Sealed, data: bytes, password: str) -> bytes | None:
    """The part in clear. None where the password does not fit: checksum or tag say so."""
    key = _key(how, password)
    packed: bytes
    match how.cipher:
        case "aes256-gcm":
            body = data.removeprefix(how.vector)
            try:
                packed = AESGCM(key).decrypt(how.vector, body, None)
            except (InvalidTag, ValueError):
                return None
        case "aes256-cbc":
            if not data or len(data) % 16:
                return None
            decryptor = Cipher(algorithms.AES(key), modes.CBC(how.vector)).decryptor()
            padded = decryptor.update(data) + decryptor.finalize()
            if not 1 <= padded[-1] <= 16:  # W3C's padding: the last octet says how long it is
                return None
            packed = padded[: -padded[-1]]
        case _:
            decryptor = Cipher(Blowfish(key), CFB(how.vector)).decryptor()
            packed = decryptor.update(data) + decryptor.finalize()
    if how.checksum and not hmac.compare_digest(_digest(how, packed[:1024]), how.checksum):
        return None
    return _inflated(packed, how.size)


def _digest(how: _Sealed, data: bytes) -> bytes:
    return hashlib.new(how.checksum_of, data, usedforsecurity=False).digest()


def _key(how: _Sealed, password: str) -> bytes:
    start = hashlib.new(how.start, password.encode("utf-8", "replace"), usedforsecurity=False).digest()
    if how.kdf == "argon2id":
        derive = Argon2id(
            salt=how.salt, length=how.key_size, iterations=how.rounds, lanes=how.lanes, memory_cost=how.memory
        )
        return derive.derive(start)
    return hashlib.pbkdf2_hmac("sha1", start, how.salt, how.rounds, how.key_size)


def _inflated(packed: bytes, size: int) -> bytes | None:
    """None where it is not what the manifest says, or something stands behind its end."""
    machine = zlib.decompressobj(-15)
    most = min(MOST_BYTES, max(_RATIO_FROM, MOST_RATIO * len(packed)))
    try:
        clear = machine.decompress(packed, most + 1)
    except zlib.error:
        return None
    if len(clear) > most:
        raise ArchiveTooLarge
    if not machine.eof or machine.unused_data.strip(b"\0") or size not in (-1, len(clear)):
        return None
    return clear
