"""Who asks, and by which name we were asked for: what a header says of that is believed of named proxies alone.

`X-Forwarded-For`, `Forwarded` (RFC 7239), `X-Real-IP`: of the addresses that a chain of proxies noted, the last one
that is no proxy of ours is the client; what stands to the left of it anybody can have written. `X-Forwarded-Host` is
never asked: behind a proxy the name is one of `console.hosts` or the host of `console.url`.

In: the peer of the connection, headers. Out: a `Visitor`. Pure, and nothing here fails.
"""

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Headers = Sequence[tuple[bytes, bytes]]

FORWARDING = frozenset(
    (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"x-forwarded-proto", b"x-forwarded-host", b"via")
)
"""What proxies add: a request that has one of these did not begin at the peer."""
_MOST_HOPS = 32
_WORD = re.compile(r'"(?:[^"\\]|\\.)*+"?|[^"]', re.DOTALL)
"""A quoted string, closed or not, or one letter: every letter of a field is looked at once."""
_LOCAL_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class Visitor:
    """`host` is the address of whoever asks, as well as we know it. `direct`: nobody stands between, or only proxies
    that we trust and that say so. `secure`: we were asked over HTTPS, or a trusted proxy says that it was."""

    host: str
    direct: bool = True
    secure: bool = False


@dataclass(frozen=True, slots=True)
class Peers:
    """What is known of who may stand before us."""

    proxies: tuple[Network, ...] = ()

    def visitor(self, peer: str, headers: Headers) -> Visitor:
        """Whoever sent this request over a connection from `peer`."""
        said = [(name.lower(), value.decode("latin-1")) for name, value in headers]
        forwarded = any(name in FORWARDING for name, _ in said)
        if not self.is_proxy(peer):
            return Visitor(plain(peer), not forwarded)
        # A proxy sets one of them, and may hand on the others as a stranger wrote them: they must agree.
        chains = [chain for chain in (_listed(said), _forwarded(said), _real(said)) if chain is not None]
        clients = {self._client(chain) for chain in chains}
        host = clients.pop() if len(clients) == 1 else None
        secure = _last(said, b"x-forwarded-proto") == "https"
        return Visitor(host or plain(peer), host is not None or not forwarded, secure)

    def is_proxy(self, host: str) -> bool:
        """Is it one of the named ones?"""
        return within(host, self.proxies)

    def _client(self, chain: Sequence[str]) -> str | None:
        """The last of a chain that is no proxy of ours; where all are, the first. None where a word is no address."""
        for word in reversed(chain):
            if _address(word) is None:
                return None
            if not self.is_proxy(word):
                return plain(word)
        return plain(chain[0]) if chain else None


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """As the settings write them; they were checked there."""
    return tuple(map(ipaddress.ip_network, written))


def within(host: str, among: Sequence[Network]) -> bool:
    """Is this address in one of the networks? What is no address is in none."""
    address = _address(host)
    return address is not None and any(address.version == one.version and address in one for one in among)


def is_loopback(host: str) -> bool:
    """Is it this machine?"""
    address = _address(host)
    return address is not None and address.is_loopback


def plain(host: str) -> str:
    """An address in its one form, IPv4 where IPv6 only wraps it; anything else as it is."""
    address = _address(host)
    return host if address is None else str(address)


def host_name(header: str) -> str:
    """The name in a `Host` field (RFC 9110 section 7.2) without its port, folded; empty where it is none."""
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{0,5})?", header)
    return plain(found[1].strip("[]").lower().rstrip(".")) if found else ""


def may_be_asked_for(header: str, local: str, names: frozenset[str]) -> bool:
    """Is the name in `Host` ours? `local` is our end of the connection: a name that leads here by somebody else's DNS
    is never an address, so the address itself always may."""
    name = host_name(header)
    return bool(name) and (name in names or name in _LOCAL_NAMES or name == plain(local))


def _address(word: str) -> Address | None:
    try:
        found = ipaddress.ip_address(word.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _bare(word: str) -> str:
    """An address without port, brackets and quotation marks."""
    word = word.strip().strip('"')
    if bracketed := re.fullmatch(r"\[([^\]]*)\](?::[0-9]+)?", word):
        return bracketed[1]
    return word.partition(":")[0] if word.count(":") == 1 else word


def _listed(said: Sequence[tuple[bytes, str]]) -> list[str] | None:
    values = [value for name, value in said if name == b"x-forwarded-for"]
    if not values:
        return None
    return [_bare(word) for word in ",".join(values).split(",")][-_MOST_HOPS:]


def _forwarded(said: Sequence[tuple[bytes, str]]) -> list[str] | None:
    """The `for` of each hop; empty, which is no address, where a hop names nobody or hides."""
    values = [value for name, value in said if name == b"forwarded"]
    if not values:
        return None
    return [_bare(_for(hop)) for hop in _split(",".join(values), ",")[-_MOST_HOPS:]]


def _for(hop: str) -> str:
    pairs = (pair.partition("=") for pair in _split(hop, ";"))
    return next((value.strip() for name, _, value in pairs if name.strip().lower() == "for"), "")


def _split(text: str, sign: str) -> list[str]:
    """What stands between these signs; one in quotation marks parts nothing."""
    pieces = [list[str]()]
    for word in _WORD.findall(text):
        if word == sign:
            pieces.append([])
        else:
            pieces[-1].append(word)
    return ["".join(piece) for piece in pieces]


def _real(said: Sequence[tuple[bytes, str]]) -> list[str] | None:
    values = [value for name, value in said if name == b"x-real-ip"]
    return [_bare(values[-1])] if values else None


def _last(said: Sequence[tuple[bytes, str]], wanted: bytes) -> str:
    values = [value for name, value in said if name == wanted]
    return ",".join(values).rpartition(",")[2].strip().lower()
