"""Passwords as argon2id hashes (RFC 9106), compared in the same time whether the name exists or not."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_LENGTH, MOST_LENGTH = 12, 256
_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """The hash with its own salt and parameters."""
    return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Is it the password? `None`, for a name that does not exist, costs the same and is never right."""
    try:
        _HASHER.verify(password_hash if password_hash is not None else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody signs in with this")
