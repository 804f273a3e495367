"""Text in one tile of a picture: the engine behind a small Protocol, so that another can take its place.

RapidOCR with the PP-OCRv6 models of its own package: nothing is fetched. Loaded by the first picture of a process
(1.5 seconds, 0.5 to 0.8 GB). It turns lines that stand upside down; its log, which says file names, is shut.

In: a raster. Out: `Line`s with boxes in its pixels. Raises MemoryError where the process may have no more.
"""

import logging
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

import numpy as np

from gateway.model import Box
from gateway.pictures.raster import Raster

_THREADS = 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read. `confidence` 0 to 1."""

    text: str = field(repr=False)
    box: Box
    confidence: float


class Ocr(Protocol):
    """Reads text. Lines that it is unsure of are given too, with their low confidence."""

    def lines(self, raster: Raster) -> list[Line]: ...


class RapidOcr:
    """The engine of this house."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR  # here: it takes a second, and most mail has no picture

        silence = logging.getLogger("RapidOCR")
        silence.handlers.clear()
        silence.addHandler(logging.NullHandler())
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                "Global.max_side_len": 4096,
                "Global.use_cls": True,
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lines(self, raster: Raster) -> list[Line]:
        height, width = raster.shape[:2]
        found = self._engine(np.ascontiguousarray(raster[:, :, ::-1]))
        if found is None or found.boxes is None or found.txts is None:
            return []
        lines = []
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            left, top = np.floor(np.min(corners, axis=0)).astype(int).tolist()
            right, bottom = np.ceil(np.max(corners, axis=0)).astype(int).tolist()
            left, top = min(max(0, left), width), min(max(0, top), height)
            box = Box(left, top, max(0, min(right, width) - left), max(0, min(bottom, height) - top))
            if str(text).strip():
                lines.append(Line(str(text), box, min(1.0, max(0.0, float(score)))))
        return lines


@cache
def engine() -> Ocr:
    """The one engine of this process."""
    return RapidOcr()
