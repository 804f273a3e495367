"""Base64 with letters missing, with anything between the letters, with padding where it does not belong."""

import time
from base64 import b64decode, b64encode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.lenient_base64 import lenient, lenient_pieces, lenient_readings

NOISE = st.lists(st.sampled_from([b"\r\n", b" ", b"\t> ", b".", b"&", b"\xff", b"\0", b"%"]), max_size=8)


@given(st.binary(max_size=80), NOISE, st.integers(0, 2))
def test_what_was_encoded_is_read_through_noise_and_unpadded(data: bytes, noise: list[bytes], cut: int) -> None:
    letters = b64encode(data)
    bare = letters.rstrip(b"=")
    letters = letters[: max(len(bare), len(letters) - cut)]
    for at, sign in enumerate(noise):
        place = at * 7 % (len(bare) + 1)
        letters = letters[:place] + sign + letters[place:]
    assert lenient(letters) == lenient_pieces(letters) == data
    assert lenient_readings(letters) == (data,)


@given(st.binary(max_size=80))
def test_the_letters_of_urls_are_letters_where_that_is_asked(data: bytes) -> None:
    letters = urlsafe_b64encode(data)
    assert lenient(letters, of_urls=True) == lenient_pieces(letters, of_urls=True) == data
    assert lenient(letters) == lenient(letters.translate(None, b"-_"))


@given(st.binary())
def test_whatever_comes_in_something_comes_out_and_strict_readers_see_no_more(data: bytes) -> None:
    try:
        strict = b64decode(data, validate=True)
    except ValueError:
        lenient(data), lenient_pieces(data, of_urls=True)
    else:
        assert lenient(data) == lenient_pieces(data) == strict


@given(st.lists(st.binary(min_size=1, max_size=20), max_size=5))
def test_what_was_encoded_one_after_the_other_is_read_in_pieces(pieces: list[bytes]) -> None:
    padded = [piece + b"." * (3 - len(piece) % 3 or 3) for piece in pieces]  # each but the last ends in padding
    joined = b"".join(b64encode(piece + b"x") for piece in padded)
    assert lenient_pieces(joined) == b"".join(piece + b"x" for piece in padded)


@pytest.mark.parametrize(
    ("letters", "whole", "pieces"),
    [
        (b"", b"", b""),
        (b"A", b"", b""),
        (b"QUJDR", b"ABC", b"ABC"),
        (b"QQ==QUI=", b"A\x04\x14\x20"[:1] + lenient(b"QQQUI")[1:], b"AAB"),
        (b"QUJD=RUZH", b"ABCEFG", b"ABCEFG"),
        (b"====", b"", b""),
        ("ＱＵＪＤ".encode(), b"", b""),
    ],
)
def test_each_way_of_reading_padding(letters: bytes, whole: bytes, pieces: bytes) -> None:
    assert (lenient(letters), lenient_pieces(letters)) == (whole, pieces)


@pytest.mark.parametrize("unit", [b"=", b"A=", b"QQ==", b"-_", b"\xff"])
def test_time_is_linear(unit: bytes) -> None:
    def seconds(octets: int) -> float:
        data = unit * (octets // len(unit))
        began = time.process_time()
        lenient_readings(data), lenient_pieces(data, of_urls=True)
        return time.process_time() - began

    seconds(10_000)
    assert seconds(1_600_000) < 80 * seconds(100_000) + 0.5
