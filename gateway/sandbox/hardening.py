"""What every process of ours gives up at its start: its memory is written to no file, and read by nobody.

A core file holds the master key, and so does the memory of a process that another one of the same user may look into.
setrlimit(2): no core file, in none of the processes that it starts either. prctl(2), PR_SET_DUMPABLE: no core even
where somebody raises that limit or where the system pipes them to a program, no ptrace(2), and what `/proc` has of it
(memory, environment) is root's.

In: nothing. Out: nothing. Nothing is raised: no limit of ours can be too high to be lowered.
"""

import ctypes
import resource

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """Called first, before a key is read. execve(2) undoes the half of it: each process does it for itself."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
