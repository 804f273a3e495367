"""The reading, and the fingerprints, of a message that is nothing but text, by the very code that reads every message.

Most mail is a short text that nobody handed in. Reading that costs a millisecond, and no library of pictures or
documents: so whoever has the content may do it at once. Nothing here is a second opinion on what a mail says: where
anything is more than text, mail or HTML, or cannot be read, there is no answer, and a reader is asked.

In: the content of a message. Out: the `Reading` that `reading.walk.read_mail` gives, or None. Nothing is raised.
"""

from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.formats import Source
from gateway.formats.registry import all_formats
from gateway.model import Fingerprints, Location, Reading
from gateway.reading.passwords import passwords_for_others
from gateway.reading.walker import NotPlain, ReadingLimits, Walk

LIMITS = ReadingLimits(depth=4, files=40, characters=2_000_000)
"""Far above what plain mail has. What is above is read by a reader, under its own limits."""

LARGEST = 64 * 1024
"""Octets. What is longer is read by a reader: nobody else's mail shall wait while this process reads."""


def plain_fingerprints(content: bytes) -> Fingerprints | None:
    """Those of the full reading. None says nothing of the content but that it has to be read; so has what gives a
    password, which is remembered for the file that it opens."""
    if len(content) > LARGEST or b"\0" in content:
        return None
    reading = read_plain(content)
    if reading is None or passwords_for_others(reading.texts, [file.name for file in reading.files]):
        return None
    return fingerprints_of_reading(reading)


def read_plain(content: bytes) -> Reading | None:
    """The reading, where all of it is text."""
    walk = Walk(LIMITS, plain=True)
    try:
        walk.visit(all_formats()["mime"], Source(content, Location(""), editable=True), 0)
    except NotPlain:
        return None
    return walk.reading()
