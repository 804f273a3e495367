"""Marks of identifiers by stretches of the view that detection searches, and not by shapes of their own.

What a report is found by only the report says, so its marks are made anew when the store is opened: that takes the key.
Of erased reports whose digests were kept nothing else is known: their texts, files, pictures and Message-IDs are found
as before, their addresses, numbers and accounts are not.
"""

import struct

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ERASED = "(SELECT number FROM reports WHERE status = 'erased' AND number IS NOT NULL)"


def upgrade() -> None:
    for table in ("marks", "picture_marks"):
        op.execute(f"DELETE FROM {table} WHERE report NOT IN {_ERASED}")  # noqa: S608 - our own names
    op.execute("DELETE FROM common_marks")
    op.execute("DELETE FROM mark_sieve")
    op.execute("DELETE FROM mark_changes")
    op.execute("UPDATE reports SET number = NULL WHERE status <> 'erased'")
    count = op.get_bind().execute(sa.text("SELECT count(*) FROM marks")).scalar_one()
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.LargeBinary))
    op.execute(meta.update().where(meta.c.key == "marks").values(value=struct.pack(">QQQ", 0, count, 0)))
