"""What a plain mail is looked up by, found without waking a reader: most mail is a short text that nobody handed in.

There is no second opinion here on what a mail says: the reading is made by the code that readers run
(`reading.plain`), the fingerprints by the function that everybody calls (`fingerprints.of_reading`). Where a message
is more than text there is no answer, and a reader is asked; nor where it gives a password, which has to be remembered
for the file that it opens. This process knows nobody, and what comes out has no key and no name in it: it only says
what is to be asked for.

In: a content. Out: a `Fingerprints`, or None. Nothing here fails.
"""

import asyncio

from gateway.fingerprints.of_reading import gist_of
from gateway.model import Fingerprints
from gateway.reading.passwords import passwords_for_others
from gateway.reading.plain import read_plain
from gateway.relay.inspector import Spooled

LARGEST = 64 * 1024
"""Octets. What is longer is read by a reader: nobody else's mail shall wait while this process reads."""
_SHORT = 8 * 1024


async def glanced(spooled: Spooled) -> Fingerprints | None:
    """`glance` at what waits. A long one is worked on by a thread: nobody else waits for it."""
    if spooled.size > LARGEST:
        return None
    content = spooled.read()
    return glance(content) if len(content) <= _SHORT else await asyncio.to_thread(glance, content)


def glance(content: bytes) -> Fingerprints | None:
    """None says nothing of the content but that it has to be read."""
    if len(content) > LARGEST or b"\0" in content:
        return None
    reading = read_plain(content)
    return None if reading is None or passwords_for_others(reading.texts) else gist_of(reading)
