"""What the relay is told at its start."""

from dataclasses import dataclass

from gateway.smtp.client import Server


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """`max_size` in octets, times in seconds. `hostname` names us in the greeting and in `Received`."""

    host: str
    port: int
    upstream: Server
    hostname: str
    max_size: int = 52_428_800
    max_sessions: int = 100
    idle_seconds: float = 300
