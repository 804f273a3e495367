"""Held mail on its way out, or never: the same function for the console and for `hushgate quarantine`.

Whoever calls takes the lease in the database, so that a message is sent once however many ask.
"""

from gateway.quarantine.release import ReleaseOutcome, discard, release
from gateway.service.upstream import UpstreamSender
from gateway.service.wiring import Application


async def release_held(house: Application, held: str, actor: str, reason: str) -> ReleaseOutcome:
    """Send it upstream once. Raises Problem where it is not there to be sent."""
    return await release(house.store.quarantine, held, actor, reason, UpstreamSender(house.settings))


def discard_held(house: Application, held: str, actor: str, reason: str) -> None:
    """It never leaves."""
    discard(house.store.quarantine, held, actor, reason)
