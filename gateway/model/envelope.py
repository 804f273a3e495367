"""One SMTP transaction as the client stated it (RFC 5321 section 3.3), and the bytes that it carried."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Client:
    """Who handed us the message. `protocol` is a `with` value of RFC 3848 (`SMTP`, `ESMTP`, `ESMTPS` …)."""

    host: str
    helo: str
    protocol: str = "ESMTP"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One `RCPT TO` that upstream accepted. Parameters verbatim, letter case kept (`NOTIFY=NEVER`, `ORCPT=…`)."""

    address: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """Sender and recipients of one transaction. `sender` is empty for a bounce.

    `trace` is the `Received` field (RFC 5321 section 4.4) that goes in front of whatever leaves, with its CRLF.
    """

    sender: str
    recipients: tuple[Recipient, ...]
    client: Client
    received_at: datetime
    parameters: tuple[str, ...] = ()
    trace: bytes = b""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What of an envelope does not go on: parameters of MAIL by keyword, those of the n-th recipient (from 0), and the
    name that the client gave itself, in the field that we add. `headers`: fields that a rule adds behind that field, as
    `X-Name: value`. `smtp.amending` carries it out."""

    mail: tuple[str, ...] = ()
    rcpt: tuple[tuple[int, str], ...] = ()
    name: bool = False
    headers: tuple[str, ...] = ()


AS_IT_CAME = Amendment()


@dataclass(frozen=True, slots=True)
class Message:
    """The content as sent, dot-unstuffed, CRLF line endings. `id` is ours and random, not the Message-ID field."""

    id: str
    content: bytes = field(repr=False)
    digest: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.content).digest())

    @property
    def size(self) -> int:
        """Octets."""
        return len(self.content)
