"""Text in one tile of a picture: what an engine is, behind a small Protocol, so that another can take its place.

In: a raster. Out: `OcrLine`s with boxes in its pixels. Raises MemoryError where the process may have no more.
"""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.images.extract.raster import Raster
from gateway.model import Box


@dataclass(frozen=True, slots=True)
class OcrLine:
    """One line as read. `confidence` 0 to 1."""

    text: str = field(repr=False)
    box: Box
    confidence: float


class Ocr(Protocol):
    """Reads text. Lines that it is unsure of are given too, with their low confidence."""

    def lines(self, raster: Raster) -> list[OcrLine]: ...
