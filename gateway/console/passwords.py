"""Passwords as argon2id hashes (RFC 9106), compared in the same time whether the name exists or not.

A hash takes 64 MiB for a moment. Anybody who can reach the page can ask for one, so that only a few are made at once.
"""

import hashlib
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
    """Is it the password? `None`, for a name that does not exist, costs the same and is never right; so does an empty
    hash, of an account without a password."""
    against = password_hash or _nobody()
    try:
        with _AT_ONCE:
            _HASHER.verify(against, password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(password_hash)


def fingerprint(password_hash: str) -> str:
    """What tells one hash from another, and nothing of either."""
    return hashlib.sha256(password_hash.encode()).hexdigest()


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody signs in with this")
