"""Seccomp: which system calls a process may make. A list of what is allowed; all else answers EPERM (seccomp(2)).

What is on every list reads, computes, starts threads and gives memory back. So no socket, no other program or process,
no look into another process, no new privilege, no memory outside the limit of addresses (memfd, shared memory), no
namespace. Files can be opened as far as the file system lets it: Landlock is for that. A relay has besides (`NETWORK`)
sockets of a few families, memory files, and what an event loop waits with.

The filter is a classic BPF program, built here, for the kernel needs no library for it. Numbers of calls are those of
`unistd.h` for x86-64 and of `asm-generic/unistd.h` for arm64; other machines go without this layer.

In: names of calls that are allowed besides. Out: whether the filter holds, for every thread. Nothing is raised.
"""

import ctypes
import os
import platform
import struct
from collections.abc import Iterable

_CALLS = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "pwrite64": (18, 68), "close": (3, 57), "lseek": (8, 62), "fstat": (5, 80), "newfstatat": (262, 79),
    "stat": (4, -1), "lstat": (6, -1), "statx": (332, 291), "statfs": (137, 43), "fstatfs": (138, 44),
    "open": (2, -1), "openat": (257, 56), "access": (21, -1), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, -1), "readlinkat": (267, 78), "getcwd": (79, 17), "getdents64": (217, 61), "fcntl": (72, 25),
    "dup": (32, 23), "dup3": (292, 24), "poll": (7, -1), "ppoll": (271, 73), "select": (23, -1),
    "pselect6": (270, 72), "fadvise64": (221, 223), "mmap": (9, 222), "munmap": (11, 215), "mremap": (25, 216),
    "mprotect": (10, 226), "madvise": (28, 233), "brk": (12, 214), "mincore": (27, 232), "membarrier": (324, 283),
    "get_mempolicy": (239, 236), "futex": (202, 98), "set_robust_list": (273, 99), "rseq": (334, 293),
    "set_tid_address": (218, 96), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "sched_setaffinity": (203, 122), "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "getcpu": (309, 168), "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173), "getuid": (102, 174),
    "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177), "getpgrp": (111, -1),
    "arch_prctl": (158, -1), "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "time": (201, -1), "times": (100, 153),
    "getrusage": (98, 165), "getrlimit": (97, 163), "sysinfo": (99, 179), "uname": (63, 160),
    "getrandom": (318, 278), "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132), "restart_syscall": (219, 128), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
_BESIDES = {
    "recvmsg": (47, 212), "socketpair": (53, 199), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "connect": (42, 203), "getsockname": (51, 204), "getpeername": (52, 205),
    "setsockopt": (54, 208), "getsockopt": (55, 209), "sendto": (44, 206), "sendmsg": (46, 211),
    "sendmmsg": (307, 269), "recvfrom": (45, 207), "recvmmsg": (299, 243), "shutdown": (48, 210),
    "epoll_create": (213, -1), "epoll_create1": (291, 20), "epoll_ctl": (233, 21), "epoll_wait": (232, -1),
    "epoll_pwait": (281, 22), "epoll_pwait2": (441, 441), "eventfd2": (290, 19), "pipe": (22, -1),
    "pipe2": (293, 59), "dup2": (33, -1), "memfd_create": (319, 279), "ftruncate": (77, 46), "ioctl": (16, 29),
    "unlink": (87, -1), "unlinkat": (263, 35), "fchmod": (91, 52), "umask": (95, 166), "sendfile": (40, 71),
    "timerfd_create": (283, 85), "timerfd_settime": (286, 86), "rt_sigtimedwait": (128, 137),
}  # fmt: skip
"""What one kind of process may do and others not."""
NETWORK = tuple(_BESIDES)
_SOCKET = (41, 198)
_FAMILIES = (1, 2, 10, 16)
"""unix, IPv4, IPv6, and netlink, with which the C library looks up which of the two are there."""
_CLONE, _CLONE3, _PRCTL, _PRLIMIT, _TGKILL = (56, 220), (435, 435), (157, 167), (302, 261), (234, 131)
_MACHINES = {"x86_64": (0, 0xC000003E, 317), "aarch64": (1, 0xC00000B7, 277)}
"""Column of the table, AUDIT_ARCH, the number of seccomp itself."""
_X32 = 0x40000000
_LOAD, _EQUALS, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_CLONE_THREAD = 0x00010000
_PRCTLS = (15, 16, 0x53564D41)
"""Naming a thread, asking for its name, naming memory."""
_SET_FILTER, _ALL_THREADS = 1, 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def restrict(libc: ctypes.CDLL, also: Iterable[str] = ()) -> bool:
    """Needs PR_SET_NO_NEW_PRIVS."""
    machine = _MACHINES.get(platform.machine())
    if machine is None or struct.calcsize("P") != 8:
        return False
    column, architecture, seccomp = machine
    code = _filter(column, architecture, os.getpid(), tuple(also))
    program = _Program(len(code) // 8, code)
    return bool(libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)) == 0)


def _filter(column: int, architecture: int, own: int, also: tuple[str, ...]) -> bytes:
    steps = [
        _step(_LOAD, _ARCH_AT),
        _step(_EQUALS, architecture, 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_AT_LEAST, _X32, 0, 1),  # the same calls by other numbers
        _step(_RETURN, _REFUSE | _EPERM),
    ]
    for numbers in (*_CALLS.values(), *(_BESIDES[name] for name in also)):
        if numbers[column] >= 0:
            steps += [_step(_EQUALS, numbers[column], 0, 1), _step(_RETURN, _ALLOW)]
    # Threads come by clone(CLONE_THREAD); a filter cannot look into clone3's arguments, and the C library then takes
    # clone again.
    steps += _where(_CLONE[column], [_step(_HAS_BITS, _CLONE_THREAD, 0, 1)])
    steps += [_step(_EQUALS, _CLONE3[column], 0, 1), _step(_RETURN, _REFUSE | _ENOSYS)]
    steps += _where(_PRCTL[column], _one_of(*_PRCTLS))
    steps += _where(_PRLIMIT[column], _one_of(0))  # its own limits alone
    steps += _where(_TGKILL[column], _one_of(own))  # abort(3)
    if "connect" in also:
        steps += _where(_SOCKET[column], _one_of(*_FAMILIES))
    return b"".join([*steps, _step(_RETURN, _REFUSE | _EPERM)])


def _where(number: int, tests: list[bytes]) -> list[bytes]:
    """Call `number` is allowed where the tests on the lower half of its first argument lead to the step behind them,
    and not where they lead to the one after that."""
    body = [_step(_LOAD, _FIRST_ARGUMENT_AT), *tests, _step(_RETURN, _ALLOW), _step(_RETURN, _REFUSE | _EPERM)]
    return [_step(_EQUALS, number, 0, len(body)), *body]


def _one_of(*values: int) -> list[bytes]:
    behind = range(len(values) - 1, -1, -1)
    return [_step(_EQUALS, value, left, 0 if left else 1) for value, left in zip(values, behind, strict=True)]


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)
