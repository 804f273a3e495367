"""The reporter's face is cut out of the reporter's own screenshots, nobody else's."""

import numpy as np
from PIL import Image

from gateway.demo.drawing import Bubble, avatar, chat, font, mail
from gateway.intake.portraits import portraits
from gateway.model import Box, Item, Location, PictureFragment, Pixels, Reading, TextBox, TextFragment
from gateway.pictures.patches import patches
from gateway.pictures.raster import Raster, pixels
from gateway.reports.faces import Faces
from gateway.reports.pictures import avatar_pixels

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
    from PIL import ImageDraw

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
