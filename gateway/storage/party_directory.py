"""The directory of parties: who can be reported, and under which accounts and addresses they are known.

Each entry is sealed; keyed digests of what names it join it to the reports that name it the same way (`relations`).
"""

import base64
from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update

from gateway.model import ListedParty, Party
from gateway.storage import tables
from gateway.storage.audit import record
from gateway.storage.context import Ground
from gateway.storage.encrypted_codec import seal, unseal
from gateway.storage.party_index import Relations, account_key
from gateway.text.addresses import fold_mailbox
from gateway.text.normalize import letters


class DirectoryStore:
    """`protocols.Directory` on SQL."""

    def __init__(self, ground: Ground, relations: Relations) -> None:
        self._ground, self._relations = ground, relations

    def put(self, parties: Sequence[Party], actor: str) -> tuple[str, ...]:
        """See `protocols.Directory`."""
        ids = [self._id(party) for party in parties]
        table = tables.directory
        added = 0
        with self._ground.transactions.write() as connection:
            for entry, party in zip(ids, parties, strict=True):
                sealed = seal(self._ground.vault, party, _context(entry))
                changed = connection.execute(update(table).where(table.c.id == entry).values(sealed=sealed))
                if changed.rowcount == 0:
                    connection.execute(insert(table).values(id=entry, sealed=sealed))
                    added += 1
                else:
                    connection.execute(delete(tables.directory_keys).where(tables.directory_keys.c.entry == entry))
                rows = self._relations.entry_rows(entry, party)
                if rows:
                    connection.execute(insert(tables.directory_keys), rows)
            self._relations.changed(connection)
            detail: dict[str, str | int] = {"added": added, "changed": len(ids) - added}
            record(connection, self._ground, actor, "parties_imported", "", detail)
        return tuple(ids)

    def parties(self) -> tuple[ListedParty, ...]:
        """See `protocols.Directory`."""
        with self._ground.transactions.read() as connection:
            rows = connection.execute(select(tables.directory)).all()
        found = [ListedParty(row.id, unseal(self._ground.vault, row.sealed, _context(row.id), Party)) for row in rows]
        return tuple(sorted(found, key=lambda one: (one.party.name, one.id)))

    def get(self, party: str) -> ListedParty | None:
        """See `protocols.Directory`."""
        with self._ground.transactions.read() as connection:
            query = select(tables.directory.c.sealed).where(tables.directory.c.id == party)
            sealed = connection.execute(query).scalar()
            if sealed is None:
                return None
            count = self._relations.reports_of(connection, party)
        return ListedParty(party, unseal(self._ground.vault, sealed, _context(party), Party), count)

    def _id(self, party: Party) -> str:
        """The same party gets the same id whoever imports it, and the id says nothing of it."""
        account = next((f"account/{key}" for a in party.accounts if (key := account_key(a))), "")
        address = next((f"address/{key}" for a in party.addresses if (key := fold_mailbox(a))), "")
        named = account or address or f"name/{letters(party.name).text}"
        digest = self._ground.vault.digest("directory", named.encode("utf-8", "surrogatepass"))
        return "P-" + base64.b32encode(digest[:10]).decode("ascii")[:12]


def _context(entry: str) -> str:
    return f"directory/{entry}"
