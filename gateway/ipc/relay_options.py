"""What the relay is told at its start."""

from dataclasses import dataclass
from typing import Literal

from gateway.smtp.client import Server


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """Sizes in octets, times in seconds. `shared`: other processes listen on the same port.
    `hostname` names us in the greeting and in `Received`. Within `slow_seconds` a command must be whole, and at least
    `slow_octets` of a content have come. Mail to the domains `inside` is asked about without a look at its content.
    A connection to upstream that a client left waits `keep_seconds` for the next one. Answers to notices, which come
    from `answers`, are taken here."""

    host: str
    port: int
    upstream: Server
    hostname: str
    max_size: int = 52_428_800
    max_sessions: int = 1000
    idle_seconds: float = 300
    answer_seconds: float = 95
    shared: bool = False
    networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    max_sessions_per_client: int = 600
    spool_memory: int = 4 * 1024 * 1024
    spool_folder: str = ""
    tls: Literal["none", "starttls", "required", "implicit"] = "none"
    certificate: str = ""
    private_key: str = ""
    auth: Literal["secure", "always", "never"] = "secure"
    xclient_networks: tuple[str, ...] = ()
    proxy_networks: tuple[str, ...] = ()
    max_recipients: int = 1000
    max_errors: int = 20
    slow_seconds: float = 300
    slow_octets: int = 16_384
    inside: tuple[str, ...] = ()
    keep_seconds: float = 5
    answers: str = ""
