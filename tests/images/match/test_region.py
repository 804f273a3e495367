"""A piece of a picture is known again; another picture of the same layout is not taken for it."""

import struct
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gateway.demo.drawing import Bubble, avatar, chat
from gateway.images.extract.keypoints import MOST, points
from gateway.images.extract.raster import Raster, pixels
from gateway.images.match.region import Points, Shown, asked_of, copy_of, strongest, unpacked, words_of
from gateway.model import POINT, POINT_SIZE, POINTS_HEAD, Location, PictureFragment

TALK = (
    "昨天你在直播间说的那批手机,我收到的是翻新的",
    "不可能的,我们都是厂家直接发货",
    "盒子里的序列号在官网上查不到",
    "那您先把付款的截图发给我看看",
    "已经发了三遍,每次你都说再等等",
    "最近仓库在盘点,真的很忙",
    "我只要求退还三千二百元",
    "好的,我问一下老板再答复您",
)
OTHER = (
    "请问今晚几点开始播呀",
    "八点整,记得来抢福袋",
    "上次抽中的杯子很好看,谢谢",
    "喜欢就好,下次多准备一些",
    "能不能再唱一遍上周那首歌",
    "嗓子还没好,改天一定唱",
    "那你多喝热水,注意身体",
    "好的,晚上见",
)


def drawn(talk: tuple[str, ...], face: int) -> Image.Image:
    bubbles = [Bubble(text, bool(number % 2)) for number, text in enumerate(talk)]
    return chat("清凌凌", bubbles, avatar(face, 96), avatar(face + 1, 96))


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def shown(picture: Image.Image) -> PictureFragment:
    seen = raster(picture)
    return PictureFragment(Location("2"), picture.width, picture.height, pixels(seen), points=points(seen))


def kept(picture: Image.Image) -> tuple[Points, bytes]:
    fragment = shown(picture)
    found = unpacked(strongest(fragment.points))
    assert found is not None
    return found, copy_of(fragment.pixels)


def sent(picture: Image.Image, size: float, quality: int) -> Image.Image:
    small = picture.resize((round(picture.width * size), round(picture.height * size)), Image.Resampling.LANCZOS)
    out = BytesIO()
    small.save(out, "JPEG", quality=quality)
    return Image.open(BytesIO(out.getvalue())).convert("RGB")


@pytest.fixture(scope="module")
def theirs() -> Image.Image:
    return drawn(TALK, 1)


@pytest.mark.parametrize(
    ("box", "size", "quality"),
    [((0, 0, 1080, 560), 1.0, 90), ((0, 700, 1080, 1300), 0.6, 60), ((200, 300, 1000, 1100), 0.8, 45)],
)
def test_a_crop_is_known_again(theirs: Image.Image, box: tuple[int, int, int, int], size: float, quality: int) -> None:
    piece = Shown(shown(sent(theirs.crop(box), size, quality))).piece_of(*kept(theirs))
    assert piece is not None
    share = (box[2] - box[0]) * (box[3] - box[1]) / (theirs.width * theirs.height)
    assert piece.share == pytest.approx(share, abs=0.06)


def test_a_picture_in_a_larger_one_is_known_and_where_it_is(theirs: Image.Image) -> None:
    page = Image.new("RGB", (1000, 1400), "white")
    page.paste(theirs.resize((600, round(theirs.height * 600 / 1080)), Image.Resampling.LANCZOS), (250, 300))
    piece = Shown(shown(page)).piece_of(*kept(theirs))
    assert piece is not None
    assert piece.share > 0.97
    assert piece.box.x == pytest.approx(250, abs=6)
    assert piece.box.y == pytest.approx(300, abs=6)
    assert piece.box.width == pytest.approx(600, abs=10)


def test_another_talk_of_the_same_layout_and_title_is_no_piece(theirs: Image.Image) -> None:
    other = drawn(OTHER, 7)
    for picture in (other, other.crop((0, 0, 1080, 700)), other.crop((0, 600, 1080, 1400))):
        assert Shown(shown(picture)).piece_of(*kept(theirs)) is None


def test_a_small_part_is_no_piece(theirs: Image.Image) -> None:
    assert Shown(shown(theirs.crop((0, 150, 1080, 330)))).piece_of(*kept(theirs)) is None


def test_what_everybodys_pictures_have_tells_nothing(theirs: Image.Image) -> None:
    fragment = shown(theirs.crop((0, 0, 1080, 800)))
    assert Shown(fragment).piece_of(*kept(theirs)) is not None
    common = asked_of(fragment.points)
    assert Shown(fragment, common).piece_of(*kept(theirs)) is None


def test_a_crop_has_words_of_the_whole(theirs: Image.Image) -> None:
    whole = np.frombuffer(words_of(shown(theirs).points), "<u8")
    crop = np.frombuffer(asked_of(shown(theirs.crop((0, 500, 1080, 1100))).points), "<u8")
    assert len(np.intersect1d(whole, crop)) >= 2


def test_a_word_is_asked_for_with_its_unsure_bits_turned_and_with_no_others(theirs: Image.Image) -> None:
    packed = shown(theirs).points
    head, one = packed[: POINTS_HEAD.size], packed[POINTS_HEAD.size : POINTS_HEAD.size + POINT_SIZE]
    (word,) = struct.unpack_from("<Q", one)
    unsure = {word >> 40 & 31, word >> 45 & 31, word >> 50 & 31}
    assert len(unsure) == 3
    asked = np.frombuffer(asked_of(head + one), "<u8")
    assert len(asked) == 8
    assert {place for place in range(64) if any((int(value) ^ word) >> place & 1 for value in asked)} & {
        *range(32)
    } == unsure
    assert np.frombuffer(words_of(head + one), "<u8").tolist() == [word & 0xFFFFFFFF]


def test_the_unsure_bits_are_those_that_turn(theirs: Image.Image) -> None:
    """Of points that are the same in a compressed copy, most bits that differ are among the three of 32."""
    one, other = (unpacked(shown(picture).points) for picture in (theirs, sent(theirs, 1.0, 60)))
    whole = np.frombuffer(shown(theirs).points, np.dtype(POINT), offset=POINTS_HEAD.size)["word"]
    assert one is not None
    assert other is not None
    turned = among = 0
    for number, place in enumerate(one.at):
        near = np.flatnonzero(np.abs(other.at - place).max(axis=1) < 0.5)
        if len(near):
            differ = int(one.words[number] ^ other.words[near[0]]) & 0xFFFFFFFF
            if differ.bit_count() <= 3:
                turned += differ.bit_count()
                among += sum(differ >> (int(whole[number]) >> at & 31) & 1 for at in (40, 45, 50))
    assert turned > 50
    assert among > 0.6 * turned


@pytest.mark.parametrize("size", [(1, 1), (40, 9000), (47, 47)])
def test_a_picture_too_small_or_plain_has_no_points(size: tuple[int, int]) -> None:
    packed = points(np.full((*size, 3), 200, np.uint8))
    assert len(packed) in (0, POINTS_HEAD.size)
    assert unpacked(packed) is None


def test_there_are_never_more_points_than_promised() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (900, 900, 3), np.uint8)
    assert len(points(noise)) <= POINTS_HEAD.size + MOST * POINT_SIZE


@given(st.binary(max_size=600), st.binary(max_size=600), st.binary(max_size=80))
def test_bytes_that_were_not_packed_here_agree_with_nothing(one: bytes, other: bytes, copy: bytes) -> None:
    picture = PictureFragment(Location("2"), 8, 8, pixels(np.zeros((8, 8, 3), np.uint8)), points=one)
    known = unpacked(other)
    assert len(words_of(one)) % 8 == 0
    stored, asked = (set(np.frombuffer(words, "<u8").tolist()) for words in (words_of(one), asked_of(one)))
    assert stored <= asked
    if known is not None:
        assert Shown(picture).piece_of(known, copy) is None


@pytest.mark.parametrize("tile", [(0, 0, 1, 0.5), (0, 0.5, 1, 1), (0, 0, 0.5, 1), (0.5, 0, 1, 1)])
def test_half_of_what_was_handed_in_is_known_and_half_of_another_page_is_not(
    tile: tuple[float, float, float, float],
) -> None:
    whole, other = drawn(TALK, 1), drawn(OTHER, 1)
    (points_kept, copy) = kept(whole)

    def half(picture: Image.Image) -> Image.Image:
        left, top, right, bottom = tile
        width, height = picture.size
        return picture.crop((round(left * width), round(top * height), round(right * width), round(bottom * height)))

    assert Shown(shown(half(whole))).piece_of(points_kept, copy) is not None
    assert Shown(shown(half(other))).piece_of(points_kept, copy) is None
