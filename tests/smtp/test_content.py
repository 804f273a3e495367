"""The end of a message is found once, wherever packets are cut; dots and line ends are exact."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.smtp.content import CommandBytes, EndFinder, clean_lines, stuffed, unstuffed

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
    whole = stuffed(content) + b".\r\n" + rest
    finder = EndFinder(10_000)
    for start in range(0, len(whole), size):
        behind = finder.feed(whole[start : start + size])
        if behind is not None:
            assert rest.startswith(behind)
            assert len(whole) - len(rest) <= start + size
            assert unstuffed(finder.wire()) == content
            return
    pytest.fail("no end")


@given(letters, st.integers(1, 9), st.integers(0, 12))
@example(b".\r\r\n.\r\n", 1, 3)
def test_only_crlf_dot_crlf_is_an_end_and_the_limit_does_not_change_where(data: bytes, size: int, limit: int) -> None:
    true_end = (b"\r\n" + data).find(b"\r\n.\r\n")
    finder = EndFinder(limit)
    for start in range(0, len(data), size):
        behind = finder.feed(data[start : start + size])
        if behind is not None:
            used = min(start + size, len(data)) - len(behind)
            assert used == true_end + 3
            assert finder.too_large == (len(unstuffed(data[:true_end])) > limit)
            return
    assert true_end < 0


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


def test_what_is_too_large_is_not_kept() -> None:
    finder = EndFinder(1000)
    for _ in range(100):
        assert finder.feed(b"x" * 10_000) is None
    assert len(finder.wire()) < 20
    assert finder.feed(b"\r\n.\r\n") == b""
    assert finder.too_large
