"""What a worker gives up before it sees the first strange byte.

setrlimit(2): address space, core files, open files, written files, processor time. prctl(2): it dies with its parent
(PDEATHSIG), gains no privilege, and nobody of the same user may look into it. unshare(2), where the system lets it:
no network. Layers that a system lacks are left out; the limits are not.

In: limits. Out: nothing. Raises OSError or ValueError where a limit cannot be set.
"""

import contextlib
import ctypes
import os
import resource
import signal

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_OPEN_FILES = 64


def shut(memory_mb: int, parent: int) -> None:
    """Set all limits of this process. Ends it at once where its parent is already gone."""
    memory = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    _cut_network(libc)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    die_with(parent, libc)  # last: a change of credentials takes the death signal off again


def die_with(parent: int, libc: ctypes.CDLL | None = None) -> None:
    """SIGKILL when the parent ends, whichever way it ends."""
    libc = libc or ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it went before we asked to hear of it
        os._exit(0)


def allow_cpu(seconds: int) -> None:
    """So many seconds of processor time from now on; the limit of a process counts from its start."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + 1 + seconds
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    with contextlib.suppress(ValueError, OSError):  # an operator's own, lower limit stands
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _cut_network(libc: ctypes.CDLL) -> None:
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
