"""What a single value of `gateway.toml` must be.

In: one value. Out: the value as the program uses it. Raises: Mistake, to which the caller adds the place.
"""

import ipaddress
import json
import pwd
import re
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_origin
from urllib.parse import urlsplit

from gateway.errors import Problem
from gateway.model.notice import CHATS, NOTICE_KINDS
from gateway.model.roles import ROLES
from gateway.settings.staff import load_staff
from gateway.text.addresses import fold_address, fold_domain

_HOST = re.compile(r"^(?!-)[A-Za-z0-9_]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$")
_MAILBOX = re.compile(r"[A-Za-z0-9._-]{1,20}@[A-Za-z0-9.-]{1,200}")
_TYPES = {str: "a string", int: "an integer", bool: "true or false"}


class Mistake(Exception):
    """A value that does not do, and what would."""

    def __init__(self, wrong: str, remedy: str) -> None:
        self.wrong, self.remedy = wrong, remedy
        super().__init__(wrong)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to listen. Port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def of_type(key: str, value: Any, kind: Any) -> None:
    """`true` is no integer here, though Python thinks so."""
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Mistake(f"{key} is not {_TYPES[kind]}", f"write {key} = {_example(kind)}")


def _example(kind: Any) -> str:
    return {str: '"text" in quotation marks', int: "a number without quotation marks", bool: "true or false"}[kind]


def from_text(text: str, kind: Any) -> Any:
    """A value of the environment in the type that the file would give."""
    if get_origin(kind) is tuple:
        try:
            value = json.loads(text)
        except ValueError:
            raise Mistake("is not a JSON list", """write ["one", "two"]""") from None
        return value
    if kind is bool:
        if text.lower() not in ("true", "false"):
            raise Mistake("is neither true nor false", "write true or false")
        return text.lower() == "true"
    if kind is int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise Mistake("is not an integer", "write a number")
        return int(text)
    return text


def in_range(key: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Mistake(f"{key} {value} is out of range", f"use {least} to {most}")


def days_or_never(value: int) -> int:
    """0 would be at once: nobody means that."""
    if value == 0:
        raise Mistake("0 days would be at once", "write -1 for never, or a number of days")
    return value


def endpoint(value: str) -> Endpoint:
    """`127.0.0.1:25`, `relay.example:25` or `[::1]:25`."""
    name, colon, port = value.rpartition(":")
    bracketed = name.startswith("[") and name.endswith("]")
    if not colon or not name or not re.fullmatch(r"[0-9]{1,9}", port) or (":" in name and not bracketed):
        raise Mistake(f"{value!r} is not HOST:PORT", 'write "127.0.0.1:2525" or "[::1]:2525"')
    in_range("port", int(port), 0, 65535)
    return Endpoint(host(name[1:-1] if bracketed else name), int(port))


def host(value: str) -> str:
    """A host name or an address."""
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        if not _HOST.match(value):
            raise Mistake(f"{value!r} is not a host name or address", 'write "mail.example" or "192.0.2.1"') from None
        return value


def hostname_or_empty(value: str) -> str:
    return host(value) if value else value


def user_or_empty(value: str) -> str:
    """Somebody whom this system knows, or any number."""
    if value in ("", "none") or (value.isdecimal() and value.isascii() and int(value) < 2**31):
        return value
    try:
        pwd.getpwnam(value)
    except (KeyError, ValueError):
        raise Mistake(f"{value!r} is no user of this system", "give a name, a number, or none") from None
    return value


def not_empty(value: str) -> str:
    if not value.strip():
        raise Mistake("is empty", "give a path")
    return value


def domain(value: str) -> str:
    """A domain, folded as addresses are, so that letter case and Unicode form do not matter."""
    folded = fold_domain(value)
    if "@" in value or not _HOST.match(folded):
        raise Mistake(f"{value!r} is not a domain", 'write "platform.example"')
    return folded


def mailbox_or_domain(value: str) -> str:
    """An address, or a domain with everybody in it, as `@court.example`; both folded."""
    if "@" not in value.removeprefix("@"):
        return "@" + domain(value.removeprefix("@"))
    folded = fold_address(value)
    if not folded:
        raise Mistake(f"{value!r} is no address and no domain", 'write "liaison@court.example" or "court.example"')
    return folded


def mailbox_or_empty(value: str) -> str:
    """An address of ours in plain ASCII, as `From` needs it; without a sub-address, which is for answers."""
    if value and (not _MAILBOX.fullmatch(value) or not fold_address(value)):
        raise Mistake(f"{value!r} is no address that notices can come from", 'write "hushgate@platform.example"')
    return value


def mailbox(value: str) -> str:
    """An address."""
    if not value.isprintable() or " " in value or not fold_address(value):
        raise Mistake(f"{value!r} is no address", 'write "review@platform.example"')
    return value


def notice_kind(value: str) -> str:
    """What a sender can be told of."""
    if value not in NOTICE_KINDS:
        raise Mistake(f"{value!r} is nothing that is told", f"those that are: {', '.join(NOTICE_KINDS)}")
    return value


def webhook(value: str) -> str:
    """Kind, address and secret of a webhook; none of them is quoted."""
    words = value.split()
    try:
        parts = urlsplit(words[1] if len(words) in (2, 3) else "")
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        good = secure and bool(parts.hostname) and "@" not in parts.netloc and words[0] in CHATS and not parts.fragment
        good = good and (parts.port or 1) > 0
    except ValueError:
        good = False
    if not good:
        raise Mistake("is no webhook", 'write "wecom https://…", or "dingtalk https://… SECRET"; https alone')
    return value


def network(value: str) -> str:
    """Clients that may send. More than a sixteenth of what is public is no network of one's own."""
    try:
        found = ipaddress.ip_network(value)
    except ValueError:
        raise Mistake(f"{value!r} is not a network", 'write "10.0.0.0/8", "192.0.2.7" or "2001:db8::/32"') from None
    if found.prefixlen < (8 if found.version == 4 else 16):
        raise Mistake(f"{value} makes an open relay", "name the networks that staff and mail servers send from")
    return str(found)


def any_network(value: str) -> str:
    """A network, however large."""
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        raise Mistake(f"{value!r} is not a network", 'write "10.0.0.0/8", "192.0.2.7" or "2001:db8::/32"') from None


def proxies(value: str) -> str:
    """Peers whose word is taken for who somebody is: never everybody's."""
    found = any_network(value)
    if found.endswith("/0"):
        raise Mistake(f"{value} trusts everybody", 'name the proxies, as "10.0.0.7" or "10.0.0.0/24"')
    return found


def base_url_or_empty(value: str) -> str:
    """`https://review.platform.example`, without a path; a slash at its end is dropped."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        name, _ = host(parts.hostname or ""), parts.port
    except (ValueError, Mistake):
        name = ""
    if (
        not name
        or parts.scheme not in ("http", "https")
        or "@" in parts.netloc
        or value.rstrip("/") != (f"{parts.scheme}://{parts.netloc}")
    ):
        raise Mistake(f"{value!r} is not the address of a site", 'write "https://review.platform.example"')
    return value.rstrip("/")


def issuer_or_empty(value: str) -> str:
    """`https://id.platform.example/realms/staff`, as the provider writes it. In clear on this machine alone."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        name, _ = host(parts.hostname or ""), parts.port
    except (ValueError, Mistake):
        name = ""
    if not name or "@" in parts.netloc or parts.query or parts.fragment:
        raise Mistake(f"{value!r} is not the address of a provider", 'write "https://id.platform.example"')
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(name)):
        raise Mistake(f"{value!r} is not under https", 'write "https://id.platform.example"')
    return value


def scope(value: str) -> str:
    """A word of OAuth 2.0 (RFC 6749 section 3.3)."""
    if not re.fullmatch(r"[!#-\[\]-~]+", value):
        raise Mistake(f"{value!r} is no scope", 'write "groups"')
    return value


def role(value: str) -> str:
    """One of the roles of accounts."""
    if value not in ROLES:
        raise Mistake(f"{value!r} is no role", f"use one of {', '.join(ROLES)}")
    return value


def role_of_word(value: str) -> str:
    """`hushgate-leads=lead`: a word of a claim, and the role that it gives."""
    word, sign, given = value.rpartition("=")
    if not sign or not word.strip():
        raise Mistake(f"{value!r} gives no role to a word", 'write "hushgate-leads=lead"')
    return f"{word.strip()}={role(given.strip())}"


def is_loopback(name: str) -> bool:
    """Whether it is this machine's address for itself."""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def token_or_empty(value: str) -> str:
    """Long enough that nobody guesses it; its words are not shown."""
    if value and not re.fullmatch(r"[!-~]{20,256}", value):
        raise Mistake("is no token", "give 20 to 256 letters, digits and signs, as from: openssl rand -hex 24")
    return value


def is_the_internet(networks: tuple[str, ...]) -> bool:
    """Do they add up to what no single one may be? Private ranges do not count."""
    for version, most in ((4, 2**28), (6, 2**112)):
        found = [one for one in map(ipaddress.ip_network, networks) if one.version == version and one.is_global]
        same: list[ipaddress.IPv4Network] = found  # type: ignore[assignment]  # of one version; which does not matter
        if sum(one.num_addresses for one in ipaddress.collapse_addresses(same)) > most:
            return True
    return False


def pair(certificate: str, private_key: str) -> None:
    """A certificate and its key that can be used now, not at the first client."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, private_key, password=lambda: b"")
    except ssl.SSLError:
        raise Mistake("certificate and private_key are no PEM pair", "give the key that belongs to it") from None
    except ValueError:
        raise Mistake("private_key asks for a password", "give a key without one, readable by us alone") from None
    except OSError as error:
        raise Mistake(f"certificate or private_key cannot be read ({error.strerror})", "check both paths") from None


def readable_file_or_empty(value: str) -> str:
    """PEM certificates that can be loaded now, not at the first mail."""
    if not value:
        return value
    try:
        ssl.create_default_context(cafile=Path(value))
    except ssl.SSLError:
        raise Mistake(f"{value!r} holds no certificates", "give a PEM file") from None
    except OSError as error:
        raise Mistake(f"{value!r} cannot be read ({error.strerror})", "give a PEM file that can be read") from None
    return value


def staff_file_or_empty(value: str) -> str:
    """A staff directory that can be read now, not at the first mail."""
    if value:
        try:
            load_staff(Path(value))
        except Problem as problem:
            raise Mistake(f"staff: {problem.place}: {problem.wrong}", problem.remedy) from None
    return value


def store_url(value: str) -> str:
    """SQLite in a file. The address may hold a password, so it is not quoted."""
    scheme, colon, rest = value.partition("://")
    if not colon or scheme != "sqlite":
        postgresql = scheme.startswith("postgres")
        wrong = "this version keeps no store on PostgreSQL" if postgresql else "url names an unknown kind of store"
        raise Mistake(wrong, 'write "sqlite:///var/hushgate.db"')
    path = rest.removeprefix("/")
    if not rest.startswith("/") or not path or path == ":memory:" or "?" in path or path.endswith("/"):
        raise Mistake("url names no file", 'write "sqlite:///var/hushgate.db", or four slashes for an absolute path')
    return value
