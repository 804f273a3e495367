"""What is kept of a picture to know it again, and how two are compared.

An avatar whose middle varies by less than two grey levels has nothing that could be compared, and is not used at all;
how distinct the others are, `images.match.avatar.faces` says.

In: `Pixels`. Out: `Pixels`, numbers. Raises ValueError where the bytes are not as many as width and height say.
"""

import numpy as np
from numpy.typing import NDArray

from gateway.images.calibration import AVATAR_PLAIN_GREYS
from gateway.images.match.opencv import cv2
from gateway.model import Pixels

Picture = NDArray[np.uint8]

THUMB = 96
AVATAR_WIDTH = 200
MIDDLE = 0.12
"""Cut from each side before comparing: avatars are shown with round corners, or as circles."""


def array(pixels: Pixels) -> Picture:
    """Rows, columns, three colours."""
    if len(pixels.rgb) != pixels.width * pixels.height * 3 or not pixels.rgb:
        raise ValueError("pixels: not as many bytes as width and height say")
    return np.frombuffer(pixels.rgb, np.uint8).reshape(pixels.height, pixels.width, 3)


def pixels_of(picture: Picture) -> Pixels:
    return Pixels(picture.shape[1], picture.shape[0], np.ascontiguousarray(picture).tobytes())


def resized(picture: Picture, width: int, height: int) -> Picture:
    """Averaged when made smaller, so that a thumb of a large and of a small copy are the same."""
    smaller = width < picture.shape[1] or height < picture.shape[0]
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (max(1, width), max(1, height)), interpolation=how), np.uint8)


def middle(picture: Picture) -> Picture:
    """Without the corners."""
    cut_y, cut_x = int(picture.shape[0] * MIDDLE), int(picture.shape[1] * MIDDLE)
    return picture[cut_y : picture.shape[0] - cut_y, cut_x : picture.shape[1] - cut_x]


def thumb(pixels: Pixels) -> Pixels:
    """96 x 96 grey, as RGB."""
    grey = np.asarray(cv2.cvtColor(array(pixels), cv2.COLOR_RGB2GRAY), np.uint8)
    small = resized(grey, THUMB, THUMB)
    return pixels_of(np.repeat(small[:, :, None], 3, axis=2))


def avatar_pixels(pixels: Pixels) -> Pixels:
    """At most 200 pixels wide."""
    if pixels.width <= AVATAR_WIDTH:
        return pixels
    height = max(1, round(pixels.height * AVATAR_WIDTH / pixels.width))
    return pixels_of(resized(array(pixels), AVATAR_WIDTH, height))


def is_usable(pixels: Pixels) -> bool:
    """Whether a picture is varied enough to be told from others, as an avatar of 32 pixels."""
    if min(pixels.width, pixels.height) < 8:
        return False
    small = middle(resized(array(pixels), 32, 32))
    return max(float(small[:, :, colour].std()) for colour in range(3)) >= AVATAR_PLAIN_GREYS


def likeness(one: Pixels, other: Pixels) -> float:
    """How alike two thumbs are, -1 to 1 (correlation).

    Measured on chat screenshots: 0.997 and more for JPEG and smaller copies, 0.92 for other words in the same layout,
    0.80 for other people in it.
    """
    a, b = array(one), array(other)
    if a.shape != b.shape:
        b = resized(b, a.shape[1], a.shape[0])
    return correlation(a[:, :, 0], b[:, :, 0])


def correlation(one: Picture, other: Picture) -> float:
    """Pearson's, over all values; 0 where one of them is plain."""
    a = one.astype(np.float64).ravel()
    b = other.astype(np.float64).ravel()
    a -= a.mean()
    b -= b.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 1e-9 else 0.0
