"""Pictures of every kind: each frame is looked at as a mail program shows it, and nothing in the file goes unread.

The engine that reads text takes seconds a picture, so that most pictures here are shown to one that notes what it was
shown; three are read in earnest.
"""

import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont, PngImagePlugin, TiffImagePlugin

from gateway.formats import Child, Piece, Source
from gateway.formats.image import FORMAT
from gateway.formats.image.read import MOST_FRAMES, MOST_LOOKS
from gateway.images.extract import analyse, analysis_cache
from gateway.images.extract.ocr import OcrLine
from gateway.images.extract.raster import Raster
from gateway.model import Ambiguity, Location, PictureFragment, TextFragment, Unreadable, steps
from gateway.model.uninspectable_reasons import REASONS
from gateway.reading.walk import read_file

HERE = Location("2", (steps.file("图.png"),))
SECRET = "举报人张小鸣"
KINDS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
UNMARKED = ("GIF", "WEBP", "BMP", "TIFF")
SIDE = 15  # too small to hold text, so that no engine is asked


class Onlooker:
    """Reads nothing, and keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Raster] = []

    def lines(self, raster: Raster) -> list[OcrLine]:
        self.shown.append(raster)
        return []


@pytest.fixture
def onlooker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Onlooker]:
    eyes = Onlooker()
    monkeypatch.setattr(analyse, "engine", lambda: eyes)
    analysis_cache.forget()
    yield eyes
    analysis_cache.forget()


def tiny(mode: str = "RGB") -> Image.Image:
    """Not plain: a lighter corner."""
    picture = Image.new(mode, (SIDE, SIDE))
    picture.paste(1 if mode == "1" else Image.new("RGB", (5, 5), (250, 200, 90)).convert(mode), (0, 0, 5, 5))
    return picture


def saved(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def read(data: bytes) -> list[Piece]:
    assert FORMAT.sniff(data) == "sure"
    pieces = list(FORMAT.read(Source(data, HERE)))
    assert set(reasons(pieces)) <= set(REASONS)
    return pieces


def reasons(pieces: list[Piece]) -> list[str]:
    return [piece.reason for piece in pieces if isinstance(piece, (Unreadable, Ambiguity))]


def pictures(pieces: list[Piece]) -> list[PictureFragment]:
    return [piece for piece in pieces if isinstance(piece, PictureFragment)]


def metadata(pieces: list[Piece]) -> str:
    return "\n".join(p.text for p in pieces if isinstance(p, TextFragment) and p.medium == "metadata")


def children(pieces: list[Piece]) -> list[bytes]:
    return [piece.data for piece in pieces if isinstance(piece, Child)]


def colours(count: int) -> list[Image.Image]:
    return [Image.new("RGB", (SIDE, SIDE), (number * 9 % 256, number // 28, 7)) for number in range(count)]


def marked(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """Black in its top left corner."""
    picture = Image.new("RGB", size, "white")
    picture.paste((0, 0, 0), (0, 0, size[0] // 4, size[1] // 4))
    return picture


def is_dark(shown: Raster, at: tuple[int, int]) -> bool:
    return int(shown[at].max()) < 60


# kinds and modes


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_every_kind_is_one_picture_and_nothing_else(kind: str) -> None:
    pieces = read(saved(tiny(), kind))
    (picture,) = pictures(pieces)
    assert (picture.width, picture.height) == (SIDE, SIDE)
    assert not reasons(pieces)
    assert not children(pieces)


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *(("1", "PNG"), ("P", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("CMYK", "JPEG"), ("L", "JPEG")),
        *(
            ("CMYK", "TIFF"),
            ("1", "TIFF"),
            ("RGBA", "TIFF"),
            ("YCbCr", "TIFF"),
            ("1", "BMP"),
            ("P", "BMP"),
            ("P", "GIF"),
        ),
    ],
)
def test_a_picture_of_every_mode_is_seen(mode: str, kind: str, onlooker: Onlooker) -> None:
    assert not reasons(read(saved(marked().convert(mode), kind)))
    assert is_dark(onlooker.shown[0], (4, 4))
    assert not is_dark(onlooker.shown[0], (40, 50))


def test_sixteen_bit_grey_is_brought_to_eight_instead_of_cut_off(onlooker: Onlooker) -> None:
    values = np.full((48, 64), 0x30FF, np.uint16)
    values[:12, :16] = 0x00FF  # the same low byte
    assert not reasons(read(saved(Image.fromarray(values))))
    assert is_dark(onlooker.shown[0], (4, 4))
    assert not is_dark(onlooker.shown[0], (40, 50))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_what_is_transparent_is_seen_on_white(kind: str, onlooker: Onlooker) -> None:
    picture = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 16, 12))
    read(saved(picture, kind))
    assert is_dark(onlooker.shown[0], (4, 4))
    assert not is_dark(onlooker.shown[0], (40, 50))


def test_a_palette_with_a_transparent_colour_is_seen_on_white(onlooker: Onlooker) -> None:
    read(saved(marked().convert("P"), "GIF", transparency=255))
    assert not is_dark(onlooker.shown[0], (40, 50))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(("orientation", "at"), [(3, (-4, -4)), (6, (4, -4)), (8, (-4, 4)), (2, (4, -4))])
def test_a_picture_is_turned_as_its_exif_says(
    kind: str, orientation: int, at: tuple[int, int], onlooker: Onlooker
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    read(saved(marked(), kind, exif=exif))
    assert is_dark(onlooker.shown[0], at)
    assert not is_dark(onlooker.shown[0], (24, 24))


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (15, 15)])
def test_a_tiny_picture_is_known_and_not_read(size: tuple[int, int], onlooker: Onlooker) -> None:
    pieces = read(saved(Image.new("RGB", size)))
    assert len(pictures(pieces)) == 1
    assert not onlooker.shown


def test_only_a_plain_picture_has_no_fingerprint(onlooker: Onlooker) -> None:
    assert pictures(read(saved(Image.new("RGB", (64, 64), "red"))))[0].phash is None
    assert pictures(read(saved(marked())))[0].phash is not None


# frames


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF", "PNG"])
def test_every_frame_is_a_picture_with_its_place(kind: str) -> None:
    first, *others = colours(5)
    options = {"lossless": True} if kind == "WEBP" else {}
    pieces = read(saved(first, kind, save_all=True, append_images=others, **options))
    assert [picture.where.steps[-1] for picture in pictures(pieces)] == [steps.frame(n) for n in range(1, 6)]
    assert not reasons(pieces)


def test_frames_of_which_nothing_is_new_are_looked_at_once() -> None:
    first, second = colours(2)
    pages = saved(first, "TIFF", save_all=True, append_images=[second, first, second, first])
    assert len(pictures(read(pages))) == 2


def test_an_animation_of_many_frames_is_held() -> None:
    first, *others = colours(MOST_LOOKS + 1)
    pieces = read(saved(first, "GIF", save_all=True, append_images=others))
    assert len(pictures(pieces)) == MOST_LOOKS
    assert reasons(pieces) == ["animated_picture"]


def test_a_file_of_endless_frames_is_held_soon() -> None:
    first, second = colours(2)
    begin = time.monotonic()
    pieces = read(saved(first, "TIFF", save_all=True, append_images=[second, first] * (MOST_FRAMES // 2)))
    assert time.monotonic() - begin < 8
    assert reasons(pieces) == ["animated_picture"]


# text beside the pixels


def with_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "xm_feifei90"
    exif[0x9C9C] = SECRET.encode("utf-16-le") + b"\0\0"
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + "鸣鸣不飞".encode("utf-16-le")
    exif.get_ifd(0x8825)[0x1B] = "在张小鸣家".encode()
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_text_in_exif_is_read(kind: str) -> None:
    said = metadata(read(saved(tiny(), kind, exif=with_exif())))
    for word in ("xm_feifei90", SECRET, "鸣鸣不飞", "在张小鸣家"):
        assert word in said


def test_text_of_every_page_of_a_tiff_is_read() -> None:
    out = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(out, new=True) as file:
        for number, page in enumerate(colours(2)):
            page.save(file, "TIFF", tiffinfo={270: f"xm_feifei{number}"})
            file.newFrame()
    said = metadata(read(out.getvalue()))
    assert "xm_feifei0" in said
    assert "xm_feifei1" in said


def test_text_chunks_of_a_png_are_read() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "xm_feifei90")
    info.add_itxt("Title", SECRET, "zh", "张小鸣的标题", zip=True)
    info.add_text("Comment", "packed 13800138000", zip=True)
    info.add(b"prVt", "鸣鸣不飞".encode())
    said = metadata(read(saved(tiny(), pnginfo=info)))
    for word in ("xm_feifei90", SECRET, "张小鸣的标题", "13800138000", "鸣鸣不飞"):
        assert word in said


@pytest.mark.parametrize("is_packed", [False, True])
def test_texts_of_a_png_under_one_keyword_are_all_read(is_packed: bool) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "xm_feifei90", zip=is_packed)
    info.add_itxt("Comment", SECRET, zip=is_packed)
    info.add_text("Comment", "harmless")
    said = metadata(read(saved(tiny(), pnginfo=info)))
    assert "xm_feifei90" in said
    assert SECRET in said


def test_more_text_than_is_read_is_held() -> None:
    info = PngImagePlugin.PngInfo()
    for number in range(12):
        info.add_text(f"Comment{number}", f"{number}" * 99_000)
    assert reasons(read(saved(tiny(), pnginfo=info))) == ["over_size"]


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_comment_of_a_jpeg_is_read_in_any_charset(charset: str) -> None:
    assert SECRET in metadata(read(saved(tiny(), "JPEG", comment=SECRET.encode(charset))))


def test_a_segment_that_only_its_maker_knows_is_searched_for_words() -> None:
    data = saved(tiny(), "JPEG")
    body = b"\1\2MAKER\0" + SECRET.encode() + b"\0\xff\0"
    assert SECRET in metadata(read(data[:2] + b"\xff\xe9" + struct.pack(">H", len(body) + 2) + body + data[2:]))


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_comment_of_a_gif_is_read_in_any_charset(charset: str) -> None:
    assert SECRET in metadata(read(saved(tiny(), "GIF", comment=SECRET.encode(charset))))


def test_blocks_of_a_gif_that_decoders_pass_over_are_read() -> None:
    data = saved(tiny(), "GIF")
    text = SECRET.encode()
    block = bytes((len(text),)) + text + b"\0"
    for start in (b"\x21\xff\x0bUNHEARDOF10", b"\x21\x01", b"\x21\x77"):
        assert SECRET in metadata(read(data[:-1] + start + block + b"\x3b"))


def test_xmp_of_every_kind_is_read() -> None:
    packet = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{SECRET}</x:xmpmeta>".encode()
    for kind in ("JPEG", "WEBP", "PNG"):
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        options = {"pnginfo": info} if kind == "PNG" else {"xmp": packet}
        assert SECRET in metadata(read(saved(tiny(), kind, **options))), kind
    gif = saved(tiny(), "GIF")
    trailer = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    assert SECRET in metadata(read(gif[:-1] + b"\x21\xff\x0bXMP DataXMP" + packet + trailer + b"\x3b"))


# what stands behind and beside


def small_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", SECRET)
    return out.getvalue()


@pytest.mark.parametrize("rest", [SECRET.encode(), small_zip()], ids=["text", "zip"])
@pytest.mark.parametrize("kind", KINDS)
def test_bytes_behind_a_picture_are_read(kind: str, rest: bytes) -> None:
    data = saved(tiny(), kind) + rest
    pieces = read(data)
    assert any(child.endswith(rest) for child in children(pieces))
    assert ("trailing_bytes" in reasons(pieces)) == (kind in UNMARKED)
    assert any(SECRET in text.text for text in read_file(data, "图").texts)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_behind_a_picture_is_nothing(kind: str) -> None:
    pieces = read(saved(tiny(), kind) + b"\r\n" + bytes(100))
    assert not reasons(pieces)
    assert not children(pieces)


@pytest.mark.parametrize("kind", KINDS)
def test_three_bytes_behind_a_picture_are_no_file_and_are_read(kind: str) -> None:
    """Office for Mac fills a thumbnail up to a multiple of four with what stood in its memory."""
    for rest in (b"\x69\x0f\x00", b"\x0b\x4f\x00", b"\x80\x81", "鸣".encode()):
        pieces = read(saved(tiny(), kind) + rest)
        assert not reasons(pieces)
        assert not children(pieces)
    assert "鸣" in "".join(piece.text for piece in pieces if isinstance(piece, TextFragment))
    assert children(read(saved(tiny(), kind) + b"\x69\x0f\x01\x02"))


def thumbnail(rest: bytes, name: str = "thumbnail.jpeg", size: int = 4096) -> list[Piece]:
    data = saved(tiny(), "JPEG")
    filling = random.Random(7).randbytes(size - len(data) - len(rest))
    return list(FORMAT.read(Source(data + rest + filling, HERE, name)))


def test_what_stood_in_memory_behind_a_thumbnail_is_searched_and_no_file() -> None:
    """Office of 2007 and 2010 fills a thumbnail up to whole blocks."""
    assert not children(thumbnail(b""))
    assert SECRET in "".join(text.text for text in thumbnail(SECRET.encode()) if isinstance(text, TextFragment))
    assert children(thumbnail(saved(tiny())))[0].startswith(saved(tiny()))


@pytest.mark.parametrize(("name", "size"), [("photo.jpeg", 4096), ("thumbnail.jpeg", 4097), ("thumbnail.jpeg", 32768)])
def test_other_bytes_behind_a_picture_are_a_file(name: str, size: int) -> None:
    assert children(thumbnail(b"", name, size))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF"])
def test_frames_are_not_behind_the_picture(kind: str) -> None:
    first, *others = colours(4)
    assert not reasons(read(saved(first, kind, save_all=True, append_images=others)))


@pytest.mark.parametrize(
    "options",
    [{"compression": name} for name in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits")] + [{"big_tiff": True}],
    ids=str,
)
def test_a_tiff_of_any_packing_ends_where_its_tables_say(options: dict[str, object]) -> None:
    data = saved(tiny(), "TIFF", **options)
    assert not reasons(read(data))
    assert reasons(read(data + SECRET.encode())) == ["trailing_bytes"]


def test_text_between_the_tables_of_a_tiff_is_read() -> None:
    data = saved(tiny(), "TIFF", compression="raw")
    at = struct.unpack_from("<L", data, 4)[0]
    moved = data[:4] + struct.pack("<L", len(data) + 60) + data[8:] + SECRET.encode().ljust(60, b"\0") + data[at:]
    assert SECRET in metadata(read(moved))


def test_a_picture_of_a_phone_with_a_second_one_behind_it_is_not_held(onlooker: Onlooker) -> None:
    second = Image.new("RGB", (64, 48), "blue")
    data = saved(marked(), "MPO", save_all=True, append_images=[second])
    pieces = read(data)
    assert not reasons(pieces)
    assert not children(pieces)


def test_an_unknown_chunk_of_a_webp_is_a_file_of_its_own_or_text() -> None:
    data = saved(tiny(), "WEBP")
    for body in (SECRET.encode(), small_zip()):
        chunk = b"ABCD" + struct.pack("<L", len(body)) + body + b"\0" * (len(body) % 2)
        whole = data[:4] + struct.pack("<L", len(data) - 8 + len(chunk)) + data[8:] + chunk
        pieces = read(whole)
        assert SECRET in metadata(pieces) or body in b"".join(children(pieces))


def test_a_gap_in_front_of_the_pixels_of_a_bmp_is_read() -> None:
    data = saved(tiny(), "BMP")
    offset = struct.unpack_from("<L", data, 10)[0]
    hidden = SECRET.encode()
    moved = data[:10] + struct.pack("<L", offset + len(hidden)) + data[14:offset] + hidden + data[offset:]
    assert SECRET in metadata(read(moved))


# what is not read


def test_a_picture_of_thirty_thousand_by_thirty_thousand_is_too_large() -> None:
    header = struct.pack(">2L5B", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        data += struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))
    begin = time.monotonic()
    pieces = read(data)
    assert time.monotonic() - begin < 2
    assert reasons(pieces) == ["picture_too_large"]
    assert not pictures(pieces)


def test_a_fault_of_ours_in_looking_is_no_broken_picture(monkeypatch: pytest.MonkeyPatch, onlooker: Onlooker) -> None:
    monkeypatch.setattr(analyse, "pixels", None)
    with pytest.raises(TypeError):
        read(saved(tiny()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_cut_off_is_broken(kind: str) -> None:
    rng = np.random.default_rng(1)
    noise = Image.fromarray(rng.integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8))
    data = saved(noise, kind)
    assert "broken_image" in reasons(read(data[: len(data) // 2]))


@pytest.mark.parametrize(
    "start",
    [b"8BPS\0\1", b"\0\0\0\x0cjP  \r\n", b"P6 1 1 255\n", b"qoif", b"DDS "],
    ids=["psd", "jp2", "ppm", "qoi", "dds"],
)
def test_a_picture_of_another_kind_is_unknown(start: bytes) -> None:
    assert reasons(read(start + bytes(200))) == ["unknown_picture"]


def test_text_is_no_picture() -> None:
    for data in (b"", b"BM is a name that begins a text of some length", b"II. The second chapter", SECRET.encode()):
        assert FORMAT.sniff(data) == "no"


_WHOLE = {kind: saved(tiny(), kind) for kind in KINDS}


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(kind=st.sampled_from(KINDS), at=st.integers(8, 400), value=st.integers(1, 255))
def test_a_changed_byte_raises_nothing(kind: str, at: int, value: int) -> None:
    data = bytearray(_WHOLE[kind])
    data[at % len(data)] ^= value
    for piece in FORMAT.read(Source(bytes(data), HERE)):
        if isinstance(piece, PictureFragment) and min(piece.width, piece.height) > SIDE:
            break  # larger now: it would be read for text


# in earnest


@pytest.fixture(scope="module")
def letters() -> ImageFont.FreeTypeFont:
    module = pytest.importorskip("cvttf_NotoSansCJK_Regular")
    folder = Path(str(module.__file__)).parent
    return ImageFont.truetype(str(next(p for p in folder.rglob("*") if p.suffix in (".otf", ".ttf", ".ttc"))), 36)


def written(letters: ImageFont.FreeTypeFont, text: str) -> Image.Image:
    picture = Image.new("RGB", (480, 90), "white")
    ImageDraw.Draw(picture).text((20, 20), text, font=letters, fill="black")
    return picture


def shown_text(pieces: list[Piece]) -> str:
    return "\n".join(p.text for p in pieces if isinstance(p, TextFragment) and p.medium == "picture")


def test_text_in_a_picture_lying_on_its_side_is_read(letters: ImageFont.FreeTypeFont) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(written(letters, SECRET).transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)
    assert "张小鸣" in shown_text(read(data))


def test_text_in_a_later_frame_is_read(letters: ImageFont.FreeTypeFont) -> None:
    plain = Image.new("RGB", (10, 10), "white").resize((480, 90))
    pieces = read(saved(plain, "GIF", save_all=True, append_images=[written(letters, SECRET)]))
    assert "张小鸣" in shown_text(pieces)
