"""The exact reader: RapidOCR with the PP-OCRv6 small models of its own package; nothing is fetched.

Three to five seconds for a phone's screen, 0.1 s for a line; it reads lines that stand on their side or upside down.
Each of its models is loaded when first needed (0.3 to 0.5 GB in all). Its log, which says file names, is shut.

In: a raster. Out: `OcrLine`s with boxes in its pixels. Raises MemoryError where the process may have no more.
"""

import logging
from typing import Any

import numpy as np

from gateway.images.extract.ocr import OcrLine
from gateway.images.extract.raster import Raster
from gateway.model import Box

_THREADS = 2
_LEAST = (3, 48, 160)
"""Colours, height and least width of a line as the model takes it: narrower ones are padded."""


class Exact:
    """An `Ocr`, and a reader of single lines."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR  # here: it takes a second, and many pictures never need it

        silence = logging.getLogger("RapidOCR")
        silence.handlers.clear()
        silence.addHandler(logging.NullHandler())
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": 0.0,
                "Global.max_side_len": 4096,
                "Rec.rec_img_shape": list(_LEAST),
                "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )

    def lines(self, raster: Raster) -> list[OcrLine]:
        """The whole tile: detection, direction of each line, recognition."""
        height, width = raster.shape[:2]
        found = self._engine(_bgr(raster), use_det=True, use_cls=True, use_rec=True)
        if found is None or getattr(found, "boxes", None) is None or found.txts is None:
            return []
        lines = []
        for corners, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            left, top = np.floor(np.min(corners, axis=0)).astype(int).tolist()
            right, bottom = np.ceil(np.max(corners, axis=0)).astype(int).tolist()
            left, top = min(max(0, left), width), min(max(0, top), height)
            box = Box(left, top, max(0, min(right, width) - left), max(0, min(bottom, height) - top))
            if str(text).strip():
                lines.append(OcrLine(str(text), box, min(1.0, max(0.0, float(score)))))
        return lines

    def line(self, raster: Raster) -> tuple[str, float]:
        """One line, cut out and upright: what it says and how surely; empty where it says nothing."""
        found = self._engine(_bgr(raster), use_det=False, use_cls=False, use_rec=True)
        texts = getattr(found, "txts", None)
        if not texts:
            return "", 0.0
        return str(texts[0]), min(1.0, max(0.0, float(found.scores[0])))


def _bgr(raster: Raster) -> Raster:
    return np.ascontiguousarray(raster[:, :, ::-1])
