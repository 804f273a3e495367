"""The argument of MAIL and RCPT: a path and parameters, verbatim (RFC 5321 sections 3.3 and 4.1.1.2 f.).

Stricter than most servers where a lenient reading could make two programs see two addresses: source routes, comments,
encoded words, `%` and `!` routing and control characters are refused, never repaired. What was matched is what is
sent on. Parameters keep their letter case: ENVID and ORCPT must (RFC 3461 section 5.2.1).

In: the argument as bytes, and the keywords that were offered. Out: `Path`. Raises: BadArgument with the reply.
"""

import re
import unicodedata
from dataclasses import dataclass, field

from gateway.smtp.replies import Reply

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_PLAIN = re.compile(rb'<([^"\\>]*)>(?= |$)')
_PARAMETER = re.compile(rb"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([\x21-\x3c\x3e-\x7e\x80-\xff]+))?")
_MAIL_KEYWORDS = {
    "SIZE": "SIZE",
    "BODY": "8BITMIME",
    "SMTPUTF8": "SMTPUTF8",
    "RET": "DSN",
    "ENVID": "DSN",
    "AUTH": "AUTH",
}
_RCPT_KEYWORDS = {"NOTIFY": "DSN", "ORCPT": "DSN"}
_MAILBOX = re.compile(r"<>|(?:[!-*,-<>-~]|\+[0-9A-F]{2})+")  # RFC 4954 section 5: xtext
_SIZE = re.compile(r"[0-9]{1,20}")
_MOST = 1000
"""Octets of an address; RFC 5321 section 4.5.3.1 says 64 + 255, real ones are longer now and then."""

_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\-\u0080-\U0010ffff]+"
)  # `taro..a.@…` is not valid, but there are providers that gave it
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_LABEL = r"[A-Za-z0-9_\u0080-\U0010ffff](?:[A-Za-z0-9_\-\u0080-\U0010ffff]*[A-Za-z0-9_\u0080-\U0010ffff])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_LITERAL = re.compile(r"\[[A-Za-z0-9:.\-]+\]")
# Most of what comes: one address that nobody could read in two ways, and no parameter. The rules below say the same.
_PLAIN_ADDRESS = rb"<([A-Za-z0-9_+./-]+@[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*(?:\.[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*)*)>"
_PLAIN_MAIL, _PLAIN_RCPT = (re.compile(b"(?:%s|%s):%s" % (v, v.lower(), _PLAIN_ADDRESS)) for v in (b"FROM", b"TO"))
_SPECIAL = frozenset('@<>()[]\\,;:"%! ')


class BadArgument(ValueError):
    """`reply` is what the client hears."""

    def __init__(self, code: int, text: str) -> None:
        self.reply = Reply.of(code, text)
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Path:
    """`address` without brackets, empty for the null sender; `parameters` as they came."""

    address: str = field(repr=False)
    parameters: tuple[str, ...] = ()

    @property
    def size(self) -> int | None:
        """The SIZE that MAIL declared (RFC 1870)."""
        for parameter in self.parameters:
            name, _, value = parameter.partition("=")
            if name.upper() == "SIZE":
                return int(value)
        return None

    def keeping(self, parameters: tuple[str, ...]) -> "Path":
        """The same address with these parameters alone."""
        return Path(self.address, parameters)

    def command(self, verb: str) -> bytes:
        """The line for upstream, without its line end."""
        return " ".join((f"{verb}:<{self.address}>", *self.parameters)).encode("utf-8")


def parse_mail(argument: bytes, offered: frozenset[str]) -> Path:
    """`FROM:<sender> …`."""
    plain = _PLAIN_MAIL.fullmatch(argument)
    if plain is not None and len(argument) < _MOST:
        return Path(plain[1].decode("ascii"))
    return _parse(argument, b"FROM", _MAIL_KEYWORDS, offered, null=True)


def parse_rcpt(argument: bytes, offered: frozenset[str]) -> Path:
    """`TO:<recipient> …`."""
    plain = _PLAIN_RCPT.fullmatch(argument)
    if plain is not None and len(argument) < _MOST:
        return Path(plain[1].decode("ascii"))
    path = _parse(argument, b"TO", _RCPT_KEYWORDS, offered, null=False)
    local = path.address.rpartition("@")[0]
    # Within quotes too: some servers look into them for where to send a message on to.
    if any(character in local for character in "%!@"):
        raise BadArgument(553, "5.1.3 Routing with %, ! or @ is not accepted, give the final address")
    return path


def _parse(argument: bytes, verb: bytes, known: dict[str, str], offered: frozenset[str], *, null: bool) -> Path:
    if _CONTROL.search(argument):
        raise BadArgument(501, "5.5.2 Control character in a command")
    head, colon, rest = argument.partition(b":")
    if not colon or head.strip().upper() != verb:
        raise BadArgument(501, f"5.5.4 Syntax: {verb.decode()}:<address>")
    address, after = _address(rest.lstrip(b" "))
    text = _text(address, offered, 553, "5.6.7 Address is not ASCII")
    _check(text, null=null)
    return Path(text, _parameters(after, known, offered))


def _text(octets: bytes, offered: frozenset[str], code: int, refusal: str) -> str:
    try:
        return octets.decode("utf-8" if "SMTPUTF8" in offered else "ascii")
    except UnicodeDecodeError:
        raise BadArgument(code, refusal) from None


def _address(rest: bytes) -> tuple[bytes, bytes]:
    if not rest.startswith(b"<"):
        # Without brackets, as some old scripts write it; up to the first blank.
        address, _, after = rest.partition(b" ")
        if not address:
            raise BadArgument(501, "5.5.4 No address")
        return address, after
    plain = _PLAIN.match(rest)
    if plain is not None:
        return plain[1], rest[plain.end() :]
    quoted = False
    skip = False
    for index, byte in enumerate(rest):
        if skip:
            skip = False
        elif quoted and byte == 0x5C:
            skip = True
        elif byte == 0x22:
            quoted = not quoted
        elif byte == 0x3E and not quoted:
            after = rest[index + 1 :]
            if after and not after.startswith(b" "):
                break
            return rest[1:index], after
    raise BadArgument(501, "5.1.7 Address is not closed with >")


def _check(address: str, *, null: bool) -> None:
    if not address:
        if null:
            return
        raise BadArgument(501, "5.1.3 Recipient is empty")
    if len(address.encode()) > _MOST:
        raise BadArgument(501, "5.1.3 Address is too long")
    if address.startswith("@"):
        raise BadArgument(501, "5.1.3 Source routes are not accepted")
    if address.lower() == "postmaster":
        return
    local, at, domain = address.rpartition("@")
    if not at:
        raise BadArgument(501, "5.1.3 Address has no domain")
    if "=?" in local:
        raise BadArgument(501, "5.1.3 Encoded words are not accepted in an address")
    if not (_LOCAL.fullmatch(local) or _QUOTED.fullmatch(local)):
        raise BadArgument(501, "5.1.3 Address is not valid")
    if not (_DOMAIN.fullmatch(domain) or _LITERAL.fullmatch(domain)):
        raise BadArgument(501, "5.1.3 Domain is not valid")
    for character in "" if address.isascii() else address:
        # `＠` and its like: another program may fold them to what they look like, and see another address.
        if ord(character) > 127 and (
            unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp", "Zs")
            or _SPECIAL & set(unicodedata.normalize("NFKC", character))
        ):
            raise BadArgument(501, "5.1.3 Address has a character that is not accepted")


def _parameters(after: bytes, known: dict[str, str], offered: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for word in after.split(b" "):
        if not word:
            continue
        match = _PARAMETER.fullmatch(word)
        if match is None:
            raise BadArgument(501, "5.5.4 Parameter is not valid")
        name = match[1].decode().upper()
        # One that was not offered is refused, never dropped in silence (RFC 5321 section 4.1.1.11).
        if known.get(name) not in offered:
            raise BadArgument(555, "5.5.4 Parameter is not recognised or not offered")
        if name in found:
            raise BadArgument(501, "5.5.4 Parameter is given twice")
        found[name] = _text(word, offered, 501, "5.5.4 Parameter is not ASCII")
        if name == "AUTH" and not _MAILBOX.fullmatch(found[name].partition("=")[2]):
            raise BadArgument(501, "5.5.4 AUTH is not xtext")
        if name == "SIZE" and not _SIZE.fullmatch(found[name].partition("=")[2]):
            raise BadArgument(501, "5.5.4 SIZE is not a number")
    return tuple(found.values())
