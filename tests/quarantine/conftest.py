"""A real store with one held message, and an upstream that does as it is told."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.model import Client, Envelope, Message, NewHold, Recipient
from gateway.quarantine.release import SendResult
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

CONTENT = "Subject: 核实\r\n\r\n正文\r\n".encode()


def new_hold(content: bytes = CONTENT) -> NewHold:
    message = Message("m1", content)
    envelope = Envelope(
        "staff@platform.example",
        (Recipient("xinger@streamers.example"),),
        Client("192.0.2.7", "desk.platform.example"),
        datetime(2020, 9, 18, 10, 0, tzinfo=UTC),
        trace=b"Received: from desk\r\n",
    )
    return NewHold(envelope, content, message.digest, "quarantine", "held", "p", ("R-1",), (), (), None)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_store(f"sqlite:///{tmp_path}/hushgate.db", Vault(b"k" * 32))
    yield store
    store.shut()


@pytest.fixture
def held(store: SqlStore) -> str:
    return store.quarantine.hold(new_hold(), "relay")


class Upstream:
    """Counts what the world got. `answer` is what the sender reports after the dot; `dot` says whether it is sent."""

    def __init__(self, answer: SendResult | BaseException, dot: bool = True) -> None:
        self.answer, self.dot, self.got = answer, dot, 0
        self.marks: list[bool] = []
        self.before: Callable[[], object] = lambda: None
        self.between: Callable[[], object] = lambda: None
        self.seen: list[tuple[Envelope, bytes]] = []

    async def __call__(self, envelope: Envelope, content: bytes, before_dot: Callable[[], bool]) -> SendResult:
        self.seen.append((envelope, content))
        self.before()
        if self.dot:
            self.marks.append(before_dot())
            if not self.marks[-1]:
                from gateway.quarantine.release import NotReached

                return NotReached()
            self.between()
            self.got += 1
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer
