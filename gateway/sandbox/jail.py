"""What a reader gives up before it sees the first strange byte.

setrlimit(2): address space, core files, open files, written files, processor time. prctl(2): it dies with its parent
(PDEATHSIG), gains no privilege, and nobody of the same user may look into it. These hold everywhere. Where the system
has them: namespaces (unshare(2): no network, no shared memory, no capability outside), Landlock (no file but the
program's own), seccomp (no system call but those of a reader). A layer that the system lacks is left out, and said.

Where it is started as root it becomes another user (`sandbox.users`), if that one can read the program.

In two steps, for readers are forked from a parent that is warm: `enclose` is that parent's, once, and holds for
whatever it forks; `seal` is the reader's own, behind the fork.

In: limits. Out: the layers that hold. Raises OSError or ValueError where a limit cannot be set.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gateway
from gateway.sandbox import landlock, seccomp, users

LAYERS = ("namespaces", "landlock", "seccomp")
"""Those that depend on the system, in the order in which they are taken."""
USER = "user"
"""One more, where it is another user than who started it."""
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_OPEN_FILES = 64
_THREADS = 64
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_ABOUT_PROCESSORS = ("/proc/cpuinfo", "/sys/devices/system/cpu")
_DEVICES = ("/dev/null", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """What holds already, and the files that may be seen, as `seal` needs them."""

    layers: tuple[str, ...]
    files: int | None
    """A descriptor of Landlock rules; None where there is no Landlock."""


def shut(memory_mb: int, parent: int, user: users.User | None = None) -> tuple[str, ...]:
    """Both steps in one process. Ends it at once where its parent is already gone."""
    return seal(enclose(memory_mb, user=user), parent)


def enclose(memory_mb: int, readers: int = 1, user: users.User | None = None) -> Enclosure:
    """All that holds across fork(2), set for this process, which will have so many readers and be that user."""
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES * (1 + readers), _OPEN_FILES * (1 + readers)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    # Root may make these everywhere; whether others may, an operator decides.
    apart = user is not None and libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0
    another = user is not None and not users.become(user, reached())
    layers = ["namespaces"] if _set_apart(libc, _THREADS * (1 + readers)) or apart else []
    layers += [USER] if another else []
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    files = landlock.rules(libc, (*program(), *SYSTEM, *_ABOUT_PROCESSORS), _DEVICES)
    if files is not None:
        landlock.enter(libc, os.dup(files))
    return Enclosure(tuple(layers), files)


def seal(enclosure: Enclosure, parent: int, also: Iterable[str] = ()) -> tuple[str, ...]:
    """The rest, for one process, which has no need of any but the usual system calls and `also` those."""
    libc = ctypes.CDLL(None, use_errno=True)
    holding = list(enclosure.layers)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    die_with(parent, libc)  # behind every change of credentials, which takes the death signal off again
    # A domain of its own for each: readers of one parent cannot look into each other either.
    if enclosure.files is not None and landlock.enter(libc, enclosure.files):
        holding.append("landlock")
    if seccomp.restrict(libc, also):  # last: the steps before it are none of a reader's
        holding.append("seccomp")
    return tuple(holding)


def die_with(parent: int, libc: ctypes.CDLL | None = None) -> None:
    """SIGKILL when the parent ends, whichever way it ends."""
    libc = libc or ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked to hear of it
        os._exit(0)


def allow_cpu(seconds: float) -> None:
    """So many seconds of processor time from now on, rounded up; the limit of a process counts from its start."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):  # an operator's own, lower limit stands
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def program() -> set[str]:
    """Folders of the interpreter, its packages and ours: encodings and models are loaded when first needed."""
    paths = sysconfig.get_paths()
    places = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places |= {os.path.join(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix) if prefix != "/"}
    places |= {place for place in sys.path if place.endswith(("site-packages", "dist-packages"))}
    return places | _linked(places) | {str(Path(gateway.__file__).resolve().parent)}


def reached() -> Iterator[users.Need]:
    """What another user must reach for the program to work. Of each folder of packages its entries too: somebody may
    have put one there for himself alone."""
    paths = sysconfig.get_paths()
    full = {paths[name] for name in ("stdlib", "platstdlib")} | {str(Path(gateway.__file__).resolve().parent)}
    for place in program():
        if not os.path.isdir(place):
            yield place, os.R_OK
            continue
        yield place, os.R_OK | os.X_OK
        if place in full or place.endswith(("site-packages", "dist-packages")):
            with os.scandir(place) as entries:
                for entry in entries:
                    if not entry.name.startswith((".", "__pycache__")):
                        yield entry.path, os.R_OK | (os.X_OK if entry.is_dir() else 0)


def _linked(places: Iterable[str]) -> set[str]:
    """Where packages lie that are in those folders as links alone, as some installers put them there."""
    found = set()
    for place in places:
        if place.endswith(("site-packages", "dist-packages")) and os.path.isdir(place):
            with os.scandir(place) as entries:
                found |= {os.path.realpath(entry.path) for entry in entries if entry.is_symlink()}
    return found


def _set_apart(libc: ctypes.CDLL, processes: int) -> bool:
    """In a user namespace of its own root is nobody outside, and processes are counted even for root."""
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC) == 0:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
        return True
    return bool(libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) == 0 or libc.unshare(_CLONE_NEWNET) == 0)
