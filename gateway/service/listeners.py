"""How an address is shown, and how a port is had for several processes at once."""

import socket

from gateway.errors import Problem


def shown_address(address: tuple[str, int]) -> str:
    """`host:port`, with brackets around an IPv6 address."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def listening(key: str, host: str, port: int) -> socket.socket:
    """A socket that listens. Raises: Problem."""
    end = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        end.bind((host, port))
        end.listen(128)
    except OSError as error:
        end.close()
        raise Problem(f"{key} {host}:{port}", f"cannot listen ({error.strerror})", "choose a free port") from error
    return end


def reserved(key: str, host: str, port: int) -> socket.socket:
    """A bound socket that does not listen: it keeps the port for processes that share it (SO_REUSEPORT, socket(7)).

    Raises: Problem where somebody else listens there, another Hushgate too.
    """
    with listening(key, host, port) as alone:  # without sharing: who is there is noticed
        port = alone.getsockname()[1]
    return shared(key, host, port)


def shared(key: str, host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet, beside others of the user who we are now. Raises: Problem."""
    kept = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    if kept.family == socket.AF_INET6:
        kept.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        kept.bind((host, port))
    except OSError as error:
        kept.close()
        raise Problem(f"{key} {host}:{port}", f"cannot listen ({error.strerror})", "choose a free port") from error
    return kept
