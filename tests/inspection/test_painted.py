"""A covered picture looks as it did but for its boxes; whatever else was drawn is seen."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gateway.demo.drawing import Bubble, avatar, chat, font
from gateway.formats import FileEdits, Paint, Source
from gateway.formats.image.read import read
from gateway.formats.image.rewrite import rewritten
from gateway.images.extract import skimming
from gateway.inspection.painted import looks_as_planned
from gateway.model import Box, Edit, Location, PictureFragment, steps

WHERE = Location("2", (steps.file("a.png"),))
BOX = Box(300, 60, 240, 60)
WAY = (1,)


def page() -> Image.Image:
    said = [Bubble("您好，请问进展如何"), Bubble("我们正在核实", True), Bubble("好的，谢谢")]
    return chat("平台客服", said, avatar(1), avatar(2))


def photograph() -> Image.Image:
    dice = np.random.default_rng(3)
    small = Image.fromarray(dice.integers(0, 256, (40, 60, 3)).astype(np.uint8))
    smooth = np.asarray(small.resize((1080, 720), Image.Resampling.BICUBIC)).astype(float)
    return Image.fromarray(np.clip(smooth + dice.normal(0, 6, smooth.shape), 0, 255).astype(np.uint8))


def packed(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def pictures(data: bytes) -> list[PictureFragment]:
    with skimming():
        return [replace(p, file=WAY) for p in read(Source(data, WHERE)) if isinstance(p, PictureFragment)]


def painted(data: bytes, where: Location = WHERE) -> bytes:
    return rewritten(Source(data, WHERE), FileEdits(paints=(Paint(where, (BOX,)),))).data


def edit(where: Location = WHERE) -> Edit:
    return Edit(0, where, (0, 0), "", "paint", WAY, (BOX,))


PACKINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {}),
    "jpeg 60": ("JPEG", {"quality": 60}),
    "jpeg 90": ("JPEG", {"quality": 90}),
    "jpeg fine": ("JPEG", {"quality": 95, "subsampling": 0}),
    "webp 75": ("WEBP", {"quality": 75}),
    "webp whole": ("WEBP", {"lossless": True}),
    "gif": ("GIF", {}),
    "tiff jpeg": ("TIFF", {"compression": "jpeg"}),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("draw", [page, photograph])
def test_a_covered_picture_is_as_planned_and_one_with_a_word_more_is_not(
    packing: str, draw: Callable[[], Image.Image]
) -> None:
    kind, options = PACKINGS[packing]
    data = packed(draw(), kind, **options)
    before, made = pictures(data), painted(data)
    assert looks_as_planned(before, [edit()], pictures(made))
    assert not looks_as_planned(before, [], pictures(made))
    lie = Image.open(io.BytesIO(made)).convert("RGB")
    ImageDraw.Draw(lie).text((700, 500), "小鸣", font=font(26), fill=(200, 30, 30) if draw is page else (0, 0, 0))
    assert not looks_as_planned(before, [edit()], pictures(packed(lie, kind, **options)))


def test_one_letter_and_one_that_is_gone_are_seen() -> None:
    data = packed(page(), "PNG")
    before = pictures(data)
    for letter in (True, False):
        lie = Image.open(io.BytesIO(painted(data))).convert("RGB")
        draw = ImageDraw.Draw(lie)
        if letter:
            draw.text((700, 20), "i", font=font(26), fill=(40, 40, 40))
        else:
            draw.rectangle((600, 330, 700, 400), fill=(255, 255, 255))
        assert not looks_as_planned(before, [edit()], pictures(packed(lie, "PNG")))


def test_another_size_and_another_picture_are_seen() -> None:
    before = pictures(packed(page(), "PNG"))
    assert not looks_as_planned(before, [edit()], pictures(packed(page().resize((1079, 600)), "PNG")))
    assert not looks_as_planned(before, [edit()], pictures(packed(photograph(), "PNG")))
    elsewhere = [replace(one, file=(2,)) for one in before]
    assert not looks_as_planned(before, [], elsewhere)


def test_boxes_of_one_frame_count_for_all_and_those_of_one_page_for_that_page() -> None:
    frames = [page(), page().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    data = packed(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    place = WHERE.inside(steps.frame(2))
    assert looks_as_planned(pictures(data), [edit(place)], pictures(painted(data, place)))
    pages = [replace(one, where=WHERE.inside(steps.page(n))) for n, one in enumerate(pictures(data))]
    after = [replace(one, where=WHERE.inside(steps.page(n))) for n, one in enumerate(pictures(painted(data, place)))]
    both = [edit(WHERE.inside(steps.page(n))) for n in range(2)]
    assert looks_as_planned(pages, both, after)
    assert not looks_as_planned(pages, both[:1], after)


def test_of_a_file_of_several_pictures_the_first_may_be_left_alone() -> None:
    out = io.BytesIO()
    page().save(out, "MPO", save_all=True, append_images=[photograph().resize((540, 300))])
    before = pictures(out.getvalue())
    assert len(before) == 2
    after = pictures(painted(out.getvalue(), WHERE.inside(steps.frame(1))))
    assert len(after) == 1
    assert looks_as_planned(before, [edit(WHERE.inside(steps.frame(1)))], after)
    other = pictures(packed(photograph(), "JPEG"))
    assert not looks_as_planned(before, [edit(WHERE.inside(steps.frame(1)))], other)
