"""Who a process is from now on, where the service is started as root: a user to whom nothing of ours belongs.

The mode of a file then holds off whoever took the process over, even where the kernel has no other wall. A process
first looks, with that user's rights, whether what it needs later can be reached (setresuid(2): the saved id leads
back); where it cannot, it stays who it is, and says why. No group is kept beside the user's own.

PDEATHSIG and PR_SET_DUMPABLE are gone after that, whether it became that user or not (prctl(2)): set them behind it.

In: a user and what it must reach. Out: why it is not that user. Nothing is raised.
"""

import os
import pwd
from collections.abc import Iterable
from dataclasses import dataclass

RELAY, READER = 65521, 65522
"""Ids that Debian reserves and systemd gives to nobody: they need no line in `/etc/passwd`, and nobody else has them,
as some have 65534."""
_OFF = ("root", "none")
Need = tuple[str, int]
"""A file or folder, and what of `os.R_OK`, `os.W_OK`, `os.X_OK` is needed. What is not there is not needed."""


@dataclass(frozen=True, slots=True)
class User:
    """Never root."""

    uid: int
    gid: int

    def word(self) -> str:
        """For a command line; `parsed` reads it."""
        return f"{self.uid}:{self.gid}"


def parsed(word: str) -> User | None:
    """From a command line; nobody where it is empty."""
    if not word:
        return None
    uid, _, gid = word.partition(":")
    return User(int(uid), int(gid))


def user_of(setting: str, own: int) -> User | None:
    """Who is meant by a name or number; `own` where it is empty; None where we are to stay who we are, or have to.
    Raises: KeyError for a name that nobody has."""
    if os.geteuid() != 0 or setting in _OFF:
        return None
    if not setting or setting.isdecimal():
        number = int(setting or own)
        user = User(number, number)
    else:
        entry = pwd.getpwnam(setting)
        user = User(entry.pw_uid, entry.pw_gid)
    return user if user.uid else None


def hindrance(user: User, needs: Iterable[Need]) -> str:
    """Why this process cannot become that user, in a few words; empty where it can. It is root before and after."""
    there = [(path, how) for path, how in needs if os.path.exists(path)]
    group, groups = os.getegid(), os.getgroups()
    try:
        os.setgroups([])
        os.setegid(user.gid)
        os.seteuid(user.uid)
        return next((f"user {user.uid} cannot reach {path}" for path, how in there if not _may(path, how)), "")
    except OSError as error:
        return f"user {user.uid} cannot be had here ({error.strerror})"
    finally:
        os.seteuid(0)
        os.setegid(group)
        if os.getgroups() != groups:
            os.setgroups(groups)


def become(user: User, needs: Iterable[Need]) -> str:
    """Empty where this process is that user from now on, with no way back; else why it is still root."""
    if os.geteuid() != 0:
        return "not started as root"
    hindered = hindrance(user, needs)
    if not hindered:
        os.setgroups([])
        os.setresgid(user.gid, user.gid, user.gid)
        os.setresuid(user.uid, user.uid, user.uid)
    return hindered


def _may(path: str, how: int) -> bool:
    return os.access(path, how, effective_ids=True)
