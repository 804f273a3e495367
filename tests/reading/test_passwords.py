"""Which words of a mail may be a password: what people write, bounded whatever they write."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import Location, Medium, TextFragment
from gateway.reading.passwords import MOST, MOST_TOLD, candidates, passwords_for_others


def said(text: str, *names: str, medium: Medium = "text", label: str = "") -> tuple[str, ...]:
    return candidates([TextFragment(Location("1"), medium, text, label)], names)


@pytest.mark.parametrize(
    ("text", "password"),
    [
        ("密码：1234", "1234"),
        ("密码:1234,请查收", "1234"),
        ("解压密码是1234。", "1234"),
        ("解壓密碼為 Abc@99", "Abc@99"),
        ("压缩包口令为【xY-77】", "xY-77"),
        ("密 码 ： 1234", "1234"),
        ("打开密码\n\nqwe123\n", "qwe123"),
        ("提取码: 9k2p", "9k2p"),
        ("The password is 'hunter2'.", "hunter2"),
        ("Passcode = 0042", "0042"),
        ("pw: a.b.c", "a.b.c"),
        ("PIN 8899 for the file", "8899"),
        ("密码：星儿2020", "星儿2020"),
        ("“Ab12”为附件密码", "Ab12"),
        ("用 Ab12 unlock the file", "Ab12"),
        ("pwd: Abc@123", "Abc@123"),
        ("解压密码 Abc@123 请勿外传", "Abc@123"),
        ("密码：１２３４", "1234"),
        ("密码：1 2 3 4", "1234"),
        ("密码是六个8", "888888"),
        ("解压密码为8个0。", "00000000"),
        ("密码：“correct horse battery”", "correct horse battery"),
        ("Password: correct horse battery staple", "correct horse battery staple"),
        ("The passphrase is `two words`, ok?", "two words"),
        ("密码为今天日期，2026年9月8日", "20260908"),
        ("密码为结算日期，见 2026-09-08 的邮件", "0908"),
        ("密码是工单号\n工单 #TK-20200918 已处理", "TK-20200918"),
        ("密码是您的手机号：139-1234-5678", "13912345678"),
        ("密码为邮箱前缀，即 xinger_2020@streamers.example", "xinger_2020"),
        ("密码是身份证后六位，身份证 440106199001011 23X", "1123X"),
        ("（密码Ab#12x）", "Ab#12x"),
        ("password=Ab;12&x", "Ab;12&x"),
        ("访问码:8k3m", "8k3m"),
    ],
)
def test_what_is_said_to_be_one_is_one(text: str, password: str) -> None:
    assert password in said(text)


def test_the_likeliest_come_first() -> None:
    text = "编号 889900 的材料，密码：1234。联系电话 13912345678\n\nother-word\n"
    assert said(text, "材料.zip").index("1234") < 3


def test_a_file_s_name_is_one_and_last_digits_where_they_are_spoken_of() -> None:
    assert {"结算单.v2", "结算单.v2.7z"} & set(said("见附件", "结算单.v2.7z"))
    assert "结算单" in said("见附件", "结算单.tar.gz")
    assert "5678" in said("密码是手机后四位，+86 139 1234 5678")
    assert "5678" not in said("手机 13912345678")


def test_only_what_people_read_says_one() -> None:
    assert said("密码：1234", medium="header", label="subject") != ()
    assert said("密码：1234", medium="header", label="message-id") == ()
    assert said("密码：1234", medium="metadata") == ()


def test_a_name_of_a_file_says_one_too() -> None:
    for name in ("结算单（密码1234）.zip", "材料[pwd 1234].7z", "report password-1234.pdf", "结算单_密码：1234.rar"):
        assert "1234" in said("见附件", name), name


def test_the_day_of_the_mail_is_one_where_it_says_so() -> None:
    date = TextFragment(Location(""), "header", "Mon, 30 Nov 2026 07:43:53 +0800", "date")
    assert "20261130" in candidates([date, TextFragment(Location("1"), "text", "密码为今天日期")], ())
    assert "20261130" not in candidates([date, TextFragment(Location("1"), "text", "密码另行告知")], ())


def test_what_earlier_mail_gave_comes_first() -> None:
    found = candidates([TextFragment(Location("1"), "text", "密码：1234")], (), ("earlier", "后四位"))
    assert found[0] == "earlier"
    assert "1234" in found
    numbers = candidates([TextFragment(Location("1"), "text", "手机 13912345678")], (), ("后四位",))
    assert "5678" in numbers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("密码：1234", {"1234"}),
        ("刚才附件的密码是 Ab#12x，请查收", {"Ab#12x"}),
        ("the password for the file: hunter2", {"hunter2"}),
        ("附件密码：“two words”", {"two words"}),
        ("Ab#12x 为解压密码", {"Ab#12x"}),
        ("密码是您手机后四位", {"后四"}),
    ],
)
def test_what_a_mail_gives_for_another(text: str, words: set[str]) -> None:
    found = passwords_for_others([TextFragment(Location("1"), "text", text)])
    assert words <= set(found)
    assert len(found) <= MOST_TOLD


@pytest.mark.parametrize(
    "text",
    [
        "您的订单已发货，请查收。",
        "您忘记密码了吗？请联系客服。",
        "Your password was reset.",
        "请勿向他人透露密码",
        "To reset the password please visit https://www.platform.example/reset?id=12345",
        "修改密码请联系 kefu@platform.example",
        "本邮件经过加密传输",
    ],
)
def test_service_mail_gives_none(text: str) -> None:
    assert passwords_for_others([TextFragment(Location("1"), "text", text)]) == ()


@given(
    st.text(alphabet="密码：:是 aA1\n“”后四位0123456789手机", max_size=3000), st.lists(st.text(max_size=80), max_size=5)
)
def test_there_are_never_many(text: str, names: list[str]) -> None:
    found = said(text, *names)
    assert len(found) == len(set(found)) <= MOST
    assert all(0 < len(word) <= 64 for word in found)
    given_ = passwords_for_others([TextFragment(Location("1"), "text", text)], names)
    assert len(given_) == len(set(given_)) <= MOST_TOLD
    assert all(0 < len(word) <= 64 for word in given_)


@pytest.mark.parametrize(
    "piece",
    [
        "密码",
        "密码：",
        "password ",
        "1234567 ",
        "密 ",
        "x" * 30 + "\n",
        "：“",
        "后四位1 ",
        "密码是号1",
        "密码（",
        "六个8密码",
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    said(piece * 100_000)
    passwords_for_others([TextFragment(Location("1"), "text", piece * 100_000)])
    assert time.process_time() - started < 10
