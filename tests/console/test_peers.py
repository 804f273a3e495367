"""Who asks, and by which name: a header is believed of named proxies alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.peers import Peers, Visitor, host_name, may_be_asked_for, networks, within

PROXIES = Peers(networks(("10.0.0.0/24", "127.0.0.1/32", "2001:db8:1::/64")))
XFF, FWD, REAL = b"X-Forwarded-For", b"Forwarded", b"X-Real-IP"


@pytest.mark.parametrize("name", [XFF, FWD, REAL, b"x-forwarded-proto", b"X-Forwarded-Host", b"Via"])
def test_a_stranger_is_not_believed_and_whoever_passes_one_on_is_no_loopback(name: bytes) -> None:
    assert Peers().visitor("127.0.0.1", [(name, b"127.0.0.1")]) == Visitor("127.0.0.1", direct=False)
    assert PROXIES.visitor("192.0.2.9", [(name, b"for=10.9.9.9")]) == Visitor("192.0.2.9", direct=False)
    assert Peers().visitor("127.0.0.1", []) == Visitor("127.0.0.1")


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ([(XFF, b"198.51.100.7")], "198.51.100.7"),
        ([(XFF, b"127.0.0.1, 198.51.100.7")], "198.51.100.7"),  # what stands on the left anybody wrote
        ([(XFF, b"203.0.113.1, 198.51.100.7, 10.0.0.9, 10.0.0.3")], "198.51.100.7"),
        ([(XFF, b"203.0.113.1"), (XFF, b"198.51.100.7")], "198.51.100.7"),  # two fields are one list
        ([(XFF, b"198.51.100.7:4711")], "198.51.100.7"),
        ([(XFF, b"[2001:db8::7]:4711")], "2001:db8::7"),
        ([(XFF, b"::ffff:198.51.100.7")], "198.51.100.7"),
        ([(XFF, b"10.0.0.9")], "10.0.0.9"),  # nobody but proxies
        ([(FWD, b'for="[2001:db8::7]:4711";proto=https, for=10.0.0.4')], "2001:db8::7"),
        ([(FWD, b"For=198.51.100.7;by=10.0.0.1")], "198.51.100.7"),
        ([(FWD, b'by="a,b";for=198.51.100.7')], "198.51.100.7"),
        ([(REAL, b"198.51.100.7")], "198.51.100.7"),
        ([(XFF, b"198.51.100.7"), (REAL, b"198.51.100.7"), (FWD, b"for=198.51.100.7")], "198.51.100.7"),
    ],
)
def test_of_a_chain_the_last_that_is_no_proxy_of_ours_is_the_client(
    headers: list[tuple[bytes, bytes]], host: str
) -> None:
    assert PROXIES.visitor("10.0.0.7", headers) == Visitor(host)


@pytest.mark.parametrize(
    "headers",
    [
        [(XFF, b"198.51.100.7, unknown")],
        [(XFF, b"")],
        [(FWD, b"for=_hidden")],
        [(FWD, b"proto=https")],
        [(FWD, b"")],
        [(FWD, b'for="198.51.100.7, for=127.0.0.1')],  # a quotation without an end
        [(XFF, b"198.51.100.7"), (FWD, b"for=127.0.0.1")],  # the proxy set one of them and handed on the other
        [(XFF, b"198.51.100.7"), (REAL, b"127.0.0.1")],
    ],
)
def test_where_a_chain_says_nothing_sure_it_is_the_proxy_and_not_direct(headers: list[tuple[bytes, bytes]]) -> None:
    assert PROXIES.visitor("127.0.0.1", headers) == Visitor("127.0.0.1", direct=False)


@pytest.mark.parametrize("letters", [b"a", b" ", b'"', b'"\\', b'for="\\', b",", b";", b"for=", b'",', b"\\"])
def test_a_long_field_is_read_in_no_time(letters: bytes) -> None:
    """A proxy hands on what a stranger wrote, and everybody waits for the loop that reads it."""
    started = time.process_time()
    for name in (XFF, FWD, REAL):
        PROXIES.visitor("10.0.0.7", [(name, (letters * 16_384)[:16_384])])
    assert time.process_time() - started < 5  # a square of the length takes minutes


def test_https_is_what_the_nearest_trusted_proxy_was_asked_over() -> None:
    https = [(XFF, b"198.51.100.7"), (b"x-forwarded-proto", b"http, https")]
    assert PROXIES.visitor("10.0.0.7", https).secure
    assert not PROXIES.visitor("10.0.0.7", [(b"x-forwarded-proto", b"https, http")]).secure
    assert not PROXIES.visitor("192.0.2.1", https).secure


@given(st.lists(st.tuples(st.sampled_from((XFF, FWD, REAL)), st.binary(max_size=60)), max_size=4))
def test_whatever_is_written_there_nobody_becomes_loopback_by_it(headers: list[tuple[bytes, bytes]]) -> None:
    """But by a trusted proxy that says so itself, in the last word."""
    visitor = Peers(networks(("10.0.0.7/32",))).visitor("10.0.0.7", headers)
    if visitor.host.startswith("127.") or visitor.host == "::1":
        assert any(b"127." in value or b"::1" in value for _, value in headers)
    assert Peers().visitor("192.0.2.1", headers).host == "192.0.2.1"


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        ("localhost:8025", True),
        ("LOCALHOST.", True),
        ("127.0.0.1", True),
        ("[::1]:8025", True),
        ("10.1.2.3:8025", True),  # the address that was connected to
        ("review.platform.example", True),
        ("Review.Platform.Example:443", True),
        ("evil.example", False),
        ("10.1.2.4", False),
        ("localhost.evil.example", False),
        ("evil.example:127.0.0.1", False),
        ("review.platform.example@evil.example", False),
        ("127.0.0.1 evil.example", False),
        ("", False),
        ("[", False),
    ],
)
def test_a_name_that_is_not_ours_was_led_here_by_somebody_else(header: str, ours: bool) -> None:
    assert may_be_asked_for(header, "10.1.2.3", frozenset({"review.platform.example"})) is ours


def test_an_address_of_one_kind_is_in_no_network_of_the_other() -> None:
    assert not within("::1", networks(("0.0.0.0/0",)))
    assert not within("nonsense", networks(("0.0.0.0/0", "::/0")))
    assert host_name("[2001:DB8::1]:1") == "2001:db8::1"
