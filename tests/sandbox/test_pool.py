"""Readers are warm, limited, alone with strangers' bytes, and replaced when they die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.errors import Abandoned, CannotRewrite, ReaderDied, ReaderTimedOut
from gateway.model import Edit, Location, Reading, Step
from gateway.model.deadline import Deadline
from gateway.rewriting.plan import ordinals_of
from gateway.sandbox import pool as pool_module
from gateway.sandbox.pool import ReaderPool
from gateway.telemetry.events import ReaderJailed, ReaderLost
from isolation_tools import descendants, is_alive, next_reader, parent_of, until

HEAVY = b"Subject: x\r\nContent-Type: text/html\r\n\r\n" + b"<p>word &amp; <b>word</b></p>\r\n" * 150_000
"""Seconds of a reader's own work."""


def in_mid_job(pool: ReaderPool, content: bytes, threads: ThreadPoolExecutor) -> tuple[int, "Future[object]"]:
    """(pid, job) of a job that can make no progress: its reader is stopped."""
    pid = next_reader(pool)
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
    index, ordinal = next((n, o) for n, o in ordinals_of(reading.texts).items() if "张小鸣" in reading.texts[n].text)
    fragment = reading.texts[index]
    start = fragment.text.index("张小鸣")
    edit = Edit(ordinal, fragment.where, (start, start + 3), "[举报人]", file=fragment.file)
    again = pool.read_mail(pool.rewrite(letter, [edit]))
    words = "".join(fragment.text for fragment in again.texts)
    assert "[举报人]反映了此事" in words
    assert "张小鸣" not in words


def test_a_refused_edit_is_an_answer(pool: ReaderPool, letter: bytes) -> None:
    with pytest.raises(CannotRewrite):
        pool.rewrite(letter, [Edit(999, Location("9"), (0, 1), "x")])
    assert pool.read_mail(letter).texts


def test_no_reader_meets_two_messages_nor_the_proof_of_its_own_rewriting(pool: ReaderPool, letter: bytes) -> None:
    met = []
    for job in (pool.read_mail, pool.skim_mail, pool.read_mail):
        met.append(next_reader(pool))
        job(letter)
    met.append(next_reader(pool))
    rewritten = pool.rewrite(letter, [])
    met.append(next_reader(pool))
    pool.read_mail(rewritten)
    assert len(set(met)) == len(met)
    until(lambda: not any(map(is_alive, met)))


def test_a_reader_whose_answer_woke_the_keeper_is_not_taken_for_dead(pool: ReaderPool) -> None:
    # On a busy machine the keeper looks when the job it was woken by has been taken.
    pid = next_reader(pool)
    pool._attend(pool._idle[0])
    assert next_reader(pool) == pid


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


def test_a_job_over_its_time_is_killed_and_the_next_one_works(letter: bytes) -> None:
    lost: list[object] = []
    pool = ReaderPool(1, seconds=0.5, events=lost.append)
    pids = (next_reader(pool),)
    with pytest.raises(ReaderTimedOut):
        pool.read_mail(HEAVY)
    assert [event for event in lost if not isinstance(event, ReaderJailed)] == [ReaderLost("timeout")]
    assert pool.read_mail(letter).texts
    assert pool.pids() != pids
    assert not is_alive(pids[0])
    pool.close()


def test_a_job_that_waits_is_not_over_its_time(letter: bytes) -> None:
    # Its second of processor time is whole, however long the clock ran meanwhile.
    pool = ReaderPool(1, seconds=1.0, wall=60.0)
    with ThreadPoolExecutor(1) as threads:
        pid = next_reader(pool)
        os.kill(pid, signal.SIGSTOP)
        job = threads.submit(pool.read_mail, letter)
        time.sleep(2.5)
        assert not job.done()
        os.kill(pid, signal.SIGCONT)
        assert job.result(30).texts
    pool.close()


def test_a_busy_machine_makes_nothing_unreadable(letter: bytes) -> None:
    # Of processor time there is enough by far; of the clock, with others at work on every core, there would not be.
    burner = f"import os\nwhile os.getppid() == {os.getpid()}: pass"
    burners = [subprocess.Popen([sys.executable, "-c", burner]) for _ in range(4 * (os.cpu_count() or 1))]
    pool = ReaderPool(1, seconds=2.0, wall=300.0)
    try:
        for _ in range(3):
            reading = pool.read_mail(letter)
            assert reading.texts
            assert not reading.unreadable
    finally:
        pool.close()
        for one in burners:
            one.kill()
            one.wait()


def test_a_reader_that_does_not_end_is_let_go_by_the_clock() -> None:
    pool = ReaderPool(1, wall=0.5)
    os.kill(next_reader(pool), signal.SIGSTOP)
    with pytest.raises(ReaderTimedOut):
        pool.read_mail(HEAVY)
    pool.close()


def test_a_reader_that_dies_idle_is_replaced_before_anybody_asks(letter: bytes) -> None:
    pool = ReaderPool(1)
    pid = next_reader(pool)
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


def test_more_callers_than_readers_wait_and_all_are_served(letter: bytes) -> None:
    pool = ReaderPool(2)
    with ThreadPoolExecutor(8) as threads:
        readings = list(threads.map(pool.read_mail, [letter] * 40))
    assert len({repr(reading) for reading in readings}) == 1
    until(lambda: len(pool.pids()) == 2)
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
from isolation_tools import next_reader
from gateway.sandbox.pool import ReaderPool
pool = ReaderPool(2)
next_reader(pool)
print(*pool.pids(), flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_no_reader_nor_parent_nor_helper_outlives_who_started_them(how: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(
        [sys.executable, "-c", STARTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        readers = {int(word) for word in parent.stdout.readline().split()}
        pids = descendants(parent.pid)
        assert readers < pids
        assert len(pids) == 2 + 2 + 1, "readers, their helpers, the one that forks them"
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)  # as one that is deep in a job, it sees nothing of its input's end
        parent.send_signal(how)
    until(lambda: not any(map(is_alive, pids)))


def test_readers_die_with_the_one_that_forks_them_and_others_come(letter: bytes) -> None:
    said: list[object] = []
    pool = ReaderPool(2, events=said.append)
    with ThreadPoolExecutor(1) as threads:
        pid = next_reader(pool)
        family = {parent_of(pid), *descendants(parent_of(pid))}
        os.kill(pid, signal.SIGSTOP)
        job = threads.submit(pool.read_mail, letter)
        until(lambda: pool.busy() == 1)
        os.kill(parent_of(pid), signal.SIGKILL)
        with pytest.raises(ReaderDied):
            job.result(30)
    until(lambda: not any(map(is_alive, family)))
    assert pool.read_mail(letter).texts
    assert ReaderLost("died") in said
    pool.close()


def test_a_helper_that_dies_costs_one_answer(screenshot: bytes) -> None:
    pool = ReaderPool(1)
    pid = next_reader(pool)
    for other in descendants(parent_of(pid)) - {pid}:
        os.kill(other, signal.SIGKILL)
    with pytest.raises(ReaderDied):
        pool.read_mail(screenshot)
    assert [text for text in pool.read_mail(screenshot).texts if text.medium == "picture"]
    pool.close()


def test_a_helper_that_still_works_for_a_killed_reader_holds_up_nobody(letter: bytes, screenshot: bytes) -> None:
    pool = ReaderPool(1, seconds=60.0)
    pid = next_reader(pool)
    (helper,) = descendants(parent_of(pid)) - {pid}
    os.kill(helper, signal.SIGSTOP)
    deadline = Deadline()
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(pool.read_mail, screenshot, deadline)
        until(lambda: pool.busy() == 1)
        deadline.cancel()
        with pytest.raises(Abandoned):
            job.result(30)
    assert [text for text in pool.read_mail(screenshot).texts if text.medium == "picture"]
    assert not is_alive(helper)
    pool.close()


def test_a_keyboard_interrupt_does_not_reach_the_readers(pool: ReaderPool) -> None:
    assert os.getsid(next_reader(pool)) != os.getsid(0)


def test_a_reader_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSHGATE_STORAGE__KEY", "c2VjcmV0")
    pool = ReaderPool(1)
    pid = next_reader(pool)
    with open(f"/proc/{pid}/environ", "rb") as environment:
        words = environment.read()
    assert b"PATH=" in words
    assert b"HUSHGATE" not in words
    assert b"c2VjcmV0" not in words
    pool.close()


def test_the_parsers_are_not_in_our_process() -> None:
    program = (
        "import sys, gateway.sandbox.pool; "
        "print(sorted({'cv2', 'rapidocr', 'pikepdf', 'lxml', 'numpy', 'PIL', 'onnxruntime', 'gateway.formats', "
        "'gateway.reading', 'gateway.images.extract'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_said_once_in_what_jail_the_readers_are(letter: bytes) -> None:
    said: list[object] = []
    pool = ReaderPool(1, events=said.append)
    for _ in range(3):
        pool.read_mail(letter)
    pool.close()
    layers = pool_module.probed()
    assert layers is not None
    assert said == [ReaderJailed("namespaces" in layers, "landlock" in layers, "seccomp" in layers)]


def with_picture() -> bytes:
    from email.message import EmailMessage

    from gateway.demo.drawing import avatar, png

    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content("hello")
    message.add_attachment(png(avatar(7)), maintype="image", subtype="png", filename="a.png")
    return message.as_bytes()


def test_whoever_knows_enough_stops_and_the_helper_stays(pool: ReaderPool) -> None:
    content, steps = with_picture(), list[str]()

    def stop_at(last: str) -> Callable[[Reading, Step], Step | None]:
        def further(reading: Reading, step: Step) -> Step | None:
            steps.append(f"{step} {len(reading.pictures)}")
            return None if step == last else "skimmed"

        return further

    assert not pool.read_by_steps(content, stop_at("sifted")).pictures
    assert len(pool.read_by_steps(content, stop_at("skimmed")).pictures) == 1
    assert steps == ["sifted 0", "sifted 0", "skimmed 1"]
    assert not any(pool._anew.values()), "its helper was not at work for the one that was let go"
    assert pool.read_by_steps(content, lambda reading, step: "whole") == pool.read_mail(content)
    assert pool.read_by_steps(b"Subject: x\r\n\r\nhello\r\n", stop_at("never")).texts, "whole at once: nobody is asked"
    assert len(steps) == 3


def test_an_error_of_whoever_is_asked_ends_the_reader_and_nothing_else(pool: ReaderPool) -> None:
    def fails(reading: Reading, step: Step) -> Step | None:
        raise RuntimeError("the store is gone")

    with pytest.raises(RuntimeError):
        pool.read_by_steps(with_picture(), fails)
    assert pool.read_mail(with_picture()).pictures
