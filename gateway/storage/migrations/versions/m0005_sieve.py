"""Marks of pictures apart from those of texts, and what says of most fingerprints that they are nobody's.

Which of the two a mark is only the report says, so all are made anew when the store is opened: that takes the key. Of
erased reports whose digests were kept nothing else is known, so theirs are in both tables.
"""

import struct

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picture_marks",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mark_sieve",
        sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("bits", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "mark_changes",
        sa.Column("change", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("added", sa.LargeBinary, nullable=False),
        sa.Column("anew", sa.LargeBinary, nullable=False),
    )
    op.execute(
        "DELETE FROM marks WHERE report NOT IN"
        " (SELECT number FROM reports WHERE status = 'erased' AND number IS NOT NULL)"
    )
    op.execute("INSERT INTO picture_marks (key, report) SELECT key, report FROM marks")
    op.execute("DELETE FROM common_marks")
    op.execute("UPDATE reports SET number = NULL WHERE status <> 'erased'")
    count = op.get_bind().execute(sa.text("SELECT count(*) FROM marks")).scalar_one()
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.LargeBinary))
    op.execute(meta.update().where(meta.c.key == "marks").values(value=struct.pack(">QQQ", 0, count, 0)))
