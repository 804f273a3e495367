"""A place is given back whoever leaves, and when: at once, in line, or in the moment in which his turn comes."""

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from gateway.service.inspector.work_slots import WorkSlot, WorkSlots

Step = tuple[str, int]


def test_who_is_cancelled_in_the_moment_of_his_turn_is_cancelled_and_nothing_else() -> None:
    async def run() -> None:
        places = WorkSlots(1, 1)
        first = await places.take("small")
        waiting = asyncio.create_task(places.take("small"))
        await asyncio.sleep(0)
        waiting.cancel()
        first.leave()  # before the task heard of it
        assert [type(error) for error in await asyncio.gather(waiting, return_exceptions=True)] == [
            asyncio.CancelledError
        ]
        assert places.line("small").taken == places.line("small").waiting == 0

    asyncio.run(run())


@given(
    st.lists(st.tuples(st.sampled_from(["take", "first", "leave", "cancel", "turn"]), st.integers(0, 9)), max_size=40)
)
def test_in_any_order_no_place_is_lost_and_none_is_given_twice(steps: list[Step]) -> None:
    async def run() -> None:
        places, tasks = WorkSlots(2, 1), list[asyncio.Task[WorkSlot]]()

        async def turn() -> None:
            for _ in range(3):
                await asyncio.sleep(0)

        def chosen(number: int, wanted: Callable[[asyncio.Task[WorkSlot]], bool]) -> asyncio.Task[WorkSlot] | None:
            found = [task for task in tasks if wanted(task)]
            return found[number % len(found)] if found else None

        async def step(what: str, number: int) -> None:
            if what in ("take", "first"):
                tasks.append(asyncio.create_task(places.take("small", first=what == "first")))
            elif what == "leave" and (had := chosen(number, lambda task: task.done() and not task.cancelled())):
                had.result().leave()
            elif what == "cancel" and (had := chosen(number, lambda task: not task.done())):
                had.cancel()
            elif what == "turn":
                await turn()
            assert places.line("small").taken <= 2

        for what, number in steps:
            await step(what, number)
        await turn()
        while open_ones := [task for task in tasks if not task.done()]:
            for task in tasks:
                if task.done() and not task.cancelled():
                    task.result().leave()
            await turn()
            assert len([task for task in tasks if not task.done()]) < len(open_ones), "somebody waits for ever"
        for task in tasks:
            if not task.cancelled():
                task.result().leave()
        line = places.line("small")
        assert (line.taken, line.free, line.waiting) == (0, 2, 0)

    asyncio.run(asyncio.wait_for(run(), 30))
