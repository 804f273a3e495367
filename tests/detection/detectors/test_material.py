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
from gateway.identity import Subject, compile_report
from gateway.identity.shingles import Run, fingerprint
from gateway.images.extract.keypoints import points
from gateway.images.extract.phash import phash
from gateway.images.extract.raster import pixels
from gateway.images.match.region import copy_of, strongest
from gateway.images.match.thumbnail import thumb
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
    steps,
)

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


WECHAT = """微信支付账单明细
微信昵称：[{0}]
起始时间：[2026-{1:02}-01 00:00:00] 终止时间：[2026-{1:02}-28 23:59:59]
导出类型：[全部]
导出时间：[2026-10-01 10:00:00]
共{2}笔记录
收入：0笔 0.00元
支出：{2}笔 {3}元
中性交易：0笔 0.00元
注：
1. 充值/提现/理财通购买/零钱通存取/信用卡还款等交易，将计入中性交易
2. 本明细仅展示当前账单中的交易，不包括已删除的记录
3. 本明细仅供个人对账使用
----------------------微信支付账单明细列表--------------------
交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注
"""
ALIPAY = """导出信息：
姓名：{0}
起始时间：[2026-{1:02}-01 00:00:00]    终止时间：[2026-{1:02}-28 23:59:59]
导出交易类型：[全部]
共{2}笔记录
支出：{2}笔 {3}元
特别提示：
1.本回单内容可表明支付宝受理了相应支付交易申请，因系统原因或通讯故障等偶发因素导致本回单与实际交易结果不符时，以实际交易情况为准；
2.请勿将本回单作为收款方发货的凭据使用，请查证账户实际到账情况后再进行发货操作；
3.支付宝快捷支付等非余额支付方式可能既产生支付宝交易也同步产生银行交易，因此请勿使用本回单进行重复记账；
4.本回单如经任何涂改、编造，均立即失去效力；
5.部分账单如：充值提现、账户转存或者个人设置收支等不计入为收入或者支出，记为不计收支类；
6.因统计逻辑不同，明细金额直接累加后，可能会和下方统计金额不一致，请以实际交易金额为准；
7.禁止将本回单用于非法用途；
8.本明细仅供个人对账使用。
------------------------支付宝支付科技有限公司  电子客户回单------------------------
交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注
"""
GIFTS = "日期\t时间\t礼物名称\t数量\t金额\t余额\t备注\n"


def listed(head: str, seed: int, words: str, rows: int = 40) -> str:
    """A list as its program writes it: everybody's rows differ in their numbers alone."""
    r = np.random.default_rng(seed)
    lines = (
        f"2026-{r.integers(5, 9):02}-{r.integers(1, 28):02} {r.integers(0, 23):02}:{r.integers(0, 59):02},"
        f"{words},{r.integers(1, 999)}.{r.integers(10, 99)},4200{r.integers(10**12, 10**13)}"
        for _ in range(rows)
    )
    return head.format("晚晴" if seed else "山月", 5 + seed, rows, r.integers(1000, 9999)) + "\n".join(lines)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (WECHAT, "商户消费,云雀直播充值,/,支出,零钱,支付成功"),
        (ALIPAY, "充值缴费,云雀直播,yun***@platform.example,云雀币充值,支出,花呗,交易成功"),
        (GIFTS, "送出 嘉年华一号"),
        ("", "快捷支付-云雀直播"),
        ("Date,Description,Quantity,Unit Price,Total,Balance\n", "Skylark live coins"),
    ],
)
def test_two_lists_of_one_program_have_not_quoted_each_other(head: str, words: str) -> None:
    handed_in = mark(
        listed(head, 0, words) + "\n备注：星儿让我用奶奶的银行卡付这些钱还说不付就拉黑我，请你们帮我追回来"
    )
    for medium in ("text", "document"):
        assert list(detect(texts(listed(head, 1, words), medium=medium), [subject(handed_in)], 0.6)) == []
    words_of_their_own = "星儿让我用奶奶的银行卡付这些钱还说不付就拉黑我，请你们帮我追回来"
    found = detect(texts(listed(head, 1, words) + "\n备注：" + words_of_their_own), [subject(handed_in)], 0.6)
    assert [finding.kind for finding in found] == ["material"]


def test_a_sentence_that_comes_again_and_again_is_a_quotation_still() -> None:
    sentence = LETTER.split("。")[1]
    often = "\n".join(f"{number}. {sentence}" for number in range(1, 9))
    assert [f.kind for f in detect(texts(often), [subject(mark(LETTER))], 0.6)] == ["material"]


@pytest.mark.parametrize(
    "sentence",
    [
        "您好，我要举报主播，请尽快处理，谢谢。",
        "请你们处理一下，主播诱导未成年人打赏",
        "你好，主播在直播间骂人，希望平台严肃处理。",
        "尊敬的平台，我要实名举报该主播涉黄。",
        "星儿涉嫌诱导未成年人充值，请查处。",
        "该主播多次在直播中说脏话、骂人，请尽快处理。",
        "I want to report this streamer please help",
    ],
)
def test_a_sentence_that_everybody_writes_is_nobodys(sentence: str) -> None:
    handed_in = subject(mark(sentence, typed=True))
    assert list(detect(texts(f"您好，{sentence}"), [handed_in], 0.6)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "主播卖假货，我买的手镯是玻璃的。",
        "主播诱导未成年人打赏，我儿子刷了外婆的养老钱。",
        "我奶奶被骗走八万六千块的养老钱",
        "I want to report this streamer, she sold me a bracelet of glass.",
    ],
)
def test_a_sentence_of_somebodys_own_is_a_quotation_whatever_formulas_it_has(sentence: str) -> None:
    handed_in = subject(mark(sentence, typed=True))
    assert [f.kind for f in detect(texts(f"有人来信：{sentence}"), [handed_in], 0.6)] == ["material"]


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
    where = Location("2", (steps.file("材料.zip"), steps.file("信.docx")))
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
