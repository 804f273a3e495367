"""A coroutine that is run by hand does what a task would do, without a turn of the loop where a `InlineFuture`
answers."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from gateway.smtp.inline_task import InlineFuture, InlineTask


def started(body: Callable[[], Coroutine[object, object, None]]) -> tuple[InlineTask, list[BaseException | None]]:
    ends: list[BaseException | None] = []
    eager = InlineTask(body(), asyncio.get_running_loop(), ends.append)
    eager.begin()
    return eager, ends


async def test_an_answer_takes_it_on_at_once_and_to_its_end() -> None:
    said: list[object] = []
    first, second = (InlineFuture[str](asyncio.get_running_loop()) for _ in range(2))

    async def body() -> None:
        said.append(await first)
        said.append(await second)

    _, ends = started(body)
    first.set_result("one")
    assert (said, ends) == (["one"], [])
    second.set_result("two")
    assert (said, ends) == (["one", "two"], [None])


async def test_an_answer_that_came_before_is_not_waited_for() -> None:
    waiter = InlineFuture[int](asyncio.get_running_loop())
    waiter.set_result(7)

    async def body() -> None:
        assert await waiter == 7

    assert started(body)[1] == [None]


@pytest.mark.parametrize("how", ["by hand", "task"])
async def test_errors_and_cancelling_arrive_where_it_waits(how: str) -> None:
    for end in ("error", "cancel"):
        waiter = InlineFuture[None](asyncio.get_running_loop())
        seen: list[str] = []

        async def body(waiter: InlineFuture[None] = waiter, seen: list[str] = seen) -> None:
            if how == "task":
                await asyncio.sleep(0)
                async with asyncio.timeout(5):  # asks for a task
                    await asyncio.sleep(0.001)
            try:
                await waiter
            except BaseException as error:
                seen.append(type(error).__name__)
                raise

        eager, ends = started(body)
        while how == "task" and eager._task is not None and not waiter._callback:  # noqa: ASYNC110  # it has no event
            await asyncio.sleep(0.001)
        if end == "cancel":
            eager.cancel()
        else:
            waiter.set_exception(TimeoutError())
        for _ in range(5):
            await asyncio.sleep(0)
        wanted = "CancelledError" if end == "cancel" else "TimeoutError"
        assert (seen, [type(end).__name__ for end in ends]) == ([wanted], [wanted])


async def test_what_waits_for_asyncio_becomes_a_task_and_goes_on_there() -> None:
    loop = asyncio.get_running_loop()
    future, waiter = loop.create_future(), InlineFuture[str](loop)
    said: list[object] = []

    async def body() -> None:
        said.append(await future)
        said.append(await waiter)
        said.append(await asyncio.to_thread(lambda: 3))
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)

    ends: list[BaseException | None] = []
    over = asyncio.Event()

    def ended(error: BaseException | None) -> None:
        ends.append(error)
        over.set()

    InlineTask(body(), loop, ended).begin()
    loop.call_later(0.001, future.set_result, "one")
    loop.call_later(0.005, waiter.set_result, "two")
    await over.wait()
    assert (said, ends) == (["one", "two", 3], [None])


async def test_whoever_swallows_a_cancelling_goes_on() -> None:
    waiter, later = (InlineFuture[None](asyncio.get_running_loop()) for _ in range(2))

    async def body() -> None:
        try:
            await waiter
        except asyncio.CancelledError:
            await later

    eager, ends = started(body)
    eager.cancel()
    assert ends == []
    later.set_result(None)
    assert ends == [None]
    eager.cancel()  # over: nothing happens
    assert ends == [None]
