"""Whom an address on the network belongs to."""

import ipaddress


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
