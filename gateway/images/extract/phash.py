"""A 64-bit hash of a whole picture that a copy in another size or JPEG quality shares, give or take a few bits.

The lowest 8 by 8 frequencies of the discrete cosine transform of a 32 by 32 grey picture, each above or below the
median of them. It does not survive cropping, and it says nothing of words: a hint, never a proof.

In: a raster. Out: the hash, None where the picture is too plain to tell it from others.
"""

import cv2
import numpy as np

from gateway.images.calibration import PICTURE_PLAIN_GREYS
from gateway.images.extract.raster import Raster, grey, resized

_SIDE, _KEPT = 32, 8


def phash(raster: Raster) -> int | None:
    small = resized(grey(raster), _SIDE, _SIDE).astype(np.float32)
    if float(small.std()) < PICTURE_PLAIN_GREYS:
        return None
    low = np.asarray(cv2.dct(small))[:_KEPT, :_KEPT].ravel()
    above = low > np.median(low[1:])  # without the mean, which says how bright the picture is
    return int("".join("1" if bit else "0" for bit in above), 2)
