"""What a reader can be asked, and how question and answer are written: MessagePack, typed, never code.

In: a `JobRequest` or what the worker made of it. Out: one frame's bytes, and back. The worker is not trusted: whatever
it answers is decoded strictly here and looked through by `checked`.
Raises: ValueError (of which msgspec's errors are kinds) for bytes that are not what they should be.
"""

import dataclasses
import enum
import re
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.model import Edit, Fault, Reading
from gateway.model.shown_page import ShownPage, may_be_said

READY = "ready"
"""First word of a worker's greeting; the layers of its jail that hold follow, a blank before each."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Job(enum.Enum):
    """The fixed list: a worker does nothing else."""

    READ_MAIL = "read_mail"
    SKIM_MAIL = "skim_mail"
    READ_BY_STEPS = "read_by_steps"
    READ_FILE = "read_file"
    REWRITE = "rewrite"
    SHOW_PAGE = "show_page"


class JobOutcome(enum.IntEnum):
    """First byte of an answer."""

    READING = 1
    BYTES = 2
    REFUSED = 3  # an edit cannot be made: an answer like any other
    NO_MEMORY = 4
    BUG = 5
    PARTIAL = 6  # a reading, after which the reader waits to hear which step comes next


@dataclass(frozen=True, slots=True)
class JobRequest:
    """One question. `passwords` may open what is in a mail. `cpu_seconds` is how much more processor time the worker
    may spend. Pictures have their own, which is spent by who looks at them."""

    job: Job
    content: bytes = field(repr=False)
    name: str = field(default="", repr=False)
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    cpu_seconds: float = 0.0
    passwords: tuple[str, ...] = field(default=(), repr=False)


_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(JobRequest)
_readings = msgspec.msgpack.Decoder(Reading)
_faults = msgspec.msgpack.Decoder(Fault)
_pages = msgspec.msgpack.Decoder(ShownPage)


def pack(value: JobRequest | Reading | Fault | ShownPage) -> bytes:
    """MessagePack. A lone surrogate, which no encoding can say, becomes U+FFFD: the length stays."""
    try:
        return _encoder.encode(value)
    except UnicodeEncodeError:
        return _encoder.encode(_sayable(value))


def request(data: bytes) -> JobRequest:
    return _requests.decode(data)


def reading(data: bytes) -> Reading:
    """Typed, but not yet `checked`."""
    return _readings.decode(data)


def page(data: bytes) -> ShownPage:
    """A page of which every piece is one that may be said."""
    found = _pages.decode(data)
    if not all(map(may_be_said, found.pieces)):
        raise ValueError("a piece that may not be said")
    return found


def fault(data: bytes) -> Fault:
    return _faults.decode(data)


def _sayable(value: Any) -> Any:
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, tuple):
        return tuple(_sayable(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {
            entry.name: _sayable(getattr(value, entry.name)) for entry in dataclasses.fields(value) if entry.init
        }
        return dataclasses.replace(value, **changes)
    return value
