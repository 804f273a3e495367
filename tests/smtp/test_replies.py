"""Replies come in any pieces and go out as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp.replies import BadReply, Reply, ReplyReader

text = st.binary(max_size=30).map(lambda raw: raw.translate(None, bytes(range(32))))
reply = st.builds(
    Reply, st.sampled_from([220, 250, 354, 421, 550, 559]), st.lists(text, min_size=1, max_size=5).map(tuple)
)


@given(st.lists(reply, max_size=4), st.integers(1, 7))
def test_replies_are_read_as_they_were_written_in_pieces_of_any_size(replies: list[Reply], size: int) -> None:
    wire = b"".join(reply.wire() + b"\r\n" for reply in replies)
    reader = ReplyReader()
    read = [got for start in range(0, len(wire), size) for got in reader.feed(wire[start : start + size])]
    assert read == replies
    assert b"".join(got.wire() + b"\r\n" for got in read) == wire
    assert not reader


@pytest.mark.parametrize("wire", [b"250\r\n", b"250-\r\n250\r\n", b"250 \r\n", b"550-5.1.1 a\tb\r\n550 \xd5\xc5\r\n"])
def test_an_odd_reply_is_mirrored_exactly(wire: bytes) -> None:
    (got,) = ReplyReader().feed(wire)
    assert got.wire() + b"\r\n" == wire


@pytest.mark.parametrize(
    "wire",
    [
        b"hello\r\n",
        b"25\r\n",
        b"650 no\r\n",
        b"2500 no\r\n",
        b"250-a\r\n550 b\r\n",
        b"250 a\rb\r\n",
        b"250 a\0\r\n",
        b"\r\n",
        b"250-x\r\n" * 201,
        b"250 " + b"x" * 70_000,
    ],
)
def test_what_is_no_reply_is_refused(wire: bytes) -> None:
    with pytest.raises(BadReply):
        ReplyReader().feed(wire)
