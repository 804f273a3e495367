"""The reporter's face is cut out of the reporter's own screenshots, nobody else's."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gateway.demo.drawing import Bubble, avatar, chat, font, mail
from gateway.images.extract.avatar_candidates import patches
from gateway.images.extract.raster import Raster, pixels
from gateway.images.match.avatar.faces import Faces
from gateway.images.match.thumbnail import avatar_pixels
from gateway.intake.avatar_extraction import portraits
from gateway.model import Box, Item, Location, Party, PictureFragment, Pixels, Reading, TextBox, TextFragment

HERE = Location("2")
ME, FRIEND = avatar(7), avatar(21)
LEARNED = (Item("name", "张小鸣", state="suggested"),)


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def seen(picture: Image.Image, *texts: TextFragment) -> Reading:
    values = raster(picture)
    return Reading(
        texts=texts,
        pictures=(PictureFragment(HERE, picture.width, picture.height, pixels(values), None, patches(values)),),
    )


def is_of(pixels_: Pixels, face: Image.Image) -> bool:
    given = avatar_pixels(Pixels(face.width, face.height, face.tobytes()))
    shown = Image.frombytes("RGB", (pixels_.width, pixels_.height), pixels_.rgb).resize((96, 96))
    return bool(Faces([given]).among(patches(raster(shown)), 0.8))


def test_the_one_who_speaks_at_the_right_of_a_chat() -> None:
    talk = [Bubble("在吗"), Bubble("我要举报", mine=True), Bubble("好的"), Bubble("谢谢", mine=True)] * 2
    (mark,) = portraits(seen(chat("客服", talk, ME, FRIEND)), "材料 图.png", ())
    assert is_of(mark.pixels, ME)
    assert not is_of(mark.pixels, FRIEND)
    assert (mark.state, mark.source) == ("suggested", "材料 图.png: own bubble")
    assert mark.usable


def test_a_chat_in_which_only_others_speak_gives_nobody() -> None:
    assert portraits(seen(chat("群", [Bubble("在吗"), Bubble("好的")] * 3, ME, FRIEND)), "材料", ()) == ()


def line(text: str, box: Box) -> TextFragment:
    return TextFragment(HERE, "picture", text, boxes=(TextBox(0, len(text), box, 0.99),))


def page() -> Image.Image:
    picture = mail("举报星儿", ["", ""], ["我要举报这个主播"])
    picture.paste(ME.resize((90, 90), Image.Resampling.LANCZOS), (56, 130))
    picture.paste(Image.new("RGB", (300, 60), "white"), (160, 140))
    ImageDraw.Draw(picture).text((166, 150), "张小鸣", font=font(30), fill=(20, 20, 20))
    return picture


def test_the_picture_beside_the_sender_s_name() -> None:
    (mark,) = portraits(seen(page(), line("张小鸣", Box(166, 155, 92, 34))), "材料 图.png", LEARNED)
    assert is_of(mark.pixels, ME)
    assert mark.source == "材料 图.png: sender"


def test_a_face_beside_another_s_name_or_in_a_sentence_is_not_taken() -> None:
    assert portraits(seen(page(), line("王五", Box(166, 155, 92, 34))), "材料", LEARNED) == ()
    told = line("昨天张小鸣在直播间里说过这件事情", Box(166, 155, 592, 34))
    assert portraits(seen(page(), told), "材料", LEARNED) == ()


def listed(size: int) -> Reading:
    """A list of talks: a face at the left, a line of text that ends at the right edge, each in the same character."""
    picture = Image.new("RGB", (1080, 1200), "white")
    draw = ImageDraw.Draw(picture)
    found = []
    for row in range(5):
        top = 40 + row * 220
        picture.paste(avatar(30 + row, 140), (36, top))
        words = ["明天再说这件事情", "货还没有收到", "请问什么时候直播", "好的收到", "图片"][row] + "露"
        left = 1060 - size * len(words)
        draw.text((left, top + 80), words, font=font(size), fill=(120, 120, 120))
        boxes = [Box(left + size * n - 8, top + 76, size + 16, size + 12) for n in range(len(words))]
        found.append((words, boxes))
    marks, start = [], 0
    for words, boxes in found:
        marks += [TextBox(start + n, start + n + 1, box, 0.99) for n, box in enumerate(boxes)]
        start += len(words) + 1
    return seen(picture, TextFragment(HERE, "picture", "\n".join(w for w, _ in found), boxes=tuple(marks)))


@pytest.mark.parametrize("size", [34, 44, 60])
def test_characters_of_text_under_each_other_at_the_edge_are_no_face(size: int) -> None:
    assert portraits(listed(size), "材料", ()) == ()


def test_a_page_smaller_than_a_telephone_teaches_no_faces_of_a_few_pixels() -> None:
    page_ = Image.new("RGB", (720, 600), "white")
    for top in range(20, 560, 90):
        page_.paste(FRIEND.resize((70, 70), Image.Resampling.LANCZOS), (16, top))
        page_.paste(ME.resize((25, 25), Image.Resampling.LANCZOS), (680, top + 20))
    assert portraits(seen(page_), "材料", ()) == ()


@pytest.mark.parametrize("side", [40, 96])
def test_a_face_of_forty_pixels_is_learned_with_the_text_beside_it_and_the_initial_on_it(side: int) -> None:
    own = ME.resize((side, side), Image.Resampling.LANCZOS)
    ImageDraw.Draw(own).text((side / 2, side / 2), "鸣", font=font(side * 5 // 9), fill="white", anchor="mm")
    page_ = Image.new("RGB", (540, 960), (237, 237, 237))
    texts = []
    for row in range(4):
        top = 30 + row * 220
        page_.paste(FRIEND.resize((side, side), Image.Resampling.LANCZOS), (16, top))
        page_.paste(own, (524 - side, top + 110))
        texts += [
            line("我要举报这个主播", Box(510 - side - 240, top + 112, 240, 30)),
            line("鸣", Box(521 - side, top + 107, side + 6, side + 6)),  # the whole square, as the OCR has it
        ]
    (mark,) = portraits(seen(page_, *texts), "材料", ())
    assert is_of(mark.pixels, own)


STREAMER, THIRD = avatar(33), avatar(58)
PARTIES = (Party("星儿"),)


def group(*speakers: tuple[str, Image.Image]) -> Reading:
    """A chat of several: at the left each speaker's face with the name right beside."""
    picture = Image.new("RGB", (1080, 300 * len(speakers) + 100), (237, 237, 237))
    texts = []
    for number, (name, face) in enumerate(speakers):
        top = 60 + 300 * number
        picture.paste(face.resize((90, 90), Image.Resampling.LANCZOS), (30, top))
        ImageDraw.Draw(picture).text((140, top + 10), name, font=font(28), fill=(90, 90, 90))
        texts.append(line(name, Box(140, top + 10, 30 * len(name), 30)))
    return seen(picture, *texts)


def test_in_a_group_where_the_reported_one_is_known_by_name_the_others_are_suggested() -> None:
    marks = portraits(group(("星儿", STREAMER), ("鸣鸣不飞", ME), ("老王", FRIEND)), "材料 图.png", (), PARTIES)
    assert [mark.state for mark in marks] == ["suggested", "suggested"]
    assert {mark.source for mark in marks} == {"材料 图.png: other speaker"}
    assert any(is_of(mark.pixels, ME) for mark in marks)
    assert not any(is_of(mark.pixels, STREAMER) for mark in marks)


def test_without_the_reported_one_or_with_a_crowd_nobody_is_taken() -> None:
    assert portraits(group(("鸣鸣不飞", ME), ("老王", FRIEND)), "材料", (), PARTIES) == ()
    crowd = group(
        ("星儿", STREAMER), *((f"路人{c}", avatar(seed)) for c, seed in zip("甲乙丙丁", (3, 11, 19, 27), strict=True))
    )
    assert portraits(crowd, "材料", (), PARTIES) == ()


def test_a_face_beside_the_reported_ones_name_is_nobody_elses_wherever_it_stands() -> None:
    talk = [Bubble("在吗"), Bubble("我是星儿", mine=True), Bubble("好的"), Bubble("谢谢", mine=True)] * 2
    own = seen(chat("客服", talk, STREAMER, FRIEND))
    named = group(("星儿", STREAMER), ("老王", THIRD))
    both = Reading(texts=named.texts, pictures=(*named.pictures, replace(own.pictures[0], where=Location("3"))))
    assert not any(is_of(mark.pixels, STREAMER) for mark in portraits(both, "材料", (), PARTIES))
