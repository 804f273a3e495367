"""Which bytes are a mailbox in one file: RFC 4155, and what Outlook writes."""

import re

from gateway.formats import Rank

_START = re.compile(rb"From [^\r\n]{1,300} (?:19|20)\d\d[^\r\n]*\r?\n(?:[!-9;-~]+:|>?From )", re.DOTALL)
OUTLOOK = b"!BDN"


def sniff(data: bytes) -> Rank:
    return "sure" if data.startswith(OUTLOOK) or _START.match(data[:2000]) else "no"
