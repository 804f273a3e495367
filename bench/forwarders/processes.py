"""Processor time and memory of a server with all its processes, from /proc (proc(5)); those that ended count too."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the family, with that of children that were waited for."""
    total = 0
    for pid in family(root):
        fields = _stat(pid)
        if fields:
            total += sum(int(fields[index]) for index in (11, 12, 13, 14))
    return total / _TICKS


def pss_megabytes(pid: int) -> float:
    """Proportional set size: memory that is shared counts in parts."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("Pss:")), 0.0)


def _stat(pid: int) -> list[str]:
    """The fields behind the command's name, which may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
