"""Which bytes are a compound file ([MS-CFB] section 2.2)."""

from gateway.formats import Rank

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def sniff(data: bytes) -> Rank:
    return "sure" if data.startswith(MAGIC) else "no"
