"""The fingerprints of a plain mail, found in the relay: most mail is a short text that nobody handed in.

This process knows nobody, and a fingerprint has no key and no name in it: it only says what is to be asked for. Where a
message is more than text there is no answer, and the inspector asks for its content.
"""

import asyncio

from gateway.ipc.inspector import Spooled
from gateway.model import Fingerprints
from gateway.reading.plain import LARGEST, plain_fingerprints

_SHORT = 8 * 1024


async def fingerprints_of(spooled: Spooled) -> Fingerprints | None:
    """`plain_fingerprints` of what waits. A long one is worked on by a thread: nobody else waits for it."""
    if spooled.size > LARGEST:
        return None
    content = spooled.read()
    return (
        plain_fingerprints(content) if len(content) <= _SHORT else await asyncio.to_thread(plain_fingerprints, content)
    )
