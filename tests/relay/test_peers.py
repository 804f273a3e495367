"""PROXY headers and the attributes of XCLIENT and XFORWARD."""

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.relay.proxy_protocol import V2, BadHeader, Header, parse_proxy
from gateway.relay.xclient import XCLIENT, BadAttributes, parse_attributes


def v2(command: int, shape: int, body: bytes) -> bytes:
    return V2 + bytes((0x20 | command, shape)) + struct.pack("!H", len(body)) + body


FOUR = bytes((192, 0, 2, 1, 198, 51, 100, 2)) + struct.pack("!HH", 4000, 25)
SIX = ipaddress.ip_address("2001:db8::1").packed * 2 + struct.pack("!HH", 4000, 25)


@pytest.mark.parametrize(
    ("header", "client"),
    [
        (b"PROXY TCP4 192.0.2.1 198.51.100.2 4000 25\r\n", "192.0.2.1"),
        (b"PROXY TCP6 2001:DB8::1 2001:db8::2 4000 25\r\n", "2001:db8::1"),
        (b"PROXY UNKNOWN\r\n", None),
        (b"PROXY UNKNOWN ffff::1 x 1 2\r\n", None),
        (v2(1, 0x11, FOUR), "192.0.2.1"),
        (v2(1, 0x11, FOUR + b"\x04\x00\x01x"), "192.0.2.1"),
        (v2(1, 0x21, SIX), "2001:db8::1"),
        (v2(0, 0x00, b""), None),
        (v2(0, 0x11, FOUR), None),
        (v2(1, 0x31, bytes(216)), None),
    ],
)
def test_a_header_is_read_whole_however_it_comes_and_nothing_behind_it(header: bytes, client: str | None) -> None:
    assert parse_proxy(header + b"EHLO x\r\n") == Header(client, len(header))
    for cut in range(len(header)):
        assert parse_proxy(header[:cut]) is None


@pytest.mark.parametrize(
    "header",
    [
        b"EHLO staff.example\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 4000\r\n",
        b"PROXY TCP4 192.0.2.1  198.51.100.2 4000 25\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 4000 65536\r\n",
        b"PROXY TCP4 192.0.2.999 198.51.100.2 4000 25\r\n",
        b"PROXY TCP4 2001:db8::1 2001:db8::2 4000 25\r\n",
        b"PROXY TCP6 192.0.2.1 198.51.100.2 4000 25\r\n",
        b"PROXY UDP4 192.0.2.1 198.51.100.2 4000 25\r\n",
        b"PROXY TCP4 192.0.2.1 198.51.100.2 4000 25\n" + b"x" * 107,
        b"PROXY " + b"x" * 200,
        v2(2, 0x11, FOUR),
        v2(1, 0x12, FOUR),
        v2(1, 0x11, FOUR[:8]),
        v2(1, 0x21, FOUR),
        V2 + b"\x11\x11\x00\x0c" + FOUR,
        V2 + b"\x21\x11\xff\xff",
        b"\r\n\r\nX",
    ],
)
def test_what_is_no_header_is_refused(header: bytes) -> None:
    with pytest.raises(BadHeader):
        parse_proxy(header)


@given(st.binary(max_size=300), st.sampled_from([b"", b"PROXY ", b"PROXY TCP4 ", V2, V2 + b"\x21\x11"]))
def test_no_bytes_break_the_reader(data: bytes, start: bytes) -> None:
    try:
        found = parse_proxy(start + data)
    except BadHeader:
        return
    assert found is None or 0 < found.length <= len(start + data)


def test_attributes_are_decoded() -> None:
    told = parse_attributes("ADDR=IPV6:2001:db8::1 NAME=[UNAVAILABLE] HELO=a+2Bb.example login=kefu+2007", XCLIENT)
    assert told == {"ADDR": "2001:db8::1", "NAME": None, "HELO": "a+b.example", "LOGIN": "kefu 07"}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "ADDR",
        "ADDR=not.an.address",
        "FOO=1",
        "ADDR=192.0.2.1 ADDR=192.0.2.2",
        "HELO=a+0D+0AMAIL",
        "HELO=a+2g",
        "HELO=a+",
        "HELO=a+20b",
        "NAME=" + "x" * 256,
        "NAME=\u5c0f",
    ],
)
def test_attributes_that_are_not_valid_are_refused(words: str) -> None:
    with pytest.raises(BadAttributes):
        parse_attributes(words, XCLIENT)
