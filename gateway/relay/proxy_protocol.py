"""The PROXY header, in which a trusted proxy says who its client is.

haproxy.org/download/2.9/doc/proxy-protocol.txt, version 1 (section 2.1) and 2 (section 2.2). It is binary and comes
before SMTP; it is read only from peers that are named as proxies, and those must send it: a client that could choose
whether to be believed could be anybody.

In: bytes. Out: the client. Raises: BadHeader, which holds none of the bytes.
"""

import ipaddress
import re
from dataclasses import dataclass

V2 = b"\r\n\r\n\x00\r\nQUIT\n"
_V1_LONGEST = 107
_V2_LONGEST = 4096
_V1 = re.compile(rb"PROXY (TCP4|TCP6) ([0-9A-Fa-f.:]{2,45}) ([0-9A-Fa-f.:]{2,45}) ([0-9]{1,5}) ([0-9]{1,5})\r\n")
_V1_UNKNOWN = re.compile(rb"PROXY UNKNOWN(?: [^\r\n]*)?\r\n")
_SHAPES = {0x11: 4, 0x21: 16}
"""Octets of an address: TCP over IPv4, TCP over IPv6."""


class BadHeader(ValueError):
    """Not a PROXY header."""


@dataclass(frozen=True, slots=True)
class Header:
    """`client` None: the peer speaks for itself (a health check). `length`: octets of the header."""

    client: str | None
    length: int


def parse_proxy(data: bytes) -> Header | None:
    """None where more bytes are needed. Raises: BadHeader."""
    if data.startswith(V2):
        return _version_2(data)
    if V2.startswith(data):
        return None
    start = b"PROXY "
    if not data.startswith(start[: len(data)]):
        raise BadHeader
    end = data.find(b"\r\n", 0, _V1_LONGEST)
    if end < 0:
        if len(data) >= _V1_LONGEST:
            raise BadHeader
        return None
    line = data[: end + 2]
    if _V1_UNKNOWN.fullmatch(line):
        return Header(None, len(line))
    found = _V1.fullmatch(line)
    if found is None or int(found[4]) > 65535 or int(found[5]) > 65535:
        raise BadHeader
    source, target = (_address(found[number].decode(), 4 if found[1] == b"TCP4" else 6) for number in (2, 3))
    return Header(source if target else None, len(line))


def _address(text: str, version: int) -> str:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        raise BadHeader from None
    if found.version != version:
        raise BadHeader
    return str(found)


def _version_2(data: bytes) -> Header | None:
    if len(data) < 16:
        return None
    version, command, shape = data[12] >> 4, data[12] & 15, data[13]
    size = int.from_bytes(data[14:16], "big")
    if version != 2 or command > 1 or size > _V2_LONGEST:
        raise BadHeader
    if len(data) < 16 + size:
        return None
    if command == 0 or shape in (0x00, 0x31):  # LOCAL, unspecified, a Unix socket
        return Header(None, 16 + size)
    octets = _SHAPES.get(shape)
    if octets is None or size < 2 * octets + 4:
        raise BadHeader
    return Header(str(ipaddress.ip_address(data[16 : 16 + octets])), 16 + size)
