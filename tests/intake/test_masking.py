"""What a screen shows of a reporter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.intake.masking import mask
from gateway.model import KINDS, Kind


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("name", "张小鸣", "张**"),
        ("name", "欧阳小鸣", "欧**"),
        ("name", "Zhang Xiaoming", "Z**"),
        ("name", "鸣", "**"),
        ("name", "", "**"),
        ("nickname", "鸣鸣不飞", "鸣**"),
        ("phone", "+86 138 0013 8000", "138****00"),
        ("phone", "0086-13800138000", "138****00"),
        ("phone", "13800138000", "138****00"),
        ("phone", "020-8765 432", "0***"),
        ("phone", "110", "***"),
        ("address", "xiaoming@mail.example", "x***@m***.example"),
        ("address", "x@mail.example", "***@m***.example"),
        ("address", "a@b@mail.example", "a***@m***.example"),
        ("address", "xiaoming@localhost", "x***@***"),
        ("address", "xiaoming", "x***"),
        ("account", "xm_feifei90", "x***"),
        ("account", "xm90", "***"),
        ("government_id", "440106199001011234", "4***"),
        ("personal_data", "13800138000", "1***"),
        ("material", "张小鸣的举报信.docx", "***.docx"),
        ("material", "张小鸣", "***"),
        ("material", "信.张小鸣", "***"),
        ("avatar", "files/xm.png", "***"),
        ("thread", "张小鸣", "***"),
    ],
)
def test_enough_to_tell_two_apart_and_no_more(kind: Kind, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@given(st.sampled_from(["name", "nickname"]), st.text(min_size=1))
def test_of_a_name_at_most_the_first_character_is_shown(kind: Kind, name: str) -> None:
    assert mask(kind, name) in (f"{name.strip()[:1]}**", "**")


@given(st.text(alphabet="0123456789 +-()", max_size=25))
def test_of_a_phone_number_at_most_five_digits_are_shown(number: str) -> None:
    assert sum(c.isdigit() for c in mask("phone", number)) <= 5


@given(st.sampled_from(KINDS), st.text(max_size=40))
def test_masking_takes_any_text_and_never_gives_it_back_whole(kind: Kind, value: str) -> None:
    assert "**" in mask(kind, value)
    assert len(value.strip()) < 2 or "*" in value or value.strip() not in mask(kind, value)
