"""Frames arrive whole, in time, or not at all."""

import os
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.ipc import frames


@settings(max_examples=30, deadline=None)
@given(st.lists(st.binary(max_size=200_000), max_size=4))
def test_what_is_sent_arrives(parts: list[bytes]) -> None:
    out, into = os.pipe()
    os.set_blocking(into, False)
    sender = threading.Thread(target=frames.send, args=(into, parts, time.monotonic() + 10))
    sender.start()
    assert frames.receive(out, time.monotonic() + 10) == b"".join(parts)
    sender.join()
    os.close(out)
    os.close(into)


def test_silence_is_a_timeout() -> None:
    out, into = os.pipe()
    with pytest.raises(TimeoutError):
        frames.receive(out, time.monotonic() + 0.01)
    os.close(out)
    os.close(into)


@pytest.mark.parametrize("said", [b"", b"\0\0\0", b"\0\0\0\0\0\0\0\x05abc"])
def test_an_end_in_the_middle_is_an_end(said: bytes) -> None:
    out, into = os.pipe()
    os.write(into, said)
    os.close(into)
    with pytest.raises(EOFError):
        frames.receive(out, time.monotonic() + 10)
    os.close(out)


def test_a_length_over_the_cap_is_refused_before_it_is_waited_for() -> None:
    out, into = os.pipe()
    os.write(into, (frames.CAP + 1).to_bytes(8, "big"))
    with pytest.raises(ValueError, match="cap"):
        frames.receive(out, time.monotonic() + 10)
    os.close(out)
    os.close(into)
