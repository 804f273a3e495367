"""What can be told of a picture from its pixels alone, and who tells it: this process, or a helper of it.

A reader that lives for one message cannot load the engines that read text (a second, 0.3 GB), nor remember what it saw
in another message. Both can be done by a process that gets nothing but pixels (`sandbox.eyes`): no stranger's file is
parsed for it, and what it remembers it goes by digests of its own.

In: rasters. Out: `PictureHashes`, cut-outs that could be avatars, `OcrText`. Raises MemoryError where the process may
have no more, memory.Spent where the message has no time left for pictures.
"""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.images.extract.avatar_candidates import patches
from gateway.images.extract.keypoints import points
from gateway.images.extract.lines import OcrText, text_of
from gateway.images.extract.ocr import Ocr
from gateway.images.extract.phash import phash
from gateway.images.extract.raster import Raster
from gateway.model import Patch


@dataclass(frozen=True, slots=True)
class PictureHashes:
    """By what a picture is known again, without reading it."""

    phash: int | None
    points: bytes = field(default=b"", repr=False)


class Sight(Protocol):
    """Who looks."""

    def shape(self, raster: Raster) -> PictureHashes: ...

    def patches(self, raster: Raster) -> tuple[Patch, ...]: ...

    def text(self, raster: Raster) -> OcrText: ...


@dataclass(frozen=True, slots=True)
class Here:
    """This process looks itself."""

    ocr: Ocr

    def shape(self, raster: Raster) -> PictureHashes:
        return PictureHashes(phash(raster), points(raster))

    def patches(self, raster: Raster) -> tuple[Patch, ...]:
        return patches(raster)

    def text(self, raster: Raster) -> OcrText:
        return text_of(raster, self.ocr)


_other: list[Sight] = []


def elsewhere() -> Sight | None:
    """Who looks for this process; None where it looks itself."""
    return _other[-1] if _other else None


def look_through(other: Sight) -> None:
    """From now on somebody else looks for this process."""
    _other.append(other)
