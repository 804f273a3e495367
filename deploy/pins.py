"""A lock file as values: what is pinned, for which machines, by which hashes.

In: the text of a lock that uv wrote. Out: `Pin`s in the order of the file. Raises ValueError at what is no pin.
"""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNNING, EVERYTHING = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"

_PIN = re.compile(r"(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;]+)(?: ; (?P<marker>.+))?")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Pin:
    """One package. `marker` says on which machines (PEP 508), empty for all; `hashes` are of its wheels and source."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def pins(lock: str) -> tuple[Pin, ...]:
    """All pins of a lock file."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        head, *rest = entry.replace("\\\n", "\n").split("\n")
        match = _PIN.fullmatch(head.strip())
        hashes = [_HASH.fullmatch(line.strip()) for line in rest]
        if match is None or not hashes or None in hashes:
            raise ValueError(f"no pin with hashes: {head.strip()!r}")
        digests = tuple(one.group(1) for one in hashes if one is not None)
        found.append(Pin(match["name"], match["version"], match["marker"] or "", digests))
    return tuple(found)
