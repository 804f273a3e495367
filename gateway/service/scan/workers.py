"""The processes of a scan as who asks them sees it: started, given mails, watched, and replaced where one ends.

A mail whose process died or hung is given to another one alone; if that one ends too it is the mail's fault.

In: mails. Out: outcomes, as they come. Raises: Unavailable where nothing can be judged now.
"""

import contextlib
import os
import select
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import gateway
from gateway.errors import Unavailable
from gateway.ipc import frames
from gateway.service.scan.judging import Outcome
from gateway.service.scan.sources import MailPlace
from gateway.service.scan.worker import AT_ONCE, ScanAnswer, ScanTask, answers, encode

_ROOT = str(Path(gateway.__file__).resolve().parent.parent)
_START = (
    "import sys; root = sys.argv.pop(1); parent = int(sys.argv.pop(1)); "
    "root in sys.path or sys.path.insert(0, root); "
    "from gateway.sandbox.hardening import harden; harden(); "
    "from gateway.sandbox.jail import die_with; die_with(parent); "
    "from gateway.service.scan.worker import main; main()"
)
_ASKED_AHEAD = 2 * AT_ONCE
_LOOKS = 1.0
_END_SECONDS = 5.0


@dataclass(slots=True, eq=False)
class _ScanProcess:
    process: "subprocess.Popen[bytes]"
    asked: dict[int, tuple[MailPlace, bool]] = field(default_factory=dict)
    alone: bool = False
    spoke: float = field(default_factory=time.monotonic)

    @property
    def output(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def ask(self, number: int, place: MailPlace, again: bool) -> None:
        """Raises: EOFError."""
        if not self.asked:
            self.spoke = time.monotonic()
        self.asked[number] = place, again
        self.alone = again
        assert self.process.stdin is not None
        frames.send(self.process.stdin.fileno(), [encode(ScanTask.of(number, place))])

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


class Workers:
    """So many processes, each of which is silent for `seconds` at most. `stopped` is asked once a second."""

    def __init__(self, config: Path, count: int, seconds: float, stopped: Callable[[], bool] = lambda: False) -> None:
        self._config, self._count, self._seconds, self._stopped = config, count, seconds, stopped
        self._processes: list[_ScanProcess] = []
        self._again: deque[tuple[int, MailPlace]] = deque()

    def outcomes(self, places: Iterable[MailPlace]) -> Iterator[tuple[MailPlace, Outcome]]:
        """Of all of them, in the order in which they are done; of no more where it is stopped. A process is started
        when there is work for it."""
        coming = enumerate(places)
        more = True
        while not self._stopped():
            while self._again and (free := self._free(1)) is not None:
                self._ask(free, *self._again.popleft(), again=True)
            while more and not self._again and (free := self._free(AT_ONCE) or self._free(_ASKED_AHEAD)) is not None:
                number, place = next(coming, (-1, None))
                if place is None:
                    more = False
                    break
                self._ask(free, number, place, again=False)
            if not more and not self._again and not any(one.asked for one in self._processes):
                return
            yield from self._heard()

    def _free(self, most: int) -> _ScanProcess | None:
        """One that is asked less than that; a new one where there may be more."""
        for one in self._processes:
            if not one.alone and len(one.asked) < most:
                return one
        if len(self._processes) == self._count:
            return None
        self._processes.append(self._started())
        return self._processes[-1]

    def close(self) -> None:
        """End them: those that have nothing to do by themselves, the others at once."""
        for one in self._processes:
            if not one.asked and one.process.stdin is not None:
                one.process.stdin.close()
        for one in self._processes:
            if not one.asked:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    one.process.wait(_END_SECONDS)
            one.end()
        self._processes = []

    def _ask(self, one: _ScanProcess, number: int, place: MailPlace, again: bool) -> None:
        with contextlib.suppress(EOFError):  # its end is heard with all that it was asked
            one.ask(number, place, again)

    def _heard(self) -> Iterator[tuple[MailPlace, Outcome]]:
        poller = select.poll()
        by_output = {one.output: one for one in self._processes}
        for descriptor in by_output:
            poller.register(descriptor, select.POLLIN)
        spoken = [by_output[descriptor] for descriptor, _ in poller.poll(_LOOKS * 1000)]
        for one in spoken:
            try:
                answer = answers.decode(frames.receive(one.output, time.monotonic() + self._seconds))
            except (EOFError, TimeoutError, ValueError):
                yield from self._lost(one, "ended the process that inspected it")
                continue
            one.spoke = time.monotonic()
            yield from self._answered(one, answer)
        for one in list(self._processes):
            if one.asked and one not in spoken and time.monotonic() - one.spoke > self._seconds:
                yield from self._lost(one, "took too long to inspect")

    def _answered(self, one: _ScanProcess, answer: ScanAnswer) -> Iterator[tuple[MailPlace, Outcome]]:
        if answer.stop:
            raise Unavailable(answer.stop)
        place, _ = one.asked.pop(answer.number)
        one.alone = one.alone and bool(one.asked)
        yield place, answer.outcome

    def _lost(self, one: _ScanProcess, why: str) -> Iterator[tuple[MailPlace, Outcome]]:
        """Another will take its place. What was asked of it is asked again, what was asked twice is not."""
        one.end()
        self._processes.remove(one)
        if not one.asked:
            raise Unavailable("the processes that inspect mail end by themselves")
        for number, (place, again) in one.asked.items():
            if again:
                yield place, Outcome(why=why)
            else:
                self._again.append((number, place))

    def _started(self) -> _ScanProcess:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter with a fixed program
            [sys.executable, "-c", _START, _ROOT, str(os.getpid()), str(self._config)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        return _ScanProcess(process)
