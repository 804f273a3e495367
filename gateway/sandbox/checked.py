"""Looks through a `Reading` that an untrusted worker made, before anybody uses a number of it as an index.

Types are right by then (msgspec decodes strictly); here are the values: spans inside their text, as many pixels as
width and height say, digests of the right length, and reasons that are words, for they reach findings and logs.

In: a Reading. Out: the same. Raises ValueError, which names the kind of fault alone.
"""

import builtins
import math
import re
from pathlib import Path

import gateway
from gateway.model import (
    MOST_FAULTS,
    PATCH,
    POINT_SIZE,
    POINTS_HEAD,
    Box,
    Fault,
    Location,
    PictureFragment,
    Reading,
    TextFragment,
)
from gateway.model.part_types import PART_TYPES

WIDEST, TALLEST = 540, 8000
POINTS = 600
_REASON = re.compile(r"[a-z][a-z0-9_]{0,47}")
_PART = re.compile(r"[0-9A-Za-z.]{0,200}")
_LARGEST = 1 << 31
_STEPS, _STEP = 100, 4096
_DEEPEST = 100


def checked(reading: Reading) -> Reading:
    """The reading, where every value in it can be true."""
    for text in reading.texts:
        _text(text)
    for picture in reading.pictures:
        _picture(picture)
    for part in reading.files:
        _place(part.where)
        _file(part.file)
        _must(0 <= part.size < _LARGEST and len(part.sha256) == 32 and len(part.kind) <= 64, "file")
        _must(part.type == "" or part.type in PART_TYPES, "file")
    for mail in reading.mails:
        _place(mail.where)
    for unread in reading.unreadable:
        _place(unread.where)
        _must(_REASON.fullmatch(unread.reason) is not None, "reason")
    for strange in reading.ambiguities:
        _place(strange.where)
        _must(_REASON.fullmatch(strange.reason) is not None, "reason")
    _must(len(reading.faults) <= MOST_FAULTS, "faults")
    return reading


def is_ours(told: Fault) -> bool:
    """Whether a fault's place is a module of this package and its class one of Python's: such words may be logged."""
    steps = told.module.split(".")
    if steps[0] != "gateway" or not all(step.isidentifier() for step in steps) or not 0 <= told.line < 100_000:
        return False
    known = getattr(builtins, told.exception, None)
    if not (isinstance(known, type) and issubclass(known, BaseException)):
        return False
    path = Path(gateway.__file__).parent.joinpath(*steps[1:])
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def _file(file: tuple[int, ...]) -> None:
    _must(len(file) <= _DEEPEST and all(0 <= number < _LARGEST for number in file), "file")


def _text(text: TextFragment) -> None:
    _place(text.where)
    _file(text.file)
    _must(text.medium != "envelope", "medium")  # that one is said by the client, not read in a content
    for line in text.boxes:
        _must(0 <= line.start <= line.end <= len(text.text), "span")
        _must(math.isfinite(line.confidence) and 0 <= line.confidence <= 1, "confidence")
        _box(line.box)


def _picture(picture: PictureFragment) -> None:
    _place(picture.where)
    _file(picture.file)
    pixels = picture.pixels
    _must(0 < picture.width < _LARGEST and 0 < picture.height < _LARGEST, "picture")
    _must(0 < pixels.width <= WIDEST and 0 < pixels.height <= TALLEST, "pixels")
    _must(len(pixels.rgb) == pixels.width * pixels.height * 3, "pixels")
    for patch in picture.patches:
        _box(patch.box)
        _must(len(patch.rgb) == PATCH * PATCH * 3, "patch")
    points = len(picture.points) - POINTS_HEAD.size
    _must(not picture.points or (points >= 0 and points % POINT_SIZE == 0 and points <= POINTS * POINT_SIZE), "points")
    _must(picture.phash is None or 0 <= picture.phash < 1 << 64, "phash")


def _box(box: Box) -> None:
    _must(0 <= box.x < _LARGEST and 0 <= box.y < _LARGEST, "box")
    _must(0 <= box.width < _LARGEST and 0 <= box.height < _LARGEST, "box")


def _place(where: Location) -> None:
    _must(_PART.fullmatch(where.part) is not None, "place")
    _must(len(where.steps) <= _STEPS, "place")
    for step in where.steps:
        _must(len(step.text) <= _STEP and (step.number is None or 0 <= step.number < _LARGEST), "place")


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"not a reading: {what}")
