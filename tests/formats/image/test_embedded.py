"""Previews that cameras and programs leave inside a picture: looked at, unless they show what the picture shows."""

import base64
import io
import struct

import pytest
from PIL import Image, ImageDraw

from gateway.formats import Child, Piece, Source
from gateway.formats.image import FORMAT
from gateway.images.extract import skimming
from gateway.model import Location, Unreadable


def scene(width: int, height: int, secret: bool = False) -> Image.Image:
    picture = Image.new("RGB", (width, height), (90, 140, 200))
    drawn = ImageDraw.Draw(picture)
    drawn.rectangle((0, height * 2 // 3, width, height), fill=(60, 120, 50))
    drawn.ellipse((width // 2, height // 8, width // 2 + height // 4, height // 8 + height // 4), fill=(250, 240, 90))
    if secret:
        drawn.rectangle((width // 8, height // 8, width // 3, height // 5), fill=(250, 250, 250))
    return picture


def saved(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def exif(preview: bytes, packing: int = 6) -> bytes:
    """Two tables, the second with the preview (DC-008 section 4.5.8)."""
    second = 8 + 2 + 12 + 4
    place = second + 2 + 3 * 12 + 4
    first = struct.pack("<H2HLLL", 1, 0x0128, 3, 1, 2, second)
    tags = ((259, 3, packing), (513, 4, place), (514, 4, len(preview)))
    if packing == 1:
        tags = ((259, 3, 1), (273, 4, place), (279, 4, len(preview)))
    table = struct.pack("<H", 3) + b"".join(struct.pack("<2HLL", tag, kind, 1, value) for tag, kind, value in tags)
    return b"Exif\0\0II*\0" + struct.pack("<L", 8) + first + table + bytes(4) + preview


def with_segment(body: bytes, marker: int = 0xED) -> bytes:
    data = saved(scene(320, 240))
    return data[:2] + struct.pack(">2BH", 0xFF, marker, len(body) + 2) + body + data[2:]


def read(data: bytes) -> list[Piece]:
    """Without what the pictures say: that is asked elsewhere."""
    with skimming():
        return list(FORMAT.read(Source(data, Location("2"))))


def children(data: bytes) -> list[bytes]:
    return [piece.data for piece in read(data) if isinstance(piece, Child)]


OLD = saved(scene(160, 120, secret=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_preview_that_shows_something_else_is_a_file_of_its_own(kind: str) -> None:
    assert children(saved(scene(320, 240), kind, exif=exif(OLD))) == [OLD]


@pytest.mark.parametrize("size", [(160, 120), (160, 90), (97, 73), (320, 240)])
def test_a_preview_that_shows_the_same_is_none(size: tuple[int, int]) -> None:
    preview = saved(scene(320, 240).resize(size), quality=60)
    pieces = read(saved(scene(320, 240), exif=exif(preview), quality=90))
    assert [piece for piece in pieces if isinstance(piece, (Child, Unreadable))] == []


def test_black_bars_around_a_preview_are_no_difference_and_what_stands_in_them_is() -> None:
    whole = saved(scene(480, 270), exif=b"")
    preview = Image.new("RGB", (160, 120))
    preview.paste(scene(480, 270).resize((160, 90)), (0, 15))
    assert children(saved(scene(480, 270), exif=exif(saved(preview)))) == []
    ImageDraw.Draw(preview).rectangle((8, 2, 60, 12), fill="white")
    assert children(saved(scene(480, 270), exif=exif(saved(preview)))) == [saved(preview)]
    assert children(whole) == []


PLACES = {
    "Photoshop": b"Photoshop 3.0\x008BIM\x04\x0c\0\0" + struct.pack(">L", 28 + len(OLD)) + bytes(28) + OLD,
    "XMP": b"<xmp:Thumbnails><xmpGImg:image>"
    + base64.encodebytes(OLD).replace(b"\n", b"&#xA;")
    + b"</xmpGImg:image></xmp:Thumbnails>",
    "XMP, an attribute": b'<rdf:li xmpGImg:image="' + base64.b64encode(OLD) + b'"/>',
    "XMP, without padding": b"<xmpGImg:image>" + base64.b64encode(OLD).rstrip(b"=") + b"</xmpGImg:image>",
    "a maker's own": b"MAKER\0" + bytes(20) + OLD + b"more",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_preview_is_found_in(place: str) -> None:
    assert children(with_segment(PLACES[place])) == [OLD]


def test_a_preview_in_the_first_segment_of_a_jpeg_is_made_a_file() -> None:
    old = scene(40, 30, secret=True)
    data = saved(scene(320, 240))
    body = data[6:18] + bytes((40, 30)) + old.tobytes()
    whole = data[:2] + b"\xff\xe0" + struct.pack(">H", len(body) + 2) + body + data[20:]
    (inside,) = children(whole)
    with Image.open(io.BytesIO(inside)) as opened:
        assert opened.convert("RGB").tobytes() == old.tobytes()


def test_pale_words_in_a_large_preview_are_not_what_the_picture_shows() -> None:
    """Words of a tenth of the contrast can be read where there is room for them."""
    pale = scene(320, 240)
    drawn = ImageDraw.Draw(pale)
    for x in range(40, 200, 8):
        drawn.rectangle((x, 40, x + 3, 56), fill=(115, 165, 225))
    preview = saved(pale, quality=90)
    assert children(saved(scene(640, 480), exif=exif(preview), quality=90)) == [preview]


def test_a_preview_without_packing_is_held() -> None:
    pieces = read(saved(scene(320, 240), exif=exif(scene(16, 12).tobytes(), packing=1)))
    assert [piece.reason for piece in pieces if isinstance(piece, Unreadable)] == ["unknown_picture"]


def test_more_previews_than_a_picture_has_are_held() -> None:
    many = b"".join(saved(scene(40 + n, 30, secret=True)) for n in range(9))
    pieces = read(with_segment(many))
    assert len([piece for piece in pieces if isinstance(piece, Child)]) == 8
    assert [piece.reason for piece in pieces if isinstance(piece, Unreadable)] == ["too_many_pictures"]
