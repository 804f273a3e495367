"""A content comes out of its spool as it went in, wherever it waited, and what waits on disk is sealed."""

import itertools
import os
import random
import tempfile
from pathlib import Path

import pytest

from gateway.ipc.content_handle import ContentHandle, opened
from gateway.relay.spool import Spool, SpoolRoom
from gateway.smtp.data_framing import PIECE, stuffed, unstuffed

BIG = 400_000_000
TEXT = b"Subject: x\r\n\r\n" + b".\r\n.a line that begins with a dot\r\nand one that does not\r\n" * 40


def filled(wire: bytes, room: SpoolRoom, cut: int = 50_000, limit: int = BIG) -> tuple[Spool, bytes | None]:
    spool, rest = Spool("m", limit, room), None
    for start in range(0, len(wire), cut):
        rest = spool.feed(wire[start : start + cut])
        if rest is not None:
            break
    return spool, rest


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


# In memory, in a memory file, over its limit, in several pieces; the smallest crumbs of the smaller ones alone.
@pytest.mark.parametrize(
    ("times", "cut"), [*itertools.product([1, 40, 200, 900], [7_001, 50_000, 10_000_000]), (1, 3), (40, 3)]
)
@pytest.mark.parametrize("here", [0, 100_000, 10_000_000])
def test_what_comes_out_is_what_went_in(times: int, cut: int, here: int) -> None:
    before = descriptors()
    content = TEXT * times
    room = SpoolRoom(each=300_000, together_here=here)
    spool, rest = filled(stuffed(content) + b".\r\nRSET\r\n", room, cut)
    assert rest is not None
    assert b"RSET\r\n".startswith(rest)
    assert spool.size == len(content)
    for _ in range(2):  # a transaction may be replayed
        assert b"".join(spool.wire()) == stuffed(content)
        assert spool.read() == content
        assert opened(spool.handle()) == content
    assert (spool.handle().key is not None) == (len(stuffed(content)) > 300_000)
    spool.close()
    spool.close()
    assert (descriptors(), room.taken, room.here) == (before, 0, 0)


@pytest.mark.parametrize("length", [PIECE - 2, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 3])
def test_the_edges_of_sealed_pieces_lose_nothing(length: int) -> None:
    content = b"x" * (length - 2) + b"\r\n"
    spool, _ = filled(content + b".\r\n", SpoolRoom(each=70_000), 9_999)
    assert opened(spool.handle()) == b"".join(spool.wire()) == content
    spool.close()


def test_what_is_on_disk_shows_nothing_and_has_no_name(tmp_path: Path) -> None:
    content = b"Zhang Xiaoming\r\n" * 50_000
    spool, _ = filled(content + b".\r\n", SpoolRoom(each=100_000, folder=str(tmp_path)))
    handle = spool.handle()
    assert opened(handle) == content
    assert os.readlink(f"/proc/self/fd/{handle.fd}").startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    on_disk = os.pread(handle.fd, 10_000_000, 0)
    assert len(on_disk) > len(content)
    assert b"Xiaoming" not in on_disk
    assert "key" not in repr(handle)
    spool.close()


def test_memory_files_of_all_contents_together_are_limited() -> None:
    room = SpoolRoom(each=1_000_000, together=500_000, together_here=0)
    spools = [filled(b"x\r\n" * 70_000 + b".\r\n", room)[0] for _ in range(4)]
    assert [spool.handle().key is not None for spool in spools] == [False, False, True, True]
    assert room.taken <= room.together
    for spool in spools:
        spool.close()
    assert room.taken == 0


def test_a_full_disk_makes_the_spool_full_and_the_end_is_still_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    room = SpoolRoom(each=100_000)
    spool, rest = filled(b"x\r\n" * 200_000 + b".\r\nNOOP\r\n", room, 50_000)
    assert (spool.full, rest, room.taken) == (True, b"NOOP\r\n", 0)
    spool.close()


@pytest.mark.parametrize(("wire", "limit"), [(b"x\r\n" * 100_000, 1000), (b"a\nb\r\n" + b"x\r\n" * 100_000, BIG)])
def test_what_is_refused_in_any_case_is_not_kept(wire: bytes, limit: int) -> None:
    before = descriptors()
    spool, rest = filled(wire + b".\r\n", SpoolRoom(), 20_000, limit)
    assert rest == b""
    assert spool.scan.too_large or not spool.scan.clean
    assert descriptors() == before


def test_a_handle_that_does_not_fit_is_refused() -> None:
    spool, _ = filled(b"x\r\n" * 300_000 + b".\r\n", SpoolRoom(each=100_000))
    good = spool.handle()
    assert good.key is not None
    wrong = ContentHandle(good.fd, good.length, good.stuffed, bytes(32))
    short = ContentHandle(good.fd, good.length + PIECE, good.stuffed, good.key)
    for bad in (wrong, short, ContentHandle(good.fd, 10**9, False)):
        with pytest.raises(ValueError, match="spool"):
            opened(bad)
    spool.close()


@pytest.mark.parametrize("seed", range(20))
def test_any_cutting_of_any_lines_comes_out_alike(seed: int) -> None:
    pick = random.Random(seed)
    words = (b".", b"..", b"", b"a.", b"x" * 30_000)
    content = b"".join(pick.choice(words) + b"\r\n" for _ in range(pick.randint(0, 30)))
    wire, room = stuffed(content) + b".\r\n", SpoolRoom(each=150_000)
    spool = Spool("m", BIG, room)
    while spool.feed(wire[: (step := pick.choice([1, 2, 3, 1000, 100_000]))]) is None:
        wire = wire[step:]
    assert opened(spool.handle()) == spool.read() == content == unstuffed(b"".join(spool.wire()))
    spool.close()
