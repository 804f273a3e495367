"""Which bytes are one element of DER from the first to the last."""

import re

from gateway.formats import Rank
from gateway.formats.der.elements import parses, whole

_TEXT = re.compile(rb"[\t\r\n\x20-\x7e]*")
_SHORTEST = 16
_CMS = re.compile(rb"\x06(?:\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07|\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01)")
"""Signed and encrypted mail (RFC 5652) is a kind of its own."""


def sniff(data: bytes) -> Rank:
    """A sequence that says its own length and holds elements. Letters are none, whatever length they say."""
    if not data.startswith(b"0") or len(data) < _SHORTEST or _TEXT.fullmatch(data):
        return "no"
    try:
        content = whole(data)
    except ValueError:
        return "no"
    return "sure" if parses(content) and not _CMS.match(content) else "no"
