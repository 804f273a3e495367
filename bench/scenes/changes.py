"""What befalls a picture on its way: compression, other sizes, a camera pointed at a screen."""

from io import BytesIO

import cv2
import numpy as np
from PIL import Image


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    out = BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return Image.open(BytesIO(out.getvalue())).convert("RGB")


def shrunk(picture: Image.Image, share: float) -> Image.Image:
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    return picture.resize(size, Image.Resampling.BICUBIC)


def photographed(picture: Image.Image, seed: int) -> Image.Image:
    """A photo of a screen: seen from the side, unevenly lit, with moiré, a blur, noise, and JPEG."""
    dice = np.random.default_rng(seed)
    values = np.asarray(picture.convert("RGB"), np.float32)
    height, width = values.shape[:2]
    grid = 1 + 0.045 * np.sin(np.arange(width) * (2 * np.pi / dice.uniform(2.3, 3.4)))[None, :, None]
    rows = 1 + 0.035 * np.sin(np.arange(height) * (2 * np.pi / dice.uniform(2.6, 5.0)))[:, None, None]
    values = values * grid * rows
    across, down = np.linspace(-1, 1, width)[None, :], np.linspace(-1, 1, height)[:, None]
    light = 1 - 0.28 * ((across * dice.uniform(-1, 1) + down * dice.uniform(-1, 1) + 1) / 2)
    values = values * light[:, :, None] * np.array([1.0, 0.97, 0.92]) + 8
    margin = 0.06
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + dice.uniform(-0.035, 0.035, (4, 2)).astype(np.float32) * [width, height]
    moved = moved * (1 - 2 * margin) + np.array([width, height]) * margin
    bent = cv2.warpPerspective(
        np.clip(values, 0, 255),
        cv2.getPerspectiveTransform(corners, moved.astype(np.float32)),
        (width, height),
        flags=cv2.INTER_AREA,
        borderValue=(38, 34, 30),
    )
    bent = cv2.GaussianBlur(bent, (0, 0), 0.8)
    bent = bent + dice.normal(0, 5, bent.shape)
    return jpeg(Image.fromarray(np.clip(bent, 0, 255).astype(np.uint8)), 80)
