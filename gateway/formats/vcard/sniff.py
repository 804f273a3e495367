"""Which bytes are a card or a calendar."""

import re

from gateway.formats import Rank

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*BEGIN:(?:VCARD|VCALENDAR|VNOTE)\s*[\r\n]", re.IGNORECASE)


def sniff(data: bytes) -> Rank:
    return "sure" if _START.match(data[:200]) else "no"
