"""A GIF with boxes covered in every frame, frame by frame: colours, times and what was not covered stay as they are.

A frame is a rectangle of numbers of colours, packed (GIF89a section 20). Each is unpacked alone, numbers inside a box
become that of one colour, and it is packed again; see-through places inside a box are covered too, for what shines
through would have the shape of what was there.

In: the file, boxes in its pixels. Out: the file, without comments. Raises ValueError for what is broken.
"""

import struct
from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import GifImagePlugin, Image

from gateway.formats.image.covered import nearest
from gateway.formats.image.read import MOST_PIXELS
from gateway.formats.image.stripped import colours, gif_blocks, gif_extension
from gateway.model import Box

_GREYS = np.repeat(np.arange(256, dtype=np.uint8), 3).tobytes()


def with_boxes_covered(data: bytes, boxes: Sequence[Box]) -> bytes:
    head = 13 + colours(data[10])
    out, clear = [data[:head]], -1
    for kind, begin, end in gif_blocks(data):
        if kind == "extension":
            block = gif_extension(data[begin:end])
            if block[1:2] == b"\xf9":
                clear = block[6] if block[3] & 1 else -1
            out.append(block)
        else:
            out.append(_frame(data[begin:end], data[13:head], clear, boxes))
            clear = -1
    return b"".join((*out, b"\x3b"))


def _frame(block: bytes, table: bytes, clear: int, boxes: Sequence[Box]) -> bytes:
    left, top, width, height, flags = struct.unpack_from("<4HB", block, 1)
    if width * height > MOST_PIXELS:
        raise ValueError("a frame of more pixels than are looked at")
    own = 10 + colours(flags)
    numbers = _unpacked(block[own:], width, height, flags)
    palette = np.frombuffer(block[10:own] or table or _GREYS, np.uint8).reshape(-1, 3)
    opaque = np.ones(len(palette), np.bool_)
    if 0 <= clear < len(palette):
        opaque[clear] = False
    number = nearest(palette, opaque)
    for box in boxes:
        first, last = max(0, box.x - left), box.x + box.width - left
        upper, lower = max(0, box.y - top), box.y + box.height - top
        if last > 0 and lower > 0:
            numbers[upper:lower, first:last] = number
    return block[:9] + bytes((flags & ~0x40 & 0xFF,)) + block[10:own] + _packed(numbers)


def _unpacked(body: bytes, width: int, height: int, flags: int) -> np.ndarray:
    """By the library, from a file of this frame alone, whose colours are their own numbers."""
    screen = b"GIF89a" + struct.pack("<HH", width, height) + b"\xf7\0\0" + _GREYS
    place = b"\x2c" + struct.pack("<4HB", 0, 0, width, height, flags & 0x40)
    with Image.open(BytesIO(screen + place + body + b"\x3b"), formats=("GIF",)) as frame:
        return np.array(frame).reshape(height, width)


def _packed(numbers: np.ndarray) -> bytes:
    parts = GifImagePlugin.getdata(Image.fromarray(numbers))
    return b"".join(parts[1:])  # behind the frame's own header
