"""Is anything of the reporter in what the world got? Asked without the product's own reader, so that it cannot agree
with itself: the standard library decodes every part, archives are opened, and the secrets are looked for in the raw
bytes, in every text, and the forbidden files by digest.
"""

import email
import email.policy
import hashlib
import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from email.header import decode_header, make_header

_BLANK = re.compile(r"[\s<>/\-]+")
_TAG = re.compile(r"<[^>]*>")


def traces(content: bytes, secrets: Iterable[str], forbidden: frozenset[bytes]) -> list[str]:
    """What was found: the secret words (their number, not the words) and forbidden files. Empty is right."""
    found = []
    blobs = list(_blobs(content))
    texts = [_plain(text) for blob in blobs for text in _texts(blob)]
    for number, secret in enumerate(secrets, 1):
        wanted = _plain(secret)
        if any(wanted in text for text in texts):
            found.append(f"secret {number}")
    found += [f"file {number}" for number, blob in enumerate(blobs) if hashlib.sha256(blob).digest() in forbidden]
    return found


def words_of(content: bytes) -> str:
    """Subject and texts of a mail as a person reads them, for a picture of it."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    body = mail.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    return f"{mail['Subject']}\n{text}"


def _blobs(content: bytes) -> Iterator[bytes]:
    yield content
    mail = email.message_from_bytes(content)
    for part in mail.walk():
        for name, value in part.items():
            yield f"{name}: {_header(value)}".encode()
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield data
            if data.startswith(b"PK"):
                yield from _members(data)


def _header(value: object) -> str:
    try:
        return str(make_header(decode_header(str(value))))
    except (LookupError, UnicodeError):
        return str(value)


def _members(data: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            if not info.flag_bits & 1:
                member = archive.read(info)
                yield member
                if member.startswith(b"PK"):
                    yield from _members(member)


def _texts(blob: bytes) -> Iterator[str]:
    for charset in ("utf-8", "gb18030", "utf-16-le"):
        text = blob.decode(charset, "ignore")
        yield text
        yield html.unescape(_TAG.sub("", text))


def _plain(text: str) -> str:
    return _BLANK.sub("", text).casefold()
