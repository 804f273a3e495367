"""Words that stand in a text as escapes are found there, and nothing else is."""

import base64
import quopri
import time
from urllib.parse import quote

import pytest

from gateway.console.masking import cover, written_otherwise
from gateway.text.escaped import written_escaped

NAME, MAIL = "张小鸣", "xiaomingmailexample"
WORDS = (NAME, "13800138000", MAIL)


@pytest.mark.parametrize(
    "written",
    [
        quote(NAME),
        quote(NAME, encoding="gb18030"),
        quote("张") + "-" + quote("小鸣"),
        f"filename*0*=utf-8''{quote('张')}; filename*1*={quote('小鸣')}",
        "\\u5f20\\u5c0f\\u9e23",
        "\\xe5\\xbc\\xa0\\xe5\\xb0\\x8f\\xe9\\xb8\\xa3",
        "".join(f"&#{ord(letter)};" for letter in NAME),
        "".join(f"&#x{ord(letter):x};" for letter in NAME),
        quopri.encodestring(NAME.encode()).decode().strip(),
        f"=?utf-8?B?{base64.b64encode(NAME.encode()).decode()}?=",
        f"=?gbk?q?{quopri.encodestring(NAME.encode('gbk')).decode().strip()}?=",
    ],
)
@pytest.mark.parametrize("around", ["{}", "attachment;filename*=utf-8''{}-x.txt", "（{}）反映"])
def test_a_name_in_escapes_is_covered_and_what_stands_around_it_stays(written: str, around: str) -> None:
    text = around.format(written)
    shown = cover(text, list(written_otherwise(text, WORDS)))
    assert shown != text
    before, after = around.split("{}")
    assert shown.startswith(before)
    assert shown.endswith(after)
    for piece in ("BC", "bc", "5f20", "24352", "D5", "5byg"):
        assert piece not in shown


@pytest.mark.parametrize(
    "written", ["xiao%6Ding%40mail.example", "%31%338 0013 8000", "&#x78;iaoming&#64;mail.example"]
)
def test_ascii_that_is_escaped_in_part_is_covered_whole(written: str) -> None:
    assert cover(f"a {written} b", list(written_otherwise(f"a {written} b", WORDS))) == "a ███ b"


@pytest.mark.parametrize(
    "text",
    [
        "您好",
        "100%25 off",
        "a=20b =E6=98=9F",
        quote("星儿"),
        "\\u661f",
        "=?utf-8?B?!!!?=",
        "&#99999999; &#xd800;",
        "%%%",
        "",
    ],
)
def test_what_holds_nothing_of_them_is_as_it_was(text: str) -> None:
    assert not list(written_escaped(text, WORDS))
    assert not list(written_escaped(text, ()))


@pytest.mark.parametrize("piece", ["%E5", "=?", "=?a?B?", "&#", "\\u5f20", "=E5=BC", "%"])
def test_a_long_run_takes_no_longer_than_its_length(piece: str) -> None:
    begun = time.process_time()
    list(written_escaped(piece * (40_000 // len(piece)), WORDS))
    assert time.process_time() - begun < 1
