"""Base64 as lenient programs read it: with letters missing at its end, with anything between the letters.

RFC 4648 sections 3.3, 4 and 5. Whoever is strict shows less; what stays hidden from one program and not from another
must be seen. Where a strict reading is wanted, `base64.b64decode(…, validate=True)` is that.

In: bytes. Out: bytes. Nothing is raised. Linear in the length.
"""

from binascii import a2b_base64

_OTHERS = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_OTHERS_OF_URLS = bytes(set(_OTHERS) - set(b"-_"))
_AS_IN_URLS = bytes.maketrans(b"-_", b"+/")


def lenient(data: bytes, *, of_urls: bool = False) -> bytes:
    """What the letters say, in one piece: all else is left out, padding too. `of_urls`: `-` and `_` are letters."""
    return _decoded(_letters(data, of_urls).replace(b"=", b""))


def lenient_pieces(data: bytes, *, of_urls: bool = False) -> bytes:
    """What the letters say, where padding in the middle ends one piece and begins the next."""
    return b"".join(_decoded(piece) for piece in _letters(data, of_urls).split(b"=") if len(piece) > 1)


def lenient_readings(data: bytes) -> tuple[bytes, ...]:
    """Both, each once: a sign of padding in the middle ends a piece to some programs, and is nothing to others."""
    return tuple(dict.fromkeys((lenient_pieces(data), lenient(data))))


def _letters(data: bytes, of_urls: bool) -> bytes:
    return data.translate(_AS_IN_URLS, _OTHERS_OF_URLS) if of_urls else data.translate(None, _OTHERS)


def _decoded(letters: bytes) -> bytes:
    if len(letters) % 4 == 1:  # of one letter that stands alone six bits are known, which is nothing
        letters = letters[:-1]
    return a2b_base64(letters + b"=" * (-len(letters) % 4))
