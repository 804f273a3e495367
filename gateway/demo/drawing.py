"""Pictures for the court case: an avatar, a chat and a mail as a phone or desktop would show them.

Drawn with Pillow and Noto Sans CJK (OFL-1.1), which the wheel `cvttf-notosanscjk-regular` carries: nothing is fetched.
"""

import importlib.util
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gateway.errors import Problem

_PAPER, _INK, _GREY = (255, 255, 255), (24, 24, 28), (120, 120, 128)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Noto Sans CJK at `size` pixels."""
    spec = importlib.util.find_spec("cvttf_NotoSansCJK_Regular")
    if spec is None or spec.origin is None:
        raise Problem(
            "demo", "the Chinese font is not installed", "run `make install`, or `pip install 'hushgate[demo]'`"
        )
    found = next(Path(spec.origin).parent.glob("*.otf"))
    return ImageFont.truetype(str(found), size)


def avatar(seed: int, size: int = 400) -> Image.Image:
    """A picture that could be somebody's: a blurred landscape with a few shapes, the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - a drawing, not a secret
    picture = Image.new("RGB", (size, size))
    draw = ImageDraw.Draw(picture)
    sky, ground = (tuple(dice.randrange(60, 256) for _ in "rgb") for _ in range(2))
    for y in range(size):
        share = y / size
        draw.line(
            (0, y, size, y), fill=tuple(int(a * (1 - share) + b * share) for a, b in zip(sky, ground, strict=True))
        )
    for _ in range(9):
        x, y = dice.randrange(-size // 8, size), dice.randrange(-size // 8, size)
        width, height = dice.randrange(size // 8, size // 2), dice.randrange(size // 8, size // 2)
        fill = tuple(dice.randrange(256) for _ in "rgb")
        shape = draw.ellipse if dice.random() < 0.6 else draw.rectangle
        shape((x, y, x + width, y + height), fill=fill)
    return picture.filter(ImageFilter.GaussianBlur(size / 130))


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a chat. `mine` stands on the right."""

    text: str
    mine: bool = False


def chat(title: str, bubbles: Sequence[Bubble], mine: Image.Image, theirs: Image.Image) -> Image.Image:
    """A chat on a phone, 1080 pixels wide, an avatar of 96 pixels beside each bubble."""
    width, line = 1080, 150
    picture = Image.new("RGB", (width, 220 + line * len(bubbles)), (237, 237, 237))
    draw = ImageDraw.Draw(picture)
    draw.text((width / 2, 90), title, font=font(44), fill=_INK, anchor="mm")
    draw.line((0, 150, width, 150), fill=(210, 210, 210), width=2)
    for number, bubble in enumerate(bubbles):
        y = 190 + number * line
        long = draw.textlength(bubble.text, font=font(38))
        x = width - 160 - long - 60 if bubble.mine else 160
        fill = (149, 236, 105) if bubble.mine else _PAPER
        draw.rounded_rectangle((x, y, x + long + 60, y + 96), 16, fill=fill)
        draw.text((x + 30, y + 48), bubble.text, font=font(38), fill=_INK, anchor="lm")
        face = (mine if bubble.mine else theirs).resize((96, 96), Image.Resampling.LANCZOS)
        picture.paste(face, (width - 32 - 96 if bubble.mine else 32, y))
    return picture


def mail(
    subject: str, fields: Sequence[str], body: Sequence[str], attached: tuple[str, Image.Image] | None = None
) -> Image.Image:
    """A mail as a webmail page shows it, 1080 pixels wide, an attached picture below the text."""
    width, margin = 1080, 56
    height = 190 + 50 * len(fields) + 62 * len(body) + 60
    shown: Image.Image | None = None
    if attached is not None:
        shown = attached[1].resize((560, attached[1].height * 560 // attached[1].width), Image.Resampling.LANCZOS)
        height += 90 + shown.height
    picture = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((margin, 48), subject, font=font(44), fill=_INK)
    y = 140
    for text in fields:
        draw.text((margin, y), text, font=font(28), fill=_GREY)
        y += 50
    draw.line((margin, y + 10, width - margin, y + 10), fill=(220, 220, 224), width=2)
    y += 40
    for text in body:
        draw.text((margin, y), text, font=font(34), fill=_INK)
        y += 62
    if attached is not None and shown is not None:
        draw.text((margin, y + 20), attached[0], font=font(28), fill=_GREY)
        picture.paste(shown, (margin, y + 70))
    return picture


def png(picture: Image.Image) -> bytes:
    """The picture as a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def wrapped(lines: Sequence[str], pixels: int = 960, size: int = 34) -> list[str]:
    """The lines cut so that each fits a mail picture."""
    out: list[str] = []
    for line in lines:
        start = 0
        for end in range(1, len(line) + 1):
            if font(size).getlength(line[start:end]) > pixels:
                out.append(line[start : end - 1])
                start = end - 1
        out.append(line[start:])
    return out
