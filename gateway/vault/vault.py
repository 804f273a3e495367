"""Sealing (AES-256-GCM, NIST SP 800-38D) and keyed digests (HMAC-SHA-256, RFC 2104; AES-CMAC) under one master key.

Each purpose has its own key, derived by HKDF-SHA-256 (RFC 5869), so that a digest never equals another room's digest
of the same value, and no key seals so much that random 96-bit nonces come near their limit of 2^32.

A sealed value is `01 | nonce (12) | ciphertext and tag`. Its context (`report/R-1`, `held/Q-…/content/0`) is bound as
associated data: a value that was copied to another row does not open there. What stands before the first `/` is the
purpose.
Raises: NotOpened, which says nothing of the value.
"""

import hashlib
import hmac
import secrets
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import HushgateError, Problem
from gateway.vault.keys import KEY_BYTES

_VERSION = b"\x01"
_NONCE = 12
_TAG = 16
_BLOCK = 16


class NotOpened(HushgateError):
    """A sealed value does not open: another key, another place, or damage. The three cannot be told apart."""


class Vault:
    """Holds the master key in memory; safe to share between threads."""

    __slots__ = ("_digest_keys", "_master", "_seals", "_tag_keys")

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise Problem("master key", f"has {len(master)} bytes, not {KEY_BYTES}", "give the key as it was made")
        self._master = master
        self._seals: dict[str, AESGCM] = {}
        self._digest_keys: dict[str, bytes] = {}
        self._tag_keys: dict[str, tuple[Cipher[modes.ECB], bytes]] = {}

    def seal(self, plain: bytes, context: str) -> bytes:
        """The bytes, unreadable and bound to `context`."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + self._cipher(context).encrypt(nonce, plain, _bound(context))

    def open(self, sealed: bytes, context: str) -> bytes:
        """The bytes as they were sealed under this key and context."""
        if len(sealed) < 1 + _NONCE + _TAG or sealed[:1] != _VERSION:
            raise NotOpened("a sealed value is damaged")
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher(context).decrypt(nonce, rest, _bound(context))
        except InvalidTag:
            raise NotOpened("a sealed value does not open: wrong key, wrong place or damage") from None

    def digest(self, purpose: str, value: bytes) -> bytes:
        """32 bytes by which equal values are found again without being stored."""
        key = self._digest_keys.get(purpose)
        if key is None:
            key = self._digest_keys[purpose] = self._derive(f"digest/{purpose}")
        return hmac.digest(key, value, hashlib.sha256)

    def tags(self, purpose: str, blocks: bytes) -> bytes:
        """AES-CMAC (NIST SP 800-38B) of each 16 bytes, one after the other: a keyed digest for many small values.

        HMAC costs a microsecond for each of the hundreds of fingerprints of a mail; this is one call for all of them.
        """
        known = self._tag_keys.get(purpose)
        if known is None:
            known = self._tag_keys[purpose] = _tag_key(self._derive(f"tag/{purpose}"))
        cipher, mask = known
        count = len(blocks) // _BLOCK
        masks = int.from_bytes(mask * count, "big")
        masked = (int.from_bytes(blocks, "big") ^ masks).to_bytes(_BLOCK * count, "big")
        return cipher.encryptor().update(masked) if count else b""

    def _cipher(self, context: str) -> AESGCM:
        purpose = context.partition("/")[0]
        cipher = self._seals.get(purpose)
        if cipher is None:
            cipher = self._seals[purpose] = AESGCM(self._derive(f"seal/{purpose}"))
        return cipher

    def _derive(self, purpose: str) -> bytes:
        info = b"hushgate/1/" + purpose.encode()
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._master)

    def __repr__(self) -> str:
        return "Vault()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a vault does not leave its process")


def _tag_key(key: bytes) -> tuple[Cipher[modes.ECB], bytes]:
    """Of one whole block, CMAC is the block under the cipher alone, after a mask: ECB is how to ask for many."""
    cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305
    doubled = int.from_bytes(cipher.encryptor().update(bytes(_BLOCK)), "big") << 1
    if doubled >> 128:
        doubled = doubled ^ (1 << 128) ^ 0x87
    return cipher, doubled.to_bytes(_BLOCK, "big")


def _bound(context: str) -> bytes:
    return _VERSION + context.encode("utf-8", "surrogatepass")
