"""Signatures that anybody can check and only the holder of a key can make (Ed25519, RFC 8032)."""

import secrets
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SEED_BYTES = 32


def new_seed() -> bytes:
    """What a new key is made of; to be sealed before it is stored."""
    return secrets.token_bytes(SEED_BYTES)


class SigningKey:
    """Signs. `public` is the 32 bytes, in lower-case hex, by which anybody checks."""

    __slots__ = ("_key", "public")

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw().hex()

    def sign(self, statement: bytes) -> str:
        """The signature, 64 bytes in lower-case hex."""
        return self._key.sign(statement).hex()

    def __repr__(self) -> str:
        return "SigningKey()"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signing key does not leave its process")


def is_signed(public: str, statement: bytes, signature: str) -> bool:
    """Whether the holder of that key signed this; False too for what is no key or no signature."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), statement)
    except (InvalidSignature, ValueError):
        return False
    return True
