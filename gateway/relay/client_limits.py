"""Who may connect, how often, and who may send: by the client's address alone.

A client outside the networks may connect and hears at MAIL that it may not send: by default nobody but this machine
may, so that no relay is open by oversight. Connections are counted by address, those of IPv6 by /64 (what one customer
has, RFC 6177), over all relay processes (`relay.connection_counter`).
"""

import functools
import ipaddress
import os
from dataclasses import dataclass

from gateway.ipc.relay_options import RelayOptions
from gateway.relay.connection_counter import ConnectionCounter
from gateway.smtp.replies import Reply

NOT_ALLOWED = Reply.of(550, "5.7.1 Your network may not send here, ask for it to be added to smtp.networks")
SIGN_IN = Reply.of(530, "5.7.0 Authentication required")
TLS_FIRST = Reply.of(530, "5.7.0 Must issue a STARTTLS command first")


@dataclass(frozen=True, slots=True)
class Entered:
    """A client that was let in: whom it is taken for, and its place in the counter."""

    address: str
    slot: int
    tls: bool = False


class Clients:
    """The clients of one relay process."""

    def __init__(self, options: RelayOptions, tally: ConnectionCounter | None = None) -> None:
        if tally is None:  # one process alone
            descriptor = ConnectionCounter.create()
            tally = ConnectionCounter(descriptor, 0)
            os.close(descriptor)
        self._tally = tally
        self.change(options)

    def change(self, options: RelayOptions) -> None:
        """For every connection and every MAIL from now on."""
        self._most, self._most_each = options.max_sessions, options.max_sessions_per_client
        self.may_send = _listed(options.networks)
        self.may_tell = _listed(options.xclient_networks)
        self.is_proxy = _listed(options.proxy_networks)

    def enters(self, address: str) -> int | None:
        """One more connection: its slot, to be given to `leaves`; None where it is one too many."""
        return self._tally.enter(_group(address), self._most, self._most_each)

    def leaves(self, slot: int) -> None:
        """One connection less."""
        self._tally.leave(slot)


class _NetworkList:
    """Is an address in one of the networks? Asked for every MAIL, so it is remembered."""

    def __init__(self, networks: tuple[str, ...]) -> None:
        self._networks = tuple(ipaddress.ip_network(network) for network in networks)
        self._known = functools.lru_cache(maxsize=1024)(self._looked_up)

    def __call__(self, address: str) -> bool:
        return bool(self._networks) and self._known(address)

    def _looked_up(self, address: str) -> bool:
        found = _parsed(address)
        return found is not None and any(found in network for network in self._networks)


_listed = functools.lru_cache(maxsize=16)(_NetworkList)


@functools.lru_cache(maxsize=1024)
def is_here(address: str) -> bool:
    """Is it this machine? What it says crosses no network."""
    found = _parsed(address)
    return found is not None and found.is_loopback


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
