"""QR codes are read, and a picture is known again in another size or quality."""

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageOps

from gateway.demo.drawing import Bubble, avatar, chat
from gateway.images.extract import look_at
from gateway.images.extract.barcodes import codes
from gateway.images.extract.phash import phash
from gateway.images.extract.raster import Raster
from gateway.model import Location, TextFragment

SAID = "https://weixin.example/u/张小鸣"


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def with_code(text: str = SAID) -> Image.Image:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
    drawn = Image.fromarray(np.array(code.to_image(scale=6)))
    picture = Image.new("RGB", (700, 900), "white")
    picture.paste(drawn.convert("RGB"), (200, 400))
    return picture


def test_a_code_says_what_it_says_and_where() -> None:
    (code,) = codes(raster(with_code()))
    assert code.text == SAID
    assert abs(code.box.x - 200) < 40
    assert abs(code.box.y - 400) < 40
    assert 100 < code.box.width < 400


def test_light_on_dark_and_turned_are_read_too() -> None:
    for picture in (ImageOps.invert(with_code()), with_code().rotate(90, expand=True), with_code().rotate(10)):
        assert [code.text for code in codes(raster(picture))] == [SAID]


def styled(text: str, scale: int = 8) -> Image.Image:
    """As chat programs draw them: of the highest error correction, somebody's picture in the middle."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
    drawn = Image.fromarray(np.array(code.to_image(scale=scale))).convert("RGB")
    side = drawn.width // 5
    drawn.paste(avatar(3, side), ((drawn.width - side) // 2, (drawn.height - side) // 2))
    return drawn


def test_a_code_with_a_picture_in_its_middle_and_scratches_is_read() -> None:
    drawn = styled(SAID)
    pen = ImageDraw.Draw(drawn)
    for at in (0.35, 0.8):
        pen.line((0, drawn.height * at, drawn.width, drawn.height * (at - 0.2)), fill="white", width=2)
    assert [code.text for code in codes(raster(drawn))] == [SAID]


def test_several_codes_in_one_picture_are_all_read() -> None:
    said = [f"https://qm.example/q?k={number}" for number in range(4)]
    picture = Image.new("RGB", (1000, 1000), "white")
    for number, text in enumerate(said):
        picture.paste(styled(text, 6), (40 + number % 2 * 500, 40 + number // 2 * 500))
    assert sorted(code.text for code in codes(raster(picture))) == said


def test_a_code_is_a_fragment_of_its_own() -> None:
    texts = [piece for piece in look_at(raster(with_code()), Location("2")) if isinstance(piece, TextFragment)]
    (code,) = [text for text in texts if text.medium == "code"]
    assert code.text == SAID
    assert code.boxes[0].end == len(SAID)


def distance(one: int | None, other: int | None) -> int:
    assert one is not None
    assert other is not None
    return (one ^ other).bit_count()


def test_a_copy_has_nearly_the_same_hash_and_another_picture_has_not() -> None:
    picture = chat("群", [Bubble("你好"), Bubble("再见", mine=True)] * 3, avatar(1), avatar(2))
    mark = phash(raster(picture))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=40)
    assert distance(mark, phash(raster(Image.open(out)))) <= 4
    assert distance(mark, phash(raster(picture.resize((picture.width // 2, picture.height // 2))))) <= 4
    assert distance(phash(raster(avatar(4))), phash(raster(avatar(5)))) >= 12


def test_a_plain_picture_has_none() -> None:
    assert phash(np.full((100, 100, 3), 200, np.uint8)) is None


@pytest.mark.parametrize("kind", ["Code128", "EAN13", "Code39", "ITF"])
@pytest.mark.parametrize("turned", [0, 3, 8, 90])
def test_the_box_of_bars_leaves_no_strip_that_can_be_read(kind: str, turned: float) -> None:
    text = {"Code39": "ZHANG-88", "EAN13": "6901234567892"}.get(kind, "13912345678901")
    made = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, kind))
    page = Image.new("RGB", (760, 560), (250, 250, 250))
    page.paste(Image.fromarray(np.asarray(zxingcpp.write_barcode_to_image(made, scale=3))).convert("RGB"), (130, 180))
    raster = np.array(page.rotate(turned, fillcolor=(250, 250, 250)))
    found = codes(raster)
    assert found
    for code in found:
        box = code.box
        raster[box.y : box.y + box.height, box.x : box.x + box.width] = 116
    assert not codes(raster)
    assert found[0].box.width * found[0].box.height < 760 * 560 // 3
