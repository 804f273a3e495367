"""The one header field that we add (RFC 5321 section 4.4), built from checked words only.

ASCII, CRLF, no recipient: naming one would tell each the others. A HELO name is a stranger's, so whatever is not a
host name is left out; an injected line end must never start a field or a body (CPython issue 83254 and its kin).
"""

import functools
import ipaddress
import re
from datetime import datetime, tzinfo
from email.utils import format_datetime

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\[(?:IPv6:)?[0-9A-Fa-f:.]{2,45}\]")
_COLUMNS = 78
MOST_HOPS = 100
"""RFC 5321 section 6.3: a message with this many `Received` fields goes round in a circle."""


def received(helo: str, peer: str, hostname: str, protocol: str, message: str, when: datetime) -> bytes:
    """The field with its CRLF, folded below 78 columns where its words allow."""
    # The same for all messages of a client within a second, but for the id.
    placed = _folded(helo, peer, hostname, protocol, _date(int(when.timestamp()), when.tzinfo), len(message))
    return placed.replace(b"\0" * len(message), message.encode("ascii"), 1) if message else placed


@functools.lru_cache(maxsize=64)
def _folded(helo: str, peer: str, hostname: str, protocol: str, date: str, length: int) -> bytes:
    words = (
        f"Received: from {helo_name(helo)}",
        f"({_literal(peer)})",
        f"by {hostname}",
        f"with {protocol}",
        f"id {chr(0) * length};",
        date,
    )
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) < _COLUMNS and not word.startswith("by "):
            lines[-1] += f" {word}"
        else:
            lines.append(f"\t{word}")
    return "\r\n".join(lines).encode("ascii") + b"\r\n"


@functools.lru_cache(maxsize=4)
def _date(seconds: int, zone: tzinfo | None) -> str:
    return format_datetime(datetime.fromtimestamp(seconds, zone))


@functools.lru_cache(maxsize=1024)
def helo_name(helo: str) -> str:
    """The name where it is one of a host, or an address literal; else `unknown`."""
    return helo if _HOST.fullmatch(helo) else "unknown"


@functools.lru_cache(maxsize=1024)
def _literal(peer: str) -> str:
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return "unknown"
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"
