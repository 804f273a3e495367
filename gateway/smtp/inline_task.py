"""Coroutines that go on in the moment in which their answer comes, without a turn of the event loop between.

A command of SMTP waits for upstream and for little else. A task, a future and a callback for each such moment cost
more than the command itself (figures in `bench/README.md`), so a coroutine is run by hand: `InlineTask` takes it to
where it must wait for a `InlineFuture`, whoever has the answer takes it on from there. What waits for anything else of
asyncio, a new connection or a thread, becomes a task then and stays one; a bare `asyncio.sleep(0)` makes it one at
once, for what cannot do without (`asyncio.timeout`).

A `InlineFuture` is a future to a task as well (PEP 3156's duck-typing, `asyncio.isfuture`): who waits need not know.
"""

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class InlineFuture(Generic[T]):
    """One answer that one coroutine waits for. To set it runs that coroutine on: nothing may be half done then."""

    # What most waiters never set stands in the class: there are five of them to a message.
    _asyncio_future_blocking = False
    _callback: Callable[[Any], object] | None = None
    _context: Any = None
    _result: T | None = None
    _error: BaseException | None = None
    done = False

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __await__(self) -> Generator[Any, None, T]:
        if not self.done:
            self._asyncio_future_blocking = True
            yield self
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value]  # set when `done` is

    def set_result(self, result: T) -> None:
        """It came."""
        self._result = result
        self._wake()

    def set_exception(self, error: BaseException) -> None:
        """It will not come."""
        self._error = error
        self._wake()

    def result(self) -> T:
        """What came. Raises: what was set instead."""
        if self._error is not None:
            raise self._error
        assert self.done
        return self._result  # type: ignore[return-value]  # set when `done` is

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """For a task."""
        return self._loop

    def add_done_callback(self, callback: Callable[[Any], object], *, context: Any = None) -> None:
        """A task gives its context and is called by the loop; `InlineTask` gives none, and goes on at once."""
        assert not self.done
        assert self._callback is None, "one waits, not two"
        self._callback, self._context = callback, context

    def cancel(self, msg: object = None) -> bool:
        """For a task that is cancelled."""
        if self.done:
            return False
        self.set_exception(asyncio.CancelledError())
        return True

    def forget(self) -> None:
        """Nobody waits any more."""
        self._callback = None

    def _wake(self) -> None:
        assert not self.done
        self.done = True
        callback, self._callback = self._callback, None
        if callback is None:
            return
        if self._context is None:
            callback(self)
        else:
            self._loop.call_soon(callback, self, context=self._context)


class InlineTask:
    """Runs a coroutine. `over` hears of its end, with the exception if there was one; perhaps within `begin`."""

    __slots__ = ("_coroutine", "_loop", "_over", "_task", "_waits")

    def __init__(
        self,
        coroutine: Coroutine[Any, Any, None],
        loop: asyncio.AbstractEventLoop,
        over: Callable[[BaseException | None], None],
    ) -> None:
        self._coroutine, self._loop, self._over = coroutine, loop, over
        self._waits: InlineFuture[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Up to the first thing that it must wait for."""
        self._go()

    def cancel(self) -> None:
        """As a task's: CancelledError where it waits. Not from within the coroutine itself."""
        if self._task is not None:
            self._task.cancel()
        elif self._waits is not None:
            self._waits.forget()
            self._go(error=asyncio.CancelledError())

    def _go(self, _: object = None, error: BaseException | None = None) -> None:
        self._waits = None
        try:
            waits = self._coroutine.send(None) if error is None else self._coroutine.throw(error)
        except StopIteration:
            self._over(None)
            return
        except (Exception, asyncio.CancelledError) as raised:
            self._over(raised)
            return
        if type(waits) is InlineFuture:
            waits._asyncio_future_blocking = False
            waits._callback = self._go
            self._waits = waits
        else:
            self._task = self._loop.create_task(_rest(self._coroutine, waits))
            self._task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._over(asyncio.CancelledError() if task.cancelled() else task.exception())


async def _rest(coroutine: Coroutine[Any, Any, None], waits: Any) -> None:
    """The coroutine from where it stands, waiting for `waits`."""
    await _stepped(coroutine, waits)


@types.coroutine
def _stepped(coroutine: Coroutine[Any, Any, None], waits: Any) -> Generator[Any, None, None]:
    while True:
        error: BaseException | None = None
        try:
            yield waits
        except BaseException as raised:
            error = raised
        try:
            waits = coroutine.send(None) if error is None else coroutine.throw(error)
        except StopIteration:
            return
