"""What trusted peers say of the client behind them: the PROXY header, XCLIENT and XFORWARD.

PROXY: haproxy.org/download/2.9/doc/proxy-protocol.txt, version 1 (section 2.1) and 2 (section 2.2). It is binary and
comes before SMTP; it is read only from peers that are named as proxies, and those must send it: a client that could
choose whether to be believed could be anybody.
XCLIENT, XFORWARD: Postfix's XCLIENT_README and XFORWARD_README; values are xtext (RFC 3461 section 4).

In: bytes. Out: the client, or attributes. Raises: BadHeader, BadAttributes; neither holds any of the bytes.
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

XCLIENT = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT")
XFORWARD = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
_NOTHING = ("[UNAVAILABLE]", "[TEMPUNAVAIL]")
_ATTRIBUTE = re.compile(r"([A-Za-z]{1,16})=([!-*,-<>-~+]{0,1000})")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_LONGEST_VALUE = 255
_HELO = re.compile(r"[!-~]{1,255}")


class BadHeader(ValueError):
    """Not a PROXY header."""


class BadAttributes(ValueError):
    """Not what XCLIENT or XFORWARD may be given."""


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


def parse_attributes(argument: str, known: tuple[str, ...]) -> dict[str, str | None]:
    """Attributes by name, decoded; None where the peer does not know. Raises: BadAttributes."""
    found: dict[str, str | None] = {}
    for word in argument.split():
        match = _ATTRIBUTE.fullmatch(word)
        name = match[1].upper() if match else ""
        if match is None or name not in known or name in found:
            raise BadAttributes
        found[name] = None if match[2].upper() in _NOTHING or not match[2] else _decoded(match[2])
    if not found:
        raise BadAttributes
    address = found.get("ADDR")
    if address is not None:
        found["ADDR"] = _told_address(address)
    if (helo := found.get("HELO")) is not None and not _HELO.fullmatch(helo):
        raise BadAttributes
    return found


def _decoded(value: str) -> str:
    if "+" in _XTEXT.sub("", value):
        raise BadAttributes
    text = _XTEXT.sub(lambda escape: chr(int(escape[1], 16)), value)
    if len(text) > _LONGEST_VALUE or any(character < " " or character == "\x7f" for character in text):
        raise BadAttributes  # an injected line end would be a command to whoever is told next
    return text


def _told_address(value: str) -> str:
    text = value[5:] if value[:5].upper() == "IPV6:" else value
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise BadAttributes from None
