"""SHA-256, ssdeep (ppdeep) and TLSH beside us. Fetched by pip into a temporary folder; never part of this project."""

import hashlib
import importlib
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PEERS = Path(tempfile.gettempdir()) / "hushgate-bench-peers"


class Peers:
    """SHA-256, ssdeep (ppdeep) and TLSH."""

    def __init__(self) -> None:
        if not list(PEERS.glob("ppdeep*")):
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(PEERS)]
            subprocess.run([*command, "ppdeep", "py-tlsh"], check=True)
        sys.path.insert(0, str(PEERS))
        self._fuzzy: Any = importlib.import_module("ppdeep")
        self._tlsh: Any = importlib.import_module("tlsh")
        self._kept: dict[bytes, tuple[str, str]] = {}

    def alike(self, one: Sequence[bytes], other: Sequence[bytes]) -> tuple[bool, bool, bool]:
        """Whether any of the first is any of the second, for each of the three."""
        pairs = [(a, b) for a in one for b in other if a and b]
        hashes = [(self._of(a), self._of(b)) for a, b in pairs]
        return (
            any(hashlib.sha256(a).digest() == hashlib.sha256(b).digest() for a, b in pairs),
            any(self._fuzzy.compare(a[0], b[0]) >= 30 for a, b in hashes),
            any(a[1] and b[1] and self._tlsh.diff(a[1], b[1]) <= 100 for a, b in hashes),
        )

    def _of(self, data: bytes) -> tuple[str, str]:
        if data not in self._kept:
            found = self._tlsh.hash(data)
            self._kept[data] = self._fuzzy.hash(data), "" if found in ("", "TNULL") else found
        return self._kept[data]
