"""Signed checkpoints of the audit log: a signature under an entry vouches for it and for all before it.

The head, sealed with the vault's key, shows a cut-off tail to whoever has the key; a checkpoint shows a log that was
written anew to anybody who knows the public key. The signing key is made with the first entry and lies sealed in
`meta`, so that it outlives a new master key. A checkpoint is written in the transaction of its entry.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, insert, select

from gateway.model.audit_chain import checkpoint_statement
from gateway.storage import tables
from gateway.storage.audit_protocols import Checkpoint
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import unseal_bytes
from gateway.vault.signing import SigningKey, is_signed, new_seed

EVERY = 1000
"""Entries; and once a day, at the first entry of a day (UTC)."""
_KEY, _CONTEXT = "audit_key", "audit-key"
_PAGE = 500


def signing_key(connection: Connection, ground: Ground) -> SigningKey | None:
    """The log's key; None where nothing was written yet."""
    sealed = connection.execute(select(tables.meta.c.value).where(tables.meta.c.key == _KEY)).scalar()
    return None if sealed is None else SigningKey(unseal_bytes(ground.vault, sealed, _CONTEXT))


def made_signing_key(connection: Connection, ground: Ground) -> SigningKey:
    """The log's key, made where there is none; inside a transaction that writes."""
    known = signing_key(connection, ground)
    if known is not None:
        return known
    seed = new_seed()
    connection.execute(insert(tables.meta).values(key=_KEY, value=ground.vault.seal(seed, _CONTEXT)))
    return SigningKey(seed)


def sign_entry(
    connection: Connection, ground: Ground, seq: int, at: str, digest: str, *, in_any_case: bool = False
) -> None:
    """Write a checkpoint under the newest entry, where one is due."""
    table = tables.checkpoints
    last = connection.execute(select(table.c.seq, table.c.at).order_by(table.c.seq.desc()).limit(1)).one_or_none()
    if not (in_any_case or last is None or seq - last.seq >= EVERY or at[:10] != last.at[:10]):
        return
    statement = checkpoint_statement(seq, at, digest, 0 if last is None else last.seq)
    signature = made_signing_key(connection, ground).sign(statement)
    connection.execute(insert(table).values(seq=seq, at=at, digest=digest, signature=signature))


def signed_entries(ground: Ground) -> Iterator[Checkpoint]:
    """All checkpoints, oldest first, each with whether this store's key signed it after the one before it."""
    table, after, previous = tables.checkpoints, -1, 0
    with ground.transactions.read() as connection:
        key = signing_key(connection, ground)
    public = "" if key is None else key.public
    while True:
        query = select(table).where(table.c.seq > after).order_by(table.c.seq).limit(_PAGE)
        with ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            good = is_signed(public, checkpoint_statement(row.seq, row.at, row.digest, previous), row.signature)
            yield Checkpoint(row.seq, row.at, row.digest, row.signature, previous, good)
            previous = row.seq
        if len(rows) < _PAGE:
            return
        after = rows[-1].seq
