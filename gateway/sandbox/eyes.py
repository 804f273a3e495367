"""The helper of one place: looks at pictures for the readers that come and go there, and never sees a file.

It gets the pixels of a picture, of a shape that it checks itself, and answers with what is in them. So what can be done
to it can be done by pixels alone; it loads the engines that read text once, and remembers what it saw by digests that
it makes itself: no reader can tell it what another picture shows, nor ask for one whose pixels it has not.

A question is a frame: `Q`, rows, columns, the seconds of processor time that it may take, pixels. An answer is one
octet, the seconds that it took, and MessagePack. `serve` is the helper's side, `Through` a reader's. A helper that is
gone takes the reader with it: what a picture says is then not known.
"""

import contextlib
import hashlib
import os
import socket
import struct
import time

import msgspec
import numpy as np

from gateway.images.extract import analysis_cache
from gateway.images.extract.lines import OcrText
from gateway.images.extract.ocr_cascade import engine
from gateway.images.extract.raster import Raster
from gateway.images.extract.sight import Here, PictureHashes
from gateway.ipc import frames
from gateway.model import Patch

_HEAD = struct.Struct(">cIId")
_MARK = struct.Struct(">cII")
_COST = struct.Struct(">d")
_MOST_SECONDS = 600.0
"""A reader that claims more is not believed."""
_SHAPE, _PATCHES, _TEXT = b"s", b"p", b"t"
_TOLD, _NO_MEMORY, _SPENT, _BUG = b"=", b"m", b"t", b"!"
_shapes, _texts = msgspec.msgpack.Decoder(PictureHashes), msgspec.msgpack.Decoder(OcrText)
_cut_outs = msgspec.msgpack.Decoder(tuple[Patch, ...])


class Through:
    """A `Sight` by way of two pipes."""

    def __init__(self, questions: int, answers: int) -> None:
        self._questions, self._answers = questions, answers

    def shape(self, raster: Raster) -> PictureHashes:
        return _shapes.decode(self._asked(_SHAPE, raster))

    def patches(self, raster: Raster) -> tuple[Patch, ...]:
        return _cut_outs.decode(self._asked(_PATCHES, raster))

    def text(self, raster: Raster) -> OcrText:
        return _texts.decode(self._asked(_TEXT, raster))

    def _asked(self, what: bytes, raster: Raster) -> bytes:
        rows, columns = raster.shape[:2]
        pixels = np.ascontiguousarray(raster).data.cast("B")
        try:
            frames.send(self._questions, [_HEAD.pack(what, rows, columns, analysis_cache.left()), pixels])
            answer = frames.receive(self._answers)
        except (EOFError, OSError):
            raise SystemExit("the helper that looks at pictures is gone") from None
        if answer[:1] == _NO_MEMORY:
            raise MemoryError
        if answer[:1] not in (_TOLD, _SPENT):
            raise SystemExit("the helper that looks at pictures failed")
        analysis_cache.charge(*_COST.unpack_from(answer, 1))
        if answer[:1] == _SPENT:
            raise analysis_cache.PictureTimeSpent
        return answer[1 + _COST.size :]


def serve(end: socket.socket) -> None:
    """Look for one reader after the other, whose pipes come over `end`, until that is closed."""
    while True:
        packet, pipes, _, _ = socket.recv_fds(end, 1, 2)
        if not packet:
            return
        with contextlib.suppress(EOFError, ConnectionError):
            while _looked(*pipes):
                pass
        for pipe in pipes:
            os.close(pipe)


def _looked(questions: int, answers: int) -> bool:
    """One question answered. Raises: EOFError where the reader is gone, ValueError where it asks nonsense."""
    frame = frames.receive(questions)
    what, rows, columns, seconds = _HEAD.unpack_from(frame)
    if what not in (_SHAPE, _PATCHES, _TEXT) or not rows * columns or len(frame) != _HEAD.size + 3 * rows * columns:
        raise ValueError("not a picture")
    pixels = memoryview(frame)[_HEAD.size :]
    mark = hashlib.sha256(_MARK.pack(what, rows, columns))
    mark.update(pixels)
    told = analysis_cache.cached_answer(mark.digest())
    if told is None:
        here, began = Here(engine()), time.process_time()
        raster: Raster = np.frombuffer(pixels, np.uint8).reshape(rows, columns, 3)
        try:
            with analysis_cache.message(min(seconds, _MOST_SECONDS)):
                seen = _seen(here, what, raster)
        except MemoryError:
            frames.send(answers, [_NO_MEMORY])
            raise
        except analysis_cache.PictureTimeSpent:
            frames.send(answers, [_SPENT, _COST.pack(time.process_time() - began)])
            return True
        except Exception:
            frames.send(answers, [_BUG])
            raise
        told = msgspec.msgpack.encode(seen), time.process_time() - began
        analysis_cache.keep_told(mark.digest(), *told)
    answer, cost = told
    frames.send(answers, [_TOLD, _COST.pack(cost), answer])
    return True


def _seen(here: Here, what: bytes, raster: Raster) -> PictureHashes | tuple[Patch, ...] | OcrText:
    if what == _SHAPE:
        return here.shape(raster)
    return here.patches(raster) if what == _PATCHES else here.text(raster)
