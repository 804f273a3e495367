"""What a relay gives up before it takes the first mail: it faces the network, and may be taken over from there.

Landlock: it reads the program's own folders, what looking up a name and checking a certificate takes, and the files
that its settings name; it makes files in its spool folder and nowhere else. seccomp: no other program, no process, no
look into another one, no new namespace; sockets are what it lives by. So one that is taken over has the mail that goes
through it, and neither key nor store. A layer that the system lacks is left out, and said.

What holds everywhere (no core file, no look into it, no privilege gained) is `hardening`'s and said here again.

In: files and folders. Out: the layers that hold. Nothing is raised.
"""

import ctypes
import os
import ssl
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import gateway
from gateway.sandbox import landlock, seccomp
from gateway.sandbox.hardening import harden
from gateway.sandbox.jail import SYSTEM, program
from gateway.sandbox.users import Need

LAYERS = ("landlock", "seccomp")
_PR_SET_NO_NEW_PRIVS = 38
_DEVICES = ("/dev/null", "/dev/urandom")
LOOKING_UP = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf", "/etc/services",
    "/etc/protocols", "/etc/localtime", "/etc/ssl/openssl.cnf",
)  # fmt: skip
"""Files; one that was replaced since is another file, which a relay must be started anew to see."""
_FOLDERS = (
    "/run/systemd/resolve", "/run/resolvconf", "/usr/share/zoneinfo", "/etc/ssl/certs", "/etc/pki/tls/certs",
    "/etc/pki/ca-trust", "/etc/ca-certificates", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates",
)  # fmt: skip
_PROBE = (
    "import sys; sys.path.insert(0, sys.argv[1]); from gateway.sandbox.relay_jail import shut; print(*shut((), ()))"
)


def shut(readable: Iterable[str], own: Iterable[str]) -> tuple[str, ...]:
    """From now on, for every thread to come and the one that calls; none other may run yet."""
    harden()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    seen = (*program(), *SYSTEM, *LOOKING_UP, *_FOLDERS, *_authorities(), *readable)
    files = landlock.rules(libc, seen, _DEVICES, own, network=True)
    holding = []
    if files is not None and landlock.enter(libc, files):
        holding.append("landlock")
    if seccomp.restrict(libc, seccomp.NETWORK):
        holding.append("seccomp")
    return tuple(holding)


def looked_up() -> Iterator[Need]:
    """What another user must reach to look up names and check certificates."""
    for path in (*LOOKING_UP, *_authorities()):
        yield path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)


def _authorities() -> tuple[str, ...]:
    known = ssl.get_default_verify_paths()
    places = (known.openssl_cafile, known.openssl_capath, known.cafile, known.capath)
    return tuple(place for place in places if place)


def probed() -> tuple[str, ...] | None:
    """The layers that hold on this system; None where that could not be found out."""
    root = str(Path(gateway.__file__).resolve().parent.parent)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter with a fixed program
            [sys.executable, "-I", "-c", _PROBE, root], capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(layer for layer in LAYERS if layer in done.stdout.split())


def identity(paths: Iterable[str]) -> tuple[tuple[str, int, int], ...]:
    """Which files those names lead to now: a jail holds the files, not the names."""
    found = []
    for path in paths:
        try:
            file = os.stat(path)
        except OSError:
            continue
        found.append((path, file.st_dev, file.st_ino))
    return tuple(found)
