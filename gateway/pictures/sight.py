"""What can be told of a picture from its pixels alone, and who tells it: this process, or a helper of it.

A reader that lives for one message cannot load the engines that read text (a second, 0.3 GB), nor remember what it saw
in another message. Both can be done by a process that gets nothing but pixels (`isolation.eyes`): no stranger's file is
parsed for it, and what it remembers it goes by digests of its own.

In: rasters. Out: `Shape`, cut-outs that could be avatars, `Text`. Raises MemoryError where the process may have no
more, memory.Spent where the message has no time left for pictures.
"""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.model import Patch
from gateway.pictures.fingerprint import phash
from gateway.pictures.lines import Text, text_of
from gateway.pictures.ocr import Ocr
from gateway.pictures.patches import patches
from gateway.pictures.points import points
from gateway.pictures.raster import Raster


@dataclass(frozen=True, slots=True)
class Shape:
    """By what a picture is known again, without reading it."""

    phash: int | None
    points: bytes = field(default=b"", repr=False)


class Sight(Protocol):
    """Who looks."""

    def shape(self, raster: Raster) -> Shape: ...

    def patches(self, raster: Raster) -> tuple[Patch, ...]: ...

    def text(self, raster: Raster) -> Text: ...


@dataclass(frozen=True, slots=True)
class Here:
    """This process looks itself."""

    ocr: Ocr

    def shape(self, raster: Raster) -> Shape:
        return Shape(phash(raster), points(raster))

    def patches(self, raster: Raster) -> tuple[Patch, ...]:
        return patches(raster)

    def text(self, raster: Raster) -> Text:
        return text_of(raster, self.ocr)


_other: list[Sight] = []


def elsewhere() -> Sight | None:
    """Who looks for this process; None where it looks itself."""
    return _other[-1] if _other else None


def look_through(other: Sight) -> None:
    """From now on somebody else looks for this process."""
    _other.append(other)
