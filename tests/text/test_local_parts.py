"""What the words of an envelope say, in whatever writing."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.local_parts import readings

ADDRESS, NAME = "xiaoming@mail.example", "张小鸣"
B32 = base64.b32encode(ADDRESS.encode()).decode()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("bounce+xiaoming=mail.example@platform.example", ADDRESS),
        ("bounces+4711-ab12-xiaoming=mail.example@em.platform.example", ADDRESS),
        ("bounce-xiaoming#mail.example@platform.example", ADDRESS),
        ("xiaoming%mail.example@platform.example", ADDRESS),
        ("owner-list-xiaoming_at_mail.example@platform.example", ADDRESS),
        ("SRS0=HHH=TT=mail.example=xiaoming@platform.example", ADDRESS),
        ("SRS1=HHH=fwd.example==HHH=TT=mail.example=xiaoming@platform.example", ADDRESS),
        ("prvs=1234abcdef=xiaoming@mail.example", ADDRESS),
        ("IMCEASMTP-xiaoming+40mail+2Eexample@platform.example", ADDRESS),
        ("IMCEAINVALID-xiaoming+2540mail+2Eexample@platform.example", ADDRESS),
        ("xiaoming+40mail.example", ADDRESS),
        (f"b-{base64.urlsafe_b64encode(ADDRESS.encode()).decode().rstrip('=')}@platform.example", ADDRESS),
        (f"b-{ADDRESS.encode().hex()}@platform.example", ADDRESS),
        (f"{B32.rstrip('=')}.b@platform.example", ADDRESS),
        (f"b.{B32.rstrip('=').lower()}@platform.example", ADDRESS),
        ("+E5+BC+A0+E5+B0+8F+E9+B8+A3", NAME),
        ("b+E5+BC+A0+E5+B0+8F+E9+B8+A3@platform.example", NAME),
        ("b.=E5=BC=A0=E5=B0=8F=E9=B8=A3@platform.example", NAME),
        ("b%E5%BC%A0%E5%B0%8F%E9%B8%A3@platform.example", NAME),
        (r"\x{5F20}\x{5C0F}\x{9E23}@x.example", NAME),
        (f"b@xn--{NAME.encode('punycode').decode()}.platform.example", NAME),
        ("+3D?utf-8?B?5byg5bCP6bij?+3D", NAME),
        ("%D5%C5%D0%A1%C3%F9", NAME),  # GB 18030
    ],
)
def test_what_stands_in_a_word_is_read(word: str, said: str) -> None:
    lines = [line for text in readings(word) for line in text.split("\n")]
    assert any(line == said if said == ADDRESS else said in line for line in lines), lines


@pytest.mark.parametrize(
    "word",
    ["kefu07@platform.example", "customerservice@platform.example", "pc-12.staff.platform.example", "a@b.example"],
)
def test_a_plain_word_has_one_reading(word: str) -> None:
    assert readings(word) == (word,)


@given(st.text(st.sampled_from("abxiaoming0123456789+-=_.#%!@\\{}xABCDEF张小鸣<>;:?"), max_size=120))
def test_every_word_has_readings_that_begin_with_itself_and_stay_small(word: str) -> None:
    found = readings(word)
    assert found[:1] == ((word,) if word else ())
    assert len(set(found)) == len(found)
    assert sum(map(len, found)) <= 200_000
