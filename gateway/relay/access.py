"""Who may connect, how often, and who may send: by the client's address alone.

A client outside the networks may connect and hears at MAIL that it may not send: by default nobody but this machine
may, so that no relay is open by oversight. Connections are counted by address, those of IPv6 by /64 (what one customer
has, RFC 6177).
"""

import functools
import ipaddress
from collections import Counter

from gateway.smtp.replies import Reply

NOT_ALLOWED = Reply.of(550, "5.7.1 Your network may not send here, ask for it to be added to smtp.networks")


class Clients:
    """The clients of one relay process."""

    def __init__(self, networks: tuple[str, ...], most_each: int) -> None:
        self._connected: Counter[str] = Counter()
        self.change(networks, most_each)

    def change(self, networks: tuple[str, ...], most_each: int) -> None:
        """For every connection and every MAIL from now on."""
        self._most_each = most_each
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)
        self._may = functools.lru_cache(maxsize=1024)(self._looked_up)

    def enters(self, address: str) -> bool:
        """One more connection; False where it is one too many. `leaves` follows for each that was let in."""
        group = _group(address)
        if self._connected[group] >= self._most_each:
            return False
        self._connected[group] += 1
        return True

    def leaves(self, address: str) -> None:
        """One connection less."""
        group = _group(address)
        self._connected[group] -= 1
        if self._connected[group] <= 0:
            del self._connected[group]

    def may_send(self, address: str) -> bool:
        """Is it in one of the networks?"""
        return self._may(address)

    def _looked_up(self, address: str) -> bool:
        found = _parsed(address)
        return found is not None and any(found in network for network in self._networks)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


@functools.lru_cache(maxsize=1024)
def _group(address: str) -> str:
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
