"""One process of a scan that knows reports, keys and rules: it judges mails that it is given one after the other.

Started as `python -c … CONFIG`; mails come on stdin, outcomes go out on stdout, and it ends with whoever started it.
Two mails are worked on at a time: while one is searched, the other is read.
"""

import contextlib
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from gateway.errors import HushgateError, Unavailable
from gateway.ipc import frames
from gateway.service.scan.judging import Judge, Outcome
from gateway.service.scan.sources import MailPlace
from gateway.service.wiring import open_house

AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class ScanTask:
    """One mail that is asked about. `path` in the octets of the file system, which need not be text."""

    number: int
    path: bytes
    where: MailPlace

    @classmethod
    def of(cls, number: int, place: MailPlace) -> "ScanTask":
        """To be sent."""
        return cls(number, os.fsencode(place.path), replace(place, path=""))

    @property
    def place(self) -> MailPlace:
        """Where the mail stands."""
        return replace(self.where, path=os.fsdecode(self.path))


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """What became of it. `stop`: why nothing can be judged at all now."""

    number: int
    outcome: Outcome = field(default_factory=Outcome)
    stop: str = ""


encode = msgspec.msgpack.Encoder().encode
tasks = msgspec.msgpack.Decoder(ScanTask)
answers = msgspec.msgpack.Decoder(ScanAnswer)


def main() -> None:
    """Run until nothing more comes."""
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    writing = threading.Lock()

    def answer(said: ScanAnswer) -> None:
        with writing, contextlib.suppress(EOFError):
            frames.send(out, [encode(said)])

    try:
        with open_house(Path(sys.argv[1]), os.environ) as house:
            judge = Judge(house)

            def work(task: ScanTask) -> None:
                try:
                    answer(ScanAnswer(task.number, judge.outcome(task.place)))
                except Unavailable as error:
                    answer(ScanAnswer(task.number, stop=str(error)))

            with contextlib.closing(judge), ThreadPoolExecutor(AT_ONCE) as pool, contextlib.suppress(EOFError):
                while True:
                    pool.submit(work, tasks.decode(frames.receive(0)))
    except HushgateError as error:
        answer(ScanAnswer(-1, stop=str(error)))
