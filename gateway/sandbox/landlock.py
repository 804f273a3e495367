"""Landlock: from now on this process sees the files named here, to read, and no others (landlock(7), Linux 5.13).

Three system calls, numbered alike on every architecture, called by ctypes. What the running kernel can refuse besides
files (TCP from its fourth version on, abstract sockets and signals to strangers from its sixth) is refused as well.

In: folders and files. Out: rules, and whether the kernel took them. Nothing is raised.
"""

import ctypes
import os
import struct
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION, _BENEATH = 1, 1
_READ_FILE, _READ_FOLDER, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
_MAKE_FILE, _REMOVE_FILE, _CUT_FILE = 1 << 8, 1 << 5, 1 << 14
_FIRST = (1 << 13) - 1
_LATER = ((2, 1 << 13), (3, 1 << 14), (5, 1 << 15))
"""Since which version: moving between folders, cutting a file short, ioctl on devices."""
_TCP, _SCOPES = 0b11, 0b11


def version(libc: ctypes.CDLL) -> int:
    """Of the running kernel; 0 where it has none, or was started without."""
    return max(0, int(libc.syscall(_CREATE, None, ctypes.c_size_t(0), _VERSION)))


def rules(
    libc: ctypes.CDLL,
    readable: Iterable[str],
    writable: Iterable[str] = (),
    own: Iterable[str] = (),
    network: bool = False,
) -> int | None:
    """A descriptor of what is allowed, for `enter`; None where the kernel has no Landlock.

    `writable` files are devices: no file can be made or cut short by them. In folders that are its `own` a process may
    make files. With `network` TCP is left as it is.
    """
    abi = version(libc)
    if not abi:
        return None
    refused = _FIRST
    for since, bit in _LATER:
        refused |= bit if abi >= since else 0
    words = [refused, _TCP if abi >= 4 and not network else 0, _SCOPES if abi >= 6 else 0]
    attributes = struct.pack(f"={1 + (abi >= 4) + (abi >= 6)}Q", *words[: 1 + (abi >= 4) + (abi >= 6)])
    made = int(libc.syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0))
    if made < 0:
        return None
    for path in readable:
        _allow(libc, made, path, _READ_FILE | _READ_FOLDER)
    for path in writable:
        _allow(libc, made, path, _READ_FILE | _WRITE_FILE)
    for path in own:
        _allow(libc, made, path, refused & (_READ_FILE | _WRITE_FILE | _MAKE_FILE | _REMOVE_FILE | _CUT_FILE))
    return made


def enter(libc: ctypes.CDLL, made: int) -> bool:
    """From now on these rules hold, in a domain of its own. Needs PR_SET_NO_NEW_PRIVS. Closes the descriptor."""
    try:
        return bool(libc.syscall(_RESTRICT, made, 0) == 0)
    finally:
        os.close(made)


def _allow(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there: nothing to be read
    try:
        if not os.path.isdir(path):
            access &= ~_READ_FOLDER
        libc.syscall(_ADD, rules, _BENEATH, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)
