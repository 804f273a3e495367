"""The bytes of a message in the store, and its reading: sealed in chunks, under the message they are of.

In: rows of the one table or the other. Out: rows, bytes. StoreUnavailable where a chunk is missing or damaged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select

from gateway.model import Reading
from gateway.storage import tables
from gateway.storage.encrypted_codec import seal_chunks, unpack, unseal_chunks
from gateway.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Chunks:
    """Of one table. `owner`: the column that says of which message a chunk is; it leads the context in which all of
    that message is sealed."""

    table: Table
    owner: str

    def context(self, id_: str, part: str) -> str:
        """In which a part of a message is sealed, so that none stands for another."""
        return f"{self.owner}/{id_}/{part}"

    def rows(self, vault: Vault, id_: str, kind: str, data: bytes) -> Iterator[dict[str, Any]]:
        """What is inserted for these bytes."""
        for number, chunk in enumerate(seal_chunks(vault, data, self.context(id_, kind))):
            yield {self.owner: id_, "kind": kind, "number": number, "sealed": chunk}

    def read(self, connection: Connection, vault: Vault, id_: str, kind: str) -> bytes:
        """The bytes that were inserted."""
        columns = self.table.c
        query = select(columns.sealed).where(columns[self.owner] == id_, columns.kind == kind).order_by(columns.number)
        return unseal_chunks(vault, connection.execute(query).scalars().all(), self.context(id_, kind))

    def reading(self, connection: Connection, vault: Vault, id_: str) -> Reading | None:
        """What was found in the message; None where nothing could be read."""
        return unpack(self.read(connection, vault, id_, "reading"), Reading | None)  # type: ignore[arg-type]  # a union is no type[T] to mypy


HELD = Chunks(tables.held_chunks, "held")
REWRITES = Chunks(tables.rewrite_chunks, "rewrite")
WATCHED = Chunks(tables.watched_chunks, "watched")
