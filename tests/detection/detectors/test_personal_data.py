"""Personal data of anybody, by its shape, and what only looks like it. Every number here is made."""

import logging
import unicodedata
from collections.abc import Sequence
from contextlib import nullcontext
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.detection import ThirdParties, detect, pii_recognizers
from gateway.detection.budget import Budget
from gateway.detection.context import PLAIN
from gateway.detection.detect import _supported
from gateway.identity import compile_report
from gateway.model import Finding, Item, Location, Medium, Party, Reading, Report, TextFragment
from gateway.text.blocks import BLOCK, nothing
from gateway.text.normalize import normalise

PARTY = Party("星儿", ("xinger@streamers.example", "13912345678@mail.example"), ("room:88412345", "wechat:13711112222"))
SUBJECT = compile_report(Report("R-1", "open", "", (PARTY,), (Item("phone", "13600136000"),)))
ALLOWED = frozenset({"13500135000", "粤b12345"})
WANTED = ThirdParties(("R-1",), ALLOWED)


def found(
    text: str, medium: Medium = "text", label: str = "", wanted: ThirdParties | None = WANTED, threshold: float = 0.4
) -> Sequence[Finding]:
    reading = Reading(texts=(TextFragment(Location("1"), medium, text, label),))
    return detect(reading, (SUBJECT,), threshold, third_parties=wanted)


def words(text: str, medium: Medium = "text", label: str = "") -> list[tuple[str, str]]:
    return [
        (f.variant, text[slice(*f.span)]) for f in found(text, medium, label) if f.span and f.kind == "personal_data"
    ]


def with_check(seventeen: str) -> str:
    """GB 11643, worked out apart from the code that is tested: the weight of a place is a power of 2 modulo 11."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(seventeen))
    return seventeen + "10X98765432"[total % 11]


def with_luhn(head: str) -> str:
    """The card number that begins so."""
    for last in "0123456789":
        digits = [int(d) for d in head + last][::-1]
        if sum(digits[0::2] + [d * 2 - 9 * (d > 4) for d in digits[1::2]]) % 10 == 0:
            return head + last
    raise AssertionError


ID, IDX = with_check("44010619900101123"), with_check("11010119550228001")
CARD, CARD16, VISA = with_luhn("621234567890123456"), with_luhn("621234567890123"), with_luhn("400000123456789")


@pytest.mark.parametrize(
    "written",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "1380013 8000", "138.0013.8000", "138·0013·8000",
        "138—0013—8000", "+86 138 0013 8000", "+8613800138000", "0086-138-0013-8000", "(86)13800138000",
        "１３８００１３８０００", "138\u200b0013\u200b8000", "①③800138000", "幺三八零零一三八零零零",
        "1 3 8 0 0 1 3 8 0 0 0", "17012345678", "0912-345-678", "+852 6123 4567", "+44 7911 123456",
    ],
)  # fmt: skip
def test_a_mobile_number_is_found_however_it_is_written(written: str) -> None:
    for text in (f"电话{written}谢谢", f"call {written}, please", written):
        assert words(text) == [("phone", written)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("tel13800138000", "13800138000"),
        ("用户13800138000反映", "13800138000"),
        ("user 13800138000 said", "13800138000"),
        ("@13800138000 您好", "13800138000"),
        ("请打13800138000次日回电", "13800138000"),
        ("https://wa.me/8613800138000", "8613800138000"),
        ("电话：6123 4567", "6123 4567"),
        ("張三_13800138000.docx", "13800138000"),
        ("20261125-13800138000.jpg", "13800138000"),
        ("https://x.example/?phone=13800138000", "13800138000"),
    ],
)
def test_a_mobile_number_is_found_beside_whatever_it_stands(text: str, written: str) -> None:
    assert words(text) == [("phone", written)]


@pytest.mark.parametrize(
    "text",
    [
        "010-62781234", "400-820-8820 95588 12345", "0755 8888 8888", "订单号13800138000", "单号：13800138000。",
        "房间号13800138000", "用户ID 13800138000", "order no. 13800138000", "QQ：13912345678", "13800138000元",
        "¥13800138000", "13800138000.00", "13,800,138,000", "2026-11-25 18:30:00", "15 20 26 11 25 1", "61234567",
        "2026112518300000", "IMG_13800138000.jpg", "a13800138000", "138001380001", "https://x.example/u/13800138000",
        "13800138000@mail.example", "x@13800138000.example", "一三五七九二四六八十", "1732531800000",
    ],
)  # fmt: skip
def test_other_numbers_are_nobody_s_telephone(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    "written", [ID, IDX, IDX.lower(), f"{ID[:6]} {ID[6:14]} {ID[14:]}", f"{ID[:6]}-{ID[6:14]}-{ID[14:]}"]
)
def test_a_resident_id_is_found_by_division_date_and_check_digit(written: str) -> None:
    assert IDX.endswith("X") or IDX[-1].isdigit()
    assert words(f"证件{written}的") == [("resident_id", written)]
    assert words(f"id {written}.") == [("resident_id", written)]


@pytest.mark.parametrize("between", [",", "，", "、", "/", " ", ";", ".", "\n", "和"])
def test_of_several_numbers_each_is_found(between: str) -> None:
    text = between.join(("13800138000", "13900139000", "13700137000"))
    assert [written for _, written in words(text)] == ["13800138000", "13900139000", "13700137000"]


def test_a_number_that_is_no_resident_id_is_none() -> None:
    wrong = ID[:-1] + "0123456789"[(int(ID[-1]) + 1) % 10] if ID[-1] != "X" else ID[:-1] + "1"
    for number in (wrong, with_check("99010619900101123"), with_check("44010619900230123"), ID + "1"):
        assert words(f"编号{number}") == []
    assert words(f"订单号{ID}") == []
    # Behind its word it is one, also mistyped; and so are the 15 digits of old.
    assert words(f"身份证号码：{wrong}。") == [("resident_id", wrong)]
    assert words("身份证440106900101123") == [("resident_id", "440106900101123")]
    assert words("编号440106900101123") == []


@pytest.mark.parametrize(
    "written",
    [
        CARD, CARD16, VISA, f"{CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
        "-".join((VISA[:4], VISA[4:8], VISA[8:12], VISA[12:])), f"{CARD[:6]} {CARD[6:]}",
        with_luhn("37828224631000"), with_luhn("955888020012345678"),
    ],
)  # fmt: skip
def test_a_bank_card_is_found_by_issuer_and_check_digit(written: str) -> None:
    assert words(f"卡号{written}的") == [("bank_card", written)]


@pytest.mark.parametrize(
    "text",
    [
        CARD[:-1] + str((int(CARD[-1]) + 1) % 10), "2026112518300000", with_luhn("202611251830000"),
        with_luhn("100000123456789"), f"订单号{CARD}", f"交易流水号：{VISA}", CARD + "0000", "x" + CARD,
    ],
)  # fmt: skip
def test_other_long_numbers_are_no_card(text: str) -> None:
    assert words(text) == []


@pytest.mark.parametrize(
    "written",
    [
        "粤B12346",
        "粤B·12346",
        "粤 b 12346",
        "川A1B2C3",
        "粤BD12346",
        "粤AF12346",
        "京A1234学",
        "粤Z1234港",
        "粤Z·F123澳",
        "沪A12346D",
    ],
)
def test_a_number_plate_is_found(written: str) -> None:
    assert words(f"车牌{written}，") == [("plate", written)]


def test_every_province_has_plates_in_both_scripts() -> None:
    assert len(pii_recognizers._PROVINCES) == 31
    for province in pii_recognizers._PROVINCES:
        assert words(f"{province}A12346") == [("plate", f"{province}A12346")]
        assert normalise(province).text == province
    assert words("車牌號蘇A12346、遼B12346") == [("plate", "蘇A12346"), ("plate", "遼B12346")]


@pytest.mark.parametrize(
    "text", ["最新A12346版", "阿里云A12346", "川ABCDE", "粤BI2346", "京A1234", "粤B123467", "川A区12栋"]
)
def test_other_words_are_no_plate(text: str) -> None:
    assert words(text) == []


def test_documents_without_a_check_digit_are_found_behind_their_word() -> None:
    assert words("护照号：EA1234567，") == [("travel_document", "EA1234567")]
    assert words("passport no. E12345678") == [("travel_document", "E12345678")]
    assert words("通行证C12345678") == [("travel_document", "C12345678")]
    assert words("型号E12345678 EA1234567") == []
    assert words("香港身份证A123456(3)") == [("hk_id", "A123456(3)")]
    assert words("型号A123456(4)") == []


def test_what_belongs_to_the_reported_or_the_organisation_is_no_third_party_s() -> None:
    assert words("13912345678 13711112222 88412345") == []
    assert words("+86 135-0013-5000，粤B·12345") == []


def test_what_identifies_the_reporter_stays_the_reporter_s() -> None:
    kinds = [(f.kind, f.variant) for f in found("136-0013-6000，13800138000")]
    assert kinds == [("phone", "exact"), ("personal_data", "phone")]
    # Two digits more or less hidden: what is too faint to be judged takes nothing away.
    (one,) = [f for f in found("13800136000", wanted=ThirdParties(("R-1",), judged=0.6)) if f.kind == "personal_data"]
    assert one.score >= 0.6


def test_nothing_is_looked_for_where_nobody_asks() -> None:
    assert found(f"13800138000 {ID} 粤B12346", wanted=None) == ()


@pytest.mark.parametrize("medium", ["text", "html", "markup", "document", "picture", "code", "metadata", "file_name"])
def test_every_place_counts(medium: Medium) -> None:
    assert words("电话13800138000。", medium) == [("phone", "13800138000")]


def test_headers_count_but_for_those_that_programs_fill() -> None:
    assert words("13800138000", "header", "subject") == [("phone", "13800138000")]
    assert words("13800138000", "header", "x-caller") == [("phone", "13800138000")]
    for label in ("received", "message-id", "references", "dkim-signature", "x-ms-exchange-id"):
        assert words("id 13800138000", "header", label) == []


def test_it_is_a_finding_of_the_first_report_with_no_words_in_it() -> None:
    (one,) = found("电话13800138000", wanted=ThirdParties(("R-7", "R-1")))
    assert (one.report, one.detector, one.score, one.span) == ("R-7", "personal_data", 0.9, (2, 13))
    assert "138" not in repr(one)


def _says_nothing(character: str) -> bool:
    """It neither joins a number nor says what it is: no letter or digit of ASCII in any form, no sign of one."""
    folded = normalise(character).text
    return unicodedata.category(character) not in ("Sc", "Nd", "Lu", "Ll", "Lt", "Lm") and not any(
        (c.isalnum() and (c.isascii() or c in _NUMERALS)) or c in "+@.,#;~%_/-()*&=" for c in folded
    )


_NUMERALS = "零〇洞一壹幺弌二贰两弍三叁弎参四肆五伍六陆七柒拐八捌九玖勾"
AROUND = st.text(st.characters().filter(_says_nothing), max_size=40)


@settings(max_examples=60)
@given(AROUND, st.sampled_from(["13800138000", "１３８-００１3-8000", ID, CARD, "粤B·12346"]), AROUND)
def test_a_span_leads_back_to_the_text_whatever_is_around(before: str, written: str, behind: str) -> None:
    text = before + written + behind
    spans = [f.span for f in found(text) if f.kind == "personal_data"]
    assert [text[slice(*span)].strip() for span in spans if span] == [written]


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_no_text_makes_it_fail(text: str) -> None:
    for finding in found(text):
        assert finding.kind != "uninspectable"
        assert finding.span is None or 0 <= finding.span[0] < finding.span[1] <= len(text)


def test_a_long_text_is_looked_through_in_bounded_pieces_and_nothing_falls_between() -> None:
    dense = "86 138-0013 " * 200  # looks like the beginning of one all the time
    for at in range(pii_recognizers._LONGEST - 90, pii_recognizers._LONGEST + 10, 9):
        text = f"{dense[:at]};13800138000;{dense}"
        pieces = list(pii_recognizers.pieces(text))
        assert len(pieces) > 1
        assert all(end - start <= pii_recognizers._LONGEST for start, end in pieces)
        assert any(start <= at and at + 13 <= end for start, end in pieces)
    assert ("phone", "13800138000") in words(text)


def test_of_a_table_of_numbers_little_is_given_to_presidio() -> None:
    table = "\n".join(
        "\t".join(str((row * 7919 + column * 104729) % 99999) for column in range(9)) for row in range(300)
    )
    assert sum(end - start for start, end in pii_recognizers.pieces(table.replace("\t", " "))) < len(table) / 10
    assert list(pii_recognizers.pieces("什么都没有" * 1000)) == []


def test_a_text_that_was_not_searched_to_its_end_is_held_or_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Budget, "apart", lambda budget: nullcontext(Budget(-1.0)))
    (one,) = found("电话13800138000")
    assert (one.kind, one.detector, one.score) == ("uninspectable", "search_timed_out", 1.0)
    (one,) = found("电话13800138000", wanted=ThirdParties(("R-1",), binding=False))
    assert (one.kind, one.detector, one.variant) == ("personal_data", "personal_data", "search_timed_out")


def test_a_recognizer_that_fails_makes_the_text_uninspectable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, *_: object, **__: object) -> None:
        raise ZeroDivisionError("13800138000")

    monkeypatch.setattr(pii_recognizers.CardRecognizer, "analyze", fail)
    (one,) = [f for f in found("电话13800138000") if f.kind == "uninspectable"]
    assert (one.detector, one.variant) == ("search_failed", "ZeroDivisionError")
    assert [f.variant for f in found("电话13800138000", wanted=ThirdParties(("R-1",), binding=False))] == [
        "search_failed"
    ]


def test_presidio_writes_nothing_down(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert found(f"电话13800138000 {ID}")
    assert "138" not in caplog.text
    assert ID not in caplog.text


def test_presidio_s_own_recognizers_are_in_the_registry() -> None:
    names = {base.__name__ for one in pii_recognizers._engine().registry.recognizers for base in type(one).__mro__}
    assert {"PhoneRecognizer", "CreditCardRecognizer", "PatternRecognizer"} <= names
    assert {f"ANYBODYS_{variant.upper()}" for variant in pii_recognizers.VARIANTS} == set(
        pii_recognizers._engine().get_supported_entities("zh")
    )


def test_personal_data_is_no_evidence_beside_which_a_plain_avatar_counts() -> None:
    plain = Finding("avatar", "R-1", Location("2"), "picture", "avatar", 0.9, PLAIN)
    other = Finding("personal_data", "R-1", Location("1"), "text", "personal_data", 0.9, "phone", 0, (0, 11))
    sign = Finding("name", "R-1", Location("1"), "text", "names", 0.9, "exact", 0, (20, 23))
    assert _supported([plain, other]) == [other]
    assert _supported([plain, other, sign]) == [plain, other, sign]


PIECES = [
    *("0123456789+() -.a\n粤"),
    *("86", "13800138000", "0912345678", "身份证", "护照", "passport", "通行证", "粤b", "b12345", "电话", "tel: "),
    *("京 a·12345", "字" * 90, "6222021234567890123"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.sampled_from([16, 64, BLOCK]))
def test_looking_about_digits_and_words_finds_every_interesting_place(text: str, block: int) -> None:
    with patch.object(pii_recognizers, "BLOCK", block):
        found = [match.span() for match in pii_recognizers._interesting(text, nothing)]
    assert found == [match.span() for match in pii_recognizers._INTERESTING.finditer(text)]
