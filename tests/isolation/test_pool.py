"""Readers are warm, limited, alone with strangers' bytes, and replaced when they die."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from gateway.errors import CannotRewrite, ReaderDied, ReaderTimedOut
from gateway.isolation import pool as pool_module
from gateway.isolation.pool import ReaderPool
from gateway.model import Edit, Location
from gateway.telemetry.events import ReaderJailed, ReaderLost


def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for something that another process does; an assertion where it never happens."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not holds():
        assert time.monotonic() < end, "it never happened"
        pause.wait(0.01)


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in ("Z", "X")
    except FileNotFoundError:
        return False


def in_mid_job(pool: ReaderPool, content: bytes, threads: ThreadPoolExecutor) -> tuple[int, "Future[object]"]:
    """(pid, job) of a job that can make no progress: its reader is stopped."""
    pool.read_mail(b"Subject: ready\r\n\r\n")
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGSTOP)
    job: Future[object] = threads.submit(pool.read_mail, content)
    until(lambda: pool.busy() == 1)
    return pid, job


def test_a_mail_is_read(pool: ReaderPool, letter: bytes) -> None:
    reading = pool.read_mail(letter)
    assert "张小鸣" in "".join(fragment.text for fragment in reading.texts if fragment.medium == "text")
    assert not reading.unreadable


def test_a_file_is_read_as_what_its_bytes_are(pool: ReaderPool) -> None:
    reading = pool.read_file("举报人:张小鸣".encode(), "信.txt")
    assert [file.name for file in reading.files] == ["信.txt"]
    assert "张小鸣" in "".join(fragment.text for fragment in reading.texts)


def test_an_edit_is_made(pool: ReaderPool, letter: bytes) -> None:
    reading = pool.read_mail(letter)
    editable = [fragment for fragment in reading.texts if fragment.editable]
    ordinal = next(n for n, fragment in enumerate(editable) if "张小鸣" in fragment.text)
    start = editable[ordinal].text.index("张小鸣")
    edit = Edit(ordinal, editable[ordinal].where, (start, start + 3), "[举报人]")
    again = pool.read_mail(pool.rewrite(letter, [edit]))
    words = "".join(fragment.text for fragment in again.texts)
    assert "[举报人]反映了此事" in words
    assert "张小鸣" not in words


def test_a_refused_edit_is_an_answer_and_costs_no_reader(pool: ReaderPool, letter: bytes) -> None:
    before = pool.pids()
    with pytest.raises(CannotRewrite):
        pool.rewrite(letter, [Edit(999, Location("9"), (0, 1), "x")])
    pool.read_mail(letter)
    assert pool.pids() == before


def test_a_reader_whose_answer_woke_the_keeper_is_not_taken_for_dead(pool: ReaderPool) -> None:
    # On a busy machine the keeper looks when the job it was woken by has ended and the reader is idle again.
    pool.read_mail(b"Subject: x\r\n\r\n")
    before = pool.pids()
    pool._attend(pool._idle[0])
    pool.read_mail(b"Subject: x\r\n\r\n")
    assert pool.pids() == before


def test_a_reader_killed_in_mid_job_is_said_to_have_died_and_the_next_job_works(letter: bytes) -> None:
    lost: list[object] = []
    pool = ReaderPool(1, events=lost.append)
    with ThreadPoolExecutor(1) as threads:
        pid, job = in_mid_job(pool, letter, threads)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ReaderDied):
            job.result(30)
    assert [event for event in lost if not isinstance(event, ReaderJailed)] == [ReaderLost("died")]
    assert pool.read_mail(letter).texts
    assert pid not in pool.pids()
    pool.close()


def test_a_job_over_its_time_is_killed_and_the_next_one_works(letter: bytes, screenshot: bytes) -> None:
    lost: list[object] = []
    pool = ReaderPool(1, seconds=0.5, events=lost.append)
    pool.read_mail(letter)
    pids = pool.pids()
    with pytest.raises(ReaderTimedOut):
        pool.read_mail(screenshot)
    assert [event for event in lost if not isinstance(event, ReaderJailed)] == [ReaderLost("timeout")]
    assert pool.read_mail(letter).texts
    assert pool.pids() != pids
    assert not is_alive(pids[0])
    pool.close()


def test_a_reader_that_dies_idle_is_replaced_before_anybody_asks(letter: bytes) -> None:
    pool = ReaderPool(1)
    pool.read_mail(letter)
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGKILL)
    until(lambda: pool.pids() not in ((), (pid,)))
    assert pool.read_mail(letter).texts
    pool.close()


def test_a_reader_may_not_have_all_memory() -> None:
    # Too little for the engine that reads pictures, enough to start: the part is held, or the whole message is.
    from gateway.demo.drawing import mail, png

    pool = ReaderPool(1, memory_mb=450)
    try:
        reading = pool.read_file(png(mail("举报", ["张小鸣"], ["你好"])), "a.png")
    except (ReaderDied, ReaderTimedOut):
        return
    finally:
        pool.close()
    assert reading.unreadable


def test_a_reader_is_replaced_after_many_jobs(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "JOBS_EACH", 3)
    pool = ReaderPool(1)
    for _ in range(3):
        pool.read_mail(letter)
        first = pool.pids()
    for _ in range(3):
        assert pool.read_mail(letter).texts
    assert pool.pids() != first
    pool.close()


def test_more_callers_than_readers_wait_and_all_are_served(letter: bytes) -> None:
    pool = ReaderPool(2)
    with ThreadPoolExecutor(8) as threads:
        readings = list(threads.map(pool.read_mail, [letter] * 40))
    assert len({repr(reading) for reading in readings}) == 1
    assert len(pool.pids()) == 2
    pool.close()


def test_closing_kills_all_and_frees_whoever_waits(letter: bytes) -> None:
    pool = ReaderPool(1)
    with ThreadPoolExecutor(2) as threads:
        pid, job = in_mid_job(pool, letter, threads)
        waiting = threads.submit(pool.read_mail, letter)
        until(lambda: len(pool._waiting) == 1)
        pool.close()
        for future in (job, waiting):
            with pytest.raises(ReaderDied):
                future.result(30)
    assert not is_alive(pid)
    assert pool.pids() == ()
    with pytest.raises(ReaderDied):
        pool.read_mail(letter)
    pool.close()


STARTED = """
import sys
from gateway.isolation.pool import ReaderPool
pool = ReaderPool(2)
pool.read_mail(b"Subject: x\\r\\n\\r\\n")
print(*pool.pids(), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_reader_outlives_its_parent(how: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(is_alive, pids))
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)  # as one that is deep in a job, it sees nothing of its input's end
        parent.send_signal(how)
    until(lambda: not any(map(is_alive, pids)))


def test_a_keyboard_interrupt_does_not_reach_the_readers(pool: ReaderPool, letter: bytes) -> None:
    pool.read_mail(letter)
    assert all(os.getsid(pid) == pid for pid in pool.pids())


def test_a_reader_knows_nothing_of_our_environment(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSHGATE_STORAGE__KEY", "c2VjcmV0")
    pool = ReaderPool(1)
    pool.read_mail(letter)
    (pid,) = pool.pids()
    with open(f"/proc/{pid}/environ", "rb") as environment:
        words = environment.read()
    assert b"PATH=" in words
    assert b"HUSHGATE" not in words
    assert b"c2VjcmV0" not in words
    pool.close()


def test_the_parsers_are_not_in_our_process() -> None:
    program = (
        "import sys, gateway.isolation.pool; "
        "print(sorted({'cv2', 'rapidocr', 'pikepdf', 'lxml', 'numpy', 'PIL', 'onnxruntime', 'gateway.formats', "
        "'gateway.reading', 'gateway.pictures'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_said_once_in_what_jail_the_readers_are(letter: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "JOBS_EACH", 1)
    said: list[object] = []
    pool = ReaderPool(1, events=said.append)
    for _ in range(3):
        pool.read_mail(letter)
    pool.close()
    layers = pool_module.probed()
    assert layers is not None
    assert said == [ReaderJailed("namespaces" in layers, "landlock" in layers, "seccomp" in layers)]
