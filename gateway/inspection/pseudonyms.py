"""Codes that stand for people: the same for the same person in one thread of mail, another in every other thread.

The thread is the first message that a mail refers to, or the mail itself where it refers to none (RFC 5322 section
3.6.4). A code is the beginning of an HMAC under a key of this installation, so that nobody else can try names against
it, and two threads cannot be compared.

In: a reading, the reports that the codes are for, a key. Out: a code a report. Pure.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from gateway.model import Reading

_LETTERS = 4
"""20 bits: of a thread's few people, two have the same code once in some hundred thousand threads."""


def codes(reading: Reading, reports: Iterable[str], key: bytes, message: bytes) -> dict[str, str]:
    """By report. `message` is the digest of the content, for a mail that has no id."""
    thread = _root(reading).encode() or message
    return {report: _code(key, thread, report) for report in reports}


def _root(reading: Reading) -> str:
    own = next((mail for mail in reading.mails if not mail.where.part and not mail.where.steps), None)
    if own is None:
        return ""
    return next(iter(own.references), own.message_id).strip().strip("<>").lower()


def _code(key: bytes, thread: bytes, report: str) -> str:
    digest = hmac.new(key, b"pseudonym\0" + thread + b"\0" + report.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode("ascii")[:_LETTERS]
