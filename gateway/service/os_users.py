"""Who is at the keyboard, and at the other end of a socket, as the system says it."""

import pwd
import socket
import struct

_PEER = struct.Struct("iII")
"""`struct ucred`: process, user, group (unix(7))."""
_NOBODY = 2**32 - 1
"""What the system says where nobody signed in, as in a container."""


def peer_of(end: socket.socket) -> tuple[int, int]:
    """Process and user of the other side of a Unix socket, as they were when it connected (SO_PEERCRED)."""
    process, user, _ = _PEER.unpack(end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return process, user


def actor_of(process: int | str, user: int) -> str:
    """Who signed in to the machine, also after `su` or `sudo`, where the system knows that; else whose the process is.
    For the audit log: never what a variable says, which anybody can set. `process` is a number or `self`."""
    try:
        with open(f"/proc/{process}/loginuid", encoding="ascii") as file:
            signed_in = int(file.read())
    except (OSError, ValueError):
        signed_in = _NOBODY
    user = user if signed_in == _NOBODY else signed_in
    try:
        return f"cli:{pwd.getpwuid(user).pw_name}"
    except KeyError:
        return f"cli:uid-{user}"
