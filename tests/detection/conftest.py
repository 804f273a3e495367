"""Drawn avatars of four sorts and chat screenshots with them: what a phone shows, made here, of nobody."""

import random
from collections.abc import Callable, Sequence
from importlib.resources import files
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = str(files("cvttf_NotoSansCJK_Regular") / "NotoSansCJKtc-Regular.otf")
SIDE = 240


def _colour(r: random.Random, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    return r.randrange(low, high), r.randrange(low, high), r.randrange(low, high)


def _photo(r: random.Random) -> Image.Image:
    """Blurred noise of several sizes with a few dark ovals: light and shade of a photograph."""
    noise = np.random.default_rng(r.randrange(10_000))
    picture = np.zeros((SIDE, SIDE, 3), np.float32)
    for cells in (4, 8, 16, 32):
        patch = Image.fromarray((noise.random((cells, cells, 3)) * 255).astype(np.uint8))
        picture += np.asarray(patch.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float32) * (4 / cells) ** 0.6
    picture = (picture - picture.min()) / (picture.max() - picture.min()) * 255
    drawn = Image.fromarray(picture.astype(np.uint8))
    draw = ImageDraw.Draw(drawn)
    for _ in range(3):
        x, y, w = r.randrange(SIDE - 60), r.randrange(SIDE - 60), r.randrange(24, 96)
        draw.ellipse((x, y, x + w, y + w * 1.3), fill=_colour(r))
    return drawn.filter(ImageFilter.GaussianBlur(1.2))


def _cartoon(r: random.Random) -> Image.Image:
    drawn = Image.new("RGB", (SIDE, SIDE), _colour(r, 120))
    draw = ImageDraw.Draw(drawn)
    for _ in range(r.randrange(5, 10)):
        x, y, w, h = r.randrange(180), r.randrange(180), r.randrange(20, 130), r.randrange(20, 130)
        shape = draw.ellipse if r.random() < 0.6 else draw.rectangle
        shape((x, y, x + w, y + h), fill=_colour(r), outline=(0, 0, 0), width=r.randrange(0, 4))
    return drawn


def _hanzi(r: random.Random) -> Image.Image:
    drawn = Image.new("RGB", (SIDE, SIDE), _colour(r, 40, 200))
    font = ImageFont.truetype(FONT, 144)
    ImageDraw.Draw(drawn).text((48, 16), chr(0x4E00 + r.randrange(0x1000)), font=font, fill=(255, 255, 255))
    return drawn


def _gradient(r: random.Random) -> Image.Image:
    above, below = np.array(_colour(r), np.float32), np.array(_colour(r), np.float32)
    t = np.linspace(0, 1, SIDE)[:, None, None]
    drawn = Image.fromarray((np.ones((1, SIDE, 1)) * (above * (1 - t) + below * t)).astype(np.uint8))
    draw = ImageDraw.Draw(drawn)
    x = r.randrange(48, 120)
    draw.ellipse((x, 60, x + 72, 132), fill=_colour(r))
    draw.rectangle((x - 24, 138, x + 96, SIDE), fill=_colour(r))
    return drawn


def draw_avatar(number: int) -> Image.Image:
    r = random.Random(500 + number)
    return (_photo, _cartoon, _hanzi, _gradient)[number % 4](r)


WORDS = ("在吗", "请问这个怎么处理呀", "好的收到", "我昨天已经把截图发过去了", "谢谢您的配合,我们会尽快处理", "嗯嗯")


def draw_chat(
    avatars: Sequence[int],
    size: int = 90,
    width: int = 1080,
    dark: bool = False,
    circle: bool = False,
    quality: int = 0,
    words: Sequence[str] = WORDS,
) -> Image.Image:
    """A chat on a phone 1080 wide, with avatars of `size` pixels on both sides, then scaled to `width`."""
    chat = Image.new("RGB", (1080, 1500), (17, 17, 17) if dark else (237, 237, 237))
    draw, font = ImageDraw.Draw(chat), ImageFont.truetype(FONT, 38)
    y = 100
    for row in range(20):
        if y > 1500 - size - 60:
            break
        left = row % 3 != 0
        x = 30 if left else 1080 - 30 - size
        face = draw_avatar(avatars[row % len(avatars)]).resize((size, size), Image.Resampling.LANCZOS)
        mask = Image.new("L", (size * 4, size * 4), 0)
        box = (0, 0, size * 4 - 1, size * 4 - 1)
        if circle:
            ImageDraw.Draw(mask).ellipse(box, fill=255)
        else:
            ImageDraw.Draw(mask).rounded_rectangle(box, size * 4 // 8, fill=255)
        chat.paste(face, (x, y), mask.resize((size, size), Image.Resampling.LANCZOS))
        text = words[row % len(words)]
        wide = draw.textlength(text, font=font)
        start = x + size + 30 if left else x - 30 - wide - 50
        draw.rounded_rectangle(
            (start, y, start + wide + 50, y + 84), 14, fill=(44, 44, 44) if dark else (255, 255, 255)
        )
        draw.text((start + 25, y + 14), text, font=font, fill=(220, 220, 220) if dark else (20, 20, 20))
        y += max(size, 90) + 50
    if width != 1080:
        chat = chat.resize((width, 1500 * width // 1080), Image.Resampling.LANCZOS)
    if quality:
        packed = BytesIO()
        chat.save(packed, "JPEG", quality=quality)
        chat = Image.open(packed).convert("RGB")
    return chat


@pytest.fixture(scope="session")
def avatar() -> Callable[[int], Image.Image]:
    return draw_avatar


@pytest.fixture(scope="session")
def chat() -> Callable[..., Image.Image]:
    return draw_chat
