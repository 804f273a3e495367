"""What the relay is told at its start."""

from dataclasses import dataclass

from gateway.smtp.client import Server


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """Sizes in octets, times in seconds. `shared`: other processes listen on the same port.
    `hostname` names us in the greeting and in `Received`."""

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
