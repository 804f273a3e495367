"""Passwords as argon2id hashes (RFC 9106), compared in the same time whether the name exists or not.

A hash takes 64 MiB for a moment. Anybody who can reach the page can ask for one, so that only a few are made at once.
"""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_LENGTH, MOST_LENGTH = 12, 256
_HASHER = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)


def hashed(password: str) -> str:
    """The hash with its own salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, password_hash: str | None) -> bool:
    """Is it the password? `None`, for a name that does not exist, costs the same and is never right."""
    against = password_hash if password_hash is not None else _nobody()
    try:
        with _AT_ONCE:
            _HASHER.verify(against, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody signs in with this")
