"""The end of a message is found once, wherever packets are cut; dots and line ends are exact."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.smtp.data_framing import CommandBytes, ContentScan, clean_lines, stuffed, unstuffed

# Few pieces, so that ends, and what looks like them, come often.
pieces = st.sampled_from([b"\r\n", b"\r\n.\r\n", b"\r", b"\n", b".", b"a", b"\0"])
letters = st.lists(pieces, max_size=12).map(b"".join)
lines = st.lists(st.text(".ab", max_size=4), max_size=8).map(
    lambda all_: "".join(f"{one}\r\n" for one in all_).encode()
)


@given(lines)
def test_stuffing_and_undoing_it_is_the_identity_and_hides_every_end(content: bytes) -> None:
    assert unstuffed(stuffed(content)) == content
    assert b"\r\n.\r\n" not in b"\r\n" + stuffed(content)


@given(lines, st.binary(max_size=10), st.integers(1, 9))
def test_the_end_is_found_in_pieces_of_any_size(content: bytes, rest: bytes, size: int) -> None:
    wire = stuffed(content)
    whole = wire + b".\r\n" + rest
    scan = ContentScan(10_000)
    for start in range(0, len(whole), size):
        used = scan.feed(whole[start : start + size])
        if used is not None:
            assert start + used == len(wire) + 3
            assert (scan.length, scan.size, scan.stuffed) == (len(wire), len(content), wire != content)
            assert scan.clean
            return
    pytest.fail("no end")


@given(letters, st.integers(1, 9), st.integers(0, 12))
@example(b".\r\r\n.\r\n", 1, 3)
@example(b".\r\r\n.\r\n", 9, 3)
def test_only_crlf_dot_crlf_is_an_end_and_the_limit_does_not_change_where(data: bytes, size: int, limit: int) -> None:
    true_end = (b"\r\n" + data).find(b"\r\n.\r\n")
    scan = ContentScan(limit)
    for start in range(0, len(data), size):
        used = scan.feed(data[start : start + size])
        if used is not None:
            assert start + used == true_end + 3
            assert scan.length == true_end
            assert scan.size == len(unstuffed(data[:true_end]))
            assert scan.too_large == (scan.size > limit)
            assert scan.clean == clean_lines(data[: true_end + 3])
            return
    assert true_end < 0


@given(st.lists(st.sampled_from([b"Received: a\r\n", b"RECEIVED:\r\n", b" Received:\r\n", b"X: Received:\r\n"])))
@example([])
def test_received_fields_are_counted_in_the_header_section_alone(fields: list[bytes]) -> None:
    content = b"".join(fields) + b"\r\nReceived: in the body\r\n"
    wanted = sum(field[:9].lower() == b"received:" for field in fields)
    for size in (1, 2, 3, 7, 1000):
        scan = ContentScan(100_000)
        ends = [scan.feed((content + b".\r\n")[start : start + size]) for start in range(0, len(content) + 3, size)]
        assert ends[-1] is not None
        assert scan.hops == wanted


@given(letters)
def test_clean_lines_are_those_where_nothing_is_left_but_crlf(wire: bytes) -> None:
    rest = wire.replace(b"\r\n", b"")
    assert clean_lines(wire) == (not {0, 10, 13} & set(rest))


@given(letters, st.integers(1, 5))
def test_command_bytes_are_judged_alike_in_pieces_of_any_size(data: bytes, size: int) -> None:
    seen = CommandBytes()
    good = all(seen.feed(data[start : start + size]) for start in range(0, len(data), size))
    assert good == clean_lines(data.removesuffix(b"\r"))


def test_a_content_without_a_last_line_end_gets_one_before_the_dot() -> None:
    assert (stuffed(b"a"), stuffed(b""), stuffed(b".")) == (b"a\r\n", b"", b"..\r\n")
