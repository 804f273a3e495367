"""Would a mail be inspected now? Asked on the way that mail takes: the lookup, a place, a content, a reader.

A canary goes before all who wait, for it is over in milliseconds; where all places are held for longer than it can
wait it says so. Several at once share one reading. It is no mail: nothing is stored, counted or logged.
"""

import asyncio
from collections.abc import Awaitable, Callable

from gateway.errors import Unavailable
from gateway.ipc.messages import CANARY
from gateway.model import Message
from gateway.model.deadline import Deadline
from gateway.service.budget import patience_of
from gateway.service.inspector.engine import LocalInspector
from gateway.service.inspector.work_slots import WorkSlot, WorkSlots

_WORDS = CANARY.decode("ascii").splitlines()[-1]


class Canaries:
    """Of one inspector."""

    def __init__(self, inspector: LocalInspector, places: WorkSlots) -> None:
        self._inspector, self._places = inspector, places
        self._reading: asyncio.Future[bool] | None = None

    async def sings(self, seconds: float, content: Callable[[], Awaitable[Message]]) -> str:
        """Empty, or the part that did not answer within the seconds: `store`, `places`, `content` or `reader`."""
        if self._places.stuck(patience_of(self._inspector.inspections.budget)):
            return "places"
        part = "store"
        try:
            async with asyncio.timeout(seconds):
                await self._inspector.probed()
                if self._reading is None or self._reading.done():
                    part = "places"
                    place = await self._places.take("small", first=True)
                    try:
                        part = "content"
                        whole = await content()
                    except BaseException:
                        place.leave()
                        raise
                    if self._reading is None or self._reading.done():
                        self._reading = self._begun(whole, seconds, place)
                    else:
                        place.leave()
                part = "reader"
                return "" if await asyncio.shield(self._reading) else part
        except (TimeoutError, Unavailable):
            return part

    def _begun(self, whole: Message, seconds: float, place: WorkSlot) -> "asyncio.Future[bool]":
        reading = self._inspector.inspections.aside(lambda: self._read(whole, seconds))
        reading.add_done_callback(lambda _: place.leave())
        return reading

    def _read(self, whole: Message, seconds: float) -> bool:
        try:
            reading = self._inspector.read(whole.content, Deadline.after(seconds))
        except Exception:  # whatever it is, a mail would meet it too
            return False
        return any(_WORDS in text.text for text in reading.texts)
