"""XCLIENT and XFORWARD, by which a trusted mail server says who its client is.

Postfix's XCLIENT_README and XFORWARD_README; values are xtext (RFC 3461 section 4).

In: the argument of a command. Out: attributes. Raises: BadAttributes, which holds nothing of it.
"""

import ipaddress
import re

XCLIENT = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT")
XFORWARD = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
_NOTHING = ("[UNAVAILABLE]", "[TEMPUNAVAIL]")
_ATTRIBUTE = re.compile(r"([A-Za-z]{1,16})=([!-*,-<>-~+]{0,1000})")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_LONGEST_VALUE = 255
_HELO = re.compile(r"[!-~]{1,255}")


class BadAttributes(ValueError):
    """Not what XCLIENT or XFORWARD may be given."""


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
