"""What relay and inspector say to each other: one MessagePack packet each way at a time (unix(7), SOCK_SEQPACKET).

    InspectRequest      relay → inspector   number, envelope, fingerprints, size, how long it waits
    ContentDescriptor   relay → inspector   number, how to read the descriptor that comes with it
    CancelRequest       relay → inspector   number: nobody waits for this any more
    ProbeRequest        relay → inspector   number, how long it waits: would a mail be inspected now?
    DrillRequest        relay → inspector   number, token: does a drill of this token run?
    DrillReply          inspector → relay   number, where what passes of it goes; port 0: no such drill
    InspectReply        inspector → relay   number, what shall become of it; the rewritten bytes as a descriptor

What is longer than a packet goes in a memory file (`channel.in_memory`). Neither side believes the other: what makes
no sense ends the connection.
"""

from typing import Literal

import msgspec

from gateway.model import AS_IT_CAME, Amendment, Envelope, Fingerprints

CANARY = b"Subject: canary\r\n\r\nIs anybody there?\r\n"
"""What a `ProbeRequest` is about: a mail to nobody."""


class InspectRequest(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """What shall become of this message? `envelope` None: both are in the memory file that came with the packet.
    `fingerprints` None: the content is not plain, it has to be read. `seconds`: how long the answer is waited for."""

    number: int
    message: str
    size: int
    envelope: Envelope | None
    fingerprints: Fingerprints | None = None
    seconds: float = 95.0


class ContentDescriptor(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """The content of the message that was asked about. Its descriptor comes with the packet."""

    number: int
    length: int
    stuffed: bool
    key: bytes | None

    def __repr__(self) -> str:
        return f"ContentDescriptor({self.number}, {self.length})"  # the key is nobody's to read


class CancelRequest(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Nobody waits for this any more. `late`: the client was told to try again, and will."""

    number: int
    late: bool = False


class ProbeRequest(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Would a mail be inspected now? `pass` where it would, else `later` with the part that does not answer. Its
    content is `CANARY`, asked for and handed over as any other."""

    number: int
    seconds: float


class DrillRequest(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Does a drill of this token run? `seconds`: how long the answer is waited for."""

    number: int
    token: str
    seconds: float

    def __repr__(self) -> str:
        return f"DrillRequest({self.number})"


class DrillReply(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """Where what passes of it goes, on this machine; and the word that shows the drill that we are the relay it means.
    Port 0: there is no such drill, or (`later`) nobody can say so now."""

    number: int
    port: int = 0
    proof: str = ""
    later: bool = False

    def __repr__(self) -> str:
        return f"DrillReply({self.number}, {self.port})"


class InspectReply(msgspec.Struct, frozen=True, tag=True, array_like=True):
    """`need` asks for the content. `word` is an id or a reason; `length` that of the descriptor of a `send`;
    `amendment` what of the envelope does not go on with a `pass` or `send`."""

    number: int
    outcome: Literal["pass", "send", "held", "rejected", "later", "need"]
    word: str = ""
    length: int = 0
    amendment: Amendment = AS_IT_CAME
