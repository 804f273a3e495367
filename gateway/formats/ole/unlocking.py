"""Encrypted Office files (MS-OFFCRYPTO), opened with one of some passwords.

In: the compound file, passwords. Out: the document in clear: a package (docx, xlsx, pptx), or a compound file whose
streams are decrypted. Nothing is raised: what no password opens is None.
"""

import logging
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import msoffcrypto
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from gateway.containers.password_limit import MOST_STRETCHED
from gateway.errors import is_our_own

DEFAULT = "VelvetSweatshop"
"""Excel opens what is encrypted with it without asking (MS-OFFCRYPTO section 2.3.7.1 and 2.4.2.3)."""
_MOST_ROUNDS = 3_000_000
"""For all passwords of one document: how many rounds each takes it says itself, and a stranger wrote it."""

logging.getLogger("msoffcrypto").setLevel(logging.CRITICAL)


def unlocked(data: bytes, passwords: Sequence[str]) -> bytes | None:
    """The document in clear."""
    left = _MOST_ROUNDS
    for password in (DEFAULT, *passwords)[:MOST_STRETCHED]:
        try:
            file = msoffcrypto.OfficeFile(BytesIO(data))
            if not file.is_encrypted():
                return None
            left -= _rounds(file)
            if left < 0:
                return None
            if not _fits(file, password):
                continue
            file.load_key(password)
            opened = BytesIO()
            file.decrypt(opened)
        except MemoryError:
            raise
        except Exception as error:  # a wrong password, or bytes that are no such file: the library fails in any way
            if is_our_own(error):
                raise
            continue
        return opened.getvalue()
    return None


def _rounds(file: Any) -> int:
    if file.format != "ooxml" or file.type != "agile":
        return 0
    rounds = int(file.info["spinValue"])
    return rounds if rounds >= 0 else _MOST_ROUNDS + 1


def _fits(file: Any, password: str) -> bool:
    """Of the kind that is dear to try: the check alone, which costs half of it."""
    if file.format != "ooxml" or file.type != "agile":
        return True
    info = file.info
    return bool(
        ECMA376Agile.verify_password(
            password,
            info["passwordSalt"],
            info["passwordHashAlgorithm"],
            info["encryptedVerifierHashInput"],
            info["encryptedVerifierHashValue"],
            info["spinValue"],
            info["passwordKeyBits"],
        )
    )
