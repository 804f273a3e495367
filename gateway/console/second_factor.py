"""Time-based one-time passwords (RFC 6238: SHA-1, six digits, thirty seconds, as every app knows them) and recovery
codes. Pure but for fresh secrets; that each works once is the store's to see to."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from urllib.parse import quote

_SECONDS = 30
_DIGITS = 6
_EITHER_SIDE = 1
"""Steps that a clock may be off."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another."""
_CODES, _CODE_LENGTH = 10, 10
_ISSUER = "Hushgate"


def fresh_secret() -> bytes:
    """160 bits, as RFC 4226 section 4 recommends."""
    return secrets.token_bytes(20)


def step_at(now: datetime) -> int:
    """The step of time."""
    return int(now.timestamp()) // _SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The code of a step (RFC 4226 section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**_DIGITS:0{_DIGITS}}"


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step near to now of which this is the code; None where it is of none."""
    given, middle = code.encode(), step_at(now)
    steps = range(max(0, middle - _EITHER_SIDE), middle + _EITHER_SIDE + 1)
    found = [step for step in steps if hmac.compare_digest(code_at(secret, step).encode(), given)]
    return max(found, default=None)


def typed(words: str) -> str:
    """A code as a person types it, without spaces and dashes; what is too long for one is none."""
    plain = "".join(char for char in words[:64] if not char.isspace() and char not in "-–—").casefold()
    return plain if len(plain) <= _CODE_LENGTH and plain.isascii() else ""


def is_totp(code: str) -> bool:
    """Six digits; a recovery code is longer."""
    return len(code) == _DIGITS and code.isdecimal()


def fresh_recovery_codes() -> tuple[str, ...]:
    """Ten codes of 49 bits each, as `typed` gives them."""
    return tuple("".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)) for _ in range(_CODES))


def in_halves(code: str) -> str:
    """A recovery code as it is shown."""
    return f"{code[: _CODE_LENGTH // 2]}-{code[_CODE_LENGTH // 2 :]}"


def key_of(secret: bytes) -> str:
    """The secret as it is typed into an app, in groups of four."""
    key = base64.b32encode(secret).decode("ascii").rstrip("=")
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def key_address(name: str, secret: bytes) -> str:
    """What the QR code says (the `otpauth` scheme of authenticator apps)."""
    key = key_of(secret).replace(" ", "")
    return f"otpauth://totp/{_ISSUER}:{quote(name, safe='')}?secret={key}&issuer={_ISSUER}"


def key_picture(address: str) -> tuple[int, str]:
    """How many modules wide the QR code is with its margin, and its dark ones as the `d` of an SVG path."""
    import numpy as np
    import zxingcpp  # for this page alone

    barcode = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    pixels = np.asarray(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False))
    margin = 4
    dark = zip(*np.nonzero(pixels < 128), strict=True)
    return pixels.shape[0] + 2 * margin, "".join(f"M{x + margin} {y + margin}h1v1h-1z" for y, x in dark)
