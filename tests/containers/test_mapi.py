"""Outlook's packed RTF."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.containers.mapi import rtf

# The example of MS-OXRTFCP section 3.1.1: {\rtf1\ansi\ansicpg1252\pard hello world}
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_the_example_of_the_specification_is_unpacked() -> None:
    assert rtf(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_rtf_that_is_not_packed_is_given_as_it_is() -> None:
    body = b"{\\rtf1 x}"
    assert rtf(struct.pack("<4L", len(body) + 12, len(body), 0x414C454D, 0) + body) == body


@given(st.binary(max_size=200))
def test_bytes_are_unpacked_or_refused(body: bytes) -> None:
    head = struct.pack("<4L", len(body) + 12, 1000, 0x75465A4C, 0)
    assert len(rtf(head + body)) <= 18 * 8 * len(body)
    if len(body) < 16:
        with pytest.raises(ValueError):
            rtf(body)
