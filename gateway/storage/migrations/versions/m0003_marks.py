"""The index of contents. Reports that are there already get their marks when the store is opened: it takes the key."""

import struct

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reports", sa.Column("number", sa.Integer))
    op.add_column("reports", sa.Column("reporter", sa.LargeBinary))
    op.create_index("reports_number", "reports", ["number"], unique=True)
    op.create_table(
        "marks",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("report", sa.Integer, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "common_marks",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    meta = sa.table("meta", sa.column("key", sa.Text), sa.column("value", sa.LargeBinary))
    op.bulk_insert(meta, [{"key": "marks", "value": struct.pack(">QQ", 0, 0)}])
