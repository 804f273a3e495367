"""Two signs of a party make a mail theirs; one is anybody's."""

import pytest

from gateway.identity import Subject, compile_report
from gateway.matching import is_a_party_s
from gateway.model import Party, Report
from gateway.reading.walk import read_mail
from scene import mail


def subject(name: str = "星儿", report: str = "R-2020-0918") -> Subject:
    accounts = ("room:88412345", "uid:7001234")
    return compile_report(Report(report, "open", "", (Party(name, ("star@streamers.example",), accounts),)))


def theirs(
    text: str, about: str = "请查收", to: str = "u@home.example", name: str = "星儿", html: bool = False
) -> bool:
    content = mail(text, about, to=to)
    if html:
        content = content.replace(b"text/plain", b"text/html")
    return is_a_party_s(read_mail(content), (subject("其他人"), subject(name)))


@pytest.mark.parametrize(
    ("text", "about", "to"),
    [
        ("星儿您好：\n关于直播间88412345的通知见附件。", "请查收", "u@home.example"),
        ("尊敬的星儿：\n见附件。", "直播间 88412345 处理通知", "u@home.example"),
        ("关于主播星儿（房间号 88412345）的通知见附件。", "请查收", "u@home.example"),
        ("您好，见附件。", "通知 88412345", "=?utf-8?b?5pif5YS/?= <u@home.example>"),
        ("88412345 和 7001234 两个账号的通知见附件。", "请查收", "u@home.example"),
        ("星儿您好：\n请主播星儿查收附件。", "请查收", "u@home.example"),
        ("星儿您好：\nR-2020-0918 一事见附件。", "请查收", "u@home.example"),
    ],
)
def test_two_signs(text: str, about: str, to: str) -> None:
    assert theirs(text, about, to)
    assert theirs("<p>" + text.replace("\n", "</p><p>") + "</p>", about, to, html=True)


@pytest.mark.parametrize(
    ("text", "about", "to"),
    [
        ("星儿您好：\n见附件。", "请查收", "u@home.example"),
        (
            "星儿您好：\n见附件。",
            "请查收",
            "=?utf-8?b?5pif5YS/?= <u@home.example>",
        ),
        ("订单 88412345 见附件。", "订单 88412345", "u@home.example"),
        ("您好，请安心查收。", "请查收", "u@home.example"),
        ("", "", "u@home.example"),
    ],
)
def test_one_sign(text: str, about: str, to: str) -> None:
    assert not theirs(text, about, to)


def test_a_customer_whose_name_is_a_word_and_a_streamer_s_name_is_not_the_streamer() -> None:
    assert not theirs("安心您好：\n请安心查收，祝您安心。", name="安心")
    assert theirs("安心您好：\n主播安心的通知见附件。", name="安心")
    assert not theirs("Dear Grace,\nplease see the attached file, with good grace.", name="Grace Star")


def test_room_with_and_without_its_service_is_one_sign() -> None:
    assert not theirs("room:88412345，房间 88412345。", "88412345")


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("See attached.", "Starry Night / room 88412345"),
        ("Dear Starry Night,\nthe file about host Starry Night is attached.", "File"),
        ("See attached.\n\n> From: Starry Night <a@home.example>\n> my room 88412345 is blocked", "Re: File"),
        ("The files of Starry Night's stream (https://live.example/88412345) are attached.", "Files"),
        ("STARRY_NIGHT_88412345.zip", "File"),
        ("Hello Starry Night,\nyour channel 8841 2345", "File"),
        ("Hello Starry Night,\nhttps://live.example/room/88412345?from=mail", "File"),
        ("Hello Starry Night,\nlive.example/u/?uid=7001234", "File"),
        ("Hello Starry Night,\nroom88412345.zip is attached", "File"),
    ],
)
def test_two_signs_where_nobody_could_ask_for_them_beforehand(text: str, about: str) -> None:
    assert theirs(text, about, name="Starry Night")


@pytest.mark.parametrize(
    "text",
    [
        "It was a starry nightmare in room 88412345.",
        "The starry sky. Night shift of 88412345.",
        "Hello Starry Night,\nthe sum is 88,412,345 yuan.",
        "Hello Starry Night,\nyour order is 188412345 or 8841 23456.",
        "Hello Starry Night,\non 8.8.41 2345 people came",
        "Hello Starry Night,\nSF88412345001 is your parcel",
    ],
)
def test_what_only_looks_like_a_second_sign(text: str) -> None:
    assert not theirs(text, name="Starry Night")
