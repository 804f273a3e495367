"""What tags say: texts, and files in them (covers, attachments)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.text.charsets import decodings
from gateway.text.strings import runs


@dataclass(frozen=True, slots=True)
class TagText:
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class File:
    data: bytes = field(repr=False)
    name: str = field(default="", repr=False)


Told = TagText | File


def decoded_value(value: bytes) -> Iterator[TagText]:
    """A value whose character set is not said, or not to be believed: every reading of it, else its words."""
    value = value.strip(b"\0")
    if not value:
        return
    readings = [reading.text for reading in decodings(value)[:3] if reading.exact]
    for text in readings or runs(value):
        yield TagText(text)
