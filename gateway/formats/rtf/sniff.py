"""Which bytes are Rich Text Format."""

import re

from gateway.formats import Rank

_START = re.compile(rb"\s*\{\\rtf", re.IGNORECASE)


def sniff(data: bytes) -> Rank:
    return "sure" if _START.match(data[:64]) else "no"
