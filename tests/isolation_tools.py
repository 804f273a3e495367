"""Waiting for what readers and their parent do in processes of their own."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from gateway.sandbox.pool import ReaderPool


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that another process does; an assertion where it never happens."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never happened"
        pause.wait(0.01)


def is_alive(pid: int) -> bool:
    try:
        return state_of(pid) not in ("Z", "X")
    except FileNotFoundError:
        return False


def is_gone(pid: int) -> bool:
    return not is_alive(pid)


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def descendants(pid: int) -> set[int]:
    """All processes that this one started, and that they did."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(parent_of(int(entry.name)), []).append(int(entry.name))
            except OSError:
                continue
    found, look = set(), [pid]
    while look:
        for child in children.get(look.pop(), ()):
            found.add(child)
            look.append(child)
    return found


def next_reader(pool: ReaderPool) -> int:
    """The process that the next job goes to, once it is ready."""
    until(lambda: len(pool._idle) == pool.places)
    return pool._idle[0].pid
