"""A keyed digest under a key that was derived for one purpose."""

import hashlib
import hmac
from collections.abc import Callable


def keyed(key: bytes) -> Callable[[bytes], bytes]:
    """The function from words to 32 octets (HMAC-SHA-256). An empty key is refused: it would be anybody's."""
    if not key:
        raise ValueError("no key")
    return lambda said: hmac.digest(key, said, hashlib.sha256)
