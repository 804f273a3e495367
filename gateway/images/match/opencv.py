"""OpenCV for the comparison of pictures, loaded at the first comparison: it takes 16 MB, and the console, which imports
the detectors to cover words, mostly compares nothing (see `bench/README.md`, the queue)."""

from importlib import import_module
from typing import Any


class _OpenCV:
    """The module's attributes; each is kept once it was asked for, so that a call costs what it costs of the module."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module("cv2"), name)
        setattr(self, name, value)
        return value


cv2 = _OpenCV()
"""As `import cv2`."""


def load() -> None:
    """Loads it now, for a process whose first comparison somebody waits for."""
    import_module("cv2")
