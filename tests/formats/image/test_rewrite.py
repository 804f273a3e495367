"""Covering boxes of pictures, and leaving out what stands beside the pixels."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, PngImagePlugin, TiffImagePlugin

from gateway.formats import Change, Child, FileEdits, Paint, Removed, Rewritten, Source
from gateway.formats.image.covered import FILL
from gateway.formats.image.kinds import can_be_painted
from gateway.formats.image.read import read
from gateway.formats.image.rewrite import rewritten
from gateway.formats.registry import all_formats
from gateway.images.extract import skimming
from gateway.model import Box, Location, PictureFragment, TextFragment, steps
from gateway.rewriting.apply import EVERYTHING

WHERE = Location("2", (steps.file("a.png"),))
SECRET = "秘密的名字"
NAME = "Zhang Xiaoming"


def drawn(mode: str = "RGB", size: tuple[int, int] = (120, 90), seed: int = 0) -> Image.Image:
    """Areas of colour with words on them."""
    picture = Image.new("RGB", size, (240, 236, 225))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((5, 5, size[0] // 2, size[1] // 2), fill=(180, 220, 250))
    draw.text((10 + seed, 12), "left words", fill=(10, 10, 12))
    draw.text((10, 50), NAME, fill=(90, 0, 10))
    return picture.convert(mode)


def packed(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def painted(data: bytes, *boxes: Box, where: Location = WHERE) -> bytes:
    return rewritten(Source(data, WHERE, editable=True), FileEdits(paints=(Paint(where, boxes),))).data


def shown(data: bytes, frame: int = 0) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as picture:
        picture.seek(frame)
        values = np.array(picture.convert("RGBA")).astype(int)
    values[values[..., 3] == 0] = 0  # what is see-through shows nothing
    return values[..., :3]


def frames_of(picture: Image.Image) -> int:
    return int(getattr(picture, "n_frames", 1))


def said(data: bytes) -> list[str]:
    """All that stands beside the pixels."""
    with skimming():
        return [piece.text for piece in read(Source(data, WHERE)) if isinstance(piece, TextFragment)]


LOSSLESS: dict[str, Callable[[], bytes]] = {
    "png": lambda: packed(drawn(), "PNG"),
    "png grey": lambda: packed(drawn("L"), "PNG"),
    "png two colours": lambda: packed(drawn("1"), "PNG"),
    "png clear": lambda: packed(drawn("RGBA"), "PNG"),
    "png grey clear": lambda: packed(drawn("LA"), "PNG"),
    "png palette": lambda: packed(drawn("P"), "PNG"),
    "png small palette": lambda: packed(drawn().quantize(5), "PNG"),
    "png full palette": lambda: packed(noise().quantize(256), "PNG"),
    "png palette clear": lambda: packed(drawn().quantize(5), "PNG", transparency=0),
    "png colour clear": lambda: packed(drawn(), "PNG", transparency=(240, 236, 225)),
    "webp": lambda: packed(drawn(), "WEBP", lossless=True),
    "webp clear": lambda: packed(drawn("RGBA"), "WEBP", lossless=True),
    "gif": lambda: packed(drawn(), "GIF"),
    "gif interlaced": lambda: packed(drawn(), "GIF", interlace=1),
    "bmp": lambda: packed(drawn(), "BMP"),
    "bmp grey": lambda: packed(drawn("L"), "BMP"),
    "bmp palette": lambda: packed(drawn("P"), "BMP"),
    "bmp two colours": lambda: packed(drawn("1"), "BMP"),
    "tiff": lambda: packed(drawn(), "TIFF"),
    "tiff fax": lambda: packed(drawn("1"), "TIFF", compression="group4"),
    "tiff lzw": lambda: packed(drawn("P"), "TIFF", compression="tiff_lzw"),
    "tiff cmyk": lambda: packed(drawn("CMYK"), "TIFF"),
}
LOSSY: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: packed(drawn(), "JPEG", quality=90),
    "jpeg coarse": lambda: packed(drawn(), "JPEG", quality=30),
    "jpeg fine": lambda: packed(drawn(), "JPEG", quality=95, subsampling=0),
    "jpeg progressive": lambda: packed(drawn(), "JPEG", progressive=True),
    "jpeg grey": lambda: packed(drawn("L"), "JPEG"),
    "jpeg cmyk": lambda: packed(drawn("CMYK"), "JPEG"),
    "webp lossy": lambda: packed(drawn(), "WEBP", quality=80),
    "webp lossy clear": lambda: packed(drawn("RGBA"), "WEBP", quality=80),
    "avif": lambda: packed(drawn(), "AVIF", quality=80),
    "tiff jpeg": lambda: packed(drawn(), "TIFF", compression="jpeg"),
}
KINDS = LOSSLESS | LOSSY


def noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(90, 256, (90, 120, 3)).astype(np.uint8))


@pytest.mark.parametrize("kind", KINDS)
def test_without_edits_it_is_the_same_bytes(kind: str) -> None:
    data = KINDS[kind]()
    assert rewritten(Source(data, WHERE), FileEdits()).data == data


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_is_of_one_colour_and_the_rest_as_it_was(kind: str) -> None:
    data = KINDS[kind]()
    box = Box(8, 48, 100, 16)
    made = painted(data, box)
    before, after = shown(data), shown(made)
    with Image.open(io.BytesIO(data)) as old, Image.open(io.BytesIO(made)) as new:
        assert (old.format, old.size) == (new.format, new.size)
    inside = after[48:64, 8:108]
    spread = 0 if kind in LOSSLESS else 30
    assert (inside.max(axis=(0, 1)) - inside.min(axis=(0, 1)) <= spread).all()
    if "two colours" in kind or "fax" in kind:
        assert not inside.any()
    elif kind != "png full palette":
        assert np.abs(inside.mean(axis=(0, 1)) - FILL).max() < (5 if "png" in kind else 40)
    left = np.ones(before.shape[:2], bool)
    grown = 0 if kind in LOSSLESS else 16
    left[48 - grown : 64 + grown, max(0, 8 - grown) : 108 + grown] = False
    assert np.abs(before - after)[left].max() <= (0 if kind in LOSSLESS else 24)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_covers_all(kind: str) -> None:
    after = shown(painted(KINDS[kind](), EVERYTHING))
    assert (after.max(axis=(0, 1)) - after.min(axis=(0, 1)) <= 6).all()


@given(
    st.sampled_from(sorted(LOSSLESS)),
    st.lists(st.tuples(*(st.integers(-20, 130),) * 2, *(st.integers(1, 80),) * 2), min_size=1, max_size=4),
)
@settings(max_examples=120, deadline=None)
def test_boxes_anywhere_take_themselves_out_and_nothing_else(kind: str, places: list[tuple[int, ...]]) -> None:
    data = KINDS[kind]()
    boxes = [Box(*place) for place in places]
    if any(b.x >= 120 or b.y >= 90 or b.x + b.width <= 0 or b.y + b.height <= 0 for b in boxes):
        with pytest.raises(ValueError, match="outside"):
            painted(data, *boxes)
        return
    before, after = shown(data), shown(painted(data, *boxes))
    inside = np.zeros(before.shape[:2], bool)
    for box in boxes:
        inside[max(0, box.y) : box.y + box.height, max(0, box.x) : box.x + box.width] = True
    assert len(np.unique(after[inside].reshape(-1, 3), axis=0)) == 1
    assert (before == after)[~inside].all()


def with_metadata() -> dict[str, bytes]:
    exif = Image.Exif()
    exif[0x013B] = SECRET
    exif[0x010E] = NAME
    comment = PngImagePlugin.PngInfo()
    comment.add_text("Author", NAME)
    comment.add_itxt("Comment", SECRET, zip=True)
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>{SECRET}</dc:creator></x:xmpmeta>".encode()
    profile = b"\0" * 128 + NAME.encode() + SECRET.encode()
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[315] = NAME
    return {
        "png": packed(drawn(), "PNG", pnginfo=comment, exif=exif, icc_profile=profile) + SECRET.encode(),
        "jpeg": packed(drawn(), "JPEG", exif=exif, comment=SECRET, icc_profile=profile, xmp=xmp) + SECRET.encode(),
        "webp": packed(drawn(), "WEBP", exif=exif, icc_profile=profile, xmp=xmp),
        "webp lossless": packed(drawn(), "WEBP", exif=exif, xmp=xmp, lossless=True),
        "gif": packed(drawn(), "GIF", comment=SECRET.encode()) + NAME.encode(),
        "bmp": packed(drawn(), "BMP") + SECRET.encode(),
        "tiff": packed(drawn(), "TIFF", tiffinfo=tags, icc_profile=profile) + SECRET.encode(),
        "avif": packed(drawn(), "AVIF", exif=exif, icc_profile=profile, xmp=xmp),
    }


@pytest.mark.parametrize("kind", with_metadata())
@pytest.mark.parametrize("boxes", [(), (Box(100, 70, 10, 10),)], ids=["cleared", "covered"])
def test_nothing_that_is_written_beside_the_pixels_is_left(kind: str, boxes: tuple[Box, ...]) -> None:
    data = with_metadata()[kind]
    assert any(SECRET in text or NAME in text for text in said(data)) or kind in ("bmp", "tiff", "avif")
    made = painted(data, *boxes)
    assert not any(SECRET in text or NAME in text for text in said(made))
    for form in (SECRET.encode(), SECRET.encode("utf-16-le"), SECRET.encode("gb18030"), NAME.encode(), b"Exif"):
        assert form not in made


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "webp lossless", "gif", "bmp", "tiff"])
def test_clearing_what_is_beside_them_leaves_the_pixels(kind: str) -> None:
    data = with_metadata()[kind]
    made = painted(data, where=WHERE.inside(steps.PEOPLE))
    assert (shown(made) == shown(data)).all()
    assert len(made) < len(data)


def test_a_scan_stays_byte_for_byte_where_nothing_is_covered() -> None:
    data = with_metadata()["jpeg"]
    scan = data[data.rindex(b"\xff\xda") : data.rindex(b"\xff\xd9")]
    assert scan in painted(data)


@pytest.mark.parametrize("turned", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_boxes_are_those_of_the_picture_as_it_is_turned(kind: str, turned: int) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x013B] = turned, NAME
    data = packed(drawn(), kind, exif=exif)
    with skimming():
        before = next(p for p in read(Source(data, WHERE)) if isinstance(p, PictureFragment))
        for boxes in ((), (Box(8, 48, 60, 16),)):
            made = painted(data, *boxes)
            after = next(p for p in read(Source(made, WHERE)) if isinstance(p, PictureFragment))
            assert (before.width, before.height) == (after.width, after.height)
            old, new = (
                np.frombuffer(p.pixels.rgb, np.uint8).reshape(p.height, p.width, 3).astype(int) for p in (before, after)
            )
            if boxes:
                assert np.abs(new[50:62, 10:66].mean(axis=(0, 1)) - FILL).max() < 6
            old[30:80, :90] = new[30:80, :90] = 0
            assert np.abs(old - new).max() <= (0 if kind in ("PNG", "TIFF") or not boxes else 24)
            assert NAME.encode() not in made


def moving(frames: int = 4, **options: Any) -> bytes:
    pictures = [drawn(seed=number * 3) for number in range(frames)]
    return packed(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=70, loop=2, **options)


def moving_clear() -> bytes:
    pictures = []
    for number in range(4):
        picture = Image.new("RGBA", (120, 90), (0, 0, 0, 0))
        ImageDraw.Draw(picture).text((10 + number * 5, 50), NAME, fill=(200, 30, 30, 255))
        pictures.append(picture)
    return packed(pictures[0], "GIF", save_all=True, append_images=pictures[1:], disposal=2, duration=[50, 60, 70, 80])


@pytest.mark.parametrize("data", [moving(), moving(disposal=2), moving_clear()], ids=["still", "restored", "clear"])
def test_a_box_is_covered_in_every_frame_of_what_moves(data: bytes) -> None:
    made = painted(data, Box(8, 48, 100, 16), where=WHERE.inside(steps.frame(2)))
    with Image.open(io.BytesIO(data)) as old, Image.open(io.BytesIO(made)) as new:
        assert (frames_of(old), old.info["duration"], old.info.get("loop")) == (
            frames_of(new),
            new.info["duration"],
            new.info.get("loop"),
        )
        for number in range(frames_of(old)):
            old.seek(number)
            new.seek(number)
            before, after = np.array(old.convert("RGBA")).astype(int), np.array(new.convert("RGBA")).astype(int)
            inside = after[48:64, 8:108]
            painted_there = inside[..., 3] > 0
            assert not painted_there.any() or len(np.unique(inside[painted_there], axis=0)) == 1
            before[48:64, 8:108] = after[48:64, 8:108] = 0
            assert (before == after).all()


def test_frames_that_become_alike_stay_frames() -> None:
    made = painted(moving(), EVERYTHING)
    with Image.open(io.BytesIO(made)) as new:
        assert frames_of(new) == 4


def test_pages_are_covered_one_by_one() -> None:
    pages = [drawn(size=(120, 90)), drawn("L", (90, 140), 3), drawn("1", (60, 60))]
    data = packed(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    made = painted(data, Box(8, 48, 60, 16), where=WHERE.inside(steps.frame(2)))
    with Image.open(io.BytesIO(made)) as new:
        assert frames_of(new) == 3
    assert [bool((shown(data, n) == shown(made, n)).all()) for n in range(3)] == [True, False, True]
    assert (shown(made, 1)[50:60, 10:60] == 116).all()


def test_of_several_pictures_in_one_jpeg_the_shown_one_is_left() -> None:
    out = io.BytesIO()
    drawn().save(out, "MPO", save_all=True, append_images=[drawn(size=(60, 45))])
    data = out.getvalue()
    with Image.open(io.BytesIO(data)) as old:
        assert frames_of(old) == 2
    for made in (painted(data), painted(data, Box(8, 48, 60, 16), where=WHERE.inside(steps.frame(2)))):
        with Image.open(io.BytesIO(made)) as new:
            assert frames_of(new) == 1
        assert made.count(b"\xff\xd8\xff") == 1


def test_what_a_picture_hides_below_what_is_see_through_goes_when_it_is_covered() -> None:
    picture = drawn("RGBA")
    picture.putalpha(0)
    made = painted(packed(picture, "PNG"), Box(0, 0, 4, 4))
    assert len(np.unique(np.array(Image.open(io.BytesIO(made))).reshape(-1, 4), axis=0)) == 2


def test_how_colours_are_meant_is_kept() -> None:
    data = packed(drawn(), "PNG")
    chunk = struct.pack(">L", 4) + b"gAMA" + struct.pack(">L", 45455)
    data = data[:33] + chunk + struct.pack(">L", zlib.crc32(chunk[4:])) + data[33:]
    for made in (painted(data), painted(data, Box(0, 0, 9, 9))):
        assert made.count(b"gAMA") == 1
        Image.open(io.BytesIO(made)).load()


def icon(kind: str) -> bytes:
    return packed(drawn(size=(64, 64)), "ICO", sizes=[(64, 64), (32, 32)], bitmap_format=kind)


@pytest.mark.parametrize("kind", ["png", "bmp"])
def test_a_picture_of_an_icon_is_put_back(kind: str) -> None:
    data = icon(kind)
    children = [piece for piece in read(Source(data, WHERE)) if isinstance(piece, Child)]
    assert len(children) == 2
    source = Source(children[1].data, children[1].where)
    new = rewritten(source, FileEdits(paints=(Paint(source.where, (Box(2, 2, 20, 20),)),)))
    made = rewritten(Source(data, WHERE), FileEdits(children=((children[1], new),))).data
    again = [piece for piece in read(Source(made, WHERE)) if isinstance(piece, Child)]
    assert again[0].data == children[0].data
    assert tuple(shown(again[1].data)[10, 10]) == FILL
    with Image.open(io.BytesIO(made)) as whole:
        assert whole.info["sizes"] == {(64, 64), (32, 32)}
    with pytest.raises(ValueError, match="taken out"):
        rewritten(Source(data, WHERE), FileEdits(children=((children[1], Removed("")),)))
    assert rewritten(Source(data, WHERE), FileEdits()) == Rewritten(data)


def apng() -> bytes:
    return packed(drawn(), "PNG", save_all=True, append_images=[drawn(seed=9)])


def test_kinds_that_are_not_written_say_so() -> None:
    animated = packed(drawn(), "WEBP", save_all=True, append_images=[drawn(seed=9)])
    heic = b"\0\0\0\x18ftypheic" + b"\0" * 40
    for data in (apng(), animated, heic):
        assert not can_be_painted(data)
        assert not all_formats()["image"].covers(data)
        with pytest.raises(ValueError, match="not written"):
            painted(data, Box(0, 0, 9, 9))
    assert all(can_be_painted(make()) for make in KINDS.values())


@pytest.mark.parametrize(
    "place", [WHERE.inside(steps.frame(9)), WHERE.inside(steps.picture(2)), Location("3"), Location("2")]
)
def test_a_place_that_is_not_there_is_refused(place: Location) -> None:
    for data in (moving(), packed(drawn(), "PNG"), packed(drawn(), "TIFF")):
        with pytest.raises(ValueError, match=r"place|frame"):
            painted(data, Box(0, 0, 9, 9), where=place)


def test_texts_and_files_are_not_changed_in_a_picture() -> None:
    source = Source(packed(drawn(), "PNG"), WHERE)
    for edits in (FileEdits((Change(0, (0, 1), "x"),)), FileEdits(children=((Child(WHERE, b""), Removed("")),))):
        with pytest.raises(ValueError, match="no text"):
            rewritten(source, edits)


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 4000), st.binary(max_size=6), st.booleans())
@settings(max_examples=150, deadline=None)
def test_broken_files_are_written_or_refused(kind: str, at: int, new: bytes, cut: bool) -> None:
    data = KINDS[kind]()
    at %= len(data)
    broken = data[:at] + new + (b"" if cut else data[at + len(new) :])
    for boxes in ((), (Box(8, 48, 40, 16),)):
        try:
            made = painted(broken, *boxes)
        except ValueError:
            continue
        assert isinstance(made, bytes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_written_file_says_nothing_that_the_old_one_did_not(kind: str) -> None:
    data = KINDS[kind]()
    for boxes in ((), (Box(8, 48, 40, 16),)):
        assert set(said(painted(data, *boxes))) <= set(said(data))


def test_a_jpeg_of_a_camera_says_no_more_of_itself_than_before() -> None:
    plain = packed(drawn(), "JPEG", quality=90)
    bare = plain[:2] + plain[20:]  # without JFIF's own segment, as cameras write it
    assert plain[2:4] == b"\xff\xe0"
    dense = packed(drawn(), "JPEG", quality=90, dpi=(72, 72))
    for data in (bare, dense):
        assert set(said(painted(data, Box(8, 48, 40, 16)))) <= set(said(data))


def test_a_bitmap_with_see_through_places_is_written_as_it_was_shown() -> None:
    picture = drawn("RGBA")
    picture.putalpha(Image.fromarray((np.indices((90, 120))[1] > 20).astype(np.uint8) * 255))
    data = packed(picture, "BMP")
    made = painted(data, Box(60, 70, 40, 16))
    with skimming():
        before, after = (
            next(p for p in read(Source(one, WHERE)) if isinstance(p, PictureFragment)) for one in (data, made)
        )
    old, new = (np.frombuffer(p.pixels.rgb, np.uint8).reshape(90, 120, 3) for p in (before, after))
    assert (old[:68] == new[:68]).all()
