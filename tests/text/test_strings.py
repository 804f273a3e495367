"""Words in bytes of no known structure."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.strings import runs

SECRET = "举报人张小鸣"


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("before", [b"", b"\0", b"\x01\x02\x03"])
def test_words_are_found_in_every_set_and_at_every_place(charset: str, before: bytes) -> None:
    secret = "舉報人張小鳴" if charset == "big5" else SECRET
    assert any(secret in run for run in runs(before + secret.encode(charset) + b"\0\0"))


def test_noise_gives_little() -> None:
    noise = random.Random(1).randbytes(100_000)
    assert sum(map(len, runs(noise))) < 200_000


@given(st.binary())
def test_nothing_is_raised(data: bytes) -> None:
    assert all(run for run in runs(data))
