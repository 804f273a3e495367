"""Whom an address on the network belongs to, and what the name of a host says."""

import ipaddress
import re
from collections.abc import Iterator

from gateway.text.blocks import Pause, matches, nothing

_PUNYCODE = re.compile(r"(?<![A-Za-z0-9])xn--([A-Za-z0-9-]{1,59})(?![A-Za-z0-9-])", re.IGNORECASE)
_LONGEST = 72


def spelled_labels(text: str, pause: Pause = nothing) -> Iterator[tuple[str, int, int]]:
    """(what it says, start, end) of each label of an internationalised domain (RFC 3492) in a text.

    >>> list(spelled_labels("www.xn--fsqu00a.example"))
    [('例子', 4, 15)]
    """
    for label in matches(_PUNYCODE, text, _LONGEST, pause):
        try:
            yield label[1].lower().encode("ascii").decode("punycode"), label.start(), label.end()
        except (UnicodeError, OverflowError, ValueError):
            continue  # it spells nothing


def line_of(host: str) -> str:
    """IPv4 as it is, IPv6 as its /64: one line has a whole /64 to itself, and may come from all of it."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)
