"""Report material handed on: the file, its text, its picture, the mail itself; and what only sounds like it."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gateway.demo.drawing import avatar
from gateway.detection import detect
from gateway.detection.detectors.material import ALL_RUNS, NEAR, ONE_RUN, SHORT_RUN, _near_each_other
from gateway.model import (
    Box,
    FilePart,
    Finding,
    Location,
    MailFacts,
    MaterialMark,
    Medium,
    Party,
    PictureFragment,
    Pixels,
    Reading,
    Report,
    TextFragment,
)
from gateway.pictures.fingerprint import phash
from gateway.pictures.points import points
from gateway.pictures.raster import pixels
from gateway.reports import Subject, compile_report
from gateway.reports.pictures import thumb
from gateway.reports.pieces import copy_of, strongest
from gateway.reports.shingles import Run, fingerprint

LETTER = (
    "尊敬的平台:我是贵平台的一名观众。今年九月十八日晚上,主播星儿在直播间多次向未成年观众推销盲盒,并且要求他们用家长的手机付款。"
    "我认为这严重违反了有关规定,也伤害了孩子,请依法处理,并请为我保密。"
)
ENGLISH = (
    "Last Friday the streamer told children in the chat to take their parents' phones "
    "and to pay for lottery boxes without asking."
)


def mark(text: str = "", **settings: Any) -> MaterialMark:
    shingles, length = fingerprint(text)
    known = MaterialMark("信", "text", 900, hashlib.sha256(text.encode()).digest(), length, shingles)
    return replace(known, **settings)


def subject(*marks: MaterialMark) -> Subject:
    return compile_report(Report("R-1", "open", "", (Party("星儿", (), ("room:88412345",)),), (), (), marks))


def texts(*written: str, medium: Medium = "text", part: str = "1") -> Reading:
    return Reading(texts=tuple(TextFragment(Location(part, (f"p{i}",) * 0), medium, t) for i, t in enumerate(written)))


def found(reading: Reading, *marks: MaterialMark) -> tuple[Finding, ...]:
    return detect(reading, (subject(*marks),))


def test_the_letter_quoted_whole_is_found_from_end_to_end() -> None:
    (finding,) = found(texts("转发如下\n" + LETTER), mark(LETTER))
    assert (finding.kind, finding.detector, finding.variant) == ("material", "material", "text")
    assert finding.span == (5, 5 + len(LETTER) - 1)
    assert finding.share == 1.0


def test_one_sentence_of_it_is_found_with_its_place_and_share() -> None:
    quoted = "多次向未成年观众推销盲盒,并且要求他们用家长的手机付款"
    text = f"有人说您{quoted},请说明。"
    (finding,) = found(texts(text), mark(LETTER))
    assert finding.span is not None
    assert text[slice(*finding.span)] == quoted
    assert finding.share is not None
    assert 0.1 < finding.share < 0.6


def test_several_shorter_pieces_together_are_found() -> None:
    text = "您在直播间多次向未成年观众推销盲盒吗?要求他们用家长的手机付款吗?这严重违反了有关规定也伤害了孩子呀?"
    text += "我是贵平台的一名观众今年"
    assert len(found(texts(text), mark(LETTER))) == 1


def test_turns_of_speech_that_stand_far_apart_in_a_long_text_are_no_quotation() -> None:
    phrases = (
        "我是贵平台的一名观众",
        "多次向未成年观众推销盲盒",
        "要求他们用家长的手机付款",
        "这严重违反了有关规定也伤害了孩子",
    )
    other = "本次培训的地点改在二楼,请带好纸笔,下课以后到前台领取茶点,遇雨则改为线上举行,名单另附。"
    assert len(found(texts("。".join(phrases)), mark(LETTER))) == 1
    assert found(texts((2 * other).join((*phrases, ""))), mark(LETTER)) == ()


@pytest.mark.parametrize(
    "law",
    [
        "根据《中华人民共和国消费者权益保护法》第五十五条第一款的规定,请您答复",
        "违反了《中华人民共和国广告法》第4条、第二十八条以及《中华人民共和国电子商务法》第十七条的相关规定",
        "依照《中华人民共和国民法典》第一千一百六十五条",
    ],
)
def test_two_who_cite_one_law_have_not_quoted_each_other(law: str) -> None:
    letter = f"他骗了我。{law}。我要求退还货款。"
    assert found(texts(f"您好,{law}。"), mark(letter)) == ()
    assert len(found(texts(letter + LETTER), mark(letter + LETTER))) == 1


@pytest.mark.parametrize(
    "courtesy",
    [
        "以上情况完全属实,如有不实,本人愿承担法律责任。恳请平台依法严肃查处,请保护我的个人信息,还我一个公道。此致敬礼",
        "Please look into this matter as soon as possible. Thank you for your time and attention. "
        "I look forward to your reply. Yours sincerely",
    ],
)
def test_two_who_end_their_letters_as_everybody_does_have_not_quoted_each_other(courtesy: str) -> None:
    assert found(texts(f"您好,附件请查收。{courtesy}"), mark(LETTER + courtesy)) == ()
    assert len(found(texts(LETTER + courtesy), mark(LETTER + courtesy))) == 1


def test_a_formula_beside_somebodys_own_words_says_something() -> None:
    quoted = "冷链早就化了,围巾泡在汤里,还少了三斤。以上情况完全属实,请保护我的个人信息。"
    (finding,) = found(texts(f"有人这样说:{quoted}请说明。"), mark(LETTER + quoted))
    assert finding.variant == "text"
    assert found(texts(f"有人这样说:{quoted[20:]}请说明。"), mark(LETTER + quoted)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "主播星儿在直播间推销盲盒了吗?",
        "请说明今年九月十八日晚上的直播内容。",
        "是否向未成年观众推销盲盒",
        "请依法处理。",
        "星儿星儿星儿星儿星儿星儿星儿星儿星儿星儿星儿星儿星儿",
        "",
    ],
)
def test_short_phrases_dates_and_the_streamers_name_are_no_quotation(text: str) -> None:
    assert found(texts(text), mark(LETTER)) == ()


def test_a_row_of_dates_and_numbers_is_no_quotation() -> None:
    row = "2020-09-18 20:00:00, 2020-09-18 21:00:00, 2020-09-18 22:00:00, 88412345, 2020-09-19"
    assert found(texts(row), mark(row)) == ()


def test_latin_text_needs_sixty_letters() -> None:
    assert len(found(texts(f"They say: {ENGLISH}"), mark(ENGLISH))) == 1
    assert found(texts("the streamer told children in the chat"), mark(ENGLISH)) == ()


def test_a_quotation_over_paragraphs_and_over_lines_of_a_picture_is_found_in_each() -> None:
    pieces = [LETTER[i : i + 11] for i in range(0, 66, 11)]
    for medium in ("document", "picture"):
        findings = found(texts(*pieces, medium=medium), mark(LETTER))
        assert sorted(f.fragment for f in findings if f.fragment is not None) == list(range(len(pieces)))


def test_pieces_in_different_parts_are_not_joined() -> None:
    pieces = [LETTER[i : i + 11] for i in range(0, 66, 11)]
    fragments = tuple(TextFragment(Location(str(i)), "text", piece) for i, piece in enumerate(pieces))
    assert found(Reading(texts=fragments), mark(LETTER)) == ()


def test_a_file_is_found_by_its_bytes_wherever_it_lies() -> None:
    where = Location("2", ("材料.zip", "信.docx"))
    part = FilePart(where, "信.docx", "docx", 900, hashlib.sha256(b"letter").digest())
    (finding,) = found(Reading(files=(part,)), mark(sha256=hashlib.sha256(b"letter").digest()))
    assert (finding.where, finding.variant, finding.score, finding.fragment) == (where, "digest", 1.0, None)
    assert found(Reading(files=(part,)), mark(sha256=b"\0" * 32)) == ()


@pytest.mark.parametrize("written", ["<a.b.1@mail.example>", "A.B.1@mail.example"])
def test_the_reporters_mail_forwarded_as_a_mail_is_found_by_its_id(written: str) -> None:
    mail = MailFacts(Location("2"), message_id=written)
    (finding,) = found(Reading(mails=(mail,)), mark(message_id="<a.b.1@mail.example>"))
    assert (finding.kind, finding.where, finding.variant) == ("material", Location("2"), "message_id")


def test_a_mail_without_an_id_is_no_ones() -> None:
    assert found(Reading(mails=(MailFacts(Location("")),)), mark(message_id="")) == ()


def picture(image: Image.Image, phash: int | None) -> PictureFragment:
    pixels = np.asarray(image.convert("RGB").resize((540, image.height * 540 // image.width)))
    return PictureFragment(
        Location("3"), image.width, image.height, Pixels(pixels.shape[1], pixels.shape[0], pixels.tobytes()), phash
    )


def test_a_screenshot_is_found_again_smaller_and_as_jpeg_but_not_another_of_its_layout(
    chat: Callable[..., Image.Image],
) -> None:
    original = picture(chat((0, 1)), 0xFF00FF00AA55AA55)
    material = mark(phash=original.phash, thumb=thumb(original.pixels))
    copy = picture(chat((0, 1), width=540, quality=60), 0xFF00FF00AA55AA50)
    (finding,) = found(Reading(pictures=(copy,)), material)
    assert (finding.variant, finding.box) == ("picture", Box(0, 0, 540, 750))
    others = (
        "今天下雨了",
        "直播几点开始啊朋友",
        "收到收到",
        "明天我再发一次给你看看吧",
        "好的没问题我们马上安排",
        "哦",
    )
    assert found(Reading(pictures=(picture(chat((0, 1), words=others), original.phash),)), material) == ()
    far = picture(chat((0, 1)), 0xFF00FF00AA55AA55 ^ 0x1FF)
    assert found(Reading(pictures=(far,)), material) == ()
    assert found(Reading(pictures=(picture(chat((0, 1)), None),)), material) == ()


def test_a_letter_in_a_code_is_of_the_codes_kind() -> None:
    (finding,) = found(texts(LETTER, medium="code"), mark(LETTER))
    assert finding.kind == "qr_code"


def test_a_piece_of_a_picture_is_found_and_it_is_said_where_and_how_much() -> None:
    whole = np.asarray(avatar(5, 600), np.uint8)
    seen = PictureFragment(Location("2"), 600, 600, pixels(whole), phash(whole), points=points(whole))
    handed_in = mark(
        phash=seen.phash, thumb=thumb(seen.pixels), points=strongest(seen.points), copy=copy_of(seen.pixels)
    )
    cut = np.ascontiguousarray(whole[100:500, 60:560])
    crop = PictureFragment(Location("2"), 500, 400, pixels(cut), phash(cut), points=points(cut))
    (finding,) = found(Reading(pictures=(crop,)), handed_in)
    assert (finding.kind, finding.variant, finding.medium, finding.span) == ("material", "piece", "picture", None)
    assert finding.box == Box(0, 0, 500, 400)
    assert finding.share == pytest.approx(500 * 400 / 600 / 600, abs=0.03)
    other = np.asarray(avatar(6, 500), np.uint8)
    strange = PictureFragment(Location("2"), 500, 500, pixels(other), phash(other), points=points(other))
    assert not found(Reading(pictures=(strange,)), handed_in)


@given(st.lists(st.tuples(st.integers(1, 300), st.floats(SHORT_RUN, ONE_RUN - 0.1), st.integers(9, 40)), max_size=40))
def test_a_few_stretches_in_a_row_tell_as_much_as_all_of_them(stretches: list[tuple[int, float, int]]) -> None:
    heard, at = [], 0
    for gap, said, length in stretches:
        heard.append((Run(at + gap, at + gap + length), said))
        at += gap + length
    rows = [heard[i:j] for i in range(len(heard)) for j in range(i + 1, len(heard) + 1)]
    anywhere = any(
        sum(said for _, said in row) >= ALL_RUNS
        and sum(run.end - run.start for run, _ in row) >= NEAR * (row[-1][0].end - row[0][0].start)
        for row in rows
    )
    assert _near_each_other(heard) == anywhere
